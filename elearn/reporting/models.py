"""The roll-up that statistics are read from."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base


class Tally(Base):
    """How many people of an agency reached a measure in a course in a month.

    ``course_id`` 0 counts people over all courses, each once. ``month`` is that of the enrolment, of the last activity,
    of the completion or of the certificate, as YYYYMM in the site's time zone.
    """

    __tablename__ = "tally"

    # In the order in which they are read: the months of a number stand together.
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)  # rules.Measure
    month: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]

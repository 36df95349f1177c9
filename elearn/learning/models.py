"""Tables of enrolments and outcomes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.accounts.models import Person
from elearn.catalogue.models import CourseRecord, Release
from elearn.db.base import Base


class Enrolment(Base):
    """A person learns a course, in one release. ``tally`` is what the outcomes amount to, see ``rules.Tally``."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_enrolment_course_id_person_id", "course_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # Where the statistics count it: the agency in which it was completed; until then, the person's.
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    enrolled_at: Mapped[datetime]
    active_at: Mapped[datetime]  # the last time something was learnt
    completed_at: Mapped[datetime | None]
    due_on: Mapped[date | None]  # the last day to complete it, in the site's time zone; None: whenever
    place: Mapped[str | None] = mapped_column(String(160))  # module/section last opened, to resume at
    tally: Mapped[dict[str, Any]]

    person: Mapped[Person] = relationship(lazy="raise")
    course: Mapped[CourseRecord] = relationship(lazy="raise")
    release: Mapped[Release] = relationship(lazy="raise")


class Outcome(Base):
    """A fact about an enrolment. Never changed; sent twice (same ``client_id``), it counts once."""

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("enrolment_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    client_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))  # rules.OutcomeKind
    unit: Mapped[str] = mapped_column(String(160))  # module/section, or the id of a quiz
    score: Mapped[Decimal | None]  # per cent, for a quiz
    claimed_at: Mapped[datetime | None]  # what the client's clock said; a claim
    received_at: Mapped[datetime]  # when the server got it; the fact

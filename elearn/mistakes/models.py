"""The table of reports."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base

_WAITS = text("state = 'open'")


class MistakeReport(Base):
    """A mistake that somebody reported, as the unit was then, and what a trainer answered."""

    __tablename__ = "mistake_report"
    __table_args__ = (
        # Who reports a unit twice is shown the report that waits: the database says which was first.
        Index(
            "uq_mistake_report_waiting",
            "person_id",
            "course_id",
            "unit",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_mistake_report_course_id_state", "course_id", "state"),
        Index("ix_mistake_report_person_id_reported_at", "person_id", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    unit: Mapped[str] = mapped_column(String(250))  # rules.Unit
    language: Mapped[str] = mapped_column(String(10))  # in which the unit was shown, after any fallback
    title: Mapped[str] = mapped_column(String(500))  # of the unit, as it was shown
    message: Mapped[str] = mapped_column(String(2000))  # what is wrong
    suggestion: Mapped[str] = mapped_column(String(2000))  # "": none
    reported_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))  # rules.State
    fixed_in: Mapped[str | None] = mapped_column(String(40))  # a version; None: it was not fixed
    answer: Mapped[str] = mapped_column(String(2000))  # for the officer; "": none
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

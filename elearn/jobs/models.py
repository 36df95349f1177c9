"""The table of jobs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base

_WAITS = text("ended_at IS NULL")


class Job(Base):
    """Something to be done in the background. What it needed is forgotten when it ended; that it was stays a while."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # rules.Kind
    key: Mapped[str | None] = mapped_column(String(300), unique=True)  # rules.key_of while it waits
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # whom it is about
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who hears that it failed
    address: Mapped[str | None] = mapped_column(String(254))  # what somebody typed; None when it ended
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]  # when to try
    taken_until: Mapped[datetime | None]  # while it is being done; when that is over, who took it has died
    tries: Mapped[int]
    problem: Mapped[str | None] = mapped_column(String(300))  # of the last try, in technical words and without names
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))  # rules.Outcome

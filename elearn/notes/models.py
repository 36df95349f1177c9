"""Tables of notes and bookmarks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base


class Note(Base):
    """What somebody wrote for themselves on a section. One a section; the last save wins, see ``rules.rewritten``."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("enrolment_id", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit: Mapped[str] = mapped_column(String(160))  # module/section
    title: Mapped[str] = mapped_column(String(300))  # of the section when last saved: it may be gone one day
    text: Mapped[str] = mapped_column(String(4000))
    revision: Mapped[UUID]  # the client's id of the save that made it
    earlier: Mapped[list[Any]]  # [text, instant] of each text that was replaced unseen
    saved_at: Mapped[datetime]


class Bookmark(Base):
    """A section that somebody wants to come back to."""

    __tablename__ = "bookmark"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(160), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]

"""The table of notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base

_UNREAD = text("read_at IS NULL")


class Notice(Base):
    """Something that a person is told. The same news (``key``) is told once."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        # Every page counts the unread ones: the index holds these alone.
        Index("ix_notice_unread", "person_id", "created_at", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(30))  # rules.Kind
    key: Mapped[str] = mapped_column(String(120))
    href: Mapped[str] = mapped_column(String(300))  # an address of this site
    about: Mapped[dict[str, Any]]  # rules.About
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]  # None: unread
    mailed_at: Mapped[datetime | None]  # when a digest had it; None: none had

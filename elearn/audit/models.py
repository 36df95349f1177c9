"""The table of the log. Triggers of its migration refuse to change or delete a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base


class AuditEvent(Base):
    """Something that was done. No foreign key: the log outlives what it tells of."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_actor_id_number", "actor_id", "number"),
        Index("ix_audit_event_act_number", "act", "number"),
        Index("ix_audit_event_thing_id_number", "thing_id", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]  # a person's id; None: who ``actor_roles`` says
    actor_roles: Mapped[str] = mapped_column(String(200))  # at that time; or a word of rules.Bystander
    act: Mapped[str] = mapped_column(String(40))  # rules.Act
    thing_kind: Mapped[str] = mapped_column(String(20))  # rules.Kind
    thing_id: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]]  # rules.Detail by name
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

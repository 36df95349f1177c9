"""The table of passwords that may be chosen anew."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.accounts.models import Person
from elearn.db.base import Base


class PasswordReset(Base):
    """The right to choose a new password once; gone when used. At most one of each kind for a person."""

    __tablename__ = "password_reset"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    kind: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of a token or a code of 120 bits
    account_mark: Mapped[str] = mapped_column(String(64))  # of the password there was: another one voids the right
    ends_at: Mapped[datetime]

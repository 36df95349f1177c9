"""Tables of the second step."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from elearn.accounts.models import Person
from elearn.db.base import Base


class SecondStep(Base):
    """A person's authenticator app. The key of its codes is computed from ``seed`` and the installation's secret."""

    __tablename__ = "second_step"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(22))
    last_step: Mapped[int] = mapped_column(BigInteger)  # the half minute of the last code used: none is good twice
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code that replaces the app once. ``code_hash`` is SHA-256: the code has 120 bits."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]

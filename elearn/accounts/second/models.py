"""Tables of the second step."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from elearn.accounts.models import Person
from elearn.db.base import Base
from elearn.security.passkeys import LONGEST_ID


class SecondStep(Base):
    """A person's authenticator app. The key of its codes is computed from ``seed`` and the installation's secret."""

    __tablename__ = "second_step"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(22))
    last_step: Mapped[int] = mapped_column(BigInteger)  # the half minute of the last code used: none is good twice
    created_at: Mapped[datetime]


class Passkey(Base):
    """A key on a device of the person's that replaces the app. ``count`` is how often it was used, if it counts."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    credential_id: Mapped[str] = mapped_column(String(LONGEST_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that replaces the app once. ``code_hash`` is SHA-256: the code has 120 bits."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]

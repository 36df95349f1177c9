"""Reading the second step of people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep


def has_second_step(session: Session, person_id: int) -> bool:
    """Whether a person signs in with a second step."""
    return session.scalar(select(SecondStep.person_id).where(SecondStep.person_id == person_id)) is not None


def second_step_since(session: Session, person_id: int) -> tuple[datetime, int] | None:
    """Since when a person has a second step, and how many recovery codes are left; None if they have none."""
    left = (
        select(func.count(RecoveryCode.id))
        .where(RecoveryCode.person_id == SecondStep.person_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    row = session.execute(select(SecondStep.created_at, left).where(SecondStep.person_id == person_id)).one_or_none()
    return (row[0], row[1]) if row is not None else None


def passkeys_of(session: Session, person_id: int) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()

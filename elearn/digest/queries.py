"""Reading who wants a digest, and who is due one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.notices.models import Notice
from elearn.notices.rules import KEPT

ONCE_IN = timedelta(hours=20)
"""A person gets no second digest within this time, however often they are put down: a day, with room for clocks."""


_WANTS = (Person.wants_digest.is_(True), Person.email.is_not(None), Person.disabled_at.is_(None))


def people_who_want_one(session: Session) -> Sequence[int]:
    """The ids of everybody who asked for a digest, and can get it."""
    return session.scalars(select(Person.id).where(*_WANTS).order_by(Person.id)).all()


def due_a_digest(session: Session, *, now: datetime) -> Sequence[int]:
    """The ids of those who are due a digest: something waits unread that none had, and they got none lately."""
    waits = exists().where(
        Notice.person_id == Person.id,
        Notice.read_at.is_(None),
        Notice.mailed_at.is_(None),
        Notice.created_at > now - KEPT,
    )
    lately = exists().where(Notice.person_id == Person.id, Notice.mailed_at > now - ONCE_IN)
    return session.scalars(select(Person.id).where(*_WANTS, waits, ~lately).order_by(Person.id)).all()

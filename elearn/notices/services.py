"""Telling people something. The port that features call; it flushes, never commits."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.core.identifiers import new_public_id
from elearn.notices.models import Notice
from elearn.notices.rules import KEPT, News


def notify(session: Session, person_id: int, news: News, *, now: datetime) -> bool:
    """Tell a person something, in the transaction of what it tells; whether it was new to them.

    What they were told too long ago is thrown away.
    """
    session.execute(delete(Notice).where(Notice.person_id == person_id, Notice.created_at <= now - KEPT))
    if session.scalar(select(Notice.id).where(Notice.person_id == person_id, Notice.key == news.key)) is not None:
        return False
    notice = Notice(
        public_id=new_public_id(),
        person_id=person_id,
        kind=news.kind,
        key=news.key,
        href=news.href,
        about=news.about.stored(),
        created_at=now,
        read_at=None,
        mailed_at=None,
    )
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:  # the same news came at the same moment
        return False
    return True


def mark_read(session: Session, person_id: int, *, public_id: str | None = None, now: datetime) -> None:
    """Mark a notice of a person as read, or all of them (``public_id`` None)."""
    query = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None)).values(read_at=now)
    session.execute(query if public_id is None else query.where(Notice.public_id == public_id))

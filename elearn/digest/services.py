"""Putting digests down to be sent, claiming notices for one, and giving them back. They flush, never commit."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.certificates.services import tell_what_expires
from elearn.digest.queries import due_a_digest, people_who_want_one
from elearn.jobs.rules import Kind as Job
from elearn.jobs.services import queue
from elearn.notices.models import Notice
from elearn.notices.queries import Told
from elearn.notices.rules import KEPT, Kind, about_stored


def queue_digests(session: Session, *, now: datetime, zone: ZoneInfo) -> int:
    """Have a digest sent to everybody who is due one, after telling them what expires soon; to how many."""
    for person_id in people_who_want_one(session):
        tell_what_expires(session, person_id, now, zone=zone)
    session.flush()
    return sum(queue(session, Job.DIGEST, person_id, now=now) for person_id in due_a_digest(session, now=now))


def claim_notices(session: Session, person_id: int, *, now: datetime) -> Sequence[Told]:
    """Take what waits unread for a letter, so that no other has it: the oldest first; empty if another was quicker."""
    # Held, so that two runs at the same time do not share the notices of one person out between them.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    waiting = session.scalars(
        select(Notice)
        .where(
            Notice.person_id == person_id,
            Notice.read_at.is_(None),
            Notice.mailed_at.is_(None),
            Notice.created_at > now - KEPT,
        )
        .order_by(Notice.created_at, Notice.id)
        .execution_options(populate_existing=True)
    ).all()
    for notice in waiting:
        notice.mailed_at = now
    session.flush()
    return [
        Told(each.public_id, Kind(each.kind), about_stored(each.about), each.href, each.created_at, is_read=False)
        for each in waiting
    ]


def give_back(session: Session, notices: Sequence[Told]) -> None:
    """Let a later letter have notices whose own could not be sent."""
    ids = [each.public_id for each in notices]
    session.execute(update(Notice).where(Notice.public_id.in_(ids)).values(mailed_at=None))

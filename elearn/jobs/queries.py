"""Reading jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from elearn.jobs.models import Job
from elearn.jobs.rules import REVIVED, Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs wait, how many of them failed at least once, and how many were given up lately for their time.

    ``oldest_at`` is when the oldest of those that wait was put down.
    """

    waiting: int
    in_trouble: int
    failed: int
    oldest_at: datetime | None


def counts(session: Session) -> Counts:
    """How the work stands; with few jobs that wait, whatever is done already."""
    query = select(func.count(), func.count(Job.problem), func.min(Job.made_at)).where(Job.ended_at.is_(None))
    waiting, in_trouble, oldest_at = session.execute(query).one()
    failed = session.scalar(select(func.count()).select_from(Job).where(Job.outcome == Outcome.FAILED)) or 0
    return Counts(waiting, in_trouble, failed, oldest_at)


def is_due(now: datetime) -> ColumnElement[bool]:
    """The condition that a job is to be done now, and nobody is at it."""
    return and_(Job.ended_at.is_(None), Job.due_at <= now, or_(Job.taken_until.is_(None), Job.taken_until <= now))


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether there is something to do now."""
    return session.scalar(select(Job.id).where(is_due(now)).limit(1)) is not None


def waiting_jobs(session: Session, limit: int) -> Sequence[Job]:
    """What waits, the oldest first."""
    return session.scalars(select(Job).where(Job.ended_at.is_(None)).order_by(Job.made_at, Job.id).limit(limit)).all()


def failed_jobs(session: Session, limit: int) -> Sequence[Job]:
    """What failed, the newest first."""
    query = select(Job).where(Job.outcome == Outcome.FAILED).order_by(Job.ended_at.desc(), Job.id.desc())
    return session.scalars(query.limit(limit)).all()


def failed_to_revive(session: Session) -> Sequence[Job]:
    """What failed, is about a person, and is worth another try."""
    query = select(Job).where(Job.outcome == Outcome.FAILED, Job.kind.in_(REVIVED), Job.person_id.is_not(None))
    return session.scalars(query.order_by(Job.id)).all()


def done_counts(session: Session, *, since: datetime) -> Mapping[str, int]:
    """How many jobs of each kind were done since."""
    query = select(Job.kind, func.count()).where(Job.outcome == Outcome.DONE, Job.ended_at >= since)
    return dict(session.execute(query.group_by(Job.kind).order_by(Job.kind)).all())


def gauges(session: Session) -> Mapping[str, tuple[str, int]]:
    """What ``/metrics`` tells of jobs."""
    stands = counts(session)
    return {
        "jobs_waiting": ("Jobs, such as letters, that wait or are being done.", stands.waiting),
        "jobs_in_trouble": ("Jobs that wait because a try failed.", stands.in_trouble),
        "jobs_failed": ("Jobs of the last 30 days whose time was over before they could be done.", stands.failed),
    }

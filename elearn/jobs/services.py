"""Use cases of jobs. They flush, never commit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.audit.rules import Act, Actor, Thing
from elearn.audit.rules import Kind as ThingKind
from elearn.audit.services import record
from elearn.core.identifiers import new_public_id
from elearn.jobs.models import Job
from elearn.jobs.queries import failed_to_revive, is_due
from elearn.jobs.rules import KEPT, LEASE, LIVES, MOST_WAITING, Kind, NoSuchJob, Outcome, Task, key_of, pause_after

# Called with a job that is given up because its time is over, in the same transaction.
JobFailed = Callable[[Session, Job, datetime], None]
job_failed: list[JobFailed] = []

LONGEST_PROBLEM = 300
_THE_SITE = Thing(ThingKind.SITE, "site")


def queue(session: Session, kind: Kind, person_id: int, *, asked_by_id: int | None = None, now: datetime) -> bool:
    """Have something done for a person soon; False if the same waits already, which is then tried at once."""
    return _put_down(session, kind, key_of(kind, person_id), now, person_id=person_id, asked_by_id=asked_by_id)


def queue_request(session: Session, kind: Kind, address: str, *, now: datetime) -> bool:
    """Have done soon what somebody unknown asks for; False if the same waits already, or too much of the kind does."""
    count = session.scalar(select(func.count()).select_from(Job).where(Job.ended_at.is_(None), Job.kind == kind))
    if (count or 0) >= MOST_WAITING:
        return False
    return _put_down(session, kind, key_of(kind, address), now, address=address)


def _put_down(
    session: Session,
    kind: Kind,
    key: str,
    now: datetime,
    *,
    person_id: int | None = None,
    asked_by_id: int | None = None,
    address: str | None = None,
) -> bool:
    waits = session.scalars(select(Job).where(Job.key == key).with_for_update()).one_or_none()
    if waits is not None:
        waits.due_at = min(waits.due_at, now)
        session.flush()
        return False
    job = Job(
        public_id=new_public_id(),
        kind=kind,
        key=key,
        person_id=person_id,
        asked_by_id=asked_by_id,
        address=address,
        made_at=now,
        due_at=now,
        tries=0,
        problem=None,
        ended_at=None,
        outcome=None,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # the same was asked for at the same moment
        return False
    return True


def take_next(session: Session, *, only: Kind | None = None, now: datetime) -> Task | None:
    """Take the job that is due longest, of one kind or of any, so that nobody else does it meanwhile; None: none is.

    What is of no use any more is not done: the site may have stood still, been restored, or died at it each time.
    """
    query = select(Job).where(is_due(now)).order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
    if only is not None:
        query = query.where(Job.kind == only)
    while (job := session.scalars(query).one_or_none()) is not None and _is_late(job, now):
        _fail(session, job, now)
    if job is None:
        return None
    job.tries += 1
    job.taken_until = now + LEASE
    session.flush()
    return Task(job.id, Kind(job.kind), job.person_id, job.address)


def end_done(session: Session, task: Task, *, now: datetime) -> None:
    """Put down that a job is done; one that an administrator gave up meanwhile stays so."""
    job = _held(session, task)
    if job is not None:
        job.problem = None
        _end(job, Outcome.DONE, now)
        session.flush()


def put_off(session: Session, task: Task, problem: str, *, now: datetime) -> None:
    """Put down why a try failed, and have it tried again; if its time is over, it has failed, and listeners hear so."""
    job = _held(session, task)
    if job is None:
        return
    job.problem, job.taken_until = problem[:LONGEST_PROBLEM], None
    job.due_at = now + pause_after(job.tries)
    if _is_late(job, job.due_at):
        _fail(session, job, now)
    session.flush()


def _held(session: Session, task: Task) -> Job | None:
    query = select(Job).where(Job.id == task.id, Job.ended_at.is_(None))
    return session.scalars(query.with_for_update()).one_or_none()


def _is_late(job: Job, at: datetime) -> bool:
    """Whether a job is of no use any more at that time."""
    return at >= job.made_at + LIVES[Kind(job.kind)]


def _fail(session: Session, job: Job, now: datetime) -> None:
    _end(job, Outcome.FAILED, now)
    for listener in job_failed:
        listener(session, job, now)
    session.flush()


def _end(job: Job, outcome: Outcome, now: datetime) -> None:
    job.ended_at, job.outcome = now, outcome
    job.key = job.address = job.taken_until = None


def hurry(session: Session, kind: Kind | None = None, *, now: datetime) -> int:
    """Have what waits for another try, of one kind or of any, tried now; how much that is."""
    query = update(Job).where(Job.ended_at.is_(None), Job.due_at > now).values(due_at=now)
    done: CursorResult[Any] = session.execute(query if kind is None else query.where(Job.kind == kind))  # type: ignore[assignment]
    return done.rowcount


def try_again(session: Session, *, actor: Actor, now: datetime) -> int:
    """Have tried now what waits for another try, and what failed and somebody of the desk asked for; how much it is."""
    count = hurry(session, now=now) + sum(_revive(session, job, now) for job in failed_to_revive(session))
    if count:
        record(session, Act.JOBS_RETRIED, _THE_SITE, actor=actor, now=now, count=count)
    return count


def _revive(session: Session, job: Job, now: datetime) -> bool:
    """Let a job that failed wait as if it were new; it is gone where the same was asked for meanwhile."""
    assert job.person_id is not None
    again = queue(session, Kind(job.kind), job.person_id, asked_by_id=job.asked_by_id, now=now)
    session.delete(job)
    session.flush()
    return again


def discard(session: Session, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Give up a job that waits. Raises NoSuchJob."""
    query = select(Job).where(Job.public_id == public_id, Job.ended_at.is_(None))
    job = session.scalars(query.with_for_update()).one_or_none()
    if job is None:
        raise NoSuchJob
    _end(job, Outcome.DISCARDED, now)
    session.flush()
    record(session, Act.JOB_DISCARDED, _THE_SITE, actor=actor, now=now, kind=job.kind)


def forget_ended(session: Session, *, now: datetime) -> None:
    """Delete jobs that ended long ago."""
    session.execute(delete(Job).where(Job.ended_at <= now - KEPT))

"""Doing what is due, one job after the other: each is taken, done, and put down, with nothing held in between."""

import logging
from collections.abc import Callable
from datetime import datetime

from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.jobs.queries import is_any_due
from elearn.jobs.rules import Kind, Task
from elearn.jobs.services import end_done, put_off, take_next
from elearn.settings import Settings

# Does a job, in transactions of its own; what it raises means that it is tried again.
Handler = Callable[[Settings, Database, Task, datetime], None]
handlers: dict[Kind, Handler] = {}
Clock = Callable[[], datetime]

log = logging.getLogger("elearn.jobs")


def work_off(settings: Settings, database: Database, *, only: Kind | None = None, clock: Clock) -> tuple[int, int]:
    """Do what is due now, of one kind or of any; how many jobs are done, and how many tries failed.

    Nothing is tried twice. A fault of the database ends the work: raises what SQLAlchemy raises.
    """
    done = failed = 0
    begun = clock()
    while (task := _taken(database, only, begun)) is not None:
        if _do(settings, database, task, clock):
            done += 1
        else:
            failed += 1
    return done, failed


def _taken(database: Database, only: Kind | None, now: datetime) -> Task | None:
    with database.reading() as session:
        if not is_any_due(session, now=now):
            return None  # looking takes nobody's turn to write
    with database.writing() as session:
        task = take_next(session, only=only, now=now)
        session.commit()
    return task


def _do(settings: Settings, database: Database, task: Task, clock: Clock) -> bool:
    """Try a job once; whether it is done."""
    problem = None
    try:
        handlers[task.kind](settings, database, task, clock())
    except Exception as fault:  # whatever it is, the next job can be done; nobody's address is logged
        problem = str(fault) if isinstance(fault, Refusal) else type(fault).__name__
        log.warning("the %s was not done: %s", task.kind.value, problem)
    with database.writing() as session:
        if problem is None:
            end_done(session, task, now=clock())
        else:
            put_off(session, task, problem, now=clock())
        session.commit()
    return problem is None

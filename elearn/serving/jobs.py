"""The process that does the site's jobs: it sleeps, does what is due, and puts the digests of a day down."""

import logging
import os
import signal
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from elearn import wiring
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.digest.services import queue_digests
from elearn.jobs.services import forget_ended
from elearn.jobs.working import work_off
from elearn.settings import Settings

PAUSE_SECONDS = 2.0
"""Whoever asked for a link looks at their post after some seconds."""
PAUSE_AFTER_FAULT_SECONDS = 30.0
"""So long a database that does not answer is left alone."""
NICE = 10

log = logging.getLogger("elearn.jobs")


def keep_working(settings: Settings) -> None:
    """Do the site's jobs, for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of the terminal; the parent decides
    os.nice(NICE)
    wiring.connect_hooks(settings)
    database = Database(settings.sqlalchemy_url)
    worker = JobWorker(settings, database)
    while True:
        time.sleep(worker.work(now=clock()))


class JobWorker:
    """Does what is due, each time it is asked to; it remembers of which day the digests were put down last."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._zone = ZoneInfo(settings.timezone)
        self._digests_of = datetime.min.date()

    def work(self, *, now: datetime) -> float:
        """Do what is due; after how many seconds to ask again. A fault of the database is logged, and passes."""
        try:
            self._begin_day(now)
            work_off(self._settings, self._database, clock=clock)
        except SQLAlchemyError as problem:
            log.error("the jobs wait: %s", type(problem).__name__)
            return PAUSE_AFTER_FAULT_SECONDS
        return PAUSE_SECONDS

    def _begin_day(self, now: datetime) -> None:
        """Once a day, from the hour of the digests on: put them down, and forget what was done long ago."""
        today = (now.astimezone(self._zone) - timedelta(hours=self._settings.digest_at)).date()
        if today == self._digests_of:
            return
        with self._database.writing() as session:
            queue_digests(session, now=now, zone=self._zone)
            forget_ended(session, now=now)
            session.commit()
        self._digests_of = today

"""The parent: prepares the site in the order that leaves nothing half done, then keeps its workers alive.

The application is made once, before the workers are forked: a fault in it is found by the parent, the workers share
its memory, and a worker that dies is replaced in milliseconds. The parent has no connection open and no thread running
when it forks.

Signals are blocked and waited for (``sigtimedwait``), so that no handler runs at an awkward moment:

- SIGTERM, SIGINT, SIGHUP: drain. The workers finish what they are answering and end; what is not finished after
  ``DRAIN_SECONDS`` is killed, and a second signal kills at once.
- SIGCHLD: a worker ended. One that had come to answer requests is replaced at once, however often; one that ended
  before that is tried again ever later, and if none ever came so far, the parent gives up.
- SIGKILL of the parent: the kernel kills the workers (PR_SET_PDEATHSIG), which frees the port and the lock.
"""

import ctypes
import gc
import importlib
import logging
import mmap
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from elearn.backup.restoring import check_whole
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.search.services import rebuild_index
from elearn.secret import DataFolderUnusable, secret_key
from elearn.serving.audited import record_start
from elearn.serving.backups import keep_backups
from elearn.serving.jobs import keep_working
from elearn.serving.listeners import listen
from elearn.serving.lock import lock_data_folder
from elearn.serving.worker import work as answer
from elearn.settings import Settings
from elearn.shipped import shipped
from elearn.web.logs import set_up_log
from elearn.web.observed import observer_of

FACTORY = "elearn.app:create_app"
"""Named, not imported: nobody imports the application, so that imports never run in a circle."""

DRAIN_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 10.0
SHORTEST_LIFE_SECONDS = 0.2
"""Workers are started no faster than this, each."""
HOPELESS = 5
"""So many failed starts of a worker, while none ever answered, mean that the site cannot run at all."""
OPEN_FILES = 16384
PR_SET_PDEATHSIG = 1

log = logging.getLogger("elearn.serving")

Work = Callable[[socket.socket, int, Callable[[], None]], None]


def serve(settings: Settings) -> int:
    """Run the site until it is told to stop; the exit code. Must be called in the main thread.

    Raises UnknownDatabase, DatabaseUnreachable, PortTaken, CannotListen before anything is touched; then
    DataFolderUnusable, DataFolderInUse, RestoreCutOff; then DatabaseIsNewer.
    """
    set_up_log(settings.log_level, settings.log_format)
    os.umask(0o077)  # what the site writes is nobody else's
    logging.getLogger("alembic").setLevel(logging.WARNING)
    database = Database(settings.sqlalchemy_url)
    with ExitStack() as held:
        held.callback(database.dispose)
        if not database.is_sqlite:
            database.check()
        count = settings.workers or len(os.sched_getaffinity(0))
        listeners = listen(settings.host, settings.port, count)
        for listener in listeners:
            held.callback(listener.close)
        prepare_data_folder(settings.data_dir)
        held.callback(os.close, lock_data_folder(settings.data_dir))
        check_whole(settings.data_dir)
        secret_key(settings.data_dir)
        upgrade(database, shipped("migrations"))
        rebuild_index(database, only_missing=True)  # what was published before there was a search
        record_start(database, settings, now=clock())
        application = _application(settings, database)
        observer_of(application).meters.share(count)
        if settings.public_url is None:
            _say(
                "ELEARN_PUBLIC_URL is not set: certificates need it, the address under which people reach this site.",
                sys.stderr,
            )
        _allow_many_connections()
        database.dispose()  # a connection must not be shared with a fork
        gc.collect()
        gc.freeze()  # what is here now stays shared: the collector of a worker would copy it by touching it

        def work(listener: socket.socket, number: int, ready: Callable[[], None]) -> None:
            set_up_log(settings.log_level, settings.log_format, worker=number)
            answer(application, listener, ready, number=number, threads=settings.threads)
            database.dispose()

        chores: list[Callable[[], None]] = []
        if settings.sends_mail:
            chores.append(partial(keep_working, settings))
        if settings.backup_folder is not None:
            chores.append(partial(keep_backups, settings, settings.backup_folder))
        return Supervisor(listeners, work, chores, hello=_start_line(settings, count)).run()


def prepare_data_folder(data_dir: Path) -> None:
    """Make the data folder, readable by its owner alone. Raises DataFolderUnusable unless it can be written to."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise DataFolderUnusable(path=data_dir, reason=problem.strerror) from problem
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise DataFolderUnusable(path=data_dir, reason="it cannot be written to")


def _application(settings: Settings, database: Database) -> Any:
    module, _, factory = FACTORY.partition(":")
    application = getattr(importlib.import_module(module), factory)(settings, database)
    for name in application.jinja_env.list_templates(extensions=["html"]):
        application.jinja_env.get_template(name)  # compiled once, here
    return application


def _start_line(settings: Settings, count: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}/"
    public = f" for {settings.public_url}/" if settings.public_url and settings.public_url + "/" != address else ""
    return f"{settings.site_name} is running at {address}{public} (workers: {count}; stop it with Ctrl+C)"


def _say(sentence: str, stream: Any = None) -> None:
    print(sentence, file=stream or sys.stdout, flush=True)


def _allow_many_connections() -> None:
    """Use the number of open files that the system allows; many start programs with 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def pause_before(failed_starts: int, lived: float) -> float:
    """Seconds to wait before a worker that lived so many seconds is replaced.

    ``failed_starts`` counts how often in a row it ended before it answered requests.
    """
    if failed_starts:
        return min(LONGEST_PAUSE_SECONDS, 0.25 * 2.0 ** (failed_starts - 1))
    return max(0.0, SHORTEST_LIFE_SECONDS - lived)


class Supervisor:
    """Keeps a worker alive for each listener, and a process for each chore.

    ``work(listener, number, ready)`` is what a worker does: it calls ``ready`` when it answers requests, and returns
    when it has drained. A chore is done beside the workers and never returns; SIGTERM ends it at once.
    """

    STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        work: Work,
        chores: Sequence[Callable[[], None]] = (),
        *,
        hello: str = "",
    ) -> None:
        self._listeners = listeners
        self._work = work
        self._chores = chores
        self._hello = hello
        count = len(listeners) + len(chores)  # chores are numbered after the workers
        self._born: dict[int, tuple[int, float]] = {}  # process -> which listener, when
        self._due: dict[int, float] = {}  # which listener -> when to start its worker
        self._ready = mmap.mmap(-1, count)  # shared with the workers: a byte for each that answers
        self._was_ready = False
        self._failed_starts = [0] * count

    def run(self) -> int:
        """Run until told to stop; 0, or 1 if no worker could ever be kept alive."""
        stopping = [
            number for number in self.STOPPING if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
        ]
        waited = {*stopping, signal.SIGCHLD}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
        self._mask = before
        try:
            for index in range(len(self._failed_starts)):
                self._start(index)
            _say(self._hello)
            while True:
                news = self._wait(waited, self._seconds_to_next_start())
                if news in stopping:
                    self._drain(waited)
                    return 0
                self._notice_deaths()
                if self._is_hopeless():
                    log.critical("no worker can be started; the lines above say why")
                    self._drain(waited)
                    return 1
                self._start_due()
        finally:
            for process in self._born:
                os.kill(process, signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @staticmethod
    def _wait(signals: set[signal.Signals], seconds: float | None) -> int | None:
        """The next of the signals; None after ``seconds``."""
        if seconds is None:
            return signal.sigwait(signals)
        found = signal.sigtimedwait(signals, max(0.0, seconds))
        return None if found is None else found.si_signo

    # --- starting -----------------------------------------------------------------------------------------------

    def _start(self, index: int) -> None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self._ready[index] = False
        try:
            process = os.fork()
        except OSError as problem:  # no memory, too many processes: it may pass
            log.error("worker %s cannot be started: %s", index + 1, problem.strerror)
            self._due[index] = time.monotonic() + 1.0
            return
        if process:
            self._born[process] = (index, time.monotonic())
            return
        status = 1
        try:
            _die_with_parent(parent)
            for other, listener in enumerate(self._listeners):
                if other != index:
                    listener.close()
            self._born.clear()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
            if index < len(self._listeners):
                self._work(self._listeners[index], index + 1, lambda: self._ready.__setitem__(index, True))
            else:
                self._chores[index - len(self._listeners)]()
            status = 0
        except BaseException:
            log.exception("worker %s failed", index + 1)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # never back into the parent's code

    def _start_due(self) -> None:
        now = time.monotonic()
        for index in [index for index, due in self._due.items() if due <= now]:
            del self._due[index]
            self._start(index)

    def _seconds_to_next_start(self) -> float | None:
        return min(self._due.values()) - time.monotonic() if self._due else None

    # --- ending -------------------------------------------------------------------------------------------------

    def _reap(self) -> list[tuple[int, int, int, float]]:
        """The workers that ended: process, which listener, status, seconds they lived."""
        ended = []
        for process, (index, born) in list(self._born.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                del self._born[process]
                ended.append((process, index, status, time.monotonic() - born))
        return ended

    def _notice_deaths(self) -> None:
        for process, index, status, lived in self._reap():
            was_ready = bool(self._ready[index])
            self._was_ready |= was_ready
            self._failed_starts[index] = 0 if was_ready else self._failed_starts[index] + 1
            self._due[index] = time.monotonic() + pause_before(self._failed_starts[index], lived)
            log.error("worker %s (process %s) ended by itself (%s); it is replaced", index + 1, process, _how(status))

    def _is_hopeless(self) -> bool:
        workers = self._failed_starts[: len(self._listeners)]
        return max(workers) >= HOPELESS and not self._was_ready and not any(self._ready[:])

    def _drain(self, waited: set[signal.Signals]) -> None:
        for listener in self._listeners:
            listener.close()  # with the workers' own closed, newcomers are refused instead of left waiting
        self._send(signal.SIGTERM)
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._born:
            news = self._wait(waited, deadline - time.monotonic())
            self._reap()
            if self._born and (news is None or news != signal.SIGCHLD):
                log.warning("workers killed before they had finished: %s", len(self._born))
                self._send(signal.SIGKILL)
                deadline = time.monotonic() + DRAIN_SECONDS

    def _send(self, number: signal.Signals) -> None:
        for process in self._born:  # not reaped yet, so the number still is that process's
            os.kill(process, number)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)

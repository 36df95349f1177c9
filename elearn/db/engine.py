"""Engines and sessions: one to read, one to write, on SQLite and on PostgreSQL.

SQLite. Writers say BEGIN IMMEDIATE before their first read, because a transaction that reads first and writes later
can be refused half-way; before that they take their turn at a file lock, which queues them fairly, where SQLite's own
waiting lets the late overtake the early. ``synchronous=FULL``: what was acknowledged survives a power cut. The busy
time-out is set first, so that the other settings wait too.

PostgreSQL. Readers run in autocommit, which saves two round trips a page; writers in its default isolation.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from elearn.core.refusals import Unsound
from elearn.db.together import Together

BUSY_MILLISECONDS = 10_000
CONNECT_SECONDS = 10


class UnknownDatabase(Unsound):
    """The database's address is not one we can use."""

    message = (
        "ELEARN_DATABASE_URL is not an address of SQLite or PostgreSQL; "
        "use sqlite:///FILE or postgresql://USER@HOST/NAME."
    )


class DatabaseUnreachable(Unsound):
    """The database does not answer."""

    message = "The database does not answer: %(reason)s"


class ReadingSession(Session):
    """A session whose ``connection()`` comes straight from the engine; ``raw`` is :meth:`Database.raw`.

    Pages ask their few questions there; a session's own bookkeeping costs more than such a question.
    """

    def __init__(self, engine: Engine, raw: Callable[[], Any], *, is_sqlite: bool) -> None:
        super().__init__(engine, autoflush=False, expire_on_commit=False)
        self.raw = raw
        self.is_sqlite = is_sqlite
        self._direct: Connection | None = None

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        """The connection of this session, opened when first asked for."""
        if self._direct is None:
            engine = self.bind
            assert isinstance(engine, Engine)
            self._direct = engine.connect()
        return self._direct

    def close(self) -> None:
        """End what was read."""
        if self._direct is not None:
            self._direct.close()
            self._direct = None
        if self.in_transaction():
            super().close()


class Database:
    """One database: its engine, and sessions to read or to write."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        try:
            address = make_url(url)
        except (ArgumentError, ValueError) as problem:  # a port that is no number is a ValueError
            raise UnknownDatabase from problem
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise UnknownDatabase
        self._own = threading.local()  # the raw connection of each thread
        self._raw: list[Any] = []
        self._turnstile: str | None = None
        self.together = Together(self.raw, self._turn)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        # hide_parameters: an error that is logged must not tell a password's hash or somebody's answers.
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "hide_parameters": True}
        if self.is_sqlite:
            # The time-out is set before any other statement, so that those wait as well.
            options["connect_args"] = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}
        else:
            options["pool_pre_ping"] = True
            options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
        try:
            self.engine: Engine = create_engine(address, **options)
        except (NoSuchModuleError, ArgumentError) as problem:
            raise UnknownDatabase from problem
        if self.is_sqlite:
            if address.database and address.database != ":memory:":
                self._turnstile = f"{address.database}.turn"
            _set_up_sqlite(self.engine, self._turnstile)
            self._reading: Engine = self.engine
            self._writing: Engine = self.engine.execution_options(writes=True)
        else:
            self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._writing = self.engine

    def reading(self) -> Session:
        """A session that reads and never writes."""
        return ReadingSession(self._reading, self.raw, is_sqlite=self.is_sqlite)

    def raw(self) -> Any:
        """The driver's own connection of this thread on SQLite, for a single question that needs no transaction.

        It stays open: taking one from the pool costs more than the question.
        """
        found = getattr(self._own, "raw", None)
        if found is None:
            pooled = self.engine.raw_connection()
            found = self._own.raw = pooled.driver_connection
            pooled.detach()
            self._raw.append(found)
        return found

    def writing(self) -> Session:
        """A session that writes; it holds the right to write from its first statement to its end."""
        return Session(self._writing, expire_on_commit=False)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the right to write on SQLite, for statements on a raw connection."""
        if self._turnstile is None:
            yield
            return
        held = _take_turn(self._turnstile)
        try:
            yield
        finally:
            os.close(held)

    def check(self) -> None:
        """Raise DatabaseUnreachable unless the database answers a query."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as problem:
            raise DatabaseUnreachable(reason=str(problem.orig).strip().splitlines()[0]) from problem

    def set_up(self) -> None:
        """Choose write-ahead logging once, before any worker starts (SQLite keeps the choice in the file)."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA journal_mode=WAL").fetchone()

    def dispose(self) -> None:
        """Close every connection."""
        self._own = threading.local()
        while self._raw:
            self._raw.pop().close()
        self.engine.dispose()


def _set_up_sqlite(engine: Engine, turnstile: str | None) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, record: Any) -> None:
        raw.isolation_level = None  # the driver must not say BEGIN by itself
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            if turnstile is not None and "turn" not in connection.info:
                connection.info["turn"] = _take_turn(turnstile)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Straight to the driver: on a page of two queries SQLAlchemy's way would cost as much as a third.
            connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]

    @event.listens_for(engine, "checkin")
    def _give_turn_back(raw: Any, record: Any) -> None:
        turn = record.info.pop("turn", None)
        if turn is not None:
            os.close(turn)


def _take_turn(turnstile: str) -> int:
    """Wait for the turn to write; closing the descriptor returned gives it back, and so does the end of the process."""
    descriptor = os.open(turnstile, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address, or None."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return None
    return Path(address.database)

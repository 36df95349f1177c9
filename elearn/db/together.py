"""Small writes that come at the same time, committed together on SQLite: one wait for the disk serves them all.

The first thread that comes writes at once. Those that come while it waits for the disk queue up, and the next of them
writes for all. PostgreSQL does the same by itself.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

Rows = list[Any]


class _Write:
    """One statement, and what came of it."""

    def __init__(self, sql: str, values: Sequence[Any]) -> None:
        self._sql = sql
        self._values = values
        self._outcome: Rows | sqlite3.Error | None = None

    @property
    def is_over(self) -> bool:
        return self._outcome is not None

    def execute(self, raw: Any) -> None:
        try:
            self._outcome = raw.execute(self._sql, self._values).fetchall()
        except sqlite3.Error as problem:
            if not raw.in_transaction:
                raise  # it took the whole transaction with it
            self._outcome = problem  # it alone did nothing

    def fail(self, problem: sqlite3.Error) -> None:
        self._outcome = problem

    def outcome(self) -> Rows:
        assert self._outcome is not None
        if isinstance(self._outcome, sqlite3.Error):
            raise self._outcome
        return self._outcome


class Together:
    """Writes for the threads of this process; ``raw`` is the connection of a thread, ``turn`` the right to write."""

    def __init__(self, raw: Callable[[], Any], turn: Callable[[], AbstractContextManager[None]]) -> None:
        self._raw = raw
        self._turn = turn
        self._leading = threading.Lock()
        self._adding = threading.Lock()
        self._waiting: list[_Write] = []

    def write(self, sql: str, values: Sequence[Any]) -> Rows:
        """Execute a statement in a transaction that may hold others' too; its rows, when they are there for good.

        Raises sqlite3.Error if this statement, or the transaction as a whole, failed.
        """
        own = _Write(sql, values)
        with self._adding:
            self._waiting.append(own)
        with self._leading:
            if not own.is_over:
                self._write_waiting()
        return own.outcome()

    def _write_waiting(self) -> None:
        raw = self._raw()
        with self._turn():
            with self._adding:  # as late as can be: whoever came while this thread waited for its turn goes along
                writes, self._waiting = self._waiting, []
            try:
                raw.execute("BEGIN IMMEDIATE")
                for write in writes:
                    write.execute(raw)
                raw.execute("COMMIT")
            except sqlite3.Error as problem:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                for write in writes:
                    write.fail(problem)

"""Small writes of many threads at once, on SQLite: one transaction for those that come together, one fate for each."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from elearn.db.together import Together

INSERT = "INSERT INTO word (word) VALUES (?) RETURNING word"


class Desk:
    """A file of words, and the right to write that a test gives when it likes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self.statements: list[str] = []
        self.wanted = threading.Semaphore(0)  # released whenever a thread asks for the right to write
        self.given = threading.Semaphore(0)  # and it waits for this
        self.raw().execute("CREATE TABLE word (word TEXT UNIQUE CHECK (word <> 'forbidden'))")
        self.together = Together(self.raw, self._turn)

    def raw(self) -> Any:
        """The connection of this thread."""
        if not hasattr(self._own, "raw"):
            self._own.raw = sqlite3.connect(self._path, timeout=0.1, isolation_level=None)
            self._own.raw.set_trace_callback(self.statements.append)
        return self._own.raw

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self.wanted.release()
        assert self.given.acquire(timeout=10)
        yield

    def words(self) -> list[str]:
        """What is there for good."""
        return sorted(word for (word,) in self.raw().execute("SELECT word FROM word"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "words.sqlite")


def write_all(desk: Desk, *words: str) -> list[Future[Any]]:
    """The first word's thread holds the others up until all of them wait; then they may write."""
    with ThreadPoolExecutor(len(words)) as pool:
        futures = [pool.submit(desk.together.write, INSERT, (words[0],))]
        assert desk.wanted.acquire(timeout=10)
        futures += [pool.submit(desk.together.write, INSERT, (word,)) for word in words[1:]]
        while len(desk.together._waiting) < len(words):
            threading.Event().wait(0.001)
        for _ in words:
            desk.given.release()
    return futures


def test_what_comes_together_is_committed_once(desk: Desk) -> None:
    futures = write_all(desk, "a", "b", "c", "d")
    assert [future.result() for future in futures] == [[("a",)], [("b",)], [("c",)], [("d",)]]
    assert desk.words() == ["a", "b", "c", "d"]
    assert desk.statements.count("COMMIT") == 1


def test_what_comes_later_is_written_later(desk: Desk) -> None:
    for word in ("a", "b"):
        desk.given.release()
        assert desk.together.write(INSERT, (word,)) == [(word,)]
    assert desk.words() == ["a", "b"]
    assert desk.statements.count("COMMIT") == 2


def test_one_that_is_refused_takes_no_other_along(desk: Desk) -> None:
    futures = write_all(desk, "a", "forbidden", "a", "b")
    with pytest.raises(sqlite3.IntegrityError):
        futures[1].result()
    with pytest.raises(sqlite3.IntegrityError):
        futures[2].result()
    assert [futures[0].result(), futures[3].result()] == [[("a",)], [("b",)]]
    assert desk.words() == ["a", "b"]


def test_all_are_told_when_the_transaction_fails(desk: Desk) -> None:
    with sqlite3.connect(desk._path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody who does not queue at the turnstile
        futures = write_all(desk, "a", "b")
        other.execute("ROLLBACK")
    for future in futures:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            future.result()
    assert desk.words() == []
    desk.given.release()
    assert desk.together.write(INSERT, ("c",)) == [("c",)], "and it goes on"


def test_all_are_told_when_one_ends_the_transaction_of_all(desk: Desk) -> None:
    desk.raw().execute(
        "CREATE TRIGGER full BEFORE INSERT ON word WHEN new.word = 'full' BEGIN SELECT RAISE(ROLLBACK, 'full'); END"
    )
    futures = write_all(desk, "a", "full", "b")
    for future in futures:
        with pytest.raises(sqlite3.IntegrityError, match="full"):
            future.result()
    assert desk.words() == []

"""Writers over HTTP that remember what was acknowledged, for killing the server under them."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from elearn.db.engine import Database
from elearn.learning.rules import OutcomeKind, stored_tally, tally_of
from tests.loading import SLUG, Officer, Stage
from tests.serving import PATIENCE_SECONDS, eventually

WRITERS = 8


@dataclass
class Ledger:
    """What the writers sent and what was acknowledged; one for the whole drill."""

    saved: set[uuid.UUID] = field(default_factory=set)  # client ids of answers whose saving was acknowledged
    read: set[tuple[int, str]] = field(default_factory=set)  # (enrolment, section) whose reading was acknowledged
    unsure: list[tuple[Officer, int, uuid.UUID]] = field(default_factory=list)  # sent, and no answer came
    odd: Counter[int] = field(default_factory=Counter)  # statuses that nobody should get

    @property
    def count(self) -> int:
        """How many writes were acknowledged."""
        return len(self.saved) + len(self.read)


class Writer(threading.Thread):
    """One of the writers: saves answers and marks sections as read, as fast as it is answered, until told to stop."""

    def __init__(self, port: int, stage: Stage, number: int, ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._units = stage.units
        self._officers = stage.officers[number::WRITERS]
        self._ledger = ledger
        self._chance = random.Random(number)  # noqa: S311
        self.stopping = threading.Event()

    def run(self) -> None:
        """Write until told to stop; a connection that breaks is opened anew."""
        while not self.stopping.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
            try:
                while not self.stopping.is_set():
                    self._write(connection)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()

    def _write(self, connection: http.client.HTTPConnection) -> None:
        officer = self._chance.choice(self._officers)
        if self._chance.random() < 0.3:
            unit = self._chance.choice(self._units)
            status = self._ask(connection, "POST", f"/courses/{SLUG}/{unit}/read", b"", officer)
            if self._is_acknowledged(status, 302):
                self._ledger.read.add((officer.enrolment_id, unit))
            return
        # What was sent and not answered is sent again, with the same id, as a browser would.
        number, client_id = self._chance.randrange(100), uuid.uuid4()
        if self._ledger.unsure and self._chance.random() < 0.5:
            with suppress(IndexError):  # another writer took it
                officer, number, client_id = self._ledger.unsure.pop()
        path, body = officer.autosave(number, client_id)
        try:
            status = self._ask(connection, "PUT", path, body, officer)
        except (OSError, http.client.HTTPException):
            self._ledger.unsure.append((officer, number, client_id))
            raise
        if self._is_acknowledged(status, 200):
            self._ledger.saved.add(client_id)

    def _is_acknowledged(self, status: int, expected: int) -> bool:
        if status != expected:
            self._ledger.odd[status] += 1
        return status == expected

    @staticmethod
    def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes, officer: Officer) -> int:
        connection.request(method, path, body=body, headers=dict(officer.headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status


@contextmanager
def writing(port: int, stage: Stage, ledger: Ledger) -> Iterator[None]:
    """Write while the block runs."""
    writers = [Writer(port, stage, number, ledger) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        for writer in writers:
            writer.stopping.set()
        for writer in writers:
            writer.join(PATIENCE_SECONDS)
        assert not any(writer.is_alive() for writer in writers)


def wait_for_more(ledger: Ledger, count: int) -> None:
    """Wait until so many more writes were acknowledged."""
    wanted = ledger.count + count
    eventually(lambda: ledger.count >= wanted, f"{wanted} acknowledged writes (statuses of others: {dict(ledger.odd)})")


def check(database: Database, ledger: Ledger) -> None:
    """Fail unless every acknowledged write is there exactly once, and progress is what the outcomes amount to."""
    with database.reading() as session:
        answers = Counter(uuid.UUID(str(row[0])) for row in session.execute(text("SELECT client_id FROM answer")))
        outcomes = [(row[0], row[1]) for row in session.execute(text("SELECT enrolment_id, unit FROM outcome"))]
        tallies = {row[0]: row[1] for row in session.execute(text("SELECT id, tally FROM enrolment"))}
    assert not ledger.odd, f"answers nobody should get: {dict(ledger.odd)}"
    assert not ledger.saved - set(answers), f"{len(ledger.saved - set(answers))} acknowledged answers are lost"
    assert max(answers.values(), default=1) == 1, "an answer is there twice"
    read = Counter((enrolment_id, unit) for enrolment_id, unit in outcomes)
    assert not ledger.read - set(read), f"{len(ledger.read - set(read))} acknowledged readings are lost"
    assert max(read.values(), default=1) == 1, "a reading counts twice"
    for enrolment_id, tally in tallies.items():
        facts = [(OutcomeKind.SECTION_READ, unit, None) for whose, unit in outcomes if whose == enrolment_id]
        stored = stored_tally(_parsed(tally))
        assert stored == tally_of(facts), f"the progress of enrolment {enrolment_id} is not what was learnt"


def _parsed(tally: Any) -> dict[str, Any]:
    """A column of JSON, which arrives as text from SQLite."""
    found: dict[str, Any] = json.loads(tally) if isinstance(tally, str) else tally
    return found

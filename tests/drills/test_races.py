"""Sixteen requests at once, round after round, on a running site: no attempt too many, nothing twice, nothing lost.

Each round has an officer of its own, who starts at the limit, saves, and hands in while saving; a trainer who presses
«mark again» sixteen times; and somebody who decides a case in two ways at once.
"""

import http.client
import itertools
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.services import open_session
from elearn.assessment.models import Answer, Attempt, Mark, Remark
from elearn.assessment.rules import score_of
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.core.clock import now as clock
from elearn.core.identifiers import token_hash
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.services import enrol
from elearn.secret import secret_key
from elearn.security.policy import Role, ScopeKind
from elearn.security.tokens import csrf_token
from elearn.shipped import shipped
from tests import case_course, quiz_course
from tests.database.test_disputes import PLUMS, files_with
from tests.factories import a_person
from tests.loading import LIMITS
from tests.postgres import PostgresServer
from tests.serving import PATIENCE_SECONDS, Server
from tests.together import together

AT_ONCE = 16
LONG = pytest.mark.drill
CORRECTED = "corrected"  # the course whose key changes, with attempts that are marked again
ROUNDS = [2, pytest.param(100, marks=LONG)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_racing_on_sqlite_loses_nothing_and_passes_no_limit(tmp_path: Path, rounds: int) -> None:
    _race(tmp_path, f"sqlite:///{tmp_path / 'data' / 'elearn.sqlite'}", rounds)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_racing_on_postgresql_loses_nothing_and_passes_no_limit(
    postgres: PostgresServer, tmp_path: Path, rounds: int
) -> None:
    _race(tmp_path, postgres.create_from_template(), rounds)


@dataclass(frozen=True)
class Browser:
    """Somebody signed in, who may send many things at once."""

    port: int
    person_id: int
    token: str
    csrf: str

    def form(self, path: str, **fields: object) -> "Answered":
        """Send a form."""
        body = urlencode({"csrf_token": self.csrf, **fields}, doseq=True).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def save(self, attempt: str, question_id: str, response: list[str], client_id: uuid.UUID) -> "Answered":
        """Save an answer as the script of a page does."""
        body = json.dumps({"client_id": str(client_id), "response": response}).encode()
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.csrf}
        return self._ask("PUT", f"/attempts/{attempt}/answers/{question_id}", body, headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> "Answered":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body=body, headers={"Cookie": f"elearn={self.token}", **headers})
            answer = connection.getresponse()
            return Answered(answer.status, answer.headers.get("Location", ""), answer.read().decode())
        finally:
            connection.close()


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    location: str
    body: str


@dataclass(frozen=True)
class Track:
    """The running site and what is behind it."""

    database: Database
    port: int
    secret: bytes

    def browser(self, session: Session, person: Person) -> Browser:
        """The person in a browser, signed in."""
        token = open_session(session, person, LIMITS, is_shared_device=False, now=clock())
        return Browser(self.port, person.id, token, csrf_token(self.secret, token_hash(token)))

    def officer(self, *slugs: str) -> Browser:
        """Somebody new, enrolled in courses."""
        with self.database.writing() as session:
            person = a_person(session)
            for slug in slugs:
                enrol(session, person, current_release(session, slug), now=clock())
            found = self.browser(session, person)
            session.commit()
        return found

    def trainer(self) -> Browser:
        """A trainer."""
        with self.database.writing() as session:
            found = self.browser(session, a_person(session, roles=((Role.TRAINER, ScopeKind.ALL),)))
            session.commit()
        return found


def _race(tmp_path: Path, url: str, rounds: int) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    database = Database(url)
    upgrade(database, shipped("migrations"))
    with database.writing() as session:
        for slug, files in (
            (quiz_course.SLUG, quiz_course.course_files("attempts: 2")),
            (case_course.SLUG, case_course.course_files()),
            (CORRECTED, files_with(())),
        ):
            publish(session, slug, files, now=clock())
        session.commit()
    with Server(tmp_path / "data", database_url=url) as server:
        track = Track(database, server.port, secret_key(tmp_path / "data"))
        trainer, attempts = track.trainer(), [_attempt_with(track, words) for words in ("Pears", "Plums", "Apples")]
        for number in range(rounds):
            officer = track.officer(quiz_course.SLUG, case_course.SLUG)
            _start_at_the_limit(track, officer)
            _decide_a_case(track, officer)
            _mark_again(track, trainer, attempts, number)
        assert server.stop() == 0
        assert "Traceback" not in server.errors
    database.dispose()


def _started(answer: Answered) -> str:
    assert answer.status == 303, answer
    found = re.match(r"/attempts/([\w-]+)/", answer.location)
    assert found is not None, answer
    return found[1]


def _start_at_the_limit(track: Track, officer: Browser) -> None:
    """Two attempts are allowed: start the last one sixteen times, save, and hand it in while saving."""
    start = f"/courses/{quiz_course.SLUG}/quizzes/small-quiz/start"
    first = _started(officer.form(start))
    assert officer.form(f"/attempts/{first}/submit").status == 303
    started = {_started(each) for each in together(AT_ONCE, lambda number: officer.form(start))}
    assert len(started) == 1, started
    assert first not in started
    (attempt,) = started
    # Each answer is sent twice, as a browser does that did not hear; questions come up in turn.
    ids = [uuid.uuid4() for _ in range(AT_ONCE // 2)]
    saved = together(
        AT_ONCE, lambda n: officer.save(attempt, ("word", "amount")[n // 2 % 2], [f"answer {n // 2}"], ids[n // 2])
    )
    assert {each.status for each in saved} == {200}, saved
    late = [uuid.uuid4() for _ in range(AT_ONCE)]

    def save_or_hand_in(number: int) -> Answered:
        if number % 4:
            return officer.form(f"/attempts/{attempt}/submit")
        return officer.save(attempt, "word", ["zqkeyword"], late[number])

    last = together(AT_ONCE, save_or_hand_in)
    assert {each.status for number, each in enumerate(last) if number % 4} == {303}, last
    assert {each.status for number, each in enumerate(last) if not number % 4} <= {200, 409}, last
    over = together(AT_ONCE, lambda number: officer.form(start))
    assert {each.status for each in over} == {403}, over
    acknowledged = {late[number] for number in range(0, AT_ONCE, 4) if last[number].status == 200}
    with track.database.reading() as session:
        enrolment = select(Attempt).join(Enrolment).where(Enrolment.person_id == officer.person_id)
        rows = session.scalars(enrolment.order_by(Attempt.number)).all()
        assert [row.number for row in rows] == [1, 2]
        kept = list(session.scalars(select(Answer.client_id).where(Answer.attempt_id == rows[1].id)))
        assert len(kept) == len(set(kept))
        assert set(kept) == {*ids, *acknowledged}
        marks = session.scalars(select(Mark).where(Mark.attempt_id == rows[1].id)).all()
        assert len(marks) == 5
        assert next(mark.points for mark in marks if mark.question_id == "word") == (1 if acknowledged else 0)
        assert rows[1].score == score_of((mark.points, mark.out_of) for mark in marks)
        scored = select(func.count(Outcome.id)).where(Outcome.enrolment_id == rows[0].enrolment_id)
        assert session.scalar(scored) == 2


def _decide_a_case(track: Track, officer: Browser) -> None:
    """A case is decided in two ways at the same moment: one of them stands, and nobody is told the other does."""
    attempt = _started(officer.form(f"/courses/{case_course.SLUG}/quizzes/case-quiz/start"))
    history, freeze, visit = case_course.decisions("Ask for the account history", "Freeze at once", "Visit the office")
    ways = ([history], [freeze], [history, visit])
    ids = [uuid.uuid4() for _ in range(AT_ONCE)]
    sent = together(AT_ONCE, lambda number: officer.save(attempt, "case", ways[number % 3], ids[number]))
    assert {each.status for each in sent} <= {200, 409}, sent
    told = [ways[number % 3] for number, each in enumerate(sent) if each.status == 200]
    with track.database.reading() as session:
        rows = session.execute(
            select(Answer.client_id, Answer.response)
            .join(Attempt)
            .where(Attempt.public_id == attempt)
            .order_by(Answer.id)
        ).all()
    assert {row[0] for row in rows} == {ids[number] for number, each in enumerate(sent) if each.status == 200}
    walked = [next(iter(row[1].values())) for row in rows]
    for before, after in itertools.pairwise(walked):
        assert after[: len(before)] == before, f"what was decided was taken back: {walked}"
    assert len({tuple(way[:1]) for way in told}) == 1, told


def _attempt_with(track: Track, words: str) -> str:
    """An attempt that was handed in with this answer to the question whose key changes."""
    officer = track.officer(CORRECTED)
    attempt = _started(officer.form(f"/courses/{CORRECTED}/quizzes/small-quiz/start"))
    given = quiz_course.values_of(quiz_course.compiled(), "small-quiz", "single", [words])
    assert officer.save(attempt, "single", given, uuid.uuid4()).status == 200
    assert officer.form(f"/attempts/{attempt}/submit").status == 303
    return attempt


def _mark_again(track: Track, trainer: Browser, attempts: list[str], number: int) -> None:
    """Correct the key, and press «mark again» sixteen times at once: each attempt is marked again once."""
    with track.database.writing() as session:
        publish(
            session, CORRECTED, files_with(() if number % 2 else PLUMS), now=clock() + timedelta(microseconds=number)
        )
        release = current_release(session, CORRECTED)
        session.commit()
    path = f"/write/{CORRECTED}/corrections/small-quiz/apply"
    fields = {"reason": "The key was wrong.", "release": release.number}
    pressed = together(AT_ONCE, lambda _: trainer.form(path, **fields))
    assert {each.status for each in pressed} == {303}, pressed
    done = [int(each.location.rpartition("=")[2]) for each in pressed]
    with track.database.reading() as session:
        of_release = session.scalars(select(Remark.attempt_id).where(Remark.release_id == release.release_id)).all()
        assert len(of_release) == len(set(of_release)) == len(attempts), of_release
        assert sum(done) == 2, done  # the third is wrong by either key
        for attempt in session.scalars(select(Attempt).where(Attempt.public_id.in_(attempts))):
            marks = session.execute(select(Mark.points, Mark.out_of).where(Mark.attempt_id == attempt.id)).all()
            remarked = (
                select(Remark.new_score).where(Remark.attempt_id == attempt.id).order_by(Remark.id.desc()).limit(1)
            )
            latest = session.scalar(remarked)
            assert attempt.score == (latest if latest is not None else score_of((row[0], row[1]) for row in marks))

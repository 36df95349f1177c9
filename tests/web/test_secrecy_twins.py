"""What an officer is sent before the time does not depend on what is right.

Two sites with courses that say the same and have other keys, weights, feedback and notes (``tests.secret_course``): the
same steps by the same clock and the same seeds get the same bytes. No order, id, class, length or header tells a key.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from elearn.app import create_app
from elearn.assessment.models import Attempt
from elearn.assessment.services import start_attempt
from elearn.catalogue.queries import current_release
from elearn.db.engine import Database
from elearn.learning.queries import required_learning
from elearn.settings import Settings
from elearn.web.observed import HEADER
from tests.checking import CheckingClient, text_in
from tests.factories import NOON, a_course, a_person, an_enrolment, writing
from tests.quiz_course import read_everything
from tests.secret_course import NAMES, SLUG, SecretCourse, questions_in

SEED = 7
Room = tuple[CheckingClient, dict[str, str]]


@pytest.fixture
def room(sqlite_template: Path, settings: Settings, tmp_path: Path) -> Iterator[Callable[[int], Room]]:
    """Makes the site of a key with an officer in the middle of every quiz: their client, and attempts by quiz."""
    databases: list[Database] = []

    def made(key: int) -> Room:
        path = tmp_path / f"{key}.sqlite"
        shutil.copy(sqlite_template, path)
        databases.append(Database(f"sqlite:///{path}"))
        app = create_app(settings, databases[-1])
        app.test_client_class = CheckingClient
        course = SecretCourse(key).course
        with writing(app) as session:
            a_course(session, SLUG, files=SecretCourse(key).files)
            officer = a_person(session, "officer", full_name="Somebody")
            an_enrolment(session, officer, current_release(session, SLUG))
            learning = required_learning(session, officer.id, SLUG)
            read_everything(session, learning, course)
            learning = required_learning(session, officer.id, SLUG)
            for quiz in course.quizzes():
                start_attempt(session, learning, course, quiz, now=NOON, seed=SEED)
            attempts = dict(session.execute(select(Attempt.quiz_id, Attempt.public_id)).all())
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.checks = False
        client.sign_in("officer")
        return client, attempts

    with time_machine.travel(NOON, tick=False):
        yield made
    for database in databases:
        database.dispose()


def answers(room: Room) -> Iterator[tuple[str, str]]:
    """What the officer is sent, step by step, without what is made by chance."""
    client, attempts = room
    names = {name: f"<{quiz}>" for quiz, name in attempts.items()}

    def told(step: str, **more: object) -> tuple[str, str]:
        method, path = step.split()
        for name, quiz in names.items():
            path = path.replace(quiz, name)
        response = client.open(path, method=method, **more)
        headers = sorted(header for header in response.headers if header[0] != HEADER)  # drawn for each request
        text = f"{response.status}\n{headers}\n{text_in(response)}"
        for name, quiz in names.items():
            text = text.replace(name, quiz)
        text = re.sub(
            r'"csrf_token" value="[^"]*"|csrf-token" content="[^"]*"|elearn=[^;]*|data-note="[^"]*"|"[0-9a-f]{64}"',
            "",
            text,
        )
        return step, re.sub(r"/media/\w+|\('Content-Length', '\d+'\), |\('ETag', '[^']*'\), ", "", text)

    token = client.token("/account")
    for path in ("", "/glossary", *(f"/{name}/{section}" for name in NAMES for section in ("opening", "a-section"))):
        yield told(f"GET /courses/{SLUG}{path}")
    for quiz in attempts:
        yield told(f"GET /courses/{SLUG}/quizzes/{quiz}")
        for number in range(1, 14):
            yield told(f"GET /attempts/<{quiz}>/{number}")
            yield told(f"POST /attempts/<{quiz}>/{number}", data={"csrf_token": token, "answer": "x", "action": "next"})
        yield told(f"GET /attempts/<{quiz}>/review")
    for quiz in ("quiz-never", "quiz-after-close", "the-exam"):  # nothing given: the same score
        yield told(f"GET /courses/{SLUG}/quizzes/{quiz}")


def test_the_courses_of_two_keys_differ_in_every_question() -> None:
    first, second = (questions_in(SecretCourse(key).course) for key in (0, 1))
    assert [question.id for question in first] == [question.id for question in second]
    assert not [one.id for one, other in zip(first, second, strict=True) if one == other]


def test_what_is_sent_before_the_time_is_the_same_whatever_is_right(room: Callable[[int], Room]) -> None:
    for (step, one), (_, other) in zip(answers(room(0)), answers(room(1)), strict=True):
        differing = list(unified_diff(one.splitlines(), other.splitlines(), n=0, lineterm=""))
        assert not differing, f"{step}:\n" + "\n".join(differing)


def test_what_is_sent_after_it_is_not(room: Callable[[int], Room]) -> None:
    pages = []
    for key in (0, 1):
        client, attempts = room(key)
        base = f"/attempts/{attempts['quiz-after-attempt']}"
        client.post(f"{base}/submit", data={"csrf_token": client.token("/account")})
        pages.append(text_in(client.get(f"{base}/result")).replace(base, ""))
    assert pages[0] != pages[1]

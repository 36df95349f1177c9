"""A site with the course on countering the financing of terrorism and officers who learn it, for load over HTTP."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from elearn.accounts.rules import SessionLimits
from elearn.accounts.services import open_session
from elearn.assessment.services import start_attempt
from elearn.catalogue.queries import compiled_course, current_release
from elearn.catalogue.services import publish
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.question import SingleChoice
from elearn.core.clock import now as clock
from elearn.core.identifiers import token_hash
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.queries import required_learning
from elearn.learning.rules import places
from elearn.learning.services import enrol
from elearn.secret import secret_key
from elearn.security.tokens import csrf_token
from elearn.shipped import shipped
from tests.factories import a_person

LIMITS = SessionLimits(idle=timedelta(hours=8), shared_idle=timedelta(hours=1), whole=timedelta(days=7))
SLUG = "cft"


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody signed in, enrolled and in the middle of a quiz."""

    enrolment_id: int
    headers: Mapping[str, str]
    attempt: str
    answers: Mapping[str, str]  # question id -> what is answered

    def autosave(self, number: int, client_id: uuid.UUID) -> tuple[str, bytes]:
        """The path and body that save an answer to one of the questions."""
        questions = sorted(self.answers)
        question_id = questions[number % len(questions)]
        body = json.dumps({"client_id": str(client_id), "response": [self.answers[question_id]]})
        return f"/attempts/{self.attempt}/answers/{question_id}", body.encode()


@dataclass(frozen=True, slots=True)
class Stage:
    """What was made: the course's sections in order, and the officers."""

    units: tuple[str, ...]
    officers: tuple[Officer, ...]


def prepare(data: Path, url: str, *, officers: int) -> Stage:
    """Make the site in a data folder; ``elearn serve`` can then run on it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(url)
    try:
        upgrade(database, shipped("migrations"))
        slug, files, _ = read_folder(shipped("courses") / SLUG)
        with database.writing() as session:
            publish(session, slug, files, now=clock())
            release = current_release(session, SLUG)
            course = compiled_course(session, release.release_id, release.digest)
            session.commit()
        made = tuple(_officer(database, course, secret_key(data)) for _ in range(officers))
        return Stage(tuple(place.unit for place in places(course)), made)
    finally:
        database.dispose()


def _officer(database: Database, course: Course, secret: bytes) -> Officer:
    with database.writing() as session:
        now = clock()
        person = a_person(session)
        token = open_session(session, person, LIMITS, is_shared_device=False, now=now)
        enrolment = enrol(session, person, current_release(session, SLUG), now=now)
        quiz = next(module.quiz for module in course.modules if module.quiz is not None)
        attempt = start_attempt(session, required_learning(session, person.id, SLUG), course, quiz, now=now, seed=1)
        session.commit()
        return Officer(
            enrolment_id=enrolment.id,
            headers={
                "Cookie": f"elearn={token}",
                "X-CSRF-Token": csrf_token(secret, token_hash(token)),
                "Content-Type": "application/json",
            },
            attempt=attempt.public_id,
            answers={
                question.id: question.choices[0].id for question in quiz.questions if isinstance(question, SingleChoice)
            },
        )

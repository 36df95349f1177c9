"""The site of :mod:`tests.journeys.school` as a process of its own, for those who look at it from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from elearn.accounts.services import open_session
from elearn.app import create_app
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import right_response
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import compiled_course, current_release
from elearn.content.question import Ledger
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_client_id
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.queries import required_learning
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.factories import an_enrolment, the_person, writing
from tests.journeys.school import PAGES, settle
from tests.loading import LIMITS
from tests.serving import Server, free_port

COURSE, QUIZ = "cft", "analysis-quiz"
"""The quiz of a real course that the officer is in the middle of, and that who is done has handed in."""


def take_a_real_quiz(session: Session) -> dict[str, str]:
    """The officer is at the quiz (``sitting``, with a ledger as question ``ledger``), who is done has ``marked``."""
    found: dict[str, str] = {}
    release = current_release(session, COURSE)
    course = compiled_course(session, release.release_id, release.digest)
    quiz = course.quiz(QUIZ)
    assert quiz is not None
    questions = questions_of(course, quiz)
    an_enrolment(session, the_person(session, "done"), release)
    for name, key in (("officer", "sitting"), ("done", "marked")):
        person = the_person(session, name)
        learning = required_learning(session, person.id, COURSE)
        attempt = start_attempt(session, learning, course, quiz, now=clock(), seed=1)
        found[key] = attempt.public_id
        sitting = sitting_held(session, attempt.public_id, person.id)
        for number, item in enumerate(sitting.paper, start=1):
            asked = questions[item.question_id]
            if isinstance(asked, Ledger):
                found["ledger"] = str(number)
            elif key == "marked" and number % 3:
                right = right_response(asked)
                assert right is not None
                save_answer(session, sitting, quiz, item.question_id, new_client_id(), right, now=clock())
        if key == "marked":
            submit_attempt(session, attempt.id, now=clock())
    return found


@dataclass(frozen=True, slots=True)
class FilledSite:
    """A running filled site: its address, what its paths name, and everybody's session cookie by sign-in name."""

    url: str
    names: dict[str, str]
    cookies: dict[str, str]

    def address(self, path: str) -> str:
        """The address of a path, with what it names put in."""
        return self.url + path.format(**self.names)


@contextmanager
def filled_site(folder: Path) -> Iterator[FilledSite]:
    """``elearn serve`` over a filled site in this folder, until the block ends."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(data_dir=data, public_url=url, password_memory_mib=1, password_rounds=1)
    database = Database(settings.sqlalchemy_url)
    try:
        upgrade(database, shipped("migrations"))
        app = create_app(settings, database)
        names = settle(app)
        with writing(app) as session:
            names |= take_a_real_quiz(session)
            cookies = {
                name: open_session(session, the_person(session, name), LIMITS, is_shared_device=False, now=clock())
                for name in PAGES
                if name is not None
            }
    finally:
        database.dispose()
    with Server(data, port=port, public_url=url):
        yield FilledSite(url, names, cookies)

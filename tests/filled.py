"""A site with courses and people at different stages, for those who look at every page of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.services import open_session
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import right_response
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import compiled_course, current_release
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.question import Ledger, Question
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_client_id
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.queries import required_learning
from elearn.learning.rules import OutcomeKind
from elearn.learning.services import remember_place
from elearn.notes.services import save_note, set_bookmark
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.shipped import shipped
from elearn.wiring import connect_hooks
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, learn, the_person
from tests.loading import LIMITS
from tests.serving import Server, free_port

PEOPLE = ("officer", "done", "trainer", "manager", "admin")
"""Who may sign in, with the password of the tests' factories."""
QUIZ = "analysis-quiz"
"""The quiz of «cft» that the officer is in the middle of; it has a ledger."""


def fill(session: Session) -> dict[str, str]:
    """Fill an empty site; what its addresses name: certificates and attempts, for ``str.format`` of a path."""
    slug, files, _ = read_folder(shipped("courses") / "cft")
    found: dict[str, str] = {}
    release = a_course(session)
    cft = a_course(session, slug, files=files)
    officer = a_person(session, "officer", full_name="Айгүл Серікқызы Әбдірахманова", latin_name="Aigul Abdirakhmanova")
    enrolment = an_enrolment(session, officer, cft)
    learn(session, enrolment, [(OutcomeKind.SECTION_READ, "law/opening", None)])
    remember_place(session, enrolment.id, "red-flags/opening")
    set_bookmark(session, enrolment.id, "red-flags/opening", title="5", now=NOON)
    for text in ("From the office.", "From the train."):
        made = {"title": "5", "seen": (), "revision": new_client_id(), "now": NOON}
        save_note(session, enrolment.id, "red-flags/opening", text, **made)  # type: ignore[arg-type]
    an_enrolment(session, officer, release)
    a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
    manager = ((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.COUNTRY))
    a_person(session, "manager", roles=manager)
    a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    for number in range(12):
        agency = an_agency(session, f"agency{number % 3}")
        person = a_person(session, f"extra{number}", full_name=f"Сӯҳроб Раҳимӣ {number}", agency=agency)
        enrolment = an_enrolment(session, person, release)
        if number % 2:
            learn(session, enrolment)
    for name, key in (("done", "valid"), ("past", "revoked")):
        person = a_person(session, name, full_name="Gülşirin Aşyrowa")
        learn(session, an_enrolment(session, person, current_release(session, "demo")))
        found[key] = session.scalars(select(Certificate.code).where(Certificate.person_id == person.id)).one()
    revoke_certificate(session, found["revoked"], "Issued to another person.", now=NOON)
    an_enrolment(session, the_person(session, "done"), cft)
    return found | _attempts(session, compiled_course(session, cft.release_id, cft.digest))


def _attempts(session: Session, course: Course) -> dict[str, str]:
    """The officer is at the quiz (``sitting``, its ledger is question ``ledger``); who is done handed it in."""
    found: dict[str, str] = {}
    quiz = next(module.quiz for module in course.modules if module.quiz is not None and module.quiz.id == QUIZ)
    questions = questions_of(course, quiz)
    for name, key in (("officer", "sitting"), ("done", "marked")):
        person = the_person(session, name)
        learning = required_learning(session, person.id, course.slug)
        attempt = start_attempt(session, learning, course, quiz, now=clock(), seed=1)
        found[key] = attempt.public_id
        sitting = sitting_held(session, attempt.public_id, person.id)
        for number, item in enumerate(sitting.paper, start=1):
            asked: Question = questions[item.question_id]
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
    """A running filled site: its address, what its paths name, and the session cookie of everybody in ``PEOPLE``."""

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
    settings = Settings(data_dir=data, public_url=url)
    database = Database(settings.sqlalchemy_url)
    try:
        connect_hooks(settings)
        upgrade(database, shipped("migrations"))
        with database.writing() as session:
            names = fill(session)
            cookies = {
                name: open_session(session, the_person(session, name), LIMITS, is_shared_device=False, now=clock())
                for name in PEOPLE
            }
            session.commit()
    finally:
        database.dispose()
    with Server(data, port=port, public_url=url):
        yield FilledSite(url, names, cookies)

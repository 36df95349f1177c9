"""A site on which every page there is can be met, and the addresses of all of them by who may meet them."""

import re
from dataclasses import dataclass, field
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.resets.rules import ResetKind
from elearn.accounts.resets.services import renew_right
from elearn.accounts.rules import OPERATOR
from elearn.assessment.models import Attempt, HandMarking
from elearn.assessment.services import start_attempt, submit_attempt
from elearn.catalogue.queries import current_release
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.content.files import read_folder
from elearn.content.scaffold import new_course
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_client_id
from elearn.learning.queries import course_of, required_learning
from elearn.learning.rules import OutcomeKind
from elearn.learning.services import remember_place
from elearn.mistakes.models import MistakeReport
from elearn.notes.services import save_note, set_bookmark
from elearn.notices.rules import About, Kind, News
from elearn.notices.services import notify
from elearn.security.policy import Role, ScopeKind
from elearn.shipped import shipped
from tests.checking import HTML, PASSWORD
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, course_files, learn, the_person, writing

NAME = "Айгүл Серікқызы Әбдірахманова"
QUESTIONS = 12  # of the quiz of the small course: one of each kind
AT_ONCE = "now"  # the small course again, whose quiz tells at once what is right
STAFF: tuple[tuple[str, tuple[tuple[Role, ScopeKind], ...]], ...] = (
    ("trainer", ((Role.TRAINER, ScopeKind.ALL),)),
    ("manager", ((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.COUNTRY))),
    ("organiser", ((Role.ORGANISER, ScopeKind.COUNTRY),)),
    ("admin", ((Role.ADMINISTRATOR, ScopeKind.ALL),)),
)


@dataclass(frozen=True)
class Form:
    """A form that is sent as it should not be: on which page, by which button, filled in with what."""

    page: str
    button: str
    fields: dict[str, str] = field(default_factory=dict)


# By who meets them; names in braces are filled in with what ``settle`` gives. «newcomer» has begun nothing, «done» has
# completed a course.
PAGES: dict[str | None, tuple[str, ...]] = {
    None: (
        "/sign-in",
        "/sign-in/forgotten",
        "/sign-in/new-password",
        "/sign-in/new-password/{link}",
        "/verify",
        "/verify/{valid}",
        "/verify/{revoked}",
        "/offline",
    ),
    "newcomer": ("/", "/competence", "/courses/demo", "/certificates", "/mistakes", "/notices", "/notes", "/search"),
    "officer": (
        "/",
        "/courses",
        "/courses/cft",
        "/courses/demo",
        "/courses/cft/glossary",
        "/courses/cft/red-flags/opening",
        "/courses/demo/example/a-section",
        "/courses/demo/example/callouts",
        "/courses/demo/offline/example",
        "/courses/demo/quizzes/example-quiz",
        "/courses/cft/quizzes/cft-exam",
        *(f"/attempts/{{open}}/{number}" for number in range(1, QUESTIONS + 1)),
        "/attempts/{open}/review",
        *(f"/attempts/{{told}}/{number}" for number in range(1, QUESTIONS + 1)),
        "/attempts/{exam}/1",
        "/attempts/{handed}/result",
        "/courses/demo/mistakes/new?at=example/a-section",
        "/certificates",
        "/search",
        "/search?q=freezing",
        "/search?q=zzzz",
        "/mistakes",
        "/notices",
        "/notes",
        "/notes?q=nothing",
        "/competence",
        "/account",
        "/account/second-step",
    ),
    "done": ("/", "/courses/demo", "/certificates", "/verify/{valid}"),
    "trainer": (
        "/write",
        "/write/languages",
        "/write/how-questions-are-written",
        "/write/style",
        "/write/cft",
        "/write/demo/export?file=01-example/quiz.md",
        "/write/demo/import",
        "/write/demo/cases/example-case",
        "/write/demo/questions",
        "/write/demo/questions?quiz=example-quiz",
        "/write/demo/attempts",
        "/write/demo/attempts/{handed}",
        "/write/demo/mistakes",
        "/write/demo/mistakes/{report}",
        "/write/demo/corrections/example-quiz",
        "/write/demo/files/01-example/module.md",
        "/write/demo/files/01-example/quiz.md",
        "/marking",
        "/marking/{answer}",
    ),
    "manager": ("/", "/statistics", "/statistics?course=demo"),
    "organiser": ("/", "/statistics", "/statistics?course=demo"),
    "admin": (
        "/people",
        "/people/new",
        "/people/permissions",
        "/people?state=disabled",
        "/people/{person}",
        "/people/{person}/extra-time",
        "/audit",
        "/audit?act=access-refused&since=2026-01-01",
        "/people/agencies",
        "/people/agencies/fiu",
        "/people/import",
        "/people/invitations",
        "/people/cohorts",
        "/people/cohorts/{cohort}",
        "/people/enrolments",
        "/people/{person}/certificates",
        "/people/{person}/erase",
        "/people/{person}/merge",
        "/background",
    ),
}

# What answers no page of its own, and why nobody looks at it here.
NO_PAGES = {
    "attachments.file": "what an officer attached, as a download",
    "banks.export_file": "a bank, as a download",
    "authoring.draft_media": "a picture of a draft",
    "books.book": "a PDF",
    "by_hand.file": "what an officer attached, as a download",
    "catalogue.media_file": "a picture or another file of a course",
    "certificates.of_course": "leads to the certificate",
    "certificates.pdf": "a PDF",
    "health.healthz": "a word for a machine",
    "health.metrics": "numbers for a machine",
    "health.readyz": "a word for a machine",
    "items.questions_file": "a table, as a download",
    "learning.module": "leads to the opening of the module",
    "learning.resume": "leads to where one was",
    "mistakes.waiting_csv": "a table, as a download",
    "notes.export": "one's own notes, as a download",
    "notices.follow": "leads to what a notice tells of",
    "offline.manifest": "JSON for the browser",
    "offline.service_worker": "a script",
    "oversight.log_file": "a table, as a download",
    "reporting.groups": "a table, as a download",
    "reporting.people": "a table, as a download",
    "rights.data": "all that is held about somebody, as a download",
    "second.begin_again": "leads to sign-in",
    "sso.back": "leads from the identity provider into the site; it has no page of its own",
    "sso.begin": "leads to the identity provider",
    "sso.link": "a site without an identity provider does not have it; tests/web/test_single_sign_on.py looks at it",
    "sso.sign_out": "leads to the identity provider",
    "static_files.file": "stylesheets, scripts, icons",
}

# What is refused, with its status.
REFUSED: dict[str | None, tuple[tuple[str, int], ...]] = {
    None: (("/sign-in/new-password/used", 403), ("/nothing", 404), ("/verify/AAAA-AAAA-AAAA-AAAA", 404)),
    "officer": (("/people", 403), ("/nothing", 404), ("/attempts/{open}/99", 404)),
    "trainer": (("/statistics", 403), ("/write/demo/files/nothing.md", 404)),
    "admin": (("/audit?act=nonsense&until=0001-01-01", 422),),
}

WRONG: dict[str | None, tuple[Form, ...]] = {
    None: (
        Form("/sign-in", ".entry-form button.primary"),
        Form("/sign-in/new-password", "form button.primary"),
        Form("/sign-in", ".entry-form button.primary", {"sign_in_name": "officer", "password": "wrong"}),
        Form("/sign-in", ".entry-form button.primary", {"sign_in_name": "guessed", "password": "wrong"}),
    ),
    "officer": (
        Form("/account/second-step", "main form button.primary"),
        Form("/courses/demo/mistakes/new?at=example/callouts", "form.form button.primary"),
        Form("/account", "form[action$='/password'] button[type=submit]", {"current_password": "wrong"}),
        Form("/courses/demo/example/a-section", "form.check button[type=submit]"),
    ),
    "trainer": (
        Form("/write/demo/import", "form.bank-form button.primary"),
        Form("/marking/{answer}", "form.marking button.primary"),
        Form("/write/demo/mistakes/{report}", "form.form button.primary"),
        Form("/write/demo/corrections/example-quiz", "form.sections button.primary"),
    ),
    "admin": (
        Form("/people/new", "form.form button.primary"),
        Form("/people/{person}", "form.form button.primary", {"full_name": ""}),
    ),
}


def settle(app: Flask) -> dict[str, str]:
    """Bring people at every stage and what they did to an empty site; what stands in braces in :data:`PAGES`."""
    slug, files, _ = read_folder(shipped("courses") / "cft")
    at_once = new_course(AT_ONCE, "A course that answers at once", "en")
    at_once["01-example/quiz.md"] = at_once["01-example/quiz.md"].replace(b"after-attempt ", b"immediately ")
    found: dict[str, str] = {}
    with writing(app) as session:
        demo, cft = a_course(session), a_course(session, slug, files=files)
        officer = a_person(session, "officer", full_name=NAME, latin_name="Aigul Abdirakhmanova")
        found["person"] = officer.public_id
        found["link"] = renew_right(session, officer, ResetKind.LINK, now=clock())
        cohort = add_cohort(session, "December", actor=OPERATOR, now=NOON)
        join(session, cohort, [officer.id], now=NOON)
        found["cohort"] = cohort.public_id
        a_person(session, "newcomer")
        for name, roles in STAFF:
            a_person(session, name, roles=roles)
        enrolment = an_enrolment(session, officer, cft)
        learn(session, enrolment, [(OutcomeKind.SECTION_READ, "law/opening", None)])
        remember_place(session, enrolment.id, "law/opening")
        set_bookmark(session, enrolment.id, "red-flags/opening", title="5", now=NOON)
        for text in ("From the office.", "From the train."):
            made: dict[str, Any] = {"title": "5", "seen": (), "revision": new_client_id(), "now": NOON}
            save_note(session, enrolment.id, "red-flags/opening", text, **made)
        learn(session, an_enrolment(session, officer, demo))
        an_enrolment(session, officer, a_course(session, AT_ONCE, files=at_once))
        for kind in Kind:
            news = News(kind, str(kind), "/mistakes", About({"en": "A small course"}, "en"))
            notify(session, officer.id, news, now=NOON)
        for number in range(12):
            agency = an_agency(session, f"agency{number % 3}")
            person = a_person(session, f"extra{number}", full_name=f"Сӯҳроб Раҳимӣ {number}", agency=agency)
            enrolment = an_enrolment(session, person, demo)
            if number % 2:
                learn(session, enrolment)
        for name, key in (("done", "valid"), ("past", "revoked")):
            person = a_person(session, name, full_name="Gülşirin Aşyrowa")
            learn(session, an_enrolment(session, person, current_release(session, "demo")))
            found[key] = session.scalars(select(Certificate.code).where(Certificate.person_id == person.id)).one()
        revoke_certificate(session, found["revoked"], "Issued to another person.", now=NOON)
    found |= _take_quizzes(app) | _report(app)
    with writing(app) as session:  # a key that was wrong: answers wait to be marked again
        a_course(session, files=course_files(quiz=("- = triage", "- = triage\n- = 12")), now=clock())
    return found


def _take_quizzes(app: Flask) -> dict[str, str]:
    """Answer the quiz once and hand it in, begin it again; answer the one that tells at once; begin the exam."""
    handed = _begin(app, "demo", "example-quiz")
    client = _signed_in(app, "officer")
    for number in range(1, QUESTIONS + 1):
        _answer(client, f"/attempts/{handed}/{number}", "step", "step", "next", "review")
    marked = _begin(app, "demo", "example-quiz", "done")
    another = _signed_in(app, "done")
    for number in range(1, QUESTIONS + 1):
        _answer(another, f"/attempts/{marked}/{number}", "next", writes=False)
    with writing(app) as session:
        for each in (handed, marked):
            attempt = session.scalars(select(Attempt).where(Attempt.public_id == each)).one()
            submit_attempt(session, attempt.id, now=clock())
        answer = session.scalars(select(HandMarking.public_id)).one()
    told = _begin(app, AT_ONCE, "example-quiz")
    for number in range(1, QUESTIONS + 1):
        _answer(client, f"/attempts/{told}/{number}", "step", "step", "check")
    again = _begin(app, "demo", "example-quiz")
    _answer(client, f"/attempts/{again}/2", "next")
    return {
        "handed": handed,
        "answer": answer,
        "told": told,
        "open": again,
        "exam": _begin(app, "demo", "demo-exam"),
    }


def _begin(app: Flask, slug: str, quiz_id: str, name: str = "officer") -> str:
    """The number of an attempt that somebody begins."""
    with writing(app) as session:
        learning = required_learning(session, the_person(session, name).id, slug)
        course = course_of(session, learning)
        quiz = course.quiz(quiz_id)
        assert quiz is not None
        return start_attempt(session, learning, course, quiz, now=clock(), seed=7).public_id


def _signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"csrf_token": _token(client, "/sign-in"), "sign_in_name": name, "password": PASSWORD})
    return client


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found is not None
    return found[1]


def _answer(client: FlaskClient, path: str, *actions: str, writes: bool = True) -> None:
    """Give some answer to the question of an attempt, pressing those buttons that its page has.

    Who does not write leaves out what a trainer would have to mark.
    """
    for action in actions:
        root = html5lib.parse(client.get(path).get_data(as_text=True))
        form = next(each for each in root.iter(f"{HTML}form") if each.get("id") == "attempt")
        if action not in {each.get("value") for each in form.iter(f"{HTML}button") if each.get("name") == "action"}:
            continue
        if not writes and list(form.iter(f"{HTML}textarea")):
            return
        sent = {"csrf_token": _token(client, path), "action": action, "answer": _some_answer(form)}
        assert client.post(form.get("action"), data=sent).status_code in (302, 303)


def _some_answer(form: Any) -> list[str]:
    """A value for every field of a form that takes one: not the first choice of a list, which is blank."""
    fields = [each for each in form.iter() if isinstance(each.tag, str) and each.get("name") == "answer"]
    given: list[str] = []
    for each in fields:
        options = list(each.iter(f"{HTML}option"))
        if options:
            given.append(options[1 + len(given) % (len(options) - 1)].get("value"))
        elif each.get("type") in ("radio", "checkbox"):
            given += [each.get("value")] if not given else []
        else:
            given.append("12")
    return given


def _report(app: Flask) -> dict[str, str]:
    """Report a mistake, which waits for an answer."""
    client = _signed_in(app, "officer")
    at = "example/a-section"
    page = f"/courses/demo/mistakes/new?at={at}"
    sent = {"csrf_token": _token(client, page), "at": at, "message": "The second date is wrong.", "suggestion": "2001"}
    assert client.post("/courses/demo/mistakes/report", data=sent).status_code in (302, 303)
    with writing(app) as session:
        return {"report": session.scalars(select(MistakeReport.public_id)).one()}

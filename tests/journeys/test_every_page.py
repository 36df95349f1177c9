"""Every page of the site before axe-core: light and dark, at a desk and on a phone, in both languages.

A long proof: ``pytest -m drill tests/journeys/test_every_page.py``. The journeys look at most of these pages once.
"""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from elearn.catalogue.queries import current_release
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.content.files import read_folder
from elearn.core.identifiers import new_client_id
from elearn.learning.rules import OutcomeKind
from elearn.learning.services import remember_place
from elearn.notes.services import save_note, set_bookmark
from elearn.security.policy import Role, ScopeKind
from elearn.shipped import shipped
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, learn, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Scheme, Walk

pytestmark = [pytest.mark.browser, pytest.mark.drill]

LOOKS = [
    (scheme, width, language) for scheme in ("light", "dark") for width in (1280, 360) for language in ("en", "ru")
]
LESSON = "/courses/cft/red-flags"
PAGES: dict[str | None, tuple[str, ...]] = {
    None: (
        "/sign-in",
        "/sign-in/forgotten",
        "/verify",
        "/verify/{valid}",
        "/verify/{revoked}",
        "/verify/AAAA-AAAA-AAAA-AAAA",
        "/nothing",
    ),
    "officer": (
        "/",
        "/courses",
        "/courses/cft",
        "/courses/demo",
        "/courses/cft/glossary",
        f"{LESSON}/opening",
        "/courses/demo/example/a-section",
        "/courses/demo/example/callouts",
        "/courses/demo/quizzes/example-quiz",
        "/courses/cft/quizzes/cft-exam",
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
        "/offline",
        "/courses/demo/offline/example",
        "/account",
        "/people",
    ),
    "done": ("/", "/courses/demo", "/certificates"),
    "trainer": (
        "/write",
        "/write/languages",
        "/write/cft",
        "/write/cft/export?file=pools/law.md",
        "/write/cft/import",
        "/write/cft/questions",
        "/write/demo/attempts",
        "/write/demo/mistakes",
        "/write/demo/corrections/example-quiz",
        "/write/demo/files/01-example/module.md",
        "/write/demo/files/01-example/quiz.md",
    ),
    "manager": ("/statistics", "/statistics?course=demo"),
    "admin": ("/people", "/people/new", "/people?state=disabled"),
}


@pytest.fixture
def codes(live_site: LiveSite) -> dict[str, str]:
    """A site with people at different stages; the numbers of a valid and of a revoked certificate."""
    slug, files, _ = read_folder(shipped("courses") / "cft")
    found: dict[str, str] = {}
    with writing(live_site.app) as session:
        release = a_course(session)
        cft = a_course(session, slug, files=files)
        officer = a_person(
            session, "officer", full_name="Айгүл Серікқызы Әбдірахманова", latin_name="Aigul Abdirakhmanova"
        )
        enrolment = an_enrolment(session, officer, cft)
        learn(session, enrolment, [(OutcomeKind.SECTION_READ, "law/opening", None)])
        remember_place(session, enrolment.id, "law/opening")
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
    return found


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_axe_finds_nothing_on_any_page(
    walk: Callable[..., Walk], live_site: LiveSite, codes: dict[str, str], scheme: Scheme, width: int, language: str
) -> None:
    problems: list[str] = []
    for name, pages in PAGES.items():
        folder = f"sweep-{scheme}-{width}-{language}-{name or 'anyone'}"
        with walk(folder, scheme=scheme, width=width) as somebody:
            if name is not None:
                somebody.sign_in(name)
            somebody.go(f"/verify?lang={language}")
            for page in pages:
                somebody.go(page.format(**codes))
                assert somebody.page.locator("html").get_attribute("lang") == language
                somebody.look(re.sub(r"\W+", "-", page).strip("-") or "home")
            if name == "officer":
                open_what_is_folded(somebody)
                take_a_quiz(somebody)
            if name == "trainer":
                read_a_bank(somebody)
            # The console names every answer that is no 200; those here are meant.
            problems += [fault for fault in somebody.faults if "Failed to load resource" not in fault]
            somebody.faults.clear()
    assert not problems, "\n".join(problems)


def open_what_is_folded(officer: Walk) -> None:
    """Look at how one reads, at a place for a note, and at the keys."""
    officer.go("/courses/demo/example/callouts")
    officer.page.locator(".reading-menu > summary").click()
    officer.look("reading")
    officer.page.keyboard.press("Escape")
    officer.page.locator("#note > summary").click()
    officer.look("note")
    officer.page.locator("h1").click()
    officer.page.keyboard.press("?")
    officer.page.locator("#keys").wait_for()
    officer.look("keys")


def take_a_quiz(officer: Walk) -> None:
    """Look at every kind of question, at the review and at the result."""
    officer.go("/courses/demo/quizzes/example-quiz")
    officer.page.locator("form.quiz-start button").click()
    for number in range(1, 6):
        officer.page.wait_for_url(re.compile(rf"/attempts/[\w-]+/{number}$"))
        officer.look(f"question-{number}")
        officer.page.locator("form#attempt .actions button.primary").click()
    officer.page.wait_for_url(re.compile("/review$"))
    officer.look("review")
    officer.page.locator("form[data-hand-in] button.primary").click()
    officer.page.wait_for_url(re.compile("/result"))
    officer.look("result")


def read_a_bank(trainer: Walk) -> None:
    """Look at a bank that has losses and problems, before it is added, and at one that cannot be."""
    bank = b"::Half::Which?{~%100%a ~%100%b ~c}\n\nA text.\n\n::Fee::What?{=5 ~6}\n"
    for name, data in (("bank", bank), ("nothing", b"A text.\n")):
        trainer.go("/write/cft/import")
        file = {"name": f"{name}.gift", "mimeType": "text/plain", "buffer": data}
        trainer.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        trainer.page.locator("form.bank-form button.primary").click()
        trainer.page.locator(".bank-losses").wait_for()
        trainer.look(f"import-{name}")

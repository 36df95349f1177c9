"""Words 40 % longer than in English fit: nothing is cut off, nothing stands out of its box or of the window."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel import Locale

from elearn.catalogue.queries import current_release
from elearn.content.scaffold import new_course
from elearn.core import languages
from elearn.learning.services import enrol
from elearn.security.policy import Role, ScopeKind
from elearn.web import catalogues, i18n
from tests.factories import NOON, a_course, a_person, an_enrolment, learn, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.layout import cut_off
from tests.journeys.walking import Walk
from tests.tools.pseudo import LANGUAGE, pseudo, write_pseudo

pytestmark = pytest.mark.browser

PAGES: dict[str, tuple[str, ...]] = {
    "officer": (
        "/",
        "/courses",
        "/courses/demo",
        "/courses/demo/glossary",
        "/courses/demo/example/opening",
        "/courses/demo/example/a-section",
        "/courses/demo/quizzes/example-quiz",
        "/certificates",
        "/account",
        "/verify",
        "/nowhere",
    ),
    "done": ("/", "/courses/demo", "/certificates"),
    "trainer": ("/write", "/write/languages", "/marking"),
    "admin": ("/people",),
}


@pytest.fixture
def in_long_words(live_site: LiveSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    """A site that offers the pseudo-locale as well, with its catalogue made on the fly."""
    folder = shutil.copytree(catalogues.TRANSLATIONS, tmp_path / "translations")
    write_pseudo(folder)
    monkeypatch.setattr(catalogues, "TRANSLATIONS", folder)
    monkeypatch.setitem(languages.NAMES, LANGUAGE, pseudo("English"))
    monkeypatch.setattr(i18n, "locale_of", lambda language: Locale.parse("en_GB" if language == LANGUAGE else language))
    live_site.app.config["LANGUAGES"] = ("en", LANGUAGE)
    yield live_site
    catalogues.catalogue.cache_clear()
    catalogues.state_of.cache_clear()


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.drill), 360])
def test_nothing_is_cut_off_where_words_are_longer(
    in_long_words: LiveSite, walk: Callable[..., Walk], width: int
) -> None:
    with writing(in_long_words.app) as session:
        files = new_course("demo", "Demo", "en")
        a_course(session, "demo", files=files)
        enrol(session, a_person(session, "officer"), current_release(session, "demo"), now=NOON)
        learn(session, an_enrolment(session, a_person(session, "done"), current_release(session, "demo")))
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
        a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    found: list[str] = []
    for name, pages in PAGES.items():
        with walk(f"long-words-{width}-{name}", width=width) as somebody:
            somebody.go("/sign-in?lang=en")
            somebody.sign_in(name)
            for page in pages:
                somebody.go(f"{page}?lang={LANGUAGE}")
                found += look(somebody, page)
            if name == "officer":
                found += take_a_quiz(somebody)
            somebody.go("/account?lang=en")
            somebody.faults = [fault for fault in somebody.faults if "404" not in fault and "409" not in fault]
    assert not found, "\n".join(found)


def test_a_name_without_a_space_stays_in_the_window(live_site: LiveSite, walk: Callable[..., Walk]) -> None:
    with writing(live_site.app) as session:
        person = a_person(session, "long", full_name="Ә" * 160)
        a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        about = f"/people/{person.public_id}"
    pages = (
        "/people",
        about,
        *(f"{about}/{act}" for act in ("certificates", "erase", "merge", "extra-time")),
        "/audit",
    )
    found: list[str] = []
    for width in (360, 1280):
        with walk(f"long-name-{width}", width=width) as admin:
            admin.go("/sign-in?lang=en")
            admin.sign_in("admin")
            admin.page.goto(about)
            admin.page.click("text=Make a one-time code")
            admin.page.wait_for_selector(".once")
            found += [f"code at {width}: {one}" for one in cut_off(admin.page)]
            for page in pages:
                admin.page.goto(page)
                found += [f"{page} at {width}: {one}" for one in cut_off(admin.page)]
    assert not found, "\n".join(found)


def look(somebody: Walk, page: str) -> list[str]:
    """What is cut off on the page as it is, with the pages that it is cut off on; a picture is kept."""
    assert somebody.page.locator("html").get_attribute("lang") == LANGUAGE
    assert "[" in somebody.heading() or somebody.page.locator("main").inner_text().count("[") > 2
    somebody.picture(re.sub(r"\W+", "-", page).strip("-") or "home")
    return [f"{page}: {one}" for one in cut_off(somebody.page)]


def take_a_quiz(officer: Walk) -> list[str]:
    """Look at every kind of question, at the review and at the result."""
    page, found = officer.page, []
    officer.go("/courses/demo/quizzes/example-quiz")
    page.click(".quiz-start button")
    page.wait_for_url("**/attempts/*/1")
    base = page.url.rpartition("/")[0]
    for number in range(1, page.locator(".palette > li").count() + 1):
        page.goto(f"{base}/{number}")
        found += look(officer, f"question {number}")
    page.goto(f"{base}/review")
    found += look(officer, "review")
    page.click("[data-hand-in] button")
    page.wait_for_url("**/result*")
    return found + look(officer, "result")


def test_the_pseudo_locale_keeps_values_and_is_at_least_40_per_cent_longer() -> None:
    said = pseudo("%(read)s of %(all)s modules read")
    assert "%(read)s" in said
    assert "%(all)s" in said
    assert len(said) >= 1.4 * len("of modules read")
    assert pseudo("Courses").startswith("[Çöúřšéš")

"""Every page of the site before axe-core, by everybody who may meet it: light and dark, at a desk and on a phone.

Also that nothing stands out of the window or is cut off where the window is 320 pixels wide, where the page is
enlarged to 200 %, and where a reader sets words and lines apart. One language and one side a page, in turn;
``pytest -m drill tests/journeys/test_every_page.py`` looks at all pages in each language from all sides.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import expect

from elearn.accounts.models import SignInAttempt
from elearn.accounts.rules import name_hash
from elearn.core.clock import now as clock
from elearn.settings import Settings
from tests.factories import writing
from tests.journeys.conftest import LiveSite
from tests.journeys.school import PAGES, QUESTIONS, REFUSED, WRONG, Form
from tests.journeys.walking import COLOURS, Walk, violations

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru")
Begin = Callable[..., Walk]


@pytest.fixture
def sqlite_url(settled: tuple[Path, dict[str, str]], tmp_path: Path) -> str:
    """The address of a copy of that database."""
    path = tmp_path / "school.sqlite"
    shutil.copy(settled[0], path)
    return f"sqlite:///{path}"


def addresses(name: str | None, numbers: dict[str, str], languages: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """The pages that somebody may meet, each with its status and its language: these in turn.

    Where there are several languages, a kind of question is met once, open or answered; the drill meets it as both.
    """
    there = [(page, 200) for page in PAGES[name]] + list(REFUSED.get(name, ()))
    if len(languages) > 1:
        there = [(page, status) for page, status in there if not is_met_twice(page)]
    for (page, status), language in zip(there, cycle(languages)):
        yield in_language(page.format(**numbers), language), status, language


def is_met_twice(page: str) -> bool:
    """Whether it is an open question with an even number, or an answered one with an odd one."""
    found = re.fullmatch(r"/attempts/\{(open|told)\}/(\d+)", page)
    return found is not None and (found[1] == "open") == (int(found[2]) % 2 == 0)


def in_language(address: str, language: str) -> str:
    """The address of a page in a language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def begin_as(walk: Begin, name: str | None, folder: str) -> Walk:
    """Somebody's walk; the console names every answer that is no 200, which here are meant."""
    return walk(f"{folder}-{name or 'anyone'}", bears=("Failed to load resource",))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wrong_with_any_page(walk: Begin, settled: tuple[Path, dict[str, str]], name: str | None) -> None:
    with begin_as(walk, name, "every") as somebody:
        if name is not None:
            somebody.sign_in(name)
        for number, (address, status, language) in enumerate(addresses(name, settled[1], LANGUAGES)):
            answer = somebody.page.goto(address)
            assert answer is not None
            assert answer.status == status, f"{address} answered {answer.status}"
            assert somebody.page.locator("html").get_attribute("lang") == language
            somebody.look_from_a_side(number // 2)  # each side in both languages


@pytest.mark.parametrize("name", WRONG)
def test_nothing_is_wrong_with_a_form_that_was_filled_in_wrongly(
    walk: Begin, settled: tuple[Path, dict[str, str]], live_site: LiveSite, name: str | None
) -> None:
    with writing(live_site.app) as session:  # so many tries that the next is one too many
        session.add_all(
            SignInAttempt(name_hash=name_hash("guessed"), at=clock()) for _ in range(Settings().sign_in_tries)
        )
    with begin_as(walk, name, "wrong") as somebody:
        if name is not None:
            somebody.sign_in(name)
        for number, (form, language) in enumerate(zip(WRONG[name], cycle(LANGUAGES))):
            somebody.go(in_language(form.page.format(**settled[1]), language))
            send(somebody, form)
            somebody.look_from_a_side(number // 2)


def send(somebody: Walk, form: Form) -> None:
    """Send a form filled in so, past what the browser itself would say; wait for the answer and for what it tells."""
    page = somebody.page
    for field, value in form.fields.items():
        page.locator(f"main [name={field}]").first.fill(value)
    button = page.locator(form.button).first
    button.evaluate("button => { button.form.noValidate = true; }")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.click()
    page.wait_for_load_state("networkidle")
    found = page.locator("main :is(.error-summary, [role=alert], .field-error, .alert)").filter(visible=True)
    expect(found.first, f"{form.page} says nothing of what is wrong").to_be_visible()  # a script may put it there


def test_nothing_is_wrong_with_what_can_be_opened(walk: Begin, settled: tuple[Path, dict[str, str]]) -> None:
    desk, phone = (1280,), (360,)
    with begin_as(walk, "officer", "opened") as officer:
        officer.sign_in("officer")
        page = officer.page
        for path, selector, widths in (
            ("/account", ".head-tools .menu:first-child > summary", desk),
            ("/account", ".head-tools .menu:last-child > summary", desk),
            ("/account", ".head-phone > summary", phone),
            ("/courses/demo/example/callouts", ".reading-menu > summary", (1280, 360)),
            ("/courses/demo/example/callouts", "#note > summary", (1280, 360)),
            ("/courses/demo/example/callouts", ".reader-bar a[href='#outline']", phone),
            ("/courses/demo/example/a-section", ".fold-out > summary", desk),
        ):
            page.set_viewport_size({"width": widths[0], "height": 800})
            officer.go(path)
            page.locator(selector).first.click()
            officer.look_from_all_sides(widths)
        page.set_viewport_size({"width": 1280, "height": 800})
        officer.go("/account")
        page.keyboard.press("?")
        page.locator("#keys").wait_for()
        officer.look_from_all_sides()


def test_nothing_is_wrong_in_high_contrast_and_in_colours_that_a_system_forces(
    walk: Begin, settled: tuple[Path, dict[str, str]]
) -> None:
    numbers = settled[1]
    with begin_as(walk, "officer", "contrast") as officer:
        officer.sign_in("officer")
        page = officer.page
        ledger = next(
            address
            for address in (f"/attempts/{numbers['open']}/{number}" for number in range(1, QUESTIONS + 1))
            if page.goto(address) and page.locator(".ledger").count()
        )
        marked = f"/attempts/{numbers['told']}/1"
        lesson = "/courses/demo/example/a-section"
        for address in ("/", lesson, ledger, marked, "/courses/demo/quizzes/example-quiz", "/account", "/courses/cft"):
            officer.go(address)
            for scheme in ("light", "dark"):
                for more, forced in (("more", "none"), ("no-preference", "active")):
                    page.emulate_media(color_scheme=scheme, contrast=more, forced_colors=forced)  # type: ignore[arg-type]
                    found = violations(page, COLOURS)
                    officer.faults += [f"{address} ({scheme}, {more}, {forced}): {one}" for one in found]
        page.emulate_media(color_scheme="dark", contrast="null", forced_colors="null")
        officer.go("/account")
        page.get_by_label("High contrast").check()
        expect(page.locator("form[data-reading] [role=status]")).to_have_text("Saved.")
        for address in (lesson, ledger):
            officer.go(address)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
            officer.faults += violations(page)


@pytest.mark.drill
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wrong_with_any_page_in_any_language(
    walk: Begin, settled: tuple[Path, dict[str, str]], name: str | None, language: str
) -> None:
    with begin_as(walk, name, f"drill-{language}") as somebody:
        if name is not None:
            somebody.sign_in(name)
        for address, _, _ in addresses(name, settled[1], (language,)):
            somebody.go(address)
            somebody.picture(re.sub(r"\W+", "-", address).strip("-"))
            somebody.look_from_all_sides(is_thorough=True)

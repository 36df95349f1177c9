"""What scripts add to reading, in a real browser: choices that show at once, and keys."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from elearn.accounts.models import Person
from elearn.catalogue.queries import current_release
from elearn.notes.services import set_bookmark
from tests.factories import NOON, an_enrolment, reading, the_person, writing
from tests.web.browsing import signed_in
from tests.web.conftest import OFFICER

pytestmark = pytest.mark.browser
OPENING, SECTION, LAST = (f"/courses/demo/example/{name}" for name in ("opening", "a-section", "callouts"))


@pytest.fixture
def page(browser: Browser, taught: Flask) -> Iterator[Page]:
    """A page of an officer enrolled in the small course, on a section of it, with two bookmarks."""
    with writing(taught) as session:
        number = an_enrolment(session, the_person(session, OFFICER), current_release(session, "demo")).id
        for unit in ("example/opening", "example/a-section"):
            set_bookmark(session, number, unit, title="x", now=NOON)
    with signed_in(browser, taught) as found:
        found.goto(SECTION)
        yield found


def stored(site: Flask) -> str | None:
    with reading(site) as session:
        return session.scalars(select(Person.reading).where(Person.sign_in_name == OFFICER)).one()


# ---- Choices ----


def test_a_choice_shows_at_once_is_saved_and_comes_again_without_a_script(page: Page, taught: Flask) -> None:
    heading = page.locator("article h1")
    before = heading.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    page.get_by_text("Reading", exact=True).filter(visible=True).click()
    page.get_by_label("Largest").check()
    page.get_by_label("Dark").check()
    page.get_by_label("Lessons in a serif typeface").check()
    expect(page.locator('[data-reading] [role="status"]')).to_have_text("Saved.")
    assert heading.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") > before
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 24, 29)"
    assert set((stored(taught) or "").split()) == {"text-largest", "theme-dark", "serif", "keys"}
    page.goto("/account")
    expect(page.locator("html")).to_have_class("text-largest theme-dark serif keys")
    expect(page.get_by_label("Largest")).to_be_checked()
    page.goto(SECTION)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('17px \"Source Serif 4\"'))")


def test_of_choices_made_faster_than_they_are_saved_the_last_counts(page: Page, taught: Flask) -> None:
    held: list[Route] = []
    page.route("**/account/reading", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks it, and no builtin)
    page.get_by_text("Reading", exact=True).filter(visible=True).click()
    with page.expect_request("**/account/reading"):
        page.get_by_label("Large", exact=True).check()
    page.get_by_label("Dark").check()
    page.get_by_label("Largest").check()
    page.wait_for_timeout(300)
    assert len(held) == 1, "the second is sent while the first is on its way, and might arrive before it"
    with page.expect_request("**/account/reading"):
        held[0].continue_()
    page.wait_for_timeout(0)  # until it is held as well
    held[1].continue_()
    expect(page.locator('[data-reading] [role="status"]')).to_have_text("Saved.")
    assert set((stored(taught) or "").split()) == {"text-largest", "theme-dark", "keys"}


def test_the_text_is_as_wide_as_before_at_every_size(page: Page) -> None:
    widths = set()
    for size in ("small", "normal", "large", "largest"):
        page.evaluate(f"document.documentElement.className = 'text-{size}'")
        widths.add(page.locator(".reader-text > .prose").evaluate("node => node.clientWidth"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(widths) == 1


# ---- Keys ----


def press(page: Page, key: str, path: str) -> None:
    """Press a key and come to a page."""
    page.keyboard.press(key)
    page.wait_for_url(f"**{path}")


def test_keys_lead_through_the_sections(page: Page) -> None:
    for key, path in (("j", LAST), ("k", SECTION), ("ArrowLeft", OPENING), ("ArrowRight", SECTION)):
        press(page, key, path)


def test_letters_are_found_where_they_lie_on_a_russian_keyboard(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")
    page.wait_for_url(f"**{LAST}")


def test_keys_do_nothing_while_one_writes(page: Page) -> None:
    page.get_by_role("link", name="Note", exact=True).filter(visible=True).click()
    field = page.get_by_label("Your note on this section")
    expect(field).to_be_focused()
    page.keyboard.type("jk/?")
    page.keyboard.press("ArrowLeft")
    expect(field).to_have_value("jk/?")
    assert page.url.endswith(f"{SECTION}#note")
    expect(page.locator("dialog")).to_be_hidden()


@pytest.mark.parametrize("keys", ["Control+j", "Alt+k", "Meta+j", "Shift+ArrowRight", "Shift+J"])
def test_what_the_browser_needs_is_left_to_it(page: Page, keys: str) -> None:
    page.evaluate(
        "addEventListener('keydown', (event) => { "
        "globalThis.wasTaken = event.defaultPrevented; globalThis.was = event.key; })"
    )
    page.keyboard.press(keys)
    assert page.evaluate("globalThis.was") is not None
    assert page.evaluate("globalThis.wasTaken") is False
    assert page.url.endswith(SECTION)


def test_arrows_scroll_a_wide_table_that_has_the_focus_instead_of_turning_the_page(page: Page) -> None:
    page.evaluate(
        "document.querySelector('.prose').innerHTML = "
        "'<div class=\"table-scroll\" tabindex=\"0\"><table><tr><th>' + 'wide'.repeat(400) + '</th></tr></table></div>'"
    )
    page.locator(".table-scroll").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.url.endswith(SECTION)


def test_a_question_mark_shows_the_keys_and_escape_closes_them(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.url.endswith(SECTION)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_in_a_list_keys_lead_from_row_to_row_and_to_the_search(page: Page) -> None:
    page.goto("/notes")
    focus = "document.activeElement.getAttribute('href')"
    for key, path in (("j", OPENING), ("j", SECTION), ("j", SECTION), ("k", OPENING)):
        page.keyboard.press(key)
        assert page.evaluate(focus) == path
    page.keyboard.press("/")
    expect(page.get_by_label("Words in your notes")).to_be_focused()
    expect(page.get_by_label("Words in your notes")).to_have_value("")


def test_keys_that_are_turned_off_do_nothing_from_then_on(page: Page) -> None:
    page.get_by_text("Reading", exact=True).filter(visible=True).click()
    page.get_by_role("checkbox", name="Keyboard shortcuts").uncheck()
    expect(page.locator('[data-reading] [role="status"]')).to_have_text("Saved.")
    page.goto(SECTION)
    for key in ("j", "k", "?", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url.endswith(SECTION)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()

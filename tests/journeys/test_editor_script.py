"""What the script adds to the editor: marks, a preview that follows, saving in place. It never loses a text."""

from collections.abc import Iterator
from re import compile as pattern

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from elearn.authoring.queries import written_course
from elearn.authoring.services import save_draft
from elearn.core.clock import now
from elearn.security.policy import Role, ScopeKind
from tests.checking import PASSWORD
from tests.factories import a_course, a_person, writing
from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.browser
LESSON = "01-example/module.md"
EDITOR = f"/write/demo/files/{LESSON}"
OLD, NEW = "Each heading with two signs", "Every heading with two signs"


@pytest.fixture
def page(browser: Browser, live_site: LiveSite) -> Iterator[Page]:
    """The editor of a trainer. A fault of the script or a refused resource fails the test."""
    with writing(live_site.app) as session:
        a_course(session)
        for name in ("trainer", "colleague"):
            a_person(session, name, full_name=name.title(), roles=((Role.TRAINER, ScopeKind.ALL),))
    context = browser.new_context(base_url=live_site.url, locale="en", viewport={"width": 1280, "height": 900})
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    found.goto("/sign-in")
    found.fill("[name=sign_in_name]", "trainer")
    found.fill("[name=password]", PASSWORD)
    found.click("main button[type=submit]")
    found.goto(EDITOR)
    yield found
    context.close()
    assert faults == []


def source(page: Page) -> str:
    """The text in the field."""
    return page.locator("#w_text").input_value()


def saved(site: LiveSite) -> str:
    """The text as it will be in the next release."""
    with writing(site.app) as session:
        return written_course(session, "demo").file(LESSON).text


def type_over(page: Page, old: str, new: str) -> None:
    """Replace words in the field as somebody does who pastes."""
    text = source(page)
    assert old in text
    page.locator("#w_text").fill(text.replace(old, new))


def test_the_drawing_behind_the_field_has_its_text_and_its_height(page: Page) -> None:
    lines = page.locator(".source-marks > div")
    assert [line.rstrip("\n") for line in lines.all_text_contents()] == source(page).split("\n")
    heights = page.evaluate(
        "[document.querySelector('.source-marks').offsetHeight, document.getElementById('w_text').scrollHeight]"
    )
    assert heights[0] == heights[1]
    type_over(page, OLD, f"A line\nmore and {NEW}")
    assert lines.all_text_contents() == source(page).split("\n")


def test_the_preview_follows_and_the_page_says_that_nothing_is_saved(page: Page, live_site: LiveSite) -> None:
    before = saved(live_site)
    expect(page.locator("#w_saved")).to_contain_text("As published")
    type_over(page, OLD, NEW)
    expect(page.locator("#w_saved")).to_contain_text("Not saved yet")
    expect(page.locator("#w_preview")).to_contain_text(NEW)
    expect(page.locator("#w_history")).to_contain_text("2 lines changed")
    assert saved(live_site) == before


def test_the_draft_is_saved_in_place_by_the_keyboard_and_by_the_button(page: Page, live_site: LiveSite) -> None:
    type_over(page, OLD, NEW)
    page.keyboard.press("Control+s")
    expect(page.locator("#w_saved")).to_contain_text(pattern(r"Saved at \d\d:\d\d"))
    assert NEW in saved(live_site)
    type_over(page, NEW, "All headings")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#w_saved")).to_contain_text(pattern(r"Saved at \d\d:\d\d"))
    assert "All headings" in saved(live_site)
    assert page.url.endswith(EDITOR)


def test_a_problem_leads_to_its_line(page: Page) -> None:
    type_over(page, "images/flow.svg", "images/flaw.svg")
    link = page.locator("#w_problems a[data-line]")
    expect(link).to_have_count(1)
    line = int(link.get_attribute("data-line") or "0")
    row = page.locator(".source-marks > div").nth(line - 1)
    expect(row).to_have_class("is-error")
    expect(row).to_contain_text("flaw.svg")
    link.click()
    at = page.evaluate("document.getElementById('w_text').selectionStart")
    assert source(page)[:at].count("\n") == line - 1
    expect(row).to_be_in_viewport()


def test_a_link_from_the_list_of_problems_opens_at_the_line(page: Page) -> None:
    page.goto(f"{EDITOR}?line=30")
    at = page.evaluate("document.getElementById('w_text').selectionStart")
    assert source(page)[:at].count("\n") == 29


def test_what_a_colleague_saved_is_not_overwritten_and_ones_text_is_kept(page: Page, live_site: LiveSite) -> None:
    with writing(live_site.app) as session:
        file = written_course(session, "demo").file(LESSON)
        person = a_person(session, full_name="Gülşirin Aşyrowa")
        theirs = file.text.replace(OLD, "Their heading")
        save_draft(session, "demo", LESSON, theirs, file.revision, actor_id=person.id, now=now())
    type_over(page, OLD, "My heading")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("Gülşirin Aşyrowa saved this file while you were editing it")
    assert "My heading" in source(page)
    assert "Their heading" in saved(live_site)
    page.keyboard.press("Control+s")
    expect(page.locator("#w_saved")).to_contain_text("Saved at")
    assert "My heading" in saved(live_site)


def test_without_a_connection_the_text_stays_and_is_saved_later(page: Page, live_site: LiveSite) -> None:
    def cut(route: Route) -> None:
        route.abort()

    type_over(page, OLD, NEW)
    expect(page.locator("#w_preview")).to_contain_text(NEW)
    page.route("**/write/**", cut)
    page.keyboard.press("Control+s")
    expect(page.locator("#w_saved")).to_contain_text("there is no connection")
    type_over(page, NEW, "All headings")
    expect(page.locator("[data-late]")).to_have_text("The preview is of an earlier text.")
    assert NEW not in saved(live_site)
    page.unroute("**/write/**", cut)
    page.keyboard.press("Control+s")
    expect(page.locator("#w_saved")).to_contain_text("Saved at")
    assert "All headings" in saved(live_site)


def test_leaving_with_a_text_that_is_not_saved_asks_first(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#w_text").press_sequentially("x")
    page.get_by_role("link", name="Publishing").click()
    expect(page.locator("#w_text")).to_be_visible()
    assert asked == ["beforeunload"]
    page.keyboard.press("Control+s")
    expect(page.locator("#w_saved")).to_contain_text("Saved at")
    page.get_by_role("link", name="Publishing").click()
    page.wait_for_url("**/write/demo")
    assert asked == ["beforeunload"]


def test_the_preview_shows_the_section_that_the_caret_is_in(page: Page) -> None:
    text = source(page)
    at = text.index("> [!KEY]")
    page.evaluate(
        "at => { const area = document.getElementById('w_text'); area.focus(); area.setSelectionRange(at, at); }", at
    )
    expect(page.locator('#w_preview [data-unit="callouts"] > h2')).to_be_in_viewport()


def test_hostile_text_does_nothing_when_the_script_puts_it_in(page: Page) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3)) <svg onload=alert(4)>"
    type_over(page, OLD, f"{attack} {NEW}")
    expect(page.locator("#w_preview")).to_contain_text(NEW)
    page.wait_for_timeout(300)
    assert dialogs == []
    assert page.locator("#w_preview script, #w_preview img, #w_preview [onload]").count() == 0

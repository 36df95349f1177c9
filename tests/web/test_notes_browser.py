"""What the script adds to notes, in a real browser: saving while one writes, keeping what cannot be sent, bookmarks."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from elearn.learning.models import Enrolment
from elearn.notes.models import Bookmark, Note
from elearn.notes.queries import on_section
from elearn.notes.services import save_note
from tests.factories import NOON, an_enrolment, reading, the_person, writing
from tests.web.browsing import signed_in
from tests.web.conftest import OFFICER

pytestmark = pytest.mark.browser
SECTION = "/courses/demo/example/a-section"
UNIT = "example/a-section"
STATE = "[data-note-state]"


@pytest.fixture
def page(browser: Browser, taught: Flask) -> Iterator[Page]:
    """A page of an officer enrolled in the small course, on a section of it."""
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    with signed_in(browser, taught) as found:
        found.goto(SECTION)
        yield found


def texts(site: Flask) -> list[str]:
    """The note as it is stored, and its earlier texts."""
    with reading(site) as session:
        number = session.scalars(select(Enrolment.id)).one()
        note = on_section(session, number, UNIT).note
        return [note.text, *(each.text for each in note.earlier)] if note is not None else []


def cut(route: Route) -> None:
    """The line is down for what the script saves."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.continue_()


def write(page: Page, text: str) -> None:
    """Open the note from the reader's tools and write in it."""
    page.get_by_role("link", name="Note", exact=True).filter(visible=True).click()
    field = page.get_by_label("Your note on this section")
    expect(field).to_be_focused()
    field.fill(text)


def test_a_note_saves_itself_and_says_when(page: Page, taught: Flask) -> None:
    write(page, "First.")
    expect(page.locator(STATE)).to_contain_text("Saved at")
    assert texts(taught) == ["First."]
    expect(page.get_by_role("button", name="Delete the note")).to_be_visible()
    page.get_by_label("Your note on this section").fill("First. Second.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(STATE)).to_contain_text("Saved at")
    page.reload()
    expect(page.get_by_label("Your note on this section")).to_have_value("First. Second.")
    assert texts(taught) == ["First. Second."]


def test_a_note_that_cannot_be_sent_waits_on_this_device_and_goes_when_the_page_is_open_again(
    page: Page, taught: Flask
) -> None:
    page.route("**/note", cut)
    write(page, "Written in a tunnel.")
    expect(page.locator(STATE)).to_contain_text("there is no connection")
    assert texts(taught) == []
    page.goto("/")
    page.unroute("**/note")
    page.goto(SECTION)
    expect(page.get_by_label("Your note on this section")).to_have_value("Written in a tunnel.")
    expect(page.locator(STATE)).to_contain_text("Saved at")
    assert texts(taught) == ["Written in a tunnel."]
    assert page.evaluate("localStorage.length") == 0


def test_an_answer_that_is_lost_on_its_way_makes_no_clash(page: Page, taught: Flask) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "PUT" and not lost:
            lost.append(route.fetch().text())  # it was saved, and nobody heard
            route.abort()
        else:
            route.continue_()

    page.route("**/note", lose)
    write(page, "Once.")
    expect(page.locator(STATE)).to_contain_text("there is no connection")
    page.get_by_label("Your note on this section").fill("Twice.")
    expect(page.locator(STATE)).to_contain_text("Saved at")
    assert texts(taught) == ["Twice."]


def test_what_another_device_saved_meanwhile_is_shown_at_once(page: Page, taught: Flask) -> None:
    with writing(taught) as session:
        number = session.scalars(select(Enrolment.id)).one()
        made = {"title": "1.1", "seen": (), "now": NOON}
        save_note(session, number, UNIT, "From the office.", revision=uuid4(), **made)  # type: ignore[arg-type]
    write(page, "From the train.")
    expect(page.locator(STATE)).to_contain_text("Another device had saved this note meanwhile.")
    expect(page.locator(".earlier-text .written")).to_have_text("From the office.")
    assert texts(taught) == ["From the train.", "From the office."]
    page.get_by_role("button", name="Add to the note").click()
    expect(page.get_by_label("Your note on this section")).to_have_value("From the train.\n\nFrom the office.")


def test_a_deleted_note_does_not_come_back(page: Page, taught: Flask) -> None:
    write(page, "For a day.")
    expect(page.locator(STATE)).to_contain_text("Saved at")
    page.get_by_role("button", name="Delete the note").click()
    page.wait_for_url(f"**{SECTION}#note")
    page.reload()
    assert texts(taught) == []
    with reading(taught) as session:
        assert session.scalars(select(Note.id)).all() == []


def test_a_bookmark_is_set_in_place(page: Page, taught: Flask) -> None:
    page.get_by_role("button", name="Bookmark", exact=True).click()
    expect(page.get_by_role("button", name="Bookmarked (remove)")).to_be_visible()
    with reading(taught) as session:
        assert session.scalars(select(Bookmark.unit)).all() == [UNIT]
    page.get_by_role("button", name="Bookmarked (remove)").click()
    expect(page.get_by_role("button", name="Bookmark", exact=True)).to_be_visible()
    with reading(taught) as session:
        assert session.scalars(select(Bookmark.unit)).all() == []

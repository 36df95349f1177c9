"""Putting items in order in a real browser: by buttons, by a place, by dragging; each is saved as it is done."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from elearn.assessment.models import Answer
from tests.factories import a_person, reading, writing
from tests.quiz_course import enrolled
from tests.web.browsing import signed_in
from tests.web.test_quizzes_matching import LESSON, START, files, steps_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Flask) -> Iterator[Page]:
    """A page of an officer enrolled in the course, signed in."""
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), files())
    with signed_in(browser, site) as found:
        yield found


def begin(page: Page) -> str:
    """Start the quiz and go to the order; its address."""
    page.goto(START)
    page.click(".quiz-start button")
    page.wait_for_url("**/attempts/*/1")
    page.goto(f"{page.url.rpartition('/')[0]}/2")
    return page.url


def words(page: Page) -> list[str]:
    return page.locator(".place [data-words]").all_inner_texts()


def places(page: Page) -> list[str]:
    return [field.evaluate("field => field.selectedOptions[0].text") for field in page.locator(".place select").all()]


def saved(site: Flask) -> list[str]:
    """The items of the last answer, in words."""
    named = steps_of().texts["en"].answers
    with reading(site) as session:
        response = session.scalars(select(Answer.response).order_by(Answer.id.desc())).first() or {}
    return [named[value.partition(":")[0]] for value in response.get("values", ())]


def button(page: Page, way: str, item: str) -> Locator:
    return page.get_by_role("button", name=f"Move {way}: {item}", exact=True)


SAVED = ".exam-facts [data-saved]"


def test_nothing_has_a_place_until_one_gives_it(page: Page, site: Flask) -> None:
    begin(page)
    assert places(page) == ["–"] * 4
    assert saved(site) == []


def test_a_button_moves_an_item_says_so_keeps_the_focus_and_saves(page: Page, site: Flask) -> None:
    begin(page)
    stood = words(page)
    down = button(page, "down", stood[0])
    down.focus()
    page.keyboard.press("Enter")
    moved = [stood[1], stood[0], *stood[2:]]
    assert words(page) == moved
    assert places(page) == ["1", "2", "3", "4"]
    expect(down).to_be_focused()
    expect(page.locator("[data-moved]")).to_have_text(f"{stood[0]}: place 2 of 4")
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert saved(site) == moved
    page.reload()
    assert words(page) == moved


def test_the_first_item_cannot_move_further_up(page: Page) -> None:
    begin(page)
    stood = words(page)
    button(page, "up", stood[0]).click()
    assert words(page) == stood
    expect(page.locator("[data-moved]")).to_have_text(f"{stood[0]}: place 1 of 4")


def test_a_place_that_is_given_moves_the_item_there(page: Page, site: Flask) -> None:
    begin(page)
    stood = words(page)
    page.get_by_label(stood[3]).first.select_option("2")
    assert words(page) == [stood[0], stood[3], stood[1], stood[2]]
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert saved(site) == words(page)


def test_an_item_can_be_dragged(page: Page, site: Flask) -> None:
    begin(page)
    stood = words(page)
    page.locator(".place").nth(3).drag_to(page.locator(".place").nth(0))
    assert words(page) == [stood[3], *stood[:3]]
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert saved(site) == words(page)


def test_an_order_that_could_not_be_sent_outlives_the_page(page: Page, site: Flask) -> None:
    begin(page)
    stood = words(page)
    page.route("**/answers/*", lambda route: route.abort())
    button(page, "down", stood[0]).click()
    expect(page.locator("[data-trouble]")).to_contain_text("Not saved yet")
    page.unroute("**/answers/*")
    page.reload()
    assert words(page) == [stood[1], stood[0], *stood[2:]]
    assert places(page) == ["1", "2", "3", "4"]
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert saved(site) == words(page)


def test_a_check_that_is_tried_again_stands_as_at_first(page: Page) -> None:
    page.goto(LESSON)
    check = page.locator("#check-steps")
    stood = words(page)
    button(page, "down", stood[0]).click()
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check.locator("[data-verdict]")).to_be_focused()
    check.get_by_role("link", name="Try again").click()
    expect(check.locator("[data-verdict]")).to_have_count(0)
    expect(check.locator(".place [data-words]")).to_have_text(stood)
    assert places(page) == ["–"] * 4


def test_a_check_that_was_sent_blank_can_be_put_in_order(page: Page) -> None:
    page.goto(LESSON)
    check = page.locator("#check-steps")
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check).to_contain_text("Choose an answer first.")
    stood = words(page)
    button(page, "up", stood[1]).click()
    assert words(page) == [stood[1], stood[0], *stood[2:]]

"""The key that leads to the search, in a real browser."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, taught: Flask) -> Iterator[Page]:
    """A page of an officer."""
    with signed_in(browser, taught) as found:
        yield found


def test_a_stroke_leads_to_the_field_and_is_not_typed_into_it(page: Page) -> None:
    page.goto("/courses")
    page.keyboard.press("/")
    expect(page.locator("#head-q")).to_be_focused()
    page.keyboard.type("small/course")
    expect(page.locator("#head-q")).to_have_value("small/course")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/search?q=small%2Fcourse")
    expect(page.locator("#q")).to_have_value("small/course")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_where_the_field_has_no_room_the_key_leads_to_the_page_with_its_field(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto("/courses")
    expect(page.locator("#head-q")).to_be_hidden()
    page.keyboard.press("/")

    page.wait_for_url("**/search")
    expect(page.locator("#q")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360, 900, 1000, 1199, 1280])
def test_the_head_has_room_at_every_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for path in ("/?lang=ru", "/search?q=small&lang=ru"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path

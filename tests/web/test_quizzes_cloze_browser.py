"""Cloze in a real browser: what is typed and chosen is saved as one goes."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from elearn.assessment.models import Answer
from tests.factories import NOON, a_person, reading, writing
from tests.quiz_course import enrolled
from tests.web.browsing import signed_in
from tests.web.test_quizzes import START
from tests.web.test_quizzes_cloze import choice, files

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Flask) -> Iterator[Page]:
    """A page of an officer in the middle of an attempt."""
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), files(), now=NOON)
    with signed_in(browser, site) as found:
        found.goto(START)
        found.click(".quiz-start button")
        found.wait_for_url("**/attempts/*/1")
        yield found


def test_gaps_are_saved_as_they_are_filled_in(site: Flask, page: Page) -> None:
    page.get_by_label("Gap 2 of 3").select_option(label="euros")
    expect(page.locator("dd[data-saved]")).to_contain_text("Saved at")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_label("Gap 1 of 3").fill("15000")
        page.get_by_label("Gap 3 of 3").focus()
    expect(page.locator(".palette .is-answered")).to_have_count(1)
    with reading(site) as session:
        kept = [answer.response for answer in session.scalars(select(Answer).order_by(Answer.id))]
    assert kept == [{"values": ["", choice("euros"), ""]}, {"values": ["15000", choice("euros"), ""]}]
    page.reload()
    expect(page.get_by_label("Gap 1 of 3")).to_have_value("15000")
    expect(page.get_by_label("Gap 2 of 3")).to_have_value(choice("euros"))


def test_the_page_is_as_wide_as_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360

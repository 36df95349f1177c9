"""What the script adds to cases and hotspots, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from elearn.assessment.models import Answer
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.learning.services import enrol
from tests import case_course
from tests.factories import NOON, a_person, reading, writing
from tests.web.browsing import signed_in
from tests.web.test_quizzes_hotspot import AREAS, PICTURE

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Flask) -> Iterator[Page]:
    """A page of an officer enrolled in the course, signed in."""
    files = case_course.course_files()
    files["01-one/quiz.md"] += AREAS.encode()
    files["01-one/p.svg"] = PICTURE.encode()
    with writing(site) as session:
        publish(session, case_course.SLUG, files, now=NOON)
        enrol(session, a_person(session, "officer"), current_release(session, case_course.SLUG), now=NOON)
    with signed_in(browser, site) as found:
        yield found


def begin(page: Page) -> str:
    """Start the quiz; the address of the attempt."""
    page.goto(case_course.QUIZ)
    page.click(".quiz-start button")
    page.wait_for_url("**/attempts/*/1")
    return page.url.rpartition("/")[0]


def test_to_move_among_the_choices_of_a_case_decides_nothing(page: Page, site: Flask) -> None:
    begin(page)
    page.get_by_label("Freeze at once").check()
    page.get_by_label("Ask for the account history").check()
    page.wait_for_timeout(1500)
    with reading(site) as session:
        assert session.scalar(select(func.count(Answer.id))) == 0
    page.keyboard.press("Enter")
    expect(page.locator(".case-scene")).to_contain_text("zqhistory")


def test_a_case_in_a_lesson_goes_on_in_place_and_begins_again(page: Page) -> None:
    page.goto(case_course.LESSON)
    for words in ("Ask for the account history", "File the report"):
        page.get_by_label(words).check()
        page.get_by_role("button", name="Decide").click()
    expect(page.locator(".case-report")).to_contain_text("As on the model path")
    page.get_by_text("Try again").click()
    expect(page.locator("form[data-check] .case-scene")).to_have_count(0)
    page.get_by_label("Freeze at once").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".case-report")).to_contain_text("Not on the model path")


def test_a_click_on_an_area_is_a_click_on_its_row(page: Page) -> None:
    base = begin(page)
    page.goto(f"{base}/3")
    page.locator("[data-area]").nth(1).click(position={"x": 30, "y": 30})
    expect(page.get_by_label("The photograph")).to_be_checked()
    expect(page.locator(".exam-facts [data-saved]")).to_contain_text("Saved at")
    expect(page.locator("[data-area]").nth(1)).to_have_class("area is-pointed is-chosen")
    page.get_by_label("The name").check()
    expect(page.locator("[data-area]").nth(1)).not_to_have_class(re.compile("is-chosen"))
    page.reload()
    expect(page.locator(".area.is-chosen")).to_have_count(1)

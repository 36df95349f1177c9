"""What the script adds to quizzes, in a real browser: saving as one goes, keeping what cannot be sent, the clock."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from elearn.assessment.models import Answer, Attempt
from elearn.assessment.services import submit_attempt
from tests.factories import NOON, a_person, reading, writing
from tests.quiz_course import SLUG, course_files, enrolled
from tests.web.browsing import signed_in

pytestmark = pytest.mark.browser
START = f"/courses/{SLUG}/quizzes/small-quiz"
LESSON = f"/courses/{SLUG}/one/a-section"


@pytest.fixture
def page(browser: Browser, site: Flask) -> Iterator[Page]:
    """A page of an officer enrolled in the course, signed in."""
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), course_files("time_limit: 40 minutes"))
    with signed_in(browser, site) as found:
        yield found


def begin(page: Page) -> str:
    """Start the quiz; the address of the attempt."""
    page.goto(START)
    page.click(".quiz-start button")
    page.wait_for_url("**/attempts/*/1")
    return page.url.rpartition("/")[0]


def responses(site: Flask) -> list[object]:
    """What was saved, in order."""
    with reading(site) as session:
        return [answer.response for answer in session.scalars(select(Answer).order_by(Answer.id))]


def cut(route: Route) -> None:
    """The line is down for what the script saves."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.continue_()


SAVED = ".exam-facts [data-saved]"


def test_an_answer_is_saved_as_soon_as_it_is_chosen(page: Page, site: Flask) -> None:
    begin(page)
    expect(page.locator(SAVED)).to_have_text("Nothing to save yet")
    page.get_by_label("Pears").check()
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert len(responses(site)) == 1
    expect(page.locator('.palette [aria-current="step"]')).to_have_class("is-answered")


def test_the_palette_counts_and_says_what_changes(page: Page) -> None:
    base = begin(page)
    keys = page.locator(".palette-key > li")
    current = page.locator('.palette [aria-current="step"]')
    expect(keys).to_have_text(["Answered, 0", "Not yet answered, 5", "Flagged, 0"])
    expect(current).to_have_text("Question 1, not yet answered")
    page.get_by_label("Pears").check()
    page.get_by_label("Flag").check()
    expect(keys).to_have_text(["Answered, 1", "Not yet answered, 4", "Flagged, 1"])
    expect(current).to_have_text("Question 1, answered, flagged")
    page.get_by_label("Flag").uncheck()
    expect(keys).to_have_text(["Answered, 1", "Not yet answered, 4", "Flagged, 0"])
    expect(current).to_have_text("Question 1, answered")
    page.goto(f"{base}/2")
    page.get_by_label("Drums").check()
    expect(keys.first).to_have_text("Answered, 2")
    page.get_by_label("Drums").uncheck()
    expect(keys).to_have_text(["Answered, 1", "Not yet answered, 4", "Flagged, 0"])
    expect(current).to_have_text("Question 2, not yet answered")


def test_what_is_typed_is_saved_without_leaving_the_field(page: Page, site: Flask) -> None:
    base = begin(page)
    page.goto(f"{base}/4")
    page.get_by_label("Your answer").press_sequentially("hawala")
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert responses(site)[-1] == {"text": "hawala"}


def test_without_a_line_the_answer_waits_and_is_sent_when_the_line_is_back(page: Page, site: Flask) -> None:
    begin(page)
    page.route("**/answers/*", cut)
    page.get_by_label("Pears").check()
    trouble = page.get_by_role("status")
    expect(trouble).to_contain_text("Not saved yet: there is no connection.")
    assert responses(site) == []
    page.unroute("**/answers/*", cut)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    expect(trouble).to_have_text("")
    assert len(responses(site)) == 1


def test_an_answer_that_waits_outlives_the_page(page: Page, site: Flask) -> None:
    begin(page)
    page.route("**/answers/*", cut)
    page.get_by_label("Plums").check()
    expect(page.get_by_role("status")).to_contain_text("Not saved yet")
    page.unroute("**/answers/*", cut)
    page.reload()
    expect(page.get_by_label("Plums")).to_be_checked()
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert len(responses(site)) == 1
    assert page.evaluate("localStorage.length") == 0


def test_the_form_carries_what_the_script_could_not_send(page: Page, site: Flask) -> None:
    begin(page)
    page.route("**/answers/*", cut)
    page.get_by_label("Plums").check()
    expect(page.get_by_role("status")).to_contain_text("Not saved yet")
    page.click("button.primary")
    page.wait_for_url("**/attempts/*/2")
    assert len(responses(site)) == 1


def test_an_answer_that_is_refused_is_kept(page: Page, site: Flask) -> None:
    begin(page)
    page.route("**/answers/*", lambda route: route.fulfill(status=403, body="{}"))
    page.get_by_label("Pears").check()
    expect(page.get_by_role("status")).to_contain_text("Your answer is kept on this device; load the page again")
    assert page.evaluate("localStorage.length") == 1
    page.unroute("**/answers/*")
    page.reload()
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert len(responses(site)) == 1


def test_a_closed_attempt_says_so_and_leads_to_the_result(page: Page, site: Flask) -> None:
    begin(page)
    with writing(site) as session:
        submit_attempt(session, session.scalars(select(Attempt.id)).one(), now=NOON)
    page.get_by_label("Pears").check()
    expect(page.get_by_role("status")).to_contain_text("This attempt is closed")
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 100")


def test_a_change_made_while_saving_is_saved_too(page: Page, site: Flask) -> None:
    begin(page)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/answers/*", hold_first)
    page.get_by_label("Apples").check()
    page.get_by_label("Pears").check()
    expect(page.locator(SAVED)).to_have_text("Saving…")
    held[0].continue_()
    expect(page.locator(SAVED)).to_contain_text("Saved at")
    assert len(responses(site)) == 2
    page.reload()
    expect(page.get_by_label("Pears")).to_be_checked()


def test_the_words_of_the_clock_change_seldom_and_the_end_hands_in(page: Page) -> None:
    page.clock.install()
    begin(page)
    time = page.locator(".exam-facts [data-time]")
    expect(time).to_have_text("About 40 minutes left")
    page.clock.run_for("08:00")
    expect(time).to_have_text("About 40 minutes left")
    page.clock.run_for("02:01")
    expect(time).to_have_text("About 30 minutes left")
    page.clock.run_for("29:01")
    expect(time).to_have_text("About one minute left")
    page.clock.run_for("01:10")
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 100. The pass mark is 70: not passed")


def test_a_check_is_answered_in_place_and_can_be_tried_again(page: Page) -> None:
    page.goto(LESSON)
    check = page.locator("#check-first")
    check.get_by_label("The last one").check()
    check.get_by_role("button", name="Check").click()
    expect(check.locator("[data-verdict]")).to_be_focused()
    expect(check).to_contain_text("Your answer, wrong")
    assert page.url.endswith(LESSON)
    check.get_by_role("link", name="Try again").click()
    expect(check).not_to_contain_text("zqfeedback")
    check.get_by_label("The first one").check()
    check.get_by_role("button", name="Check").click()
    expect(check).to_contain_text("Your answer, right")


def test_every_page_of_a_quiz_can_be_used_by_keyboard(page: Page) -> None:
    begin(page)
    page.get_by_label("Apples").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Pears")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/*/2")

"""What the script adds to ledgers, in a real browser: filtering, sorting and counting without a round trip."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from elearn.assessment.models import Answer
from tests.factories import a_person, reading, writing
from tests.ledger_course import START, course_files
from tests.quiz_course import SLUG, enrolled
from tests.web.browsing import signed_in

pytestmark = pytest.mark.browser
ROWS = ".ledger-rows tbody tr"
SHOWN = f"{ROWS}:not([hidden])"


@pytest.fixture
def rows() -> int:
    """How long the ledger is: longer than what is shown at once."""
    return 400


@pytest.fixture
def page(browser: Browser, site: Flask, rows: int) -> Iterator[Page]:
    """The second question of an attempt: a ledger of so many rows."""
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), course_files(rows))
    with signed_in(browser, site) as found:
        found.goto(START)
        found.click(".quiz-start button")
        found.wait_for_url("**/attempts/*/1")
        found.goto(f"{found.url.removesuffix('/1')}/2")
        yield found


@pytest.mark.parametrize("rows", [5_000])
def test_rows_are_filtered_without_a_round_trip(page: Page) -> None:
    page.locator("[data-filter]").wait_for()
    page.wait_for_load_state("load")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.fill("[data-filter]", "t004 invoice")
    expect(page.locator(SHOWN)).to_have_count(10)
    expect(page.locator("[data-shown]")).to_have_text("Shown: 10 of 5000 rows")
    page.press("[data-filter]", "Enter")
    page.fill("[data-filter]", "")
    expect(page.locator(SHOWN)).to_have_count(200)
    expect(page.locator("[data-shown]")).to_have_text("Shown: 200 of 5000 rows")
    page.get_by_role("button", name="Show more rows").click()
    expect(page.locator(SHOWN)).to_have_count(400)
    expect(page.get_by_role("checkbox", name="T0201")).to_be_focused()
    assert [url for url in requests if "/static/" not in url] == []


@pytest.mark.parametrize("rows", [5_000])
def test_rows_are_sorted_by_a_column_up_down_and_back(page: Page) -> None:
    amounts = [number * 37 % 9000 + 10 for number in range(1, 5_001)]
    first = page.locator(f"{ROWS} >> nth=0")
    button = page.get_by_role("button", name="Amount", exact=True)
    button.click()
    expect(page.locator("thead th[aria-sort=ascending]")).to_have_text("Amount")
    expect(first).to_contain_text(f"{min(amounts)}.50")
    button.click()
    expect(first).to_contain_text(f"{max(amounts)}.50")
    button.click()
    expect(first).to_contain_text("T0001")
    expect(page.locator("thead th[aria-sort]")).to_have_count(0)


def test_who_does_not_see_the_arrows_hears_how_rows_are_sorted(page: Page) -> None:
    said = page.locator("[data-sorted]")
    button = page.get_by_role("button", name="Amount", exact=True)
    for words in ("Sorted by Amount, upwards", "Sorted by Amount, downwards", "In the order of the ledger"):
        button.press("Enter")
        expect(said).to_have_text(words)


def test_arrows_go_from_row_to_row_past_those_that_are_filtered_away(page: Page) -> None:
    page.fill("[data-filter]", "T000")
    expect(page.locator(SHOWN)).to_have_count(9)
    page.fill("[data-filter]", "T0002")
    expect(page.locator(SHOWN)).to_have_count(1)
    page.fill("[data-filter]", "")
    page.get_by_role("checkbox", name="T0001").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("checkbox", name="T0003")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("checkbox", name="T0002")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("checkbox", name="T0001")).to_be_focused()


def test_a_row_says_its_columns_to_who_hears_it_and_on_a_phone(page: Page) -> None:
    row = page.get_by_role("checkbox", name="T0003 Date 2026-04-04 From Customer 3752 To Account 14214")
    expect(row).to_have_count(1)
    page.set_viewport_size({"width": 360, "height": 740})
    label = "getComputedStyle(document.querySelector('.ledger-rows td'), '::before').content"
    assert "Date" in page.evaluate(label)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_rows_are_picked_by_the_keyboard_counted_and_saved(page: Page, site: Flask) -> None:
    page.fill("[data-filter]", "T0003")
    expect(page.locator(SHOWN)).to_have_count(1)
    page.get_by_role("checkbox", name="T0003").focus()
    with page.expect_response("**/answers/long"):
        page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("Picked: 1 of 400 rows")
    page.fill("[data-filter]", "")
    with page.expect_response("**/answers/long"):
        page.locator(f"{ROWS} >> nth=6").click()  # the whole row is the target
    expect(page.locator("[data-count]")).to_have_text("Picked: 2 of 400 rows")
    page.get_by_role("checkbox", name="Only picked").check(force=True)
    expect(page.locator(SHOWN)).to_have_count(2)
    page.reload()
    expect(page.locator("[data-count]")).to_have_text("Picked: 2 of 400 rows")
    with reading(site) as session:
        saved = session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [answer.response for answer in saved] == [{"values": ["T0003"]}, {"values": ["T0003", "T0007"]}]


def test_what_is_filtered_away_stays_picked_and_is_handed_in(page: Page) -> None:
    with page.expect_response("**/answers/long"):
        page.locator(f"{ROWS} >> nth=2").click()
    page.fill("[data-filter]", "T0009")
    expect(page.locator(SHOWN)).to_have_count(1)
    page.click("button.primary")
    page.wait_for_url("**/review")
    page.go_back()
    expect(page.locator(f"{ROWS} input:checked")).to_have_count(1)


def test_a_check_yourself_ledger_that_is_tried_again_has_its_tools(page: Page) -> None:
    page.goto(f"/courses/{SLUG}/one/a-section")
    page.locator(f"{ROWS} >> nth=0").click()
    expect(page.locator("[data-count]")).to_have_text("Picked: 1 of 3 rows")
    page.click("form[data-check] button[type=submit]")
    expect(page.locator("[data-verdict]")).to_be_visible()
    page.click("[data-again]")
    expect(page.locator("[data-count]")).to_have_text("Picked: 0 of 3 rows")
    page.fill("[data-filter]", "salary")
    expect(page.locator(SHOWN)).to_have_count(1)

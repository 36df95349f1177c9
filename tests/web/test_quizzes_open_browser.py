"""Open answers in a real browser: a text is counted and saved as one writes, a file goes with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from elearn.assessment.attachments.rules import LARGEST_FILE
from elearn.assessment.models import Answer
from tests.checking import CheckingClient
from tests.factories import reading
from tests.web.browsing import signed_in
from tests.web.test_quizzes_open import LESSON, PDF, opened

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Flask, client: CheckingClient) -> Iterator[Page]:
    """A page of an officer at an open question."""
    base = opened(site, client)
    with signed_in(browser, site) as found:
        found.goto(f"{base}/2")
        yield found


def kept(site: Flask) -> list[dict[str, object]]:
    with reading(site) as session:
        return [answer.response for answer in session.scalars(select(Answer).order_by(Answer.id))]


def test_a_text_is_counted_and_saved_as_one_writes(site: Flask, page: Page) -> None:
    field = page.get_by_label("Your answer", exact=True)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        field.fill("Two deposits\n\nunder the limit.")
    expect(page.get_by_text("Words: 5 of 150")).to_be_visible()
    expect(page.locator(".palette .is-answered")).to_have_count(1)
    assert kept(site) == [{"written": "Two deposits\n\nunder the limit."}]
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        field.fill("word " * 1_151)
    expect(page.get_by_text("Words: 1,151, 1,001 more than the 150 asked for.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Words: 1,151, 1,001 more than the 150 asked for.")).to_be_visible()


def test_a_file_is_attached_with_what_was_just_written(site: Flask, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "История счёта.pdf"
    file.write_bytes(PDF)
    page.get_by_label("Your answer", exact=True).fill("Just written")
    page.get_by_label("File to attach").set_input_files(file)
    page.get_by_role("button", name="Attach this file").click()
    expect(page.get_by_role("link", name="История счёта.pdf")).to_be_visible()
    expect(page.get_by_label("Your answer", exact=True)).to_have_value("Just written")
    assert kept(site)[-1] == {"written": "Just written"}
    with page.expect_download() as download:
        page.get_by_role("link", name="История счёта.pdf").click()
    assert download.value.suggested_filename == "История счёта.pdf"
    assert download.value.path().read_bytes() == PDF
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="История счёта.pdf")).to_have_count(0)


def test_a_file_that_is_too_large_is_pointed_out_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(b"%PDF-" + b" " * LARGEST_FILE)
    page.get_by_label("File to attach").set_input_files(file)
    expect(page.get_by_text("This file is larger than 5 MB.")).to_be_visible()
    assert page.get_by_label("File to attach").input_value() == ""


def test_in_a_lesson_what_is_looked_at_comes_in_place_and_is_focused(page: Page) -> None:
    page.goto(LESSON)
    form = page.locator("form[data-check]").last
    form.get_by_label("Your answer", exact=True).fill("My words")
    form.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Compare your answer with what is looked at")).to_be_focused()
    expect(page.locator("form[data-check]").last.get_by_label("Your answer", exact=True)).to_have_value("My words")


def test_the_page_is_as_wide_as_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360

"""The second step of signing in as a person meets it: in a browser, with an app that computes codes beside it."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from elearn.core.clock import now as clock
from tests.checking import PASSWORD
from tests.factories import a_person, writing
from tests.web.browsing import signed_in

pytestmark = pytest.mark.browser

NAME = "a.serikova"


def test_a_second_step_is_set_up_asked_for_and_replaced_by_a_recovery_code(browser: Browser, site: Flask) -> None:
    with writing(site) as session:
        a_person(session, NAME)
    with signed_in(browser, site, NAME) as page:
        page.goto("/account")
        page.click("text=Set up")
        app = TOTP(page.inner_text(".step-key").replace(" ", ""))
        page.fill("[name=code]", "000000")
        page.fill("[name=current_password]", PASSWORD)
        page.click("text=Switch on")
        expect(page.locator(":focus")).to_contain_text("One thing to correct")
        assert app.secret == page.inner_text(".step-key").replace(" ", ""), "another key than the app was given"
        page.fill("[name=code]", f"{app.now()[:3]} {app.now()[3:]}")
        page.fill("[name=current_password]", PASSWORD)
        page.click("text=Switch on")
        expect(page.locator(".code-list li")).to_have_count(10)
        codes = page.locator(".code-list li").all_inner_texts()
        assert len(set(codes)) == 10

        password_step(page, "/account/second-step")
        page.fill("[name=code]", "000000")
        page.keyboard.press("Enter")
        page.wait_for_selector(".field-error")
        page.fill("[name=code]", app.at(clock(), counter_offset=1))
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/second-step")
        assert page.locator(".facts dd").all_inner_texts()[1] == "10"

        password_step(page, "/account/second-step")
        page.fill("[name=code]", codes[0].lower())
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/second-step")
        assert page.locator(".facts dd").all_inner_texts()[1] == "9"


def password_step(page: Page, where: str) -> None:
    """Sign out, and in again as far as the second step, on the way to a page."""
    page.context.clear_cookies()
    page.goto(where)
    page.fill("[name=sign_in_name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("[name=code]")

"""Passkeys in a browser, with an authenticator that it plays (DevTools protocol, WebAuthn)."""

import json
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import update
from werkzeug.serving import make_server

from elearn.accounts.second.models import Passkey
from elearn.accounts.second.services import renew_recovery_codes
from elearn.accounts.services import forgive_tries
from elearn.core.clock import now as clock
from tests.checking import PASSWORD
from tests.factories import a_person, the_person, writing
from tests.web.test_second_step import NAME, STEP, another, password_step, recorded, switch_on, told

pytestmark = pytest.mark.browser

WHERE = "/account/second-step"


@pytest.fixture
def named(site: Flask) -> Iterator[str]:
    """The address of a site that browsers let have passkeys, with somebody who has a second step."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    address = f"http://localhost:{server.server_port}"
    site.config["SETTINGS"] = site.config["SETTINGS"].model_copy(update={"public_url": address})
    with writing(site) as session:
        a_person(session, NAME)
    switch_on(site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, site: Flask, named: str) -> Iterator[Page]:
    """A page of a browser that has an authenticator, signed in with a recovery code."""
    context = browser.new_context(base_url=named, locale="en")
    found = context.new_page()
    devtools = context.new_cdp_session(found)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "isUserVerified": True, "hasUserVerification": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}})
    yield found
    context.close()


def first_step(page: Page) -> None:
    page.context.clear_cookies()
    page.goto(WHERE)
    page.fill("[name=sign_in_name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("[name=code]")


def test_a_passkey_is_added_used_once_for_each_ticket_and_removed(site: Flask, page: Page, named: str) -> None:
    with writing(site) as session:
        recovery, adding, removing, *_ = renew_recovery_codes(session, the_person(session, NAME), now=clock())
    first_step(page)
    assert page.locator("[data-passkey-part]").count() == 0, "nobody is asked for what they do not have"
    page.fill("[name=code]", recovery)
    page.click("main button.primary")
    page.wait_for_url(f"**{WHERE}")

    page.click("text=Add a passkey")  # without the password
    page.wait_for_selector(".field-error")
    page.fill("[name=current_password]", PASSWORD)
    page.fill("[name=code]", adding)
    page.click("text=Add a passkey")
    page.wait_for_selector("table.fold")
    assert page.locator("table.fold tbody tr").count() == 1

    first_step(page)
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith(STEP)) as sent:
        page.click("text=Use a passkey")
    page.wait_for_url(f"**{WHERE}")
    body = {name: values[0] for name, values in parse_qs(sent.value.post_data or "").items()}
    body.pop("csrf_token")
    assert replayed(site, body) == (403, True)
    with writing(site) as session:
        session.execute(update(Passkey).values(used_at=None, count=0))
    tampered = json.loads(body["credential"])
    signature = tampered["response"]["signature"]
    tampered["response"]["signature"] = signature[:-8] + ("A" if signature[-8] != "A" else "B") + signature[-7:]
    assert replayed(site, body | {"credential": json.dumps(tampered)}) == (403, True)
    assert replayed(site, body | {"ticket": password_step(another(site))})[0] == 403, "it answers another ticket"
    assert replayed(site, body)[0] == 302

    page.goto(WHERE)
    page.fill("[name=current_password]", PASSWORD)
    page.fill("[name=code]", removing)
    page.click("text=Add a passkey")
    page.wait_for_selector("[data-passkey-known]", state="visible")  # it holds one already
    page.click("table.fold button")
    page.wait_for_selector("table.fold", state="detached")
    assert "passkey-added" in told(site)
    assert [act for act, _ in recorded(site) if act.startswith("passkey")] == ["passkey-added", "passkey-removed"]


def replayed(site: Flask, body: dict[str, str]) -> tuple[int, bool]:
    """What somebody else gets who sends the same again, and whether they are told that it was used."""
    answer = another(site).send(STEP, body, page="/sign-in")
    with writing(site) as session:
        forgive_tries(session, the_person(session, NAME))
    return answer.status_code, "used already" in answer.get_data(as_text=True)

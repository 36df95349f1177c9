"""A form is taken only from a page of ours, of this session; from anywhere else nothing is done."""

import base64
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.learning.models import Enrolment
from elearn.security.tokens import csrf_token
from elearn.web.access import public
from tests.checking import HTML, PASSWORD, CheckingClient, words_of
from tests.factories import reading
from tests.web.conftest import OFFICER

ENROL = "/courses/demo/enrol"


def enrolments(site: Flask) -> int:
    """How many enrolments there are."""
    with reading(site) as session:
        return session.scalar(select(func.count()).select_from(Enrolment)) or 0


def another(site: Flask, name: str | None = None) -> CheckingClient:
    """Another browser, signed in as somebody if a name is given."""
    found = site.test_client()
    assert isinstance(found, CheckingClient)
    if name is not None:
        found.sign_in(name)
    return found


def refused(client: CheckingClient, headers: Mapping[str, str] | None = None, **data: str) -> None:
    """The form is refused with a sentence, and nobody is enrolled."""
    response = client.post(ENROL, data=data, headers=dict(headers or {}))
    assert response.status_code == 403
    assert "This form was not sent from a page of this site" in words_of(client.page)
    assert enrolments(client.application) == 0


def test_a_form_of_this_page_is_taken(taught: Flask, learner: CheckingClient) -> None:
    assert learner.send(ENROL, page="/courses/demo").status_code == 302
    assert enrolments(taught) == 1


@pytest.mark.parametrize(
    "token",
    ["", "x", "0" * 86, "é" * 40, base64.urlsafe_b64encode(b"\0" * 64).decode(), "[]", "null", "a" * 100_000],
)
def test_a_form_with_a_made_up_token_is_refused(learner: CheckingClient, token: str) -> None:
    refused(learner, csrf_token=token)
    assert learner.get("/courses/demo").status_code == 200


def test_a_form_without_a_token_is_refused(learner: CheckingClient) -> None:
    refused(learner)


def test_the_token_of_another_persons_session_is_refused(taught: Flask, learner: CheckingClient) -> None:
    refused(learner, csrf_token=another(taught, "manager").token("/courses/demo"))


def test_the_token_of_another_session_of_ones_own_is_refused(taught: Flask, learner: CheckingClient) -> None:
    refused(learner, csrf_token=another(taught, OFFICER).token("/courses/demo"))


def test_a_token_from_before_signing_in_is_refused(taught: Flask, client: CheckingClient) -> None:
    before = client.token("/sign-in")
    client.sign_in(OFFICER)

    refused(client, csrf_token=before)


def test_the_token_of_another_installation_is_refused(learner: CheckingClient) -> None:
    refused(learner, csrf_token=csrf_token(b"another secret", "visitor:None"))
    secret = learner.application.config["SECRET_KEY"]
    refused(learner, csrf_token=csrf_token(secret, "visitor:None"))
    refused(learner, csrf_token=csrf_token(secret, ""))


def test_a_token_is_not_taken_from_the_address(learner: CheckingClient) -> None:
    token = learner.token("/courses/demo")
    response = learner.post(f"{ENROL}?csrf_token={token}")

    assert response.status_code == 403


@pytest.mark.parametrize("said", ["cross-site", "same-site", "", "none, cross-site", "SAME-ORIGIN"])
def test_a_form_that_the_browser_says_comes_from_another_site_is_refused(learner: CheckingClient, said: str) -> None:
    refused(learner, {"Sec-Fetch-Site": said}, csrf_token=learner.token("/courses/demo"))


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://localhost:8080",
        "https://localhost",
        "http://training.example.evil.example",
        "file://",
        "",
    ],
)
def test_a_form_from_a_foreign_origin_is_refused(learner: CheckingClient, origin: str) -> None:
    refused(learner, {"Origin": origin}, csrf_token=learner.token("/courses/demo"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Origin": "http://localhost"},
        {"Origin": "http://training.example"},  # the site's public address, before a proxy
    ],
)
def test_a_form_from_our_own_origin_is_taken(taught: Flask, learner: CheckingClient, headers: dict[str, str]) -> None:
    data = {"csrf_token": learner.token("/courses/demo")}

    assert learner.post(ENROL, data=data, headers=headers).status_code == 302
    assert enrolments(taught) == 1


def test_a_script_of_ours_sends_the_token_in_a_header(taught: Flask, learner: CheckingClient) -> None:
    headers = {"X-CSRF-Token": learner.token("/courses/demo"), "Sec-Fetch-Site": "same-origin"}

    assert learner.post(ENROL, headers=headers).status_code == 302


def test_tokens_differ_on_every_page_and_stay_good_as_long_as_the_session(
    taught: Flask, learner: CheckingClient
) -> None:
    first, second = learner.token("/courses/demo"), learner.token("/courses/demo")

    assert first != second
    for token in (first, second, first):
        assert learner.post(ENROL, data={"csrf_token": token}).status_code == 302
    assert enrolments(taught) == 1


def test_every_address_that_is_posted_to_refuses_a_form_without_a_token(taught: Flask, learner: CheckingClient) -> None:
    tried = 0
    for rule in taught.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: "1" if found[1] == "int" else "x", rule.rule)
            assert learner.open(path, method=method).status_code == 403, f"{method} {path}"
            assert "not sent from a page of this site" in words_of(learner.page)
            tried += 1
    assert tried >= 10


def test_signing_in_needs_a_token_of_this_browser(taught: Flask, client: CheckingClient) -> None:
    data = {"sign_in_name": OFFICER, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 403
    token = another(taught).token("/sign-in")
    client.get("/sign-in")
    assert client.post("/sign-in", data=data | {"csrf_token": token}).status_code == 403
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("value", ["None", "", "null"])
def test_no_token_is_good_for_a_browser_that_has_no_form(taught: Flask, client: CheckingClient, value: str) -> None:
    attacker = another(taught)
    attacker.set_cookie("elearn-visitor", value, domain="localhost")
    data = {"sign_in_name": OFFICER, "password": PASSWORD, "csrf_token": attacker.token("/sign-in")}
    assert client.post("/sign-in", data=data).status_code == 403
    assert client.get("/").status_code == 302


def test_a_page_that_was_left_open_over_a_sign_out_leads_to_sign_in_and_back(
    taught: Flask, learner: CheckingClient
) -> None:
    old = learner.token("/courses/demo")
    learner.send("/sign-out", page="/account")
    came_from = {"Referer": "http://localhost/courses/demo"}
    response = learner.post(ENROL, data={"csrf_token": old}, headers=came_from)
    assert (response.status_code, enrolments(taught)) == (303, 0)
    assert "Your session has ended." in words_of(learner.get(response.location) and learner.page)
    fields = {field.get("name"): field.get("value") for field in learner.page.iter(f"{HTML}input")}
    assert fields["next"] == "/courses/demo"
    learner.sign_in(OFFICER)
    refused(learner, csrf_token=old)


@pytest.mark.parametrize("header", ["X-CSRF-Token", "X-Fragment"])
def test_a_script_is_told_that_its_session_ended(taught: Flask, learner: CheckingClient, header: str) -> None:
    old = learner.token("/courses/demo")
    learner.send("/sign-out", page="/account")
    response = learner.post(ENROL, data={"csrf_token": old}, headers={header: old})
    assert (response.status_code, enrolments(taught)) == (403, 0)
    assert "You are not signed in any more." in words_of(learner.page)


@pytest.mark.parametrize("referer", ["http://evil.example/courses/demo", "", "//evil.example", "javascript:alert(1)"])
def test_one_comes_back_from_sign_in_only_to_this_site(taught: Flask, learner: CheckingClient, referer: str) -> None:
    learner.send("/sign-out", page="/account")
    response = learner.post(ENROL, headers={"Referer": referer})
    assert response.location == "/sign-in?next=/&ended=1"


def test_a_get_that_changes_something_does_not_exist(taught: Flask) -> None:
    verbs = ("enrol", "read", "sign-out", "start", "submit", "publish", "disable", "enable", "end", "reset-password")
    to_others = {"/sign-in/provider/sign-out"}  # leads to the provider, where one is signed out; here nothing changes
    for rule in taught.url_map.iter_rules():
        if rule.rule.rpartition("/")[2] in verbs and rule.rule not in to_others:
            assert "GET" not in (rule.methods or set()), rule.rule


def test_the_check_comes_before_the_view(site: Flask, client: CheckingClient) -> None:
    done: list[str] = []

    def view() -> str:
        done.append("done")
        return "done"

    site.add_url_rule("/planted", "planted", public(view), methods=["POST"])

    assert client.post("/planted").status_code == 403
    assert done == []

"""Every endpoint says who may use it, and every address is written as the house writes addresses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from elearn.content.names import ID, RESERVED
from elearn.security.policy import Permission
from elearn.web.access import PUBLIC, SIGNED_IN, declared_access, public
from tests.checking import CheckingClient
from tests.factories import a_person, writing
from tests.journeys.school import NO_PAGES, PAGES

# What anybody may ask for without an account. A new entry needs a reason in review.
OPEN = {
    "accounts.sign_in",
    "accounts.enter",
    "resets.forgotten",
    "resets.send_link",
    "resets.new_password",
    "resets.new_password_by_link",
    "resets.use_code",
    "resets.use_link",
    "sso.begin",
    "sso.back",
    "sso.sign_out",
    "second.begin_again",
    "second.enter",
    "certificates.verify",
    "certificates.verify_form",
    "health.healthz",
    "health.metrics",
    "health.readyz",
    "offline.keeping",
    "offline.manifest",
    "offline.service_worker",
    "static_files.file",
}


def test_every_endpoint_declares_who_may_use_it(site: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if declared_access(site, rule.endpoint) not in {PUBLIC, SIGNED_IN, *Permission}
    ]
    assert undeclared == []


def test_only_these_endpoints_are_open_to_anyone(site: Flask) -> None:
    found = {rule.endpoint for rule in site.url_map.iter_rules() if declared_access(site, rule.endpoint) == PUBLIC}
    assert found == OPEN


def test_an_endpoint_that_declares_nothing_is_refused(site: Flask) -> None:
    def forgotten() -> str:
        return "secret"

    site.add_url_rule("/forgotten", view_func=forgotten)
    assert declared_access(site, "forgotten") is None
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    assert client.get("/forgotten").status_code == 403


def test_a_declared_endpoint_is_let_through(site: Flask) -> None:
    @public
    def remembered() -> str:
        return "hello"

    site.add_url_rule("/remembered", view_func=remembered)
    client = site.test_client()
    with client.unchecked():  # type: ignore[attr-defined]
        assert client.get("/remembered").status_code == 200


def test_addresses_are_lower_case_and_show_no_database_id(site: Flask) -> None:
    for rule in site.url_map.iter_rules():
        if rule.endpoint == "static_files.file":
            continue
        bare = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.\-]*", bare), rule.rule
        assert not re.search(r"<(int:)?id>", rule.rule), rule.rule


def test_no_module_of_a_course_can_take_an_address_of_ours(site: Flask) -> None:
    rules = [rule.rule for rule in site.url_map.iter_rules() if rule.rule.startswith("/courses/<slug>/")]
    ours = {rule.split("/")[3] for rule in rules if not rule.split("/")[3].startswith("<")}
    assert {name for name in ours if ID.match(name)} == RESERVED, "book.pdf, for one, no module can be called"


def _addresses(site: Flask, method: str) -> Iterator[tuple[str, str]]:
    """The addresses that take a method, with what they declare."""
    for rule in site.url_map.iter_rules():
        if method in (rule.methods or ()):
            path = re.sub(r"<int:[^>]+>", "1", rule.rule)
            yield re.sub(r"<[^>]+>", "x", path), declared_access(site, rule.endpoint) or ""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_without_its_token_is_refused_at_every_address(site: Flask, method: str) -> None:
    with writing(site) as session:
        a_person(session, "officer")
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in("officer")
    tried = 0
    for path, _ in _addresses(site, method):
        assert client.open(path, method=method).status_code == 403, path
        tried += 1
    assert tried or method != "POST"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_of_nobody_is_refused_or_led_to_sign_in_at_every_address(site: Flask, method: str) -> None:
    client = site.test_client()
    for path, access in _addresses(site, method):
        response = client.open(path, method=method)
        assert (response.status_code == 403) == (access == PUBLIC), path
        assert access == PUBLIC or response.location.startswith("/sign-in?"), path


def test_nginx_logs_no_address_that_lets_somebody_in(site: Flask) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    logged = re.search(r"map \$uri \$logged \{\s+~(\S+) (\S+);\s+default \$uri;", readme)
    form = re.search(r"log_format elearn '([^']+)'", readme)
    assert logged is not None and form is not None
    assert set(re.findall(r"\$\w+", form[1])) & {"$uri", "$request", "$request_uri", "$args", "$http_referer"} == set()
    secret = [rule.rule for rule in site.url_map.iter_rules() if "token" in rule.arguments]
    assert secret
    assert [path for path in secret if not re.search(logged[1], path.replace("<token>", "x"))] == []
    assert "<" not in logged[2]


def test_every_page_there_is_is_looked_at_in_a_browser(site: Flask) -> None:
    """``tests/journeys/test_every_page.py`` opens what is listed; a new page without a line there fails here."""
    adapter = site.url_map.bind("localhost")
    listed = [page.partition("?")[0] for pages in PAGES.values() for page in pages]
    looked_at = {adapter.match(re.sub(r"\{\w+\}", "x", page))[0] for page in listed}
    pages = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - looked_at == set(NO_PAGES)
    assert looked_at <= pages

"""Small doors that attackers try first: odd methods, fields that no form has, files that nobody meant to serve."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.accounts.models import Person, RoleGrant
from elearn.security.policy import Role
from elearn.settings import Settings
from tests.checking import HTML, PASSWORD, CheckingClient, client_of
from tests.factories import NOON, a_person, reading, the_person, writing

EVERY_KIND = ("/sign-in", "/verify", "/healthz", "/nothing", "/static/favicon.svg", "/", "/courses")


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_of_other_times_do_nothing(learner: CheckingClient, method: str) -> None:
    for path in ("/", "/sign-in", "/courses/demo"):
        with learner.unchecked():
            response = learner.open(path, method=method, headers={"X-Secret": "echoed"})
        assert response.status_code == 405
        assert b"echoed" not in response.get_data()


@pytest.mark.parametrize("origin", ["https://evil.invalid", "null", "http://localhost"])
def test_no_answer_lets_another_site_read_it(learner: CheckingClient, origin: str) -> None:
    for path in EVERY_KIND:
        for method in ("GET", "OPTIONS"):
            with learner.unchecked():
                headers = learner.open(path, method=method, headers={"Origin": origin}).headers
            assert not [name for name in headers.keys() if name.lower().startswith("access-control-")]  # noqa: SIM118


def test_every_text_says_that_it_is_utf_8(taught: Flask, learner: CheckingClient) -> None:
    trainer = client_of(taught, "trainer")
    exported = "/write/demo/export/moodle-xml/exam"
    assert trainer.get(exported).status_code == 200
    told = {}
    for path in (*EVERY_KIND, "/static/icons.svg", "/manifest.webmanifest", exported):
        client = trainer if path == exported else learner
        with client.unchecked():
            told[path] = client.get(path).headers["Content-Type"]
    texts = {path: kind for path, kind in told.items() if re.match(r"text/|[^;]+[/+]xml\b", kind)}
    assert texts.keys() >= {"/sign-in", "/static/favicon.svg", "/static/icons.svg", exported}
    assert [path for path, kind in texts.items() if not kind.endswith("; charset=utf-8")] == []


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/../app.py",
        "/static/..%2f..%2fconfig.py",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/static/%252e%252e/%252e%252e/config.py",
        "/static/css/",
        "/config.py",
        "/elearn.sqlite",
        "/secret.key",
        "/media/../elearn.sqlite",
        "/server-status",
        "/debug",
        "/console",
        "/swagger.json",
    ],
)
def test_what_is_no_page_is_not_served(learner: CheckingClient, path: str) -> None:
    with learner.unchecked():
        response = learner.get(path)
    assert response.status_code in (302, 308, 404)
    assert b"[core]" not in response.get_data()
    assert response.status_code == 404 or response.location.startswith("/")


def test_an_address_with_a_line_break_leads_nowhere_and_breaks_nothing(learner: CheckingClient) -> None:
    for path in ("/courses/a%0Ab/c", "/courses/a%0D%0ASet-Cookie:%20x=1/c", "/courses/demo/a%0Ab/c"):
        response = learner.get(path)
        assert response.status_code == 302, path
        assert "x" not in response.headers.getlist("Set-Cookie")
        assert learner.get(response.location).status_code in (200, 404)


def test_what_is_encoded_twice_is_decoded_once(learner: CheckingClient) -> None:
    page = learner.get("/search?q=%253Cb%253E%2526lt%253B").get_data(as_text=True)
    assert 'value="%3Cb%3E%26lt%3B"' in page
    assert learner.get("/courses/d%2565mo").status_code == 404


def test_fields_that_the_form_does_not_have_change_nothing(taught: Flask, client: CheckingClient) -> None:
    with writing(taught) as session:
        public_id = a_person(session, "target").public_id
    client.sign_in("admin")
    sent = {
        "full_name": "Another Name",
        "latin_name": "",
        "email": "",
        "language": "",
        "agency": "fiu",
        "id": "1",
        "public_id": "x" * 22,
        "sign_in_name": "admin2",
        "password_hash": "none",
        "disabled_at": "2020-01-01",
        "role": "administrator:all",
        "roles": "administrator",
        "is_admin": "1",
    }
    assert client.send(f"/people/{public_id}", sent).status_code == 302
    with reading(taught) as session:
        person = session.scalars(select(Person).where(Person.public_id == public_id)).one()
        assert (person.full_name, person.sign_in_name, person.disabled_at) == ("Another Name", "target", None)
        grants = select(RoleGrant.role).where(RoleGrant.person_id == person.id)
        assert session.scalars(grants).all() == [Role.OFFICER]
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("target", PASSWORD)


def test_a_field_sent_twice_or_in_the_address_is_not_another_field(taught: Flask, client: CheckingClient) -> None:
    token = client.token("/sign-in")
    sent = {"csrf_token": token, "sign_in_name": ["officer", "admin"], "password": PASSWORD}
    assert client.post("/sign-in?sign_in_name=admin", data=sent).status_code == 302
    client.get("/account")
    assert "/people" not in [link.get("href") for link in client.page.iter(f"{HTML}a")]
    with reading(taught) as session:
        assert the_person(session, "officer").sign_in_name == "officer"


def test_a_cookie_or_an_address_is_no_form_field(taught: Flask, client: CheckingClient) -> None:
    token = client.token("/sign-in")
    client.set_cookie("password", PASSWORD)
    response = client.post(f"/sign-in?sign_in_name=officer&password={PASSWORD}", data={"csrf_token": token})
    assert response.status_code == 422


def test_a_new_site_has_no_account_that_somebody_could_know(site: Flask) -> None:
    with reading(site) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_nothing_that_helps_developers_is_on(site: Flask, settings: Settings) -> None:
    assert not site.debug
    assert not site.testing
    assert "debug" not in {name.lower() for name in Settings.model_fields}
    assert settings.model_dump()


def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(learner: CheckingClient) -> None:
    learner.get("/account")
    fields = [each for each in learner.page.iter(f"{HTML}input") if "password" in (each.get("name") or "")]
    assert {each.get("autocomplete") for each in fields} == {"current-password", "new-password"}
    for each in fields:
        assert each.get("type") == "password"
        assert each.get("onpaste") is None
        assert int(each.get("maxlength") or 1_000) >= 64


@pytest.mark.parametrize("name", ["officer", "trainer", "manager", "organiser", "admin"])
def test_every_page_of_everybody_has_the_way_out(taught: Flask, client: CheckingClient, name: str) -> None:
    client.sign_in(name)
    pages = {"trainer": "/write", "manager": "/statistics", "organiser": "/statistics", "admin": "/people"}
    for path in ("/", "/courses", "/account", "/certificates", pages.get(name, "/notes")):
        client.get(path)
        assert "/sign-out" in [form.get("action") for form in client.page.iter(f"{HTML}form")], path


def test_no_address_of_a_page_holds_a_secret(learner: CheckingClient) -> None:
    for path in ("/", "/account", "/courses/demo"):
        learner.get(path)
        addresses = [each.get("href") or "" for each in learner.page.iter(f"{HTML}a")]
        assert not [each for each in addresses if re.search(r"token|session|password", each.lower())]


def test_a_password_does_not_grow_old(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, "veteran", now=NOON - timedelta(days=3_650))
    client.sign_in("veteran")
    assert client.get("/account").status_code == 200


def test_nobody_is_asked_for_a_hint_or_a_secret_question(client: CheckingClient) -> None:
    client.get("/sign-in/forgotten")
    assert not [each for each in client.page.iter(f"{HTML}input") if each.get("name") in ("hint", "answer", "question")]

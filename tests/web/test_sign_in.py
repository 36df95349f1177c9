"""Signing in and out: throttling, equal answers, where one goes next, dead sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier, Lock, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elearn.accounts.models import Person, SignInAttempt, UserSession
from elearn.accounts.queries import person_by_sign_in_name
from elearn.accounts.rules import OPERATOR
from elearn.accounts.services import change_password, disable_person
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.passwords import Passwords
from elearn.security.policy import Role, ScopeKind
from tests.checking import PASSWORD, CheckingClient, text_in
from tests.factories import a_person

WRONG = "The sign-in name or the password is not right."
TOO_MANY = "Too many tries with this sign-in name."
TRIES = 8


class CountingPasswords(Passwords):
    """Counts the hashes that are checked."""

    def __init__(self) -> None:
        super().__init__(memory_mib=1, rounds=1)
        self.checked = 0
        self._lock = Lock()

    def matches(self, stored: str | None, password: str) -> bool:
        """Count, then check."""
        with self._lock:
            self.checked += 1
        return super().matches(stored, password)


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A session that is committed at the end."""
    database: Database = app.extensions["elearn.database"]
    with database.writing() as session:
        yield session
        session.commit()


def client_of(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def try_to_sign_in(client: CheckingClient, name: str, password: str = PASSWORD, **data: str) -> TestResponse:
    return client.post(
        "/sign-in", data={"csrf_token": client.token(), "sign_in_name": name, "password": password, **data}
    )


@pytest.fixture
def officer(site: Flask) -> str:
    """An officer's sign-in name."""
    with writing(site) as session:
        a_person(session, "a.serikova", full_name="Айгерим Серикова")
    return "a.serikova"


def test_the_sign_in_page_asks_for_a_name_and_a_password_and_no_email(client: CheckingClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "after 20 minutes without use" in page
    assert 'type="email"' not in page
    assert client.get("/sign-in/forgotten").status_code == 200


def test_a_person_signs_in_and_out(client: CheckingClient, officer: str) -> None:
    assert client.get("/account").status_code == 302
    response = client.sign_in(" A.SERIKOVA ")
    assert response.location == "/"
    assert "Айгерим Серикова" in client.get("/account").get_data(as_text=True)
    response = client.send("/sign-out")
    assert response.location == "/sign-in"
    assert "cache" in response.headers["Clear-Site-Data"]
    assert client.get("/account").status_code == 302


def test_somebody_signed_in_is_not_asked_again(client: CheckingClient, officer: str) -> None:
    client.sign_in(officer)
    assert client.get("/sign-in").location == "/"
    assert client.get("/sign-in?next=/account").location == "/account"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: CheckingClient, officer: str) -> None:
    last, cookie = sorted(client.sign_in(officer).headers.getlist("Set-Cookie"))
    assert cookie.startswith("elearn=")
    assert last.startswith("elearn-last=")
    for each in (cookie, last):
        assert "HttpOnly" in each
        assert "SameSite=Lax" in each
        assert "Domain" not in each
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_every_sign_in_has_a_new_session_and_ends_the_one_of_this_browser(
    site: Flask, client: CheckingClient, officer: str
) -> None:
    client.sign_in(officer)
    first = client.get_cookie("elearn")
    response = client.send("/sign-in", {"sign_in_name": officer, "password": PASSWORD}, page="/account")
    assert response.status_code == 302
    second = client.get_cookie("elearn")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    other = client_of(site)
    other.set_cookie("elearn", first.value)
    assert other.get("/account").status_code == 302


def test_a_session_id_from_outside_is_never_taken(site: Flask, client: CheckingClient, officer: str) -> None:
    client.set_cookie("elearn", "planted-by-somebody-else")
    client.sign_in(officer)
    cookie = client.get_cookie("elearn")
    assert cookie is not None
    assert cookie.value != "planted-by-somebody-else"


def test_cookies_of_flask_login_itself_mean_nothing(client: CheckingClient, officer: str) -> None:
    client.set_cookie("remember_token", "1|" + "0" * 128)
    client.set_cookie("session", "planted")
    assert client.get("/account").status_code == 302
    client.sign_in(officer)
    assert client.get("/account").status_code == 200


def test_a_session_is_dead_on_the_server_after_signing_out(site: Flask, client: CheckingClient, officer: str) -> None:
    client.sign_in(officer)
    cookie = client.get_cookie("elearn")
    assert cookie is not None
    client.send("/sign-out")
    thief = client_of(site)
    thief.set_cookie("elearn", cookie.value)
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize("act", ["disable", "password"])
def test_a_session_is_dead_at_once_after_disabling_or_a_new_password(
    site: Flask, client: CheckingClient, officer: str, act: str
) -> None:
    client.sign_in(officer)
    assert client.get("/account").status_code == 200
    with writing(site) as session:
        person = person_by_sign_in_name(session, officer)
        assert person is not None
        if act == "disable":
            disable_person(session, person, actor=OPERATOR, now=clock())
        else:
            change_password(session, person, "another hash", now=clock())
    assert client.get("/account").status_code == 302


def test_a_shared_computer_forgets_sooner(site: Flask, officer: str) -> None:
    shared, own = client_of(site), client_of(site)
    assert try_to_sign_in(shared, officer, is_shared_device="y").status_code == 302
    assert try_to_sign_in(own, officer).status_code == 302
    with writing(site) as session:
        session.execute(update(UserSession).values(seen_at=clock() - timedelta(minutes=21)))
    assert shared.get("/account").status_code == 302
    assert own.get("/account").status_code == 200


def test_who_comes_back_after_the_session_ended_is_told_so_and_who_signed_out_is_not(
    site: Flask, client: CheckingClient, officer: str
) -> None:
    assert "Your session has ended." not in text_in(client.get("/sign-in"))
    client.sign_in(officer)
    with writing(site) as session:
        session.execute(update(UserSession).values(ended_at=clock()))
    said = text_in(client.get(client.get("/account").location))
    assert "Your session has ended." in said and "Sign in to go on where you were." in said
    client.sign_in(officer)
    assert "Your session has ended." not in text_in(client.get(client.send("/sign-out").location))


# ---- Refusals ----


def test_no_name_or_no_password_is_said_at_the_field(client: CheckingClient) -> None:
    response = try_to_sign_in(client, "", "")
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert "Write your sign-in name." in page
    assert "Write your password." in page


def test_unknown_wrong_disabled_and_unset_accounts_get_the_same_answer(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, "known")
        a_person(session, "unset", password_hash=None)
        disable_person(session, a_person(session, "disabled"), actor=OPERATOR, now=clock())
    counting = site.config["PASSWORDS"] = CountingPasswords()
    answers = set()
    for name, password in (
        ("known", "not the password"),
        ("unknown", PASSWORD),
        ("unset", PASSWORD),
        ("disabled", PASSWORD),
        ("иван", PASSWORD),
    ):
        before = counting.checked
        response = try_to_sign_in(client, name, password)
        assert counting.checked == before + 1  # the same work for each
        assert "Set-Cookie" not in response.headers
        page = response.get_data(as_text=True)
        assert WRONG in page
        answers.add((response.status_code, page.count("alert")))
    assert answers == {(403, next(iter(answers))[1])}


def test_a_password_is_never_sent_back(client: CheckingClient, officer: str) -> None:
    response = try_to_sign_in(client, officer, "wrong-but-secret-42")
    assert "wrong-but-secret-42" not in response.get_data(as_text=True)


def test_what_was_typed_as_a_name_comes_back_as_text(client: CheckingClient) -> None:
    page = try_to_sign_in(client, '"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("name", ["a.serikova", "nobody"])
def test_tries_run_out_for_known_and_unknown_names_alike(
    site: Flask, client: CheckingClient, officer: str, name: str
) -> None:
    counting = site.config["PASSWORDS"] = CountingPasswords()
    for _ in range(TRIES):
        assert try_to_sign_in(client, name, "wrong password").status_code == 403
    response = try_to_sign_in(client, name, PASSWORD)  # also with the right one
    assert response.status_code == 429
    assert TOO_MANY in response.get_data(as_text=True)
    assert counting.checked == TRIES


def test_throttling_one_name_leaves_others_alone_and_ends_by_itself(
    site: Flask, client: CheckingClient, officer: str
) -> None:
    with writing(site) as session:
        a_person(session, "other")
    for _ in range(TRIES + 1):
        try_to_sign_in(client, officer, "wrong password")
    assert try_to_sign_in(client_of(site), "other").status_code == 302
    with writing(site) as session:
        session.execute(update(SignInAttempt).values(at=clock() - timedelta(minutes=16)))
    assert try_to_sign_in(client, officer).status_code == 302


@pytest.mark.parametrize("name", ["a.serikova", "nobody"])
def test_parallel_tries_never_check_more_passwords_than_are_allowed(app: Flask, name: str) -> None:
    with writing(app) as session:
        a_person(session, "a.serikova")
    counting = app.config["PASSWORDS"] = CountingPasswords()
    clients = [client_of(app) for _ in range(16)]
    tokens = [client.token() for client in clients]
    start = Barrier(16)
    statuses: list[int] = []

    def attempt(client: CheckingClient, token: str) -> None:
        with client.unchecked():
            start.wait()
            data = {"csrf_token": token, "sign_in_name": name, "password": "wrong password"}
            statuses.append(client.post("/sign-in", data=data).status_code)

    threads = [Thread(target=attempt, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.checked == TRIES
    assert sorted(statuses) == [403] * TRIES + [429] * (16 - TRIES)


def test_an_account_that_changes_while_the_password_is_checked_is_not_entered(app: Flask, officer_of_app: str) -> None:
    client = client_of(app)

    class SlowPasswords(CountingPasswords):
        def matches(self, stored: str | None, password: str) -> bool:
            found = super().matches(stored, password)
            with writing(app) as session:
                person = person_by_sign_in_name(session, officer_of_app)
                assert person is not None
                disable_person(session, person, actor=OPERATOR, now=clock())
            return found

    app.config["PASSWORDS"] = SlowPasswords()
    assert try_to_sign_in(client, officer_of_app).status_code == 403
    with writing(app) as session:
        assert session.scalar(select(func.count(UserSession.id))) == 0


@pytest.fixture
def officer_of_app(app: Flask) -> str:
    """An officer's sign-in name, on each database."""
    with writing(app) as session:
        a_person(session, "a.serikova")
    return "a.serikova"


def test_a_hash_of_an_old_cost_is_made_again_at_sign_in(site: Flask, client: CheckingClient, officer: str) -> None:
    site.config["PASSWORDS"] = Passwords(memory_mib=2, rounds=1)
    client.sign_in(officer)
    with writing(site) as session:
        stored = session.scalars(select(Person.password_hash)).one()
    assert stored is not None
    assert "m=2048" in stored


# ---- Where to go next ----


def test_one_comes_back_to_the_page_that_asked(client: CheckingClient, officer: str) -> None:
    asked = client.get("/account?x=1")
    assert asked.location == "/sign-in?next=/account?x%3D1"
    page = client.get(asked.location).get_data(as_text=True)
    assert 'name="next" value="/account?x=1"' in page
    assert try_to_sign_in(client, officer, next="/account?x=1").location == "/account?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\\/evil.example",
        "http:/evil.example",
        "/\r\nSet-Cookie: a=b",
        "%2F%2Fevil.example",
    ],
)
def test_next_never_leaves_the_site(client: CheckingClient, officer: str, target: str) -> None:
    page = client.get("/sign-in", query_string={"next": target}).get_data(as_text=True)
    assert 'name="next"' not in page
    response = try_to_sign_in(client, officer, next=target)
    assert response.location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"


def test_a_form_without_its_token_is_refused(client: CheckingClient, officer: str) -> None:
    client.get("/sign-in")
    data = {"sign_in_name": officer, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 403
    assert client.post("/sign-in", data={**data, "csrf_token": "x"}).status_code == 403
    client.sign_in(officer)
    assert client.post("/sign-out").status_code == 403
    assert client.get("/account").status_code == 200


def test_last_seen_is_written_at_most_once_a_minute(site: Flask, client: CheckingClient, officer: str) -> None:
    client.sign_in(officer)

    def seen() -> datetime:
        with writing(site) as session:
            return session.scalars(select(UserSession.seen_at)).one()

    first = seen()
    client.get("/account")
    assert seen() == first
    with writing(site) as session:
        session.execute(update(UserSession).values(seen_at=first - timedelta(minutes=2)))
    client.get("/account")
    assert seen() >= first


def test_an_administrator_and_an_officer_see_their_own_navigation(site: Flask, officer: str) -> None:
    with writing(site) as session:
        a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    admin, other = client_of(site), client_of(site)
    admin.sign_in("admin")
    other.sign_in(officer)
    assert 'href="/people"' in admin.get("/account").get_data(as_text=True)
    assert 'href="/people"' not in other.get("/account").get_data(as_text=True)
    assert other.get("/people").status_code == 403

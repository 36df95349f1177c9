"""Single sign-on against a provider that runs as a process of its own."""

import logging
import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from elearn.accounts.models import UserSession
from elearn.accounts.rules import OPERATOR
from elearn.accounts.services import change_password, disable_person
from elearn.accounts.sso import provider as providers
from elearn.accounts.sso.models import PersonIdentity
from elearn.accounts.sso.provider import Provider
from elearn.accounts.sso.services import link_identity
from elearn.app import create_app
from elearn.cli.findings import Level
from elearn.cli.outside import check_provider
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.oidc import Proven
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.web.lanes import Lane, route_of
from tests.checking import PASSWORD, CheckingClient, text_in
from tests.factories import a_person, password_hash, the_person, writing
from tests.oidc_provider import CLIENT, SECRET, Elsewhere, free_port, identity_provider
from tests.tls import stranger
from tests.web.test_second_step import NAME, another, code, code_step, password_step, recorded, switch_on, told

BEGIN = "/sign-in/provider"
SITE = "https://training.example"
ADMINISTRATOR = ((Role.ADMINISTRATOR, ScopeKind.ALL),)


@pytest.fixture(scope="module")
def running() -> Iterator[Elsewhere]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def elsewhere(running: Elsewhere) -> Elsewhere:
    """The provider, with no fault."""
    running.tell()
    return running


@pytest.fixture
def settings(tmp_path: Path, elsewhere: Elsewhere) -> Settings:
    secret = tmp_path / "client.secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(stat.S_IRUSR)
    return Settings(
        data_dir=tmp_path,
        public_url="http://training.example",
        password_memory_mib=1,
        password_rounds=1,
        oidc_issuer=elsewhere.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=secret,
        oidc_label="Ministry sign-in",
    )


@pytest.fixture
def officer(site: Flask, elsewhere: Elsewhere) -> str:
    """Somebody who is linked."""
    with writing(site) as session:
        person = a_person(session, NAME)
        linked(session, person, elsewhere)
    return NAME


def linked(session: Any, person: Any, elsewhere: Elsewhere, subject: str = "subject-1") -> None:
    proven = Proven(elsewhere.issuer, subject, None, is_second_proven=False)
    link_identity(session, person, proven, by="password", actor=person.id, now=clock())


def way(client: CheckingClient, elsewhere: Elsewhere, path: str = BEGIN) -> str:
    """Go to the provider; the address by which it sends one back."""
    answer = client.get(path)
    assert answer.status_code == 302
    return elsewhere.lets_in(answer.location)


def changed(app: Flask, **values: Any) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=values)
    app.config["PROVIDER"] = Provider(app.config["SETTINGS"])


def is_in(client: CheckingClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_linked_person_signs_in_and_comes_to_where_they_wanted(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    page = client.get("/sign-in?next=/notes").get_data(as_text=True)
    assert "Sign in with Ministry sign-in" in page
    assert 'href="/sign-in/provider?next=/notes"' in page
    answer = client.get(way(client, elsewhere, "/sign-in/provider?next=/notes"))
    assert (answer.status_code, answer.location) == (302, "/notes")
    assert is_in(client)
    assert ("signed-in", "provider") in [(act, details.get("door")) for act, details in recorded(site)]


@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
def test_a_link_of_another_site_leads_to_sign_in_and_signs_nobody_in(
    client: CheckingClient, elsewhere: Elsewhere, origin: str
) -> None:
    answer = client.get("/sign-in/provider?next=/notes", headers={"Sec-Fetch-Site": origin})
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/notes")
    assert client.get_cookie("elearn-way") is None


def test_it_works_on_both_databases(app: Flask, elsewhere: Elsewhere) -> None:
    with writing(app) as session:
        a_person(session, NAME, email="a.serikova@unit.example")
    changed(app, oidc_link_by_email=True)
    elsewhere.tell(claims={"email": "a.serikova@unit.example", "email_verified": True})
    client = another(app)
    for _ in range(2):  # linked, and then known
        assert client.get(way(client, elsewhere)).location == "/"
        assert is_in(client)
        client.send("/sign-out")


def test_doctor_looks_at_it(settings: Settings, elsewhere: Elsewhere, tmp_path: Path) -> None:
    assert check_provider(settings.model_copy(update={"oidc_issuer": None}), clock()).level is Level.OK
    good = check_provider(settings, clock())
    assert (good.level, "/sign-in/provider/back" in good.says) == (Level.OK, True)
    elsewhere.tell(about={"code_challenge_methods_supported": ["plain"]})
    assert check_provider(settings, clock()).level is Level.WARNING
    elsewhere.tell(about={"issuer": "https://evil.example"})
    bad = check_provider(settings, clock())
    assert (bad.level, "another name" in bad.says) == (Level.PROBLEM, True)
    elsewhere.tell()
    gone = settings.model_copy(update={"oidc_client_secret_file": tmp_path / "gone"})
    assert check_provider(gone, clock()).level is Level.PROBLEM
    assert settings.oidc_client_secret_file is not None
    settings.oidc_client_secret_file.chmod(0o644)
    assert check_provider(settings, clock()).level is Level.WARNING


def test_what_the_browser_carries_is_sealed_short_lived_and_no_secret(
    client: CheckingClient, elsewhere: Elsewhere
) -> None:
    answer = client.get(BEGIN)
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("elearn-way="))
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"))
    query = parse_qs(urlsplit(answer.location).query)
    sent = {name: values[0] for name, values in query.items()}
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == "http://training.example/sign-in/provider/back"
    assert len({sent["state"], sent["nonce"], sent["code_challenge"]}) == 3
    assert not any(sent[name] in cookie for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in answer.location


def test_on_a_site_with_https_the_cookie_is_bound_to_the_host(
    sqlite_url: str, settings: Settings, elsewhere: Elsewhere
) -> None:
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update={"public_url": SITE}), database)
    cookies = app.test_client().get(BEGIN, base_url=SITE).headers.getlist("Set-Cookie")
    assert any(each.startswith("__Host-elearn-way=") and "Secure" in each for each in cookies)
    database.dispose()


def test_a_shared_computer_stays_one(site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str) -> None:
    client.get(way(client, elsewhere, "/sign-in/provider?shared=1"))
    with writing(site) as session:
        assert session.scalar(select(UserSession.is_shared_device)) is True


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_led_to_another_site(client: CheckingClient, elsewhere: Elsewhere, officer: str, target: str) -> None:
    answer = client.get(way(client, elsewhere, f"/sign-in/provider?next={target}"))
    assert answer.location == "/"


# ---- What comes back is not believed ----


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": "another client", "azp": CLIENT},
        {"aud": [CLIENT, "another client"]},  # without azp
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": -120},
        {"exp": None},
        {"iat": 120},
        {"iat": None},
        {"nbf": 120},
        {"sub": None},
        {"sub": ""},
        {"sub": "я"},
        {"sub": "s" * 256},
        {"at_hash": "another"},
    ],
)
def test_an_id_token_is_refused_with_a_wrong_claim(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str, claims: dict[str, Any]
) -> None:
    elsewhere.tell(claims=claims)
    answer = client.get(way(client, elsewhere))
    assert answer.status_code == 403
    assert "could not be trusted" in answer.get_data(as_text=True)
    assert not is_in(client)
    assert ("sign-in-refused", "provider") in [(act, details.get("door")) for act, details in recorded(site)]


@pytest.mark.parametrize("claims", [{"exp": -30}, {"iat": 30}, {"aud": [CLIENT]}])
def test_clocks_may_differ_by_less_than_a_minute(
    client: CheckingClient, elsewhere: Elsewhere, officer: str, claims: dict[str, Any]
) -> None:
    elsewhere.tell(claims=claims)
    assert client.get(way(client, elsewhere)).status_code == 302


@pytest.mark.parametrize("fault", [{"alg": "none"}, {"alg": "HS256"}, {"foreign_key": True}])
def test_an_id_token_is_refused_that_the_provider_did_not_sign(
    client: CheckingClient, elsewhere: Elsewhere, officer: str, fault: dict[str, Any]
) -> None:
    elsewhere.tell(**fault)
    assert client.get(way(client, elsewhere)).status_code == 403
    assert not is_in(client)


def test_a_new_key_is_found_and_asked_for_once(client: CheckingClient, elsewhere: Elsewhere, officer: str) -> None:
    client.get(way(client, elsewhere))
    client.send("/sign-out")
    elsewhere.rotate()
    elsewhere.tell()
    assert client.get(way(client, elsewhere)).status_code == 302
    assert elsewhere.asked().count("/jwks") == 1
    elsewhere.tell()
    assert client.get(way(client, elsewhere)).status_code == 302
    assert "/jwks" not in elsewhere.asked()  # what is known is kept


@pytest.mark.parametrize("named", ["https://evil.example", None])
def test_the_answer_of_another_provider_is_refused(
    client: CheckingClient, elsewhere: Elsewhere, officer: str, named: str | None
) -> None:
    elsewhere.tell(answer_iss=named)
    assert client.get(way(client, elsewhere)).status_code == 403
    assert not is_in(client)


def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    came = way(client, elsewhere)
    assert another(site).get(came).status_code == 403  # a browser that asked for nothing
    stranger = another(site)
    way(stranger, elsewhere)
    assert stranger.get(came).status_code == 403  # one that asked for something else
    cookie = client.get_cookie("elearn-way")
    assert cookie is not None
    assert client.get(came).status_code == 302
    again = another(site)
    assert again.get(came).status_code == 403  # the cookie is gone
    again.set_cookie("elearn-way", cookie.value)
    assert again.get(came).status_code == 403  # and even with it the code is used
    assert not is_in(again)


def test_a_way_is_over_after_ten_minutes(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    came = way(client, elsewhere)
    with time_machine.travel(clock() + timedelta(minutes=10, seconds=1)):
        answer = client.get(came)
    assert answer.status_code == 403
    assert "begun too long ago" in answer.get_data(as_text=True)


@pytest.mark.parametrize("broken", ["", "x", "x.y", "я.x", "bnVsbA==.x"])
def test_a_cookie_that_is_not_ours_is_no_way(client: CheckingClient, elsewhere: Elsewhere, broken: str) -> None:
    came = way(client, elsewhere)
    client.set_cookie("elearn-way", broken)
    assert client.get(came).status_code == 403


def test_an_error_is_a_sentence(client: CheckingClient, elsewhere: Elsewhere, officer: str) -> None:
    elsewhere.tell(error="access_denied")
    answer = client.get(way(client, elsewhere))
    assert answer.status_code == 403
    assert "did not let you in" in answer.get_data(as_text=True)


def test_a_provider_that_is_down_is_a_sentence(site: Flask, client: CheckingClient) -> None:
    changed(site, oidc_issuer=f"http://127.0.0.1:{free_port()}")
    answer = client.get(BEGIN)
    assert answer.status_code == 503
    assert "does not answer just now" in answer.get_data(as_text=True)
    assert client.get("/sign-in").status_code == 200  # which needs no provider


def test_a_provider_is_not_waited_for_long(
    client: CheckingClient, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "PATIENCE_SECONDS", 0.1)
    elsewhere.tell(slow=0.5)
    assert client.get(BEGIN).status_code == 503


def test_a_provider_with_a_certificate_that_nobody_trusts_is_told_nothing(
    site: Flask, client: CheckingClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with stranger(tmp_path) as false:
        changed(site, oidc_issuer=f"https://127.0.0.1:{false.port}")
        assert client.get(BEGIN).status_code == 503
    assert "SSLCertVerificationError" in caplog.text
    assert b"".join(false.heard) == b""


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "ftp://evil.example"},
    ],
)
def test_a_provider_is_not_believed_that_names_itself_or_its_places_wrongly(
    client: CheckingClient, elsewhere: Elsewhere, about: dict[str, Any]
) -> None:
    elsewhere.tell(about=about)
    assert client.get(BEGIN).status_code == 503


@pytest.mark.parametrize(("status", "answered"), [(400, 403), (500, 503)])
def test_a_code_that_is_not_taken_is_a_sentence(
    client: CheckingClient, elsewhere: Elsewhere, officer: str, status: int, answered: int
) -> None:
    elsewhere.tell(token_status=status)
    assert client.get(way(client, elsewhere)).status_code == answered


def test_a_wrong_client_secret_lets_nobody_in_and_is_not_logged(
    site: Flask,
    client: CheckingClient,
    elsewhere: Elsewhere,
    officer: str,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = settings.data_dir / "wrong.secret"
    wrong.write_text("wrong-secret-words")
    changed(site, oidc_client_secret_file=wrong)
    with caplog.at_level(logging.DEBUG):
        assert client.get(way(client, elsewhere)).status_code == 403
    assert "refused a code" in caplog.text
    assert "wrong-secret-words" not in caplog.text


# ---- Whom a subject is here ----


def test_an_unknown_subject_is_told_what_to_do_and_gets_no_account(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    with writing(site) as session:
        a_person(session, NAME, email="a.serikova@unit.example")
    elsewhere.tell(claims={"email": "a.serikova@unit.example", "email_verified": True})
    answer = client.get(way(client, elsewhere))
    assert answer.status_code == 403
    assert "ask your administrator" in answer.get_data(as_text=True)
    assert not is_in(client)
    with writing(site) as session:
        assert session.scalar(select(func.count(PersonIdentity.id))) == 0


def test_a_disabled_person_stays_outside(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    with writing(site) as session:
        disable_person(session, the_person(session, officer), actor=OPERATOR, now=clock())
    assert client.get(way(client, elsewhere)).status_code == 403
    assert not is_in(client)


def test_the_subject_counts_and_not_the_name_or_the_address(
    client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    elsewhere.tell(claims={"sub": "subject-2", "preferred_username": NAME})
    assert client.get(way(client, elsewhere)).status_code == 403


@pytest.mark.parametrize(
    ("claims", "changes", "is_let_in"),
    [
        ({"email_verified": True}, {}, True),
        ({"email_verified": "true"}, {}, False),
        ({}, {}, False),
        ({"email_verified": True}, {"roles": ADMINISTRATOR}, False),
        ({"email_verified": True}, {"disabled_at": True}, False),
    ],
)
def test_a_verified_address_links_where_the_site_allows_it_and_never_administrators(
    site: Flask,
    client: CheckingClient,
    elsewhere: Elsewhere,
    claims: dict[str, Any],
    changes: dict[str, Any],
    is_let_in: bool,
) -> None:
    changed(site, oidc_link_by_email=True)
    with writing(site) as session:
        person = a_person(session, NAME, email="A.Serikova@unit.example", roles=changes.get("roles", ()))
        if "disabled_at" in changes:
            person.disabled_at = clock()
    elsewhere.tell(claims={"email": "a.serikova@unit.example", **claims})
    assert client.get(way(client, elsewhere)).status_code == (302 if is_let_in else 403)
    assert is_in(client) is is_let_in
    assert ("identity-linked" in [act for act, _ in recorded(site)]) is is_let_in
    if is_let_in:
        assert "identity-linked" in told(site)


def test_an_address_of_two_people_links_neither(site: Flask, client: CheckingClient, elsewhere: Elsewhere) -> None:
    changed(site, oidc_link_by_email=True)
    with writing(site) as session:
        a_person(session, NAME, email="post@unit.example")
        a_person(session, "another", email="post@unit.example")
    elsewhere.tell(claims={"email": "post@unit.example", "email_verified": True})
    assert client.get(way(client, elsewhere)).status_code == 403


def begin_link(client: CheckingClient, password: str = PASSWORD) -> tuple[int, str]:
    """Ask to be linked; the status, and the address of the provider if there is one."""
    answer = client.send("/account/identity", {"current_password": password}, page="/account/identity")
    found = re.search(r'href="(http://127[^"]+)"', answer.get_data(as_text=True))
    return answer.status_code, found[1].replace("&amp;", "&") if found is not None else ""


def test_a_person_links_with_the_password_and_takes_the_link_away(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    with writing(site) as session:
        a_person(session, NAME)
    client.sign_in(NAME)
    assert "/account/identity" in client.get("/account").get_data(as_text=True)
    assert begin_link(client, "wrong") == (403, "")
    status, address = begin_link(client)
    assert status == 200
    answer = client.get(elsewhere.lets_in(address))
    assert answer.location == "/account?done=linked"
    assert "linked to single sign-on" in client.get(answer.location).get_data(as_text=True)
    client.send("/sign-out")
    assert client.get(way(client, elsewhere)).status_code == 302
    wrong = client.send("/account/identity/remove", {"current_password": "wrong"}, page="/account/identity")
    assert wrong.status_code == 403
    removed = client.send("/account/identity/remove", {"current_password": PASSWORD}, page="/account/identity")
    assert removed.location == "/account?done=unlinked"
    again = client.send("/account/identity/remove", {"current_password": PASSWORD}, page="/account/identity")
    assert again.status_code == 404
    client.send("/sign-out")
    assert client.get(way(client, elsewhere)).status_code == 403
    acts = [act for act, _ in recorded(site)]
    assert acts.count("identity-linked") == acts.count("identity-unlinked") == 1
    assert told(site)[:2] == ["identity-unlinked", "identity-linked"]


def test_a_link_is_made_with_a_code_where_there_is_a_second_step(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    with writing(site) as session:
        a_person(session, NAME)
    codes = switch_on(site)
    assert code_step(client, password_step(client), codes[0]) == 302
    assert begin_link(client) == (403, "")
    sent = {"current_password": PASSWORD, "code": codes[1]}
    answer = client.send("/account/identity", sent, page="/account/identity")
    assert answer.status_code == 200
    assert elsewhere.issuer in answer.get_data(as_text=True)


def test_a_link_is_made_in_the_session_that_asked_for_it_alone(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    with writing(site) as session:
        a_person(session, NAME)
        a_person(session, "another")
    client.sign_in(NAME)
    came = elsewhere.lets_in(begin_link(client)[1])
    client.send("/sign-out")
    client.sign_in("another")
    assert client.get(came).status_code == 403
    with writing(site) as session:
        assert session.scalar(select(func.count(PersonIdentity.id))) == 0


def test_a_subject_is_one_person_s(site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str) -> None:
    with writing(site) as session:
        a_person(session, "another")
    client.sign_in("another")
    answer = client.get(elsewhere.lets_in(begin_link(client)[1]))
    assert answer.status_code == 409
    assert "linked already" in answer.get_data(as_text=True)


# ---- The second step, the doors, signing out ----


@pytest.mark.parametrize(
    ("claims", "acrs", "is_asked"),
    [
        ({}, (), True),
        ({"amr": ["pwd"]}, (), True),
        ({"amr": ["pwd", "mfa"]}, (), False),
        ({"acr": "gold"}, (), True),
        ({"acr": "gold"}, ("gold",), False),
        ({"acr": "silver"}, ("gold",), True),
    ],
)
def test_the_second_step_is_asked_for_where_the_provider_asked_for_none(
    site: Flask,
    client: CheckingClient,
    elsewhere: Elsewhere,
    officer: str,
    claims: dict[str, Any],
    acrs: tuple[str, ...],
    is_asked: bool,
) -> None:
    switch_on(site)
    changed(site, oidc_mfa_acr=acrs)
    elsewhere.tell(claims=claims)
    answer = client.get(way(client, elsewhere, "/sign-in/provider?next=/notes"))
    assert answer.status_code == (200 if is_asked else 302)
    if is_asked:
        assert not is_in(client)
        page = answer.get_data(as_text=True)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page)
        assert ticket is not None
        assert 'name="next" value="/notes"' in page
        assert code_step(client, ticket[1], code(site)) == 302
    assert is_in(client)
    with writing(site) as session:
        assert session.execute(select(UserSession.is_second_proven, UserSession.door)).all() == [(True, "provider")]


def test_somebody_without_a_password_here_comes_by_the_provider(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    with writing(site) as session:
        linked(session, a_person(session, NAME, password_hash=None), elsewhere)
    assert client.get(way(client, elsewhere)).status_code == 302
    assert is_in(client)


def test_who_needs_a_second_step_and_has_no_password_here_is_told_how_to_get_one(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere
) -> None:
    changed(site, mfa_roles=frozenset({Role.OFFICER}))
    with writing(site) as session:
        linked(session, a_person(session, NAME, password_hash=None), elsewhere)
    client.get(way(client, elsewhere))
    assert "Ask your administrator for a one-time code" in text_in(client.get(client.get("/").location))
    with writing(site) as session:
        change_password(session, the_person(session, NAME), password_hash(), now=clock())
    client.sign_in(NAME)
    said = text_in(client.get("/account/second-step"))
    assert "Ask your administrator" not in said and "Scan this picture" in said


def test_passwords_can_be_for_administrators_alone(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    with writing(site) as session:
        a_person(session, "chief", roles=ADMINISTRATOR)
    changed(site, local_sign_in="administrators")
    data = {"csrf_token": client.token(), "sign_in_name": officer, "password": PASSWORD}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 403
    page = answer.get_data(as_text=True)
    assert "The sign-in name or the password is not right." in page
    assert "The passwords of this site are for administrators." in page
    client.sign_in("chief")
    client.send("/sign-out")
    assert client.get(way(client, elsewhere)).status_code == 302


def test_signing_out_leads_on_to_the_provider_for_who_came_from_there(
    site: Flask, client: CheckingClient, elsewhere: Elsewhere, officer: str
) -> None:
    client.get(way(client, elsewhere))
    answer = client.send("/sign-out")
    assert answer.location == "/sign-in?done=signed-out-here"
    assert "/sign-in/provider/sign-out" in client.get(answer.location).get_data(as_text=True)
    there = urlsplit(client.get("/sign-in/provider/sign-out").location)
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{elsewhere.issuer}/end"
    back = {"client_id": [CLIENT], "post_logout_redirect_uri": ["http://training.example/sign-in"]}
    assert parse_qs(there.query) == back
    client.sign_in(officer)
    assert client.send("/sign-out").location == "/sign-in"


def test_a_site_without_a_provider_has_none_of_it(site: Flask, client: CheckingClient, officer: str) -> None:
    site.config["PROVIDER"] = None
    assert "/sign-in/provider" not in client.get("/sign-in").get_data(as_text=True)
    for path in (BEGIN, "/sign-in/provider/back", "/sign-in/provider/sign-out"):
        assert client.get(path).status_code == 404
    client.sign_in(officer)
    assert client.get("/account/identity").status_code == 404
    assert "/account/identity" not in client.get("/account").get_data(as_text=True)


def test_the_way_back_waits_in_no_lane_that_pages_need(site: Flask) -> None:
    for path in (BEGIN, "/sign-in/provider/back", "/sign-in/provider/sign-out"):
        assert route_of(site, {"REQUEST_METHOD": "GET", "PATH_INFO": path}).lane is Lane.FILES

"""Signing in with a password that a directory knows; slapd itself is asked in ``tests/drills/test_ldap.py``."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.accounts.directories import DirectoryPerson, DirectorySilent
from elearn.accounts.ldap import LdapDirectory
from elearn.accounts.models import Person, UserSession
from elearn.cli.findings import Level
from elearn.cli.outside import check_directory
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from tests.checking import PASSWORD, CheckingClient, text_in
from tests.factories import a_person, the_person, writing
from tests.oidc_provider import free_port
from tests.tls import stranger
from tests.web.test_second_step import NAME, SEED, code, code_step, recorded, switch_on

OTHER = "what the directory knows"


class Known:
    """A directory in memory: names with their passwords. ``asked`` is what it was asked for."""

    def __init__(self, **passwords: str) -> None:
        self.passwords = passwords
        self.asked: list[str] = []

    def check(self, name: str, password: str) -> DirectoryPerson | None:
        """Who it is, if the password is theirs."""
        self.asked.append(name)
        return DirectoryPerson(name) if self.passwords.get(name) == password else None

    def reach(self) -> None:
        """It is always there."""


@pytest.fixture
def known(site: Flask) -> Known:
    site.config["DIRECTORY"] = found = Known(officer=OTHER, chief=OTHER, stranger=OTHER)
    return found


def sent(client: CheckingClient, name: str, password: str) -> tuple[int, str]:
    data = {"csrf_token": client.token(), "sign_in_name": name, "password": password}
    answer = client.post("/sign-in", data=data)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_password_of_the_directory_opens_the_account_of_that_name(
    site: Flask, client: CheckingClient, known: Known
) -> None:
    with writing(site) as session:
        a_person(session, "officer", password_hash=None)
    assert sent(client, " Officer ", OTHER)[0] == 302
    assert client.get("/account").status_code == 200
    with writing(site) as session:
        assert the_person(session, "officer").password_hash is None  # it is not kept
        assert session.scalar(select(UserSession.door)) == "directory"
    assert ("signed-in", "directory") in [(act, details.get("door")) for act, details in recorded(site)]


def test_the_password_of_this_site_still_opens_it_and_the_directory_is_not_asked(
    site: Flask, client: CheckingClient, known: Known
) -> None:
    with writing(site) as session:
        a_person(session, "officer")
    client.sign_in("officer")
    assert known.asked == []


def test_whoever_has_no_account_here_is_answered_as_for_a_wrong_password(
    site: Flask, client: CheckingClient, known: Known
) -> None:
    with writing(site) as session:
        a_person(session, "officer")
    unknown, wrong = sent(client, "stranger", OTHER), sent(client, "officer", "wrong")
    assert unknown[0] == wrong[0] == 403
    assert "The sign-in name or the password is not right." in unknown[1]
    assert known.asked == ["stranger", "officer"]  # as long for the one as for the other
    with writing(site) as session:
        assert session.scalars(select(Person.sign_in_name)).all() == ["officer"]


@pytest.mark.parametrize(
    "name", ["*", "off*", "*)(uid=officer", "officer)(uid=*", "officer,ou=others", "\\2a", "officer\x00"]
)
def test_what_could_be_read_as_a_filter_or_a_place_never_reaches_it(
    site: Flask, client: CheckingClient, known: Known, name: str
) -> None:
    with writing(site) as session:
        a_person(session, "officer")
    assert sent(client, name, OTHER)[0] in (403, 422)
    assert known.asked == []


def test_it_never_lets_administrators_in(site: Flask, client: CheckingClient, known: Known) -> None:
    with writing(site) as session:
        a_person(session, "chief", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    assert sent(client, "chief", OTHER)[0] == 403
    client.sign_in("chief", PASSWORD)


def test_a_disabled_account_stays_shut(site: Flask, client: CheckingClient, known: Known) -> None:
    with writing(site) as session:
        person = a_person(session, "officer")
        person.disabled_at = person.created_at
    assert sent(client, "officer", OTHER)[0] == 403


def test_its_tries_count_with_all_others(site: Flask, client: CheckingClient, known: Known) -> None:
    with writing(site) as session:
        a_person(session, "officer")
    assert [sent(client, "officer", "wrong")[0] for _ in range(9)] == [403] * 8 + [429]
    assert sent(client, "officer", OTHER)[0] == 429
    assert len(known.asked) == 8


def test_the_second_step_comes_after_it(site: Flask, client: CheckingClient) -> None:
    site.config["DIRECTORY"] = Known(**{NAME: OTHER})
    with writing(site) as session:
        a_person(session, NAME, password_hash=None)
    switch_on(site)
    status, page = sent(client, NAME, OTHER)
    assert status == 200
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    assert code_step(client, ticket, code(site)) == 302
    with writing(site) as session:
        assert session.scalar(select(UserSession.door)) == "directory"


def test_who_has_no_other_password_sets_up_a_second_step_with_that_of_the_directory(
    site: Flask, client: CheckingClient, known: Known
) -> None:
    with writing(site) as session:
        a_person(session, "officer", password_hash=None)
    sent(client, "officer", OTHER)
    page = "/account/second-step"

    def set_up(password: str) -> int:
        proof = {"seed": SEED, "code": code(site, name="officer"), "current_password": password}
        return client.send(page, proof, page=page).status_code

    assert "Scan this picture" in text_in(client.get(page))
    assert set_up("something else") == 403
    known.passwords.clear()
    assert set_up(OTHER) == 403
    known.passwords["officer"] = OTHER
    assert set_up(OTHER) == 201


def test_the_directory_proves_no_administrator(site: Flask, client: CheckingClient, known: Known) -> None:
    with writing(site) as session:
        a_person(session, "chief", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    client.sign_in("chief")
    proof = {"seed": SEED, "code": code(site, name="chief"), "current_password": OTHER}
    assert client.send("/account/second-step", proof, page="/account/second-step").status_code == 403
    assert known.asked == []


def test_a_directory_that_is_down_is_a_sentence(site: Flask, client: CheckingClient, settings: Settings) -> None:
    down = {"ldap_host": "127.0.0.1", "ldap_port": free_port(), "ldap_tls": "none", "ldap_user": "uid={name}"}
    site.config["DIRECTORY"] = LdapDirectory(settings.model_copy(update=down))
    with writing(site) as session:
        a_person(session, "officer")
    status, page = sent(client, "officer", "wrong")
    assert status == 503
    assert "does not answer just now" in page
    client.sign_in("officer")  # a password of this site does not need it


def test_where_passwords_of_this_site_are_for_administrators_the_form_is_still_for_all(
    site: Flask, client: CheckingClient, known: Known, settings: Settings
) -> None:
    site.config["SETTINGS"] = settings.model_copy(update={"local_sign_in": "administrators"})
    with writing(site) as session:
        a_person(session, "officer")
    assert "are for administrators" not in client.get("/sign-in").get_data(as_text=True)
    assert sent(client, "officer", PASSWORD)[0] == 403
    assert sent(client, "officer", OTHER)[0] == 302


def test_doctor_looks_at_it(settings: Settings) -> None:
    assert check_directory(settings).level is Level.OK
    down = {"ldap_host": "127.0.0.1", "ldap_port": free_port(), "ldap_tls": "none", "ldap_user": "uid={name}"}
    assert check_directory(settings.model_copy(update=down)).level is Level.PROBLEM


def test_an_empty_password_is_not_even_asked_for(settings: Settings) -> None:
    """A name with no password is an anonymous bind, and good (RFC 4513, 5.1.2)."""
    nowhere = {"ldap_host": "127.0.0.1", "ldap_port": free_port(), "ldap_tls": "none", "ldap_user": "uid={name}"}
    directory = LdapDirectory(settings.model_copy(update=nowhere))
    assert directory.check("officer", "") is None
    with pytest.raises(DirectorySilent):
        directory.check("officer", "x")


def test_a_directory_with_a_certificate_that_nobody_trusts_is_told_nothing(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with stranger(tmp_path) as false:
        there = {"ldap_host": "127.0.0.1", "ldap_port": false.port, "ldap_tls": "tls", "ldap_user": "uid={name}"}
        with pytest.raises(DirectorySilent):
            LdapDirectory(settings.model_copy(update=there)).check("officer", OTHER)
    assert "SSL" in caplog.text or "LDAPSocketOpenError" in caplog.text
    assert b"".join(false.heard) == b""

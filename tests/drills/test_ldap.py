"""Passwords of an LDAP directory, against Debian's slapd."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elearn.accounts import ldap as adapter
from elearn.accounts.directories import DirectoryPerson, DirectorySilent, directory_of
from elearn.settings import Settings
from tests.conftest import missing
from tests.ldap_server import BASE, PASSWORDS, READER, READER_PASSWORD, Ldap, certificate, directory, programs
from tests.oidc_provider import free_port

pytestmark = pytest.mark.drill

NAME = "a.serikova"
TEMPLATE = f"uid={{name}},ou=people,{BASE}"


@pytest.fixture(scope="module")
def ldap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ldap]:
    found = programs()
    if found is None:
        missing("slapd (Debian's package slapd)")
        raise AssertionError
    with directory(*found, tmp_path_factory.mktemp("ldap")) as running:
        yield running


def asked(ldap: Ldap, name: str, password: str, **changes: Any) -> DirectoryPerson | None:
    """What a directory with these settings answers."""
    sound: dict[str, Any] = {
        "ldap_host": "127.0.0.1",
        "ldap_port": ldap.tls_port,
        "ldap_ca_file": ldap.ca_file,
        "ldap_user": TEMPLATE,
    }
    found = directory_of(Settings(**(sound | changes)))
    assert found is not None
    return found.check(name, password)


@pytest.fixture
def searching(tmp_path: Path) -> dict[str, Any]:
    """Settings that look for people first."""
    file = tmp_path / "reader.secret"
    file.write_text(f"{READER_PASSWORD}\n")
    return {
        "ldap_user": None,
        "ldap_search_base": BASE,
        "ldap_reader": READER,
        "ldap_reader_password_file": file,
    }


@pytest.mark.parametrize("way", ["tls", "starttls", "none"])
def test_a_password_is_right_or_wrong_however_the_line_is_guarded(ldap: Ldap, way: str) -> None:
    how = {"ldap_tls": way, "ldap_port": ldap.tls_port if way == "tls" else ldap.port}
    assert asked(ldap, NAME, PASSWORDS[NAME], **how) == DirectoryPerson(NAME)
    assert asked(ldap, NAME, "wrong", **how) is None
    assert asked(ldap, "nobody", PASSWORDS[NAME], **how) is None


def test_a_person_is_looked_for_and_then_binds_as_themselves(ldap: Ldap, searching: dict[str, Any]) -> None:
    assert asked(ldap, NAME, PASSWORDS[NAME], **searching) == DirectoryPerson(NAME)
    assert asked(ldap, NAME, "wrong", **searching) is None
    assert asked(ldap, "nobody", PASSWORDS[NAME], **searching) is None


def test_a_name_that_two_entries_have_is_nobody_s(ldap: Ldap, searching: dict[str, Any]) -> None:
    assert asked(ldap, "twin", PASSWORDS["twin"], **searching) is None


@pytest.mark.parametrize("name", ["*", "a.*", f"*)(uid={NAME}", f"{NAME})(uid=*", "\\2a", "\x00"])
def test_no_name_is_read_as_a_filter(ldap: Ldap, searching: dict[str, Any], name: str) -> None:
    assert asked(ldap, name, PASSWORDS[NAME], **searching) is None


def test_no_name_leads_to_another_place(ldap: Ldap) -> None:
    name = f"{NAME},ou=people,{BASE}+x"
    assert asked(ldap, name, PASSWORDS[NAME]) is None
    assert asked(ldap, f"twin,ou=elsewhere,{BASE}", PASSWORDS["twin"], ldap_user="uid={name}") is None


@pytest.mark.parametrize("password", ["", "\u00ad"])
def test_an_empty_password_is_wrong_even_where_the_directory_takes_it(
    ldap: Ldap, searching: dict[str, Any], password: str
) -> None:
    """A name with no password is an anonymous bind, which this slapd is told to call good (RFC 4513, 5.1.2)."""
    assert asked(ldap, NAME, password) is None
    assert asked(ldap, NAME, password, **searching) is None


def test_a_referral_is_not_followed(ldap: Ldap, searching: dict[str, Any]) -> None:
    assert asked(ldap, "away", "any password") is None
    for base in (BASE, f"uid=away,ou=people,{BASE}"):
        assert asked(ldap, "away", "any password", **searching | {"ldap_search_base": base}) is None
    with pytest.raises(BlockingIOError):
        ldap.away.accept()


def test_a_certificate_that_is_not_trusted_stops_it_before_the_password(ldap: Ldap, tmp_path: Path) -> None:
    other = certificate(tmp_path, "other")
    for how in ({}, {"ldap_tls": "starttls", "ldap_port": ldap.port}):
        with pytest.raises(DirectorySilent):
            asked(ldap, NAME, PASSWORDS[NAME], ldap_ca_file=other, **how)


def test_a_certificate_of_another_host_stops_it(ldap: Ldap) -> None:
    with pytest.raises(DirectorySilent):
        asked(ldap, NAME, PASSWORDS[NAME], ldap_host="localhost")


def test_a_reader_who_is_not_taken_is_no_wrong_password(ldap: Ldap, searching: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "wrong.secret").write_text("wrong")
    with pytest.raises(DirectorySilent):
        asked(ldap, NAME, PASSWORDS[NAME], **searching | {"ldap_reader_password_file": tmp_path / "wrong.secret"})


def test_a_directory_that_is_down_is_no_wrong_password(ldap: Ldap) -> None:
    with pytest.raises(DirectorySilent):
        asked(ldap, NAME, PASSWORDS[NAME], ldap_port=free_port(), ldap_tls="none")


def test_a_directory_that_says_nothing_is_not_waited_for_long(ldap: Ldap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "PATIENCE_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lines: list[socket.socket] = []
        thread = threading.Thread(target=lambda: lines.append(silent.accept()[0]), daemon=True)
        thread.start()
        with pytest.raises(DirectorySilent):
            asked(ldap, NAME, PASSWORDS[NAME], ldap_port=silent.getsockname()[1], ldap_tls="none")
        thread.join()
        lines[0].close()


def test_it_says_whether_it_can_be_reached(ldap: Ldap, searching: dict[str, Any]) -> None:
    for how in ({"ldap_user": TEMPLATE}, searching):
        told = {"ldap_host": "127.0.0.1", "ldap_port": ldap.tls_port, "ldap_ca_file": ldap.ca_file, **how}
        found = directory_of(Settings(**told))
        assert found is not None
        found.reach()

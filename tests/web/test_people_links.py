"""Administrators see by which provider an account is linked, and remove the link with what the command does."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.accounts.sso.models import PersonIdentity
from elearn.accounts.sso.services import link_identity
from elearn.audit.rules import Bystander
from elearn.core.clock import now as clock
from elearn.security.oidc import Proven
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient, client_of, words_of
from tests.factories import a_person, an_agency, reading, writing
from tests.web.test_second_step import recorded, told

ISSUER = "https://login.unit.example"
ROLES = {
    "officer": (),
    "abroad": (),
    "local": ((Role.ADMINISTRATOR, ScopeKind.AGENCY),),
    "coordinator": ((Role.COORDINATOR, ScopeKind.COUNTRY),),
    "admin": ((Role.ADMINISTRATOR, ScopeKind.ALL),),
}


@pytest.fixture
def linked(site: Flask) -> dict[str, str]:
    """People who are all linked to a provider: their pages, by sign-in name."""
    with writing(site) as session:
        here, there = an_agency(session, "here"), an_agency(session, "there", country="XB")
        pages = {}
        for name, roles in ROLES.items():
            person = a_person(session, name, agency=there if name == "abroad" else here, roles=roles)
            proven = Proven(ISSUER, name, None, is_second_proven=False)
            link_identity(session, person, proven, by="password", actor=Bystander.SITE, now=clock())
            pages[name] = f"/people/{person.public_id}"
        return pages


def is_linked(site: Flask, name: str) -> bool:
    with reading(site) as session:
        query = select(func.count(PersonIdentity.id)).where(PersonIdentity.subject == name)
        return session.scalar(query) == 1


def test_an_administrator_sees_the_link_and_removes_it(site: Flask, linked: dict[str, str]) -> None:
    officer, admin = client_of(site, "officer"), client_of(site, "admin")
    page = linked["officer"]
    admin.get(page)
    assert re.search(rf"Linked since [^:]+: {ISSUER}", words_of(admin.page))
    assert admin.send(f"{page}/unlink", page=page).location == f"{page}?done=link-off"
    admin.get(f"{page}?done=link-off")
    assert "The link to single sign-on is removed." in words_of(admin.page)
    assert ISSUER not in words_of(admin.page)
    assert officer.get("/account").status_code == 302  # signed out, as by the command
    assert not is_linked(site, "officer")
    assert is_linked(site, "local")
    assert ("identity-unlinked", {"issuer": [ISSUER]}) in recorded(site)
    assert told(site, "officer")[0] == "identity-unlinked"


def test_where_there_is_no_link_there_is_no_button_and_nothing_to_remove(site: Flask, linked: dict[str, str]) -> None:
    with writing(site) as session:
        page = f"/people/{a_person(session, 'plain').public_id}"
    admin = client_of(site, "admin")
    assert "unlink" not in admin.get(page).get_data(as_text=True)
    assert admin.send(f"{page}/unlink", page=page).status_code == 404


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("coordinator", "abroad", 404),  # beyond the country
        ("coordinator", "local", 403),  # an administrator of it
        ("local", "abroad", 404),
        ("local", "admin", 403),
        ("admin", "admin", 409),  # one's own, on the page of one's account
        ("officer", "abroad", 403),
    ],
)
def test_a_link_beyond_ones_reach_stays(site: Flask, linked: dict[str, str], who: str, whose: str, status: int) -> None:
    client = client_of(site, who)
    assert client.send(f"{linked[whose]}/unlink").status_code == status
    assert is_linked(site, whose)
    if status in (403, 409) and who != "officer":
        assert f"{linked[whose]}/unlink" not in client.get(linked[whose]).get_data(as_text=True)


def test_a_coordinator_removes_the_link_of_an_officer_of_the_country(site: Flask, linked: dict[str, str]) -> None:
    client: CheckingClient = client_of(site, "coordinator")
    assert client.send(f"{linked['officer']}/unlink", page=linked["officer"]).status_code == 302
    assert not is_linked(site, "officer")

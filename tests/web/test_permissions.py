"""The page that says what each role may do says what the table says, and whatever the table says is what holds."""

import pytest
from flask import Flask

from elearn.accounts.permission_pages import ACTIONS, reach_words
from elearn.accounts.words import PLACES
from elearn.security.policy import TABLE, Permission, Role, ScopeKind
from tests.checking import HTML, CheckingClient, text_of


def test_every_permission_and_every_place_has_words() -> None:
    assert set(ACTIONS) == set(Permission)
    assert set(PLACES) == set(ScopeKind)


def test_each_role_has_a_row_for_each_thing_it_may_do_and_no_other(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("admin")
    assert client.get("/people/permissions").status_code == 200
    found = {}
    for section in client.page.iter(f"{HTML}section"):
        rows = [text_of(row.find(f"{HTML}th")) for row in next(section.iter(f"{HTML}tbody"))]
        found[section.get("aria-labelledby").removeprefix("role-")] = set(rows)
    assert found == {role.value: {ACTIONS[permission] for permission in TABLE[role]} for role in Role}


@pytest.mark.parametrize(
    ("role", "scope", "permission", "words"),
    [
        (Role.TRAINER, ScopeKind.ALL, Permission.WRITE_COURSES, "everywhere"),
        (Role.MANAGER, ScopeKind.AGENCY, Permission.SEE_PEOPLE, "in that agency"),
        (Role.MANAGER, ScopeKind.COUNTRY, Permission.SEE_PEOPLE, "in one’s own agency"),
        (Role.MANAGER, ScopeKind.COUNTRY, Permission.COMPARE, "in that country"),
        (Role.ORGANISER, ScopeKind.ALL, Permission.SEE_PEOPLE, "nowhere"),
        (Role.ADMINISTRATOR, ScopeKind.COUNTRY, Permission.MANAGE_PEOPLE, "in that country"),
        (Role.ADMINISTRATOR, ScopeKind.ALL, Permission.MANAGE_PEOPLE, "everywhere"),
    ],
)
def test_how_far_it_goes_is_said_in_words(
    site: Flask, role: Role, scope: ScopeKind, permission: Permission, words: str
) -> None:
    with site.test_request_context("/"):
        assert reach_words(role, scope, permission) == words


def test_the_list_of_people_leads_there_and_nobody_else_gets_it(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("admin")
    client.get("/people")
    assert "/people/permissions" in [link.get("href") for link in client.page.iter(f"{HTML}a")]
    for name in ("officer", "trainer", "manager", "organiser"):
        other = taught.test_client()
        assert isinstance(other, CheckingClient)
        other.sign_in(name)
        assert other.get("/people/permissions").status_code == 403

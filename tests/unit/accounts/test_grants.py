"""Roles as people type them, and how far an administrator's reach goes."""

import pytest

from elearn.accounts.rules import (
    Administrator,
    BadGrant,
    HeldGrant,
    WantedGrant,
    WrongScope,
    is_within,
    wanted_grant,
)
from elearn.security.policy import SCOPES, Grant, Reach, Role, ScopeKind

FIU, CUSTOMS = 1, 2
COUNTRY_OF = {FIU: "XA", CUSTOMS: "XB"}
EVERYWHERE = Reach(everywhere=True)
OVER_FIU = Reach(agencies=frozenset({FIU}))
OVER_XA = Reach(countries=frozenset({"XA"}))


def held(role: Role, scope: ScopeKind, *, agency: int | None = None, country: str | None = None) -> HeldGrant:
    code = f"a-{agency}" if agency else None
    return HeldGrant(Grant(role, scope, agency, country), code, code, COUNTRY_OF.get(agency or 0), country)


def every_grant() -> list[HeldGrant]:
    found = []
    for role, scopes in SCOPES.items():
        for scope in scopes:
            match scope:
                case ScopeKind.AGENCY:
                    found += [held(role, scope, agency=agency) for agency in COUNTRY_OF]
                case ScopeKind.COUNTRY:
                    found += [held(role, scope, country=country) for country in COUNTRY_OF.values()]
                case _:
                    found.append(held(role, scope))
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("officer", WantedGrant(Role.OFFICER, ScopeKind.SELF)),
        ("trainer", WantedGrant(Role.TRAINER, ScopeKind.ALL)),
        (" trainer:all ", WantedGrant(Role.TRAINER, ScopeKind.ALL)),
        ("administrator:all", WantedGrant(Role.ADMINISTRATOR, ScopeKind.ALL)),
        ("manager:country:KZ", WantedGrant(Role.MANAGER, ScopeKind.COUNTRY, "KZ")),
        ("manager:country", WantedGrant(Role.MANAGER, ScopeKind.COUNTRY)),
        ("organiser:agency:kz-fiu", WantedGrant(Role.ORGANISER, ScopeKind.AGENCY, "kz-fiu")),
    ],
)
def test_a_role_is_typed_with_its_reach(text: str, wanted: WantedGrant) -> None:
    assert wanted_grant(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "boss", "manager", "administrator", "manager:", "manager:town:x", "manager:all:KZ", "manager:\x00"]
)
def test_a_role_without_its_reach_is_refused(text: str) -> None:
    with pytest.raises(BadGrant):
        wanted_grant(text)


@pytest.mark.parametrize("text", ["trainer:agency:fiu", "officer:all", "manager:self", "trainer:country:KZ"])
def test_a_role_goes_only_with_the_reaches_of_the_table(text: str) -> None:
    with pytest.raises(WrongScope):
        wanted_grant(text)


def test_what_is_shown_of_a_grant_reads_back_as_the_grant() -> None:
    for one in every_grant():
        wanted = wanted_grant(one.text)
        assert (wanted.role, wanted.scope) == (one.grant.role, one.grant.scope)
        assert wanted.code == (one.agency_code or one.grant.country)


def test_an_administrator_over_everything_reaches_every_grant() -> None:
    assert all(is_within(EVERYWHERE, one) for one in every_grant())


def test_an_administrator_over_an_agency_reaches_grants_over_it_alone() -> None:
    within = {one.text for one in every_grant() if is_within(OVER_FIU, one)}
    assert within == {"officer", "manager:agency:a-1", "organiser:agency:a-1", "administrator:agency:a-1"}


def test_an_administrator_over_a_country_reaches_it_and_its_agencies_alone() -> None:
    within = {one.text for one in every_grant() if is_within(OVER_XA, one)}
    roles = ("manager", "organiser", "administrator")
    within.remove("coordinator:country:XA")
    assert within == {"officer", *(f"{role}:{scope}" for role in roles for scope in ("agency:a-1", "country:XA"))}


def test_a_coordinator_grants_within_the_country_whatever_is_not_above_them() -> None:
    coordinator = Administrator(OVER_XA, 1, Reach())
    within = {one.text for one in every_grant() if coordinator.may_grant(one)}
    assert within == {
        "officer",
        "coordinator:country:XA",
        *(f"{role}:{scope}" for role in ("manager", "organiser") for scope in ("agency:a-1", "country:XA")),
    }


def test_who_is_coordinator_here_and_administrator_there_appoints_administrators_there_alone() -> None:
    both = Administrator(
        Reach(agencies=frozenset({CUSTOMS}), countries=frozenset({"XA"})), 1, Reach(agencies=frozenset({CUSTOMS}))
    )
    within = {one.text for one in every_grant() if both.may_grant(one) and one.grant.role is Role.ADMINISTRATOR}
    assert within == {"administrator:agency:a-2"}

"""How far a permission goes: what each grant reaches, and never further."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.security.policy import (
    NOWHERE,
    SCOPES,
    TABLE,
    Grant,
    Permission,
    Reach,
    Role,
    ScopeKind,
    permissions_of,
    reach_of,
)

OWN, OTHER, FAR = 1, 2, 3

_grants = st.builds(
    lambda role, scope, agency, country: Grant(
        role,
        scope,
        agency if scope is ScopeKind.AGENCY else None,
        country if scope is ScopeKind.COUNTRY else None,
    ),
    st.sampled_from(Role),
    st.sampled_from(ScopeKind),
    st.sampled_from([OWN, OTHER, FAR]),
    st.sampled_from(["XA", "XB"]),
)


def reach(permission: Permission, *grants: Grant) -> Reach:
    """How far a permission goes for a person of the agency OWN."""
    return reach_of(permission, grants, own_agency=OWN)


def test_every_role_has_permissions_and_scopes() -> None:
    assert set(TABLE) == set(SCOPES) == set(Role)
    assert all(TABLE.values())
    assert all(SCOPES.values())


def test_everybody_may_learn() -> None:
    assert all(Permission.LEARN in permissions for permissions in TABLE.values())


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.WRITE_COURSES, {Role.TRAINER}),
        (Permission.PUBLISH_COURSES, {Role.TRAINER}),
        (Permission.COMPARE, {Role.MANAGER, Role.ORGANISER}),
        (Permission.SEE_PEOPLE, {Role.MANAGER}),
        (Permission.MANAGE_PEOPLE, {Role.COORDINATOR, Role.ADMINISTRATOR}),
        (Permission.ADMINISTER, {Role.ADMINISTRATOR}),
    ],
)
def test_who_may_do_what(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if permission in TABLE[role]} == roles


def test_without_a_grant_one_reaches_nobody() -> None:
    for permission in Permission:
        assert reach(permission) == NOWHERE
        assert not reach(permission)
    assert permissions_of([]) == frozenset()
    assert not NOWHERE.covers(OWN, "XA")


def test_a_manager_of_an_agency_sees_and_compares_that_agency() -> None:
    grant = Grant(Role.MANAGER, ScopeKind.AGENCY, agency_id=OTHER)

    for permission in (Permission.SEE_PEOPLE, Permission.COMPARE):
        found = reach(permission, grant)
        assert found.covers(OTHER, "XA")
        assert not found.covers(OWN, "XA")


def test_a_manager_of_a_country_compares_the_country_and_sees_names_of_their_own_agency_alone() -> None:
    grant = Grant(Role.MANAGER, ScopeKind.COUNTRY, country="XA")
    compared, seen = reach(Permission.COMPARE, grant), reach(Permission.SEE_PEOPLE, grant)

    assert compared.covers(FAR, "XA")
    assert not compared.covers(FAR, "XB")
    assert seen == Reach(agencies=frozenset({OWN}))


def test_a_manager_of_all_compares_everywhere_and_sees_names_of_their_own_agency_alone() -> None:
    grant = Grant(Role.MANAGER, ScopeKind.ALL)

    assert reach(Permission.COMPARE, grant).everywhere
    assert reach(Permission.SEE_PEOPLE, grant) == Reach(agencies=frozenset({OWN}))


def test_an_organiser_compares_and_sees_no_name() -> None:
    grant = Grant(Role.ORGANISER, ScopeKind.ALL)

    assert reach(Permission.COMPARE, grant).everywhere
    assert reach(Permission.SEE_PEOPLE, grant) == NOWHERE


def test_an_administrator_of_a_country_manages_its_people_and_no_others() -> None:
    found = reach(Permission.MANAGE_PEOPLE, Grant(Role.ADMINISTRATOR, ScopeKind.COUNTRY, country="XB"))

    assert found.covers(FAR, "XB")
    assert not found.covers(OWN, "XA")


def test_learning_reaches_nobody_else() -> None:
    assert reach(Permission.LEARN, Grant(Role.OFFICER, ScopeKind.SELF)) == NOWHERE


def test_a_grant_that_names_no_object_reaches_nobody() -> None:
    for role, scope in itertools.product((Role.MANAGER, Role.ADMINISTRATOR), (ScopeKind.AGENCY, ScopeKind.COUNTRY)):
        permission = Permission.COMPARE if role is Role.MANAGER else Permission.MANAGE_PEOPLE
        assert reach(permission, Grant(role, scope)) == NOWHERE


@given(st.lists(_grants, max_size=5), st.sampled_from(Permission))
def test_a_permission_reaches_something_only_through_a_role_that_has_it(
    grants: list[Grant], permission: Permission
) -> None:
    if reach(permission, *grants):
        assert any(permission in TABLE[grant.role] for grant in grants)
        assert permission in permissions_of(grants)


@given(st.lists(_grants, max_size=5), _grants, st.sampled_from(Permission))
def test_one_more_grant_never_takes_reach_away(grants: list[Grant], more: Grant, permission: Permission) -> None:
    for agency, country in itertools.product((OWN, OTHER, FAR), ("XA", "XB")):
        if reach(permission, *grants).covers(agency, country):
            assert reach(permission, *grants, more).covers(agency, country)


@given(st.lists(_grants, max_size=5))
def test_names_are_seen_only_in_agencies_granted_by_name_and_in_ones_own(grants: list[Grant]) -> None:
    seen = reach(Permission.SEE_PEOPLE, *grants)
    named = {grant.agency_id for grant in grants if grant.scope is ScopeKind.AGENCY}

    assert not seen.everywhere
    assert not seen.countries
    assert seen.agencies <= named | {OWN}

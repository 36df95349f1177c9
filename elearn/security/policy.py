"""The one permission table: role x permission, and the scope that a grant reaches.

A *grant* is a role over a scope. Two permissions look alike and are not: SEE_PEOPLE shows named rows, COMPARE shows
counts of groups. A manager sees the people of the agencies granted by name and of their own agency; a grant over a
country or over all lets them compare its agencies, with small groups suppressed, and shows no name beyond.

National coordinators manage the people of their country day by day. What cannot be undone (erasing, merging) and who
is an administrator is for administrators alone: ADMINISTER.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does here. One person may have several."""

    OFFICER = "officer"
    TRAINER = "trainer"
    MANAGER = "manager"
    ORGANISER = "organiser"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    SELF = "self"
    AGENCY = "agency"
    COUNTRY = "country"
    ALL = "all"


class Permission(StrEnum):
    """What may be done."""

    LEARN = "learn"
    WRITE_COURSES = "write-courses"
    PUBLISH_COURSES = "publish-courses"
    COMPARE = "compare"
    SEE_PEOPLE = "see-people"
    MANAGE_PEOPLE = "manage-people"
    SEE_AUDIT = "see-audit"
    RUN_SITE = "run-site"
    ADMINISTER = "administer"


TABLE: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.LEARN}),
    Role.TRAINER: frozenset({Permission.LEARN, Permission.WRITE_COURSES, Permission.PUBLISH_COURSES}),
    Role.MANAGER: frozenset({Permission.LEARN, Permission.COMPARE, Permission.SEE_PEOPLE}),
    Role.ORGANISER: frozenset({Permission.LEARN, Permission.COMPARE}),
    Role.COORDINATOR: frozenset({Permission.LEARN, Permission.MANAGE_PEOPLE}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.LEARN,
            Permission.MANAGE_PEOPLE,
            Permission.ADMINISTER,
            Permission.SEE_AUDIT,
            Permission.RUN_SITE,
        }
    ),
}

SCOPES: Mapping[Role, tuple[ScopeKind, ...]] = {
    Role.OFFICER: (ScopeKind.SELF,),
    Role.TRAINER: (ScopeKind.ALL,),
    Role.MANAGER: (ScopeKind.AGENCY, ScopeKind.COUNTRY, ScopeKind.ALL),
    Role.ORGANISER: (ScopeKind.AGENCY, ScopeKind.COUNTRY, ScopeKind.ALL),
    Role.COORDINATOR: (ScopeKind.COUNTRY,),
    Role.ADMINISTRATOR: (ScopeKind.AGENCY, ScopeKind.COUNTRY, ScopeKind.ALL),
}

# Names are shown over an agency that was granted by name; a wider grant compares.
_NAMES_ONLY_WITHIN_AGENCIES = frozenset({Permission.SEE_PEOPLE})

# What concerns the site as a whole comes with a grant over everything alone.
_ONLY_OVER_EVERYTHING = frozenset({Permission.SEE_AUDIT, Permission.RUN_SITE})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a scope. ``agency_id`` is set for scope agency, ``country`` for scope country."""

    role: Role
    scope: ScopeKind
    agency_id: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which agencies a permission reaches: everywhere, or those named and those of the countries named."""

    everywhere: bool = False
    agencies: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()

    def covers(self, agency_id: int, country: str) -> bool:
        """Whether people of that agency, in that country, are within reach."""
        return self.everywhere or agency_id in self.agencies or country in self.countries

    def covers_country(self, country: str) -> bool:
        """Whether all agencies of that country are within reach, those to come included."""
        return self.everywhere or country in self.countries

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.agencies) or bool(self.countries)


NOWHERE = Reach()


def permissions_of(grants: Iterable[Grant]) -> frozenset[Permission]:
    """Everything these grants allow, over some scope."""
    return frozenset().union(*(_allowed(grant) for grant in grants))


def _allowed(grant: Grant) -> frozenset[Permission]:
    """What one grant allows."""
    allowed = TABLE[grant.role]
    return allowed if grant.scope is ScopeKind.ALL else allowed - _ONLY_OVER_EVERYTHING


def words_of(grants: Iterable[Grant]) -> str:
    """The roles of somebody and how far each reaches, without saying where: ``administrator:all officer``."""
    words = {each.role.value if each.scope is ScopeKind.SELF else f"{each.role}:{each.scope}" for each in grants}
    return " ".join(sorted(words))


def reach_of(permission: Permission, grants: Iterable[Grant], *, own_agency: int) -> Reach:
    """How far a permission goes with these grants, for a person of ``own_agency``."""
    everywhere = False
    agencies: set[int] = set()
    countries: set[str] = set()
    for grant in grants:
        if permission not in _allowed(grant):
            continue
        if grant.scope is ScopeKind.AGENCY and grant.agency_id is not None:
            agencies.add(grant.agency_id)
        elif permission in _NAMES_ONLY_WITHIN_AGENCIES:
            agencies.add(own_agency)
        elif grant.scope is ScopeKind.COUNTRY and grant.country is not None:
            countries.add(grant.country)
        elif grant.scope is ScopeKind.ALL:
            everywhere = True
    return Reach(everywhere, frozenset(agencies), frozenset(countries))

"""The permission table in words: what each role may do, and how far, by where the role was given.

Nothing is written down twice: how far a permission goes is asked of :func:`elearn.security.policy.reach_of` itself,
for a person who has that one role.
"""

from dataclasses import dataclass

from elearn.accounts.forms import ROLES
from elearn.accounts.words import PLACES
from elearn.security.policy import SCOPES, TABLE, Grant, Permission, Reach, Role, ScopeKind, reach_of
from elearn.web.i18n import gettext, marked
from elearn.web.shell import Shell, shell

ACTIONS = {
    Permission.LEARN: marked("Learn: read courses, take quizzes, keep notes, report mistakes, receive certificates"),
    Permission.WRITE_COURSES: marked(
        "Write courses, import and export questions with their keys, mark open answers, "
        "look into attempts without names"
    ),
    Permission.PUBLISH_COURSES: marked("Publish courses, and mark again after a key was corrected"),
    Permission.COMPARE: marked("Compare agencies in the statistics; small groups are hidden"),
    Permission.SEE_PEOPLE: marked("See in the statistics how people do, by name"),
    Permission.MANAGE_PEOPLE: marked(
        "Add and change people, give and take roles, reset passwords, disable accounts, grant extra time"
    ),
    Permission.ADMINISTER: marked("Erase people, merge accounts, and change the accounts of administrators"),
    Permission.SEE_AUDIT: marked("Read the audit log, and take it out as a file"),
    Permission.RUN_SITE: marked("See what the site does in the background, try it again or give it up"),
}
"""What each permission lets one do, as administrators say it."""

_OWN, _GIVEN = 1, 2  # two agencies: that of the person, and the one that the role was given over
_COUNTRY = "given"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One thing that a role may do: its words, and how far it goes by the place where the role was given."""

    words: str
    reaches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """A role: its word, the places where it can be given, and a row for each thing that it may do."""

    role: str
    label: str
    places: tuple[str, ...]
    rows: tuple[ActionRow, ...]


@dataclass(frozen=True, slots=True)
class PermissionsPage:
    """What each role may do, in words."""

    shell: Shell
    roles: tuple[RoleTable, ...]


def permissions_page() -> PermissionsPage:
    """The page, in the reader's language."""
    return PermissionsPage(shell(), tuple(_table(role) for role in Role))


def reach_words(role: Role, scope: ScopeKind, permission: Permission) -> str:
    """How far a permission of a role goes that was given at a place."""
    grant = Grant(
        role,
        scope,
        agency_id=_GIVEN if scope is ScopeKind.AGENCY else None,
        country=_COUNTRY if scope is ScopeKind.COUNTRY else None,
    )
    return _words(reach_of(permission, [grant], own_agency=_OWN))


def _table(role: Role) -> RoleTable:
    actions = [permission for permission in Permission if permission in TABLE[role]]
    return RoleTable(
        role=role.value,
        label=gettext(ROLES[role]),
        places=tuple(gettext(PLACES[scope]) for scope in SCOPES[role]),
        rows=tuple(
            ActionRow(
                gettext(ACTIONS[permission]),
                tuple(
                    gettext("oneself") if permission is Permission.LEARN else reach_words(role, scope, permission)
                    for scope in SCOPES[role]
                ),
            )
            for permission in actions
        ),
    )


def _words(reach: Reach) -> str:
    if reach.everywhere:
        return gettext("everywhere")
    if reach.countries:
        return gettext("in that country")
    if _GIVEN in reach.agencies:
        return gettext("in that agency")
    return gettext("in one’s own agency") if _OWN in reach.agencies else gettext("nowhere")

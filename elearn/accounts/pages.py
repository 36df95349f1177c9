"""What the templates of sign-in, people and one's own account are given, and the functions that build it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup

from elearn.accounts.forms import (
    ROLES,
    STATES,
    Choices,
    DigestForm,
    LanguageForm,
    NewPersonForm,
    PasswordForm,
    PeopleFilterForm,
    PersonForm,
    RoleForm,
    SignInForm,
)
from elearn.accounts.leaving_forms import GONE, LeavingForm, leaving_text
from elearn.accounts.models import Agency, Country, Person
from elearn.accounts.queries import OpenSession, PersonRow, Stay, state_of
from elearn.accounts.rules import AccountState, Administrator, HeldGrant
from elearn.accounts.services import may_change
from elearn.accounts.sso.queries import Link
from elearn.security.policy import SCOPES, Role, ScopeKind
from elearn.web.i18n import NAMES, day, gettext, marked, ngettext, number, zone
from elearn.web.shell import Shell, shell

PAGE_SIZE = 50
STATE_TAGS = {AccountState.ACTIVE: "done", AccountState.NO_PASSWORD: "not-started", AccountState.DISABLED: "locked"}
DONE = {
    "saved": marked("Saved."),
    "role-given": marked("The role was given."),
    "role-taken": marked("The role was taken away."),
    "disabled": marked("The account is disabled. The person was signed out everywhere; the records stay."),
    "enabled": marked("The account is open again."),
    "password": marked("Your password is changed. You were signed out on every other device."),
    "session-ended": marked("That session is over."),
    "sessions-ended": marked("Every other session is over."),
    "step-off": marked("The second step is off."),
    "linked": marked("Your account is linked to single sign-on."),
    "link-off": marked("The link to single sign-on is removed. The person was signed out everywhere."),
    "unlinked": marked("Your account is no longer linked to single sign-on."),
    "signed-out-here": marked("You are signed out of this site."),
    "new-password": marked("Your password is changed. Sign in with it."),
    **GONE,
}
"""What was just done, by the word in the address after it."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in page. ``refusal`` is why the last try failed; ``panel`` the lattice.

    ``has_ended``: the session is over, and ``was_sent`` that a form was sent after that; ``done`` says what was just
    done. ``provider`` is where there is single sign-on, ``is_in_elsewhere`` whether one is still signed in there;
    ``is_form_for_all`` whether the form for passwords is for more people than administrators.
    """

    shell: Shell
    form: SignInForm
    next: str
    shared_minutes: int
    panel: Markup
    refusal: str | None = None
    has_ended: bool = False
    was_sent: bool = False
    done: str | None = None
    provider: "ProviderLine | None" = None
    is_in_elsewhere: bool = False
    is_form_for_all: bool = True


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """The way to single sign-on: what it is called, and where it begins on one's own and on a shared computer."""

    label: str
    href: str
    shared_href: str


@dataclass(frozen=True, slots=True)
class State:
    """A state of an account: the kind of its tag and its word."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role as it is shown: its word, how far it reaches (empty: oneself), and the text that names it in a form."""

    label: str
    reach: str
    text: str
    may_take: bool = False


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the list."""

    href: str
    full_name: str
    sign_in_name: str
    agency_name: str
    country_name: str
    roles: tuple[RoleLine, ...]
    state: State
    seen: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The list of people. ``pages`` are (number or None for a gap, address, is it this one).

    ``shows_countries``: the administrator reaches several, so that the country is named beside the agency.
    """

    shell: Shell
    form: PeopleFilterForm
    people: tuple[PersonLine, ...]
    count_text: str
    is_filtered: bool
    shows_countries: bool
    pages: tuple[tuple[int | None, str, bool], ...]
    previous_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True)
class NewPersonPage:
    """The form for a new person."""

    shell: Shell
    form: NewPersonForm


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: what is written about them, their roles, their account.

    ``leaving`` says why the account was disabled; ``stays`` are the agencies of before; ``administers``: it can
    be erased and merged by who looks; ``is_gone``: it was. ``may_change`` is false where a role of theirs reaches
    further than the administrator; ``links`` lead from single sign-on to the account; ``refusal`` is why the last act
    was refused; ``done`` says what was just done.
    """

    shell: Shell
    public_id: str
    full_name: str
    sign_in_name: str
    agency_name: str
    country_name: str
    created_at: datetime
    seen: str
    state: State
    is_disabled: bool
    is_oneself: bool
    may_change: bool
    has_password: bool
    has_second_step: bool
    links: tuple[Link, ...]
    form: PersonForm
    roles: tuple[RoleLine, ...]
    role_form: RoleForm
    leaving_form: LeavingForm
    leaving: str | None
    stays: tuple[Stay, ...]
    administers: bool
    is_gone: bool
    done: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A live session of one's own."""

    reference: str
    is_shared_device: bool
    is_this: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account. ``digest_form`` is None where no e-mail can come."""

    shell: Shell
    full_name: str
    latin_name: str | None
    sign_in_name: str
    email: str | None
    agency_name: str
    country_name: str
    roles: tuple[RoleLine, ...]
    language_form: LanguageForm
    password_form: PasswordForm
    digest_form: DigestForm | None
    sessions: tuple[SessionLine, ...]
    has_second_step: bool
    has_provider: bool
    done: str | None
    refusal: str | None


def provider_name(label: str | None) -> str:
    """What this site calls its provider, or what anybody would."""
    return label or gettext("single sign-on")


def provider_line(label: str | None, wanted: str) -> ProviderLine:
    """The way to single sign-on, and then on to the page that was wanted."""
    to = wanted or None
    return ProviderLine(provider_name(label), url_for("sso.begin", next=to), url_for("sso.begin", next=to, shared=1))


def done_text(word: str | None) -> str | None:
    """What was just done, in words; None for a word nobody uses."""
    return gettext(DONE[word]) if word in DONE else None


def language_choices(offered: Sequence[str]) -> list[tuple[str, str]]:
    """The languages of this site, each by its own name."""
    return [("", gettext("As the browser asks")), *((code, NAMES[code]) for code in offered)]


def agency_choices(agencies: Sequence[tuple[Agency, Country]], *, empty: str | None = None) -> Choices:
    """The agencies, under their countries if there are several."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for agency, country in agencies:
        groups.setdefault(country.name, []).append((agency.code, agency.name))
    first = [("", empty)] if empty is not None else []
    if len(groups) > 1 and not first:
        return groups
    return [*first, *(choice for choices in groups.values() for choice in choices)]


def filter_choices(form: PeopleFilterForm, agencies: Sequence[tuple[Agency, Country]]) -> None:
    """Give the filters their choices; what is not among them counts as nothing chosen."""
    form.agency.choices = agency_choices(agencies, empty=gettext("any"))
    form.role.choices = [("", gettext("any")), *((role.value, gettext(label)) for role, label in ROLES.items())]
    form.state.choices = [
        ("", gettext("any")),
        *((state.value, gettext(label)) for state, label in STATES.items()),
    ]
    for field in (form.agency, form.role, form.state):
        if field.data not in [choice[0] for choice in field.choices or ()]:
            field.data = ""


def role_choices(
    form: RoleForm, actor: Administrator, agencies: Sequence[tuple[Agency, Country]], held: Sequence[HeldGrant] = ()
) -> None:
    """Give the form the roles and the reaches that an administrator may give, without a role that is held for good."""
    reach = actor.reach
    had = {one.grant.role for one in held if SCOPES[one.grant.role] in ((ScopeKind.SELF,), (ScopeKind.ALL,))}
    countries = {country.code: country.name for _agency, country in agencies}
    form.role.choices = [
        (role.value, gettext(label))
        for role, label in ROLES.items()
        if (reach.everywhere or SCOPES[role] != (ScopeKind.ALL,)) and role not in had
        if role is not Role.ADMINISTRATOR or actor.administers is None or actor.administers
    ]
    first = [("", gettext("none (officer, trainer)"))]
    if reach.everywhere:
        first.append(("all", gettext("Everything")))
    choices: dict[str, list[tuple[str, str]]] = {gettext("In general"): first}
    own = [(f"country:{code}", name) for code, name in countries.items() if reach.everywhere or code in reach.countries]
    if own:
        choices[gettext("Countries")] = own
    choices[gettext("Agencies")] = [(f"agency:{agency.code}", agency.name) for agency, _country in agencies]
    form.scope.choices = choices


def role_line(held: HeldGrant, actor: Administrator | None = None, *, may_change: bool = False) -> RoleLine:
    """A grant as it is shown; with an administrator, who may change the account or not, whether they can take it."""
    match held.grant.scope:
        case ScopeKind.SELF:
            over = ""
        case ScopeKind.AGENCY:
            over = held.agency_name or ""
        case ScopeKind.COUNTRY:
            over = held.country_name or ""
        case ScopeKind.ALL:
            over = gettext("everything")
    is_own = held.grant.scope is ScopeKind.SELF
    may_take = actor is not None and actor.may_grant(held) and (may_change or not is_own)
    return RoleLine(gettext(ROLES[held.grant.role]), over, held.text, may_take)


def _shown(held: Sequence[HeldGrant]) -> tuple[RoleLine, ...]:
    """The roles of a person in a list: that they learn is said only where it is all they do."""
    others = [one for one in held if one.grant.role is not Role.OFFICER]
    return tuple(role_line(one) for one in (others or held))


def _state(state: AccountState, seen_at: datetime | None) -> State:
    if state is AccountState.ACTIVE and seen_at is None:
        return State("not-started", gettext("Not yet signed in"))
    return State(STATE_TAGS[state], gettext(STATES[state]))


def _ago(seen_at: datetime | None, now: datetime) -> str:
    """When somebody was last here, in words."""
    if seen_at is None:
        return "–"
    days = (now.astimezone(zone()).date() - seen_at.astimezone(zone()).date()).days
    if days < 1:
        return gettext("today")
    return ngettext("%(count)s day ago", "%(count)s days ago", days) if days <= 30 else day(seen_at)


def people_page(
    form: PeopleFilterForm,
    rows: Sequence[PersonRow],
    grants: Mapping[int, tuple[HeldGrant, ...]],
    seen: Mapping[int, datetime],
    *,
    count: int,
    page: int,
    shows_countries: bool,
    now: datetime,
) -> PeoplePage:
    """The list of people, at one of its pages."""
    chosen: dict[str, Any] = {name: value for name, value in form.data.items() if value}
    last = max(1, -(-count // PAGE_SIZE))

    def href(number_: int) -> str:
        return url_for("accounts.people", **chosen | ({"page": number_} if number_ > 1 else {}))

    first = (page - 1) * PAGE_SIZE
    count_text = (
        ngettext("%(count)s person", "%(count)s people", count)
        if last == 1
        else gettext(
            "%(first)s to %(last)s of %(count)s",
            first=number(first + 1),
            last=number(first + len(rows)),
            count=number(count),
        )
    )
    return PeoplePage(
        shell=shell(),
        form=form,
        people=tuple(
            PersonLine(
                href=url_for("accounts.person", public_id=row.public_id),
                full_name=row.full_name,
                sign_in_name=row.sign_in_name,
                agency_name=row.agency_name,
                country_name=row.country_name,
                roles=_shown(grants[row.person_id]),
                state=_state(row.state, seen.get(row.person_id)),
                seen=_ago(seen.get(row.person_id), now),
            )
            for row in rows
        ),
        count_text=count_text,
        is_filtered=bool(chosen),
        shows_countries=shows_countries,
        pages=tuple((shown, href(shown) if shown else "", shown == page) for shown in page_numbers(page, last)),
        previous_href=href(page - 1) if page > 1 else None,
        next_href=href(page + 1) if page < last else None,
    )


def page_numbers(page: int, last: int) -> list[int | None]:
    """The pages to link to: the first, the last, those around this one; None for a gap."""
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    found: list[int | None] = []
    for before, after in zip([0, *shown], shown, strict=False):
        found.extend([None, after] if after - before > 1 else [after])
    return found if last > 1 else []


def person_page(
    person: Person,
    held: Sequence[HeldGrant],
    form: PersonForm,
    role_form: RoleForm,
    leaving_form: LeavingForm,
    stays: Sequence[Stay],
    *,
    actor: Administrator,
    seen_at: datetime | None,
    now: datetime,
    has_second_step: bool,
    links: Sequence[Link],
    done: str | None = None,
    refusal: str | None = None,
) -> PersonPage:
    """One person as an administrator sees them; the agency and its country must be loaded."""
    is_oneself = person.id == actor.person_id
    may = is_oneself or may_change(held, actor)
    return PersonPage(
        shell=shell(),
        public_id=person.public_id,
        full_name=person.full_name,
        sign_in_name=person.sign_in_name,
        agency_name=person.agency.name,
        country_name=person.agency.country.name,
        created_at=person.created_at,
        seen=_ago(seen_at, now),
        state=_state(state_of(person.disabled_at, has_password=person.password_hash is not None), seen_at),
        is_disabled=person.disabled_at is not None,
        is_oneself=is_oneself,
        may_change=may,
        has_password=person.password_hash is not None,
        has_second_step=has_second_step,
        links=tuple(links),
        form=form,
        roles=tuple(role_line(one, actor, may_change=may) for one in held),
        role_form=role_form,
        leaving_form=leaving_form,
        leaving=leaving_text(person),
        stays=tuple(stays),
        administers=actor.administered.covers(person.agency_id, person.agency.country_code),
        is_gone=person.erased_at is not None or person.merged_into_id is not None,
        done=done_text(done),
        refusal=refusal,
    )


def account_page(
    person: Person,
    held: Sequence[HeldGrant],
    sessions: Sequence[OpenSession],
    language_form: LanguageForm,
    password_form: PasswordForm,
    digest_form: DigestForm | None,
    *,
    session_id: int,
    has_second_step: bool,
    has_provider: bool = False,
    done: str | None = None,
    refusal: str | None = None,
) -> AccountPage:
    """One's own account; the agency and its country must be loaded."""
    ordered = sorted(sessions, key=lambda one: one.session_id != session_id)
    return AccountPage(
        shell=shell(),
        full_name=person.full_name,
        latin_name=person.latin_name,
        sign_in_name=person.sign_in_name,
        email=person.email,
        agency_name=person.agency.name,
        country_name=person.agency.country.name,
        roles=tuple(role_line(one) for one in held),
        language_form=language_form,
        password_form=password_form,
        digest_form=digest_form,
        sessions=tuple(
            SessionLine(one.reference, one.is_shared_device, one.session_id == session_id, one.created_at, one.seen_at)
            for one in ordered
        ),
        has_second_step=has_second_step,
        has_provider=has_provider,
        done=done_text(done),
        refusal=refusal,
    )


def form_values(person: Person) -> dict[str, Any]:
    """What a :class:`PersonForm` starts from; the agency must be loaded."""
    return {
        "full_name": person.full_name,
        "latin_name": person.latin_name or "",
        "email": person.email or "",
        "language": person.language or "",
        "agency": person.agency.code,
        "staff_number": person.staff_number or "",
    }

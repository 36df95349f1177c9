"""What names, sessions, throttling and the reach of an administrator mean. Pure."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from elearn.audit.rules import Actor, Bystander
from elearn.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from elearn.security.identity import Identity
from elearn.security.policy import SCOPES, Grant, Permission, Reach, Role, ScopeKind

TOUCH_EVERY = timedelta(minutes=1)
LONGEST_NAME = 200
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
LONGEST_STAFF_NUMBER = 40
LONGEST_COHORT_NAME = 100
APOSTROPHES = "'’‘ʻʼ`´ʹ"


class Door(StrEnum):
    """Where a secret is tried; the tries of all doors count together."""

    PASSWORD = "password"  # noqa: S105
    SECOND_STEP = "second-step"
    ONE_TIME_CODE = "one-time-code"
    PROVIDER = "provider"  # single sign-on
    DIRECTORY = "directory"  # a password that LDAP knows
    ACCOUNT = "account"  # by somebody signed in, who proves that it is still them


class WrongNameOrPassword(NotAllowed):
    """Sign-in failed. The same words for every reason: no such account, wrong password, disabled account."""

    message = "The sign-in name or the password is not right."


class TooManyTries(NotAllowed):
    """Sign-in was tried too often for this name."""

    message = "Too many tries with this sign-in name. Wait %(minutes)s minutes, or ask your training officer."


class WrongPassword(NotAllowed):
    """Somebody signed in gave a wrong current password."""

    message = "This is not your current password."


class SamePassword(Invalid):
    """The new password is the old one."""

    message = "This is the password you have. Choose another one."


class NoSuchPerson(NotFound):
    """There is no such person, or not for this actor."""

    message = "There is no such person."


class NoSuchAgency(NotFound):
    """There is no agency with this code, or not for this actor."""

    message = 'There is no agency with the code %(code)s; add it first: elearn agency add %(code)s "NAME" --country XX'


class NoSuchCountry(NotFound):
    """No agency is in this country."""

    message = "There is no country with the code %(code)s here: none of the agencies is in it."


class NoSuchGrant(NotFound):
    """The person does not have this role over this scope."""

    message = "The person does not have this role. Load the page again and look at what is there now."


class NoSuchSession(NotFound):
    """None of the person's sessions is meant."""

    message = "This session is over already."


class NameTaken(Conflict):
    """Another person has this sign-in name."""

    message = "The sign-in name %(name)s is taken; choose another one."


class AgencyCodeTaken(Conflict):
    """Another agency has this code."""

    message = "An agency with the code %(code)s exists already."


class CountryHasAnotherName(Conflict):
    """The country is known by another name."""

    message = "The country %(code)s is called %(name)s here; leave --country-name out."


class LastAdministrator(Conflict):
    """Nobody would be left who administers everything."""

    message = "This is the last administrator over everything. Give that role to another person first."


class NotYourself(Conflict):
    """Administrators cannot shut themselves out."""

    message = "You cannot disable your own account. Another administrator can."


class UseYourAccount(Conflict):
    """One's own password is changed with the current one."""

    message = "Change your own password on the page of your account."


class BeyondYourReach(NotAllowed):
    """The grant reaches further than the administrator does."""

    message = "You can give and take only roles within your own reach."


class PersonBeyondYourReach(NotAllowed):
    """Changing this account would give the administrator powers of a wider reach."""

    message = "This person has a role that reaches further than yours. Ask an administrator with a wider reach."


class BadName(Invalid):
    """A sign-in name has characters that cannot be typed on every keyboard."""

    message = "A sign-in name has 2 to 60 letters a–z, digits, dots, hyphens or underscores; %(name)s is not one."


class BadFullName(Invalid):
    """A person's name is empty, too long, or has characters that no name has."""

    message = "A name has up to 200 letters of any alphabet, spaces, hyphens, dots and apostrophes."


class BadLatinName(Invalid):
    """The name for certificates is not in Latin letters."""

    message = "The Latin name is written as in the passport: Latin letters, spaces, hyphens, dots and apostrophes."


class BadEmail(Invalid):
    """No e-mail address looks like that."""

    message = "An e-mail address looks like name@unit.example."


class BadStaffNumber(Invalid):
    """No staff number looks like that."""

    message = "A staff number has up to 40 letters, digits, dots, slashes, hyphens or spaces."


class StaffNumberTaken(Conflict):
    """Another person of the agency has this staff number."""

    message = "Somebody else of this agency has the staff number %(number)s."


class BadCohortName(Invalid):
    """The name of a cohort is empty, too long or holds invisible characters."""

    message = "The name of a cohort has 1 to 100 characters, none of them invisible."


class BadAgencyCode(Invalid):
    """The code of an agency is malformed."""

    message = "The code of an agency has 2 to 40 letters a–z, digits or hyphens; %(code)s is not one."


class BadTitle(Invalid):
    """The name of an agency or a country is empty, too long or holds invisible characters."""

    message = "The name of an agency or a country has 1 to 200 characters, none of them invisible."


class BadCountryCode(Invalid):
    """The code of a country is malformed."""

    message = "A country is written with its two letters of ISO 3166, such as KZ; %(code)s is not one."


class BadGrant(Invalid):
    """A role or its scope is not one of those that exist."""

    message = (
        "%(text)s is not a role with its reach. Write officer, trainer, or manager, organiser or administrator with"
        " :all, :country:XX or :agency:CODE, such as manager:country:KZ."
    )


class WrongScope(Invalid):
    """The role does not go with the scope."""

    message = "This role does not go with this reach: an officer learns for themselves, a trainer writes for everybody."


class AccountState(StrEnum):
    """Whether a person can sign in."""

    ACTIVE = "active"
    NO_PASSWORD = "no-password"  # noqa: S105
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives: without use, without use on a shared computer, and in all."""

    idle: timedelta
    shared_idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who administers people: how far they reach, and who they are (None: the command line).

    ``administers`` is where they do so as an administrator and not as a coordinator; None: wherever they reach.
    """

    reach: Reach
    person_id: int | None = None
    administers: Reach | None = None

    def may_grant(self, held: "HeldGrant") -> bool:
        """Whether they may give and take this grant: it reaches no further than they do, and is not above their own."""
        return is_within(self.administered if held.grant.role is Role.ADMINISTRATOR else self.reach, held)

    @property
    def administered(self) -> Reach:
        """Where they are above other administrators, and may erase and merge: nowhere for a coordinator."""
        return self.reach if self.administers is None else self.administers

    @property
    def recorded(self) -> Actor:
        """Who the audit log says it was."""
        return self.person_id if self.person_id is not None else Bystander.COMMAND_LINE


def administrator(me: Identity) -> Administrator:
    """Who manages people as themselves: every view takes its administrator from here, so that none forgets a limit."""
    return Administrator(me.reach(Permission.MANAGE_PEOPLE), me.person_id, me.reach(Permission.ADMINISTER))


OPERATOR = Administrator(Reach(everywhere=True))
"""Whoever may run commands on the server can do everything."""


@dataclass(frozen=True, slots=True)
class WantedGrant:
    """A role and its scope as somebody wrote them; ``code`` is that of an agency or a country, None for their own."""

    role: Role
    scope: ScopeKind
    code: str | None = None


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant that a person has, with what is needed to show it and to ask whether it is within reach."""

    grant: Grant
    agency_code: str | None = None
    agency_name: str | None = None
    agency_country: str | None = None
    country_name: str | None = None

    @property
    def text(self) -> str:
        """The grant as people type it: ``manager:country:KZ``. :func:`wanted_grant` reads it."""
        return grant_text(self.grant.role, scope_text(self.grant.scope, self.agency_code or self.grant.country))


def folded_name(typed: str) -> str:
    """A sign-in name as it is stored: compatibility form, lower case, without spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_name(folded: str) -> bool:
    """Whether a folded name can be that of an account."""
    return 2 <= len(folded) <= 60 and all(
        letter.isascii() and (letter.isalnum() or letter in "._-@+") for letter in folded
    )


def checked_name(typed: str) -> str:
    """The folded name. Raises BadName."""
    name = folded_name(typed)
    if not is_name(name):
        raise BadName(name=visible(typed[:60]))
    return name


def visible(text: str) -> str:
    """The text with what cannot be seen, or would reorder it, as a question mark: safe to repeat in a sentence."""
    return "".join("?" if unicodedata.category(letter)[0] == "C" or letter in _BLANKS else letter for letter in text)


# Letters that are drawn as nothing; categories do not tell them.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f\u2800\u2028\u2029")


def _one_line(typed: str) -> str:
    """Compose the text and fold its spaces; line breaks stay, to be refused."""
    return re.sub("[ \u00a0\u202f]+", " ", unicodedata.normalize("NFC", typed)).strip(" ")


def _is_of_name(letter: str) -> bool:
    category = unicodedata.category(letter)
    if letter in _BLANKS:
        return False
    return category[0] in "LM" or category in ("Nd", "Pd") or letter in APOSTROPHES or letter in " .,()"


def checked_full_name(typed: str) -> str:
    """A person's name in any alphabet: composed, spaces folded. Raises BadFullName."""
    name = _one_line(typed)
    good = 0 < len(name) <= LONGEST_NAME and all(map(_is_of_name, name)) and any(letter.isalpha() for letter in name)
    # More than two marks on one letter is no name but a smear over the line above.
    if not good or re.search(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3}", name):
        raise BadFullName
    return name


def checked_latin_name(typed: str | None) -> str | None:
    """The name as in the passport, or None for none. Raises BadLatinName."""
    if typed is None or not typed.strip():
        return None
    try:
        name = checked_full_name(typed)
    except BadFullName as problem:
        raise BadLatinName from problem
    letters = [letter for letter in name if letter.isalpha() and letter not in APOSTROPHES]
    if not all(unicodedata.name(letter, "").startswith("LATIN ") for letter in letters):
        raise BadLatinName
    return name


def checked_email(typed: str | None) -> str | None:
    """An e-mail address, or None for none. Raises BadEmail. Only the shape is looked at."""
    if typed is None or not typed.strip():
        return None
    address = typed.strip()
    local, at, host = address.rpartition("@")
    good = (
        bool(at and local)
        and len(address) <= LONGEST_EMAIL
        and not any(unicodedata.category(letter)[0] in "CZ" or letter in '<>"(),:;\\[]@' for letter in local)
        and re.fullmatch(r"(?!-)[\w-]{1,63}(\.(?!-)[\w-]{1,63})+", host)
    )
    if not good:
        raise BadEmail
    return address


def checked_staff_number(typed: str | None) -> str | None:
    """A staff number as the agency writes it, or None for none. Raises BadStaffNumber."""
    number = _one_line(typed or "")
    if not number:
        return None
    if len(number) > LONGEST_STAFF_NUMBER or not all(letter.isalnum() or letter in " ./-_№#" for letter in number):
        raise BadStaffNumber
    return number


def checked_cohort_name(typed: str) -> str:
    """The name of a cohort: spaces folded. Raises BadCohortName."""
    name = _one_line(typed)
    if not 0 < len(name) <= LONGEST_COHORT_NAME or visible(name) != name:
        raise BadCohortName
    return name


def checked_agency_code(typed: str) -> str:
    """The code of an agency, as typed. Raises BadAgencyCode."""
    code = typed.strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}", code):
        raise BadAgencyCode(code=visible(typed[:40]) or "nothing")
    return code


def checked_country_code(typed: str) -> str:
    """The code of a country in capitals. Raises BadCountryCode."""
    code = typed.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise BadCountryCode(code=visible(typed[:10]) or "nothing")
    return code


def checked_title(typed: str) -> str:
    """The name of an agency or a country: numbers and quotation marks may be in it. Raises BadTitle."""
    title = _one_line(typed)
    if not 0 < len(title) <= LONGEST_NAME or visible(title) != title:
        raise BadTitle
    return title


def name_hash(typed: str) -> str:
    """What throttling counts by: also names that no account has."""
    return hashlib.sha256(folded_name(typed).encode()).hexdigest()


def session_reference(token_hash: str) -> str:
    """What a page calls a session by: it cannot be turned back into what the database knows it by."""
    return hashlib.sha256(b"session:" + token_hash.encode()).hexdigest()[:24]


def is_live(
    limits: SessionLimits, *, now: datetime, seen_at: datetime, ends_at: datetime, is_shared_device: bool
) -> bool:
    """Whether a session that was not ended is still good."""
    idle = limits.shared_idle if is_shared_device else limits.idle
    return now < ends_at and now - seen_at < idle


def scope_text(scope: ScopeKind, code: str | None = None) -> str:
    """A scope as people type it: ``all``, ``country:KZ``, ``agency:kz-fiu``; empty for oneself."""
    if scope is ScopeKind.SELF:
        return ""
    return scope.value if code is None else f"{scope}:{code}"


def grant_text(role: Role, scope: str) -> str:
    """A role and its scope as people type them."""
    return f"{role}:{scope}" if scope else role.value


def wanted_grant(text: str) -> WantedGrant:
    """Read ``trainer``, ``manager:agency:kz-fiu``, ``manager:country:KZ``. Raises BadGrant, WrongScope.

    ``manager:agency`` and ``manager:country`` mean the person's own. A role that can reach differently far is never
    given without saying how far.
    """
    word, _, rest = text.strip().partition(":")
    kind, _, code = rest.partition(":")
    try:
        role = Role(word)
        scope = ScopeKind(kind) if kind else None
    except ValueError as problem:
        raise BadGrant(text=visible(text[:80]) or "nothing") from problem
    if scope is None and len(SCOPES[role]) == 1:
        scope = SCOPES[role][0]
    if scope is None or (code and scope not in (ScopeKind.AGENCY, ScopeKind.COUNTRY)):
        raise BadGrant(text=visible(text[:80]) or "nothing")
    if scope not in SCOPES[role]:
        raise WrongScope
    return WantedGrant(role, scope, code or None)


def is_within(reach: Reach, held: HeldGrant) -> bool:
    """Whether an administrator of this reach may give and take this grant: it must not reach further than they do."""
    grant = held.grant
    if grant.scope is ScopeKind.SELF:
        return True
    if grant.scope is ScopeKind.AGENCY and grant.agency_id is not None:
        return reach.covers(grant.agency_id, held.agency_country or "")
    if grant.scope is ScopeKind.COUNTRY:
        return reach.everywhere or grant.country in reach.countries
    return reach.everywhere


def name_words(*names: str | None) -> tuple[str, ...]:
    """The words of somebody's names, for :func:`elearn.security.passwords.check_strength`."""
    return tuple(word for name in names if name for word in (name, *re.split(r"[\s.@_+-]+", name)))

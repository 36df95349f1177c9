"""Reading people and sessions. Whoever is out of an administrator's reach is not found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from elearn.accounts.models import (
    Agency,
    AgencyBelow,
    AgencyStay,
    CohortMember,
    Country,
    Person,
    RoleGrant,
    UserSession,
)
from elearn.accounts.rules import (
    APOSTROPHES,
    AccountState,
    HeldGrant,
    NoSuchPerson,
    SessionLimits,
    folded_name,
    is_live,
    is_name,
    session_reference,
)
from elearn.db.hot import HotRead
from elearn.notices.queries import unread_count
from elearn.notices.rules import KEPT
from elearn.security.policy import Grant, Reach, Role, ScopeKind, words_of

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")

# One query finds the session, the person, where they belong and what they may do: a row for each grant, and where it is
# over an agency, one for each agency below.
_LIVE_SESSION = HotRead(
    select(
        UserSession.id,
        UserSession.seen_at,
        UserSession.ends_at,
        UserSession.is_shared_device,
        Person.id,
        Person.public_id,
        Person.full_name,
        Person.sign_in_name,
        Person.language,
        Person.reading,
        Person.agency_id,
        Agency.country_code,
        RoleGrant.role,
        RoleGrant.scope,
        AgencyBelow.below_id,
        RoleGrant.country_code,
        unread_count(Person.id),
        UserSession.is_second_proven,
    )
    .select_from(UserSession)
    .join(Person, Person.id == UserSession.person_id)
    .join(Agency, Agency.id == Person.agency_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(AgencyBelow, AgencyBelow.agency_id == RoleGrant.agency_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        Person.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is good, the person it belongs to, where they belong and what they may do."""

    session_id: int
    seen_at: datetime
    person_id: int
    public_id: str
    full_name: str
    sign_in_name: str
    language: str | None
    reading: str | None
    agency_id: int
    country: str
    grants: tuple[Grant, ...]
    unread_count: int  # notices that wait unread
    is_shared_device: bool
    is_second_proven: bool


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people are asked for; None and empty mean all."""

    words: str = ""
    agency_id: int | None = None
    role: Role | None = None
    state: AccountState | None = None
    cohort_id: int | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a list shows them."""

    person_id: int
    public_id: str
    full_name: str
    sign_in_name: str
    agency_code: str
    agency_name: str
    country_name: str
    state: AccountState


@dataclass(frozen=True, slots=True)
class Stay:
    """A time that somebody belonged to an agency which they left since."""

    agency_name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session; ``reference`` is what a page may call it."""

    session_id: int
    reference: str
    is_shared_device: bool
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def live_session(session: Session, token_hash: str, limits: SessionLimits, *, now: datetime) -> LiveSession | None:
    """The session of a token, and who it belongs to, if it is live."""
    rows = _LIVE_SESSION.rows(session, token_hash=token_hash, kept_since=now - KEPT)
    if not rows:
        return None
    session_id, seen_at, ends_at, is_shared, person_id, public_id, full_name, name, language, reading = rows[0][:10]
    agency_id, country = rows[0][10:12]
    if not is_live(limits, now=now, seen_at=seen_at, ends_at=ends_at, is_shared_device=is_shared):
        return None
    grants = tuple(Grant(Role(row[12]), ScopeKind(row[13]), row[14], row[15]) for row in rows if row[12] is not None)
    unread_count, is_second_proven = rows[0][16:18]
    return LiveSession(
        session_id,
        seen_at,
        person_id,
        public_id,
        full_name,
        name,
        language,
        reading,
        agency_id,
        country,
        grants,
        unread_count,
        is_shared,
        is_second_proven,
    )


def person_by_sign_in_name(session: Session, typed: str) -> Person | None:
    """The person of a sign-in name, however it was typed."""
    name = folded_name(typed)
    # PostgreSQL refuses a NUL in a text; a name that cannot be stored need not be looked for.
    return session.scalar(select(Person).where(Person.sign_in_name == name)) if is_name(name) else None


def person_by_public_id(session: Session, public_id: str) -> Person | None:
    """The person of a public id."""
    if not PUBLIC_ID.fullmatch(public_id):
        return None
    return session.scalar(select(Person).where(Person.public_id == public_id))


def person_within(session: Session, public_id: str, reach: Reach, *, held: bool = False) -> Person:
    """The person with their agency and its country, if within reach; ``held`` against who changes them meanwhile.

    Raises NoSuchPerson, also for somebody out of reach: that an account exists is not told.
    """
    if not PUBLIC_ID.fullmatch(public_id):
        raise NoSuchPerson
    query = (
        select(Person)
        .join(Person.agency)
        .join(Agency.country)
        .options(contains_eager(Person.agency).contains_eager(Agency.country))
        .where(Person.public_id == public_id, within(reach))
    )
    person = session.scalar(query.with_for_update(of=Person) if held else query)
    if person is None:
        raise NoSuchPerson
    return person


def person_with_password(session: Session, person_id: int, stored: str | None) -> Person | None:
    """The person if they may sign in and their password is still the one that was checked; kept from being changed.

    Checking takes long and is done outside any transaction: meanwhile the account can be disabled or get another one.
    Who has none may come by another door than the password.
    """
    return session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.password_hash.is_not_distinct_from(stored), Person.disabled_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def account_of(session: Session, person_id: int) -> Person:
    """A person with their agency and its country."""
    return session.scalars(
        select(Person).options(joinedload(Person.agency).joinedload(Agency.country)).where(Person.id == person_id)
    ).one()


def agency_by_code(session: Session, code: str) -> Agency | None:
    """The agency of a code, in capitals or not."""
    if "\x00" in code:
        return None
    return session.scalar(select(Agency).where(func.lower(Agency.code) == code.strip().lower()))


def agencies_within(session: Session, reach: Reach) -> Sequence[tuple[Agency, Country]]:
    """The agencies within reach with their countries, by country and name."""
    query = (
        select(Agency, Country)
        .join(Country, Country.code == Agency.country_code)
        .where(within(reach))
        .order_by(Country.name, Agency.name, Agency.id)
    )
    return [(agency, country) for agency, country in session.execute(query)]


def grants_of(session: Session, person: Person) -> Sequence[RoleGrant]:
    """The grants of a person."""
    return session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.id)).all()


def is_administrator(session: Session, person_id: int) -> bool:
    """Whether a person administers anything."""
    held = exists().where(RoleGrant.person_id == person_id, RoleGrant.role == Role.ADMINISTRATOR)
    return bool(session.scalar(select(held)))


def door_of(session: Session, session_id: int) -> str | None:
    """By which door a session was begun."""
    return session.scalar(select(UserSession.door).where(UserSession.id == session_id))


def role_words(session: Session, person_id: int) -> str:
    """The roles of a person in the words of the policy."""
    query = select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.person_id == person_id)
    return words_of(Grant(Role(role), ScopeKind(scope)) for role, scope in session.execute(query))


def grants_held(session: Session, person_ids: Sequence[int]) -> Mapping[int, tuple[HeldGrant, ...]]:
    """The grants of several people with the names of what they reach, in the order they were given."""
    query = (
        select(RoleGrant, Agency.code, Agency.name, Agency.country_code, Country.name)
        .outerjoin(Agency, Agency.id == RoleGrant.agency_id)
        .outerjoin(Country, Country.code == RoleGrant.country_code)
        .where(RoleGrant.person_id.in_(person_ids))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[HeldGrant]] = {person_id: [] for person_id in person_ids}
    for row, agency_code, agency_name, agency_country, country_name in session.execute(query) if person_ids else ():
        grant = Grant(Role(row.role), ScopeKind(row.scope), row.agency_id, row.country_code)
        found[row.person_id].append(HeldGrant(grant, agency_code, agency_name, agency_country, country_name))
    return {person_id: tuple(grants) for person_id, grants in found.items()}


def count_people(session: Session, reach: Reach, wanted: PeopleFilter) -> int:
    """How many people within reach are as wanted."""
    query = select(func.count(Person.id)).join(Agency, Agency.id == Person.agency_id)
    return session.scalar(query.where(within(reach), *_as_wanted(wanted))) or 0


def people_rows(
    session: Session, reach: Reach, wanted: PeopleFilter, *, offset: int = 0, limit: int | None = None
) -> Sequence[PersonRow]:
    """The people within reach that are as wanted, by name."""
    query = (
        select(
            Person.id,
            Person.public_id,
            Person.full_name,
            Person.sign_in_name,
            Agency.code,
            Agency.name,
            Country.name,
            Person.disabled_at,
            Person.password_hash.is_(None),
        )
        .join(Agency, Agency.id == Person.agency_id)
        .join(Country, Country.code == Agency.country_code)
        .where(within(reach), *_as_wanted(wanted))
        .order_by(Person.full_name, Person.id)
        .offset(offset)
        .limit(limit)
    )
    return [PersonRow(*row[:7], state=state_of(row[7], has_password=not row[8])) for row in session.execute(query)]


def ids_of_cohort(cohort_id: int) -> Select[int]:
    """The ids of the people of a cohort, to be put into a query."""
    return select(CohortMember.person_id).where(CohortMember.cohort_id == cohort_id)


def ids_of_names(session: Session, names: Sequence[str], reach: Reach) -> Mapping[str, int]:
    """The ids of people within reach by sign-in name; names that nobody there has are left out."""
    folded = sorted({name for name in map(folded_name, names) if is_name(name)})
    query = (
        select(Person.sign_in_name, Person.id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.sign_in_name.in_(folded), within(reach))
    )
    return dict(session.execute(query).all()) if folded else {}


def ids_below(agency_id: int) -> Select[int]:
    """The ids of an agency and of those below it, to be put into a query."""
    return select(AgencyBelow.below_id).where(AgencyBelow.agency_id == agency_id)


def ids_of_agency(session: Session, code: str, reach: Reach) -> Sequence[int]:
    """The ids of those people of an agency, and of those below it, within reach who have not been disabled."""
    named = agency_by_code(session, code)
    query = (
        select(Person.id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(
            Person.agency_id.in_(ids_below(named.id if named is not None else 0)),
            within(reach),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )
    return session.scalars(query).all()


def last_seen(session: Session, person_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When people were last here; without those who never were."""
    query = (
        select(UserSession.person_id, func.max(UserSession.seen_at))
        .where(UserSession.person_id.in_(person_ids))
        .group_by(UserSession.person_id)
    )
    return dict(session.execute(query).all()) if person_ids else {}


def stays_of(session: Session, person_id: int) -> Sequence[Stay]:
    """Where somebody was before they came to their agency, the last one first."""
    query = (
        select(Agency.name, AgencyStay.since, AgencyStay.until)
        .join(Agency, Agency.id == AgencyStay.agency_id)
        .where(AgencyStay.person_id == person_id)
        .order_by(AgencyStay.until.desc(), AgencyStay.id.desc())
    )
    return [Stay(*row) for row in session.execute(query)]


def state_of(disabled_at: datetime | None, *, has_password: bool) -> AccountState:
    """Whether somebody can sign in."""
    if disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if has_password else AccountState.NO_PASSWORD


def open_sessions(session: Session, person_id: int, limits: SessionLimits, *, now: datetime) -> Sequence[OpenSession]:
    """The live sessions of a person, the one used last first."""
    query = (
        select(UserSession)
        .where(UserSession.person_id == person_id, UserSession.ended_at.is_(None), UserSession.ends_at > now)
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return [
        OpenSession(
            row.id, session_reference(row.token_hash), row.is_shared_device, row.created_at, row.seen_at, row.ends_at
        )
        for row in session.scalars(query)
        if is_live(limits, now=now, seen_at=row.seen_at, ends_at=row.ends_at, is_shared_device=row.is_shared_device)
    ]


def administrators_over_all(session: Session) -> Sequence[int]:
    """Who administers everything and can sign in; kept from being changed, so that the last one is surely known."""
    query = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.scope == ScopeKind.ALL,
            Person.disabled_at.is_(None),
            Person.password_hash.is_not(None),
        )
        .order_by(Person.id)
        .with_for_update()
    )
    return session.scalars(query).all()


def within(reach: Reach) -> ColumnElement[bool]:
    """Whether an agency is within reach."""
    if reach.everywhere:
        return true()
    parts = []
    if reach.agencies:
        parts.append(Agency.id.in_(sorted(reach.agencies)))
    if reach.countries:
        parts.append(Agency.country_code.in_(sorted(reach.countries)))
    return or_(*parts) if parts else false()


def _as_wanted(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    conditions = [_has_word(word) for word in wanted.words.split()]
    if wanted.agency_id is not None:
        conditions.append(Person.agency_id.in_(ids_below(wanted.agency_id)))
    if wanted.role is not None:
        conditions.append(
            exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == wanted.role.value).correlate(Person)
        )
    if wanted.cohort_id is not None:
        conditions.append(Person.id.in_(ids_of_cohort(wanted.cohort_id)))
    match wanted.state:
        case AccountState.ACTIVE:
            conditions.append(and_(Person.disabled_at.is_(None), Person.password_hash.is_not(None)))
        case AccountState.NO_PASSWORD:
            conditions.append(and_(Person.disabled_at.is_(None), Person.password_hash.is_(None)))
        case AccountState.DISABLED:
            conditions.append(Person.disabled_at.is_not(None))
        case None:
            pass
    return conditions


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether a name holds the word, in capitals or not, with any apostrophe.

    SQLite knows capitals of a–z alone, so the ways a name is usually written are asked for one by one.
    """
    escaped = "".join(f"/{letter}" if letter in "%_/" else letter for letter in word if letter != "\x00")
    pattern = "".join("_" if letter in APOSTROPHES else letter for letter in escaped)
    ways = sorted({pattern, pattern.lower(), pattern.upper(), pattern.capitalize()})
    columns = (Person.full_name, Person.latin_name, Person.sign_in_name)
    return or_(*(column.ilike(f"%{way}%", escape="/") for column in columns for way in ways))

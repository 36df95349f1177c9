"""Use cases of people and sign-in. They flush, never commit.

Those that take an ``actor`` are for administrators and refuse what is out of the actor's reach; the others do as they
are told, by the person themselves, by a command or by a use case that has asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, cast, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.leaving import Leaving, check_last_day, check_there
from elearn.accounts.models import Agency, AgencyStay, Country, Person, RoleGrant, SignInAttempt, UserSession
from elearn.accounts.queries import administrators_over_all, agency_by_code, grants_held
from elearn.accounts.rules import (
    Administrator,
    BeyondYourReach,
    HeldGrant,
    LastAdministrator,
    NameTaken,
    NoSuchAgency,
    NoSuchCountry,
    NoSuchGrant,
    NotYourself,
    PersonBeyondYourReach,
    SessionLimits,
    StaffNumberTaken,
    TooManyTries,
    UseYourAccount,
    WantedGrant,
    checked_email,
    checked_full_name,
    checked_latin_name,
    checked_name,
    checked_staff_number,
    grant_text,
    name_hash,
    scope_text,
)
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.core.identifiers import new_public_id, new_token, token_hash
from elearn.notices.rules import NO_COURSE, Kind, News
from elearn.notices.services import notify
from elearn.security.policy import Grant, Role, ScopeKind

# Called with a person's id, the id of the agency they left and that of the one they joined, in the same transaction.
PersonMoved = Callable[[Session, int, int, int], None]

person_moved: list[PersonMoved] = []
# Called with the id of somebody who signed in, in the same transaction.
SessionOpened = Callable[[Session, int, datetime], object]
session_opened: list[SessionOpened] = []


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What an administrator writes about a person."""

    full_name: str
    latin_name: str | None
    email: str | None
    language: str | None
    staff_number: str | None = None


def add_person(
    session: Session,
    *,
    sign_in_name: str,
    full_name: str,
    agency: Agency,
    password_hash: str | None,
    now: datetime,
    latin_name: str | None = None,
    email: str | None = None,
    language: str | None = None,
    staff_number: str | None = None,
) -> Person:
    """Add a person, who may learn at once.

    Raises BadName, BadFullName, BadLatinName, BadEmail, BadStaffNumber, NameTaken, StaffNumberTaken.
    """
    person = Person(
        public_id=new_public_id(),
        sign_in_name=checked_name(sign_in_name),
        full_name=checked_full_name(full_name),
        latin_name=checked_latin_name(latin_name),
        email=checked_email(email),
        language=language,
        staff_number=checked_staff_number(staff_number),
        agency_id=agency.id,
        password_hash=password_hash,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as problem:
        if "staff_number" in str(problem.orig):
            raise StaffNumberTaken(number=person.staff_number) from problem
        raise NameTaken(name=person.sign_in_name) from problem
    grant_role(session, person, Role.OFFICER, ScopeKind.SELF)
    return person


def register_person(
    session: Session,
    details: PersonDetails,
    *,
    sign_in_name: str,
    agency: Agency,
    password_hash: str | None,
    actor: Administrator,
    now: datetime,
) -> Person:
    """Add a person to an agency within reach. Raises what :func:`add_person` raises, and NoSuchAgency."""
    if not actor.reach.covers(agency.id, agency.country_code):
        raise NoSuchAgency(code=agency.code)
    person = add_person(
        session,
        sign_in_name=sign_in_name,
        full_name=details.full_name,
        agency=agency,
        password_hash=password_hash,
        now=now,
        latin_name=details.latin_name,
        email=details.email,
        language=details.language,
        staff_number=details.staff_number,
    )
    record(session, Act.PERSON_ADDED, the_person(person.public_id), actor=actor.recorded, now=now, agency=agency.code)
    return person


def change_person(
    session: Session, person: Person, details: PersonDetails, *, agency: Agency, actor: Administrator, now: datetime
) -> None:
    """Change what is written about a person, and where they belong; where they were until now is kept with its dates.

    Raises PersonBeyondYourReach, NoSuchAgency, BadFullName, BadLatinName, BadEmail, BadStaffNumber, StaffNumberTaken.
    """
    if person.id != actor.person_id:
        _must_reach(session, person, actor)
    if not actor.reach.covers(agency.id, agency.country_code):
        raise NoSuchAgency(code=agency.code)
    values = {
        "full_name": checked_full_name(details.full_name),
        "latin_name": checked_latin_name(details.latin_name),
        "email": checked_email(details.email),
        "language": details.language,
        "staff_number": checked_staff_number(details.staff_number),
        "agency_id": agency.id,
    }
    left_id = person.agency_id
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    try:
        session.flush()
    except IntegrityError as problem:  # the caller rolls back, as after every refusal
        raise StaffNumberTaken(number=details.staff_number) from problem
    if changed:
        fields = [name.removesuffix("_id") for name in changed]  # which, never what
        told = {"agency": agency.code} if left_id != agency.id else {}
        record(
            session,
            Act.PERSON_CHANGED,
            the_person(person.public_id),
            actor=actor.recorded,
            now=now,
            fields=fields,
            **told,
        )
    if "email" in changed:
        tell_of_change(session, person.id, Kind.EMAIL_CHANGED, now=now)
    if left_id != agency.id:
        since = session.scalar(select(func.max(AgencyStay.until)).where(AgencyStay.person_id == person.id))
        session.add(AgencyStay(person_id=person.id, agency_id=left_id, since=since or person.created_at, until=now))
        session.flush()
        for listener in person_moved:
            listener(session, person.id, left_id, agency.id)


def grant_role(
    session: Session,
    person: Person,
    role: Role,
    scope: ScopeKind,
    *,
    agency: Agency | None = None,
    country_code: str | None = None,
) -> bool:
    """Give a person a role over a scope; given twice, it is given once. Whether it is new."""
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        scope=scope,
        agency_id=agency.id if agency is not None and scope is ScopeKind.AGENCY else None,
        country_code=country_code if scope is ScopeKind.COUNTRY else None,
    )
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        return False
    return True


def give_role(session: Session, person: Person, wanted: WantedGrant, *, actor: Administrator, now: datetime) -> None:
    """Give a person a role that reaches no further than the actor.

    Raises AccountIsGone, PersonBeyondYourReach, NoSuchAgency, NoSuchCountry, BeyondYourReach.
    """
    check_there(person.erased_at, person.merged_into_id)
    if wanted.scope is ScopeKind.SELF:
        _must_reach(session, person, actor)
    agency, country = _reached(session, person, wanted)
    grant = Grant(wanted.role, wanted.scope, agency.id if agency else None, country.code if country else None)
    held = HeldGrant(
        grant,
        agency_code=agency.code if agency else None,
        agency_country=agency.country_code if agency else None,
    )
    if not actor.may_grant(held):
        raise BeyondYourReach
    if grant_role(session, person, wanted.role, wanted.scope, agency=agency, country_code=grant.country):
        about = the_person(person.public_id)
        record(session, Act.ROLE_GIVEN, about, actor=actor.recorded, now=now, role=held.text)


def take_role(session: Session, person: Person, wanted: WantedGrant, *, actor: Administrator, now: datetime) -> None:
    """Take a role from a person, if it reaches no further than the actor.

    Whoever looks after an agency says who has a role over it, whatever else they have; what people have for themselves
    is a part of their account. Raises PersonBeyondYourReach, NoSuchGrant, BeyondYourReach, LastAdministrator.
    """
    if wanted.scope is ScopeKind.SELF:
        _must_reach(session, person, actor)
    text = grant_text(wanted.role, scope_text(wanted.scope, wanted.code))
    held = next((held for held in grants_held(session, [person.id])[person.id] if held.text == text), None)
    if held is None:
        raise NoSuchGrant
    if not actor.may_grant(held):
        raise BeyondYourReach
    if held.grant.role is Role.ADMINISTRATOR and held.grant.scope is ScopeKind.ALL:
        _must_not_be_last(session, person)
    session.execute(
        delete(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == held.grant.role,
            RoleGrant.scope == held.grant.scope,
            RoleGrant.agency_id.is_not_distinct_from(held.grant.agency_id),
            RoleGrant.country_code.is_not_distinct_from(held.grant.country),
        )
    )
    record(session, Act.ROLE_TAKEN, the_person(person.public_id), actor=actor.recorded, now=now, role=text)


def reserve_sign_in(session: Session, name: str, *, tries: int, window: timedelta, now: datetime) -> None:
    """Count a try before the password is looked at: parallel tries cannot pass the limit. Raises TooManyTries."""
    key = name_hash(name)
    if session.get_bind().dialect.name == "postgresql":
        # Tries for one name queue here until the other's is committed. SQLite has one writer at a time anyhow.
        session.execute(select(func.pg_advisory_xact_lock(cast(int(key[:15], 16), BigInteger))))
    # Whoever tries tidies up; rows that another request is tidying away are left to it.
    over = select(SignInAttempt.id).where(SignInAttempt.at < now - window).with_for_update(skip_locked=True)
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(over)))
    made = session.scalar(select(func.count()).where(SignInAttempt.name_hash == key, SignInAttempt.at >= now - window))
    if (made or 0) >= tries:
        raise TooManyTries(minutes=int(window.total_seconds() // 60))
    session.add(SignInAttempt(name_hash=key, at=now))
    session.flush()


def forgive_tries(session: Session, person: Person) -> None:
    """Forget the tries for a name: the right password was given, or there is a new one."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.name_hash == name_hash(person.sign_in_name)))


def open_session(
    session: Session,
    person: Person,
    limits: SessionLimits,
    *,
    is_shared_device: bool,
    now: datetime,
    is_second_proven: bool = False,
    door: str = "password",
) -> str:
    """Begin a session of a person who proved at a door that it is them, and with a code if they have a second step.

    The token returned is the only copy of it. Earlier tries are forgiven.
    """
    token = new_token()
    session.add(
        UserSession(
            token_hash=token_hash(token),
            person_id=person.id,
            is_shared_device=is_shared_device,
            is_second_proven=is_second_proven,
            door=door,
            created_at=now,
            seen_at=now,
            ends_at=now + limits.whole,
        )
    )
    # Sessions that are over are of no more use to anybody.
    session.execute(delete(UserSession).where(UserSession.person_id == person.id, UserSession.ends_at < now))
    forgive_tries(session, person)
    session.flush()
    about = the_person(person.public_id)
    record(session, Act.SIGNED_IN, about, actor=person.id, now=now, shared_device=is_shared_device, door=door)
    for listener in session_opened:
        listener(session, person.id, now)
    return token


def touch_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Remember that a session was used."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now))


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Sign out: the session is dead at once."""
    session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None)).values(ended_at=now)
    )


def end_sessions_of(session: Session, person: Person, *, now: datetime, except_id: int | None = None) -> int:
    """End every session of a person, but for one that is named; how many there were."""
    # What changed about the person goes first: on PostgreSQL a sign-in under way then waits, or is seen here and ended.
    session.flush()
    ended = session.scalars(
        update(UserSession)
        .where(UserSession.person_id == person.id, UserSession.ended_at.is_(None), UserSession.id != (except_id or 0))
        .values(ended_at=now)
        .returning(UserSession.id)
    )
    return len(ended.all())


def change_password(
    session: Session,
    person: Person,
    password_hash: str | None,
    *,
    now: datetime,
    keep: int | None = None,
    is_forgiving: bool = True,
) -> int:
    """Set a password, or with None take it away; every session but ``keep`` ends (how many).

    Earlier tries are forgiven unless told not to. Whoever had a password is told of it: a first one is no change.
    """
    had_one, person.password_hash = person.password_hash is not None, password_hash
    ended = end_sessions_of(session, person, now=now, except_id=keep)
    if is_forgiving:
        forgive_tries(session, person)
    if had_one:
        tell_of_change(session, person.id, Kind.PASSWORD_CHANGED, now=now)
    return ended


_ON_ACCOUNT = (Kind.PASSWORD_CHANGED, Kind.EMAIL_CHANGED, Kind.IDENTITY_LINKED, Kind.IDENTITY_UNLINKED)


def tell_of_change(session: Session, person_id: int, kind: Kind, *, now: datetime) -> None:
    """Tell somebody that the way they sign in was changed or a recovery code used: it may not have been them."""
    key = f"{kind}:{now.isoformat()}"
    href = "/account" if kind in _ON_ACCOUNT else "/account/second-step"
    notify(session, person_id, News(kind, key, href, NO_COURSE), now=now)


def set_password(
    session: Session, person: Person, password_hash: str | None, *, actor: Administrator, now: datetime
) -> None:
    """Give somebody else a password, or with None take theirs away; they are signed out everywhere.

    Raises UseYourAccount, AccountIsGone, PersonBeyondYourReach.
    """
    if person.id == actor.person_id:
        raise UseYourAccount
    _must_reach(session, person, actor)
    ended = change_password(session, person, password_hash, now=now)
    about, act = the_person(person.public_id), Act.PASSWORD_SET if password_hash is not None else Act.PASSWORD_TAKEN
    record(session, act, about, actor=actor.recorded, now=now, sessions_ended=ended)


def disable_person(
    session: Session,
    person: Person,
    *,
    actor: Administrator,
    now: datetime,
    leaving: Leaving | None = None,
    left_on: date | None = None,
) -> None:
    """Shut the account: no sign-in, every session ends, the records stay, with why and the last day in the service.

    Raises NotYourself, PersonBeyondYourReach, LastAdministrator, LeftInTheFuture.
    """
    check_last_day(left_on, now)
    if person.id == actor.person_id:
        raise NotYourself
    _must_reach(session, person, actor)
    if any(
        held.grant.role is Role.ADMINISTRATOR and held.grant.scope is ScopeKind.ALL
        for held in grants_held(session, [person.id])[person.id]
    ):
        _must_not_be_last(session, person)
    was_open = person.disabled_at is None
    if was_open:
        person.disabled_at = now
    person.leaving, person.left_on = leaving, left_on
    ended = end_sessions_of(session, person, now=now)
    if was_open:
        about = the_person(person.public_id)
        record(session, Act.PERSON_DISABLED, about, actor=actor.recorded, now=now, sessions_ended=ended)


def enable_person(session: Session, person: Person, *, actor: Administrator, now: datetime) -> None:
    """Open the account again. Raises PersonBeyondYourReach, AccountIsGone."""
    _must_reach(session, person, actor)
    if person.disabled_at is None:
        return
    person.disabled_at = person.leaving = person.left_on = None
    session.flush()
    record(session, Act.PERSON_ENABLED, the_person(person.public_id), actor=actor.recorded, now=now)


def may_change(held: Sequence[HeldGrant], actor: Administrator) -> bool:
    """Whether an administrator may change an account with these grants.

    Who sets somebody's password can act as them, so their roles must reach no further than the administrator's.
    """
    return all(actor.may_grant(one) for one in held)


def _must_reach(session: Session, person: Person, actor: Administrator) -> None:
    check_there(person.erased_at, person.merged_into_id)
    if person.id != actor.person_id and not may_change(grants_held(session, [person.id])[person.id], actor):
        raise PersonBeyondYourReach


def _must_not_be_last(session: Session, person: Person) -> None:
    others = [person_id for person_id in administrators_over_all(session) if person_id != person.id]
    if not others:
        raise LastAdministrator


def _reached(session: Session, person: Person, wanted: WantedGrant) -> tuple[Agency | None, Country | None]:
    """The agency or the country of a grant; the person's own where none is named."""
    if wanted.scope is ScopeKind.AGENCY:
        agency = agency_by_code(session, wanted.code) if wanted.code else session.get(Agency, person.agency_id)
        if agency is None:
            raise NoSuchAgency(code=wanted.code)
        return agency, None
    if wanted.scope is ScopeKind.COUNTRY:
        own = session.get_one(Agency, person.agency_id).country_code
        country = session.get(Country, wanted.code.strip().upper() if wanted.code else own)
        if country is None:
            raise NoSuchCountry(code=wanted.code)
        return None, country
    return None, None

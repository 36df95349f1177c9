"""Use cases of resets. They flush, never commit."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from elearn.accounts.leaving import check_there
from elearn.accounts.models import Person
from elearn.accounts.queries import grants_held
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.resets.rules import CODE_GROUPS, CODES, LIVES, ResetKind, WrongReset, account_mark
from elearn.accounts.rules import Administrator, PersonBeyondYourReach, UseYourAccount
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.services import change_password, forgive_tries, may_change, set_password
from elearn.audit.rules import Act, Bystander
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.core.identifiers import new_code, new_token, token_hash
from elearn.jobs.rules import Kind
from elearn.jobs.services import queue


def make_code(session: Session, person: Person, *, actor: Administrator, now: datetime) -> str:
    """A one-time code for somebody else, in place of an earlier one; it is shown once. Earlier tries are forgiven.

    Raises UseYourAccount, AccountIsGone, PersonBeyondYourReach.
    """
    if person.id == actor.person_id:
        raise UseYourAccount
    check_there(person.erased_at, person.merged_into_id)
    if not may_change(grants_held(session, [person.id])[person.id], actor):
        raise PersonBeyondYourReach
    forgive_tries(session, person)  # who forgot a password has tried, and using the code is a try
    record(session, Act.RESET_CODE_MADE, the_person(person.public_id), actor=actor.recorded, now=now)
    return renew_right(session, person, ResetKind.CODE, now=now)


def take_password(session: Session, person: Person, *, actor: Administrator, now: datetime) -> str:
    """Take somebody's password away at once, which another may know: the code by which they choose one, shown once.

    Raises UseYourAccount, AccountIsGone, PersonBeyondYourReach.
    """
    set_password(session, person, None, actor=actor, now=now)
    return make_code(session, person, actor=actor, now=now)


def ask_for_link(session: Session, person: Person, *, now: datetime) -> None:
    """Have a person, for whom somebody asked for it, sent a link to choose a new password."""
    queue(session, Kind.RESET_LINK, person.id, now=now)
    record(session, Act.RESET_LINK_ASKED, the_person(person.public_id), actor=Bystander.NOBODY, now=now)


def renew_right(session: Session, person: Person, kind: ResetKind, *, now: datetime) -> str:
    """Give a person the right to choose a password, in place of an earlier one of the kind: the code or the token."""
    secret = new_code(CODE_GROUPS) if kind in CODES else new_token()
    session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.kind == kind))
    session.add(
        PasswordReset(
            person_id=person.id,
            kind=kind,
            token_hash=token_hash(secret),
            account_mark=account_mark(kind, person.password_hash, person.email),
            ends_at=now + LIVES[kind],
        )
    )
    session.flush()
    return secret


def redeem(session: Session, person_id: int, secret: str, password_hash: str, *, now: datetime) -> None:
    """Set a new password by a code or a link's token; every session ends. Raises WrongReset if it was used meanwhile.

    Whatever else could have set the password anew is void, too. The tries of somebody with a second step are not
    forgiven: whoever reads their post could guess on at its codes with every new link.
    """
    # Held, so that of several who use the same code at once one finds it.
    person = session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
    used = session.execute(
        select(PasswordReset.kind, PasswordReset.account_mark).where(
            PasswordReset.person_id == person.id,
            PasswordReset.token_hash == token_hash(secret),
            PasswordReset.ends_at > now,
        )
    ).one_or_none()
    if used is None or person.disabled_at is not None:
        raise WrongReset
    kind = ResetKind(used.kind)
    if used.account_mark != account_mark(kind, person.password_hash, person.email):
        raise WrongReset
    session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    is_forgiving = not has_second_step(session, person.id)
    ended = change_password(session, person, password_hash, now=now, is_forgiving=is_forgiving)
    about = the_person(person.public_id)
    record(session, Act.PASSWORD_RESET, about, actor=Bystander.NOBODY, now=now, by=kind, sessions_ended=ended)

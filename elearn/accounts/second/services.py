"""Use cases of the second step. They flush, never commit."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.models import Person, UserSession
from elearn.accounts.queries import grants_held
from elearn.accounts.rules import Administrator, PersonBeyondYourReach, UseYourAccount
from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep
from elearn.accounts.second.queries import passkeys_of
from elearn.accounts.second.rules import (
    PASSKEYS,
    RECOVERY_CODES,
    RECOVERY_GROUPS,
    NoSuchPasskey,
    PasskeyKnown,
    SetUpAlready,
    TooManyPasskeys,
    WrongCode,
    WrongPasskey,
)
from elearn.accounts.services import end_sessions_of, may_change, tell_of_change
from elearn.audit.rules import Act, Actor
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.core.identifiers import new_code, new_public_id, normal_code, token_hash
from elearn.notices.rules import Kind
from elearn.security.passkeys import BadAnswer, NewPasskey, PasskeySite, answering_id, proven_count
from elearn.security.totp import DIGITS, matching_step, totp_key


def set_up(
    session: Session, person: Person, seed: str, typed: str, *, secret: bytes, session_id: int, now: datetime
) -> list[str]:
    """Switch the second step on with a first code of the app; the recovery codes, which are shown once.

    The session it is done in counts as proven; the others end. Raises WrongCode, SetUpAlready.
    """
    step = matching_step(totp_key(secret, person.public_id, seed), _digits(typed), now)
    if step is None:
        raise WrongCode
    try:
        with session.begin_nested():
            session.add(SecondStep(person_id=person.id, seed=seed, last_step=step, created_at=now))
    except IntegrityError as problem:
        raise SetUpAlready from problem
    ended = end_sessions_of(session, person, now=now, except_id=session_id)
    session.execute(update(UserSession).where(UserSession.id == session_id).values(is_second_proven=True))
    about = the_person(person.public_id)
    record(session, Act.SECOND_STEP_ON, about, actor=person.id, now=now, sessions_ended=ended)
    tell_of_change(session, person.id, Kind.SECOND_STEP_ON, now=now)
    return _new_codes(session, person)


def renew_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """New recovery codes in place of all earlier ones."""
    record(session, Act.RECOVERY_CODES_MADE, the_person(person.public_id), actor=person.id, now=now)
    tell_of_change(session, person.id, Kind.RECOVERY_CODES_MADE, now=now)
    return _new_codes(session, person)


def _new_codes(session: Session, person: Person) -> list[str]:
    """Recovery codes; only their hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [new_code(RECOVERY_GROUPS) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person.id, code_hash=token_hash(code), used_at=None) for code in codes)
    session.flush()
    return codes


def use_code(session: Session, person: Person, typed: str, *, secret: bytes, now: datetime) -> None:
    """Take a code of the app or a recovery code, which then is good no more. Raises WrongCode.

    Of several who send the same code at once, one gets through: the row is changed only where it is not yet so.
    """
    found = session.scalar(select(SecondStep).where(SecondStep.person_id == person.id))
    if found is None:
        raise WrongCode
    recovery = normal_code(typed, RECOVERY_GROUPS)
    if recovery is not None:
        change = (
            update(RecoveryCode)
            .where(
                RecoveryCode.person_id == person.id,
                RecoveryCode.code_hash == token_hash(recovery),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now)
        )
    else:
        step = matching_step(totp_key(secret, person.public_id, found.seed), _digits(typed), now)
        if step is None:
            raise WrongCode
        change = (
            update(SecondStep)
            .where(SecondStep.person_id == person.id, SecondStep.last_step < step)
            .values(last_step=step)
        )
    if session.execute(change.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCode
    if recovery is not None:
        record(session, Act.RECOVERY_CODE_USED, the_person(person.public_id), actor=person.id, now=now)
        tell_of_change(session, person.id, Kind.RECOVERY_CODE_USED, now=now)


def add_passkey(session: Session, person: Person, made: NewPasskey, *, now: datetime) -> None:
    """Let a passkey replace the app. Raises TooManyPasskeys, PasskeyKnown."""
    if len(passkeys_of(session, person.id)) >= PASSKEYS:
        raise TooManyPasskeys
    passkey = Passkey(
        public_id=new_public_id(),
        person_id=person.id,
        credential_id=made.id,
        public_key=made.public_key,
        count=made.count,
        created_at=now,
        used_at=None,
    )
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as problem:
        raise PasskeyKnown from problem
    record(session, Act.PASSKEY_ADDED, the_person(person.public_id), actor=person.id, now=now)
    tell_of_change(session, person.id, Kind.PASSKEY_ADDED, now=now)


def remove_passkey(session: Session, person: Person, public_id: str, *, now: datetime) -> None:
    """Take a passkey away. Raises NoSuchPasskey."""
    gone = delete(Passkey).where(Passkey.person_id == person.id, Passkey.public_id == public_id)
    if session.execute(gone).rowcount != 1:  # type: ignore[attr-defined]
        raise NoSuchPasskey
    record(session, Act.PASSKEY_REMOVED, the_person(person.public_id), actor=person.id, now=now)
    tell_of_change(session, person.id, Kind.PASSKEY_REMOVED, now=now)


def use_passkey(
    session: Session,
    person: Person,
    answer: str,
    *,
    site: PasskeySite,
    challenge: bytes,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Take the answer of a passkey to what was asked at ``asked_at``; none is good twice. Raises WrongPasskey.

    What was asked before the passkey was used last is void.
    """
    found = session.scalar(
        select(Passkey).where(Passkey.person_id == person.id, Passkey.credential_id == answering_id(answer))
    )
    if found is None:
        raise WrongPasskey
    try:
        count = proven_count(site, challenge, answer, public_key=found.public_key, count=found.count)
    except BadAnswer as problem:
        raise WrongPasskey from problem
    used = (
        update(Passkey)
        .where(Passkey.id == found.id, or_(Passkey.used_at.is_(None), Passkey.used_at < asked_at))
        .values(used_at=now, count=count)
        .execution_options(synchronize_session=False)
    )
    if session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        raise WrongPasskey


def remove_second_step(
    session: Session, person: Person, *, actor: Actor, now: datetime, sessions_ended: int = 0
) -> None:
    """Switch the second step off; recovery codes and passkeys go with it. Where there is none, nothing happens."""
    session.execute(delete(Passkey).where(Passkey.person_id == person.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    removed = session.execute(delete(SecondStep).where(SecondStep.person_id == person.id))
    if removed.rowcount:  # type: ignore[attr-defined]
        record(
            session,
            Act.SECOND_STEP_OFF,
            the_person(person.public_id),
            actor=actor,
            now=now,
            sessions_ended=sessions_ended,
        )
        tell_of_change(session, person.id, Kind.SECOND_STEP_OFF, now=now)


def reset_second_step(session: Session, person: Person, *, actor: Administrator, now: datetime) -> None:
    """Switch off the second step of somebody who lost phone and paper; they are signed out everywhere.

    Raises UseYourAccount, PersonBeyondYourReach.
    """
    if person.id == actor.person_id:
        raise UseYourAccount
    if not may_change(grants_held(session, [person.id])[person.id], actor):
        raise PersonBeyondYourReach
    ended = end_sessions_of(session, person, now=now)
    remove_second_step(session, person, actor=actor.recorded, now=now, sessions_ended=ended)


def _digits(typed: str) -> str:
    """What was typed as a code, without spaces; nothing where it cannot be one."""
    digits = "".join(typed.split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else ""

"""Use cases: ask for one's data, erase a person, keep the calendar. They flush, never commit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from elearn.accounts.models import Person, SignInAttempt
from elearn.accounts.rules import OPERATOR, Administrator, folded_name, name_hash
from elearn.accounts.services import disable_person
from elearn.assessment.models import Answer, Attachment, Attempt, Remark, RubricMark
from elearn.audit.rules import Act, Bystander, Thing
from elearn.audit.rules import Kind as ThingKind
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.certificates.models import Certificate
from elearn.core.identifiers import new_public_id
from elearn.rights.holdings import HOLDINGS, accounts_of
from elearn.rights.refusals import AlreadyGone, EraseYourself
from elearn.rights.rules import (
    AGAIN_AFTER,
    READY_FOR,
    AskedTooSoon,
    Fate,
    NotReady,
    initials,
    kept_since,
    scrubbed,
    without_names,
)

# Called with the id of a person who was erased and who did it, in the same transaction.
PersonErased = Callable[[Session, int, Administrator, datetime], None]
person_erased: list[PersonErased] = []

_IN_WORDS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Remark, ("reason",)),
    (Certificate, ("revocation_reason",)),
)
"""Columns with words in which a name may stand."""


@dataclass(frozen=True, slots=True)
class Expired:
    """What is not kept any more: accounts to erase, attempts whose words and files go."""

    people: tuple[tuple[int, str], ...]  # id and sign-in name
    attempts: tuple[int, ...]


def ask_for_data(session: Session, person_id: int, *, now: datetime) -> None:
    """Let somebody take a file of all that is held about them. Raises AskedTooSoon."""
    person = session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
    if person.data_given_at is not None and now - person.data_given_at < AGAIN_AFTER:
        raise AskedTooSoon
    person.data_given_at = now
    session.flush()


def check_ready(asked_at: datetime | None, now: datetime) -> None:
    """Raise NotReady if somebody did not ask for their data, or too long ago."""
    if asked_at is None or not timedelta(0) <= now - asked_at <= READY_FOR:
        raise NotReady


def erase_person(session: Session, person: Person, *, actor: Administrator, now: datetime) -> None:
    """Erase who a person is, for good, with the accounts that were merged into theirs.

    What law, statistics and certificates need stays without their name. Raises AlreadyGone, EraseYourself, and what
    :func:`disable_person` raises: PersonBeyondYourReach, LastAdministrator.
    """
    if person.erased_at is not None or person.merged_into_id is not None:
        raise AlreadyGone
    if person.id == actor.person_id:
        raise EraseYourself
    disable_person(session, person, actor=actor, now=now, left_on=person.left_on)
    accounts = session.scalars(select(Person).where(Person.id.in_(accounts_of(person.id)))).all()
    names = [name for one in accounts for name in (one.full_name, one.latin_name, one.sign_in_name, one.email) if name]
    mine = {holding.table.name: holding.whose(person.id) for holding in HOLDINGS}
    for holding in HOLDINGS:
        if holding.fate is Fate.GOES:
            session.execute(delete(holding.table).where(holding.whose(person.id)))
    for answer in session.scalars(select(Answer).where(mine["answer"])):
        answer.response = scrubbed(answer.response, names)
    session.execute(update(RubricMark).where(mine["rubric_mark"]).values(comment=""))
    for model, columns in _IN_WORDS:
        for row in session.scalars(select(model).where(mine[model.__tablename__])):
            for column in columns:
                if getattr(row, column):
                    setattr(row, column, without_names(getattr(row, column), names))
    for certificate in session.scalars(select(Certificate).where(mine["certificate"])):
        certificate.holder_name = initials(certificate.holder_name)
        certificate.holder_latin_name = initials(certificate.holder_latin_name or "") or None
    record(session, Act.PERSON_ERASED, the_person(person.public_id), actor=actor.recorded, now=now)
    for account in accounts:
        _pseudonymise(session, account, now)
    session.flush()
    for listener in person_erased:
        listener(session, person.id, actor, now)


def _pseudonymise(session: Session, account: Person, now: datetime) -> None:
    """Take from an account what tells whose it was. Its old address leads nowhere; the log alone still has it."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.name_hash == name_hash(account.sign_in_name)))
    account.public_id = new_public_id()
    account.sign_in_name = folded_name(f"erased-{account.public_id}")
    account.full_name = f"– {account.id}"
    account.latin_name = account.staff_number = account.email = account.language = account.reading = None
    account.password_hash = account.leaving = account.left_on = account.data_given_at = None
    account.wants_digest = False
    account.erased_at = now


def expired(session: Session, *, people_months: int, answers_months: int, now: datetime) -> Expired:
    """What is kept longer than the settings say; 0 months: for good."""
    people: Sequence[Any] = ()
    attempts: Sequence[int] = ()
    disabled_before = kept_since(now, people_months)
    if disabled_before is not None:
        people = session.execute(
            select(Person.id, Person.sign_in_name)
            .where(Person.disabled_at < disabled_before, Person.erased_at.is_(None), Person.merged_into_id.is_(None))
            .order_by(Person.id)
        ).all()
    submitted_before = kept_since(now, answers_months)
    if submitted_before is not None:
        attempts = [
            attempt_id
            for attempt_id in session.scalars(
                select(Attempt.id).where(Attempt.submitted_at < submitted_before).order_by(Attempt.id)
            )
            if _has_words(session, attempt_id)
        ]
    return Expired(tuple((row[0], row[1]) for row in people), tuple(attempts))


def forget_expired(session: Session, found: Expired, *, now: datetime) -> None:
    """Erase what :func:`expired` found, and put down how much it was. Raises as :func:`erase_person`."""
    for person_id, _name in found.people:
        erase_person(session, session.get_one(Person, person_id), actor=OPERATOR, now=now)
    forget_words(session, found.attempts)
    if found.people or found.attempts:
        record(
            session,
            Act.RETENTION_APPLIED,
            Thing(ThingKind.SITE, "site"),
            actor=Bystander.COMMAND_LINE,
            now=now,
            people=len(found.people),
            attempts=len(found.attempts),
        )


def forget_words(session: Session, attempt_ids: Iterable[int]) -> None:
    """Erase what was written and attached in these attempts; what was chosen stays, for marks to be explained."""
    for attempt_id in attempt_ids:
        session.execute(delete(Attachment).where(Attachment.attempt_id == attempt_id))
        for answer in session.scalars(select(Answer).where(Answer.attempt_id == attempt_id)):
            answer.response = scrubbed(answer.response, ())
    session.flush()


def _has_words(session: Session, attempt_id: int) -> bool:
    """Whether something was written or attached in an attempt that is still there."""
    files = session.scalar(select(func.count()).select_from(Attachment).where(Attachment.attempt_id == attempt_id))
    responses = session.scalars(select(Answer.response).where(Answer.attempt_id == attempt_id))
    return bool(files) or any(response != scrubbed(response, ()) for response in responses)

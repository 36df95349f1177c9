"""Reading identities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import is_administrator
from elearn.accounts.sso.models import PersonIdentity


@dataclass(frozen=True, slots=True)
class Link:
    """Which provider leads to an account, and since when."""

    issuer: str
    since: datetime


def person_of_identity(session: Session, issuer: str, subject: str) -> Person | None:
    """Whom a provider's subject is linked to, if they may sign in; kept from being changed."""
    return session.scalar(
        select(Person)
        .join(PersonIdentity, PersonIdentity.person_id == Person.id)
        .where(PersonIdentity.issuer == issuer, PersonIdentity.subject == subject, Person.disabled_at.is_(None))
        .with_for_update(of=Person)
    )


def is_linked(session: Session, issuer: str, subject: str) -> bool:
    """Whether a subject is linked to anybody, who may be disabled."""
    linked = exists().where(PersonIdentity.issuer == issuer, PersonIdentity.subject == subject)
    return bool(session.scalar(select(linked)))


def person_of_email(session: Session, email: str, issuer: str) -> Person | None:
    """The one person with an e-mail address who may be linked by it: no administrator, and not linked yet."""
    rows: Sequence[Person] = session.scalars(
        select(Person).where(func.lower(Person.email) == email.strip().lower()).limit(2)
    ).all()
    if len(rows) != 1 or rows[0].disabled_at is not None:
        return None
    found = rows[0]
    is_free = linked_since(session, found.id, issuer) is None and not is_administrator(session, found.id)
    return found if is_free else None


def linked_since(session: Session, person_id: int, issuer: str) -> datetime | None:
    """Since when a person is linked to a provider; None if they are not."""
    return session.scalar(
        select(PersonIdentity.linked_at).where(PersonIdentity.person_id == person_id, PersonIdentity.issuer == issuer)
    )


def links_of(session: Session, person_id: int) -> Sequence[Link]:
    """The providers that a person is linked to, the first link first."""
    rows = session.execute(
        select(PersonIdentity.issuer, PersonIdentity.linked_at)
        .where(PersonIdentity.person_id == person_id)
        .order_by(PersonIdentity.linked_at, PersonIdentity.issuer)
    )
    return [Link(issuer, since) for issuer, since in rows]

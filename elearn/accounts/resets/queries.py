"""Reading resets of passwords."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.resets.rules import CODE_GROUPS, CODES, LINKS, ResetKind, account_mark
from elearn.accounts.rules import folded_name
from elearn.core.identifiers import normal_code, token_hash


def person_of_link(session: Session, token: str, *, now: datetime) -> Person | None:
    """Who may choose a new password with the token of a link."""
    return _owner(session, LINKS, token, now)


def person_of_code(session: Session, name: str, typed: str, *, now: datetime) -> Person | None:
    """Who may choose a new password with this sign-in name and this code."""
    code = normal_code(typed, CODE_GROUPS)
    found = _owner(session, CODES, code or "", now)
    return found if found is not None and found.sign_in_name == folded_name(name) else None


def _owner(session: Session, kinds: Sequence[ResetKind], token: str, now: datetime) -> Person | None:
    row = session.execute(
        select(Person, PasswordReset.account_mark, PasswordReset.kind)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(
            PasswordReset.kind.in_(kinds),
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.ends_at > now,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None or row[1] != account_mark(ResetKind(row[2]), row[0].password_hash, row[0].email):
        return None
    return row[0]


def people_of_address(session: Session, address: str) -> Sequence[Person]:
    """The people with this e-mail address, who may sign in."""
    if "\x00" in address:
        return []
    query = select(Person).where(func.lower(Person.email) == address.strip().lower(), Person.disabled_at.is_(None))
    return session.scalars(query.order_by(Person.id).limit(5)).all()

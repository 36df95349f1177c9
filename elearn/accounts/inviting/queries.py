"""Whom one may invite."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from elearn.accounts.inviting.rules import MOST
from elearn.accounts.models import Person
from elearn.accounts.queries import grants_held
from elearn.accounts.rules import Administrator
from elearn.accounts.services import may_change


def invitable(session: Session, ids: Sequence[int], actor: Administrator, *, by_letter: bool) -> Sequence[Person]:
    """Those of these people who have no password yet and whom this administrator may give one, by name; at most MOST.

    ``by_letter``: only those with an e-mail address.
    """
    query = (
        select(Person)
        .options(joinedload(Person.agency))
        .where(Person.id.in_(ids), Person.password_hash.is_(None), Person.disabled_at.is_(None))
        .order_by(Person.full_name, Person.id)
    )
    if by_letter:
        query = query.where(Person.email.is_not(None))
    people = session.scalars(query).all()
    held = grants_held(session, [person.id for person in people])
    return [person for person in people if person.id != actor.person_id and may_change(held[person.id], actor)][:MOST]

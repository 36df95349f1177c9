"""The use case of inviting people. It flushes, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from elearn.accounts.inviting.queries import invitable
from elearn.accounts.inviting.rules import NobodyToInvite, Way
from elearn.accounts.models import Person
from elearn.accounts.resets.services import renew_right
from elearn.accounts.rules import Administrator
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record_each


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person with the code or the token of a link by which they choose a password; it is kept nowhere else."""

    person: Person
    secret: str


def invite(
    session: Session, ids: Sequence[int], way: Way, *, actor: Administrator, now: datetime
) -> Sequence[Invitation]:
    """Invite those of these people who have no password; an earlier invitation of the same kind is void.

    Raises NobodyToInvite.
    """
    people = invitable(session, ids, actor, by_letter=way is Way.LETTERS)
    if not people:
        raise NobodyToInvite
    found = [Invitation(person, renew_right(session, person, way.kind, now=now)) for person in people]
    things = [the_person(person.public_id) for person in people]
    record_each(session, Act.INVITED, things, actor=actor.recorded, now=now, by=way.value)
    return found

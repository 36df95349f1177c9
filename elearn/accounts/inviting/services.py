"""Use cases of inviting people. They flush, never commit."""

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
from elearn.jobs.models import Job
from elearn.jobs.rules import Kind
from elearn.jobs.services import queue
from elearn.notices.rules import NO_COURSE, News
from elearn.notices.rules import Kind as NoticeKind
from elearn.notices.services import notify


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person with the code or the token of a link by which they choose a password; it is kept nowhere else."""

    person: Person
    secret: str


def invite(
    session: Session, ids: Sequence[int], way: Way, *, actor: Administrator, now: datetime
) -> Sequence[Invitation]:
    """Invite those of these people who have no password, by slips or by links; an earlier one of the kind is void.

    Raises NobodyToInvite.
    """
    people = _invited(session, ids, way, actor, now)
    return [Invitation(person, renew_right(session, person, way.kind, now=now)) for person in people]


def invite_by_letter(session: Session, ids: Sequence[int], *, actor: Administrator, now: datetime) -> int:
    """Have letters sent to those of these people who have no password and an address; to how many.

    Raises NobodyToInvite.
    """
    people = _invited(session, ids, Way.LETTERS, actor, now)
    for person in people:
        queue(session, Kind.INVITATION, person.id, asked_by_id=actor.person_id, now=now)
    return len(people)


def _invited(session: Session, ids: Sequence[int], way: Way, actor: Administrator, now: datetime) -> Sequence[Person]:
    people = invitable(session, ids, actor, by_letter=way is Way.LETTERS)
    if not people:
        raise NobodyToInvite
    things = [the_person(person.public_id) for person in people]
    record_each(session, Act.INVITED, things, actor=actor.recorded, now=now, by=way.value)
    return people


def tell_not_sent(session: Session, job: Job, now: datetime) -> None:
    """Tell who invited somebody that their letter could not be sent."""
    if job.kind != Kind.INVITATION or job.person_id is None or job.asked_by_id is None:
        return
    invited = session.get_one(Person, job.person_id)
    news = News(NoticeKind.LETTER_NOT_SENT, f"letter:{job.public_id}", f"/people/{invited.public_id}", NO_COURSE)
    notify(session, job.asked_by_id, news, now=now)

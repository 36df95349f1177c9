"""Use cases: enrol many people, and remind one of a last day. They flush, never commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.rules import Administrator
from elearn.audit.rules import Act, Thing
from elearn.audit.rules import Kind as ThingKind
from elearn.audit.services import record
from elearn.catalogue.models import Release
from elearn.catalogue.queries import CurrentRelease, compiled_course
from elearn.learning.assigning.rules import SOON, Nearness, nearness
from elearn.learning.models import Enrolment
from elearn.learning.rules import AlreadyEnrolled
from elearn.learning.services import enrol
from elearn.notices.rules import Kind, News, about_course
from elearn.notices.services import notify

AT_ONCE = 100
"""People enrolled in one transaction: whoever else writes waits no longer than that takes."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many were enrolled, and how many who had been got a last day."""

    enrolled: int = 0
    dated: int = 0

    def __add__(self, other: "Assigned") -> "Assigned":
        return Assigned(self.enrolled + other.enrolled, self.dated + other.dated)


def assign_course(
    session: Session,
    person_ids: Sequence[int],
    release: CurrentRelease,
    due_on: date | None,
    *,
    actor: Administrator,
    now: datetime,
) -> Assigned:
    """Enrol people in a course, and set the last day of all who have not completed it; each is told once.

    Without a last day, one that somebody has stays. Done twice, it changes nothing.
    """
    found = Assigned()
    about = about_course(compiled_course(session, release.release_id, release.digest))
    for person_id in person_ids:
        query = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == release.course_id)
        enrolment = session.scalar(query)
        is_new = enrolment is None
        if enrolment is None:
            try:
                enrolment = enrol(session, session.get_one(Person, person_id), release, now=now)
            except AlreadyEnrolled:  # they enrolled at this moment
                is_new = False
                enrolment = session.scalars(query).one()
        moves = due_on is not None and enrolment.completed_at is None and enrolment.due_on != due_on
        if moves:
            enrolment.due_on = due_on
        if is_new or moves:
            kind = Kind.COURSE_DUE if moves else Kind.COURSE_ASSIGNED
            is_near = moves and due_on is not None and nearness(due_on, now.date()) is Nearness.DUE
            # A day that is near is told of now, and so needs no reminder.
            key = _reminder(enrolment) if is_near else f"assigned:{release.course_id}:{due_on or ''}"
            news = News(kind, key, f"/courses/{release.slug}", about.on(due_on))
            notify(session, person_id, news, now=now)
        found += Assigned(int(is_new), int(moves and not is_new))
    session.flush()
    if found != Assigned():
        record(
            session,
            Act.COURSE_ASSIGNED,
            Thing(ThingKind.COURSE, release.slug),
            actor=actor.recorded,
            now=now,
            enrolled=found.enrolled,
            dated=found.dated,
            due=due_on.isoformat() if due_on is not None else None,
        )
    return found


def remind_of_due(session: Session, person_id: int, now: datetime, *, zone: ZoneInfo) -> None:
    """Remind a person of the courses whose last day is near, each day once; called when they sign in."""
    today = now.astimezone(zone).date()
    near = session.execute(
        select(Enrolment, Release.digest)
        .join(Release, Release.id == Enrolment.release_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.completed_at.is_(None),
            Enrolment.due_on >= today,
            Enrolment.due_on < today + SOON,
        )
    )
    for enrolment, digest in near.all():
        course = compiled_course(session, enrolment.release_id, digest)
        news = News(
            Kind.COURSE_DUE,
            key=_reminder(enrolment),
            href=f"/courses/{course.slug}",
            about=about_course(course).on(enrolment.due_on),
        )
        notify(session, person_id, news, now=now)


def _reminder(enrolment: Enrolment) -> str:
    """The key of the notice that reminds of the last day of an enrolment."""
    return f"due:{enrolment.id}:{enrolment.due_on}"

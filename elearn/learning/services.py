"""Use cases of learning: enrol, record an outcome, remember the place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.catalogue.models import Release
from elearn.catalogue.queries import CurrentRelease, compiled_course
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.rules import AlreadyEnrolled, OutcomeKind, Tally, progress_of, stored_tally


@dataclass(frozen=True, slots=True)
class EnrolmentState:
    """What others follow of an enrolment."""

    enrolment_id: int
    person_id: int
    agency_id: int
    course_id: int
    enrolled_at: datetime
    active_at: datetime
    completed_at: datetime | None


# Called with the state before (None: just enrolled) and after, in the transaction of the change.
EnrolmentChanged = Callable[[Session, EnrolmentState | None, EnrolmentState], None]
# Called once, in the transaction in which an enrolment is completed.
CourseCompleted = Callable[[Session, Enrolment, datetime], object]

enrolment_changed: list[EnrolmentChanged] = []
course_completed: list[CourseCompleted] = []


def enrol(session: Session, person: Person, release: CurrentRelease, *, now: datetime) -> Enrolment:
    """Enrol a person in the current release of a course. Raises AlreadyEnrolled."""
    enrolment = Enrolment(
        person_id=person.id,
        course_id=release.course_id,
        release_id=release.release_id,
        agency_id=person.agency_id,
        enrolled_at=now,
        active_at=now,
        tally=Tally().stored(),
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError as problem:
        raise AlreadyEnrolled from problem
    _announce(session, None, _state(enrolment))
    return enrolment


def record_outcome(
    session: Session,
    enrolment_id: int,
    *,
    client_id: UUID,
    kind: OutcomeKind,
    unit: str,
    score: Decimal | None = None,
    claimed_at: datetime | None = None,
    now: datetime,
) -> Enrolment:
    """Add a fact about an enrolment and bring its progress up to date; the same ``client_id`` again changes nothing.

    Completing the course is noticed here, once: what was completed stays completed.
    """
    # Locked before it is read: two outcomes at the same time are counted one after the other.
    enrolment = session.scalars(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    before = _state(enrolment)
    known = session.scalar(
        select(Outcome.id).where(Outcome.enrolment_id == enrolment_id, Outcome.client_id == client_id)
    )
    if known is not None:
        return enrolment
    session.add(
        Outcome(
            enrolment_id=enrolment_id,
            client_id=client_id,
            kind=kind,
            unit=unit,
            score=score,
            claimed_at=claimed_at,
            received_at=now,
        )
    )
    tally = stored_tally(enrolment.tally).with_outcome(kind, unit, score)
    enrolment.tally = tally.stored()
    enrolment.active_at = max(now, enrolment.active_at)
    digest = session.scalar(select(Release.digest).where(Release.id == enrolment.release_id)) or ""
    course = compiled_course(session, enrolment.release_id, digest)
    newly = enrolment.completed_at is None and progress_of(course, tally).is_complete
    if newly:
        enrolment.completed_at = now
    session.flush()
    _announce(session, before, _state(enrolment))
    if newly:
        for listener in course_completed:
            listener(session, enrolment, now)
    return enrolment


def remember_place(session: Session, enrolment_id: int, place: str) -> None:
    """Remember the section last opened, to resume there on any device."""
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(place=place))


def move_open_enrolments(session: Session, person_id: int, agency_id: int) -> None:
    """Let what a person has under way go with them to another agency; what they completed stays where it was."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.completed_at.is_(None))
        .values(agency_id=agency_id)
    )


def _state(enrolment: Enrolment) -> EnrolmentState:
    return EnrolmentState(
        enrolment.id,
        enrolment.person_id,
        enrolment.agency_id,
        enrolment.course_id,
        enrolment.enrolled_at,
        enrolment.active_at,
        enrolment.completed_at,
    )


def _announce(session: Session, before: EnrolmentState | None, after: EnrolmentState) -> None:
    if before != after:
        for listener in enrolment_changed:
            listener(session, before, after)

"""Reading enrolments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Course
from elearn.db.hot import HotRead
from elearn.learning.models import Enrolment
from elearn.learning.rules import NotEnrolled, Tally, stored_tally


@dataclass(frozen=True, slots=True)
class Learning:
    """An enrolment as a page needs it: which release, how far, where one stopped."""

    enrolment_id: int
    person_id: int
    course_id: int
    slug: str
    release_id: int
    digest: str
    enrolled_at: datetime
    active_at: datetime
    completed_at: datetime | None
    due_on: date | None
    place: str | None
    stored: dict[str, Any]

    @property
    def tally(self) -> Tally:
        """What its outcomes amount to."""
        return stored_tally(self.stored)


_LEARNING = (
    select(
        Enrolment.id,
        Enrolment.person_id,
        Enrolment.course_id,
        CourseRecord.slug,
        Enrolment.release_id,
        Release.digest,
        Enrolment.enrolled_at,
        Enrolment.active_at,
        Enrolment.completed_at,
        Enrolment.due_on,
        Enrolment.place,
        Enrolment.tally,
    )
    .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
    .join(Release, Release.id == Enrolment.release_id)
    .where(Enrolment.person_id == bindparam("person_id"))
)
_LEARNING_OF_COURSE = HotRead(_LEARNING.where(CourseRecord.slug == bindparam("slug")))
_LEARNING_ALL = HotRead(_LEARNING.order_by(Enrolment.active_at.desc(), Enrolment.id))


def learning_of(session: Session, person_id: int, slug: str) -> Learning | None:
    """The enrolment of a person in a course."""
    rows = _LEARNING_OF_COURSE.rows(session, person_id=person_id, slug=slug)
    return Learning(*rows[0]) if rows else None


def required_learning(session: Session, person_id: int, slug: str) -> Learning:
    """The enrolment of a person in a course. Raises NotEnrolled."""
    found = learning_of(session, person_id, slug)
    if found is None:
        raise NotEnrolled
    return found


def all_learning_of(session: Session, person_id: int) -> Sequence[Learning]:
    """Every enrolment of a person, the last active first."""
    return [Learning(*row) for row in _LEARNING_ALL.rows(session, person_id=person_id)]


def course_of(session: Session, learning: Learning) -> Course:
    """The compiled course of the release an enrolment is pinned to."""
    return compiled_course(session, learning.release_id, learning.digest)

"""Reading what waits for marks by hand, and what was returned. No statement for markers reads a name of who learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from elearn.accounts.models import Person
from elearn.assessment.attachments.rules import MEDIA_TYPES, NoSuchFile
from elearn.assessment.by_hand.rules import HandMark, MarkKind, Marks, NoSuchAnswer, State, part_of, state_of
from elearn.assessment.drawing import question_of
from elearn.assessment.marking import Written, response_stored
from elearn.assessment.models import Attachment, Attempt, HandMarking, RubricMark
from elearn.assessment.queries import answers_of
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course, compiled_courses
from elearn.content.course import Course, Quiz
from elearn.content.question import OpenAnswer
from elearn.learning.models import Enrolment

SHOWN = 100  # rows of a list; more are counted


@dataclass(frozen=True, slots=True)
class BlindFile:
    """A file of an answer, without its body and without the name that its owner gave it."""

    public_id: str
    media_type: str
    size: int

    @property
    def ending(self) -> str:
        """The ending of its kind."""
        return next(ending for ending, media_type in MEDIA_TYPES.items() if media_type == self.media_type)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that waits for marks by hand, or got them, as a marker and a use case need it."""

    id: int
    public_id: str
    attempt_id: int
    owner_id: int
    course: Course
    quiz: Quiz
    question: OpenAnswer
    written: Written | None
    files: tuple[BlindFile, ...]
    opened_at: datetime
    returned_at: datetime | None
    marks: Marks

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.marks, is_returned=self.returned_at is not None)

    def file_name(self, file_id: str) -> str:
        """A name to save a file under that tells nothing of its owner. Raises NoSuchFile."""
        for place, file in enumerate(self.files, start=1):
            if file.public_id == file_id:
                return f"answer-{place}.{file.ending}"
        raise NoSuchFile

    def may_waive(self, person_id: int) -> bool:
        """Whether a person may do without the second marker whom they asked for."""
        return self.state is State.SECOND_WANTED and self.marks[MarkKind.FIRST].by_id == person_id

    def part_of(self, person_id: int) -> MarkKind:
        """Which mark a person may give now; see :func:`rules.part_of` for what it raises."""
        markers = {kind: mark.by_id for kind, mark in self.marks.items()}
        return part_of(person_id, self.owner_id, markers, is_returned=self.returned_at is not None)


def attempt_of_answer(session: Session, public_id: str) -> int:
    """The id of the attempt that an answer is of. Raises NoSuchAnswer."""
    query = select(HandMarking.attempt_id).where(HandMarking.public_id == public_id)
    found = session.scalar(query) if "\x00" not in public_id else None
    if found is None:
        raise NoSuchAnswer
    return found


def answer_given(session: Session, public_id: str) -> GivenAnswer:
    """An answer with its question, its files and its marks as they are now. Raises NoSuchAnswer."""
    query = (
        select(
            HandMarking.id,
            HandMarking.attempt_id,
            HandMarking.question_id,
            HandMarking.opened_at,
            HandMarking.returned_at,
            Enrolment.person_id,
            Attempt.quiz_id,
            Release.id.label("release_id"),
            Release.digest,
        )
        .join(Attempt, Attempt.id == HandMarking.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Release, Release.id == Attempt.release_id)
        .where(HandMarking.public_id == public_id)
    )
    row = session.execute(query).first() if "\x00" not in public_id else None
    if row is None:
        raise NoSuchAnswer
    course = compiled_course(session, row.release_id, row.digest)
    _, quiz, question = _asked(course, row.quiz_id, row.question_id)
    given = answers_of(session, row.attempt_id, quiz.feedback).get(question.id)
    written = response_stored(question, given.response) if given is not None else None
    return GivenAnswer(
        id=row.id,
        public_id=public_id,
        attempt_id=row.attempt_id,
        owner_id=row.person_id,
        course=course,
        quiz=quiz,
        question=question,
        written=written if isinstance(written, Written) else None,
        files=_files(session, row.attempt_id, question.id),
        opened_at=row.opened_at,
        returned_at=row.returned_at,
        marks=_marks(session, HandMarking.id, HandMarking.id == row.id).get(row.id, {}),
    )


def _files(session: Session, attempt_id: int, question_id: str) -> tuple[BlindFile, ...]:
    query = (
        select(Attachment.public_id, Attachment.media_type, Attachment.size)
        .where(Attachment.attempt_id == attempt_id, Attachment.question_id == question_id)
        .order_by(Attachment.id)
    )
    return tuple(BlindFile(*row) for row in session.execute(query))


Key = TypeVar("Key", int, str)


def _marks(session: Session, by: InstrumentedAttribute[Key], condition: Any) -> dict[Key, dict[MarkKind, HandMark]]:
    """The marks of the answers that meet a condition, by one of their columns and by kind."""
    query = (
        select(by, RubricMark, Person.full_name)
        .join(RubricMark, RubricMark.hand_marking_id == HandMarking.id)
        .join(Person, Person.id == RubricMark.marked_by_id)
        .where(condition)
        .order_by(RubricMark.id)
    )
    found: dict[Key, dict[MarkKind, HandMark]] = {}
    for key, row, name in session.execute(query):
        kind = MarkKind(row.kind)
        mark = HandMark(kind, dict(row.levels), row.points, row.comment, row.marked_by_id, name, row.marked_at)
        found.setdefault(key, {})[kind] = mark
    return found


def hand_marks_of(session: Session, attempt_id: int, *, returned_only: bool = True) -> Mapping[str, Marks]:
    """The marks by hand of an attempt, by question; those of answers that still wait only if one asks for them."""
    of_attempt = HandMarking.attempt_id == attempt_id
    wanted = and_(of_attempt, HandMarking.returned_at.is_not(None)) if returned_only else of_attempt
    return _marks(session, HandMarking.question_id, wanted)


# --- the queue -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer in the queue. ``is_mine``: the one who looks may mark it now."""

    public_id: str
    course: Course
    quiz: Quiz
    question: OpenAnswer
    opened_at: datetime
    state: State
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """An answer that was returned: when, and who marked it."""

    public_id: str
    course: Course
    quiz: Quiz
    question: OpenAnswer
    returned_at: datetime
    marks: Marks


_first, _second = aliased(RubricMark), aliased(RubricMark)


def _others(query: Any, person_id: int) -> Any:
    """The answers that wait, without those that the person wrote."""
    return (
        query.select_from(HandMarking)
        .join(Attempt, Attempt.id == HandMarking.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
        .join(Release, Release.id == Attempt.release_id)
        .outerjoin(_first, and_(_first.hand_marking_id == HandMarking.id, _first.kind == MarkKind.FIRST))
        .outerjoin(_second, and_(_second.hand_marking_id == HandMarking.id, _second.kind == MarkKind.SECOND))
        .where(HandMarking.returned_at.is_(None), Enrolment.person_id != person_id)
    )


def _is_for(person_id: int) -> Any:
    """Whether a person may mark an answer that waits; as ``rules.part_of`` says."""
    return or_(
        _first.id.is_(None),
        and_(_second.id.is_(None), _first.marked_by_id != person_id),
        and_(_second.id.is_not(None), or_(_first.marked_by_id == person_id, _second.marked_by_id == person_id)),
    )


def waiting_count(session: Session, person_id: int) -> int:
    """How many answers wait for marks that this person may give."""
    return session.scalar(_others(select(func.count()), person_id).where(_is_for(person_id))) or 0


def waiting_by_course(session: Session, person_id: int) -> Sequence[tuple[str, int]]:
    """The slugs of the courses whose answers wait, with how many do, those that wait for somebody else included."""
    query = _others(select(CourseRecord.slug, func.count()), person_id).group_by(CourseRecord.slug)
    return [(slug, count) for slug, count in session.execute(query.order_by(CourseRecord.slug))]


def waiting_answers(session: Session, person_id: int, slug: str | None = None) -> Sequence[Waiting]:
    """The answers that wait, of one course if one is named: what the person may mark, the oldest first, then the rest.

    At most :data:`SHOWN`.
    """
    what = (HandMarking.public_id, HandMarking.question_id, HandMarking.opened_at, Attempt.quiz_id)
    query = _others(
        select(*what, Release.id, Release.digest, _first.id, _second.id, _is_for(person_id)), person_id
    ).order_by(_is_for(person_id).desc(), HandMarking.opened_at, HandMarking.id)
    if slug is not None:
        query = query.where(CourseRecord.slug == slug)
    rows = session.execute(query.limit(SHOWN)).all()
    courses = compiled_courses(session, {row[4]: row[5] for row in rows})
    found: list[Waiting] = []
    for public_id, question_id, opened_at, quiz_id, release_id, _, first, second, is_mine in rows:
        kinds = {kind: True for kind, given in ((MarkKind.FIRST, first), (MarkKind.SECOND, second)) if given}
        asked = _asked(courses[release_id], quiz_id, question_id)
        found.append(Waiting(public_id, *asked, opened_at, state_of(kinds, is_returned=False), bool(is_mine)))
    return found


def returned_answers(session: Session, slug: str | None = None) -> Sequence[Returned]:
    """The answers that were returned last, of one course if one is named; at most :data:`SHOWN`."""
    query = (
        select(
            HandMarking.id,
            HandMarking.public_id,
            HandMarking.question_id,
            HandMarking.returned_at,
            Attempt.quiz_id,
            Release.id,
            Release.digest,
        )
        .join(Attempt, Attempt.id == HandMarking.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
        .join(Release, Release.id == Attempt.release_id)
        .where(HandMarking.returned_at.is_not(None))
        .order_by(HandMarking.returned_at.desc(), HandMarking.id.desc())
        .limit(SHOWN)
    )
    if slug is not None:
        query = query.where(CourseRecord.slug == slug)
    rows: Sequence[Any] = session.execute(query).all()
    marks = _marks(session, HandMarking.id, HandMarking.id.in_([row[0] for row in rows]))
    courses = compiled_courses(session, {row[5]: row[6] for row in rows})
    return [
        Returned(public_id, *_asked(courses[release_id], quiz_id, question_id), returned_at, marks[answer_id])
        for answer_id, public_id, question_id, returned_at, quiz_id, release_id, _ in rows
    ]


def _asked(course: Course, quiz_id: str, question_id: str) -> tuple[Course, Quiz, OpenAnswer]:
    quiz = course.quiz(quiz_id)
    assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
    question = question_of(course, quiz, question_id)
    assert isinstance(question, OpenAnswer), "only open answers are marked by hand"
    return course, quiz, question

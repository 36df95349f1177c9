"""Reading attempts. Statements are built once; the pages of learners get columns, not entities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from elearn.accounts.models import Person
from elearn.assessment.by_hand.rules import HandMark, MarkKind, Marks
from elearn.assessment.competence import MarkedAttempt
from elearn.assessment.drawing import Paper, paper_stored
from elearn.assessment.models import (
    Answer,
    Attachment,
    Attempt,
    ExtraTime,
    HandMarking,
    Mark,
    Remark,
    RubricMark,
)
from elearn.assessment.rules import AttemptFacts, NoSuchAttempt, NoSuchQuestion
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Course, Feedback, Quiz
from elearn.db.hot import HotRead
from elearn.learning.models import Enrolment
from elearn.learning.rules import Tally, stored_tally


@dataclass(frozen=True)
class Sitting:
    """An attempt with where it belongs, as a page or an autosave needs it."""

    attempt_id: int
    public_id: str
    enrolment_id: int
    slug: str
    quiz_id: str
    number: int
    release_id: int
    digest: str
    stored_paper: list[Any]
    flagged: list[str]
    started_at: datetime
    due_at: datetime | None
    submitted_at: datetime | None
    score: Decimal | None
    is_passed: bool | None
    stored_tally: dict[str, Any]
    completed_at: datetime | None
    marking_release_id: int | None = None  # marked again by the keys of that release; None: by its own, or not asked
    marking_digest: str | None = None

    @cached_property
    def paper(self) -> Paper:
        """The questions of the attempt, in its order."""
        return paper_stored(self.stored_paper)

    @property
    def tally(self) -> Tally:
        """What the outcomes of the enrolment amount to."""
        return stored_tally(self.stored_tally)

    def number_of(self, question_id: str) -> int:
        """Which question of the paper it is, from 1. Raises NoSuchQuestion."""
        for number, item in enumerate(self.paper, start=1):
            if item.question_id == question_id:
                return number
        raise NoSuchQuestion

    @property
    def is_open(self) -> bool:
        """Whether it was not handed in yet."""
        return self.submitted_at is None


_SITTING = (
    select(
        Attempt.id,
        Attempt.public_id,
        Attempt.enrolment_id,
        CourseRecord.slug,
        Attempt.quiz_id,
        Attempt.number,
        Attempt.release_id,
        Release.digest,
        Attempt.paper,
        Attempt.flagged,
        Attempt.started_at,
        Attempt.due_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.is_passed,
        Enrolment.tally,
        Enrolment.completed_at,
    )
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
    .join(Release, Release.id == Attempt.release_id)
    .where(Attempt.public_id == bindparam("public_id"), Enrolment.person_id == bindparam("person_id"))
)
MARKING_RELEASE = (
    select(Remark.release_id)
    .where(Remark.attempt_id == Attempt.id)
    .order_by(Remark.id.desc())
    .limit(1)
    .correlate(Attempt)
    .scalar_subquery()
)
_marking = aliased(Release)
_SITTING_SHOWN = HotRead(
    _SITTING.add_columns(_marking.id, _marking.digest).outerjoin(_marking, _marking.id == MARKING_RELEASE)
)
_SITTING_HELD = _SITTING.with_for_update(of=Attempt)  # for PostgreSQL; SQLite's writers come one after the other anyway


def sitting(session: Session, public_id: str, person_id: int) -> Sitting:
    """The attempt of a person. Raises NoSuchAttempt, also for somebody else's."""
    rows = _SITTING_SHOWN.rows(session, public_id=public_id, person_id=person_id)
    if not rows:
        raise NoSuchAttempt
    return Sitting(*rows[0])


def sitting_held(session: Session, public_id: str, person_id: int) -> Sitting:
    """The same, held for oneself until the transaction ends: for changing its answers and its flags."""
    row = session.connection().execute(_SITTING_HELD, {"public_id": public_id, "person_id": person_id}).first()
    if row is None:
        raise NoSuchAttempt
    return Sitting(*row)


def course_of_sitting(session: Session, found: Sitting) -> tuple[Course, Quiz]:
    """The course and the quiz of an attempt, as they were when it started."""
    course = compiled_course(session, found.release_id, found.digest)
    quiz = course.quiz(found.quiz_id)
    assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
    return course, quiz


def marking_course_of(session: Session, found: Sitting) -> Course | None:
    """The course by whose keys a sitting (from :func:`sitting`) was marked again; None: by its own."""
    if found.marking_release_id is None or found.marking_digest is None:
        return None
    return compiled_course(session, found.marking_release_id, found.marking_digest)


_ATTEMPTS = (
    select(
        Attempt.public_id,
        Attempt.number,
        Attempt.started_at,
        Attempt.due_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.is_passed,
    )
    .where(Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.quiz_id == bindparam("quiz_id"))
    .order_by(Attempt.number)
)


def attempts_of(session: Session, enrolment_id: int, quiz_id: str) -> Sequence[AttemptFacts]:
    """The attempts at a quiz, the first first."""
    values = {"enrolment_id": enrolment_id, "quiz_id": quiz_id}
    return [AttemptFacts(*row) for row in session.connection().execute(_ATTEMPTS, values)]


_MARKED = (
    select(
        Attempt.enrolment_id,
        Attempt.quiz_id,
        Attempt.public_id,
        Attempt.number,
        Attempt.started_at,
        Attempt.due_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.is_passed,
        Mark.question_id,
        Mark.points,
        Mark.out_of,
    )
    .outerjoin(Mark, Mark.attempt_id == Attempt.id)
    .order_by(Attempt.id)
)
_MARKED_OF_ENROLMENT = HotRead(_MARKED.where(Attempt.enrolment_id == bindparam("enrolment_id")))
_MARKED_OF_PERSON = HotRead(
    _MARKED.join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Enrolment.person_id == bindparam("person_id"))
)


def marked_attempts(session: Session, enrolment_id: int) -> list[MarkedAttempt]:
    """Every attempt of an enrolment with what its answers earned, the oldest first."""
    rows = _MARKED_OF_ENROLMENT.rows(session, enrolment_id=enrolment_id)
    return _marked(rows).get(enrolment_id, [])


def all_marked_attempts(session: Session, person_id: int) -> Mapping[int, list[MarkedAttempt]]:
    """The same for every enrolment of a person, by its id."""
    return _marked(_MARKED_OF_PERSON.rows(session, person_id=person_id))


def _marked(rows: Sequence[Sequence[Any]]) -> dict[int, list[MarkedAttempt]]:
    found: dict[int, list[MarkedAttempt]] = {}
    for (enrolment_id, quiz_id, public_id), group in groupby(rows, key=itemgetter(0, 1, 2)):
        marks = list(group)
        shares = {row[9]: row[10] / row[11] for row in marks if row[11]}
        facts = AttemptFacts(public_id, *marks[0][3:9])
        found.setdefault(enrolment_id, []).append(MarkedAttempt(quiz_id, facts, shares))
    return found


def first_counts(feedback: Feedback) -> bool:
    """Whether the first answer to a question counts, as where one sees at once what was right; else the last."""
    return feedback is Feedback.IMMEDIATELY


def counting_id(feedback: Feedback, answer: Any = Answer) -> Any:
    """The id of the answer that counts of those to one question; ``answer`` is the table or an alias of it.

    A case is answered decision by decision: its last answer holds those before, and none takes one back. Of an open
    answer the last counts everywhere, as nothing is told of it at once.
    """
    if not first_counts(feedback):
        return func.max(answer.id)
    stored = cast(answer.response, String)
    goes_on = stored.like('{"path"%') | stored.like('{"written"%')
    return case((func.count(case((goes_on, answer.id))) > 0, func.max(answer.id)), else_=func.min(answer.id))


def _answers(feedback: Feedback) -> Select[Any]:
    counting = (
        select(counting_id(feedback)).where(Answer.attempt_id == bindparam("attempt_id")).group_by(Answer.question_id)
    )
    return select(Answer.question_id, Answer.response, Answer.received_at).where(Answer.id.in_(counting))


def _marks(feedback: Feedback) -> Select[Any]:
    counting = (
        select(Answer.question_id, counting_id(feedback).label("id"))
        .where(Answer.attempt_id == bindparam("attempt_id"))
        .group_by(Answer.question_id)
        .subquery()
    )
    return (
        select(Mark.question_id, Mark.points, Mark.out_of, Answer.response)
        .outerjoin(counting, counting.c.question_id == Mark.question_id)
        .outerjoin(Answer, Answer.id == counting.c.id)
        .where(Mark.attempt_id == bindparam("attempt_id"))
    )


def _marks_by_hand(feedback: Feedback) -> Select[Any]:
    """The same with every mark by a trainer and every file beside each other: few rows, and no further query."""
    returned = and_(
        HandMarking.attempt_id == Mark.attempt_id,
        HandMarking.question_id == Mark.question_id,
        HandMarking.returned_at.is_not(None),
    )
    attached = and_(Attachment.attempt_id == Mark.attempt_id, Attachment.question_id == Mark.question_id)
    given = (RubricMark.kind, RubricMark.levels, RubricMark.points, RubricMark.comment, RubricMark.marked_by_id)
    file = (Attachment.id, Attachment.public_id, Attachment.name, Attachment.size)
    return (
        _marks(feedback)
        .add_columns(RubricMark.id, *given, RubricMark.marked_at, *file)
        .outerjoin(HandMarking, returned)
        .outerjoin(RubricMark, RubricMark.hand_marking_id == HandMarking.id)
        .outerjoin(Attachment, attached)
        .order_by(Mark.question_id, RubricMark.id, Attachment.id)
    )


_ANSWERS = {feedback: _answers(feedback) for feedback in Feedback}
_MARKS = {feedback: _marks(feedback) for feedback in Feedback}
_MARKS_BY_HAND = {feedback: _marks_by_hand(feedback) for feedback in Feedback}


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer to a question that counts, as it was saved; an empty ``response`` takes an earlier one back."""

    response: dict[str, Any]
    received_at: datetime


def answers_of(session: Session, attempt_id: int, feedback: Feedback) -> dict[str, GivenAnswer]:
    """The answers that count, by question."""
    rows = session.connection().execute(_ANSWERS[feedback], {"attempt_id": attempt_id})
    return {question_id: GivenAnswer(response, received_at) for question_id, response, received_at in rows}


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file of an answer, without its body; ``size`` in bytes."""

    public_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What the answer to a question earned, and that answer; ``response`` is empty if there was none.

    ``by_hand`` has the marks of trainers (without their names), ``files`` those of the answer, if one asked for them.
    """

    points: Decimal
    out_of: Decimal
    response: dict[str, Any]
    by_hand: Marks = field(default_factory=dict)
    files: tuple[GivenFile, ...] = ()


def marks_of(session: Session, attempt_id: int, feedback: Feedback, *, by_hand: bool = False) -> dict[str, GivenMark]:
    """The marks of an attempt that was handed in, by question; ``by_hand``: with those of trainers, and with files."""
    values = {"attempt_id": attempt_id}
    if not by_hand:
        rows = session.connection().execute(_MARKS[feedback], values)
        return {
            question_id: GivenMark(points, out_of, response or {}) for question_id, points, out_of, response in rows
        }
    found: dict[str, GivenMark] = {}
    for row in session.connection().execute(_MARKS_BY_HAND[feedback], values):
        question_id, points, out_of, response, mark_id, *given, file_id, public_id, name, size = row
        before = found.get(question_id, GivenMark(points, out_of, response or {}))
        marks, files = dict(before.by_hand), dict.fromkeys(before.files)
        if mark_id is not None:
            kind, levels, earned, comment, by_id, at = given
            marks[MarkKind(kind)] = HandMark(MarkKind(kind), dict(levels), earned, comment, by_id, "", at)
        if file_id is not None:
            files[GivenFile(public_id, name, size)] = None
        found[question_id] = replace(before, by_hand=marks, files=tuple(files))
    return found


_EXTRA_TIME = (
    select(ExtraTime.percent)
    .where(ExtraTime.person_id == bindparam("person_id"))
    .order_by(ExtraTime.id.desc())
    .limit(1)
)


def extra_time_of(session: Session, person_id: int, quiz: Quiz) -> int:
    """How many per cent longer a person may take over the quiz; 0 without a query where it has no time limit."""
    if quiz.time_limit_seconds is None:
        return 0
    found: int | None = session.connection().execute(_EXTRA_TIME, {"person_id": person_id}).scalar()
    return found or 0


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant of extra time: how much, when, and by whom."""

    percent: int
    granted_at: datetime
    by: str


def extra_time_grants(session: Session, person_id: int) -> Sequence[Granted]:
    """Every grant of extra time to a person, the newest first; that one counts."""
    query = (
        select(ExtraTime.percent, ExtraTime.granted_at, Person.full_name)
        .join(Person, Person.id == ExtraTime.granted_by_id)
        .where(ExtraTime.person_id == person_id)
        .order_by(ExtraTime.id.desc())
    )
    return [Granted(*row) for row in session.execute(query)]

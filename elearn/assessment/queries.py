"""Reading attempts. Statements are built once; the pages of learners get columns, not entities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Select, String, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from elearn.accounts.models import Person
from elearn.assessment.drawing import Paper, paper_stored
from elearn.assessment.models import Answer, Attempt, ExtraTime, Mark, Remark
from elearn.assessment.rules import AttemptFacts, NoSuchAttempt, NoSuchQuestion
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Course, Feedback, Quiz
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
_SITTING_SHOWN = _SITTING.add_columns(_marking.id, _marking.digest).outerjoin(_marking, _marking.id == MARKING_RELEASE)
# Locks (PostgreSQL; SQLite's writers come one after the other anyway): many answers may be saved side by side, but none
# while the attempt is handed in; who changes the attempt itself is alone with it.
_SITTING_TO_SAVE = _SITTING.with_for_update(read=True, of=Attempt)
_SITTING_TO_CHANGE = _SITTING.with_for_update(of=Attempt)


def _one_sitting(session: Session, statement: Select[Any], public_id: str, person_id: int) -> Sitting:
    values = {"public_id": public_id, "person_id": person_id}
    row = session.connection().execute(statement, values).first()
    if row is None:
        raise NoSuchAttempt
    return Sitting(*row)


def sitting(session: Session, public_id: str, person_id: int) -> Sitting:
    """The attempt of a person. Raises NoSuchAttempt, also for somebody else's."""
    return _one_sitting(session, _SITTING_SHOWN, public_id, person_id)


def sitting_to_save(session: Session, public_id: str, person_id: int) -> Sitting:
    """The same, held against being handed in until the transaction ends: for saving an answer."""
    return _one_sitting(session, _SITTING_TO_SAVE, public_id, person_id)


def sitting_to_change(session: Session, public_id: str, person_id: int) -> Sitting:
    """The same, held for oneself until the transaction ends: for changing its flags."""
    return _one_sitting(session, _SITTING_TO_CHANGE, public_id, person_id)


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


def first_counts(feedback: Feedback) -> bool:
    """Whether the first answer to a question counts, as where one sees at once what was right; else the last."""
    return feedback is Feedback.IMMEDIATELY


def counting_id(feedback: Feedback, answer: Any = Answer) -> Any:
    """The id of the answer that counts of those to one question; ``answer`` is the table or an alias of it.

    A case is answered decision by decision: its last answer holds those before, and none takes one back.
    """
    if not first_counts(feedback):
        return func.max(answer.id)
    is_path = cast(answer.response, String).like('{"path"%')
    return func.coalesce(func.max(case((is_path, answer.id))), func.min(answer.id))


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


_ANSWERS = {feedback: _answers(feedback) for feedback in Feedback}
_MARKS = {feedback: _marks(feedback) for feedback in Feedback}


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
class GivenMark:
    """What the answer to a question earned, and that answer; ``response`` is empty if there was none."""

    points: Decimal
    out_of: Decimal
    response: dict[str, Any]


def marks_of(session: Session, attempt_id: int, feedback: Feedback) -> dict[str, GivenMark]:
    """The marks of an attempt that was handed in, by question."""
    rows = session.connection().execute(_MARKS[feedback], {"attempt_id": attempt_id})
    return {question_id: GivenMark(points, out_of, response or {}) for question_id, points, out_of, response in rows}


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

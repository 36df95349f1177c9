"""An attempt told again from what was kept, for whoever settles a dispute. Names nobody who learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.by_hand.queries import hand_marks_of
from elearn.assessment.by_hand.rules import Marks, mark_of
from elearn.assessment.disputes.rules import MarkChange, Points, changes_stored, earned, key_of, marking_question
from elearn.assessment.drawing import draw_paper, has_open_answers, paper_stored, questions_of
from elearn.assessment.marking import is_marked_by_hand, response_stored
from elearn.assessment.models import Answer, Attempt, Mark, Remark
from elearn.assessment.queries import first_counts
from elearn.assessment.rules import NoSuchAttempt, pass_mark_of
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Course, Quiz
from elearn.content.forms import Form
from elearn.content.question import Ledger, Question, QuestionText
from elearn.learning.models import Enrolment
from elearn.markup.safe import compiled


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """A response as it was saved; ``counts``: it is the one that was marked, or would be if it were handed in now."""

    client_id: UUID
    response: dict[str, Any]
    received_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """A release that brought the question with another key than before; the attempt's own release is the first.

    ``points``: what the answer that counts earns by it; None: the question was reworded, so that cannot be said.
    ``is_used``: the marks are by this key.
    """

    release_number: int
    version: str
    published_at: datetime
    points: Points | None
    is_used: bool


@dataclass(frozen=True, slots=True)
class ReplayedQuestion:
    """A question of the paper: how its rows were shown, every answer saved, what it earned (None: not handed in).

    ``question`` is as the attempt asked it; ``marked_as`` the same with the key that its mark is by. ``is_mark_same``:
    marking it now by that key gives the mark that was kept. ``by_hand`` has the marks that trainers gave, those that
    are not final yet included; such a question has no key and no ``history``.
    """

    number: int
    question: Question
    marked_as: Question
    order: tuple[str, ...]
    answers: tuple[SavedAnswer, ...]
    response: dict[str, Any]
    mark: Points | None
    is_mark_same: bool
    history: tuple[KeyVersion, ...]
    by_hand: Marks


@dataclass(frozen=True, slots=True)
class PastRemark:
    """One marking again: who (None: from the command line), when, why, by which release, and what it changed."""

    by: str | None
    at: datetime
    reason: str
    release_number: int
    old_score: Decimal
    new_score: Decimal
    changes: tuple[MarkChange, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """An attempt told again. ``is_paper_same``: drawing by the seed gives the paper that was kept."""

    public_id: str
    course: Course
    quiz: Quiz
    number: int
    release_number: int
    version: str
    seed: int
    form: Form | None
    started_at: datetime
    due_at: datetime | None
    submitted_at: datetime | None
    score: Decimal | None
    is_passed: bool | None
    pass_mark: int | None
    is_paper_same: bool
    questions: tuple[ReplayedQuestion, ...]
    remarks: tuple[PastRemark, ...]

    @property
    def are_marks_same(self) -> bool:
        """Whether marking every answer now gives the marks that were kept."""
        return all(each.is_mark_same for each in self.questions)


def replay_of(session: Session, public_id: str, slug: str | None = None) -> Replay:
    """An attempt told again, of that course if one is named. Raises NoSuchAttempt."""
    query = (
        select(Attempt, CourseRecord.slug, CourseRecord.id, Release.number)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
        .join(Release, Release.id == Attempt.release_id)
        .where(Attempt.public_id == public_id)
    )
    row = session.execute(query).first() if "\x00" not in public_id else None
    if row is None or slug not in (None, row[1]):
        raise NoSuchAttempt
    attempt, _, course_id, release_number = row
    releases = _releases(session, course_id, release_number)
    course = compiled_course(session, releases[0].id, releases[0].digest)
    quiz = course.quiz(attempt.quiz_id)
    assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
    remarks = _remarks(session, attempt.id)
    used_number = remarks[-1].release_number if remarks else release_number
    paper, form = paper_stored(attempt.paper), Form(attempt.form) if attempt.form is not None else None
    asked = [_asked(session, release, attempt.quiz_id) for release in releases]
    answers, marks = _answers(session, attempt.id, quiz), _marks(session, attempt.id)
    by_hand = hand_marks_of(session, attempt.id, returned_only=False) if has_open_answers(course, quiz) else {}
    return Replay(
        public_id=attempt.public_id,
        course=course,
        quiz=quiz,
        number=attempt.number,
        release_number=release_number,
        version=releases[0].version,
        seed=attempt.seed,
        form=form,
        started_at=attempt.started_at,
        due_at=attempt.due_at,
        submitted_at=attempt.submitted_at,
        score=attempt.score,
        is_passed=attempt.is_passed,
        pass_mark=pass_mark_of(course, quiz),
        is_paper_same=draw_paper(course, quiz, attempt.seed, form) == paper,
        questions=tuple(
            _replayed(
                number,
                item.question_id,
                item.order,
                answers.get(item.question_id, ()),
                marks.get(item.question_id),
                by_hand.get(item.question_id, {}),
                [
                    (release, questions.get(item.question_id))
                    for release, questions in zip(releases, asked, strict=True)
                ],
                used_number,
            )
            for number, item in enumerate(paper, start=1)
        ),
        remarks=remarks,
    )


@dataclass(frozen=True, slots=True)
class _Release:
    """A release of the course, without its text."""

    id: int
    number: int
    digest: str
    version: str
    published_at: datetime


def _releases(session: Session, course_id: int, first: int) -> list[_Release]:
    query = (
        select(Release.id, Release.number, Release.digest, Release.version, Release.published_at)
        .where(Release.course_id == course_id, Release.number >= first)
        .order_by(Release.number)
    )
    return [_Release(*row) for row in session.execute(query)]


def _asked(session: Session, release: _Release, quiz_id: str) -> Mapping[str, Question]:
    course = compiled_course(session, release.id, release.digest)
    quiz = course.quiz(quiz_id)
    return questions_of(course, quiz) if quiz is not None else {}


def _answers(session: Session, attempt_id: int, quiz: Quiz) -> dict[str, tuple[SavedAnswer, ...]]:
    query = (
        select(Answer.question_id, Answer.client_id, Answer.response, Answer.received_at)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.id)
    )
    rows: dict[str, list[tuple[UUID, dict[str, Any], datetime]]] = {}
    for question_id, client_id, response, received_at in session.execute(query):
        rows.setdefault(question_id, []).append((client_id, response, received_at))
    is_first = first_counts(quiz.feedback)
    return {
        question_id: tuple(
            SavedAnswer(*row, counts=place == (0 if is_first and not _goes_on(saved) else len(saved) - 1))
            for place, row in enumerate(saved)
        )
        for question_id, saved in rows.items()
    }


def _goes_on(saved: Sequence[tuple[UUID, dict[str, Any], datetime]]) -> bool:
    """Whether the last answer counts wherever it is given; as ``queries.counting_id`` says."""
    return any("path" in response or "written" in response for _, response, _ in saved)


def _marks(session: Session, attempt_id: int) -> dict[str, Points]:
    query = select(Mark.question_id, Mark.points, Mark.out_of).where(Mark.attempt_id == attempt_id)
    return {question_id: Points(points, out_of) for question_id, points, out_of in session.execute(query)}


def _remarks(session: Session, attempt_id: int) -> tuple[PastRemark, ...]:
    query = (
        select(Remark, Person.full_name, Release.number)
        .outerjoin(Person, Person.id == Remark.remarked_by_id)
        .join(Release, Release.id == Remark.release_id)
        .where(Remark.attempt_id == attempt_id)
        .order_by(Remark.id)
    )
    return tuple(
        PastRemark(name, row.remarked_at, row.reason, number, row.old_score, row.new_score, changes_stored(row.changes))
        for row, name, number in session.execute(query)
    )


def _replayed(
    number: int,
    question_id: str,
    order: tuple[str, ...],
    answers: Sequence[SavedAnswer],
    mark: Points | None,
    by_hand: Marks,
    versions: Sequence[tuple[_Release, Question | None]],
    used_number: int,
) -> ReplayedQuestion:
    own = versions[0][1]
    assert own is not None, f"the question {question_id} stands in the release that drew it"
    response = next((answer.response for answer in answers if answer.counts), {})
    used = next(question for release, question in versions if release.number == used_number)
    marked_as = marking_question(own, used, response)
    marked = mark_of(marked_as, response_stored(marked_as, response), by_hand) if mark is not None else None
    return ReplayedQuestion(
        number=number,
        question=own,
        marked_as=marked_as,
        order=order,
        answers=tuple(answers),
        response=response,
        mark=mark,
        is_mark_same=marked is None or (marked.points, marked.out_of) == mark,
        history=_history(own, versions, response, marked_as) if not is_marked_by_hand(own) else (),
        by_hand=by_hand,
    )


def _history(
    own: Question,
    versions: Sequence[tuple[_Release, Question | None]],
    response: dict[str, Any],
    marked_as: Question,
) -> tuple[KeyVersion, ...]:
    made: list[KeyVersion] = []
    before: tuple[object, ...] | None = None
    for release, question in versions:
        if question is None or key_of(question) == before:
            continue
        before = key_of(question)
        is_readable = marking_question(own, question, response) is question
        made.append(
            KeyVersion(
                release_number=release.number,
                version=release.version,
                published_at=release.published_at,
                points=earned(question, response) if is_readable else None,
                is_used=is_readable and before == key_of(marked_as),
            )
        )
    return tuple(made)


def row_numbers(question: Question) -> dict[str, int]:
    """The numbers, from 1, of the rows of a ledger by id; none where the rows have a key of their own."""
    if not isinstance(question, Ledger) or question.is_keyed:
        return {}
    return {name: number for number, name in enumerate(question.row_ids, start=1)}


def response_words(text: QuestionText, stored: Mapping[str, Any]) -> str:
    """A stored response in words: ids of rows become their texts; "" if it is blank."""
    return "; ".join(_words(text, value) for value in stored.values())


def _words(text: QuestionText, value: Any) -> str:
    match value:
        case dict():
            return "; ".join(f"{_words(text, key)} → {_words(text, each)}" for key, each in value.items())
        case list() | tuple():
            return "; ".join(_words(text, each) for each in value)
        case str() if value in text.answers:
            return str(compiled(text.answers[value]).striptags())
        case str() if ":" in value and value.partition(":")[0] in text.answers:
            left, _, right = value.partition(":")
            return f"{_words(text, left)} → {_words(text, right)}"
        case _:
            return str(value)

"""Marking attempts again after a key was corrected: what it would change, and doing it to one attempt.

Each attempt is marked again in a transaction of its own: no officer waits for a whole class, and a run that was cut
off goes on where it stopped when it is started again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from elearn.assessment.disputes.rules import (
    AttemptChange,
    Effect,
    Keys,
    NotMarked,
    Points,
    WouldNotFail,
    changes_of,
    passed_after,
    score_after,
    stored_changes,
)
from elearn.assessment.drawing import questions_of
from elearn.assessment.models import Answer, Attempt, Mark, Remark
from elearn.assessment.queries import MARKING_RELEASE, first_counts
from elearn.assessment.rules import NoSuchAttempt, NoSuchQuiz, outcome_id, pass_mark_of
from elearn.audit.rules import Act, Bystander, Thing
from elearn.audit.rules import Kind as ThingKind
from elearn.audit.services import record
from elearn.catalogue.models import Release
from elearn.catalogue.queries import CurrentRelease, compiled_course, current_release
from elearn.content.course import Course
from elearn.content.question import Question
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind
from elearn.learning.services import record_outcome
from elearn.notices.rules import Kind, News, about_course
from elearn.notices.services import notify

AT_ONCE = 500  # attempts whose marks are read at a time


@dataclass(frozen=True, slots=True)
class Correction:
    """What the keys of a course's current release change in the marks of a quiz.

    ``questions`` were corrected, ``reworded`` too but cannot be marked again. ``changes`` are the attempts whose marks
    change; ``unchanged`` the ids of those that had a corrected question and keep every mark. ``waiting`` counts the
    attempts left out because a trainer is still marking them: they get their score by the key that they were asked by.
    """

    release: CurrentRelease
    course: Course
    quiz_id: str
    questions: tuple[Question, ...]
    reworded: tuple[Question, ...]
    changes: tuple[AttemptChange, ...]
    unchanged: tuple[int, ...]
    waiting: int

    def of(self, effect: Effect) -> tuple[AttemptChange, ...]:
        """The attempts to which that happens."""
        return tuple(change for change in self.changes if change.effect is effect)

    def to_mark(self, included: Iterable[str] = ()) -> list[tuple[int, bool]]:
        """The attempts to mark again, by id, each with whether it may fail.

        Those that would fail are left out unless ``included`` names them by public id. Raises WouldNotFail.
        """
        named = set(included)
        made = [(attempt_id, False) for attempt_id in self.unchanged]
        for change in self.changes:
            if change.effect is not Effect.FAILED:
                made.append((change.attempt_id, False))
            elif change.public_id in named:
                named.remove(change.public_id)
                made.append((change.attempt_id, True))
        if named:
            raise WouldNotFail(public_id=min(named))
        return made


@dataclass(frozen=True, slots=True)
class _Handed:
    """An attempt that was handed in; ``used_*`` is the release by whose keys it was marked last."""

    attempt_id: int
    public_id: str
    quiz_id: str
    number: int
    submitted_at: datetime
    score: Decimal
    is_passed: bool | None
    own_id: int
    own_digest: str
    used_id: int
    used_digest: str


_used = aliased(Release)
_HANDED: Any = (
    select(
        Attempt.id,
        Attempt.public_id,
        Attempt.quiz_id,
        Attempt.number,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.is_passed,
        Release.id,
        Release.digest,
        _used.id,
        _used.digest,
    )
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(Release, Release.id == Attempt.release_id)
    .join(_used, _used.id == func.coalesce(MARKING_RELEASE, Attempt.release_id))
    .where(Attempt.submitted_at.is_not(None), Attempt.score.is_not(None))
    .order_by(Attempt.submitted_at, Attempt.id)
)


def correction_of(session: Session, slug: str, quiz_id: str) -> Correction:
    """What marking again by the current release would change; nothing is written. Raises NoSuchCourse, NoSuchQuiz."""
    release = current_release(session, slug)
    course = compiled_course(session, release.release_id, release.digest)
    if course.quiz(quiz_id) is None:
        raise NoSuchQuiz
    rows = session.execute(
        _HANDED.where(
            Enrolment.course_id == release.course_id, Attempt.quiz_id == quiz_id, _used.id != release.release_id
        )
    )
    handed = [_Handed(*row) for row in rows]
    keys = _keys(session, handed, course)
    found = list(_compared(session, handed, keys, course))
    corrected = frozenset[str]().union(*(each.corrected for each in keys.values()))
    comparable = frozenset[str]().union(*(each.comparable for each in keys.values()))
    here = _questions(course, quiz_id)
    return Correction(
        release=release,
        course=course,
        quiz_id=quiz_id,
        questions=tuple(question for question in here.values() if question.id in comparable),
        reworded=tuple(question for question in here.values() if question.id in corrected - comparable),
        changes=tuple(change for change in found if change.changes),
        unchanged=tuple(change.attempt_id for change in found if not change.changes),
        waiting=_waiting(session, release.course_id, quiz_id),
    )


def _waiting(session: Session, course_id: int, quiz_id: str) -> int:
    """How many attempts at a quiz were handed in and have no score yet."""
    query = (
        select(func.count())
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_id == course_id, Attempt.quiz_id == quiz_id)
        .where(Attempt.submitted_at.is_not(None), Attempt.score.is_(None))
    )
    return session.scalar(query) or 0


def corrected_counts(session: Session, slug: str) -> tuple[Course, dict[str, int]]:
    """The course in its current release, and how many keys by which attempts were marked it corrects, by quiz.

    Raises NoSuchCourse.
    """
    release = current_release(session, slug)
    course = compiled_course(session, release.release_id, release.digest)
    query = (
        select(Attempt.quiz_id, Release.id, Release.digest, _used.id, _used.digest)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Release, Release.id == Attempt.release_id)
        .join(_used, _used.id == func.coalesce(MARKING_RELEASE, Attempt.release_id))
        .where(Attempt.score.is_not(None), Enrolment.course_id == release.course_id, _used.id != release.release_id)
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for quiz_id, own_id, own_digest, used_id, used_digest in session.execute(query).all():
        own, used = (
            _questions(compiled_course(session, *each), quiz_id)
            for each in ((own_id, own_digest), (used_id, used_digest))
        )
        found[quiz_id] |= Keys(own, used, _questions(course, quiz_id)).comparable
    return course, {quiz_id: len(questions) for quiz_id, questions in found.items()}


def remark_attempt(
    session: Session,
    attempt_id: int,
    release: CurrentRelease,
    *,
    reason: str,
    may_fail: bool,
    actor_id: int | None,
    now: datetime,
) -> AttemptChange | None:
    """Mark an attempt again by the keys of ``release`` and keep who did it, when and why.

    A higher score becomes an outcome at once; what was reached in the course, and certificates, are never taken back.
    None: nothing was done, because it was marked by that release already, has no corrected question, or would no
    longer be passed and ``may_fail`` is not set. ``actor_id`` None: from the command line. Raises NoSuchAttempt,
    NotMarked.
    """
    enrolment_id = session.scalar(select(Attempt.enrolment_id).where(Attempt.id == attempt_id))
    if enrolment_id is None:
        raise NoSuchAttempt
    person_id = session.scalars(select(Enrolment.person_id).where(Enrolment.id == enrolment_id).with_for_update()).one()
    # Read anew once it is locked: whoever was first may have marked it again.
    attempt = session.scalars(
        select(Attempt).where(Attempt.id == attempt_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if attempt.submitted_at is None or attempt.score is None:
        raise NotMarked
    handed = _Handed(*session.execute(_HANDED.where(Attempt.id == attempt_id)).one())
    if handed.used_id == release.release_id:
        return None
    course = compiled_course(session, release.release_id, release.digest)
    change = next(_compared(session, [handed], _keys(session, [handed], course), course), None)
    if change is None or (change.effect is Effect.FAILED and not may_fail):
        return None
    for each in change.changes:
        session.execute(
            update(Mark)
            .where(Mark.attempt_id == attempt_id, Mark.question_id == each.question_id)
            .values(points=each.new.points, out_of=each.new.out_of)
        )
    attempt.score, attempt.is_passed = change.new_score, change.is_passed
    remark = Remark(
        attempt_id=attempt_id,
        release_id=release.release_id,
        reason=reason,
        remarked_by_id=actor_id,
        remarked_at=now,
        changes=stored_changes(change.changes),
        old_score=change.old_score,
        new_score=change.new_score,
        was_passed=change.was_passed,
        is_passed=change.is_passed,
    )
    session.add(remark)
    session.flush()
    record(
        session,
        Act.ATTEMPT_REMARKED,
        Thing(ThingKind.ATTEMPT, attempt.public_id),
        actor=actor_id if actor_id is not None else Bystander.COMMAND_LINE,
        now=now,
        course=release.slug,
        quiz=attempt.quiz_id,
        release=release.number,
        marks_changed=len(change.changes),
    )
    if change.new_score > change.old_score:
        record_outcome(
            session,
            enrolment_id,
            client_id=outcome_id(attempt.public_id, remark.id),
            kind=OutcomeKind.QUIZ_SCORED,
            unit=attempt.quiz_id,
            score=change.new_score,
            now=now,
        )
    if change.changes:
        news = News(
            Kind.MARKS_CORRECTED,
            key=f"corrected:{remark.id}",
            href=f"/attempts/{attempt.public_id}/result",
            about=about_course(course),
        )
        notify(session, person_id, news, now=now)
    return change


def _questions(course: Course, quiz_id: str) -> dict[str, Question]:
    quiz = course.quiz(quiz_id)
    return dict(questions_of(course, quiz)) if quiz is not None else {}


def _keys(session: Session, handed: Iterable[_Handed], course: Course) -> dict[tuple[int, int], Keys]:
    """The keys to compare, by the attempt's own release and the one used last."""
    made: dict[tuple[int, int], Keys] = {}
    for each in handed:
        if (each.own_id, each.used_id) in made:
            continue
        own, used = (
            _questions(compiled_course(session, release_id, digest), each.quiz_id)
            for release_id, digest in ((each.own_id, each.own_digest), (each.used_id, each.used_digest))
        )
        made[each.own_id, each.used_id] = Keys(own, used, _questions(course, each.quiz_id))
    return made


def _compared(
    session: Session, handed: Iterable[_Handed], keys: dict[tuple[int, int], Keys], course: Course
) -> Iterator[AttemptChange]:
    """What the new keys make of these attempts; without those that had no corrected question."""
    concerned = [each for each in handed if keys[each.own_id, each.used_id].comparable]
    for start in range(0, len(concerned), AT_ONCE):
        part = concerned[start : start + AT_ONCE]
        ids = [each.attempt_id for each in part]
        asked = frozenset[str]().union(*(keys[each.own_id, each.used_id].comparable for each in part))
        marks = _marks(session, ids)
        first, last = _responses(session, ids, asked)
        for each in part:
            held = keys[each.own_id, each.used_id]
            own_course = compiled_course(session, each.own_id, each.own_digest)
            quiz = own_course.quiz(each.quiz_id)
            assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
            points = marks[each.attempt_id]
            if not held.comparable & points.keys():
                continue
            given = (first if first_counts(quiz.feedback) else last)[each.attempt_id]
            changes = changes_of(points, given, held)
            score = score_after(points, changes) if changes else each.score
            yield AttemptChange(
                attempt_id=each.attempt_id,
                public_id=each.public_id,
                number=each.number,
                submitted_at=each.submitted_at,
                changes=changes,
                old_score=each.score,
                new_score=score,
                was_passed=each.is_passed,
                is_passed=passed_after(each.is_passed, pass_mark_of(own_course, quiz), score)
                if changes
                else each.is_passed,
            )


def _marks(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Points]]:
    found: dict[int, dict[str, Points]] = defaultdict(dict)
    query = select(Mark.attempt_id, Mark.question_id, Mark.points, Mark.out_of).where(Mark.attempt_id.in_(ids))
    for attempt_id, question_id, points, out_of in session.execute(query):
        found[attempt_id][question_id] = Points(points, out_of)
    return found


Responses = dict[int, dict[str, dict[str, Any]]]


def _responses(session: Session, ids: Sequence[int], questions: Iterable[str]) -> tuple[Responses, Responses]:
    """The first and the last response to each of these questions, by attempt."""
    first: Responses = defaultdict(dict)
    last: Responses = defaultdict(dict)
    query = (
        select(Answer.attempt_id, Answer.question_id, Answer.response)
        .where(Answer.attempt_id.in_(ids), Answer.question_id.in_(sorted(questions)))
        .order_by(Answer.id)
    )
    for attempt_id, question_id, response in session.execute(query):
        if "path" in response:  # of a case the last answer, which holds the decisions before it
            first[attempt_id][question_id] = response
        first[attempt_id].setdefault(question_id, response)
        last[attempt_id][question_id] = response
    return first, last

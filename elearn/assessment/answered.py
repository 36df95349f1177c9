"""Reading what many people answered, counted by the database: for item analysis.

What is the same is counted there, so what comes back is as much as there are different answers and scores.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Double,
    String,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from elearn.assessment.analysis import Given, ItemFigures, item_figures, seconds_by_question
from elearn.assessment.drawing import questions_of
from elearn.assessment.models import Answer, Attempt, Mark
from elearn.assessment.queries import counting_id
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.rules import NoSuchCourse
from elearn.content.course import Course, Quiz
from elearn.content.question import Question

MOST_ATTEMPTS = 5_000
"""Of more first attempts the newest are looked at: they tell a share to a hundredth, and the cost has a bound."""
TEN_THOUSAND = 10_000  # points are exact to four places, so these are whole

_WRITTEN = json.dumps({"written": "-"})
"""What stands for every text that somebody wrote: that there was one is all that is counted of it."""

_earlier = aliased(Attempt)
# The first attempt that a person handed in, once it has a score: see analysis for why.
_IS_FIRST = and_(
    Attempt.submitted_at.is_not(None),
    Attempt.score.is_not(None),
    ~exists().where(
        _earlier.enrolment_id == Attempt.enrolment_id,
        _earlier.quiz_id == Attempt.quiz_id,
        _earlier.number < Attempt.number,
        _earlier.submitted_at.is_not(None),
    ),
)


@dataclass(frozen=True, slots=True)
class AnsweredRelease:
    """A release of a course; ``people`` tells how many handed in a first attempt at which quiz."""

    release_id: int
    number: int
    version: str
    digest: str
    people: Mapping[str, int]


def answered_releases(session: Session, slug: str) -> Sequence[AnsweredRelease]:
    """The releases of a course, the newest first. Raises NoSuchCourse."""
    rows = (
        session.connection()
        .execute(
            select(Release.id, Release.number, Release.version, Release.digest, Attempt.quiz_id, func.count(Attempt.id))
            .join(CourseRecord, CourseRecord.id == Release.course_id)
            .outerjoin(Attempt, and_(Attempt.release_id == Release.id, _IS_FIRST))
            .where(CourseRecord.slug == slug)
            .group_by(Release.id, Release.number, Release.version, Release.digest, Attempt.quiz_id)
            .order_by(Release.number.desc())
        )
        .all()
    )
    if not rows:
        raise NoSuchCourse(slug=slug)
    found: list[AnsweredRelease] = []
    for release, group in groupby(rows, key=lambda row: row[:4]):
        release_id, number, version, digest = release
        people = {quiz_id: count for *_, quiz_id, count in group if quiz_id is not None}
        found.append(AnsweredRelease(release_id, number, version, digest, people))
    return found


def given_answers(session: Session, release_id: int, quiz: Quiz) -> Iterator[Given]:
    """What was given in the first attempts at a quiz of a release, question by question."""
    first = _first_attempts(release_id, quiz.id)
    points, out_of = _whole(Mark.points), _whole(Mark.out_of)
    totals = (
        select(
            Mark.attempt_id,
            cast(func.sum(points), BigInteger).label("total"),
            cast(func.sum(out_of), BigInteger).label("whole"),
        )
        .join(first, first.c.id == Mark.attempt_id)
        .group_by(Mark.attempt_id)
        .cte("totals")
    )
    other = aliased(Answer)
    last = counting_id(quiz.feedback, other)
    counting = (
        select(last)
        .where(other.attempt_id == Mark.attempt_id, other.question_id == Mark.question_id)
        .correlate(Mark)
        .scalar_subquery()
    )
    kept = cast(Answer.response, String)
    response = case((kept.like('{"written"%'), _WRITTEN), else_=kept)
    what = (Mark.question_id, response, points, out_of, totals.c.total, totals.c.whole)
    rows = session.connection().execute(
        select(*what, func.count())
        .join_from(Mark, totals, totals.c.attempt_id == Mark.attempt_id)
        .outerjoin(Answer, Answer.id == counting)
        .group_by(*what)
        .order_by(Mark.question_id)
    )
    return (Given(*row) for row in rows)


def answer_times(session: Session, release_id: int, quiz: Quiz) -> dict[str, Counter[int]]:
    """How many people took how many seconds for each question, in the same attempts; see ``analysis.median``."""
    first = _first_attempts(release_id, quiz.id)
    saved_at = cast(extract("epoch", Answer.received_at), BigInteger)
    started_at = cast(extract("epoch", first.c.started_at), BigInteger)
    before = func.lag(saved_at).over(partition_by=Answer.attempt_id, order_by=(Answer.received_at, Answer.id))
    gaps = (
        select(Answer.attempt_id, Answer.question_id, (saved_at - func.coalesce(before, started_at)).label("seconds"))
        .join(first, first.c.id == Answer.attempt_id)
        .subquery()
    )
    sums = (
        select(gaps.c.question_id, cast(func.sum(gaps.c.seconds), BigInteger).label("seconds"))
        .group_by(gaps.c.attempt_id, gaps.c.question_id)
        .subquery()
    )
    rows = session.connection().execute(
        select(sums.c.question_id, sums.c.seconds, func.count()).group_by(sums.c.question_id, sums.c.seconds)
    )
    return seconds_by_question((question_id, seconds, people) for question_id, seconds, people in rows)


def _first_attempts(release_id: int, quiz_id: str) -> CTE:
    """The attempts that are looked at."""
    return (
        select(Attempt.id, Attempt.started_at)
        .where(Attempt.release_id == release_id, Attempt.quiz_id == quiz_id, _IS_FIRST)
        .order_by(Attempt.id.desc())
        .limit(MOST_ATTEMPTS)
        .cte("first")
    )


def _whole(points: ColumnElement[Decimal] | InstrumentedAttribute[Decimal]) -> ColumnElement[int]:
    return cast(func.round(cast(points, Double) * TEN_THOUSAND), BigInteger)


def quiz_figures(
    session: Session, release_id: int, course: Course, quiz: Quiz, *, suppress_below: int
) -> list[tuple[Question, ItemFigures | None]]:
    """The questions of a quiz with their figures (None: too few people), in its order, then those drawn from pools.

    Of a pool there are the questions that somebody was given.
    """
    questions = questions_of(course, quiz)
    times = answer_times(session, release_id, quiz)
    found: dict[str, ItemFigures | None] = {question.id: None for question in quiz.questions}
    for question_id, group in groupby(given_answers(session, release_id, quiz), attrgetter("question_id")):
        found[question_id] = item_figures(
            questions[question_id], list(group), times.get(question_id, {}), suppress_below=suppress_below
        )
    return [(questions[question_id], figures) for question_id, figures in found.items()]

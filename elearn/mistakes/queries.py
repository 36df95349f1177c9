"""Reading reports, and what they may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from elearn.assessment.drawing import paper_stored, questions_of
from elearn.assessment.models import Attempt
from elearn.assessment.rules import AttemptFacts, feedback_visible, is_closed
from elearn.assessment.variants import varied
from elearn.catalogue.models import CourseRecord, Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Check, Course, text_in
from elearn.content.question import Ledger, Question
from elearn.learning.queries import Learning, course_of
from elearn.learning.rules import NoSuchSection, Place, place_of
from elearn.markup.safe import compiled
from elearn.mistakes.models import MistakeReport
from elearn.mistakes.rules import CheckUnit, NoSuchReport, NoSuchUnit, QuizUnit, SectionUnit, State, Unit

# --- what may be reported --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit as somebody was shown it. ``title`` is in ``language``; a section has its ``number``, a question none."""

    unit: Unit
    release_id: int
    version: str
    language: str
    title: str
    number: str = ""


def spot_of(session: Session, learning: Learning, unit: Unit, language: str) -> Spot:
    """A unit of the release that a person learns, shown in a language or what stands in for it.

    A question of a quiz is there only if the person's feedback on it is open to them; of a check-yourself question
    everybody may know that there is one. Raises NoSuchUnit.
    """
    course = course_of(session, learning)
    match unit:
        case QuizUnit():
            return _quiz_spot(session, learning, unit, language)
        case SectionUnit():
            place = _place(course, unit.module_id, unit.section_id)
            text, found_in = text_in(place.section.texts, language, course.language)
            title = text.title or text_in(place.module.texts, found_in, course.language)[0].title
            return Spot(unit, learning.release_id, course.version, found_in, title, place.section.number)
        case CheckUnit():
            place = _place(course, unit.module_id, unit.section_id)
            body = text_in(place.section.texts, language, course.language)[0].body
            asked = place.module.check(unit.question_id)
            if asked is None or Check(asked.id) not in body:
                raise NoSuchUnit
            return Spot(unit, learning.release_id, course.version, *_question_words(asked, language, course))


def _place(course: Course, module_id: str, section_id: str) -> Place:
    try:
        return place_of(course, module_id, section_id)
    except NoSuchSection as problem:
        raise NoSuchUnit from problem


def _question_words(question: Question, language: str, course: Course, order: tuple[str, ...] = ()) -> tuple[str, str]:
    """The language in which a question is shown, and its title, nothing of its key; ``order`` as for a view of it."""
    text, found_in = text_in(question.texts, language, course.language)
    if isinstance(question, Ledger) and order:
        text = varied(question, text, question.texts[course.language], order[0])
    return found_in, str(compiled(text.title).striptags())


_PAPERS = (
    select(
        Attempt.public_id,
        Attempt.number,
        Attempt.started_at,
        Attempt.due_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.is_passed,
        Attempt.paper,
        Release.id,
        Release.digest,
    )
    .join(Release, Release.id == Attempt.release_id)
    .where(Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.quiz_id == bindparam("quiz_id"))
    .order_by(Attempt.number.desc())
)


def _quiz_spot(session: Session, learning: Learning, unit: QuizUnit, language: str) -> Spot:
    """The question as the newest attempt that shows it does. Raises NoSuchUnit."""
    values = {"enrolment_id": learning.enrolment_id, "quiz_id": unit.quiz_id}
    rows = session.connection().execute(_PAPERS, values).all()
    attempts = [AttemptFacts(*row[:7]) for row in rows]
    for attempt, (paper, release_id, digest) in zip(attempts, (row[7:] for row in rows), strict=True):
        orders = {item.question_id: item.order for item in paper_stored(paper)}
        if attempt.score is None or unit.question_id not in orders:
            continue
        course = compiled_course(session, release_id, digest)
        quiz = course.quiz(unit.quiz_id)
        assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
        if feedback_visible(quiz, is_submitted=True, is_closed=is_closed(quiz, attempts)):
            question = questions_of(course, quiz)[unit.question_id]
            words = _question_words(question, language, course, orders[unit.question_id])
            return Spot(unit, release_id, course.version, *words)
    raise NoSuchUnit


# --- reports ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a page needs it: what was reported, where, and what became of it. Nobody is named."""

    public_id: str
    slug: str
    unit: str
    title: str
    version: str
    language: str
    message: str
    suggestion: str
    reported_at: datetime
    state: State
    fixed_in: str | None
    answer: str
    answered_at: datetime | None
    release_id: int
    digest: str


_REPORT = (
    select(
        MistakeReport.public_id,
        CourseRecord.slug,
        MistakeReport.unit,
        MistakeReport.title,
        Release.version,
        MistakeReport.language,
        MistakeReport.message,
        MistakeReport.suggestion,
        MistakeReport.reported_at,
        MistakeReport.state,
        MistakeReport.fixed_in,
        MistakeReport.answer,
        MistakeReport.answered_at,
        Release.id.label("release_id"),
        Release.digest,
    )
    .join(CourseRecord, CourseRecord.id == MistakeReport.course_id)
    .join(Release, Release.id == MistakeReport.release_id)
)
_NEWEST_FIRST = (MistakeReport.reported_at.desc(), MistakeReport.id.desc())


def _reports(session: Session, query: Select[*tuple[Any, ...]]) -> list[Report]:
    rows = session.connection().execute(query)
    return [Report(**{**row._asdict(), "state": State(row.state)}) for row in rows]


def waiting_report(session: Session, person_id: int, slug: str, unit: Unit) -> Report | None:
    """The report of a person on a unit that has no answer yet."""
    found = _reports(
        session,
        _REPORT.where(
            MistakeReport.person_id == person_id,
            CourseRecord.slug == slug,
            MistakeReport.unit == str(unit),
            MistakeReport.state == State.OPEN,
        ),
    )
    return found[0] if found else None


def reports_by(session: Session, person_id: int) -> Sequence[Report]:
    """What a person reported, the newest first."""
    return _reports(session, _REPORT.where(MistakeReport.person_id == person_id).order_by(*_NEWEST_FIRST))


def reports_in(session: Session, course_id: int, state: State | None = None) -> Sequence[Report]:
    """The reports in a course, the newest first; ``state`` None: all of them."""
    query = _REPORT.where(MistakeReport.course_id == course_id).order_by(*_NEWEST_FIRST)
    return _reports(session, query if state is None else query.where(MistakeReport.state == state))


def report_in(session: Session, slug: str, public_id: str) -> Report:
    """A report in a course. Raises NoSuchReport."""
    found = _reports(session, _REPORT.where(CourseRecord.slug == slug, MistakeReport.public_id == public_id))
    if not found:
        raise NoSuchReport
    return found[0]


def report_counts(session: Session, course_id: int) -> dict[State, int]:
    """How many reports in a course are in each state."""
    query = (
        select(MistakeReport.state, func.count())
        .where(MistakeReport.course_id == course_id)
        .group_by(MistakeReport.state)
    )
    return {State(state): count for state, count in session.execute(query)}


def open_count(session: Session, course_id: int) -> int:
    """How many reports in a course wait for an answer."""
    query = select(func.count()).where(MistakeReport.course_id == course_id, MistakeReport.state == State.OPEN)
    return session.scalar(query) or 0

"""Use cases of attempts: start, save an answer, flag, hand in. They flush, never commit.

Locks are taken in one order, the enrolment before the attempt, so that two use cases never wait for each other.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.drawing import draw_paper, form_for, paper_stored, questions_of, stored_paper
from elearn.assessment.marking import (
    Response,
    Walked,
    is_marked_by_hand,
    mark,
    response_stored,
    stands,
    stored_form,
)
from elearn.assessment.models import Answer, Attachment, Attempt, ExtraTime, HandMarking, Mark
from elearn.assessment.queries import Sitting, answers_of, attempts_of, extra_time_grants, extra_time_of
from elearn.assessment.rules import (
    AnsweredAlready,
    AttemptClosed,
    DecisionStands,
    ExamNotOpen,
    NotYourOwnTime,
    due_at,
    handed_in_at,
    is_attempt_passed,
    is_over,
    may_start,
    outcome_id,
    pass_mark_of,
    score_of,
)
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.catalogue.models import Release
from elearn.catalogue.queries import compiled_course
from elearn.content.course import Course, Feedback, Quiz
from elearn.core.identifiers import new_public_id
from elearn.db.engine import Database
from elearn.db.hot import HotWrite
from elearn.learning.models import Enrolment
from elearn.learning.queries import Learning
from elearn.learning.rules import OutcomeKind, progress_of
from elearn.learning.services import record_outcome

# Called when an attempt is started, and when one is handed in, in the same transaction.
attempt_started: list[Callable[[Session], object]] = []
attempt_handed_in: list[Callable[[Session], object]] = []


def start_attempt(
    session: Session, learning: Learning, course: Course, quiz: Quiz, *, now: datetime, seed: int
) -> Attempt:
    """Start an attempt, or resume the one that is open.

    The seed decides what is drawn. Raises ExamNotOpen, NoAttemptsLeft, NextAttemptLater.
    """
    _lock_enrolment(session, learning.enrolment_id)
    running = session.scalar(
        select(Attempt).where(
            Attempt.enrolment_id == learning.enrolment_id, Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_(None)
        )
    )
    if running is not None:
        if not is_over(running.due_at, now):
            return running
        submit_attempt(session, running.id, now=now)
    attempts = attempts_of(session, learning.enrolment_id, quiz.id)
    if course.exam is not None and quiz.id == course.exam.id and not progress_of(course, learning.tally).is_exam_open:
        raise ExamNotOpen
    refusal = may_start(quiz, attempts, now)
    if refusal is not None:
        raise refusal
    form = form_for(course, quiz, learning.enrolment_id)
    attempt = Attempt(
        public_id=new_public_id(),
        enrolment_id=learning.enrolment_id,
        quiz_id=quiz.id,
        number=len(attempts) + 1,
        release_id=learning.release_id,
        seed=seed,
        form=form,
        paper=stored_paper(draw_paper(course, quiz, seed, form)),
        flagged=[],
        started_at=now,
        due_at=due_at(quiz, now, extra_time_of(session, learning.person_id, quiz)),
    )
    session.add(attempt)
    session.flush()
    for listener in attempt_started:
        listener(session)
    return attempt


def _lock_enrolment(session: Session, enrolment_id: int) -> None:
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())


_NEW_ANSWER = {
    dialect: insert(Answer)
    .on_conflict_do_nothing(index_elements=["attempt_id", "client_id"])
    .returning(Answer.received_at)
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
_RECEIVED_AT = select(Answer.received_at).where(
    Answer.attempt_id == bindparam("attempt_id"), Answer.client_id == bindparam("client_id")
)
_ANSWERED = (
    select(Answer.client_id)
    .where(Answer.attempt_id == bindparam("attempt_id"), Answer.question_id == bindparam("question_id"))
    .limit(1)
)
_LAST_RESPONSE = (
    select(Answer.response)
    .where(Answer.attempt_id == bindparam("attempt_id"), Answer.question_id == bindparam("question_id"))
    .order_by(Answer.id.desc())
    .limit(1)
)


def save_answer(
    session: Session,
    found: Sitting,
    quiz: Quiz,
    question_id: str,
    client_id: UUID,
    response: Response | None,
    *,
    now: datetime,
) -> datetime:
    """Save a response to a question of an attempt; the instant at which it was received.

    ``found`` is from ``queries.sitting_held``. The same ``client_id`` again changes nothing and is answered with the
    first instant, even when the attempt was closed since. Raises NoSuchQuestion,
    AttemptClosed, AnsweredAlready (where feedback comes immediately, the first answer is final, unless a trainer marks
    it), DecisionStands (a case only goes on from the decisions that were taken).
    """
    found.number_of(question_id)
    connection = session.connection()
    key: dict[str, Any] = {"attempt_id": found.attempt_id, "client_id": client_id}
    if not found.is_open or is_over(found.due_at, now):
        return _received(session, key) or _refuse(AttemptClosed())
    is_decision, form = isinstance(response, Walked), stored_form(response)
    last = _last_response(session, found, question_id) if is_decision or response is None else {}
    if not stands(last, form):
        return _received(session, key) or _refuse(DecisionStands())
    is_final = quiz.feedback is Feedback.IMMEDIATELY and not (is_decision or "written" in (form or last))
    if is_final and _is_answered(session, found, question_id):
        return _received(session, key) or _refuse(AnsweredAlready())
    row = {**key, "question_id": question_id, "response": form, "received_at": now}
    added: datetime | None = connection.execute(_NEW_ANSWER[connection.dialect.name], row).scalar()
    return added or _received(session, key) or now


_NAMES = ("attempt_id", "question_id", "client_id", "response", "received_at")
_OPEN = (
    select(Attempt.id, *(bindparam(name, type_=Answer.__table__.c[name].type) for name in _NAMES[1:]))
    .where(Attempt.id == bindparam("attempt_id"), Attempt.submitted_at.is_(None))
    .with_for_update(read=True, of=Attempt)  # handed in meanwhile: PostgreSQL waits, looks again, and adds nothing
)
_NEW_ANSWER_TO_OPEN = HotWrite(
    {
        dialect: insert(Answer)
        .from_select(_NAMES, _OPEN)
        .on_conflict_do_nothing(index_elements=["attempt_id", "client_id"])
        .returning(Answer.received_at)
        for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
    }
)


def save_answer_at_once(
    database: Database,
    session: Session,
    found: Sitting,
    question_id: str,
    client_id: UUID,
    response: Response | None,
    *,
    now: datetime,
) -> datetime:
    """Save a response where the last one counts, in one statement that is its own transaction.

    As :func:`save_answer`, and committed when it returns; for questions whose answers
    do not bind (``rules.binds``). ``found`` is from ``queries.sitting``, ``session`` one that reads. Raises
    NoSuchQuestion, AttemptClosed.
    """
    found.number_of(question_id)
    key: dict[str, Any] = {"attempt_id": found.attempt_id, "client_id": client_id}
    if found.is_open and not is_over(found.due_at, now):
        row = {**key, "question_id": question_id, "response": stored_form(response), "received_at": now}
        if _NEW_ANSWER_TO_OPEN.wrote(database, **row):
            return now
    return _received(session, key) or _refuse(AttemptClosed())


def _refuse(refusal: Exception) -> datetime:
    raise refusal


def _received(session: Session, key: dict[str, Any]) -> datetime | None:
    found: datetime | None = session.connection().execute(_RECEIVED_AT, key).scalar()
    return found


def _last_response(session: Session, found: Sitting, question_id: str) -> dict[str, Any]:
    values = {"attempt_id": found.attempt_id, "question_id": question_id}
    last: dict[str, Any] | None = session.connection().execute(_LAST_RESPONSE, values).scalar()
    return last or {}


def _is_answered(session: Session, found: Sitting, question_id: str) -> bool:
    values = {"attempt_id": found.attempt_id, "question_id": question_id}
    return session.connection().execute(_ANSWERED, values).first() is not None


def flag_question(session: Session, found: Sitting, question_id: str, is_flagged: bool, *, now: datetime) -> None:
    """Flag a question to look at it again, or take the flag off.

    ``found`` is from ``queries.sitting_held``. Raises NoSuchQuestion, AttemptClosed.
    """
    found.number_of(question_id)
    if not found.is_open or is_over(found.due_at, now):
        raise AttemptClosed
    if (question_id in found.flagged) == is_flagged:
        return
    flagged = {*found.flagged, question_id} if is_flagged else {*found.flagged} - {question_id}
    in_order = [item.question_id for item in found.paper if item.question_id in flagged]
    session.execute(update(Attempt).where(Attempt.id == found.attempt_id).values(flagged=in_order))


def submit_attempt(session: Session, attempt_id: int, *, now: datetime) -> Attempt:
    """Hand in an attempt: mark every question, keep the score, record the outcome.

    Where an answer waits for marks by hand, score and outcome come with the last of these. Done once: an attempt
    already handed in is returned as it is. Marked by the release in which it was started; one whose time is over counts
    as handed in when it was due.
    """
    attempt, digest = attempt_held(session, attempt_id)
    if attempt.submitted_at is not None:
        return attempt
    course = compiled_course(session, attempt.release_id, digest)
    quiz = course.quiz(attempt.quiz_id)
    assert quiz is not None, "an attempt is made at a quiz of its release, and releases do not change"
    attempt.submitted_at = handed_in_at(attempt.due_at, now)
    if _mark_attempt(session, attempt, course, quiz):
        session.flush()
    else:
        settle_score(session, attempt, course, quiz, now=now)
    for listener in attempt_handed_in:
        listener(session)
    return attempt


def attempt_held(session: Session, attempt_id: int) -> tuple[Attempt, str]:
    """An attempt as it is now, held with its enrolment until the transaction ends, and the digest of its release."""
    enrolment_id = session.execute(select(Attempt.enrolment_id).where(Attempt.id == attempt_id)).scalar_one()
    _lock_enrolment(session, enrolment_id)
    attempt, digest = session.execute(
        select(Attempt, Release.digest)
        .join(Release, Release.id == Attempt.release_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one()
    return attempt, digest


def _mark_attempt(session: Session, attempt: Attempt, course: Course, quiz: Quiz) -> bool:
    """Mark what can be marked and queue the rest; whether anything waits for marks by hand."""
    questions = questions_of(course, quiz)
    given = answers_of(session, attempt.id, quiz.feedback)
    asked = [questions[item.question_id] for item in paper_stored(attempt.paper)]
    with_files = _with_files(session, attempt.id) if any(is_marked_by_hand(question) for question in asked) else ()
    is_waiting = False
    for question in asked:
        answer = given.get(question.id)
        response = response_stored(question, answer.response) if answer is not None else None
        if is_marked_by_hand(question) and (response is not None or question.id in with_files):
            is_waiting = True
            session.add(
                HandMarking(
                    public_id=new_public_id(),
                    attempt_id=attempt.id,
                    question_id=question.id,
                    opened_at=attempt.submitted_at,
                )
            )
        else:
            marked = mark(question, response)
            points = {"points": marked.points, "out_of": marked.out_of}
            session.add(Mark(attempt_id=attempt.id, question_id=question.id, **points))
    return is_waiting


def _with_files(session: Session, attempt_id: int) -> Collection[str]:
    """The questions of an attempt to which a file is attached."""
    return set(session.scalars(select(Attachment.question_id).where(Attachment.attempt_id == attempt_id)))


def settle_score(session: Session, attempt: Attempt, course: Course, quiz: Quiz, *, now: datetime) -> None:
    """Keep the score of an attempt whose every answer has its mark, and record the outcome; done twice, it is once.

    Who calls it holds the enrolment and the attempt.
    """
    session.flush()
    marks = session.execute(select(Mark.points, Mark.out_of).where(Mark.attempt_id == attempt.id))
    attempt.score = score_of((points, out_of) for points, out_of in marks)
    attempt.is_passed = is_attempt_passed(pass_mark_of(course, quiz), attempt.score)
    session.flush()
    record_outcome(
        session,
        attempt.enrolment_id,
        client_id=outcome_id(attempt.public_id),
        kind=OutcomeKind.QUIZ_SCORED,
        unit=attempt.quiz_id,
        score=attempt.score,
        now=now,
    )


def close_overdue(session: Session, attempt_id: int, *, now: datetime) -> Attempt | None:
    """Hand in an attempt whose time is over, with what was saved, as at the time it was due; None: it is not over.

    Whoever looks at an attempt calls this first: the server decides time.
    """
    attempt = session.get_one(Attempt, attempt_id)
    if attempt.submitted_at is not None or not is_over(attempt.due_at, now):
        return None
    return submit_attempt(session, attempt_id, now=now)


def grant_extra_time(session: Session, person_id: int, percent: int, *, actor_id: int, now: datetime) -> None:
    """Give a person so many per cent more time for quizzes with a time limit, from their next attempt on.

    0 takes it back; what is already so is not said twice. ``percent`` is one of ``rules.EXTRA_PERCENTS``. Raises
    NotYourOwnTime.
    """
    if person_id == actor_id:
        raise NotYourOwnTime
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    grants = extra_time_grants(session, person_id)
    if percent == (grants[0].percent if grants else 0):
        return
    session.add(ExtraTime(person_id=person_id, percent=percent, granted_by_id=actor_id, granted_at=now))
    session.flush()
    public_id = session.scalars(select(Person.public_id).where(Person.id == person_id)).one()
    record(session, Act.EXTRA_TIME_SET, the_person(public_id), actor=actor_id, now=now, percent=percent)

"""The use case of marking by hand. It flushes, never commits; locks go enrolment, attempt, as in handing in."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from elearn.assessment.by_hand.queries import GivenAnswer, answer_given, attempt_of_answer
from elearn.assessment.by_hand.rules import (
    Levels,
    MarkedMeanwhile,
    MarkKind,
    State,
    is_settled,
    state_of,
    stored_levels,
)
from elearn.assessment.marking import mark_rubric
from elearn.assessment.models import Attempt, HandMarking, Mark, RubricMark
from elearn.assessment.services import attempt_held, settle_score
from elearn.notices.rules import Kind, News, about_course
from elearn.notices.services import notify


def mark_answer(
    session: Session,
    public_id: str,
    levels: Levels,
    comment: str,
    *,
    kind: MarkKind,
    wants_second: bool = False,
    actor_id: int,
    now: datetime,
) -> State:
    """Give an answer the mark that one set out to give; where the answer stands then.

    ``kind`` is the part that the page offered; ``wants_second`` (of a first mark) leaves the answer to somebody else.
    When the last answer of an attempt is returned, its score and its outcome are recorded. The same mark sent twice is
    kept once. Raises NoSuchAnswer, OwnAnswer, MarkedBefore, NotBetweenThem, MarkedMeanwhile.
    """
    attempt, _ = attempt_held(session, attempt_of_answer(session, public_id))
    found = answer_given(session, public_id)
    there = found.marks.get(kind)
    if there is not None and (there.by_id, there.levels, there.comment) == (actor_id, levels, comment):
        return found.state
    if found.part_of(actor_id) is not kind:
        raise MarkedMeanwhile
    marked = mark_rubric(found.question, levels)
    session.add(
        RubricMark(
            hand_marking_id=found.id,
            kind=kind,
            levels=stored_levels(found.question, levels),
            points=marked.points,
            comment=comment,
            marked_by_id=actor_id,
            marked_at=now,
        )
    )
    points = {each: given.points for each, given in found.marks.items()} | {kind: marked.points}
    wants_second = wants_second and kind is MarkKind.FIRST
    is_final = is_settled(points, wants_second=wants_second)
    if is_final:
        _return(session, attempt, found, marked.points, marked.out_of, now=now)
    elif wants_second:
        wanted = {"second_wanted_by_id": actor_id, "second_wanted_at": now}
        session.execute(update(HandMarking).where(HandMarking.id == found.id).values(**wanted))
    session.flush()
    return state_of(points, is_returned=is_final)


def waive_second(session: Session, public_id: str, *, actor_id: int, now: datetime) -> State:
    """Return an answer by its first mark alone, where the one who gave it had asked for a second marker.

    Nobody may be there to be one. Done twice, it is once. Raises NoSuchAnswer, OwnAnswer, MarkedMeanwhile (a second
    marker was quicker, or it is not one's to say).
    """
    attempt, _ = attempt_held(session, attempt_of_answer(session, public_id))
    found = answer_given(session, public_id)
    if found.may_waive(actor_id):
        marked = mark_rubric(found.question, found.marks[MarkKind.FIRST].levels)
        _return(session, attempt, found, marked.points, marked.out_of, now=now)
        session.flush()
        return State.RETURNED
    is_done = found.returned_at is not None and set(found.marks) == {MarkKind.FIRST}
    if is_done and found.marks[MarkKind.FIRST].by_id == actor_id:
        return State.RETURNED
    raise MarkedMeanwhile


def _return(
    session: Session, attempt: Attempt, found: GivenAnswer, points: Decimal, out_of: Decimal, *, now: datetime
) -> None:
    """Make the mark of an answer final; with the last one of the attempt comes its score."""
    session.add(Mark(attempt_id=attempt.id, question_id=found.question.id, points=points, out_of=out_of))
    session.execute(update(HandMarking).where(HandMarking.id == found.id).values(returned_at=now))
    waiting = select(func.count()).where(HandMarking.attempt_id == attempt.id, HandMarking.returned_at.is_(None))
    if not session.scalar(waiting):
        settle_score(session, attempt, found.course, found.quiz, now=now)
        news = News(
            Kind.ANSWER_RETURNED,
            key=f"returned:{attempt.public_id}",
            href=f"/attempts/{attempt.public_id}/result",
            about=about_course(found.course),
        )
        notify(session, found.owner_id, news, now=now)

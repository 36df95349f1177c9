"""What becomes of an answer that is marked by hand: in whose hands it is, and what is refused. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from elearn.assessment.marking import Marked, Response, Written, is_marked_by_hand, mark, mark_rubric
from elearn.content.question import OpenAnswer, Question
from elearn.core.refusals import Conflict, NotAllowed, NotFound

LONGEST_COMMENT = 4_000  # characters
Levels = Mapping[str, int]
"""The level reached, counted from the lowest, by the id of the criterion."""


class NoSuchAnswer(NotFound):
    """No answer with that label waits for marks, or got them."""

    message = "There is no such answer."


class OwnAnswer(NotAllowed):
    """Nobody marks what they wrote themselves."""

    message = "This is your own answer. Another trainer marks it."


class MarkedBefore(Conflict):
    """The second marker is somebody else than the first."""

    message = "You have marked this answer. A second marker has to be somebody else."


class NotBetweenThem(NotAllowed):
    """Two markers settle between themselves what they did not agree on."""

    message = "Two markers differ about this answer. One of these two records what they agree on."


class MarkedMeanwhile(Conflict):
    """Somebody else marked the answer since one opened it."""

    message = "Somebody else has marked this answer meanwhile. Your marks were not saved; your comment stands below."


class MarkKind(StrEnum):
    """Which mark of an answer it is."""

    FIRST = "first"
    SECOND = "second"
    AGREED = "agreed"
    """What two markers who gave different points agreed on."""


class State(StrEnum):
    """Where an answer stands."""

    UNMARKED = "unmarked"
    SECOND_WANTED = "second-wanted"
    DIFFERENT = "different"
    """Two markers gave different points and have yet to agree."""
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class HandMark:
    """What a marker gave: the levels, the points they earn, the comment for the officer ("": none)."""

    kind: MarkKind
    levels: Levels
    points: Decimal
    comment: str
    by_id: int
    by: str
    at: datetime


Marks = Mapping[MarkKind, HandMark]


def state_of(marked: Mapping[MarkKind, object], *, is_returned: bool) -> State:
    """Where an answer with these marks stands."""
    if is_returned:
        return State.RETURNED
    if MarkKind.SECOND in marked:
        return State.DIFFERENT
    return State.SECOND_WANTED if MarkKind.FIRST in marked else State.UNMARKED


def part_of(person_id: int, owner_id: int, markers: Mapping[MarkKind, int], *, is_returned: bool) -> MarkKind:
    """Which mark of an answer a person may give now; ``markers`` are those who gave the ones there are.

    Raises OwnAnswer, MarkedBefore, NotBetweenThem, MarkedMeanwhile (nothing is left to mark).
    """
    if person_id == owner_id:
        raise OwnAnswer
    match state_of(markers, is_returned=is_returned):
        case State.UNMARKED:
            return MarkKind.FIRST
        case State.SECOND_WANTED:
            if markers[MarkKind.FIRST] == person_id:
                raise MarkedBefore
            return MarkKind.SECOND
        case State.DIFFERENT:
            if person_id not in markers.values():
                raise NotBetweenThem
            return MarkKind.AGREED
        case State.RETURNED:
            raise MarkedMeanwhile


def is_settled(marks: Mapping[MarkKind, Decimal], *, wants_second: bool) -> bool:
    """Whether these marks, by their points, are final."""
    if MarkKind.AGREED in marks:
        return True
    if MarkKind.SECOND in marks:
        return marks[MarkKind.SECOND] == marks[MarkKind.FIRST]
    return MarkKind.FIRST in marks and not wants_second


def final_mark(marks: Marks) -> HandMark:
    """The mark that counts of an answer that was returned: what was agreed, else the first."""
    return marks.get(MarkKind.AGREED, marks[MarkKind.FIRST])


def comments_of(marks: Marks) -> tuple[str, ...]:
    """What the officer is told: the agreed comment, else those of both markers, each once."""
    told = [marks[MarkKind.AGREED]] if MarkKind.AGREED in marks else [marks[kind] for kind in MarkKind if kind in marks]
    return tuple(dict.fromkeys(mark.comment for mark in told if mark.comment))


def mark_of(question: Question, response: Response | None, marks: Marks | None) -> Marked | None:
    """What a response earned, by the machine or, where a trainer marked it, by these marks; None: it waits for them."""
    if marks and isinstance(question, OpenAnswer):
        return mark_rubric(question, final_mark(marks).levels)
    if is_marked_by_hand(question) and isinstance(response, Written):
        return None
    return mark(question, response)


def stored_levels(question: OpenAnswer, levels: Levels) -> list[list[str | int]]:
    """Levels as they are kept, in the order of the rubric."""
    return [[criterion.id, levels[criterion.id]] for criterion in question.criteria]

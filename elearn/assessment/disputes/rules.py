"""What a corrected key changes in the marks of an attempt. Pure.

A release never changes, so a wrong key is mended by a later release in which the question, known by its id, has
another key. Marking again looks only at such questions. A question whose rows were reworded, dropped or added is not
the question that was answered any more, and its marks stay.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, assert_never

from elearn.assessment.marking import is_marked_by_hand, mark, response_stored, stored_form
from elearn.assessment.rules import is_attempt_passed, score_of
from elearn.content.question import (
    BranchingCase,
    ChoiceGap,
    Cloze,
    Hotspot,
    Ledger,
    Matching,
    Number,
    OpenAnswer,
    Ordering,
    Question,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from elearn.core.refusals import Conflict, Invalid

LONGEST_REASON = 500
_NOT_KEY = frozenset({"texts", "tags", "path", "line", "shuffle", "columns", "is_keyed", "alarm_hours", "missed_days"})
"""Words, places and what they look like: marking does not look at them."""
_UNORDERED = frozenset({"choices", "answers", "pairs", "distractors"})


class CorrectedMeanwhile(Conflict):
    """Another release was published since one looked at what a correction changes."""

    message = "Another release was published meanwhile. Look at the changes again before you apply them."


class WouldNotFail(Conflict):
    """An attempt was included as one that would fail, and is none."""

    message = "The attempt %(public_id)s would not fail by the new keys, or was marked again already. Look again."


class NoReason(Invalid):
    """Marks are not changed without a reason that is kept with them."""

    message = "Write why the marks are changed, in at most 500 characters."


class NotMarked(Conflict):
    """An attempt that was not handed in, or of which an answer waits for a trainer, has no marks to correct."""

    message = "This attempt was not handed in, or a trainer is still marking it, so it has no marks yet."


class Points(NamedTuple):
    """Points earned, and how many there were to earn."""

    points: Decimal
    out_of: Decimal


class Effect(StrEnum):
    """What a correction does to an attempt as a whole."""

    RAISED = "raised"
    LOWERED = "lowered"
    FAILED = "failed"
    """It was passed, and by the new keys it is not."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class MarkChange:
    """The mark of one question, before and after."""

    question_id: str
    old: Points
    new: Points


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """What the new keys make of an attempt; scores in per cent."""

    attempt_id: int
    public_id: str
    number: int
    submitted_at: datetime
    changes: tuple[MarkChange, ...]
    old_score: Decimal
    new_score: Decimal
    was_passed: bool | None
    is_passed: bool | None

    @property
    def effect(self) -> Effect:
        """What that is to the attempt as a whole."""
        if self.was_passed and self.is_passed is False:
            return Effect.FAILED
        if self.new_score == self.old_score:
            return Effect.SAME
        return Effect.RAISED if self.new_score > self.old_score else Effect.LOWERED


def checked_reason(text: str) -> str:
    """A reason on one line. Raises NoReason."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_REASON or not line.isprintable():
        raise NoReason
    return line


def key_of(question: Question) -> tuple[object, ...]:
    """Everything of a question that marking looks at, to be compared between releases; the order of rows is not."""
    values = {each.name: getattr(question, each.name) for each in fields(question) if each.name not in _NOT_KEY}
    rows = {name: frozenset(value) for name, value in values.items() if name in _UNORDERED}
    return (type(question), *{**values, **rows}.values())


def corrected_ids(old: Mapping[str, Question], new: Mapping[str, Question]) -> frozenset[str]:
    """The questions, by id, that both releases have, with another key in the new one.

    What a trainer marks has no key: another rubric changes no mark that was given.
    """
    both = {each for each in old.keys() & new.keys() if not is_marked_by_hand(old[each])}
    return frozenset(each for each in both if key_of(old[each]) != key_of(new[each]))


def shape_of(question: Question) -> object:
    """What responses to a question refer to: a response to one question can be read as one to another of its shape."""
    match question:
        case ShortText() | Number():
            return None
        case SingleChoice() | SeveralChoice() | Hotspot():
            return frozenset(choice.id for choice in question.choices)
        case TrueFalse():
            return None
        case Matching():
            rights = {*(pair.right for pair in question.pairs), *question.distractors}
            return frozenset(pair.left for pair in question.pairs), frozenset(rights)
        case Ordering():
            return frozenset(question.items)
        case Cloze():
            return tuple(
                (gap.kind, frozenset(choice.id for choice in gap.choices) if isinstance(gap, ChoiceGap) else None)
                for gap in question.gaps
            )
        case Ledger():
            return question.row_ids, question.variant
        case BranchingCase():
            return tuple(
                (scene.id, tuple((decision.id, decision.leads_to) for decision in scene.decisions))
                for scene in question.scenes
            )
        case OpenAnswer():
            return question.criteria
        case _:
            assert_never(question)


def is_comparable(old: Question, new: Question) -> bool:
    """Whether a response to the old question is one to the new: the same kind and shape."""
    return type(old) is type(new) and shape_of(old) == shape_of(new)


def marking_question(own: Question, later: Question | None, stored: Mapping[str, Any]) -> Question:
    """The question by whose key a stored response is marked after a correction.

    The later one, if it still is the question that was answered and reads the response as it was read; else its own.
    """
    if later is None or is_marked_by_hand(own) or not is_comparable(own, later):
        return own
    as_read = stored_form(response_stored(own, stored))
    return later if stored_form(response_stored(later, stored)) == as_read else own


def earned(question: Question, stored: Mapping[str, Any]) -> Points:
    """What a stored response (``{}``: blank) earns by the key of a question, one that a machine marks."""
    marked = mark(question, response_stored(question, stored))
    return Points(marked.points, marked.out_of)


@dataclass(frozen=True)
class Keys:
    """The questions of a quiz, by id, in three releases.

    ``own`` is the release of the attempt, ``used`` the one by whose keys it was marked last, ``new`` the corrected one.
    """

    own: Mapping[str, Question]
    used: Mapping[str, Question]
    new: Mapping[str, Question]

    @cached_property
    def corrected(self) -> frozenset[str]:
        """The questions whose new key is not the one used last."""
        now = {
            each: self.used[each] if each in self.used and is_comparable(own, self.used[each]) else own
            for each, own in self.own.items()
        }
        return corrected_ids(now, self.new)

    @cached_property
    def comparable(self) -> frozenset[str]:
        """Those of them that can be marked again; the others were reworded, and their marks stay."""
        return frozenset(each for each in self.corrected if is_comparable(self.own[each], self.new[each]))


def changes_of(
    marks: Mapping[str, Points], responses: Mapping[str, Mapping[str, Any]], keys: Keys
) -> tuple[MarkChange, ...]:
    """The marks of an attempt that are others by the new keys than they are by those used last."""
    changes: list[MarkChange] = []
    for question_id in sorted(marks.keys() & keys.comparable):
        own, stored = keys.own[question_id], responses.get(question_id, {})
        used = marking_question(own, keys.used.get(question_id), stored)
        question = marking_question(own, keys.new[question_id], stored)
        if question is own or key_of(question) == key_of(used):
            continue
        new = earned(question, stored)
        if new != marks[question_id]:
            changes.append(MarkChange(question_id, marks[question_id], new))
    return tuple(changes)


def score_after(marks: Mapping[str, Points], changes: Iterable[MarkChange]) -> Decimal:
    """The score in per cent with these changes."""
    return score_of((dict(marks) | {change.question_id: change.new for change in changes}).values())


def passed_after(was_passed: bool | None, pass_mark: int | None, score: Decimal) -> bool | None:
    """Whether the attempt is passed by its new score; where there was nothing to pass, there still is not."""
    return None if was_passed is None else is_attempt_passed(pass_mark, score)


def stored_changes(changes: Iterable[MarkChange]) -> list[Any]:
    """Changes as they are kept: ``[question, points, out of, new points, new out of]``, decimals as text."""
    return [[each.question_id, *(f"{value:.4f}" for value in (*each.old, *each.new))] for each in changes]


def changes_stored(stored: Iterable[Any]) -> tuple[MarkChange, ...]:
    """The changes that were kept."""
    return tuple(
        MarkChange(question_id, Points(Decimal(a), Decimal(b)), Points(Decimal(c), Decimal(d)))
        for question_id, a, b, c, d in stored
    )

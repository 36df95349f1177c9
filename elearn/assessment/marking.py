"""Responses and what they earn: pure, one branch for each kind of question, all of them here.

A *response* is what an officer gave: rows chosen or text typed. Marking a response tells the points, the verdict on it
as a whole and the verdict on each answer. Points are never below 0 nor above what the question is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any, TypeVar, assert_never

from elearn.assessment.typed import folded_text, is_pattern_match, is_unit, number_readings
from elearn.content.course import (
    Choice,
    Credit,
    Number,
    NumberAnswer,
    Question,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)

LONGEST_TEXT = 500  # characters of a typed response that are kept
POINT = Decimal("0.0001")  # points are exact to four places, as the database keeps them
NOTHING, ALL = Decimal(0), Decimal(1)
KeyAnswer = TypeVar("KeyAnswer", TextAnswer, NumberAnswer)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows chosen, by id, in the order the question has them; never empty."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A word, a phrase or a number as it was typed; never empty."""

    text: str


Response = Chosen | Typed


class Verdict(StrEnum):
    """What a response was worth as a whole."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    BLANK = "blank"


class AnswerVerdict(StrEnum):
    """What became of one answer: chosen rightly, chosen wrongly, right but not chosen, or rightly left."""

    HIT = "hit"
    WRONG = "wrong"
    MISSED = "missed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Marked:
    """What a response earned.

    ``answers`` says it for each choice; for a typed response it holds the one answer of the key that it met, if any.
    """

    points: Decimal
    out_of: Decimal
    verdict: Verdict
    answers: Mapping[str, AnswerVerdict]


def choices_of(question: Question) -> tuple[Choice, ...]:
    """The rows one may choose, in the author's order; none where something is typed."""
    match question:
        case SingleChoice() | SeveralChoice():
            return question.choices
        case TrueFalse():
            return (_truth("true", question.is_true), _truth("false", not question.is_true))
        case ShortText() | Number():
            return ()
        case _:
            assert_never(question)


def _truth(answer_id: str, is_right: bool) -> Choice:
    return Choice(answer_id, is_right, ALL if is_right else NOTHING)


def read_response(question: Question, values: Sequence[str]) -> Response | None:
    """The response in what a form sent under ``answer``; None if it is blank.

    Whatever is sent, the result is a response to this question: unknown ids are dropped, a single choice keeps one,
    text loses control characters and all beyond :data:`LONGEST_TEXT`.
    """
    match question:
        case SingleChoice() | TrueFalse():
            known = {choice.id for choice in choices_of(question)}
            first = next((value for value in values if value in known), None)
            return Chosen((first,)) if first is not None else None
        case SeveralChoice():
            sent = set(values)
            ids = tuple(choice.id for choice in question.choices if choice.id in sent)
            return Chosen(ids) if ids else None
        case ShortText() | Number():
            text = _clean(values[0]) if values else ""
            return Typed(text) if text else None
        case _:
            assert_never(question)


def _clean(text: str) -> str:
    """One line that every database and page can hold: no control characters, no halves of characters."""
    whole = text[: 4 * LONGEST_TEXT].encode("utf-8", "ignore").decode()
    line = "".join(letter if letter.isprintable() else " " for letter in whole)
    return " ".join(line.split())[:LONGEST_TEXT].strip()


def stored_form(response: Response | None) -> dict[str, Any]:
    """A response as it is kept; a blank one is ``{}``: it takes back what was given before."""
    match response:
        case Chosen():
            return {"chosen": list(response.ids)}
        case Typed():
            return {"text": response.text}
        case None:
            return {}
        case _:
            assert_never(response)


def response_stored(question: Question, stored: Mapping[str, Any]) -> Response | None:
    """The response to this question that was kept."""
    if "text" in stored:
        return read_response(question, [str(stored["text"])])
    return read_response(question, [str(value) for value in stored.get("chosen", ())])


def mark(question: Question, response: Response | None) -> Marked:
    """What a response earns.

    Single choice, true or false: the right row all points; a wrong row its own weight, if the author gave it one.
    Several: see :func:`share_of_choices`. Text and number: the weight of the best accepted answer that the
    response meets, unless it meets a refused one. A blank response earns nothing.
    """
    match question:
        case SingleChoice() | TrueFalse():
            chosen = response.ids if isinstance(response, Chosen) else ()
            choices = choices_of(question)
            share = max((ALL if row.is_right else row.weight for row in choices if row.id in chosen), default=NOTHING)
            return _marked(question, response, share, verdicts_on(choices, chosen))
        case SeveralChoice():
            chosen = response.ids if isinstance(response, Chosen) else ()
            share = share_of_choices(question.choices, chosen, question.credit)
            return _marked(question, response, share, verdicts_on(question.choices, chosen))
        case ShortText():
            text = response.text if isinstance(response, Typed) else ""
            met = _met_by_text(question, text) if text else None
            return _marked_typed(question, response, met)
        case Number():
            text = response.text if isinstance(response, Typed) else ""
            return _marked_typed(question, response, _met_by_number(question, text))
        case _:
            assert_never(question)


def share_of_choices(choices: Sequence[Choice], chosen: Sequence[str], credit: Credit) -> Decimal:
    """The share of the points, 0 to 1, that choosing these rows earns.

    Let R be the rows that are right and C those chosen; w is the weight of a row (the right ones' weights make 1).

    ``exact``
        1 if C = R, else 0.
    ``proportional``
        max(0, Σ w(C ∩ R) − Σ p(C ∖ R)): what is right earns its weight, what is wrong costs its price p: the weight
        below zero that the author gave it, else an equal share of the whole, 1 / |wrong rows|. Choosing everything
        earns nothing.
    ``proportional-correct``
        The same, but a wrong row to which the author gave no price takes everything: Σ w(C ∩ R) as long as no such row
        is chosen, else 0.
    """
    right = {choice.id for choice in choices if choice.is_right}
    picked = {choice.id for choice in choices if choice.id in chosen}
    if picked == right:
        return ALL if right else NOTHING
    if credit is Credit.EXACT:
        return NOTHING
    wrong = [choice for choice in choices if choice.id not in right]
    unpriced = ALL if credit is Credit.PROPORTIONAL_CORRECT else ALL / max(len(wrong), 1)
    earned = sum((choice.weight for choice in choices if choice.id in picked & right), NOTHING)
    lost = sum((-choice.weight if choice.weight < 0 else unpriced for choice in wrong if choice.id in picked), NOTHING)
    return max(NOTHING, min(ALL, earned) - lost)


def verdicts_on(choices: Sequence[Choice], chosen: Sequence[str]) -> dict[str, AnswerVerdict]:
    """What became of each row."""
    return {
        choice.id: (AnswerVerdict.HIT if choice.is_right else AnswerVerdict.WRONG)
        if choice.id in chosen
        else (AnswerVerdict.MISSED if choice.is_right else AnswerVerdict.LEFT)
        for choice in choices
    }


def _met_by_text(question: ShortText, text: str) -> TextAnswer | None:
    """The answer of the key that a text meets: a refused one before any, else the accepted one of most weight."""
    folded = folded_text(text, fold_yo=question.fold_yo)

    def meets(answer: TextAnswer) -> bool:
        if answer.is_pattern:
            return is_pattern_match(answer.text, folded, fold_yo=question.fold_yo)
        return folded_text(answer.text, fold_yo=question.fold_yo) == folded

    return _best([answer for answer in question.answers if meets(answer)])


def _met_by_number(question: Number, text: str) -> NumberAnswer | None:
    """The answer of the key that a number meets, read in the officer's favour where ``15,000`` may be two numbers."""
    met: list[NumberAnswer] = []
    for value, unit in number_readings(text):
        reading = [
            answer
            for answer in question.answers
            if answer.low <= value <= answer.high and (unit is None or is_unit(unit, answer.unit))
        ]
        best = _best(reading)
        if best is not None:
            met.append(best)
    accepted = [answer for answer in met if not answer.is_refused]
    return max(accepted, key=lambda answer: answer.weight) if accepted else next(iter(met), None)


def _best(met: Sequence[KeyAnswer]) -> KeyAnswer | None:
    refused = next((answer for answer in met if answer.is_refused), None)
    return refused or max(met, key=lambda answer: answer.weight, default=None)


def _marked_typed(question: Question, response: Response | None, met: TextAnswer | NumberAnswer | None) -> Marked:
    share = NOTHING if met is None or met.is_refused else met.weight
    verdicts = {} if met is None else {met.id: AnswerVerdict.HIT if share > 0 else AnswerVerdict.WRONG}
    return _marked(question, response, share, verdicts)


def _marked(
    question: Question, response: Response | None, share: Decimal, answers: Mapping[str, AnswerVerdict]
) -> Marked:
    share = max(NOTHING, min(ALL, share))
    points = min(question.points, (question.points * share).quantize(POINT, ROUND_HALF_EVEN))
    if response is None:
        verdict = Verdict.BLANK
    elif share == ALL:
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.PARTLY if share > 0 else Verdict.WRONG
    return Marked(points, question.points, verdict, answers)

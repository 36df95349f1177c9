"""Marking what was typed: a word, a phrase, a number. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from elearn.assessment.marking.base import NOTHING, AnswerVerdict, Marked, clean_line, marked
from elearn.assessment.reading import folded_text, is_pattern_match, is_unit, number_readings
from elearn.content.question import Number, NumberAnswer, ShortText, TextAnswer

LONGEST_TEXT = 500  # characters of a typed response that are kept
KeyAnswer = TypeVar("KeyAnswer", TextAnswer, NumberAnswer)


@dataclass(frozen=True, slots=True)
class Typed:
    """A word, a phrase or a number as it was typed; never empty."""

    text: str


def read_typed(values: Sequence[str]) -> Typed | None:
    """The first text sent, on one line, cut at :data:`LONGEST_TEXT`."""
    text = clean_line(values[0], LONGEST_TEXT) if values else ""
    return Typed(text) if text else None


def mark_text(question: ShortText, response: Typed | None) -> Marked:
    """The weight of the best accepted answer that the response meets, unless it meets a refused one."""
    met = met_by_text(question.answers, response.text, fold_yo=question.fold_yo) if response is not None else None
    return _marked(question, response, met)


def mark_number(question: Number, response: Typed | None) -> Marked:
    """The same for a number."""
    return _marked(question, response, met_by_number(question.answers, response.text) if response is not None else None)


def right_text(question: ShortText) -> Typed:
    """An accepted text."""
    return Typed(accepted_text(question.answers))


def right_number(question: Number) -> Typed:
    """An accepted number."""
    return Typed(accepted_number(question.answers))


def accepted_text(answers: Sequence[TextAnswer]) -> str:
    """A text that earns all; where only patterns are accepted, the first of them as it is written."""
    accepted = [answer for answer in answers if answer.weight == 1]
    return next((answer.text for answer in accepted if not answer.is_pattern), accepted[0].text)


def accepted_number(answers: Sequence[NumberAnswer]) -> str:
    """A number that earns all, as one may type it."""
    accepted = next(answer for answer in answers if answer.weight == 1)
    return f"{accepted.low:f} {accepted.unit or ''}".strip()


def met_by_text(answers: Sequence[TextAnswer], text: str, *, fold_yo: bool) -> TextAnswer | None:
    """The answer of the key that a text meets: a refused one before any, else the accepted one of most weight."""
    folded = folded_text(text, fold_yo=fold_yo)

    def meets(answer: TextAnswer) -> bool:
        if answer.is_pattern:
            return is_pattern_match(answer.text, folded, fold_yo=fold_yo)
        return folded_text(answer.text, fold_yo=fold_yo) == folded

    return _best([answer for answer in answers if meets(answer)])


def met_by_number(answers: Sequence[NumberAnswer], text: str) -> NumberAnswer | None:
    """The answer of the key that a number meets, read in the officer's favour where ``15,000`` may be two numbers."""
    met: list[NumberAnswer] = []
    units = {answer.unit for answer in answers if not answer.is_refused}
    for value, unit in number_readings(text):
        # A bare number is taken to be in a unit that is accepted, never in one that is only refused.
        reading = [
            answer
            for answer in answers
            if answer.low <= value <= answer.high
            and (is_unit(unit, answer.unit) if unit is not None else answer.unit is None or answer.unit in units)
        ]
        best = _best(reading)
        if best is not None:
            met.append(best)
    accepted = [answer for answer in met if not answer.is_refused]
    return max(accepted, key=lambda answer: answer.weight) if accepted else next(iter(met), None)


def _best(met: Sequence[KeyAnswer]) -> KeyAnswer | None:
    refused = next((answer for answer in met if answer.is_refused), None)
    return refused or max(met, key=lambda answer: answer.weight, default=None)


def _marked(question: ShortText | Number, response: Typed | None, met: TextAnswer | NumberAnswer | None) -> Marked:
    share = NOTHING if met is None or met.is_refused else met.weight
    verdicts = {} if met is None else {met.id: AnswerVerdict.HIT if share > 0 else AnswerVerdict.WRONG}
    return marked(question, share, verdicts, is_blank=response is None)

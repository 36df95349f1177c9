"""Responses and what they earn: pure, one module for each family of kinds, and here what chooses among them.

A *response* is what an officer gave: rows chosen, text typed. Marking a response tells the points, the verdict on it as
a whole and the verdict on each answer. Points are never below 0 nor above what the question is worth.
"""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from elearn.assessment.marking.base import AnswerVerdict, Marked, Verdict
from elearn.assessment.marking.choices import (
    Chosen,
    mark_one,
    mark_several,
    read_one,
    read_several,
    share_of_choices,
    truth_choices,
)
from elearn.assessment.marking.typed import (
    LONGEST_TEXT,
    Typed,
    mark_number,
    mark_text,
    read_typed,
    right_number,
    right_text,
)
from elearn.content.course import Choice, Number, Question, SeveralChoice, ShortText, SingleChoice, TrueFalse

__all__ = [
    "LONGEST_TEXT",
    "AnswerVerdict",
    "Chosen",
    "Marked",
    "Response",
    "Typed",
    "Verdict",
    "choices_of",
    "mark",
    "read_response",
    "response_stored",
    "right_response",
    "share_of_choices",
    "stored_form",
]

Response = Chosen | Typed


def choices_of(question: Question) -> tuple[Choice, ...]:
    """The rows one may choose, in the author's order; none where something is typed."""
    match question:
        case SingleChoice() | SeveralChoice():
            return question.choices
        case TrueFalse():
            return truth_choices(question)
        case ShortText() | Number():
            return ()
        case _:
            assert_never(question)


def read_response(question: Question, values: Sequence[str]) -> Response | None:
    """The response in what a form sent under ``answer``; None if it is blank.

    Whatever is sent, the result is a response to this question: unknown ids are dropped, a single choice keeps one,
    text loses control characters and all beyond its length.
    """
    match question:
        case SingleChoice() | TrueFalse():
            return read_one(choices_of(question), values)
        case SeveralChoice():
            return read_several(question.choices, values)
        case ShortText() | Number():
            return read_typed(values)
        case _:
            assert_never(question)


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
    """What a response earns; a blank one, or one to another kind of question, earns nothing."""
    match question:
        case SingleChoice() | TrueFalse():
            return mark_one(question, choices_of(question), response if isinstance(response, Chosen) else None)
        case SeveralChoice():
            return mark_several(question, response if isinstance(response, Chosen) else None)
        case ShortText():
            return mark_text(question, response if isinstance(response, Typed) else None)
        case Number():
            return mark_number(question, response if isinstance(response, Typed) else None)
        case _:
            assert_never(question)


def right_response(question: Question) -> Response:
    """A response that earns all points."""
    match question:
        case SingleChoice() | SeveralChoice() | TrueFalse():
            return Chosen(tuple(choice.id for choice in choices_of(question) if choice.is_right))
        case ShortText():
            return right_text(question)
        case Number():
            return right_number(question)
        case _:
            assert_never(question)

"""Responses and what they earn: pure, one module for each family of kinds, and here what chooses among them.

A *response* is what an officer gave: rows chosen, text typed. Marking a response tells the points, the verdict on it as
a whole and the verdict on each answer. Points are never below 0 nor above what the question is worth.
"""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from elearn.assessment.marking.base import AnswerVerdict, Marked, Verdict
from elearn.assessment.marking.branching import Walked, is_case_over, mark_case, read_path, right_path, stands
from elearn.assessment.marking.choices import (
    Chosen,
    mark_one,
    mark_several,
    read_one,
    read_several,
    share_of_choices,
    truth_choices,
)
from elearn.assessment.marking.cloze import Filled, mark_cloze, read_cloze, right_cloze
from elearn.assessment.marking.ledger import Detection, Picked, detection, mark_ledger, read_picked, right_ledger
from elearn.assessment.marking.matching import Matched, mark_matching, read_matching, right_matching
from elearn.assessment.marking.open import (
    LONGEST_WRITTEN,
    Written,
    best_levels,
    mark_blank,
    mark_rubric,
    read_written,
    word_count,
)
from elearn.assessment.marking.ordering import Ordered, mark_ordering, read_ordering, right_ordering
from elearn.assessment.marking.typed import (
    LONGEST_TEXT,
    Typed,
    mark_number,
    mark_text,
    read_typed,
    right_number,
    right_text,
)
from elearn.content.question import (
    BranchingCase,
    Choice,
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

__all__ = [
    "LONGEST_TEXT",
    "LONGEST_WRITTEN",
    "AnswerVerdict",
    "Chosen",
    "Detection",
    "Filled",
    "Marked",
    "Matched",
    "Ordered",
    "Picked",
    "Response",
    "Typed",
    "Verdict",
    "Walked",
    "Written",
    "best_levels",
    "choices_of",
    "detection",
    "is_complete",
    "is_marked_by_hand",
    "mark",
    "mark_rubric",
    "read_response",
    "response_stored",
    "right_response",
    "share_of_choices",
    "stands",
    "stored_form",
    "word_count",
]

Response = Filled | Chosen | Typed | Matched | Ordered | Walked | Picked | Written


def choices_of(question: Question) -> tuple[Choice, ...]:
    """The rows one may choose, in the author's order; none where something is typed."""
    match question:
        case SingleChoice() | SeveralChoice() | Hotspot():
            return question.choices
        case TrueFalse():
            return truth_choices(question)
        case ShortText() | Number() | Matching() | Ordering() | Cloze() | Ledger() | BranchingCase() | OpenAnswer():
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
        case Hotspot():
            read = read_several if question.is_several else read_one
            return read(question.choices, values)
        case ShortText() | Number():
            return read_typed(values)
        case BranchingCase():
            return read_path(question, values)
        case Ledger():
            return read_picked(question, values)
        case Matching():
            return read_matching(question, values)
        case Cloze():
            return read_cloze(question, values)
        case Ordering():
            return read_ordering(question, values)
        case OpenAnswer():
            return read_written(values)
        case _:
            assert_never(question)


def stored_form(response: Response | None) -> dict[str, Any]:
    """A response as it is kept; a blank one is ``{}``: it takes back what was given before."""
    match response:
        case Chosen():
            return {"chosen": list(response.ids)}
        case Typed():
            return {"text": response.text}
        case Written():
            return {"written": response.text}
        case Walked():
            return {"path": list(response.path)}
        case Picked():
            return {"values": list(response.ids)}
        case Filled() | Matched() | Ordered():
            return {"values": list(response.values)}
        case None:
            return {}
        case _:
            assert_never(response)


def response_stored(question: Question, stored: Mapping[str, Any]) -> Response | None:
    """The response to this question that was kept."""
    if "text" in stored:
        return read_response(question, [str(stored["text"])])
    if "written" in stored:
        return read_response(question, [str(stored["written"])])
    if "values" in stored:
        return read_response(question, [str(value) for value in stored["values"]])
    if "path" in stored:
        return read_response(question, [str(value) for value in stored["path"]])
    return read_response(question, [str(value) for value in stored.get("chosen", ())])


def is_complete(question: Question, response: Response | None) -> bool:
    """Whether a response is one on which nothing more is to be decided; a case must have come to its end."""
    if isinstance(question, BranchingCase):
        return isinstance(response, Walked) and is_case_over(question, response)
    return response is not None


def is_marked_by_hand(question: Question) -> bool:
    """Whether a trainer marks what is given, with :func:`mark_rubric`, and not :func:`mark`."""
    return isinstance(question, OpenAnswer)


def mark(question: Question, response: Response | None) -> Marked:
    """What a response earns; a blank one, or one to another kind of question, earns nothing.

    No machine knows what a :class:`Written` one earns (see :func:`is_marked_by_hand`): do not ask.
    """
    match question:
        case SingleChoice() | TrueFalse():
            return mark_one(question, choices_of(question), response if isinstance(response, Chosen) else None)
        case SeveralChoice():
            return mark_several(question, response if isinstance(response, Chosen) else None)
        case Hotspot():
            chosen = response if isinstance(response, Chosen) else None
            if question.is_several:
                return mark_several(question, chosen)
            return mark_one(question, question.choices, chosen)
        case ShortText():
            return mark_text(question, response if isinstance(response, Typed) else None)
        case Number():
            return mark_number(question, response if isinstance(response, Typed) else None)
        case BranchingCase():
            return mark_case(question, response if isinstance(response, Walked) else None)
        case Ledger():
            return mark_ledger(question, response if isinstance(response, Picked) else None)
        case Matching():
            return mark_matching(question, response if isinstance(response, Matched) else None)
        case Cloze():
            return mark_cloze(question, response if isinstance(response, Filled) else None)
        case Ordering():
            return mark_ordering(question, response if isinstance(response, Ordered) else None)
        case OpenAnswer():
            assert not isinstance(response, Written), "a trainer marks what was written"
            return mark_blank(question)
        case _:
            assert_never(question)


def right_response(question: Question) -> Response | None:
    """A response that earns all points; None where only a trainer can tell one."""
    match question:
        case SingleChoice() | SeveralChoice() | TrueFalse() | Hotspot():
            return Chosen(tuple(choice.id for choice in choices_of(question) if choice.is_right))
        case ShortText():
            return right_text(question)
        case Number():
            return right_number(question)
        case BranchingCase():
            return right_path(question)
        case Ledger():
            return right_ledger(question)
        case Matching():
            return right_matching(question)
        case Cloze():
            return right_cloze(question)
        case Ordering():
            return right_ordering(question)
        case OpenAnswer():
            return None
        case _:
            assert_never(question)

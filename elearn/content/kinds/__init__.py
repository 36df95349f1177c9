"""The kinds of questions in the course format: one module for each family, one function that reads each shape.

A kind is added in these places, one for each of its faces: its frozen type in ``content.course``; its shape in
``content.answers``; its reader, and how a translation joins it, in a module here; its marking in a module of
``assessment.marking``; its view in one of ``assessment.showing`` with a template in ``templates/assessment/kinds``.
"""

from collections.abc import Callable

from elearn.content.answers import Shape
from elearn.content.course import (
    Credit,
    Number,
    Question,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from elearn.content.kinds.choices import merged_choices, merged_truth, read_round, read_square
from elearn.content.kinds.draft import Draft
from elearn.content.kinds.typed import merged_number, merged_text, read_typed

READERS: dict[Shape, Callable[[Draft], Question | None]] = {
    Shape.ROUND: read_round,
    Shape.SQUARE: read_square,
    Shape.TYPED: read_typed,
}
DEFAULT_CREDIT = {
    Shape.ROUND: Credit.EXACT,
    Shape.SQUARE: Credit.PROPORTIONAL_CORRECT,
    Shape.TYPED: Credit.EXACT,
}


def merged(ours: Question, theirs: Question, language: str) -> Question | None:
    """Our question with a translation's words, or None if its kind or its marks are not ours."""
    match ours, theirs:
        case SingleChoice(), SingleChoice():
            return merged_choices(ours, theirs, language)
        case SeveralChoice(), SeveralChoice():
            return merged_choices(ours, theirs, language)
        case TrueFalse(), TrueFalse():
            return merged_truth(ours, theirs, language)
        case Number(), Number():
            return merged_number(ours, theirs, language)
        case ShortText(), ShortText():
            return merged_text(ours, theirs, language)
    return None

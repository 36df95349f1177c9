"""The kinds of questions in the course format: one module for each family, one function that reads each shape.

A kind is added in these places, one for each of its faces: its frozen type in ``content.question``; its shape in
``content.answers``; its reader, and how a translation joins it, in a module here; its marking in a module of
``assessment.marking``; its view in one of ``assessment.showing`` with a template in ``templates/assessment/kinds``.
"""

from collections.abc import Callable

from elearn.content.answers import Shape
from elearn.content.kinds.branching import merged_branching, read_branching
from elearn.content.kinds.choices import merged_choices, merged_truth, read_round, read_square
from elearn.content.kinds.cloze import merged_cloze, read_cloze
from elearn.content.kinds.draft import Draft
from elearn.content.kinds.hotspot import merged_hotspot, read_hotspot
from elearn.content.kinds.ledger import merged_ledger, read_ledger
from elearn.content.kinds.matching import merged_matching, read_matching
from elearn.content.kinds.open import merged_open, read_open
from elearn.content.kinds.ordering import merged_ordering, read_ordering
from elearn.content.kinds.typed import merged_number, merged_text, read_typed
from elearn.content.question import (
    BranchingCase,
    Cloze,
    Credit,
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

READERS: dict[Shape, Callable[[Draft], Question | None]] = {
    Shape.ROUND: read_round,
    Shape.SQUARE: read_square,
    Shape.TYPED: read_typed,
    Shape.BRANCHING: read_branching,
    Shape.HOTSPOT: read_hotspot,
    Shape.MATCHING: read_matching,
    Shape.ORDERING: read_ordering,
    Shape.CLOZE: read_cloze,
    Shape.LEDGER: read_ledger,
    Shape.OPEN: read_open,
}
DEFAULT_CREDIT = {
    Shape.ROUND: Credit.EXACT,
    Shape.SQUARE: Credit.PROPORTIONAL_CORRECT,
    Shape.TYPED: Credit.EXACT,
    Shape.BRANCHING: Credit.PROPORTIONAL,
    Shape.HOTSPOT: Credit.PROPORTIONAL_CORRECT,
    Shape.MATCHING: Credit.PROPORTIONAL,
    Shape.ORDERING: Credit.PROPORTIONAL,
    Shape.CLOZE: Credit.PROPORTIONAL,
    Shape.LEDGER: Credit.PROPORTIONAL,
    Shape.OPEN: Credit.PROPORTIONAL,
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
        case BranchingCase(), BranchingCase():
            return merged_branching(ours, theirs, language)
        case Hotspot(), Hotspot():
            return merged_hotspot(ours, theirs, language)
        case Matching(), Matching():
            return merged_matching(ours, theirs, language)
        case Cloze(), Cloze():
            return merged_cloze(ours, theirs, language)
        case Ordering(), Ordering():
            return merged_ordering(ours, theirs, language)
        case Ledger(), Ledger():
            return merged_ledger(ours, theirs, language)
        case OpenAnswer(), OpenAnswer():
            return merged_open(ours, theirs, language)
    return None

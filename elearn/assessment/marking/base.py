"""What marking tells: points, a verdict on the whole response and one on each of its parts. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from elearn.content.question import Item

POINT = Decimal("0.0001")  # points are exact to four places, as the database keeps them
NOTHING, ALL = Decimal(0), Decimal(1)


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


def marked(item: Item, share: Decimal, answers: Mapping[str, AnswerVerdict], *, is_blank: bool) -> Marked:
    """What a share of the points, 0 to 1, amounts to; more or less is cut off."""
    share = max(NOTHING, min(ALL, share))
    points = min(item.points, (item.points * share).quantize(POINT, ROUND_HALF_EVEN))
    if is_blank:
        verdict = Verdict.BLANK
    elif share == ALL:
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.PARTLY if share > 0 else Verdict.WRONG
    return Marked(points, item.points, verdict, answers)


def clean_line(text: str, longest: int) -> str:
    """One line that every database and page can hold: no control characters, no halves of characters.

    What is never seen (a soft hyphen, a mark of direction) goes without a trace: it comes with what is copied.
    """
    whole = text[: 4 * longest].encode("utf-8", "ignore").decode()
    seen = (letter for letter in whole if unicodedata.category(letter) != "Cf")
    line = "".join(letter if letter.isprintable() else " " for letter in seen)
    return " ".join(line.split())[:longest].strip()

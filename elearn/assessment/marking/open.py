"""Open answers: the text that was written, and what the levels of a rubric that it reached earn. Pure.

No machine marks them: a trainer chooses a level for each criterion, and :func:`mark_rubric` adds these up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.assessment.marking.base import AnswerVerdict, Marked, marked
from elearn.content.question import OpenAnswer

LONGEST_WRITTEN = 20_000  # characters of a text that are kept
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, halves of characters, what Unicode calls no character, and what turns the letters of a text around.
_PLANES = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
_DROPPED = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e\ufeff\ufdd0-\ufdef{_PLANES}]")


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it was written, with its lines; never blank. Files that belong to it are kept on their own."""

    text: str


def read_written(values: Sequence[str]) -> Written | None:
    """The first text sent, cut at :data:`LONGEST_WRITTEN`, with newlines of one kind and without control characters."""
    sent = values[0][: 2 * LONGEST_WRITTEN] if values else ""
    text = _DROPPED.sub("", _NEWLINES.sub("\n", sent)).strip("\n")[:LONGEST_WRITTEN].rstrip()
    return Written(text) if any(letter.isprintable() and not letter.isspace() for letter in text) else None


def word_count(text: str) -> int:
    """How many words a text has: runs without a blank in which there is a letter or a digit."""
    return sum(any(letter.isalnum() for letter in run) for run in text.split())


def mark_blank(question: OpenAnswer) -> Marked:
    """What an answer without a text and a file earns: nothing, and no trainer need look at it."""
    return marked(question, Decimal(0), {}, is_blank=True)


def mark_rubric(question: OpenAnswer, reached: Mapping[str, int]) -> Marked:
    """What the levels reached earn, by the ids of the criteria: the lowest level is 0, each further one counts one up.

    The share of the points is the sum of the points of the levels reached over the sum of the highest ones, as in a
    rubric of Moodle whose lowest score is not moved to zero: a head that begins with 1 pays 1 for its lowest level.
    The levels reached are the hits. Raises KeyError for a criterion that has no level yet, IndexError for a level that
    the rubric does not have.
    """
    earned = highest = Decimal(0)
    hits: dict[str, AnswerVerdict] = {}
    for criterion in question.criteria:
        index = reached[criterion.id]
        if index < 0:
            raise IndexError(index)
        earned += criterion.levels[index]
        highest += criterion.levels[-1]
        hits[criterion.level_id(index)] = AnswerVerdict.HIT
    return marked(question, earned / highest, hits, is_blank=False)


def best_levels(question: OpenAnswer) -> dict[str, int]:
    """The levels that earn all points, by criterion."""
    return {criterion.id: len(criterion.levels) - 1 for criterion in question.criteria}

"""Marking matching: a right side chosen for each left side. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, marked
from elearn.content.question import Credit, Matching


@dataclass(frozen=True, slots=True)
class Matched:
    """Left sides with the right sides chosen for them, by id, in the order of the question; never empty."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def values(self) -> tuple[str, ...]:
        """What a form sends for it: ``LEFT:RIGHT``."""
        return tuple(f"{left}:{right}" for left, right in self.pairs)


def rights_of(question: Matching) -> tuple[str, ...]:
    """The right sides one chooses among, each once, in the author's order; distractors come last."""
    return tuple(dict.fromkeys((*(pair.right for pair in question.pairs), *question.distractors)))


def read_matching(question: Matching, values: Sequence[str]) -> Matched | None:
    """The first right side sent for each left side; what the question does not have is dropped."""
    rights = set(rights_of(question))
    chosen: dict[str, str] = {}
    for value in values:
        left, _, right = value.partition(":")
        if right in rights:
            chosen.setdefault(left, right)
    pairs = tuple((pair.left, chosen[pair.left]) for pair in question.pairs if pair.left in chosen)
    return Matched(pairs) if pairs else None


def mark_matching(question: Matching, response: Matched | None) -> Marked:
    """What became of each left side, and the share of the points that this makes.

    Let n be the left sides, h those matched rightly, w those matched wrongly; one left open is neither.

    ``exact``
        1 if h = n, else 0.
    ``proportional``
        h / n: each left side is worth the same (as Moodle's matching and QTI's match with equal mappings pay it).
    ``proportional-correct``
        h / n as long as w = 0, else 0.
    """
    chosen = dict(response.pairs) if response is not None else {}
    verdicts = {pair.left: _verdict(chosen.get(pair.left), pair.right) for pair in question.pairs}
    hits = sum(verdict is AnswerVerdict.HIT for verdict in verdicts.values())
    share = ALL if hits == len(verdicts) else Decimal(hits) / len(verdicts)
    is_partly_paid = question.credit is Credit.PROPORTIONAL or (
        question.credit is Credit.PROPORTIONAL_CORRECT and AnswerVerdict.WRONG not in verdicts.values()
    )
    paid = share if share == ALL or is_partly_paid else NOTHING
    return marked(question, paid, verdicts, is_blank=response is None)


def _verdict(chosen: str | None, right: str) -> AnswerVerdict:
    if chosen is None:
        return AnswerVerdict.MISSED
    return AnswerVerdict.HIT if chosen == right else AnswerVerdict.WRONG


def right_matching(question: Matching) -> Matched:
    """Every left side with its right side."""
    return Matched(tuple((pair.left, pair.right) for pair in question.pairs))

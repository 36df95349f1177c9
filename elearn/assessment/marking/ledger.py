"""Marking ledgers: which rows were picked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, marked
from elearn.content.question import Credit, Ledger


@dataclass(frozen=True, slots=True)
class Picked:
    """Rows of a ledger that were picked, by id, in the ledger's order; never empty."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """What picking rows found: right rows picked, wrong rows picked, right rows left.

    ``precision`` is the share of the rows picked that are right, ``recall`` the share of the right rows that were
    picked, ``f1`` their harmonic mean 2PR/(P + R), each 0 to 1: van Rijsbergen, *Information Retrieval*, 2nd ed., 1979,
    chapter 7 (effectiveness, weighing both alike). Without a hit all are 0.
    """

    hits: int
    alarms: int
    misses: int

    @property
    def precision(self) -> Decimal:
        """How much of what was picked is right."""
        return Decimal(self.hits) / max(self.hits + self.alarms, 1)

    @property
    def recall(self) -> Decimal:
        """How much of what is right was picked."""
        return Decimal(self.hits) / max(self.hits + self.misses, 1)

    @property
    def f1(self) -> Decimal:
        """Their harmonic mean, in its form without a division by nothing: 2 hits / (picked + right)."""
        return Decimal(2 * self.hits) / max(2 * self.hits + self.alarms + self.misses, 1)


def read_picked(question: Ledger, values: Sequence[str]) -> Picked | None:
    """The rows sent that there are, in the ledger's order."""
    sent = set(values)
    ids = tuple(row for row in question.row_ids if row in sent)
    return Picked(ids) if ids else None


def detection(question: Ledger, response: Picked | None) -> Detection:
    """How many rows were found, taken for right, and missed."""
    picked = frozenset(response.ids if response is not None else ())
    hits = len(picked.intersection(question.right_ids))
    return Detection(hits, len(picked) - hits, len(question.right_ids) - hits)


def mark_ledger(question: Ledger, response: Picked | None) -> Marked:
    """The share of the points is F1 (see :class:`Detection`).

    ``exact`` pays all or nothing; ``proportional-correct`` pays F1 unless a wrong row was picked, then nothing.
    """
    found = detection(question, response)
    share = found.f1
    if question.credit is Credit.EXACT:
        share = ALL if share == ALL else NOTHING
    elif question.credit is Credit.PROPORTIONAL_CORRECT and found.alarms:
        share = NOTHING
    return marked(question, share, _verdicts(question, response), is_blank=response is None)


def _verdicts(question: Ledger, response: Picked | None) -> dict[str, AnswerVerdict]:
    verdicts = dict.fromkeys(question.row_ids, AnswerVerdict.LEFT)
    verdicts.update(dict.fromkeys(response.ids if response is not None else (), AnswerVerdict.WRONG))
    for row in question.right_ids:
        was_picked = verdicts[row] is AnswerVerdict.WRONG
        verdicts[row] = AnswerVerdict.HIT if was_picked else AnswerVerdict.MISSED
    return verdicts


def right_ledger(question: Ledger) -> Picked:
    """All right rows and no other."""
    return Picked(question.right_ids)

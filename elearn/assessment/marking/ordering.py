"""Marking ordering: items put into an order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, marked
from elearn.content.question import Credit, Ordering


@dataclass(frozen=True, slots=True)
class Ordered:
    """Items with the places given to them, counted from 1, in the order that this makes; never empty.

    An item may lack, and two may have the same place: they stay in the order in which they were sent, that of the page.
    """

    places: tuple[tuple[str, int], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The items in the order given."""
        return tuple(item for item, _ in self.places)

    @property
    def values(self) -> tuple[str, ...]:
        """What a form sends for it: ``ITEM:PLACE``."""
        return tuple(f"{item}:{place}" for item, place in self.places)


def read_ordering(question: Ordering, values: Sequence[str]) -> Ordered | None:
    """The first place sent for each item; what the question does not have is dropped."""
    places = {str(place): place for place in places_of(question)}
    given: dict[str, int] = {}
    for value in values:
        item, _, place = value.partition(":")
        if item in question.items and place in places:
            given.setdefault(item, places[place])
    return Ordered(tuple(sorted(given.items(), key=lambda each: each[1]))) if given else None


def places_of(question: Ordering) -> range:
    """The places there are to give."""
    return range(1, len(question.items) + 1)


def mark_ordering(question: Ordering, response: Ordered | None) -> Marked:
    """What became of each item, and the share of the points that this makes.

    Let n be the number of items and L that of :func:`longest_run`: the longest common subsequence of the order given
    and the right one.

    ``exact``
        1 if L = n, else 0.
    ``proportional``
        (L - 1) / (n - 1): one item alone is in order with itself and earns nothing, so the reversed order earns 0.
        Moodle's "longest correct subset" is L / n, which pays the reversed order 1 / n.
    ``proportional-correct``
        The same as long as no item that was given a place stands outside the run, else 0.

    Items of the run are hits; those with a place outside it are wrong, those without a place missed.
    """
    given = response.ids if response is not None else ()
    run = longest_run(question.items, given)
    verdicts = {item: _verdict(item, given, run) for item in question.items}
    is_paid = (
        len(run) == len(question.items)
        or question.credit is Credit.PROPORTIONAL
        or (question.credit is Credit.PROPORTIONAL_CORRECT and len(run) == len(given))
    )
    share = share_of_run(len(run), len(question.items)) if is_paid and run else NOTHING
    return marked(question, share, verdicts, is_blank=response is None)


def share_of_run(length: int, count: int) -> Decimal:
    """The share of the points, 0 to 1, of a run of that length (at least 1) among ``count`` items."""
    return ALL if length == count else Decimal(length - 1) / (count - 1)


def longest_run(right: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """The longest subsequence of an order given whose items stand as in the right order.

    As no item comes twice, it is the longest increasing subsequence of their right places (C. Schensted, "Longest
    increasing and decreasing subsequences", Canadian Journal of Mathematics 13, 1961). Of several it is the one with
    the most items in their very places, so that as few of these as possible are called wrong; of these, the first.
    """
    rank = {item: place for place, item in enumerate(right)}
    in_place = {item for item, other in zip(right, given, strict=False) if item == other}

    def worth(run: tuple[str, ...]) -> tuple[int, int]:
        return len(run), len(in_place.intersection(run))

    runs: list[tuple[str, ...]] = []  # for each item given, the best run that ends with it
    for item in given:
        before = [run for run in runs if rank[run[-1]] < rank[item]]
        runs.append((*max(before, key=worth, default=()), item))
    return max(runs, key=worth, default=())


def _verdict(item: str, given: Sequence[str], run: Sequence[str]) -> AnswerVerdict:
    if item not in given:
        return AnswerVerdict.MISSED
    return AnswerVerdict.HIT if item in run else AnswerVerdict.WRONG


def right_ordering(question: Ordering) -> Ordered:
    """Every item in its place."""
    return Ordered(tuple(zip(question.items, places_of(question), strict=True)))

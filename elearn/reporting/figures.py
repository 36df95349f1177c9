"""The numbers one person may see: those of agencies seen by name as they are, of others as far as they may be shown."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from elearn.reporting.disclosure import Comparison, Node
from elearn.reporting.histories import Bands, Counts
from elearn.reporting.queries import ReachedAgency
from elearn.reporting.rules import BANDS_OF_ACTIVE, BANDS_OF_PERIOD, Measure, Period

KEPT = 16  # comparisons a process keeps: deciding what to hide takes longer than reading the numbers


class Figures:
    """Every number within somebody's reach.

    ``threshold`` is the size from which a compared group is shown. Agencies that are only compared are decided on
    together, whatever the filters: see :mod:`disclosure`.
    """

    def __init__(
        self, agencies: Sequence[ReachedAgency], courses: Iterable[int], counts: Counts, *, threshold: int
    ) -> None:
        self._named = [agency for agency in agencies if agency.is_named]
        self._compared = [agency for agency in agencies if not agency.is_named]
        self._counts = counts
        compared = {agency.id for agency in self._compared}
        self._comparison = _comparison(
            frozenset((agency.id, agency.country) for agency in self._compared),
            frozenset(courses),
            frozenset((key, tuple(bands)) for key, bands in counts.items() if key[2] in compared),
            threshold,
        )

    def count(self, node: Node, measure: Measure, period: Period, course: int) -> int | None:
        """How many people; None if that is hidden."""
        compared = self._comparison.count(node, measure, period, course)
        if compared is None:
            return None
        end = BANDS_OF_ACTIVE if measure is Measure.ACTIVE else BANDS_OF_PERIOD[period]
        named = (
            self._counts.get((measure, course, agency.id), ()) for agency in self._named if _is_within(agency, node)
        )
        return compared + sum(sum(bands[:end]) for bands in named)

    def is_plain(self, node: Node) -> bool:
        """Whether all agencies of it are seen by name, so that nothing of it is ever hidden."""
        return not any(_is_within(agency, node) for agency in self._compared)


def _is_within(agency: ReachedAgency, node: Node) -> bool:
    return node.agency in (None, agency.id) and node.country in (None, agency.country)


@lru_cache(maxsize=KEPT)
def _comparison(
    agencies: frozenset[tuple[int, str]],
    courses: frozenset[int],
    counts: frozenset[tuple[tuple[Measure, int, int], Bands]],
    threshold: int,
) -> Comparison:
    return Comparison(dict(agencies), courses, dict(counts), threshold=threshold)

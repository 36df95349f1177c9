"""Agencies seen by name beside others that are only compared."""

from elearn.reporting.disclosure import EVERYTHING, Node
from elearn.reporting.figures import Figures
from elearn.reporting.queries import ReachedAgency
from elearn.reporting.rules import Measure, Period


def figures(*agencies: tuple[str, int, bool]) -> Figures:
    """Agencies, each in a country, with so many people enrolled long ago in the only course, seen by name or not."""
    reached = [
        ReachedAgency(number, f"a{number}", f"Agency {number}", country, country, is_named)
        for number, (country, _, is_named) in enumerate(agencies, 1)
    ]
    counts = {
        (Measure.ENROLLED, course, number): (0, 0, 0, 0, people)
        for number, (_, people, _) in enumerate(agencies, 1)
        for course in (0, 1)
    }
    return Figures(reached, [1], counts, threshold=5)


def enrolled(found: Figures, node: Node) -> int | None:
    return found.count(node, Measure.ENROLLED, Period.ALL, 1)


def test_a_named_agency_is_shown_however_small() -> None:
    found = figures(("XA", 2, True), ("XA", 9, False))
    assert enrolled(found, Node(agency=1)) == 2
    assert enrolled(found, Node(agency=2)) == 9
    assert enrolled(found, EVERYTHING) == 11


def test_a_total_is_hidden_where_the_own_agency_would_leave_a_small_one() -> None:
    found = figures(("XA", 20, True), ("XA", 3, False), ("XB", 9, False), ("XC", 30, False))
    assert enrolled(found, Node(agency=2)) is None
    assert enrolled(found, Node(country="XA")) is None
    assert enrolled(found, Node(country="XB")) is None
    assert enrolled(found, Node(country="XC")) == 30
    assert enrolled(found, EVERYTHING) == 62


def test_where_all_are_named_nothing_is_hidden() -> None:
    found = figures(("XA", 1, True), ("XB", 2, True))
    assert found.is_plain(EVERYTHING)
    assert enrolled(found, EVERYTHING) == 3
    assert not figures(("XA", 1, True), ("XA", 2, False)).is_plain(Node(country="XA"))

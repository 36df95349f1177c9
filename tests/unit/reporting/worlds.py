"""Small sites of people, what they count to, and an attacker who knows all that is shown; apart from what it tests."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from elearn.reporting.disclosure import Comparison, Node
from elearn.reporting.histories import Counts
from elearn.reporting.rules import ALL_COURSES, Facts, Measure, Period, counts_of

WINDOWS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12, Period.ALL: 1000}  # months
Cell = tuple[Node, Measure, Period, int]
CELL_PERIODS = {measure: (Period.ALL,) if measure is Measure.ACTIVE else tuple(reversed(Period)) for measure in Measure}


@dataclass(frozen=True, slots=True)
class World:
    """People by agency: what each did in which course; a month is how many it lies back, as a negative number."""

    countries: Mapping[int, str]
    courses: int
    people: Sequence[tuple[int, tuple[Facts, ...]]]

    def counts(self) -> Counts:
        """The bands of every number."""
        found: dict[tuple[Measure, int, int], list[int]] = {}
        for agency, facts in self.people:
            for measure, course, month in counts_of(facts):
                back = -month
                band = back if back < 3 else 3 if back < 12 else 4
                found.setdefault((measure, course, agency), [0] * 5)[band] += 1
        return found

    def comparison(self, threshold: int) -> Comparison:
        """The comparison of all its agencies."""
        return Comparison(self.countries, range(1, self.courses + 1), self.counts(), threshold=threshold)

    def nodes(self) -> list[Node]:
        """Everything a number can be about."""
        return [
            *(Node(agency=agency) for agency in self.countries),
            *(Node(country=country) for country in sorted(set(self.countries.values()))),
            Node(),
        ]

    def table(self) -> dict[Cell, int]:
        """Every number that a choice of filters can show, counted person by person."""
        found: Counter[Cell] = Counter()
        for agency, facts in self.people:
            for measure, course, month in counts_of(facts):
                for period in CELL_PERIODS[measure]:
                    if -month < (2 if measure is Measure.ACTIVE else WINDOWS[period]):
                        for node in (Node(agency=agency), Node(country=self.countries[agency]), Node()):
                            found[node, measure, period, course] += 1
        return {cell: found[cell] for cell in self.cells()}

    def cells(self) -> Iterable[Cell]:
        """The addresses of the numbers."""
        for node in self.nodes():
            for measure, periods in CELL_PERIODS.items():
                for period in periods:
                    for course in range(self.courses + 1):
                        yield node, measure, period, course


def a_world(
    seed: int, *, agencies: int = 5, countries: int = 2, courses: int = 1, most: int = 14, share: float = 0.5
) -> World:
    """A site with people at different stages; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    where = {agency: f"X{chance.randrange(countries)}" for agency in range(1, agencies + 1)}
    people = []
    for agency in where:
        for _ in range(chance.randrange(most + 1)):
            facts = tuple(_facts(chance, course, share) for course in range(1, courses + 1) if chance.random() < 0.7)
            people.append((agency, facts))
    return World(where, courses, people)


def _facts(chance: random.Random, course: int, share: float) -> Facts:
    enrolled = chance.choice([0, 0, 1, 2, 4, 8, 13, 20])
    active = chance.randrange(enrolled + 1)
    completed = chance.randrange(active, enrolled + 1) if chance.random() < share else None
    certified = completed if completed is not None and chance.random() < 0.9 else None
    return Facts(
        course, -enrolled, -active, None if completed is None else -completed, None if certified is None else -certified
    )


def shown(world: World, comparison: Comparison) -> dict[Cell, int | None]:
    """What the comparison shows of every number; None where it is hidden."""
    return {cell: comparison.count(*cell) for cell in world.cells()}


Limits = dict[Cell, tuple[int, int]]


def deduced(world: World, known: Mapping[Cell, int | None], most: int = 10_000) -> Limits:
    """Between which limits each number lies for somebody who sees what is shown and thinks as far as sums and parts go.

    Sums: a country is its agencies, everything its countries. Parts: a shorter period of a longer, completed and
    active of enrolled, certified of completed, each course of all courses; and all courses together of their sum.
    """
    limits: Limits = {cell: (0, most) if value is None else (value, value) for cell, value in known.items()}
    sums = [(whole, parts) for whole, parts in _sums(world) if whole in limits]
    order = list(_parts(world))
    while True:
        before = dict(limits)
        for whole, parts in sums:
            low, high = limits[whole]
            lows, highs = sum(limits[part][0] for part in parts), sum(limits[part][1] for part in parts)
            limits[whole] = (max(low, lows), min(high, highs))
            for part in parts:
                one_low, one_high = limits[part]
                rest_low, rest_high = lows - one_low, highs - one_high
                limits[part] = (max(one_low, low - rest_high), min(one_high, high - rest_low))
        for part, whole in order:
            limits[part] = (limits[part][0], min(limits[part][1], limits[whole][1]))
            limits[whole] = (max(limits[part][0], limits[whole][0]), limits[whole][1])
        for node in world.nodes():
            for measure, periods in CELL_PERIODS.items():
                for period in periods:
                    whole = (node, measure, period, ALL_COURSES)
                    each = [(node, measure, period, course) for course in range(1, world.courses + 1)]
                    limits[whole] = (limits[whole][0], min(limits[whole][1], sum(limits[one][1] for one in each)))
                    for one in each:
                        rest = sum(limits[other][1] for other in each if other != one)
                        limits[one] = (max(limits[one][0], limits[whole][0] - rest), limits[one][1])
        if limits == before:
            return limits


def _sums(world: World) -> Iterable[tuple[Cell, list[Cell]]]:
    countries = sorted(set(world.countries.values()))
    for measure, periods in CELL_PERIODS.items():
        for period in periods:
            for course in range(world.courses + 1):
                for country in countries:
                    members = [agency for agency, where in world.countries.items() if where == country]
                    yield (
                        (Node(country=country), measure, period, course),
                        [(Node(agency=agency), measure, period, course) for agency in members],
                    )
                yield (
                    (Node(), measure, period, course),
                    [(Node(country=country), measure, period, course) for country in countries],
                )


def _parts(world: World) -> Iterable[tuple[Cell, Cell]]:
    longer = tuple(Period)
    for node in world.nodes():
        for course in range(world.courses + 1):
            for measure in Measure:
                if measure is not Measure.ACTIVE:
                    for short, long in pairwise(longer):
                        yield (node, measure, short, course), (node, measure, long, course)
            for part, whole in (
                (Measure.ACTIVE, Measure.ENROLLED),
                (Measure.COMPLETED, Measure.ENROLLED),
                (Measure.CERTIFIED, Measure.COMPLETED),
            ):
                yield (node, part, Period.ALL, course), (node, whole, Period.ALL, course)
            if course:
                for measure in Measure:
                    yield (node, measure, Period.ALL, course), (node, measure, Period.ALL, ALL_COURSES)

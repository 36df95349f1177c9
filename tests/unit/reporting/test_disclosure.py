"""Whoever compares agencies learns nothing of a group under five: not from one page, not from all of them together."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.reporting.disclosure import Comparison, Move, Node
from elearn.reporting.histories import ACTIVE, CERTIFIED, COMPLETED, ENROLLED, MEASURES, NEVER, table_of
from elearn.reporting.rules import ALL_COURSES, BANDS_OF_PERIOD, Facts, Measure, Period
from tests.unit.reporting.worlds import CELL_PERIODS, Cell, World, a_world, deduced, shown

FIVE = 5
worlds = st.builds(
    a_world,
    st.integers(0, 2**32),
    agencies=st.integers(1, 8),
    countries=st.integers(1, 4),
    courses=st.integers(1, 3),
    most=st.sampled_from([4, 9, 20, 60]),
    share=st.sampled_from([0.1, 0.5, 0.95]),
)


def a_site(*sizes: tuple[str, int, int], courses: int = 1) -> World:
    """Agencies, each in a country, with so many enrolled long ago, and so many of them completed and certified."""
    people = []
    for agency, (_, enrolled, completed) in enumerate(sizes, 1):
        for number in range(enrolled):
            done = -20 if number < completed else None
            people.append((agency, (Facts(1, -20, -20, done, done),)))
    return World({agency: country for agency, (country, _, _) in enumerate(sizes, 1)}, courses, people)


def enrolled(world: World, node: Node) -> int | None:
    return world.comparison(FIVE).count(node, Measure.ENROLLED, Period.ALL, ALL_COURSES)


def completed(world: World, node: Node) -> int | None:
    return world.comparison(FIVE).count(node, Measure.COMPLETED, Period.ALL, ALL_COURSES)


def test_a_group_under_five_is_hidden_and_the_next_smallest_of_its_country_with_it() -> None:
    world = a_site(("XA", 3, 0), ("XA", 8, 0), ("XA", 14, 0), ("XB", 9, 0), ("XB", 20, 0))
    seen = {agency: enrolled(world, Node(agency=agency)) for agency in world.countries}
    assert seen == {1: None, 2: None, 3: 14, 4: 9, 5: 20}
    assert enrolled(world, Node(country="XA")) == 25
    assert enrolled(world, Node()) == 54


def test_two_small_groups_that_are_five_together_protect_each_other() -> None:
    world = a_site(("XA", 3, 0), ("XA", 4, 0), ("XA", 14, 0))
    assert [enrolled(world, Node(agency=agency)) for agency in world.countries] == [None, None, 14]


def test_two_small_groups_that_are_four_together_take_a_third_with_them() -> None:
    world = a_site(("XA", 1, 0), ("XA", 3, 0), ("XA", 14, 0), ("XA", 30, 0))
    assert [enrolled(world, Node(agency=agency)) for agency in world.countries] == [None, None, None, 30]


def test_the_only_agency_of_a_country_hides_its_country_and_another() -> None:
    world = a_site(("XA", 3, 0), ("XB", 9, 0), ("XC", 30, 0))
    assert [enrolled(world, Node(country=country)) for country in ("XA", "XB", "XC")] == [None, None, 30]
    assert [enrolled(world, Node(agency=agency)) for agency in world.countries] == [None, None, 30]
    assert enrolled(world, Node()) == 42


def test_a_few_who_did_not_complete_are_hidden_as_a_few_who_did() -> None:
    world = a_site(("XA", 20, 18), ("XA", 20, 3), ("XA", 40, 20), ("XA", 60, 30))
    assert [completed(world, Node(agency=agency)) for agency in world.countries] == [None, None, 20, 30]


def test_nobody_and_everybody_are_shown_of_a_group_of_five() -> None:
    world = a_site(("XA", 5, 0), ("XA", 6, 6), ("XA", 40, 20))
    assert [completed(world, Node(agency=agency)) for agency in world.countries] == [0, 6, 20]


def test_a_site_under_five_shows_nothing() -> None:
    world = a_site(("XA", 3, 1))
    assert set(shown(world, world.comparison(FIVE)).values()) <= {None, 0}


def test_where_there_is_one_course_all_courses_hide_what_it_hides() -> None:
    world = a_world(7, agencies=8, countries=3, courses=1, most=20)
    seen = shown(world, world.comparison(FIVE))
    for (node, measure, period, course), count in seen.items():
        assert count == seen[node, measure, period, 1 - course]


def test_without_a_threshold_nothing_is_hidden() -> None:
    world = a_world(11, courses=2)
    assert shown(world, world.comparison(1)) == world.table()


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_what_is_shown_is_true(world: World) -> None:
    truth = world.table()
    for cell, count in shown(world, world.comparison(FIVE)).items():
        assert count is None or count == truth[cell]


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_no_number_shown_is_under_five_nor_leaves_under_five_of_one_that_is(world: World) -> None:
    seen = shown(world, world.comparison(FIVE))
    for (node, measure, _, course), count in seen.items():
        if count is None:
            continue
        assert count not in range(1, FIVE)
        wholes = [(node, measure, longer, course) for longer in Period if measure is not Measure.ACTIVE]
        if measure is not Measure.ENROLLED:
            wholes.append((node, Measure.ENROLLED, Period.ALL, course))
        if measure is Measure.CERTIFIED:
            wholes.append((node, Measure.COMPLETED, Period.ALL, course))
        for whole in wholes:
            larger = seen[whole]
            assert count == 0 or larger is None or larger - count not in range(1, FIVE)


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_what_is_hidden_of_a_shown_total_is_not_one_to_four_people(world: World) -> None:
    truth = world.table()
    seen = shown(world, world.comparison(FIVE))
    countries = sorted(set(world.countries.values()))
    for measure, periods in CELL_PERIODS.items():
        for period, course in product(periods, range(world.courses + 1)):

            def rest(node: Node, measure: Measure = measure, period: Period = period, course: int = course) -> int:
                """What is hidden under a node and not told by anything shown under it."""
                if node.agency is None:
                    below = (
                        [Node(country=country) for country in countries]
                        if node.country is None
                        else [Node(agency=agency) for agency, where in world.countries.items() if where == node.country]
                    )
                    return sum(rest(one) for one in below if seen[one, measure, period, course] is None)
                return truth[node, measure, period, course]

            for node in world.nodes():
                if node.agency is None and seen[node, measure, period, course] is not None:
                    assert rest(node) not in range(1, FIVE)


@settings(deadline=None, max_examples=40)
@given(worlds)
def test_no_hidden_number_can_be_worked_out_from_all_that_is_shown(world: World) -> None:
    seen = shown(world, world.comparison(FIVE))
    for cell, (low, high) in deduced(world, seen).items():
        assert seen[cell] is not None or low < high, (cell, low)


@pytest.mark.drill
def test_no_hidden_number_can_be_worked_out_in_a_thousand_sites() -> None:
    for seed in range(1000):
        world = a_world(
            seed, agencies=2 + seed % 8, countries=1 + seed % 4, courses=1 + seed % 3, most=(6, 15, 40)[seed % 3]
        )
        seen = shown(world, world.comparison(FIVE))
        assert all(seen[cell] is not None or low < high for cell, (low, high) in deduced(world, seen).items()), seed


def test_the_attacker_does_work_out_what_is_hidden_without_care(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attacker above is no straw man: where only small numbers are hidden, subtraction finds them."""
    monkeypatch.setattr(Comparison, "_give_doubles", lambda self: None)
    monkeypatch.setattr(Comparison, "_fill_pools", lambda self: False)
    found = 0
    for seed in range(20):
        world = a_world(seed, agencies=6, most=20)
        seen = shown(world, world.comparison(FIVE))
        found += sum(low == high and seen[cell] is None for cell, (low, high) in deduced(world, seen).items())
    assert found > 20


# --- doubles ----------------------------------------------------------------------------------------------------------


def otherwise(world: World, comparison: Comparison, move: Move) -> dict[tuple[Measure, int, int], list[int]]:
    """The bands of the site after a move, by measure, course and agency."""
    agencies, courses = sorted(world.countries), [0, *range(1, world.courses + 1)]
    counts = world.counts()
    bands = {
        (measure, course, agency): list(counts.get((measure, course, agency), [0] * 5))
        for measure, course, agency in product(Measure, courses, agencies)
    }
    for number, (left, joined) in move.shifts:
        measure = MEASURES[number]
        for place in move.courses:
            ways = [(move.one, left, joined), *([(move.other, joined, left)] if move.other is not None else [])]
            for agency, away, to in ways:
                line = bands[measure, courses[place], agencies[agency]]
                if away != NEVER:
                    # of the active only those of this month and the last together are counted
                    line[1 if measure is Measure.ACTIVE and line[0] == 0 else away] -= 1
                if to != NEVER:
                    line[to] += 1
    return bands


def table_of_bands(world: World, bands: dict[tuple[Measure, int, int], list[int]]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for node, measure, period, course in world.cells():
        end = 2 if measure is Measure.ACTIVE else BANDS_OF_PERIOD[period]
        found[node, measure, period, course] = sum(
            sum(bands[measure, course, agency][:end])
            for agency, country in world.countries.items()
            if node.agency in (None, agency) and node.country in (None, country)
        )
    return found


def contradictions(world: World, bands: dict[tuple[Measure, int, int], list[int]]) -> list[str]:
    """Why numbers cannot be those of any site."""
    found = [f"{key} counts less than nobody" for key, line in bands.items() if min(line) < 0]
    for agency, course in product(world.countries, range(world.courses + 1)):
        lines = {measure: bands[measure, course, agency] for measure in Measure}
        for band in range(5):
            since = {measure: sum(line[band:]) for measure, line in lines.items()}
            if not since[Measure.ENROLLED] >= since[Measure.COMPLETED] >= since[Measure.CERTIFIED]:
                found.append(f"agency {agency}, course {course}: {since} up to band {band}")
        active = sum(lines[Measure.ACTIVE][:2])
        if not sum(lines[Measure.ENROLLED][:2]) <= active <= sum(lines[Measure.ENROLLED]):
            found.append(f"agency {agency}, course {course}: {active} active")
    for agency, measure in product(world.countries, Measure):
        whole = bands[measure, 0, agency]
        each = [bands[measure, course, agency] for course in range(1, world.courses + 1)]
        if measure is Measure.ACTIVE:
            counts = [sum(line[:2]) for line in each]
            if not max(counts) <= sum(whole[:2]) <= sum(counts):
                found.append(f"agency {agency}: {sum(whole[:2])} active over all courses, {counts} in each")
            continue
        for band in range(5):
            if not max(sum(line[band:]) for line in each) <= sum(whole[band:]):
                found.append(f"agency {agency}, {measure}: fewer over all courses than in one")
            if whole[band] > sum(line[band] for line in each):
                found.append(f"agency {agency}, {measure}: more over all courses than in all of them")
    return found


@settings(deadline=None, max_examples=30)
@given(worlds)
def test_every_hidden_number_has_a_double_in_which_all_that_is_shown_is_the_same(world: World) -> None:
    comparison = world.comparison(FIVE)
    seen, truth = shown(world, comparison), world.table()
    doubles = {
        (node, measure, period, course): comparison.doubles[place, table_of(measure, period), comparison.nodes[node]]
        for node, measure, period, course in world.cells()
        for place in [comparison.courses[course]]
        if seen[node, measure, period, course] is None
    }
    for move in set(doubles.values()):
        bands = otherwise(world, comparison, move)
        assert contradictions(world, bands) == []
        table = table_of_bands(world, bands)
        for cell, count in seen.items():
            assert count is None or table[cell] == count
            assert doubles.get(cell) is not move or table[cell] != truth[cell]


def people_of(enrolled: list[int], active: int, completed: list[int], certified: list[int]) -> list[Facts] | None:
    """People of one course whose numbers are these; None if there can be none. The oldest steps are given out first."""
    months = (0, -1, -2, -5, -20)
    steps = [
        [months[band] for band in reversed(range(5)) for _ in range(line[band])]
        for line in (enrolled, completed, certified)
    ]
    begun = steps[0]
    recent = [when for when in steps[1] if when >= -1]
    # Who completed in these months is taken, if possible, from those who enrolled in them: they are active anyway.
    owner: dict[int, int] = {}
    free = list(range(len(begun)))
    for when in sorted(recent):
        fitting = [person for person in free if begun[person] <= when]
        if not fitting:
            return None
        person = max(fitting, key=lambda one: begun[one])
        owner[person] = when
        free.remove(person)
    for when in sorted(when for when in steps[1] if when < -1):
        fitting = [person for person in free if begun[person] <= when]
        if not fitting:
            return None
        person = max(fitting, key=lambda one: begun[one])
        owner[person] = when
        free.remove(person)
    awarded: dict[int, int] = {}
    for when in sorted(steps[2]):
        fitting = [person for person in owner if person not in awarded and owner[person] <= when]
        if not fitting:
            return None
        awarded[max(fitting, key=lambda one: owner[one])] = when
    must = {person for person in range(len(begun)) if begun[person] >= -1 or owner.get(person, -99) >= -1}
    more = active - len(must)
    others = [person for person in range(len(begun)) if person not in must]
    if not 0 <= more <= len(others):
        return None
    lively = must | set(others[:more])
    return [
        Facts(
            1, begun[person], 0 if person in lively else max(begun[person], -20), owner.get(person), awarded.get(person)
        )
        for person in range(len(begun))
    ]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([6, 12, 30]))
def test_the_double_of_a_site_with_one_course_is_a_site_of_people(seed: int, most: int) -> None:
    world = a_world(seed, agencies=5, most=most)
    comparison = world.comparison(FIVE)
    seen = shown(world, comparison)
    for move in set(comparison.doubles.values()):
        bands = otherwise(world, comparison, move)
        people: list[tuple[int, tuple[Facts, ...]]] = []
        for agency in world.countries:
            lines = [bands[MEASURES[m], 1, agency] for m in (ENROLLED, ACTIVE, COMPLETED, CERTIFIED)]
            found = people_of(lines[0], sum(lines[1][:2]), lines[2], lines[3])
            assert found is not None, lines
            people += [(agency, (fact,)) for fact in found]
        double = World(world.countries, 1, people)
        table = double.table()
        assert all(count is None or table[cell] == count for cell, count in seen.items())
        assert table != world.table()

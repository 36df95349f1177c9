"""Which numbers of a comparison may be shown: small groups are hidden, and so is what would give them away. Pure.

Who compares agencies sees no names, and must not learn about four people or fewer. The *cells* are all numbers that
any choice of filters can show: a measure, in a period, in a course (or over all), of an agency, of a country, or of
everything within reach. They are decided together, so that no two pages or files can be played off against each
other.

**What is small.** A cell is hidden where it counts one to four people. It is hidden as well where it leaves one to
four of a larger number that is shown and that it is part of: 18 completed of 20 enrolled says that two did not, as
plainly as a 2 would. Parts are a shorter period of a longer one, completed of enrolled, certified of completed,
active of enrolled. Nought and all are shown: they say the same of every one of at least five people and single out
none, and to hide them would darken XX

**What gives it away.** Whatever is hidden must have a *double*: another history of the site in which this number is
different and every number that is shown is the same. Doubles are made by *moves*: somebody completed a course in
agency X and not in agency Y, or last year and not this. A move changes some cells; where all of them are hidden it is
a double for each. So for each small cell the move that costs least is sought, and what it changes is hidden too: that
is "the next smallest in the same total", in every table where it matters. Only a move whose history could be true
will do (see :mod:`histories`).

**Pools.** What remains of a shown total when all that is shown under it is taken away is never one to four people
either.

The agencies a person sees by name stand outside: their numbers are known, so a country is hidden where what it has
*besides* them is to be hidden. Not covered: what looks on two days tell apart; two people who lay their pages side by
side; and who knows this procedure by heart, and from what it did *not* hide narrows down a number further than
arithmetic does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from elearn.reporting.histories import (
    ACTIVE,
    CERTIFIED,
    COMPLETED,
    ENROLLED,
    MEASURES,
    TABLES,
    TOGETHER,
    AgencyNumbers,
    Counts,
    Shifts,
    bands_of,
    changes_of,
    effects,
    reverse,
    table_of,
)
from elearn.reporting.rules import ALL_COURSES, BANDS, Measure, Period


@dataclass(frozen=True, slots=True)
class Node:
    """Whom a number is about: an agency, a country (what is within reach of it), or, with neither, all within reach."""

    agency: int | None = None
    country: str | None = None


EVERYTHING = Node()


def _wholes(table: int) -> tuple[int, ...]:
    """The tables of which this one is part: longer periods, and over all time the measures it stands on."""
    measure, end = TABLES[table]
    longer = [t for t, (m, e) in enumerate(TABLES) if m == measure and e > end]
    below = {ACTIVE: (ENROLLED,), COMPLETED: (ENROLLED,), CERTIFIED: (ENROLLED, COMPLETED)}.get(measure, ())
    return (*longer, *(TABLES.index((m, BANDS)) for m in below))


_WHOLES = tuple(_wholes(table) for table in range(len(TABLES)))

# What it costs to hide a number: of an agency, of a country, of everything; and to hide a nought, or to think one up.
_AGENCY_COST, _COUNTRY_COST, _TOTAL_COST, _NOUGHT_COST = 2, 16, 128, 3
_CHEAP = _COUNTRY_COST  # a move that hides only agencies' numbers is taken without looking further
_ENOUGH_PARTNERS = 4  # so many agencies that would do are weighed against each other


@dataclass(frozen=True, slots=True)
class Move:
    """In agency ``one`` the shifts happen in each of the courses, in ``other`` their reverse (None: nowhere).

    Agencies and courses by their place in the comparison.
    """

    one: int
    other: int | None
    courses: tuple[int, ...]
    shifts: Shifts


Cell = tuple[int, int, int]  # place of the course, number of the table, place of the node


class Comparison:
    """The numbers of agencies that are compared, and which of them are shown.

    ``agencies`` maps the id of each to its country; ``threshold`` is the size from which a group is shown.
    ``doubles`` tells for each hidden cell the move that makes its double.
    """

    def __init__(self, agencies: Mapping[int, str], courses: Iterable[int], counts: Counts, *, threshold: int) -> None:
        self._small = range(1, threshold)
        ids = sorted(agencies)
        countries = sorted(set(agencies.values()))
        self._size = len(ids)
        self._country = [self._size + countries.index(agencies[agency]) for agency in ids]
        self._total = self._size + len(countries)
        self._members = {
            country: [a for a in range(self._size) if self._country[a] == country]
            for country in range(self._size, self._total)
        }
        self.nodes = {Node(agency=agency): place for place, agency in enumerate(ids)}
        self.nodes |= {Node(country=country): place for place, country in enumerate(countries, self._size)}
        self.nodes[EVERYTHING] = self._total
        self.courses = {
            course: place for place, course in enumerate([ALL_COURSES, *sorted(set(courses) - {ALL_COURSES})])
        }
        self._agencies = [
            AgencyNumbers([[bands_of(counts, m, course, agency) for m in MEASURES] for course in self.courses])
            for agency in ids
        ]
        self._values = [self._values_of(course) for course in range(len(self.courses))]
        self._hidden = [[bytearray(self._total + 1) for _ in TABLES] for _ in self.courses]
        self._may: dict[tuple[tuple[int, ...], Shifts], frozenset[int]] = {}
        self.doubles: dict[Cell, Move] = {}
        if self._small:
            self._decide()
        self._may.clear()  # a comparison is kept for long: what only the deciding needed is let go
        self._agencies.clear()

    def count(self, node: Node, measure: Measure, period: Period, course: int) -> int | None:
        """The number of a cell; None if it is hidden, 0 where nobody is compared."""
        at_course, at_node = self.courses.get(course), self.nodes.get(node)
        if at_course is None or at_node is None:
            return 0
        table = table_of(measure, period)
        return None if self._hidden[at_course][table][at_node] else self._values[at_course][table][at_node]

    # --- what is small ------------------------------------------------------------------------------------------------

    def _values_of(self, course: int) -> list[list[int]]:
        found = []
        for measure, end in TABLES:
            agencies = [sum(agency.bands[course][measure][:end]) for agency in self._agencies]
            countries = [sum(agencies[a] for a in members) for members in self._members.values()]
            found.append([*agencies, *countries, sum(agencies)])
        return found

    def _decide(self) -> None:
        self._hide_small()
        self._give_doubles()
        self._hide_noughts()
        while self._fill_pools():
            self._give_doubles()

    def _hide_small(self) -> None:
        for values, hidden in zip(self._values, self._hidden, strict=True):
            for table, wholes in enumerate(_WHOLES):
                for node, value in enumerate(values[table]):
                    rests = (values[whole][node] - value for whole in wholes if not hidden[whole][node])
                    if value and (value in self._small or any(rest in self._small for rest in rests)):
                        hidden[table][node] = 1

    def _fill_pools(self) -> bool:
        """Hide the next smallest where what is hidden of a shown total is small in sum; whether it was needed."""
        changed = False
        for values, hidden in zip(self._values, self._hidden, strict=True):
            for table in range(len(TABLES)):
                for node in range(self._size, self._total + 1):
                    if hidden[table][node]:
                        continue
                    rest, shown = self._rest(values[table], hidden[table], node)
                    if rest in self._small and shown:
                        hidden[table][min(shown)[1]] = 1
                        changed = True
        return changed

    def _rest(self, values: Sequence[int], hidden: bytearray, node: int) -> tuple[int, list[tuple[int, int]]]:
        """What remains of a node when what is shown under it is taken away; and what is shown, with its places."""
        rest, shown = 0, []
        for child in self._members[node] if node < self._total else range(self._size, self._total):
            if not hidden[child]:
                shown += [(values[child], child)] if values[child] else []
            elif child < self._size:
                rest += values[child]
            else:
                inner, more = self._rest(values, hidden, child)
                rest += inner
                shown += more
        return rest, shown

    # --- what gives it away -------------------------------------------------------------------------------------------

    def _give_doubles(self) -> None:
        """Give every hidden cell a double, and hide what that costs; totals first, periods from the longest."""
        for table in range(len(TABLES)):
            for course in range(len(self.courses)):
                for node in range(self._total, -1, -1):
                    if self._hidden[course][table][node] and (course, table, node) not in self.doubles:
                        self._give_double((course, table, node))

    def _give_double(self, cell: Cell) -> None:
        move = self._cheapest(cell)
        if move is None:
            self._hide_everything()
            self.doubles[cell] = Move(0, None, (), ())
        else:
            self._hide_changed(move)

    def _hide_changed(self, move: Move) -> None:
        for (course, table, node), _ in self.changed_by(move):
            self._hidden[course][table][node] = 1
            self.doubles.setdefault((course, table, node), move)

    def _hide_noughts(self) -> None:
        """Under a small total hide noughts too, where that is cheap: of four people in four agencies each has one."""
        for course, values in enumerate(self._values):
            for table in range(len(TABLES)):
                for node in range(self._size, self._total + 1):
                    if values[table][node] in self._small:
                        for one in self._members.get(node, range(self._total)):
                            if not values[table][one] and not self._hidden[course][table][one]:
                                move = self._cheapest((course, table, one), _CHEAP)
                                if move is not None:
                                    self._hide_changed(move)

    def _hide_everything(self) -> None:
        """Nothing could be otherwise as far as we know, so nothing at all is shown."""
        for values, hidden in zip(self._values, self._hidden, strict=True):
            for table in range(len(TABLES)):
                for node, value in enumerate(values[table]):
                    hidden[table][node] |= value > 0

    def changed_by(self, move: Move) -> Iterator[tuple[Cell, int]]:
        """The cells that a move changes, and by how much."""
        home = self._country[move.one]
        away = self._country[move.other] if move.other is not None else None
        for measure, shift in move.shifts:
            for table, effect in effects(measure, shift):
                for course in move.courses:
                    yield (course, table, move.one), effect
                    if move.other is not None:
                        yield (course, table, move.other), -effect
                    if away is None:
                        yield (course, table, home), effect
                        yield (course, table, self._total), effect
                    elif home != away:
                        yield (course, table, home), effect
                        yield (course, table, away), -effect

    def _cost(self, move: Move, limit: int) -> int:
        """What a move would hide that is shown, or ``limit`` if that is too dear.

        Noughts are left in sight where something else will do, and for what is hidden none is thought up.
        """
        cost = 0
        for (course, table, node), effect in self.changed_by(move):
            value = self._values[course][table][node]
            if not self._hidden[course][table][node]:
                cost += _AGENCY_COST if node < self._size else _COUNTRY_COST if node < self._total else _TOTAL_COST
            if not value or not value + effect:
                cost += _NOUGHT_COST
            if cost >= limit:
                return limit
        return cost

    def _cheapest(self, cell: Cell, limit: int = 1 << 30) -> Move | None:
        """The move that changes a cell and hides least; of those that hide the same, that with the smallest partner."""
        found: Move | None = None
        pairs = self._pairs(cell)
        for together in TOGETHER:
            if TABLES[cell[1]][0] in together:
                for courses in self._courses_with(cell[0]):
                    found, limit = self._cheapest_of(pairs, courses, changes_of(cell[1], together), found, limit)
                    if found is not None and limit < _CHEAP:
                        return found
        return found

    def _courses_with(self, course: int) -> Iterator[tuple[int, ...]]:
        """The courses in which a history is otherwise: this one, and the count over all courses with one of them."""
        yield (course,)
        if course:
            yield (course, 0)
        else:
            yield from ((0, other) for other in range(1, len(self.courses)))

    def _cheapest_of(
        self,
        pairs: Sequence[tuple[int, int | None]],
        courses: tuple[int, ...],
        changes: Sequence[Shifts],
        found: Move | None,
        limit: int,
    ) -> tuple[Move | None, int]:
        for shifts in changes:
            may, reverse_may = self._who_may(courses, shifts), self._who_may(courses, reverse(shifts))
            enough = _ENOUGH_PARTNERS
            for one, other in pairs:
                if one not in may or (other is not None and other not in reverse_may):
                    continue
                move = Move(one, other, courses, shifts)
                cost = self._cost(move, limit)
                if cost < limit:
                    found, limit = move, cost
                    if not cost:
                        return found, limit
                enough -= 1
                if not enough:
                    break
        return found, limit

    def _who_may(self, courses: tuple[int, ...], shifts: Shifts) -> frozenset[int]:
        """The agencies whose history could be otherwise by these shifts."""
        found = self._may.get((courses, shifts))
        if found is None:
            found = frozenset(a for a, agency in enumerate(self._agencies) if agency.allow(courses, shifts))
            self._may[courses, shifts] = found
        return found

    def _pairs(self, cell: Cell) -> list[tuple[int, int | None]]:
        """Agencies of which one is part of the cell's node and one is not, both ways; smallest partner first."""
        course, table, node = cell
        values, hidden = self._values[course][table], self._hidden[course][table]
        inside = [node] if node < self._size else self._members.get(node, list(range(self._size)))
        outside = set(range(self._size)) - set(inside)

        def order(agency: int) -> tuple[bool, int, int]:
            return (not hidden[agency], values[agency], agency)

        found: list[tuple[int, int | None]] = []
        for one in sorted(inside, key=order):
            for other in sorted(outside, key=lambda a: (self._country[a] != self._country[one], order(a))):
                found += [(one, other), (other, one)]
        return [*found, *((one, None) for one in sorted(inside, key=order))]

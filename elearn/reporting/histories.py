"""How the history behind some numbers could be otherwise and still be true. Pure; what :mod:`disclosure` hides by.

Numbers are kept by agency, course, measure and band of months. A *shift* takes one person from a band to another, or
makes that something happened or did not. Several shifts together are one change of somebody's history.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import product

from elearn.reporting.rules import BANDS, BANDS_OF_ACTIVE, BANDS_OF_PERIOD, Measure, Period

Bands = Sequence[int]
Counts = Mapping[tuple[Measure, int, int], Bands]  # (measure, course, agency) -> people in each band of months

MEASURES = tuple(Measure)
ENROLLED, ACTIVE, COMPLETED, CERTIFIED = range(4)
_LASTING = (ENROLLED, COMPLETED, CERTIFIED)
# A table is a measure (by number) in a period (by its count of bands). "Active" has one table.
TABLES: tuple[tuple[int, int], ...] = (
    *((measure, BANDS_OF_PERIOD[period]) for measure in _LASTING for period in reversed(Period)),
    (ACTIVE, BANDS_OF_ACTIVE),
)

Shift = tuple[int, int]  # from one band to another
NEVER = BANDS  # the band of what did not happen
Shifts = tuple[tuple[int, Shift], ...]  # measure and shift
_SHIFTS: tuple[Shift, ...] = tuple((a, b) for a in range(BANDS + 1) for b in range(BANDS + 1) if a != b)
_ACTIVE_SHIFTS: tuple[Shift, ...] = ((0, NEVER), (NEVER, 0))

# The measures in which a history is otherwise: one, or several that hang together.
TOGETHER: tuple[tuple[int, ...], ...] = (
    (ENROLLED,),
    (ACTIVE,),
    (COMPLETED,),
    (CERTIFIED,),
    (COMPLETED, CERTIFIED),
    (ENROLLED, ACTIVE),
    (ACTIVE, COMPLETED),
    (ACTIVE, COMPLETED, CERTIFIED),
    (ENROLLED, COMPLETED, CERTIFIED),
    (ENROLLED, ACTIVE, COMPLETED, CERTIFIED),
)


def table_of(measure: Measure, period: Period) -> int:
    """The number of the table of a measure in a period."""
    end = BANDS_OF_ACTIVE if measure is Measure.ACTIVE else BANDS_OF_PERIOD[period]
    return TABLES.index((MEASURES.index(measure), end))


def bands_of(counts: Counts, measure: Measure, course: int, agency: int) -> Bands:
    """The bands of a number; of the active only how many they are, because when else they were is never shown."""
    bands = counts.get((measure, course, agency), (0,) * BANDS)
    return (sum(bands[:BANDS_OF_ACTIVE]), *(0,) * (BANDS - 1)) if measure is Measure.ACTIVE else tuple(bands)


def _in_period(shift: Shift, end: int) -> int:
    """By how much a shift changes the number of a period of ``end`` bands."""
    return (shift[1] < end) - (shift[0] < end)


@cache
def effects(measure: int, shift: Shift) -> tuple[tuple[int, int], ...]:
    """The tables of a measure that a shift changes, and by how much."""
    found = ((t, _in_period(shift, end)) for t, (m, end) in enumerate(TABLES) if m == measure)
    return tuple((table, effect) for table, effect in found if effect)


@cache
def reverse(shifts: Shifts) -> Shifts:
    """The change that undoes this one."""
    return tuple((measure, (joined, left)) for measure, (left, joined) in shifts)


@cache
def changes_of(table: int, together: tuple[int, ...]) -> tuple[Shifts, ...]:
    """Every change in these measures that changes the table; those in which all happens at the same time first."""
    own = TABLES[table][0]
    found: list[Shifts] = []
    for shift in _ACTIVE_SHIFTS if own == ACTIVE else _SHIFTS:
        if any(t == table for t, _ in effects(own, shift)):
            ways = [(shift,) if measure == own else _alongside(measure, shift) for measure in together]
            found += [tuple(zip(together, way, strict=True)) for way in product(*ways)]
    return tuple(sorted(filter(_in_order, found), key=_times))


def _alongside(measure: int, shift: Shift) -> tuple[Shift, ...]:
    """How a measure may go along with the shift of another."""
    own = _ACTIVE_SHIFTS if measure == ACTIVE else _SHIFTS
    if NEVER not in shift:
        return (shift,) if shift in own else ()
    return tuple(way for way in own if (way[0] == NEVER, way[1] == NEVER) == (shift[0] == NEVER, shift[1] == NEVER))


def _in_order(shifts: Shifts) -> bool:
    """Whether somebody thought in or out enrols before completing, and completes before the certificate."""
    bands = [max(band for band in shift if band != NEVER) for measure, shift in shifts if measure != ACTIVE]
    return bands == sorted(bands, reverse=True)


def _times(shifts: Shifts) -> int:
    return len({shift for measure, shift in shifts if measure != ACTIVE})


# --- what could be true -----------------------------------------------------------------------------------------------


def _mask(flags: Iterable[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _tight(larger: Bands, smaller: Bands) -> tuple[int, int]:
    """The bands in which the larger has no room for one less, and those in which it has none for two less."""
    room = [a - b for a, b in zip(larger, smaller, strict=True)]
    return _mask(one < 1 for one in room), _mask(one < 2 for one in room)


def _older(shift: Shift | None) -> tuple[int, ...]:
    """By how much a shift changes, for each band, the number of those in it or in an older one."""
    left, joined = (band if band != NEVER else -1 for band in shift or (NEVER, NEVER))
    return tuple((joined >= band) - (left >= band) for band in range(BANDS))


@cache
def _falls(larger: Shift | None, smaller: Shift | None) -> tuple[int, int]:
    """The bands in which the larger running number loses one against the smaller, and those in which it loses two."""
    lost = [b - a for a, b in zip(_older(larger), _older(smaller), strict=True)]
    return _mask(one == 1 for one in lost), _mask(one == 2 for one in lost)


class AgencyNumbers:
    """The numbers of one agency, and the room they leave for another history.

    ``bands`` is by course (first that over all courses) and measure. A history is possible if nobody completes what
    they had not enrolled in or is certified for what they had not completed; the active are enrolled, and whoever
    enrolled or completed in these months is active; and over all courses there are as many as in the largest, and in
    no band more than in all of them together. What the numbers contradict already is not held against a change.
    """

    def __init__(self, bands: Sequence[Sequence[Bands]]) -> None:
        self.bands = bands
        running = [[[sum(one[band:]) for band in range(BANDS)] for one in course] for course in bands]
        self._ladder = [
            (_tight(one[ENROLLED], one[COMPLETED]), _tight(one[COMPLETED], one[CERTIFIED])) for one in running
        ]
        each = range(1, len(bands))
        self._largest = [[0, *(_tight(running[0][m], running[c][m])[0] for c in each)] for m in range(4)]
        self._fewest = [
            _mask(sum(bands[c][m][band] for c in each) <= bands[0][m][band] for band in range(BANDS)) for m in range(4)
        ]

    def allow(self, courses: tuple[int, ...], shifts: Shifts) -> bool:
        """Whether the history could be otherwise by these shifts in each of these courses (by number)."""
        for measure, (left, _) in shifts:
            if left != NEVER and not all(self.bands[course][measure][left] for course in courses):
                return False
        by_measure: list[Shift | None] = [None] * 4
        for measure, shift in shifts:
            by_measure[measure] = shift
        return (
            self._in_order(courses, by_measure)
            and all(_active_agree(self.bands[course], by_measure) for course in courses)
            and all(self._courses_agree(courses, measure, shift) for measure, shift in shifts)
        )

    def _in_order(self, courses: tuple[int, ...], shifts: Sequence[Shift | None]) -> bool:
        for step, (larger, smaller) in enumerate(((ENROLLED, COMPLETED), (COMPLETED, CERTIFIED))):
            one, two = _falls(shifts[larger], shifts[smaller])
            if one or two:
                for course in courses:
                    no_room, little_room = self._ladder[course][step]
                    if one & no_room or two & little_room:
                        return False
        return True

    def _courses_agree(self, courses: tuple[int, ...], measure: int, shift: Shift) -> bool:
        left, joined = (1 << band if band != NEVER else 0 for band in shift)
        largest, fewest = self._largest[measure], self._fewest[measure]
        if 0 not in courses:
            return not (_falls(None, shift)[0] & largest[courses[0]] or left & fewest)
        falls = _falls(shift, None)[0]
        if falls and any(falls & tight for course, tight in enumerate(largest) if course not in courses):
            return False
        return len(courses) > 1 or not joined & fewest


def _active_agree(bands: Sequence[Bands], shifts: Sequence[Shift | None]) -> bool:
    if shifts[ENROLLED] is shifts[ACTIVE] is shifts[COMPLETED]:
        return True  # all None
    then = _room_of_active(*(bands[m] for m in (ENROLLED, ACTIVE, COMPLETED)))
    now = _room_of_active(*(_shifted(bands[m], shifts[m]) for m in (ENROLLED, ACTIVE, COMPLETED)))
    return all(after >= 0 or after >= before for after, before in zip(now, then, strict=True))


def _room_of_active(enrolled: Bands, active: Bands, completed: Bands) -> tuple[int, int]:
    """How many more could be active, and how many fewer."""
    last = min(enrolled[1], completed[1])
    both = last + min(
        completed[0], enrolled[0] + enrolled[1] - last
    )  # who may have enrolled and completed in these months
    recent = sum(enrolled[:BANDS_OF_ACTIVE]) + sum(completed[:BANDS_OF_ACTIVE]) - both
    return sum(enrolled) - active[0], active[0] - recent


def _shifted(bands: Bands, shift: Shift | None) -> Bands:
    if shift is None:
        return bands
    return [n - (band == shift[0]) + (band == shift[1]) for band, n in enumerate(bands)]

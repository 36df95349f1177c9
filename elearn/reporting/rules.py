"""What is counted, over which months, and what a filter may say. Pure.

A person is counted once for each measure in each course, in the month in which it came about, and once more over all
courses (course 0). Months are numbers like 202611, in the site's time zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from elearn.content.course import Course
from elearn.core.refusals import Invalid
from elearn.learning.rules import Tally, progress_of

ALL_COURSES = 0
STALLED_AFTER = timedelta(days=30)
CHOICE_SHOWN = 60  # letters of a wrong choice that the refusal repeats


class Measure(StrEnum):
    """What people are counted by. Active and completed are part of the enrolled, certified of the completed."""

    ENROLLED = "enrolled"
    ACTIVE = "active"
    COMPLETED = "completed"
    CERTIFIED = "certified"


class Period(StrEnum):
    """The months that are counted: calendar months up to the present one; fixed, so that no two differ by a day."""

    MONTH = "month"
    QUARTER = "3-months"
    YEAR = "12-months"
    ALL = "all"


class Grouping(StrEnum):
    """What the rows of the comparison are."""

    AGENCY = "agency"
    COUNTRY = "country"
    COURSE = "course"


class Shown(StrEnum):
    """Which people the sheet shows: all, or those who stopped in a course they began."""

    ALL = "all"
    STALLED = "stalled"


class NotAChoice(Invalid):
    """A filter names something that does not exist, or is not offered to this person: the answer is the same."""

    message = "The address asks for «%(value)s», which is not among the choices of the filter «%(filter)s»."


@dataclass(frozen=True, slots=True)
class Facts:
    """An enrolment as the statistics see it: months, None where it has not come to that."""

    course_id: int
    enrolled: int
    active: int
    completed: int | None
    certified: int | None


Count = tuple[Measure, int, int]  # measure, course (0: over all), month


def counts_of(facts: Iterable[Facts]) -> frozenset[Count]:
    """Where a person with these enrolments is counted, once each.

    Over all courses a person is enrolled since the first enrolment, active in the month of the last activity, and
    completed and certified since the first completion and the first certificate.
    """
    every = tuple(facts)
    if not every:
        return frozenset()
    found: set[Count] = {
        (Measure.ENROLLED, ALL_COURSES, min(fact.enrolled for fact in every)),
        (Measure.ACTIVE, ALL_COURSES, max(fact.active for fact in every)),
    }
    completed = [fact.completed for fact in every if fact.completed is not None]
    certified = [fact.certified for fact in every if fact.certified is not None]
    if completed:
        found.add((Measure.COMPLETED, ALL_COURSES, min(completed)))
    if certified:
        found.add((Measure.CERTIFIED, ALL_COURSES, min(certified)))
    for fact in every:
        found.add((Measure.ENROLLED, fact.course_id, fact.enrolled))
        found.add((Measure.ACTIVE, fact.course_id, fact.active))
        if fact.completed is not None:
            found.add((Measure.COMPLETED, fact.course_id, fact.completed))
        if fact.certified is not None:
            found.add((Measure.CERTIFIED, fact.course_id, fact.certified))
    return frozenset(found)


def month_of(instant: datetime, zone: ZoneInfo) -> int:
    """The month of an instant in a time zone: 202611."""
    local = instant.astimezone(zone)
    return local.year * 100 + local.month


def month_before(month: int, months: int) -> int:
    """The month so many months earlier."""
    count = month // 100 * 12 + month % 100 - 1 - months
    return count // 12 * 100 + count % 12 + 1


# The months are kept in five bands, newest first, so that every period is a run of whole bands.
BAND_MONTHS = (1, 1, 1, 9)  # this month, the last, the one before, the nine before that; then everything older
BANDS = len(BAND_MONTHS) + 1
BANDS_OF_PERIOD: Mapping[Period, int] = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 4, Period.ALL: BANDS}
BANDS_OF_ACTIVE = 2  # "active" is who learnt something this month or last, whatever the period


def band_starts(month: int) -> tuple[int, ...]:
    """The first month of each band but the last, newest first, as seen from ``month``."""
    starts, back = [], -1
    for length in BAND_MONTHS:
        back += length
        starts.append(month_before(month, back))
    return tuple(starts)


class State(StrEnum):
    """How far a person is in a course."""

    NOT_ENROLLED = "not-enrolled"
    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    COMPLETED = "completed"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in a course. ``score`` is the best in its exam, per cent."""

    state: State
    modules_read: int = 0
    modules: int = 0
    score: Decimal | None = None
    completed_at: datetime | None = None


NOT_ENROLLED = Standing(State.NOT_ENROLLED)


def standing_of(course: Course, tally: Tally, completed_at: datetime | None, *, is_certified: bool) -> Standing:
    """Where a person stands in the release they are enrolled in. What was completed stays completed."""
    progress = progress_of(course, tally)
    state = State.UNDER_WAY if tally.read or tally.scores else State.NOT_STARTED
    if completed_at is not None:
        state = State.CERTIFIED if is_certified else State.COMPLETED
    return Standing(state, progress.modules_read, len(progress.modules), progress.exam_score, completed_at)


Option = TypeVar("Option", bound=StrEnum)


def choice(kind: type[Option], name: str, value: str | None, default: Option) -> Option:
    """What a filter of fixed choices says; nothing means the default. Raises NotAChoice."""
    if not value:
        return default
    try:
        return kind(value)
    except ValueError as problem:
        raise not_a_choice(name, value) from problem


def not_a_choice(name: str, value: str) -> NotAChoice:
    """The refusal of a filter's value."""
    return NotAChoice(filter=name, value=value[:CHOICE_SHOWN])


def page_number(value: str | None) -> int:
    """The page asked for, from 1. Raises NotAChoice."""
    if not value:
        return 1
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) >= 1):
        raise not_a_choice("page", value)
    return int(value)

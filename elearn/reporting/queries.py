"""Reading roll-ups, and the people one may see by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import agencies_within
from elearn.catalogue.models import Release
from elearn.certificates.models import Certificate
from elearn.learning.models import Enrolment
from elearn.learning.rules import Tally as Outcomes
from elearn.learning.rules import stored_tally
from elearn.reporting.histories import Counts
from elearn.reporting.models import Tally
from elearn.reporting.rules import BANDS, Measure, band_starts, month_before
from elearn.security.policy import Reach

AT_ONCE = 500  # people read at a time for a file
TREND_MONTHS = 12
NAMES_TOLD = 3  # people named in a line of what needs attention


@dataclass(frozen=True, slots=True)
class ReachedAgency:
    """An agency within reach. ``is_named``: its people may be seen by name; otherwise it is only compared."""

    id: int
    code: str
    name: str
    country: str
    country_name: str
    is_named: bool


def reached_agencies(session: Session, compare: Reach, names: Reach) -> tuple[ReachedAgency, ...]:
    """The agencies that may be compared or seen by name, by country and name."""
    both = Reach(
        compare.everywhere or names.everywhere, compare.agencies | names.agencies, compare.countries | names.countries
    )
    return tuple(
        ReachedAgency(
            agency.id, agency.code, agency.name, country.code, country.name, names.covers(agency.id, country.code)
        )
        for agency, country in agencies_within(session, both)
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """Whose numbers are asked for month by month: agencies that are seen by name, in a course (0: over all)."""

    agencies: frozenset[int]
    course_id: int


@dataclass(frozen=True, slots=True)
class RollUp:
    """The people of each measure, course and agency by band of months; and those of a trend by month, oldest first."""

    counts: Counts
    months: Mapping[Measure, Sequence[int]]


def roll_up(session: Session, agencies: Sequence[int], month: int, trend: Trend | None) -> RollUp:
    """What the roll-ups say of these agencies, as seen from ``month``, in one query."""
    since = [func.sum(case((Tally.month >= start, Tally.people), else_=0)) for start in band_starts(month)]
    by_band: Select[*tuple[Any, ...]] = (
        select(Tally.agency_id, Tally.course_id, Tally.measure, *since, func.sum(Tally.people))
        .where(Tally.agency_id.in_(agencies))
        .group_by(Tally.agency_id, Tally.course_id, Tally.measure)
    )
    query: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] = by_band
    if trend is not None:
        nothing = [literal(0)] * (BANDS - 1)
        by_month: Select[*tuple[Any, ...]] = (
            select(literal(0), Tally.month, Tally.measure, *nothing, func.sum(Tally.people))
            .where(
                Tally.agency_id.in_(trend.agencies),
                Tally.course_id == trend.course_id,
                Tally.month >= month_before(month, TREND_MONTHS - 1),
            )
            .group_by(Tally.measure, Tally.month)
        )
        query = union_all(by_band, by_month)
    counts: dict[tuple[Measure, int, int], Sequence[int]] = {}
    order = {month_before(month, back): TREND_MONTHS - 1 - back for back in range(TREND_MONTHS)}
    months = {measure: [0] * TREND_MONTHS for measure in Measure}
    for agency, at, measure, *sums in session.connection().execute(query):
        if agency:
            counts[Measure(measure), at, agency] = [
                int(more) - int(less) for less, more in zip((0, *sums), sums, strict=False)
            ]
        else:
            # a clock that ran ahead wrote a later month: it counts as the present one
            months[Measure(measure)][order.get(at, TREND_MONTHS - 1)] += int(sums[-1])
    return RollUp(counts, months)


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """A person of the sheet."""

    id: int
    full_name: str
    latin_name: str | None
    agency_id: int
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class SheetEnrolment:
    """What a person of the sheet has learnt in a course."""

    course_id: int
    release_id: int
    digest: str
    outcomes: Outcomes
    active_at: datetime
    completed_at: datetime | None
    is_certified: bool


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """Which people are asked for: of these agencies; with ``stalled_before``, those who stopped in a course they began.

    ``course_id`` None: in any course.
    """

    agencies: frozenset[int]
    course_id: int | None = None
    stalled_before: datetime | None = None


def _stopped(wanted: SheetFilter) -> ColumnElement[bool]:
    """An enrolment that was not completed and in which nothing was learnt since."""
    stopped = and_(Enrolment.completed_at.is_(None), Enrolment.active_at < wanted.stalled_before)
    # "+ 0" keeps SQLite from looking through all of the course: the people of some agencies are fewer.
    return stopped if wanted.course_id is None else and_(stopped, Enrolment.course_id + 0 == wanted.course_id)


def _people(wanted: SheetFilter) -> Select[*tuple[Any, ...]]:
    """The people asked for; those whose account is closed only if they ever enrolled, for then they are counted."""
    ever = exists().where(Enrolment.person_id == Person.id)
    query: Select[*tuple[Any, ...]] = select(
        Person.id, Person.full_name, Person.latin_name, Person.agency_id, Person.disabled_at.is_not(None)
    ).where(Person.agency_id.in_(wanted.agencies), or_(Person.disabled_at.is_(None), ever))
    if wanted.stalled_before is not None:
        query = query.where(ever.where(_stopped(wanted)))
    return query.order_by(Person.full_name, Person.id)


def people_on_page(session: Session, wanted: SheetFilter, *, page: int, size: int) -> tuple[Sequence[SheetPerson], int]:
    """The people of a page (from 1) of the sheet, by name, and how many there are in all; none past the end."""
    query = _people(wanted).add_columns(func.count().over()).limit(size).offset((page - 1) * size)
    rows = session.connection().execute(query).all()
    return [SheetPerson(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def all_people(session: Session, wanted: SheetFilter) -> Iterator[Sequence[SheetPerson]]:
    """Everybody asked for, by name, some hundreds at a time."""
    query = _people(wanted).limit(AT_ONCE)
    rows = session.connection().execute(query).all()
    while rows:
        yield [SheetPerson(*row) for row in rows]
        last = rows[-1]
        after = tuple_(Person.full_name, Person.id) > tuple_(last[1], last[0])
        rows = session.connection().execute(query.where(after)).all()


def enrolments_of(session: Session, people: Sequence[SheetPerson]) -> Mapping[int, Sequence[SheetEnrolment]]:
    """What these people have learnt, by person."""
    if not people:
        return {}
    query = (
        select(
            Enrolment.person_id,
            Enrolment.course_id,
            Enrolment.release_id,
            Release.digest,
            Enrolment.tally,
            Enrolment.active_at,
            Enrolment.completed_at,
            and_(Certificate.id.is_not(None), Certificate.revoked_at.is_(None)),
        )
        .join(Release, Release.id == Enrolment.release_id)
        .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, Certificate.replaced_at.is_(None)))
        .where(Enrolment.person_id.in_([person.id for person in people]))
    )
    found: dict[int, list[SheetEnrolment]] = {}
    for person, course, release, digest, tally, active, completed, certified in session.connection().execute(query):
        enrolment = SheetEnrolment(course, release, digest, stored_tally(tally), active, completed, bool(certified))
        found.setdefault(person, []).append(enrolment)
    return found


@dataclass(frozen=True, slots=True)
class Stopped:
    """The people who stopped in a course: how many, and the names of those who did so longest ago."""

    course_id: int
    people: int
    names: tuple[str, ...]
    since: datetime


def stopped_people(session: Session, wanted: SheetFilter) -> Sequence[Stopped]:
    """Who stopped in which course, the course with most of them first."""
    place = func.row_number().over(
        partition_by=Enrolment.course_id, order_by=(Enrolment.active_at, Person.full_name, Person.id)
    )
    lines = (
        select(
            Enrolment.course_id,
            Person.full_name,
            Enrolment.active_at,
            place.label("place"),
            func.count().over(partition_by=Enrolment.course_id).label("people"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.agency_id.in_(wanted.agencies), Person.disabled_at.is_(None), _stopped(wanted))
        .subquery()
    )
    query = (
        select(lines.c.course_id, lines.c.people, lines.c.full_name, lines.c.active_at)
        .where(lines.c.place <= NAMES_TOLD)
        .order_by(lines.c.people.desc(), lines.c.course_id, lines.c.place)
    )
    found: dict[int, Stopped] = {}
    for course, people, name, active in session.connection().execute(query):
        known = found.get(course)
        found[course] = Stopped(
            course, people, (*(known.names if known else ()), name), known.since if known else active
        )
    return list(found.values())

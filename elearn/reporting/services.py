"""Keeping the roll-ups: when a person's history changes, the counts it makes are moved from there to here.

Every change goes through :func:`rules.counts_of`, before and after; :func:`rebuild_tallies` uses the same function over
everybody, so the two cannot disagree about what is counted. None of this commits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.certificates.models import Certificate
from elearn.learning.models import Enrolment
from elearn.learning.services import EnrolmentState, move_open_enrolments
from elearn.reporting.models import Tally
from elearn.reporting.rules import Count, Facts, counts_of, month_of

AT_ONCE = 1000  # rows read or written at a time by a rebuild

_FACTS = (
    select(
        Enrolment.person_id,
        Enrolment.agency_id,
        Enrolment.id,
        Enrolment.course_id,
        Enrolment.enrolled_at,
        Enrolment.active_at,
        Enrolment.completed_at,
        Certificate.awarded_at,
        Certificate.revoked_at,
    )
    .select_from(Enrolment)
    .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, Certificate.replaced_at.is_(None)))
)


def follow_enrolment(session: Session, before: EnrolmentState | None, after: EnrolmentState, *, zone: ZoneInfo) -> None:
    """Count an enrolment that changed (``before`` None: is new). Costs no query while the months stay the same."""
    now = _months(after, zone)
    if before is not None and _months(before, zone) == now:
        return
    facts = _facts_of(session, after.person_id, zone).get(after.agency_id, {})
    known = facts.get(after.enrolment_id)
    certified = known.certified if known is not None else None
    then = dict(facts)
    if before is None:
        then.pop(after.enrolment_id, None)
    else:
        then[after.enrolment_id] = Facts(after.course_id, *_months(before, zone), certified)
    facts[after.enrolment_id] = Facts(after.course_id, *now, certified)
    _recount(session, [{after.agency_id: then}], [{after.agency_id: facts}])


def follow_certificate(session: Session, certificate: Certificate, agency_id: int, *, zone: ZoneInfo) -> None:
    """Count a certificate that was awarded or revoked; a revoked one no longer counts."""
    facts = _facts_of(session, certificate.person_id, zone)[agency_id]
    known = facts[certificate.enrolment_id]
    awarded = replace(known, certified=month_of(certificate.awarded_at, zone))
    without = replace(known, certified=None)
    is_revoked = certificate.revoked_at is not None
    then = facts | {certificate.enrolment_id: awarded if is_revoked else without}
    now = facts | {certificate.enrolment_id: without if is_revoked else awarded}
    _recount(session, [{agency_id: then}], [{agency_id: now}])


def follow_person(session: Session, person_id: int, left_id: int, joined_id: int, *, zone: ZoneInfo) -> None:
    """Count what a person has under way in the agency they moved to; what they completed is counted where it was."""
    with counted_anew(session, [person_id], zone=zone):
        move_open_enrolments(session, person_id, joined_id)


@contextmanager
def counted_anew(session: Session, person_ids: Sequence[int], *, zone: ZoneInfo) -> Iterator[None]:
    """Count anew what is done to the enrolments of these people meanwhile, without anybody being told of each."""
    before = [_facts_of(session, person_id, zone) for person_id in sorted(person_ids)]
    yield
    _recount(session, before, [_facts_of(session, person_id, zone) for person_id in sorted(person_ids)])


def rebuild_tallies(session: Session, *, zone: ZoneInfo) -> int:
    """Count everything anew from the facts, and forget the roll-ups of before; how many rows they have now.

    Meant for a change of the site's time zone and for repair. Others wait with what they have to count until the
    commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE tally IN EXCLUSIVE MODE"))
    counts: Counter[tuple[int, Count]] = Counter()
    for agency_id, facts in _everybody(session, zone):
        counts.update((agency_id, count) for count in counts_of(facts))
    session.execute(delete(Tally))
    rows = [
        {"measure": measure, "course_id": course, "agency_id": agency, "month": month, "people": people}
        for (agency, (measure, course, month)), people in counts.items()
    ]
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(Tally), rows[start : start + AT_ONCE])
    session.flush()
    return len(rows)


def _months(state: EnrolmentState, zone: ZoneInfo) -> tuple[int, int, int | None]:
    completed = month_of(state.completed_at, zone) if state.completed_at is not None else None
    return month_of(state.enrolled_at, zone), month_of(state.active_at, zone), completed


def _fact(row: Sequence[Any], zone: ZoneInfo) -> Facts:
    _, _, _, course_id, enrolled_at, active_at, completed_at, awarded_at, revoked_at = row
    is_certified = awarded_at is not None and revoked_at is None
    return Facts(
        course_id,
        month_of(enrolled_at, zone),
        month_of(active_at, zone),
        month_of(completed_at, zone) if completed_at is not None else None,
        month_of(awarded_at, zone) if is_certified else None,
    )


FactsByAgency = Mapping[int, Mapping[int, Facts]]
"""The enrolments of a person by the agency they are counted in and by id."""


def _facts_of(session: Session, person_id: int, zone: ZoneInfo) -> dict[int, dict[int, Facts]]:
    """The enrolments of a person as they are in the database: :data:`FactsByAgency`.

    The person is locked first: what is counted over all courses depends on every enrolment, and two of them may
    change at the same time. (Not FOR UPDATE, which would wait for the lock that an enrolment's foreign key holds.)
    """
    session.flush()
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    found: dict[int, dict[int, Facts]] = {}
    for row in session.execute(_FACTS.where(Enrolment.person_id == person_id)):
        found.setdefault(row[1], {})[row[2]] = _fact(row, zone)
    return found


def _everybody(session: Session, zone: ZoneInfo) -> Iterator[tuple[int, list[Facts]]]:
    """The enrolments of every person in each agency they are counted in; read in pieces."""
    query = _FACTS.order_by(Enrolment.person_id, Enrolment.agency_id, Enrolment.id)
    person, agency, facts = 0, 0, list[Facts]()
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        if (row[0], row[1]) != (person, agency) and facts:
            yield agency, facts
            facts = []
        person, agency = row[0], row[1]
        facts.append(_fact(row, zone))
    if facts:
        yield agency, facts


def _recount(session: Session, before: Iterable[FactsByAgency], after: Iterable[FactsByAgency]) -> None:
    """Move the counts of some people from where they were to where they are now."""
    changes: Counter[tuple[int, Count]] = Counter(_counted(after))
    changes.subtract(_counted(before))
    _add(session, {where: people for where, people in changes.items() if people})


def _counted(people: Iterable[FactsByAgency]) -> Iterator[tuple[int, Count]]:
    for facts in people:
        for agency_id, of_agency in facts.items():
            yield from ((agency_id, count) for count in counts_of(of_agency.values()))


def _add(session: Session, changes: Mapping[tuple[int, Count], int]) -> None:
    """Add to the roll-ups, always in one order: two who count at the same time wait and do not block each other."""
    dialect = session.get_bind().dialect.name
    make: Callable[..., sqlite.Insert | postgresql.Insert] = sqlite.insert if dialect == "sqlite" else postgresql.insert
    for (agency_id, (measure, course_id, month)), people in sorted(changes.items()):
        row = make(Tally).values(measure=measure, course_id=course_id, agency_id=agency_id, month=month, people=people)
        session.execute(
            row.on_conflict_do_update(
                index_elements=[Tally.measure, Tally.course_id, Tally.agency_id, Tally.month],
                set_={"people": Tally.people + row.excluded.people},
            )
        )

"""Reading cohorts, within reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session

from elearn.accounts.cohorts.rules import CohortOfOthers, NoSuchCohort, cohort_key
from elearn.accounts.models import Agency, Cohort, CohortMember, Person
from elearn.accounts.queries import PUBLIC_ID, ids_of_agency, ids_of_cohort, within
from elearn.accounts.rules import Administrator


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort in a list; the count is of people within reach."""

    cohort_id: int
    public_id: str
    name: str
    people_count: int


def cohorts_within(session: Session, actor: Administrator) -> Sequence[CohortRow]:
    """The cohorts that an administrator sees, by name."""
    people = (
        select(func.count())
        .select_from(CohortMember)
        .join(Person, Person.id == CohortMember.person_id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(CohortMember.cohort_id == Cohort.id, within(actor.reach))
        .correlate(Cohort)
        .scalar_subquery()
    )
    query = select(Cohort.id, Cohort.public_id, Cohort.name, people).where(_is_seen(actor)).order_by(Cohort.key)
    return [CohortRow(*row) for row in session.execute(query)]


def cohort_within(session: Session, public_id: str, actor: Administrator) -> Cohort:
    """The cohort. Raises NoSuchCohort, also for one that this administrator does not see."""
    if PUBLIC_ID.fullmatch(public_id):
        found = session.scalar(select(Cohort).where(Cohort.public_id == public_id, _is_seen(actor)))
        if found is not None:
            return found
    raise NoSuchCohort


def has_others(session: Session, cohort_id: int, actor: Administrator) -> bool:
    """Whether somebody in a cohort is beyond the reach of an administrator."""
    others = (
        select(CohortMember.person_id)
        .join(Person, Person.id == CohortMember.person_id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(CohortMember.cohort_id == cohort_id, not_(within(actor.reach)))
    )
    return session.scalar(others.limit(1)) is not None


def ids_meant(session: Session, who: str, actor: Administrator) -> Sequence[int]:
    """The ids of the people within reach, not disabled, who are meant by ``cohort:…`` or ``agency:…``.

    Raises NoSuchCohort.
    """
    kind, _, name = who.partition(":")
    if kind != "cohort":
        return ids_of_agency(session, name, actor.reach)
    cohort = cohort_within(session, name, actor)
    query = (
        select(Person.id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.id.in_(ids_of_cohort(cohort.id)), within(actor.reach), Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    return session.scalars(query).all()


def members_by_name(session: Session, names: Iterable[str]) -> Mapping[str, frozenset[int]]:
    """Who is in the cohorts of these names, by folded name; without cohorts that do not exist."""
    keys = {cohort_key(name) for name in names}
    query = (
        select(Cohort.key, CohortMember.person_id)
        .outerjoin(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(Cohort.key.in_(keys))
    )
    found: dict[str, set[int]] = {}
    for key, person_id in session.execute(query) if keys else ():
        found.setdefault(key, set()).update([person_id] if person_id is not None else [])
    return {key: frozenset(people) for key, people in found.items()}


def check_seen(session: Session, names: Iterable[str], actor: Administrator) -> None:
    """Raise CohortOfOthers if one of these names is that of a cohort that this administrator does not see."""
    keys = {cohort_key(name) for name in names}
    if not keys or actor.reach.everywhere:
        return
    hidden = session.scalar(select(Cohort.name).where(Cohort.key.in_(keys), ~_is_seen(actor)).order_by(Cohort.key))
    if hidden is not None:
        raise CohortOfOthers(name=hidden)


def _is_seen(actor: Administrator) -> ColumnElement[bool]:
    """Whether an administrator sees a cohort: they reach one of its people, or made it."""
    if actor.reach.everywhere:
        return true()
    reached = (
        exists()
        .where(CohortMember.cohort_id == Cohort.id)
        .where(Person.id == CohortMember.person_id, Agency.id == Person.agency_id, within(actor.reach))
        .correlate(Cohort)
    )
    # Never NULL, so that the opposite can be asked for: the command line makes cohorts, too.
    return or_(reached, Cohort.created_by.is_not_distinct_from(actor.person_id))

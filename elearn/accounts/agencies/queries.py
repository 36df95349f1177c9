"""Reading the tree of agencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from elearn.accounts.models import Agency, AgencyBelow, Country, Person
from elearn.accounts.queries import agencies_within, agency_by_code, ids_below
from elearn.accounts.rules import Administrator, NoSuchAgency


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency in the tree as it is listed: ``level`` is 0 for one that stands below nothing that is listed."""

    agency: Agency
    country: Country
    level: int
    people_count: int


def above(session: Session, agency_id: int) -> Sequence[int]:
    """The ids of an agency and of all it stands below."""
    return session.scalars(select(AgencyBelow.agency_id).where(AgencyBelow.below_id == agency_id)).all()


def levels_below(session: Session, agency_id: int) -> int:
    """How many levels an agency and those below it take: 1 where nothing stands below it."""
    pair, lower = aliased(AgencyBelow), aliased(AgencyBelow)
    # An agency below it is as deep as there are agencies on the way: below the one and not below the other.
    query = (
        select(func.count())
        .select_from(lower)
        .join(pair, pair.below_id == lower.below_id)
        .join(AgencyBelow, AgencyBelow.below_id == pair.agency_id)
        .where(lower.agency_id == agency_id, AgencyBelow.agency_id == agency_id)
        .group_by(lower.below_id)
    )
    return max(session.scalars(query), default=1)


def branches_within(session: Session, actor: Administrator) -> Sequence[Branch]:
    """The agencies within reach as a tree: by country and name, each followed by those below it."""
    counts: Mapping[int, int] = dict(
        session.execute(
            select(Person.agency_id, func.count()).where(Person.disabled_at.is_(None)).group_by(Person.agency_id)
        ).all()
    )
    found = agencies_within(session, actor.reach)
    listed = {agency.id for agency, _ in found}
    children: dict[int | None, list[tuple[Agency, Country]]] = {}
    for agency, country in found:
        children.setdefault(agency.parent_id if agency.parent_id in listed else None, []).append((agency, country))
    branches: list[Branch] = []

    def grow(parent_id: int | None, level: int) -> None:
        for agency, country in children.get(parent_id, ()):
            branches.append(Branch(agency, country, level, counts.get(agency.id, 0)))
            grow(agency.id, level + 1)

    grow(None, 0)
    return branches


def agency_within(session: Session, code: str, actor: Administrator) -> Agency:
    """The agency of a code. Raises NoSuchAgency, also for one out of reach."""
    agency = agency_by_code(session, code)
    if agency is None or not actor.reach.covers(agency.id, agency.country_code):
        raise NoSuchAgency(code=code[:40])
    return agency


def below_none_of(session: Session, agency: Agency, branches: Sequence[Branch]) -> Sequence[Branch]:
    """Those branches that an agency may stand below: neither itself nor one that stands below it."""
    lower = set(session.scalars(ids_below(agency.id)))
    return [branch for branch in branches if branch.agency.id not in lower]


def countries_within(session: Session, actor: Administrator) -> Sequence[Country]:
    """The countries at whose top an administrator may add an agency, by name."""
    query = select(Country).order_by(Country.name, Country.code)
    return [country for country in session.scalars(query) if actor.reach.covers_country(country.code)]

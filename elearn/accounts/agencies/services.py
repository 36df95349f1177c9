"""Use cases of agencies: add one, change its name or its place, remove one that is empty. They flush, never commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.agencies.queries import above, levels_below
from elearn.accounts.agencies.rules import DEEPEST, AgencyInUse, AnotherCountry, BelowItself, NotMovable, TooDeep
from elearn.accounts.models import Agency, AgencyBelow, Country
from elearn.accounts.queries import agency_by_code, ids_below
from elearn.accounts.rules import (
    Administrator,
    AgencyCodeTaken,
    CountryHasAnotherName,
    NoSuchAgency,
    checked_agency_code,
    checked_country_code,
    checked_title,
)
from elearn.audit.rules import Act, Kind, Thing
from elearn.audit.services import record


@dataclass(frozen=True, slots=True)
class AgencyDetails:
    """What an administrator says of an agency that is there."""

    name: str
    parent: Agency | None


def add_agency(
    session: Session,
    *,
    code: str,
    name: str,
    country_code: str,
    country_name: str | None = None,
    parent: Agency | None = None,
) -> Agency:
    """Add an agency, below another one or at the top, and its country if it is new (then its name is needed).

    Raises BadAgencyCode, BadCountryCode, BadTitle, AgencyCodeTaken (capitals do not matter), CountryHasAnotherName,
    AnotherCountry, TooDeep.
    """
    agency = Agency(
        code=checked_agency_code(code), name=checked_title(name), country_code=checked_country_code(country_code)
    )
    country = session.get(Country, agency.country_code)
    if country is None:
        session.add(Country(code=agency.country_code, name=checked_title(country_name or "")))
        session.flush()
    elif country_name is not None and checked_title(country_name) != country.name:
        raise CountryHasAnotherName(code=country.code, name=country.name)
    if agency_by_code(session, agency.code) is not None:
        raise AgencyCodeTaken(code=agency.code)
    try:
        with session.begin_nested():
            session.add(agency)
    except IntegrityError as problem:
        raise AgencyCodeTaken(code=agency.code) from problem
    session.execute(insert(AgencyBelow).values(agency_id=agency.id, below_id=agency.id))
    if parent is not None:
        _place(session, agency, parent)
    return agency


def register_agency(
    session: Session,
    *,
    code: str,
    name: str,
    country_code: str | None,
    country_name: str | None = None,
    parent: Agency | None,
    actor: Administrator,
    now: datetime,
) -> Agency:
    """Add an agency for an administrator: below one within reach, in its country, or at the top of one within reach.

    Raises what :func:`add_agency` raises, and NotMovable, NoSuchAgency.
    """
    if parent is not None:
        _must_reach(parent, actor)
    elif not actor.reach.covers_country(checked_country_code(country_code or "")):
        raise NotMovable
    agency = add_agency(
        session,
        code=code,
        name=name,
        country_code=parent.country_code if parent is not None else country_code or "",
        country_name=country_name if parent is None else None,
        parent=parent,
    )
    _record(session, Act.AGENCY_ADDED, agency, parent, actor, now)
    return agency


def change_agency(
    session: Session, agency: Agency, details: AgencyDetails, *, actor: Administrator, now: datetime
) -> None:
    """Change the name of an agency and where it stands, with all that stands below it.

    Raises NoSuchAgency, BadTitle, NotMovable, BelowItself, AnotherCountry, TooDeep.
    """
    _must_reach(agency, actor)
    name, parent = checked_title(details.name), details.parent
    moves = agency.parent_id != (parent.id if parent is not None else None)
    if moves:
        if not may_move(session, agency, actor):
            raise NotMovable
        if parent is not None:
            _must_reach(parent, actor)
        elif not actor.reach.covers_country(agency.country_code):
            raise NotMovable
        _place(session, agency, parent)
    if moves or name != agency.name:
        agency.name = name
        session.flush()
        _record(session, Act.AGENCY_CHANGED, agency, parent, actor, now)


def remove_agency(session: Session, agency: Agency, *, actor: Administrator, now: datetime) -> None:
    """Remove an agency to which nothing belongs and never did, such as one of a misspelt code.

    Raises NoSuchAgency, NotMovable, AgencyInUse.
    """
    _must_reach(agency, actor)
    if not may_move(session, agency, actor):
        raise NotMovable
    parent = session.get(Agency, agency.parent_id) if agency.parent_id is not None else None
    name = agency.name
    try:
        with session.begin_nested():
            session.execute(delete(AgencyBelow).where(AgencyBelow.below_id == agency.id))
            session.delete(agency)
    except IntegrityError as problem:  # the database knows all that may refer to it
        raise AgencyInUse(name=name) from problem
    _record(session, Act.AGENCY_REMOVED, agency, parent, actor, now)


def may_move(session: Session, agency: Agency, actor: Administrator) -> bool:
    """Whether an administrator may place an agency elsewhere: they reach what it stands below now."""
    if agency.parent_id is None:
        return actor.reach.covers_country(agency.country_code)
    return actor.reach.covers(agency.parent_id, agency.country_code)


def _must_reach(agency: Agency, actor: Administrator) -> None:
    if not actor.reach.covers(agency.id, agency.country_code):
        raise NoSuchAgency(code=agency.code)


def _place(session: Session, agency: Agency, parent: Agency | None) -> None:
    """Let an agency stand below another one, or at the top, and keep the pairs of the tree in step."""
    # Two who move at the same time come one after the other: together they could tie a knot.
    session.execute(select(Agency.id).order_by(Agency.id).with_for_update())
    higher = list(above(session, parent.id)) if parent is not None else []
    if parent is not None:
        if agency.id in higher:
            raise BelowItself(name=parent.name, below=agency.name)
        if parent.country_code != agency.country_code:
            raise AnotherCountry(name=parent.name)
        if len(higher) + levels_below(session, agency.id) > DEEPEST:
            raise TooDeep
    moved = ids_below(agency.id)
    session.execute(
        delete(AgencyBelow)
        .where(AgencyBelow.below_id.in_(moved), AgencyBelow.agency_id.not_in(moved))
        .execution_options(synchronize_session=False)
    )
    for agency_id in higher:
        pairs = select(literal(agency_id), AgencyBelow.below_id).where(AgencyBelow.agency_id == agency.id)
        session.execute(insert(AgencyBelow).from_select(["agency_id", "below_id"], pairs))
    agency.parent_id = parent.id if parent is not None else None
    session.flush()


def _record(
    session: Session, act: Act, agency: Agency, parent: Agency | None, actor: Administrator, now: datetime
) -> None:
    below = parent.code if parent is not None else None
    record(session, act, Thing(Kind.AGENCY, agency.code), actor=actor.recorded, now=now, below=below)

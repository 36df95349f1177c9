"""Use cases of importing people: plan a file, and add those whom the plan would add. They flush, never commit."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from elearn.accounts.cohorts.queries import check_seen, members_by_name
from elearn.accounts.cohorts.services import join_by_name
from elearn.accounts.importing.rules import Fate, KnownAgency, KnownPerson, Plan, plan, read_rows
from elearn.accounts.importing.sheets import read_sheet
from elearn.accounts.models import Agency, Person, RoleGrant
from elearn.accounts.queries import agencies_within
from elearn.accounts.rules import Administrator
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record_each
from elearn.core.identifiers import new_public_id
from elearn.core.refusals import Conflict
from elearn.security.policy import Role, ScopeKind

AT_ONCE = 500  # names asked for in one query


class ChangedMeanwhile(Conflict):
    """Somebody added one of these people while the file was being added."""

    message = "Somebody else added one of these people at the same moment. Nothing was added; choose the file again."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    joined: int
    plan: Plan


def plan_import(session: Session, data: bytes, *, languages: Sequence[str], actor: Administrator) -> Plan:
    """What would become of each row of a file. Raises what reading the file and its columns raises, CohortOfOthers."""
    sheet = read_sheet(data)
    agencies = [
        KnownAgency(agency.id, agency.code, agency.name, country.code, country.name)
        for agency, country in agencies_within(session, actor.reach)
    ]
    rows, ignored = read_rows(sheet, agencies, languages)
    entries = [entry for _, _, entry, _ in rows if entry is not None]
    known = {
        person.id: person
        for person in (
            *_people(session, Person.sign_in_name, sorted({entry.sign_in_name for entry in entries}), actor),
            *_people(session, Person.agency_id, sorted({entry.agency_id for entry in entries}), actor),
        )
    }
    cohorts = {name for entry in entries for name in entry.cohorts}
    check_seen(session, cohorts, actor)
    members = members_by_name(session, cohorts)
    return plan(rows, list(known.values()), members, ignored=ignored)


def import_people(
    session: Session,
    data: bytes,
    *,
    also: frozenset[int] = frozenset(),
    languages: Sequence[str],
    actor: Administrator,
    now: datetime,
) -> Imported:
    """Add the people of a file who are not here, and let all of its people join the cohorts it names.

    ``also`` are the numbers of rows that are added although somebody has nearly the same name. Nobody gets a password.
    The file is planned anew: what was looked at may be old. Raises what :func:`plan_import` raises, ChangedMeanwhile.
    """
    found = plan_import(session, data, languages=languages, actor=actor)
    joining: dict[str, list[int]] = {}
    entries = [row.entry for row in found.taken(also) if row.entry is not None]
    people = [
        Person(
            public_id=new_public_id(),
            sign_in_name=entry.sign_in_name,
            full_name=entry.full_name,
            latin_name=entry.latin_name,
            staff_number=entry.staff_number,
            email=entry.email,
            language=entry.language,
            agency_id=entry.agency_id,
            password_hash=None,
            created_at=now,
        )
        for entry in entries
    ]
    try:
        with session.begin_nested():
            session.add_all(people)
            session.flush()
            session.add_all(RoleGrant(person_id=one.id, role=Role.OFFICER, scope=ScopeKind.SELF) for one in people)
    except IntegrityError as problem:
        raise ChangedMeanwhile from problem
    record_each(
        session,
        Act.PERSON_ADDED,
        [the_person(one.public_id) for one in people],
        actor=actor.recorded,
        now=now,
        file=hashlib.sha256(data).hexdigest(),
    )
    for entry, person in zip(entries, people, strict=True):
        for name in entry.cohorts:
            joining.setdefault(name, []).append(person.id)
    for row in found.rows:
        if row.fate is Fate.HERE and row.person_id is not None:
            for name in row.joins:
                joining.setdefault(name, []).append(row.person_id)
    joined = join_by_name(session, joining, actor=actor, now=now)
    return Imported(len(people), joined, found)


def _people(
    session: Session, column: InstrumentedAttribute[Any], values: Sequence[Any], actor: Administrator
) -> Iterator[KnownPerson]:
    """Everybody whose column has one of the values, within reach or not: sign-in names are the site's."""
    for start in range(0, len(values), AT_ONCE):
        query = (
            select(
                Person.id,
                Person.sign_in_name,
                Person.full_name,
                Person.staff_number,
                Person.agency_id,
                Agency.country_code,
            )
            .join(Agency, Agency.id == Person.agency_id)
            .where(column.in_(values[start : start + AT_ONCE]))
        )
        for row in session.execute(query):
            yield KnownPerson(*row[:5], is_within=actor.reach.covers(row[4], row[5]))

"""Reading all that is held about a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.assessment.models import Attachment, Attempt
from elearn.learning.models import Enrolment
from elearn.rights.holdings import HOLDINGS, Holding, accounts_of
from elearn.rights.rules import Fate, Why


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of a table that are about a person, as they are handed out."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class FateLine:
    """What erasing does to what a table holds about a person."""

    name: str
    count: int
    fate: Fate
    why: Why


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of an answer."""

    name: str
    body: bytes


def all_held(session: Session, person_id: int) -> Sequence[Held]:
    """All that is held about a person, in the order of ``HOLDINGS``; tables with nothing are left out."""
    found = []
    for holding in HOLDINGS:
        columns = [holding.table.c[name] for name in holding.told]
        more = [column.label(name) for name, column in holding.more.items()]
        if not columns and not more:
            continue
        query = select(*columns, *more).where(holding.whose(person_id)).order_by(*holding.table.primary_key)
        rows = tuple(tuple(row) for row in session.execute(query))
        if rows:
            found.append(Held(holding.name, (*holding.told, *holding.more), rows))
    return found


def files_of(session: Session, person_id: int) -> Iterator[KeptFile]:
    """The files of a person's answers, one at a time; each name is used once."""
    ids = session.scalars(
        select(Attachment.id)
        .join(Attempt, Attempt.id == Attachment.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id.in_(accounts_of(person_id)))
        .order_by(Attachment.id)
    ).all()
    for attachment_id in ids:
        row = session.execute(
            select(Attachment.public_id, Attachment.name, Attachment.body).where(Attachment.id == attachment_id)
        ).one()
        yield KeptFile(f"{row[0]}-{row[1]}", row[2])


def fates_of(session: Session, person_id: int) -> Sequence[FateLine]:
    """What erasing a person would do, table by table; tables with nothing are left out."""
    return [
        FateLine(holding.name, count, holding.fate, holding.why)
        for holding, count in counts_held(session, person_id)
        if count
    ]


def counts_held(session: Session, person_id: int) -> Sequence[tuple[Holding, int]]:
    """How many rows of each table are about a person."""
    counts = (
        select(func.count()).select_from(each.table).where(each.whose(person_id)).scalar_subquery() for each in HOLDINGS
    )
    return list(zip(HOLDINGS, session.execute(select(*counts)).one(), strict=True))

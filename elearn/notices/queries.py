"""Reading notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from elearn.db.hot import HotRead
from elearn.notices.models import Notice
from elearn.notices.rules import KEPT, About, Kind, NoSuchNotice, about_stored


def unread_count(person_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """How many notices wait unread for the person of a row, to be put into a query; ``kept_since`` is its value."""
    return (
        select(func.count(Notice.id))
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), Notice.created_at > bindparam("kept_since"))
        .correlate(person_id.class_)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as a page needs it."""

    public_id: str
    kind: Kind
    about: About
    href: str
    created_at: datetime
    is_read: bool


def _notices() -> Select[Any]:
    return select(Notice.public_id, Notice.kind, Notice.about, Notice.href, Notice.created_at, Notice.read_at).where(
        Notice.person_id == bindparam("person_id"), Notice.created_at > bindparam("kept_since")
    )


_ALL = HotRead(_notices().order_by(Notice.created_at.desc(), Notice.id.desc()))
_ONE = HotRead(_notices().where(Notice.public_id == bindparam("public_id")))


def notices_of(session: Session, person_id: int, *, now: datetime) -> Sequence[Told]:
    """What a person was told, the newest first."""
    return [_told(row) for row in _ALL.rows(session, person_id=person_id, kept_since=now - KEPT)]


def notice_of(session: Session, person_id: int, public_id: str, *, now: datetime) -> Told:
    """One notice of a person. Raises NoSuchNotice, also for somebody else's."""
    rows = _ONE.rows(session, person_id=person_id, kept_since=now - KEPT, public_id=public_id)
    if not rows:
        raise NoSuchNotice
    return _told(rows[0])


def _told(row: Sequence[Any]) -> Told:
    public_id, kind, about, href, created_at, read_at = row
    return Told(public_id, Kind(kind), about_stored(about), href, created_at, read_at is not None)

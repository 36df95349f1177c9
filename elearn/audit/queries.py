"""Reading the log."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from elearn.audit.models import AuditEvent
from elearn.audit.rules import Act, Actor, Anchor, AnchorBroken, Bystander, Kind, Link, Thing, checked_links

AT_ONCE = 1000  # events read at a time

_LINKS: Select[tuple[int, datetime, int | None, str, str, str, str, dict[str, object], str, str]] = select(
    AuditEvent.number,
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.actor_roles,
    AuditEvent.act,
    AuditEvent.thing_kind,
    AuditEvent.thing_id,
    AuditEvent.details,
    AuditEvent.previous_hash,
    AuditEvent.hash,
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; None means all. ``since`` is within, ``until`` no longer.

    ``things`` are ids of any kind, ``people`` public ids of persons; an event about one of either is meant.
    """

    actor: Actor | None = None
    act: Act | None = None
    things: Collection[str] | None = None
    people: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def newest(session: Session) -> Anchor | None:
    """The newest event; None for an empty log."""
    row = session.execute(
        select(AuditEvent.number, AuditEvent.hash).order_by(AuditEvent.number.desc()).limit(1)
    ).first()
    return Anchor(*row) if row is not None else None


def events_before(session: Session, wanted: EventFilter, *, before: int | None = None, limit: int) -> Sequence[Link]:
    """The newest events that are as wanted, the newest first; only those with a smaller number than ``before``."""
    query = _LINKS.where(*_as_wanted(wanted)).order_by(AuditEvent.number.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEvent.number < before)
    return [_link(row) for row in session.execute(query)]


def all_events(session: Session, wanted: EventFilter | None = None) -> Iterator[Link]:
    """Every event that is as wanted, in the order of the chain; read in pieces."""
    conditions = _as_wanted(wanted) if wanted is not None else []
    read = -1
    while True:
        query = _LINKS.where(AuditEvent.number > read, *conditions).order_by(AuditEvent.number).limit(AT_ONCE)
        piece = [_link(row) for row in session.execute(query)]
        yield from piece
        if len(piece) < AT_ONCE:
            return
        read = piece[-1].number


def verified(session: Session, anchors: Collection[Anchor] = ()) -> int:
    """How many events the log has, after all were checked. Raises ChainBroken, AnchorBroken."""
    wanted = {anchor.number: anchor.hash for anchor in anchors}
    contradicted = {anchor.number for anchor in anchors if wanted[anchor.number] != anchor.hash}
    count = 0
    for link in checked_links(all_events(session)):
        count = link.number
        if wanted.pop(count, link.hash) != link.hash or count in contradicted:
            raise AnchorBroken(number=count)
    if wanted:
        raise AnchorBroken(number=min(wanted))
    return count


def was_recorded(session: Session, act: Act, thing: Thing, *, since: datetime) -> bool:
    """Whether this was put down about a thing since then."""
    query = select(AuditEvent.number).where(
        AuditEvent.thing_id == thing.id,
        AuditEvent.thing_kind == thing.kind,
        AuditEvent.act == act,
        AuditEvent.at >= since,
    )
    return session.execute(query.limit(1)).first() is not None


def _as_wanted(wanted: EventFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if isinstance(wanted.actor, Bystander):
        conditions += [AuditEvent.actor_id.is_(None), AuditEvent.actor_roles == wanted.actor.value]
    elif wanted.actor is not None:
        conditions.append(AuditEvent.actor_id == wanted.actor)
    if wanted.act is not None:
        conditions.append(AuditEvent.act == wanted.act.value)
    if wanted.things is not None:
        of_people = and_(AuditEvent.thing_kind == Kind.PERSON.value, AuditEvent.thing_id.in_(sorted(wanted.people)))
        conditions.append(or_(AuditEvent.thing_id.in_(sorted(wanted.things)), of_people))
    if wanted.since is not None:
        conditions.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEvent.at < wanted.until)
    return conditions


def _link(row: Sequence[object]) -> Link:
    return Link(*row)  # type: ignore[arg-type]

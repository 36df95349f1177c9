"""Putting events down. The port that features call.

What is recorded waits in the session and is written when the session commits, as the last thing the transaction does:
events are chained one after the other, so whoever writes one holds off all others until the commit, and must not wait
for anything else meanwhile. On PostgreSQL an advisory lock holds them off, on SQLite the writer's turn.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from elearn.audit.models import AuditEvent
from elearn.audit.queries import newest
from elearn.audit.rules import GENESIS, Act, Actor, Bystander, Detail, Link, Thing, clipped, hash_of

# Asked for the roles that a person has just then, in words: the log stands below who knows.
RolesOf = Callable[[Session, int], str]
roles_of: list[RolesOf] = []

LOCK = 7_241_016_124  # any number that nothing else locks
_WAITING = "audit: waiting to be written"


@dataclass(frozen=True, slots=True)
class _Recorded:
    """An event without its place in the chain, and the transaction (or the savepoint) that it goes with."""

    at: datetime
    actor_id: int | None
    actor_roles: str
    act: Act
    thing: Thing
    details: dict[str, Detail]
    transaction: SessionTransaction | None

    def goes_with(self, transaction: SessionTransaction | None) -> bool:
        """Whether it is undone with this transaction."""
        mine = self.transaction
        while mine is not None and mine is not transaction:
            mine = mine.parent
        return mine is not None


def record(
    session: Session,
    act: Act,
    thing: Thing,
    *,
    actor: Actor,
    now: datetime,
    roles: str | None = None,
    **details: Detail,
) -> None:
    """Put down that ``actor`` did ``act`` to ``thing``, in the transaction under way; undone, it is not put down.

    ``roles`` are those of the actor, if the caller knows them; they are asked for otherwise. ``details`` say no more
    than is needed to understand it: no answers, no secrets, nothing that somebody wrote.
    """
    if not session.in_transaction():
        session.begin()
    actor_id = None if isinstance(actor, Bystander) else actor
    if isinstance(actor, Bystander):
        roles = actor.value
    elif roles is None:
        roles = next((ask(session, actor) for ask in roles_of), "")
    recorded = _Recorded(
        at=now,
        actor_id=actor_id,
        actor_roles=roles[:200],
        act=act,
        thing=Thing(thing.kind, clipped(thing.id)),
        details={name: _kept(value) for name, value in details.items()},
        transaction=session.get_nested_transaction() or session.get_transaction(),
    )
    session.info.setdefault(_WAITING, []).append(recorded)


def record_each(
    session: Session, act: Act, things: Iterable[Thing], *, actor: Actor, now: datetime, **details: Detail
) -> None:
    """Put down the same act for many things; the roles of the actor are asked for once."""
    roles = None if isinstance(actor, Bystander) else next((ask(session, actor) for ask in roles_of), "")
    for thing in things:
        record(session, act, thing, actor=actor, now=now, roles=roles, **details)


def _kept(value: Detail) -> Detail:
    if isinstance(value, str):
        return clipped(value)
    return [clipped(each) for each in value] if isinstance(value, list) else value


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Chain what waits, at the very end of its transaction; a savepoint that is released is not the end."""
    if _WAITING not in session.info or session.in_nested_transaction():
        return
    here = session.get_transaction()
    waiting: list[_Recorded] = [each for each in session.info.pop(_WAITING) if each.goes_with(here)]
    if not waiting:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = newest(session)
    number, previous = (last.number, last.hash) if last is not None else (0, GENESIS)
    rows = []
    for each in waiting:
        number += 1
        link = _linked(each, number, previous)
        rows.append(asdict(link))
        previous = link.hash
    session.execute(insert(AuditEvent), rows)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """Forget what was recorded in a transaction, or after a savepoint, that was undone."""
    waiting: list[_Recorded] | None = session.info.get(_WAITING)
    if waiting:
        waiting[:] = [each for each in waiting if not each.goes_with(previous)]


def _linked(recorded: _Recorded, number: int, previous: str) -> Link:
    without = Link(
        number=number,
        at=recorded.at,
        actor_id=recorded.actor_id,
        actor_roles=recorded.actor_roles,
        act=recorded.act.value,
        thing_kind=recorded.thing.kind.value,
        thing_id=recorded.thing.id,
        details=recorded.details,
        previous_hash=previous,
        hash="",
    )
    return replace(without, hash=hash_of(without.as_told()))

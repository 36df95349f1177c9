"""What the filters of an address stand for, and the names of the people in events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import person_by_sign_in_name
from elearn.audit.queries import EventFilter
from elearn.audit.rules import Bystander, Kind, Link
from elearn.oversight.rules import Asked

NO_ONE = 0
"""The id of a person that nobody has."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person of an event."""

    person_id: int
    public_id: str
    full_name: str
    sign_in_name: str


@dataclass(frozen=True, slots=True)
class Names:
    """The people of some events, by the two ids that events know them by."""

    by_id: Mapping[int, Named]
    by_public_id: Mapping[str, Named]

    def actor(self, link: Link) -> Named | None:
        """Who did it; None for a bystander, and for a person who is no more."""
        return self.by_id.get(link.actor_id) if link.actor_id is not None else None

    def thing(self, link: Link) -> Named | None:
        """The person it was done to, if it was a person."""
        return self.by_public_id.get(link.thing_id) if link.thing_kind == Kind.PERSON else None


def wanted_events(session: Session, asked: Asked, zone: ZoneInfo) -> EventFilter:
    """The events that an address asks for; its days are those of the site's zone."""
    about = person_by_sign_in_name(session, asked.about) if asked.about else None
    return EventFilter(
        actor=_actor(session, asked.who),
        act=asked.act,
        things=[asked.about] if asked.about else None,
        people=[about.public_id] if about is not None else (),
        since=beginning(asked.since, zone) if asked.since is not None else None,
        until=beginning(asked.until + timedelta(days=1), zone) if asked.until is not None else None,
    )


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in a zone."""
    return datetime.combine(day, time(), zone)


def _actor(session: Session, who: str) -> int | Bystander | None:
    if not who:
        return None
    if who in list(Bystander):
        return Bystander(who)
    found = person_by_sign_in_name(session, who)
    return found.id if found is not None else NO_ONE


def names_in(session: Session, links: Sequence[Link]) -> Names:
    """The people of these events, in one question."""
    ids = sorted({link.actor_id for link in links if link.actor_id is not None})
    public_ids = sorted({link.thing_id for link in links if link.thing_kind == Kind.PERSON})
    rows: Iterable[Sequence[object]] = ()
    if ids or public_ids:
        query = select(Person.id, Person.public_id, Person.full_name, Person.sign_in_name)
        rows = session.execute(query.where(or_(Person.id.in_(ids), Person.public_id.in_(public_ids)))).all()
    found = [Named(*row) for row in rows]  # type: ignore[arg-type]
    return Names({each.person_id: each for each in found}, {each.public_id: each for each in found})

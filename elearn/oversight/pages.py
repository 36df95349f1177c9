"""What the page of the audit log is given, and the rows of its file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from elearn.audit.rules import Act, Bystander, Detail, Kind, Link, canonical
from elearn.oversight.forms import LogForm
from elearn.oversight.queries import Names, names_in
from elearn.oversight.rules import Asked
from elearn.oversight.words import ACTS, BYSTANDERS, KINDS
from elearn.web.i18n import clock_time, day, gettext
from elearn.web.shell import Shell, shell
from elearn.web.spreadsheets import Row

PAGE_SIZE = 50
AT_ONCE = 500  # events whose people are looked up at a time

CSV_HEAD = (
    *("Number", "Time", "Sign-in name", "Name", "Roles", "Act", "Kind", "Id", "Name of the person", "Details"),
    *("Previous hash", "Hash"),
)
"""The names of the columns are for machines, and the same in every language."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event in words. ``thing_href`` leads to a person; ``thing_id`` is set where there is no name."""

    number: int
    day: str
    time: str
    who: str
    who_href: str | None
    roles: str
    act: str
    thing: str
    thing_href: str | None
    thing_id: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The log. ``earlier_href`` leads to the events before the last one shown, None if there are none.

    ``events`` is None where the filters cannot be meant.
    """

    shell: Shell
    form: LogForm
    is_filtered: bool
    bystanders: tuple[str, ...]
    events: tuple[EventLine, ...] | None
    csv_href: str = "/audit.csv"
    newest_href: str | None = None
    earlier_href: str | None = None


def act_choices() -> list[tuple[str, str]]:
    """The kinds of events with their words."""
    return [(act.value, gettext(words)) for act, words in ACTS.items()]


def audit_page(form: LogForm, asked: Asked, links: Sequence[Link], names: Names, *, is_newest: bool) -> AuditPage:
    """The page of these events, the newest first: one more of them than are shown, if there are more."""
    shown = links[:PAGE_SIZE]
    return AuditPage(
        shell=shell(),
        form=form,
        is_filtered=asked.is_filtered,
        bystanders=tuple(Bystander),
        events=tuple(_line(link, names) for link in shown),
        csv_href=_address("/audit.csv", asked.query()),
        newest_href=None if is_newest else _address("/audit", asked.query()),
        earlier_href=_address("/audit", asked.query(before=shown[-1].number)) if len(links) > PAGE_SIZE else None,
    )


def refused_page(form: LogForm) -> AuditPage:
    """The page with what is wrong with the filters."""
    return AuditPage(shell=shell(), form=form, is_filtered=True, bystanders=tuple(Bystander), events=None)


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _line(link: Link, names: Names) -> EventLine:
    actor, about = names.actor(link), names.thing(link)
    is_person = link.actor_id is not None
    return EventLine(
        number=link.number,
        day=day(link.at),
        time=clock_time(link.at),
        who=actor.full_name if actor is not None else _bystander(link),
        who_href=f"/people/{actor.public_id}" if actor is not None else None,
        roles=link.actor_roles if is_person else "",
        act=gettext(ACTS[Act(link.act)]) if link.act in list(Act) else link.act,
        thing=about.full_name if about is not None else _kind(link),
        thing_href=f"/people/{about.public_id}" if about is not None else None,
        thing_id="" if about is not None or link.thing_kind == Kind.SITE else link.thing_id,
        details=tuple(_detail(name, value) for name, value in sorted(link.details.items())),
    )


def _bystander(link: Link) -> str:
    if link.actor_roles in list(Bystander):
        return gettext(BYSTANDERS[Bystander(link.actor_roles)])
    return gettext("Somebody who is no more")


def _kind(link: Link) -> str:
    return gettext(KINDS[Kind(link.thing_kind)]) if link.thing_kind in list(Kind) else link.thing_kind


def _detail(name: str, value: Detail) -> str:
    return f"{name}: {', '.join(value) if isinstance(value, list) else value}"


def csv_rows(session: Session, links: Iterable[Link], zone: ZoneInfo) -> Iterator[Row]:
    """The rows of the file, under :data:`CSV_HEAD`; with the hashes, the file can be compared with the log."""
    for piece in _pieces(links):
        names = names_in(session, piece)
        for link in piece:
            actor, about = names.actor(link), names.thing(link)
            told: Mapping[str, object] = link.details
            yield (
                link.number,
                link.at.astimezone(zone).isoformat(timespec="seconds"),
                actor.sign_in_name if actor is not None else "",
                actor.full_name if actor is not None else "",
                link.actor_roles,
                link.act,
                link.thing_kind,
                link.thing_id,
                about.full_name if about is not None else "",
                canonical(told),
                link.previous_hash,
                link.hash,
            )


def _pieces(links: Iterable[Link]) -> Iterator[list[Link]]:
    piece: list[Link] = []
    for link in links:
        piece.append(link)
        if len(piece) == AT_ONCE:
            yield piece
            piece = []
    yield piece

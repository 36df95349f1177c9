"""Which events an address asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from elearn.audit.rules import Act

LONGEST = 200
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as the address has them; empty and None ask for all.

    ``who`` is a sign-in name or a word of :class:`elearn.audit.rules.Bystander`; ``about`` a sign-in name or any
    object's id. ``since`` and ``until`` are the first and the last day; ``before`` is the number of an event, for the
    page with those before it.
    """

    who: str = ""
    act: Act | None = None
    about: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but everything is asked for."""
        return bool(self.who or self.act or self.about or self.since or self.until)

    def query(self, *, before: int | None = None) -> str:
        """The query of an address with the same filters, from the event ``before`` on."""
        told = [(each.name, getattr(self, each.name)) for each in fields(self) if each.name != "before"]
        return urlencode([(name, str(value)) for name, value in (*told, ("before", before)) if value])


def asked_of(args: Mapping[str, str]) -> Asked:
    """The filters of an address; what cannot be meant is left out, and the form shows that it was."""
    act, before = args.get("act", ""), args.get("before", "")
    return Asked(
        who=_word(args.get("who")),
        act=Act(act) if act in list(Act) else None,
        about=_word(args.get("about")),
        since=_day(args.get("since")),
        until=_day(args.get("until")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def _word(typed: str | None) -> str:
    word = (typed or "").strip()
    return word[:LONGEST] if word.isprintable() else ""


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat(typed or "")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year < 9999 else None

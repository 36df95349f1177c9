"""Which events are asked for."""

from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from elearn.audit.rules import Act

LONGEST = 200
FIRST_YEAR, LAST_YEAR = 2000, 9998


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters; empty and None ask for all.

    ``who`` is a sign-in name or a word of :class:`elearn.audit.rules.Bystander`; ``about`` a sign-in name or any
    object's id. ``since`` and ``until`` are the first and the last day.
    """

    who: str = ""
    act: Act | None = None
    about: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but everything is asked for."""
        return bool(self.who or self.act or self.about or self.since or self.until)

    def query(self, *, before: int | None = None) -> str:
        """The query of an address with the same filters, from the event ``before`` on."""
        told = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return urlencode([(name, str(value)) for name, value in (*told, ("before", before)) if value])


def before_of(typed: str) -> int | None:
    """The number of an event as an address of :meth:`Asked.query` has it; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

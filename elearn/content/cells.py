"""What stands in the cells of a ledger: amounts and dates, as clerks write them. Decimal, never float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from elearn.content.question import ColumnKind

_SEPARATORS = ", \u00a0\u2009\u202f'"
_AMOUNT = re.compile(
    rf"(?P<sign>[+−–-]?)(?P<whole>[1-9]\d{{0,2}}(?P<separator>[{_SEPARATORS}])\d{{3}}(?:(?P=separator)\d{{3}})*"
    r"|0|[1-9]\d{0,14})(?:(?P<mark>[.,])(?P<part>\d{1,4}))?\Z"
)
_TIME = r"(?P<time>[ T]\d\d:\d\d(?::\d\d)?)?\Z"
_DATES = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        r"(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>\d{4})",
        r"(?P<day>\d\d)\.(?P<month>\d\d)",
    )
)
SOME_YEAR = 2027  # a common year: where a date has none, it is read as one of this


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with how it is written: its sign, what parts thousands, the decimal mark and how many places follow."""

    value: Decimal
    sign: str
    separator: str
    mark: str
    places: int


def amount_of(cell: str) -> Amount | None:
    """The amount in a cell: ``1,450``, ``1 450,50``, ``−48``; None if it holds anything else."""
    found = _AMOUNT.match(cell)
    if found is None:
        return None
    separator, part = found["separator"] or "", found["part"] or ""
    whole = found["whole"].replace(separator, "")
    value = Decimal(f"{whole}.{part}") if part else Decimal(whole)
    is_negative = found["sign"] not in ("", "+")
    return Amount(-value if is_negative else value, found["sign"], separator, found["mark"] or "", len(part))


@dataclass(frozen=True, slots=True)
class Day:
    """A date with how it is written: ``form`` has places for year, month and day; the time of day stands in it."""

    on: date
    form: str
    has_year: bool

    def written(self, on: date) -> str:
        """Another date in the same form."""
        return self.form.format(year=f"{on.year:04}", month=f"{on.month:02}", day=f"{on.day:02}")


def day_of(cell: str) -> Day | None:
    """The date in a cell: ``2026-05-03``, ``03.05.2026``, ``03.05``, with a time of day or without; else None."""
    for pattern in _DATES:
        found = pattern.match(cell)
        if found is None:
            continue
        parts = found.groupdict()
        try:
            on = date(int(parts.get("year") or SOME_YEAR), int(parts["month"]), int(parts["day"]))
        except ValueError:
            return None
        has_year = "year" in parts
        form = "{year}-{month}-{day}" if cell[2] != "." else "{day}.{month}" + (".{year}" if has_year else "")
        return Day(on, form + (parts["time"] or ""), has_year)
    return None


def kind_of_column(cells: Sequence[str]) -> ColumnKind:
    """What all cells of a column are; empty ones do not count."""
    full = [cell for cell in cells if cell]
    if full and all(day_of(cell) is not None for cell in full):
        return ColumnKind.DATE
    if full and all(amount_of(cell) is not None for cell in full):
        return ColumnKind.NUMBER
    return ColumnKind.TEXT


_PERSON = re.compile(r"(?:[^\W\d_a-zа-яё]\. ?){1,2}(?P<surname>[^\W\d_a-zа-яё][^\W\d_A-ZА-ЯЁ]+(?:-[^\W\d_]+)?)\Z")


def surname_of(cell: str) -> str | None:
    """The surname where a cell is a person's name with initials (``A. Dorn``, ``А.Б. Дорн``); else None."""
    found = _PERSON.match(cell)
    return found["surname"] if found is not None else None

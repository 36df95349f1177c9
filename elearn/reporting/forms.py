"""The filters of the statistics, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from elearn.reporting.rules import Grouping, Period, Shown, choice, page_number

ADDRESS = "/statistics"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: a course by its slug, a country and an agency by their code (empty: all of them).

    ``by`` is what the rows are (None: what suits what is asked for); ``page`` counts from 1.
    """

    course: str = ""
    country: str = ""
    agency: str = ""
    period: Period = Period.ALL
    by: Grouping | None = None
    people: Shown = Shown.ALL
    page: int = 1

    def query(self, **changes: object) -> str:
        """The query of an address that asks for this, with changes; what is as usual is left out."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        usual = Filters()
        asked = [(name, getattr(other, name)) for name in Filters.__slots__]
        return urlencode([(name, str(value)) for name, value in asked if value != getattr(usual, name)])

    def href(self, section: str = "", /, **changes: object) -> str:
        """The address of a page that asks for this, with changes; ``section`` is the part of it that one comes to."""
        return _address(ADDRESS, self.query(**changes)) + (f"#{section}" if section else "")

    def file_href(self, name: str, /, **changes: object) -> str:
        """The address of a file that holds what this asks for, with changes."""
        return _address(f"{ADDRESS}/{name}", self.query(**changes))


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def filters_of(args: Mapping[str, str]) -> Filters:
    """The filters that an address asks for. Raises NotAChoice."""
    by = args.get("by", "")
    return Filters(
        course=args.get("course", ""),
        country=args.get("country", ""),
        agency=args.get("agency", ""),
        period=choice(Period, "period", args.get("period"), Period.ALL),
        by=choice(Grouping, "by", by, Grouping.AGENCY) if by else None,
        people=choice(Shown, "people", args.get("people"), Shown.ALL),
        page=page_number(args.get("page")),
    )

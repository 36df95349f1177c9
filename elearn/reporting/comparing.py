"""The comparison on the page: a table by country, agency or course, and its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from elearn.reporting.chart import MOST_ROWS as CHART_ROWS
from elearn.reporting.chart import Chart, Pair, drawing
from elearn.reporting.figures import Figures
from elearn.reporting.rules import Grouping, Measure, Shown
from elearn.reporting.selection import Group, Selection, groups_of
from elearn.reporting.words import GROUPINGS, KINDS, MEASURES, PERIODS, TOTALS, group_names, why_hidden
from elearn.web.i18n import gettext, number


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to divide the comparison."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A row of the comparison. Values None: hidden. ``second`` is the country of an agency, where there are several."""

    label: str
    second: str | None
    href: str | None
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The comparison: a chart in two drawings and its table. ``why`` says why numbers are hidden, if some are."""

    title: str
    tabs: tuple[Tab, ...]
    kind: str
    measures: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    total: GroupLine | None
    note: str
    why: str | None
    chart: tuple[Chart, Chart] | None
    chart_label: str
    chart_note: str | None
    csv_href: str
    xlsx_href: str


def groups(selection: Selection, figures: Figures, titles: Mapping[int, str], threshold: int) -> Groups:
    """The comparison that a selection asks for."""
    filters, grouping = selection.filters, selection.grouping
    rows, total = groups_of(selection, figures)
    lines = tuple(_group_line(selection, row, titles) for row in rows)
    shows_total = len(rows) > 1
    hides = any(row.hides for row in (*rows, total))
    period = gettext(PERIODS[filters.period])
    note = gettext("Period: %(period)s. Recently active: learnt something this month or last.", period=period)
    return Groups(
        title=_groups_title(grouping),
        tabs=tuple(
            Tab(gettext(GROUPINGS[one]), filters.href("groups", by=one, page=1), one is grouping)
            for one in selection.groupings
        ),
        kind=gettext(KINDS[grouping]),
        measures=tuple(gettext(words) for words in MEASURES.values()),
        lines=lines,
        total=GroupLine(gettext(TOTALS[grouping]), None, None, _values(total)) if shows_total else None,
        note=note,
        why=why_hidden(threshold) if hides else None,
        chart=_chart(rows, lines),
        chart_label=gettext("People enrolled and, filled, those who completed. The figures stand in the table."),
        chart_note=gettext("The chart shows the first %(count)s rows.", count=CHART_ROWS)
        if len(rows) > CHART_ROWS
        else None,
        csv_href=filters.file_href("groups.csv", page=1, people=Shown.ALL),
        xlsx_href=filters.file_href("groups.xlsx", page=1, people=Shown.ALL),
    )


def _groups_title(grouping: Grouping) -> str:
    return {
        Grouping.COUNTRY: gettext("Countries"),
        Grouping.AGENCY: gettext("Agencies"),
        Grouping.COURSE: gettext("Courses"),
    }[grouping]


def _group_line(selection: Selection, group: Group, titles: Mapping[int, str]) -> GroupLine:
    label, country = group_names(selection, group, titles)
    narrower: dict[str, object] = {}
    if group.agency is not None:
        narrower = {"agency": group.agency.code}
    elif group.country is not None:
        narrower = {"country": group.country[0]}
    elif group.course is not None and selection.course is None:
        narrower = {"course": group.course.slug}
    return GroupLine(
        label,
        country if len(selection.countries) > 1 and not selection.filters.country else None,
        selection.filters.href(**narrower, by=None, page=1) if narrower else None,
        _values(group),
    )


def _values(group: Group) -> tuple[str | None, ...]:
    return tuple(number(count) if count is not None else None for count in group.counts)


def _chart(rows: Sequence[Group], lines: Sequence[GroupLine]) -> tuple[Chart, Chart] | None:
    """The two drawings, wide and narrow; None where there is nothing to draw."""
    if not any(row.count(Measure.ENROLLED) or row.count(Measure.COMPLETED) for row in rows):
        return None
    pairs = [
        Pair(
            line.label,
            row.count(Measure.ENROLLED),
            row.count(Measure.COMPLETED),
            _pair_words(row.count(Measure.COMPLETED), row.count(Measure.ENROLLED)),
        )
        for row, line in zip(rows[:CHART_ROWS], lines, strict=False)
    ]
    heading = gettext("completed / enrolled")
    return (
        drawing(pairs, heading, width=544, label=184, value=132),
        drawing(pairs, heading, width=328, label=0, value=112),
    )


def _pair_words(part: int | None, whole_count: int | None) -> str:
    hidden = gettext("hidden")
    if part is None and whole_count is None:
        return hidden
    words = [number(count) if count is not None else hidden for count in (part, whole_count)]
    return " / ".join(words)

"""What the template of the statistics is given, and the functions that build it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.content.course import Course
from elearn.reporting.chart import Sparkline, sparkline
from elearn.reporting.comparing import Groups, groups
from elearn.reporting.figures import Figures
from elearn.reporting.queries import Stopped
from elearn.reporting.rules import Measure, Period, Shown
from elearn.reporting.selection import Selection
from elearn.reporting.sheet import Sheet, SheetData, sheet
from elearn.reporting.words import MEASURES, PERIODS, ago, course_titles
from elearn.web.i18n import gettext, instant, ngettext, number
from elearn.web.shell import Shell, shell

MOST_LINES = 5  # of what needs attention


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter with its choices."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_set: bool


@dataclass(frozen=True, slots=True)
class Stat:
    """One of the four figures. ``value`` None: hidden. ``of`` is the larger number it is part of.

    ``icon`` stands before ``note``.
    """

    label: str
    value: str | None
    of: str | None
    note: str
    icon: str | None
    line: Sparkline | None


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """What needs attention: whom or what it is about, what is the matter, and where to go."""

    kind: str
    subject: str
    sentence: str
    action: str
    href: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """The statistics of what one may see. ``sheet`` None: nobody here is seen by name."""

    shell: Shell
    lead: str
    scope: str | None
    chips: tuple[FilterChip, ...]
    by: str
    is_filtered: bool
    stats: tuple[Stat, ...]
    attention: tuple[AttentionLine, ...]
    attention_note: str
    groups: Groups
    sheet: Sheet | None


def statistics_page(
    selection: Selection,
    figures: Figures,
    months: Mapping[Measure, Sequence[int]],
    stopped: Sequence[Stopped],
    data: SheetData | None,
    compiled: Mapping[int, Course],
    *,
    threshold: int,
    now: datetime,
) -> StatisticsPage:
    """The page. ``compiled`` has the courses of every release that is named, by its id."""
    filters = selection.filters
    titles = course_titles(selection, compiled)
    attention = _attention(selection, stopped, titles, now)
    return StatisticsPage(
        shell=shell(),
        lead=gettext(
            "%(agencies)s. Counted on %(when)s.",
            agencies=ngettext("One agency", "%(count)s agencies", len(selection.agencies)),
            when=instant(now),
        ),
        scope=_scope(selection, threshold),
        chips=_chips(selection, titles),
        by=filters.by or "",
        is_filtered=bool(filters.course or filters.country or filters.agency or filters.period is not Period.ALL),
        stats=_stats(selection, figures, months),
        attention=attention[:MOST_LINES],
        attention_note=gettext("%(shown)s of %(all)s", shown=MOST_LINES, all=len(attention))
        if len(attention) > MOST_LINES
        else "",
        groups=groups(selection, figures, titles, threshold),
        sheet=sheet(selection, data, compiled, titles, now) if data is not None else None,
    )


def _scope(selection: Selection, threshold: int) -> str | None:
    """Whom one sees by name, and whom not; None where everybody is seen by name."""
    compared = len(selection.agencies) - len(selection.named)
    if not compared:
        return None
    few = gettext("numbers under %(count)s are hidden", count=number(threshold))
    if not selection.named:
        return gettext("You compare these agencies without names; %(few)s.", few=few)
    if len(selection.named) == 1:
        return gettext(
            "You see the people of %(agency)s by name. The other agencies you compare; %(few)s.",
            agency=selection.named[0].name,
            few=few,
        )
    return gettext(
        "You see the people of %(count)s agencies by name. The others you compare; %(few)s.",
        count=number(len(selection.named)),
        few=few,
    )


# --- filters and figures --------------------------------------------------------------------------------------------


def _chips(selection: Selection, titles: Mapping[int, str]) -> tuple[FilterChip, ...]:
    filters = selection.filters

    def chip(name: str, label: str, every: str, chosen: str, options: Sequence[tuple[str, str]]) -> FilterChip:
        rows = (("", every), *options)
        return FilterChip(
            name, label, tuple(Option(value, words, value == chosen) for value, words in rows), bool(chosen)
        )

    found = [
        chip(
            "course",
            gettext("Course"),
            gettext("all"),
            filters.course,
            [(offered.slug, titles[offered.id]) for offered in selection.courses],
        )
    ]
    if len(selection.countries) > 1:
        found.append(chip("country", gettext("Country"), gettext("all"), filters.country, selection.countries))
    if len(selection.reached) > 1:
        agencies = [one for one in selection.reached if filters.country in ("", one.country)]
        options = [(one.code, one.name) for one in agencies]
        found.append(chip("agency", gettext("Agency"), gettext("all"), filters.agency, options))
    period = "" if filters.period is Period.ALL else str(filters.period)
    found.append(
        chip(
            "period",
            gettext("Period"),
            gettext(PERIODS[Period.ALL]),
            period,
            [(str(one), gettext(words)) for one, words in PERIODS.items() if one is not Period.ALL],
        )
    )
    return tuple(found)


def _stats(selection: Selection, figures: Figures, months: Mapping[Measure, Sequence[int]]) -> tuple[Stat, ...]:
    period = selection.filters.period
    counts = {measure: figures.count(selection.node, measure, period, selection.course_id) for measure in Measure}
    enrolled = counts[Measure.ENROLLED]
    found = []
    for measure, count in counts.items():
        note, icon, line = "", None, None
        if measure is Measure.ACTIVE:
            note = gettext("this month or last")
        elif selection.trend is not None:
            line = sparkline(months[measure])
            last, this = months[measure][-2:]
            note = gettext("%(this)s this month, %(last)s last month", this=number(this), last=number(last))
            icon = "arrow-up" if this > last else "arrow-down" if this < last else "minus"
        shows_of = measure is not Measure.ENROLLED and period is Period.ALL and count is not None and enrolled
        found.append(
            Stat(
                label=gettext(MEASURES[measure]),
                value=number(count) if count is not None else None,
                of=gettext("of %(count)s", count=number(enrolled)) if shows_of and enrolled is not None else None,
                note=note,
                icon=icon,
                line=line,
            )
        )
    return tuple(found)


def _attention(
    selection: Selection, stopped: Sequence[Stopped], titles: Mapping[int, str], now: datetime
) -> tuple[AttentionLine, ...]:
    slugs = {offered.id: offered.slug for offered in selection.courses}
    return tuple(
        AttentionLine(
            kind=gettext("Stopped"),
            subject=titles[one.course_id],
            sentence=_stopped_words(one, now),
            action=ngettext("See who", "See the %(count)s", one.people),
            href=selection.filters.href("people", course=slugs[one.course_id], people=Shown.STALLED, page=1),
        )
        for one in stopped
        if one.course_id in slugs
    )


def _stopped_words(stopped: Stopped, now: datetime) -> str:
    names = ", ".join(stopped.names)
    if stopped.people > len(stopped.names):
        names = gettext("%(names)s and others", names=names)
    return ngettext(
        "one person has learnt nothing for a month: %(names)s, last active %(ago)s.",
        "%(count)s people have learnt nothing for a month: %(names)s. The longest was last active %(ago)s.",
        stopped.people,
        names=names,
        ago=ago(stopped.since, now),
    )

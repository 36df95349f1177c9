"""The tables of the page as rows of a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.content.course import Course
from elearn.learning.pages import whole
from elearn.reporting.figures import Figures
from elearn.reporting.queries import SheetEnrolment, SheetPerson
from elearn.reporting.rules import Grouping, Measure, Period, Shown
from elearn.reporting.selection import OfferedCourse, Selection, groups_of
from elearn.reporting.sheet import standings
from elearn.reporting.words import KINDS, MEASURES, PERIODS, course_titles, group_names, state_words, why_hidden
from elearn.web.i18n import gettext, instant, number, zone
from elearn.web.spreadsheets import Row

NAMES = {Grouping.COUNTRY: "countries", Grouping.AGENCY: "agencies", Grouping.COURSE: "courses"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be written. ``name`` is that of the file; ``notes`` stand on a sheet of their own, ``about``."""

    name: str
    title: str
    head: Sequence[str]
    rows: Iterable[Row]
    about: str
    notes: Sequence[Row]


def groups_table(
    selection: Selection, figures: Figures, compiled: Mapping[int, Course], *, threshold: int, now: datetime
) -> Table:
    """The comparison. A hidden number is a word that says why."""
    titles = course_titles(selection, compiled)
    rows, total = groups_of(selection, figures)
    has_country = selection.grouping is Grouping.AGENCY
    hidden = gettext("hidden (under %(count)s, or would give such a number away)", count=number(threshold))

    def line(label: str, country: str | None, counts: Sequence[int | None]) -> Row:
        numbers = [hidden if count is None else count for count in counts]
        return [label, *([country or ""] if has_country else []), *numbers]

    lines = [line(*group_names(selection, row, titles), row.counts) for row in rows]
    if len(rows) > 1:
        lines.append(line(*group_names(selection, total, titles), total.counts))
    return Table(
        name=f"statistics-{NAMES[selection.grouping]}",
        title=gettext(KINDS[selection.grouping]),
        head=[
            gettext(KINDS[selection.grouping]),
            *([gettext("Country")] if has_country else []),
            *(gettext(MEASURES[measure]) for measure in Measure),
        ],
        rows=lines,
        about=gettext("About this table"),
        notes=[
            *_notes(selection, titles, now, selection.filters.period),
            [gettext("Recently active"), gettext("learnt something this month or last")],
            *([[gettext("Hidden"), why_hidden(threshold)]] if any(row.hides for row in (*rows, total)) else []),
        ],
    )


def people_table(
    selection: Selection,
    courses: Sequence[OfferedCourse],
    everybody: Iterable[tuple[SheetPerson, Sequence[SheetEnrolment], Mapping[int, Course]]],
    compiled: Mapping[int, Course],
    *,
    now: datetime,
) -> Table:
    """The sheet of people and courses; three columns a course: how far, the exam score, the day of completion."""
    titles = course_titles(selection, compiled)
    agencies = {agency.id: agency for agency in selection.named}
    head = [gettext("Name"), gettext("Name in Latin letters"), gettext("Agency"), gettext("Country")]
    for course in courses:
        title = titles[course.id]
        head += [title, f"{title}: {gettext('exam score')}", f"{title}: {gettext('completed on')}"]
    head.append(gettext("Last active"))

    def rows() -> Iterable[Row]:
        for person, enrolments, found in everybody:
            agency = agencies[person.agency_id]
            line: list[object] = [person.full_name, person.latin_name, agency.name, agency.country_name]
            for standing in standings(enrolments, courses, found):
                completed = standing.completed_at
                line += [
                    state_words(standing),
                    whole(standing.score) if standing.score is not None else None,
                    completed.astimezone(zone()).date() if completed is not None else None,
                ]
            asked = [one.active_at for one in enrolments if one.course_id in {course.id for course in courses}]
            line.append(max(asked).astimezone(zone()).date() if asked else None)
            yield line  # type: ignore[misc]

    stalled = [[gettext("People"), gettext("who stopped in a course they began")]]
    return Table(
        name="people",
        title=gettext("People and courses"),
        head=head,
        rows=rows(),
        about=gettext("About this table"),
        notes=[
            *_notes(selection, titles, now, None),
            *(stalled if selection.filters.people is Shown.STALLED else []),
            [gettext("How far"), gettext("“4 of 7” is the number of modules read to the end")],
        ],
    )


def _notes(selection: Selection, titles: Mapping[int, str], now: datetime, period: Period | None) -> list[Row]:
    """What the table shows: when it was counted, and the filters."""
    filters = selection.filters
    every = gettext("all")
    country = next((name for code, name in selection.countries if code == filters.country), every)
    return [
        [gettext("Counted"), instant(now)],
        *([[gettext("Period"), gettext(PERIODS[period])]] if period is not None else []),
        [gettext("Course"), titles[selection.course.id] if selection.course is not None else every],
        [gettext("Country"), country],
        [gettext("Agency"), selection.agency.name if selection.agency is not None else every],
    ]

"""The sheet of people and courses on the page; for those who are seen by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from elearn.content.course import Course
from elearn.learning.pages import whole
from elearn.reporting.forms import Filters
from elearn.reporting.queries import SheetEnrolment, SheetPerson
from elearn.reporting.rules import NOT_ENROLLED, Shown, Standing, State, standing_of
from elearn.reporting.selection import OfferedCourse, Selection
from elearn.reporting.words import ago, state_words
from elearn.web.i18n import gettext, number

PAGE_SIZE = 50
TAGS = {
    State.NOT_STARTED: ("not-started", "circle"),
    State.UNDER_WAY: ("under-way", "circle-dot"),
    State.COMPLETED: ("done", "circle-check"),
    State.CERTIFIED: ("done", "award"),
}


@dataclass(frozen=True, slots=True)
class SheetCell:
    """Where a person stands in a course: the kind of a tag, its icon, what is read out before it, and its words.

    ``kind`` None: not enrolled.
    """

    kind: str | None
    icon: str
    spoken: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A person of the sheet."""

    name: str
    agency: str
    is_closed: bool
    cells: tuple[SheetCell, ...]
    active: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """People and courses. ``pages`` are (number or None for a gap, address, is it this one)."""

    courses: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    shows_agencies: bool
    count_text: str
    is_stalled: bool
    everybody_href: str
    csv_href: str
    xlsx_href: str
    pages: tuple[tuple[int | None, str, bool], ...]
    previous_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True)
class SheetData:
    """What the sheet is made of: the people of its page, how many there are in all, and what they have learnt."""

    people: Sequence[SheetPerson]
    count: int
    enrolments: Mapping[int, Sequence[SheetEnrolment]]


def sheet_courses(selection: Selection) -> tuple[OfferedCourse, ...]:
    """The columns of the sheet: the course asked for, or every course."""
    return (selection.course,) if selection.course is not None else selection.courses


def standings(
    enrolments: Sequence[SheetEnrolment], courses: Sequence[OfferedCourse], compiled: Mapping[int, Course]
) -> tuple[Standing, ...]:
    """Where a person stands in each of these courses."""
    by_course = {enrolment.course_id: enrolment for enrolment in enrolments}
    return tuple(
        standing_of(compiled[found.release_id], found.outcomes, found.completed_at, is_certified=found.is_certified)
        if (found := by_course.get(course.id)) is not None
        else NOT_ENROLLED
        for course in courses
    )


def _cell(standing: Standing) -> SheetCell:
    words = state_words(standing)
    if standing.state is State.NOT_ENROLLED:
        return SheetCell(None, "", words, "–")
    kind, icon = TAGS[standing.state]
    if standing.score is not None and standing.completed_at is not None:
        return SheetCell(kind, icon, f"{words}, ", str(whole(standing.score)))
    return SheetCell(kind, icon, gettext("modules read: ") if standing.state is State.UNDER_WAY else "", words)


def sheet(
    selection: Selection, data: SheetData, compiled: Mapping[int, Course], titles: Mapping[int, str], now: datetime
) -> Sheet:
    """The page of the sheet that a selection asks for."""
    filters = selection.filters
    courses = sheet_courses(selection)
    agencies = {agency.id: agency.name for agency in selection.named}
    lines = []
    for person in data.people:
        found = data.enrolments.get(person.id, ())
        asked = [one for one in found if selection.course is None or one.course_id == selection.course.id]
        lines.append(
            SheetLine(
                name=person.full_name,
                agency=agencies[person.agency_id],
                is_closed=person.is_disabled,
                cells=tuple(_cell(standing) for standing in standings(found, courses, compiled)),
                active=ago(max(one.active_at for one in asked), now) if asked else "–",
            )
        )
    first = (filters.page - 1) * PAGE_SIZE + 1
    return Sheet(
        courses=tuple(titles[course.id] for course in courses),
        lines=tuple(lines),
        shows_agencies=len(agencies) > 1,
        count_text=gettext(
            "%(first)s to %(last)s of %(all)s",
            first=number(first),
            last=number(first + len(lines) - 1),
            all=number(data.count),
        )
        if lines
        else gettext("nobody"),
        is_stalled=filters.people is Shown.STALLED,
        everybody_href=filters.href("people", people=Shown.ALL, page=1),
        csv_href=filters.file_href("people.csv", page=1),
        xlsx_href=filters.file_href("people.xlsx", page=1),
        pages=_pages(filters, data.count),
        previous_href=_page_href(filters, filters.page - 1) if filters.page > 1 and lines else None,
        next_href=_page_href(filters, filters.page + 1) if filters.page * PAGE_SIZE < data.count else None,
    )


def _page_href(filters: Filters, page: int) -> str:
    return filters.href("people", page=page)


def _pages(filters: Filters, count: int) -> tuple[tuple[int | None, str, bool], ...]:
    """The pages of the sheet: the first, the last, and those about the present one; None stands for a gap."""
    last = -(-count // PAGE_SIZE)
    if last < 2:
        return ()
    shown = sorted({1, last, *range(max(1, filters.page - 2), min(last, filters.page + 2) + 1)})
    found: list[tuple[int | None, str, bool]] = []
    before = 0
    for page in shown:
        if page > before + 1:
            found.append((None, "", False))
        found.append((page, _page_href(filters, page), page == filters.page))
        before = page
    return tuple(found)

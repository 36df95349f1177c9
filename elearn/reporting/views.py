"""The statistics, and their tables as files."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from elearn.audit.rules import Kind, Thing
from elearn.catalogue.queries import compiled_courses, current_releases
from elearn.content.course import Course
from elearn.core.clock import now as clock
from elearn.reporting import tables
from elearn.reporting.figures import Figures
from elearn.reporting.forms import filters_of
from elearn.reporting.pages import statistics_page
from elearn.reporting.queries import (
    RollUp,
    SheetEnrolment,
    SheetFilter,
    SheetPerson,
    all_people,
    enrolments_of,
    people_on_page,
    reached_agencies,
    roll_up,
    stopped_people,
)
from elearn.reporting.rules import STALLED_AFTER, Shown, month_of
from elearn.reporting.selection import OfferedCourse, Selection, selection_of
from elearn.reporting.sheet import PAGE_SIZE, SheetData, sheet_courses
from elearn.security.policy import Permission
from elearn.settings import Settings
from elearn.web.access import needs
from elearn.web.exporting import record_export
from elearn.web.i18n import separator, zone
from elearn.web.identity import identity
from elearn.web.session import session
from elearn.web.spreadsheets import attachment, csv_file, xlsx_file

reporting = Blueprint("reporting", __name__)


@reporting.get("/statistics")
@needs(Permission.COMPARE)
def statistics() -> str:
    """Figures, what needs attention, the comparison, and the sheet of those one sees by name."""
    now = clock()
    selection = _selection()
    found, figures = _figures(selection, now)
    data, stopped = None, []
    if selection.named:
        wanted = _wanted(selection, now)
        people, count = people_on_page(session(), wanted, page=selection.filters.page, size=PAGE_SIZE)
        data = SheetData(people, count, enrolments_of(session(), people))
        about = SheetFilter(wanted.agencies, wanted.course_id, now - STALLED_AFTER)
        stopped = [*stopped_people(session(), about)]
    compiled = _compiled(selection, data.enrolments if data is not None else {})
    page = statistics_page(selection, figures, found.months, stopped, data, compiled, threshold=_threshold(), now=now)
    return render_template("reporting/statistics.html", page=page)


@reporting.get("/statistics/groups.<any(csv, xlsx):kind>")
@needs(Permission.COMPARE)
def groups(kind: str) -> Response:
    """The comparison as a file: the numbers of the page, hidden where it hides them."""
    now = clock()
    selection = _selection()
    _, figures = _figures(selection, now)
    table = tables.groups_table(selection, figures, _compiled(selection, {}), threshold=_threshold(), now=now)
    return _file(kind, table, selection, now)


@reporting.get("/statistics/people.<any(csv, xlsx):kind>")
@needs(Permission.SEE_PEOPLE)
def people(kind: str) -> Response:
    """The sheet of people and courses as a file; only people one sees by name are in it."""
    now = clock()
    selection = _selection()
    compiled = _compiled(selection, {})

    def everybody() -> Iterator[tuple[SheetPerson, tuple[SheetEnrolment, ...], Mapping[int, Course]]]:
        for some in all_people(session(), _wanted(selection, now)):
            learnt = enrolments_of(session(), some)
            courses = compiled | _compiled(selection, learnt)
            for person in some:
                yield person, tuple(learnt.get(person.id, ())), courses

    table = tables.people_table(selection, sheet_courses(selection), everybody(), compiled, now=now)
    return _file(kind, table, selection, now)


def _selection() -> Selection:
    """What the address asks for, within the reach of who asks."""
    person = identity()
    filters = filters_of(request.args)
    reached = reached_agencies(session(), person.reach(Permission.COMPARE), person.reach(Permission.SEE_PEOPLE))
    courses = [
        OfferedCourse(found.course_id, found.slug, found.release_id, found.digest)
        for found in current_releases(session())
    ]
    return selection_of(filters, reached, courses)


def _threshold() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.suppress_below


def _figures(selection: Selection, now: datetime) -> tuple[RollUp, Figures]:
    """The numbers of everything within reach: what is hidden does not depend on the filters."""
    reached = selection.reached
    found = roll_up(session(), [agency.id for agency in reached], month_of(now, zone()), selection.trend)
    return found, Figures(reached, [course.id for course in selection.courses], found.counts, threshold=_threshold())


def _wanted(selection: Selection, now: datetime) -> SheetFilter:
    is_stalled = selection.filters.people is Shown.STALLED
    return SheetFilter(
        frozenset(agency.id for agency in selection.named),
        selection.course.id if selection.course is not None else None,
        now - STALLED_AFTER if is_stalled else None,
    )


def _compiled(selection: Selection, enrolments: Mapping[int, object]) -> dict[int, Course]:
    """The compiled courses of every release that is offered or learnt, by release."""
    releases = {course.release_id: course.digest for course in selection.courses}
    for found in enrolments.values():
        assert isinstance(found, list | tuple)
        releases |= {enrolment.release_id: enrolment.digest for enrolment in found}
    return compiled_courses(session(), releases)


def _file(kind: str, table: tables.Table, selection: Selection, now: datetime) -> Response:
    """The table as an attachment."""
    day = now.astimezone(zone()).date()
    file: IO[bytes]
    if kind == "csv":
        file = csv_file(table.head, table.rows, separator=separator())
    else:
        file = xlsx_file(table.head, table.rows, sheet=table.title, about=table.about, notes=table.notes, made_on=day)
    asked = selection.filters
    record_export(
        Thing(Kind.FILE, f"{table.name}.{kind}"),
        now=now,
        file=file,
        course=asked.course,
        country=asked.country,
        agency=asked.agency,
        people=asked.people.value,
    )
    return attachment(file, kind, table.name, day)

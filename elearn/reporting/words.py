"""What the statistics call things, on the page and in files."""

from collections.abc import Mapping
from datetime import datetime

from elearn.content.course import Course, text_in
from elearn.reporting.rules import Grouping, Measure, Period, Standing, State
from elearn.reporting.selection import Group, Selection
from elearn.web.i18n import day, gettext, language, marked, ngettext, number, zone

MEASURES = {
    Measure.ENROLLED: marked("Enrolled"),
    Measure.ACTIVE: marked("Recently active"),
    Measure.COMPLETED: marked("Completed"),
    Measure.CERTIFIED: marked("Certified"),
}
PERIODS = {
    Period.ALL: marked("all time"),
    Period.YEAR: marked("the last 12 months"),
    Period.QUARTER: marked("the last 3 months"),
    Period.MONTH: marked("this month"),
}
GROUPINGS = {
    Grouping.COUNTRY: marked("By country"),
    Grouping.AGENCY: marked("By agency"),
    Grouping.COURSE: marked("By course"),
}
KINDS = {Grouping.COUNTRY: marked("Country"), Grouping.AGENCY: marked("Agency"), Grouping.COURSE: marked("Course")}
TOTALS = {
    Grouping.COUNTRY: marked("All countries"),
    Grouping.AGENCY: marked("All agencies"),
    Grouping.COURSE: marked("All courses, each person once"),
}


def course_titles(selection: Selection, compiled: Mapping[int, Course]) -> dict[int, str]:
    """The titles of the courses in the language of the page, by course."""
    found = {}
    for offered in selection.courses:
        course = compiled[offered.release_id]
        found[offered.id] = text_in(course.texts, language(), course.language)[0].title
    return found


def group_names(selection: Selection, group: Group, titles: Mapping[int, str]) -> tuple[str, str | None]:
    """What a row is called, and the country of an agency."""
    if group.agency is not None:
        return group.agency.name, group.agency.country_name
    if group.country is not None:
        return group.country[1], None
    if group.course is not None:
        return titles[group.course.id], None
    return gettext(TOTALS[selection.grouping]), None


def why_hidden(threshold: int) -> str:
    """Why a number is hidden, in words."""
    return gettext(
        "Hidden is what counts fewer than %(count)s people or leaves fewer than %(count)s of a larger number, and what "
        "would let such a number be worked out.",
        count=number(threshold),
    )


def state_words(standing: Standing) -> str:
    """Where a person stands, in words."""
    if standing.state is State.UNDER_WAY:
        return gettext("%(read)s of %(all)s", read=standing.modules_read, all=standing.modules)
    return {
        State.NOT_ENROLLED: gettext("not enrolled"),
        State.NOT_STARTED: gettext("not started"),
        State.COMPLETED: gettext("completed"),
        State.CERTIFIED: gettext("certified"),
    }[standing.state]


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in words: today, yesterday, 9 days ago; after two months the day itself."""
    days = (now.astimezone(zone()).date() - then.astimezone(zone()).date()).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days > 60:
        return day(then, "d MMM y")
    return ngettext("one day ago", "%(count)s days ago", days)

"""What the pages of reports are given. No page names who reported a mistake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from elearn.content.course import Course
from elearn.learning.pages import title_in
from elearn.learning.rules import places
from elearn.mistakes.forms import AnswerForm, ReportForm
from elearn.mistakes.queries import Report, Spot
from elearn.mistakes.rules import CheckUnit, QuizUnit, SectionUnit, State, Unit, unit_read
from elearn.mistakes.words import STATES
from elearn.web.i18n import NAMES, gettext, instant, said
from elearn.web.shell import Shell, shell
from elearn.web.spreadsheets import Row

SHOWN = 200
"""Reports that a list shows; the CSV has all."""
BEGINNING = 160
"""Characters of a message that a list shows."""
TAGS = {
    State.OPEN: ("due", "hourglass"),
    State.FIXED: ("done", "circle-check"),
    State.NO_MISTAKE: ("not-started", "circle-x"),
    State.DUPLICATE: ("not-started", "copy"),
}


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with its answer. ``anchor`` is its place on a page; ``what`` says kind, version and language."""

    anchor: str
    course: Markup
    title: Markup
    href: str
    what: str
    when: str
    message: str
    suggestion: str
    tag: str
    icon: str
    state: str
    answer: str
    answered: str | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A mistake to report. ``earlier`` is the report that waits: then there is no form. ``done``: it was just sent."""

    shell: Shell
    course_title: Markup
    course_href: str
    back_href: str
    spot: Markup
    what: str
    action: str
    form: ReportForm | None
    earlier: ReportView | None
    done: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class MinePage:
    """What somebody reported, with the answers."""

    shell: Shell
    reports: tuple[ReportView, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter of the list; ``label`` has its count."""

    href: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in the list."""

    href: str
    words: Markup
    version: str
    language: str
    when: str
    tag: str
    icon: str
    state: str


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The reports of one unit."""

    id: str
    title: Markup
    what: str
    rows: tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """The reports in a course, by unit. ``more`` says how many are not listed."""

    shell: Shell
    course_title: Markup
    course_href: str
    tabs: tuple[Tab, ...]
    groups: tuple[UnitGroup, ...]
    more: str | None
    csv_href: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A report to answer. ``source_href`` leads to the file, if the draft course still has the unit."""

    shell: Shell
    course_title: Markup
    course_href: str
    list_href: str
    report: ReportView
    source_href: str | None
    action: str
    form: AnswerForm
    versions: tuple[str, ...]
    is_answered: bool
    done: str | None


def report_page(
    course: Course,
    spot: Spot,
    form: ReportForm,
    earlier: Report | None,
    *,
    is_done: bool = False,
    refusal: str | None = None,
) -> ReportPage:
    """The page on which a mistake is reported, or the report that waits."""
    form.at.data = str(spot.unit)
    return ReportPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        back_href=_href(course.slug, spot.unit),
        spot=said(f"{spot.number} {spot.title}".strip(), spot.language),
        what=_what(spot.unit, spot.version, spot.language),
        action=f"/courses/{course.slug}/mistakes/report",
        form=form if earlier is None else None,
        earlier=_view(earlier, course) if earlier is not None else None,
        done=gettext("Thank you. Your report is with the trainers; their answer comes to «What you reported».")
        if is_done and earlier is not None
        else None,
        refusal=refusal,
    )


def mine_page(reports: Sequence[Report], courses: Mapping[int, Course]) -> MinePage:
    """What somebody reported; ``courses`` has their courses by release."""
    return MinePage(shell(), tuple(_view(report, courses[report.release_id]) for report in reports))


def list_page(course: Course, reports: Sequence[Report], counts: Mapping[State, int], state: State | None) -> ListPage:
    """The reports in a course that are in a state (None: in any)."""
    here = f"/write/{course.slug}/mistakes"
    more = len(reports) - SHOWN
    return ListPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/write/{course.slug}",
        tabs=tuple(
            Tab(f"{here}?state={value}", gettext("%(state)s, %(count)s", state=words, count=count), state is each)
            for each, value, words, count in _filters(counts)
        ),
        groups=tuple(_groups(course, reports[:SHOWN])),
        more=gettext("%(count)s more are not listed; the CSV has all.", count=more) if more > 0 else None,
        csv_href=f"{here}.csv?state={state.value if state is not None else 'all'}",
    )


def answer_page(
    course: Course, report: Report, form: AnswerForm, versions: tuple[str, ...], *, is_done: bool = False
) -> AnswerPage:
    """A report with the form that answers it; ``course`` is the current release."""
    here = f"/write/{course.slug}/mistakes"
    return AnswerPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/write/{course.slug}",
        list_href=here,
        report=_view(report, course),
        source_href=_source_href(course, unit_read(report.unit)),
        action=f"{here}/{report.public_id}/answer",
        form=form,
        versions=versions,
        is_answered=report.state is not State.OPEN,
        done=gettext("The officer has your answer.") if is_done else None,
    )


def state_words(report: Report) -> str:
    """What became of a report, in words."""
    match report.state:
        case State.OPEN:
            return gettext("waits for an answer")
        case State.FIXED:
            return gettext("fixed in %(version)s", version=report.fixed_in)
        case State.NO_MISTAKE:
            return gettext("not a mistake")
        case State.DUPLICATE:
            return gettext("reported before")


def csv_head() -> tuple[str, ...]:
    """The head of the CSV of reports."""
    return (
        gettext("Number"),
        gettext("Place"),
        gettext("Title"),
        gettext("Version"),
        gettext("Language"),
        gettext("Reported"),
        gettext("What is wrong?"),
        gettext("What should stand there?"),
        gettext("State"),
        gettext("Fixed in version"),
        gettext("Words to the officer"),
        gettext("Answered"),
    )


def csv_rows(reports: Iterable[Report]) -> Iterator[Row]:
    """The rows of the CSV of reports."""
    for report in reports:
        yield (
            report.public_id,
            report.unit,
            report.title,
            report.version,
            report.language,
            instant(report.reported_at),
            report.message,
            report.suggestion,
            state_words(report),
            report.fixed_in,
            report.answer,
            instant(report.answered_at) if report.answered_at is not None else None,
        )


def _filters(counts: Mapping[State, int]) -> Iterator[tuple[State | None, str, str, int]]:
    for state, words in STATES.items():
        yield state, state.value, gettext(words), counts.get(state, 0)
    yield None, "all", gettext("All"), sum(counts.values())


def _view(report: Report, course: Course) -> ReportView:
    tag, icon = TAGS[report.state]
    unit = unit_read(report.unit)
    return ReportView(
        anchor=f"report-{report.public_id}",
        course=title_in(course.texts, course.language),
        title=said(report.title, report.language),
        href=_href(report.slug, unit),
        what=_what(unit, report.version, report.language),
        when=instant(report.reported_at),
        message=report.message,
        suggestion=report.suggestion,
        tag=tag,
        icon=icon,
        state=state_words(report),
        answer=report.answer,
        answered=instant(report.answered_at) if report.answered_at is not None else None,
    )


def _href(slug: str, unit: Unit) -> str:
    """Where one is shown a unit; the way back from a question of a quiz leads to the quiz."""
    match unit:
        case SectionUnit():
            return f"/courses/{slug}/{unit}"
        case CheckUnit(module_id, section_id, question_id):
            return f"/courses/{slug}/{module_id}/{section_id}#check-{question_id}"
        case QuizUnit(quiz_id, _):
            return f"/courses/{slug}/quizzes/{quiz_id}"


def _what(unit: Unit, version: str, shown_in: str) -> str:
    """What kind of unit it is, of which version, in which language it was shown."""
    kind = gettext("Section") if isinstance(unit, SectionUnit) else gettext("Question")
    return gettext(
        "%(kind)s, version %(version)s, in %(language)s",
        kind=kind,
        version=version,
        language=NAMES.get(shown_in, shown_in),
    )


def _groups(course: Course, reports: Sequence[Report]) -> Iterator[UnitGroup]:
    """The reports by unit, the units in the order of the course, those that it no longer has last."""
    by_unit: dict[str, list[Report]] = {}
    for report in reports:
        by_unit.setdefault(report.unit, []).append(report)
    order = _order(course)
    for number, (unit, found) in enumerate(sorted(by_unit.items(), key=lambda each: _place(order, each[0])), start=1):
        kind = gettext("Section") if isinstance(unit_read(unit), SectionUnit) else gettext("Question")
        yield UnitGroup(
            id=f"unit-{number}",
            title=said(found[0].title, found[0].language),
            what=kind,
            rows=tuple(_row(report) for report in found),
        )


def _order(course: Course) -> dict[str, int]:
    """The place of every section and of every quiz in the course."""
    order = {place.unit: number for number, place in enumerate(places(course))}
    return order | {f"quizzes/{quiz.id}": len(order) + number for number, quiz in enumerate(course.quizzes())}


def _place(order: Mapping[str, int], unit: str) -> tuple[int, str]:
    """Where a unit stands: a section, and what is in it, comes where its section does."""
    return order.get("/".join(unit.split("/")[:2]), len(order)), unit


def _row(report: Report) -> ReportRow:
    tag, icon = TAGS[report.state]
    words = " ".join(report.message.split())
    return ReportRow(
        href=f"/write/{report.slug}/mistakes/{report.public_id}",
        words=escape(words if len(words) <= BEGINNING else f"{words[:BEGINNING].rstrip()} …"),
        version=report.version,
        language=NAMES.get(report.language, report.language),
        when=instant(report.reported_at),
        tag=tag,
        icon=icon,
        state=state_words(report),
    )


def _source_href(course: Course, unit: Unit) -> str | None:
    """The file in which a unit is written, as far as the current release has it."""
    path = None
    if isinstance(unit, QuizUnit):
        quiz = course.quiz(unit.quiz_id)
        pools = (pool for pool in course.pools if any(each.id == unit.question_id for each in pool.questions))
        if quiz is not None:
            is_own = any(each.id == unit.question_id for each in quiz.questions)
            path = quiz.path if is_own else next((pool.path for pool in pools), quiz.path)
    else:
        module = course.module(unit.module_id)
        path = module.path if module is not None else None
    return f"/write/{course.slug}/files/{path}" if path is not None else None

"""Reporting a mistake, what one reported, and the trainers' list with its answers."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.audit.rules import Kind, Thing
from elearn.catalogue.queries import CurrentRelease, compiled_course, compiled_courses, current_release
from elearn.content.course import Course
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.learning.queries import course_of, required_learning
from elearn.mistakes.forms import AnswerForm, ReportForm
from elearn.mistakes.pages import (
    answer_page,
    csv_head,
    csv_rows,
    list_page,
    mine_page,
    report_page,
)
from elearn.mistakes.queries import (
    report_counts,
    report_in,
    reports_by,
    reports_in,
    spot_of,
    waiting_report,
)
from elearn.mistakes.rules import NoSuchVersion, NoWhy, ReportedBefore, State, TooManyReports, unit_read
from elearn.mistakes.services import answer_report, report_mistake, versions_known
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.exporting import record_export
from elearn.web.i18n import language, separator, zone
from elearn.web.identity import identity
from elearn.web.session import commit, database, release, session
from elearn.web.spreadsheets import attachment, csv_file

mistakes = Blueprint("mistakes", __name__)

Answer = str | Response | tuple[str, int]


# ---- For who learns ----


@mistakes.get("/courses/<slug>/mistakes/new")
@needs(Permission.LEARN)
def new(slug: str) -> Answer:
    """Report a mistake in the unit ``?at=``, or see the report that waits."""
    at = request.args.get("at", "")
    return _report_answer(slug, at, ReportForm(), is_done="done" in request.args)


@mistakes.post("/courses/<slug>/mistakes/report")
@needs(Permission.LEARN)
def report(slug: str) -> Answer:
    """Send a report; pressed twice, it is sent once."""
    form = ReportForm.sent()
    at = form.at.data or ""
    if not form.validate():
        return _report_answer(slug, at, form, status=422)
    learning = required_learning(session(), identity().person_id, slug)
    spot = spot_of(session(), learning, unit_read(at), language())
    try:
        report_mistake(
            session(),
            learning,
            spot,
            message=form.message.data or "",
            suggestion=form.suggestion.data or "",
            now=clock(),
        )
        commit()
    except ReportedBefore:
        return redirect(url_for("mistakes.new", slug=slug, at=at), 303)
    except TooManyReports as refusal:
        return _report_answer(slug, at, form, refusal=refusal)
    return redirect(url_for("mistakes.new", slug=slug, at=at, done=1), 303)


def _report_answer(
    slug: str,
    at: str,
    form: ReportForm,
    *,
    is_done: bool = False,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Answer:
    release()  # what was refused is undone
    person_id = identity().person_id
    with database().reading() as reading:
        learning = required_learning(reading, person_id, slug)
        spot = spot_of(reading, learning, unit_read(at), language())
        earlier = waiting_report(reading, person_id, slug, spot.unit)
        course = course_of(reading, learning)
    words = refusal_text(refusal) if refusal is not None else None
    page = report_page(course, spot, form, earlier, is_done=is_done, refusal=words)
    return render_template("mistakes/new.html", page=page), status_of(refusal) if refusal is not None else status


@mistakes.get("/mistakes")
@needs(Permission.LEARN)
def mine() -> str:
    """What one reported, with the answers."""
    reports = reports_by(session(), identity().person_id)
    courses = compiled_courses(session(), {each.release_id: each.digest for each in reports})
    return render_template("mistakes/mine.html", page=mine_page(reports, courses))


# ---- For who writes ----


@mistakes.get("/write/<slug>/mistakes")
@needs(Permission.WRITE_COURSES)
def waiting(slug: str) -> str:
    """The reports in a course; ``?state=`` chooses which, those that wait unless told."""
    current, course = _current(slug)
    state = _state()
    reports = reports_in(session(), current.course_id, state)
    page = list_page(course, reports, report_counts(session(), current.course_id), state)
    return render_template("mistakes/list.html", page=page)


@mistakes.get("/write/<slug>/mistakes.csv")
@needs(Permission.WRITE_COURSES)
def waiting_csv(slug: str) -> Response:
    """The same as CSV."""
    current, _ = _current(slug)
    file = csv_file(csv_head(), csv_rows(reports_in(session(), current.course_id, _state())), separator=separator())
    now, name = clock(), f"mistakes-{slug}"
    record_export(Thing(Kind.FILE, f"{name}.csv"), now=now, file=file)
    return attachment(file, "csv", name, now.astimezone(zone()).date())


@mistakes.get("/write/<slug>/mistakes/<public_id>")
@needs(Permission.WRITE_COURSES)
def one(slug: str, public_id: str) -> Answer:
    """A report, and the form that answers it."""
    return _answer_answer(slug, public_id, None, is_done="done" in request.args)


@mistakes.post("/write/<slug>/mistakes/<public_id>/answer")
@needs(Permission.WRITE_COURSES)
def answer(slug: str, public_id: str) -> Answer:
    """Answer a report; pressed twice, it is answered once."""
    form = AnswerForm.sent()
    if not form.validate():
        return _answer_answer(slug, public_id, form, status=422)
    try:
        answer_report(
            session(),
            slug,
            public_id,
            form.wanted(),
            version=form.version.data or "",
            answer=form.answer.data or "",
            actor_id=identity().person_id,
            now=clock(),
        )
        commit()
    except (NoSuchVersion, NoWhy) as refusal:
        field = form.version if isinstance(refusal, NoSuchVersion) else form.answer
        field.errors = [refusal_text(refusal)]
        return _answer_answer(slug, public_id, form, status=status_of(refusal))
    return redirect(url_for("mistakes.one", slug=slug, public_id=public_id, done=1), 303)


def _answer_answer(
    slug: str, public_id: str, form: AnswerForm | None, *, is_done: bool = False, status: int = 200
) -> Answer:
    release()  # what was refused is undone
    with database().reading() as reading:
        current = current_release(reading, slug)
        course = compiled_course(reading, current.release_id, current.digest)
        found = report_in(reading, slug, public_id)
        versions = versions_known(reading, current.course_id)
    if form is None:
        answered = {"state": found.state.value, "version": found.fixed_in, "answer": found.answer}
        form = AnswerForm(data=answered if found.state is not State.OPEN else {"version": versions[0]})
    page = answer_page(course, found, form, versions, is_done=is_done)
    return render_template("mistakes/answer.html", page=page), status


def _current(slug: str) -> tuple[CurrentRelease, Course]:
    """The current release of a course. Raises NoSuchCourse."""
    current = current_release(session(), slug)
    return current, compiled_course(session(), current.release_id, current.digest)


def _state() -> State | None:
    """Which reports are asked for; None: all of them."""
    asked = request.args.get("state", State.OPEN.value)
    return None if asked == "all" else State(asked) if asked in list(State) else State.OPEN

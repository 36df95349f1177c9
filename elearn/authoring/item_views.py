"""Item analysis for trainers: what the answers say about the questions of a course, and the same as a file."""

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from elearn.assessment.answered import answered_releases, quiz_figures
from elearn.audit.rules import Kind, Thing
from elearn.authoring.item_pages import items_page
from elearn.authoring.item_table import items_head, items_rows
from elearn.authoring.items import Asked, order_asked, quiz_asked, release_asked
from elearn.authoring.queries import editable_paths
from elearn.catalogue.queries import compiled_course
from elearn.core.clock import now as clock
from elearn.security.policy import Permission
from elearn.settings import Settings
from elearn.web.access import needs
from elearn.web.exporting import record_export
from elearn.web.i18n import gettext, separator, zone
from elearn.web.session import session
from elearn.web.spreadsheets import attachment, csv_file

items = Blueprint("items", __name__)


@items.get("/write/<slug>/questions")
@needs(Permission.WRITE_COURSES)
def questions(slug: str) -> str:
    """The questions of a quiz of a release, each beside its figures."""
    asked = _asked(slug)
    analysed = (
        quiz_figures(session(), asked.release.release_id, asked.course, asked.quiz, suppress_below=_suppress_below())
        if asked.quiz is not None and asked.release.people.get(asked.quiz.id, 0) >= _suppress_below()
        else []
    )
    page = items_page(asked, analysed, editable_paths(session(), slug), suppress_below=_suppress_below())
    return render_template("authoring/questions.html", page=page)


@items.get("/write/<slug>/questions.csv")
@needs(Permission.WRITE_COURSES)
def questions_file(slug: str) -> Response:
    """The figures of every quiz of a release as a file."""
    asked = _asked(slug)
    analysed = [
        (quiz, quiz_figures(session(), asked.release.release_id, asked.course, quiz, suppress_below=_suppress_below()))
        for quiz in asked.course.quizzes()
        if asked.release.people.get(quiz.id)
    ]
    hidden = gettext("hidden: fewer than %(count)s", count=_suppress_below())
    file = csv_file(items_head(), items_rows(asked.course, analysed, hidden=hidden), separator=separator())
    now = clock()
    name = f"questions-{slug}-{asked.release.number}"
    record_export(Thing(Kind.FILE, f"{name}.csv"), now=now, file=file)
    return attachment(file, "csv", name, now.astimezone(zone()).date())


def _asked(slug: str) -> Asked:
    """What the address asks for. Raises NoSuchCourse, NoSuchItems."""
    releases = answered_releases(session(), slug)
    release = release_asked(releases, request.args.get("release"))
    course = compiled_course(session(), release.release_id, release.digest)
    quiz = quiz_asked(course, release, request.args.get("quiz"))
    return Asked(releases, release, course, quiz, order_asked(request.args.get("order")))


def _suppress_below() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.suppress_below

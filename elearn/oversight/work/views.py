"""What the site does in the background, for administrators over everything."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.backup.standing import Standing, standing_of
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.jobs.queries import counts, done_counts, failed_jobs, waiting_jobs
from elearn.jobs.services import discard, try_again
from elearn.oversight.work.pages import SHOWN, done_words, work_page
from elearn.oversight.work.queries import people_of
from elearn.security.policy import Permission
from elearn.settings import Settings
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity
from elearn.web.session import commit, session

LATELY = timedelta(days=7)

work = Blueprint("work", __name__)


@work.get("/background")
@needs(Permission.RUN_SITE)
def show() -> str:
    """Letters that wait, that failed and that left, and the daily backup."""
    return _page(done_words(request.args.get("again", type=int), "discarded" in request.args))


@work.post("/background/again")
@needs(Permission.RUN_SITE)
def again() -> Response:
    """Have everything tried again now."""
    count = try_again(session(), actor=identity().person_id, now=clock())
    commit()
    return redirect(url_for("work.show", again=count), 303)


@work.post("/background/<public_id>/discard")
@needs(Permission.RUN_SITE)
def give_up(public_id: str) -> Response | tuple[str, int]:
    """Give up a job that waits."""
    try:
        discard(session(), public_id, actor=identity().person_id, now=clock())
    except Refusal as refusal:
        return _page(None, refusal), status_of(refusal)
    commit()
    return redirect(url_for("work.show", discarded=1), 303)


def _page(done: str | None, refusal: Refusal | None = None) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    found, now = session(), clock()
    waiting, failed = waiting_jobs(found, SHOWN), failed_jobs(found, SHOWN)
    page = work_page(
        counts(found),
        waiting,
        failed,
        people_of(found, [*waiting, *failed]),
        done_counts(found, since=now - LATELY),
        _backup(settings, now),
        sends_mail=settings.sends_mail,
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
        now=now,
    )
    return render_template("oversight/work.html", page=page)


def _backup(settings: Settings, now: datetime) -> Standing | OSError | None:
    if settings.backup_folder is None:
        return None
    try:
        return standing_of(settings, settings.backup_folder, now=now)
    except OSError as fault:
        return fault

"""Enrolling a cohort or an agency in a course."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.accounts.blueprint import acting
from elearn.accounts.cohorts.queries import cohorts_within, ids_meant
from elearn.accounts.queries import agencies_within
from elearn.catalogue.queries import compiled_course, current_release, current_releases
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.learning.assigning.forms import AssignForm
from elearn.learning.assigning.pages import assign_page, with_choices
from elearn.learning.assigning.rules import NobodyToEnrol, checked_due
from elearn.learning.assigning.services import AT_ONCE, Assigned, assign_course
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import zone
from elearn.web.lanes import slow
from elearn.web.session import commit, session

assigning = Blueprint("assigning", __name__)

Answer = str | Response | tuple[str, int]


@assigning.get("/people/enrolments")
@needs(Permission.MANAGE_PEOPLE)
def show() -> Answer:
    """The form; the address may name a cohort, or what was just done."""
    cohort = request.args.get("cohort", "")
    form = AssignForm(data={"who": f"cohort:{cohort}" if cohort else ""})
    enrolled, dated = (request.args.get(name, type=int) for name in ("enrolled", "dated"))
    done = Assigned(max(0, enrolled), max(0, dated or 0)) if enrolled is not None else None
    return _answer(form, done=done)


@assigning.post("/people/enrolments")
@needs(Permission.MANAGE_PEOPLE)
@slow
def assign() -> Answer:
    """Enrol everybody of a cohort or an agency; a hundred in a transaction, so that others can write in between.

    What was cut short goes on where it stopped when it is sent again.
    """
    form = _with_choices(AssignForm.sent())
    if not form.validate():
        return _answer(form), 422
    now = clock()
    try:
        due_on: date | None = checked_due(form.due_on.data, now.astimezone(zone()).date())
        release = current_release(session(), form.course.data)
        people = ids_meant(session(), form.who.data, acting())
        if not people:
            raise NobodyToEnrol
    except Refusal as refusal:
        return _answer(form, refusal=refusal), status_of(refusal)
    done = Assigned()
    for start in range(0, len(people), AT_ONCE):
        done += assign_course(session(), people[start : start + AT_ONCE], release, due_on, actor=acting(), now=now)
        commit()
    return redirect(url_for("assigning.show", enrolled=done.enrolled, dated=done.dated), 303)


def _with_choices(form: AssignForm) -> AssignForm:
    courses = [compiled_course(session(), each.release_id, each.digest) for each in current_releases(session())]
    actor = acting()
    return with_choices(form, cohorts_within(session(), actor), agencies_within(session(), actor.reach), courses)


def _answer(form: AssignForm, *, done: Assigned | None = None, refusal: Refusal | None = None) -> str:
    said = refusal_text(refusal) if refusal is not None else None
    page = assign_page(_with_choices(form), done=done, refusal=said)
    return render_template("learning/assigning.html", page=page)

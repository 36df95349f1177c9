"""Disputes: an attempt told again, and marking again by corrected keys. For trainers, who see no names."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.assessment.disputes.forms import AttemptForm, RemarkForm
from elearn.assessment.disputes.pages import correction_page, disputes_page, replay_page
from elearn.assessment.disputes.queries import replay_of
from elearn.assessment.disputes.rules import CorrectedMeanwhile, checked_reason
from elearn.assessment.disputes.services import corrected_counts, correction_of, remark_attempt
from elearn.assessment.rules import NoSuchAttempt
from elearn.audit.rules import Kind, Thing
from elearn.core.clock import now as clock
from elearn.core.refusals import Conflict, Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.exporting import record_export
from elearn.web.identity import identity
from elearn.web.lanes import slow
from elearn.web.session import database, release, session

disputes = Blueprint("disputes", __name__)

Answer = str | Response | tuple[str, int]


@disputes.get("/write/<slug>/attempts")
@needs(Permission.WRITE_COURSES)
def attempts(slug: str) -> Answer:
    """Where one types the number of an attempt, and sees which keys were corrected."""
    form = AttemptForm(formdata=request.args)
    typed = (form.number.data or "").strip()
    status = 200
    if typed:
        try:
            return redirect(f"/write/{slug}/attempts/{replay_of(session(), typed, slug).public_id}")
        except NoSuchAttempt as refusal:
            form.number.errors = [refusal_text(refusal)]
            status = status_of(refusal)
    course, corrected = corrected_counts(session(), slug)
    return render_template("assessment/disputes.html", page=disputes_page(course, corrected, form)), status


@disputes.get("/write/<slug>/attempts/<public_id>")
@needs(Permission.WRITE_COURSES)
def attempt(slug: str, public_id: str) -> Answer:
    """An attempt told again."""
    told = replay_of(session(), public_id, slug)
    page = replay_page(told)
    record_export(Thing(Kind.ATTEMPT, told.public_id), now=clock(), course=slug)
    return render_template("assessment/replay.html", page=page)


@disputes.get("/write/<slug>/corrections/<quiz_id>")
@needs(Permission.WRITE_COURSES)
def correction(slug: str, quiz_id: str) -> Answer:
    """Whose marks the corrected keys change."""
    return _correction_answer(slug, quiz_id, RemarkForm(), done=request.args.get("done", type=int))


@disputes.post("/write/<slug>/corrections/<quiz_id>/apply")
@needs(Permission.PUBLISH_COURSES)
@slow
def apply(slug: str, quiz_id: str) -> Answer:
    """Mark again, each attempt in a transaction of its own; pressed twice, it is done once."""
    person_id, form = identity().person_id, RemarkForm.sent()
    release()
    if not form.validate():
        return _correction_answer(slug, quiz_id, form, status=422)
    reason = checked_reason(form.reason.data or "")
    try:
        with database().reading() as reading:
            found = correction_of(reading, slug, quiz_id)
        if form.release.data != str(found.release.number):
            raise CorrectedMeanwhile
        wanted = found.to_mark(request.form.getlist("include"))
    except Conflict as refusal:
        return _correction_answer(slug, quiz_id, form, refusal=refusal)
    done = 0
    for attempt_id, may_fail in wanted:
        with database().writing() as one:
            change = remark_attempt(
                one,
                attempt_id,
                found.release,
                reason=reason,
                may_fail=may_fail,
                actor_id=person_id,
                now=clock(),
            )
            one.commit()
        done += change is not None and bool(change.changes)
    return redirect(f"/write/{slug}/corrections/{quiz_id}?done={done}", 303)


def _correction_answer(
    slug: str,
    quiz_id: str,
    form: RemarkForm,
    *,
    done: int | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Answer:
    release()
    with database().reading() as reading:
        found = correction_of(reading, slug, quiz_id)
    page = correction_page(form=form, found=found, done=done, refusal=refusal_text(refusal) if refusal else None)
    return render_template("assessment/correction.html", page=page), status_of(refusal) if refusal else status

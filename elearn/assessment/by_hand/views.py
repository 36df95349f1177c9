"""Marking by hand, for trainers: the queue, an answer under its label, the mark."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.assessment.attachments.queries import file_of
from elearn.assessment.by_hand.forms import RubricForm
from elearn.assessment.by_hand.pages import form_of, marking_page, queue_page, returned_page
from elearn.assessment.by_hand.queries import (
    answer_given,
    returned_answers,
    waiting_answers,
    waiting_by_course,
)
from elearn.assessment.by_hand.rules import MarkedMeanwhile, OwnAnswer
from elearn.assessment.by_hand.services import mark_answer, waive_second
from elearn.audit.rules import Kind, Thing
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.downloads import download
from elearn.web.errors import refusal_text, status_of
from elearn.web.exporting import record_export
from elearn.web.i18n import gettext, instant
from elearn.web.identity import identity
from elearn.web.session import commit, database, release, session

by_hand = Blueprint("by_hand", __name__)

Answer = str | Response | tuple[str, int]


@by_hand.get("/marking")
@needs(Permission.WRITE_COURSES)
def queue() -> str:
    """The answers that wait for marks; ``?show=returned``: those returned last."""
    person_id = identity().person_id
    if request.args.get("show") == "returned":
        page = returned_page(returned_answers(session()))
    else:
        slug = request.args.get("course") or None
        page = queue_page(
            waiting_answers(session(), person_id, slug),
            waiting_by_course(session(), person_id),
            slug=slug,
            done=request.args.get("done"),
            now=clock(),
        )
    return render_template("assessment/marking_queue.html", page=page)


@by_hand.get("/marking/<public_id>")
@needs(Permission.WRITE_COURSES)
def answer(public_id: str) -> Answer:
    """An answer to mark, or how it was marked."""
    return _answer_page(public_id, None)


@by_hand.get("/marking/<public_id>/files/<file_id>")
@needs(Permission.WRITE_COURSES)
def file(public_id: str, file_id: str) -> Response:
    """A file of an answer, to save; its name tells nothing of who sent it."""
    found = answer_given(session(), public_id)
    if found.owner_id == identity().person_id:
        raise OwnAnswer
    name, kept = found.file_name(file_id), file_of(session(), found.attempt_id, file_id)
    record_export(Thing(Kind.FILE, name), now=clock(), answer=public_id)
    return download(name, kept.media_type, kept.body)


@by_hand.post("/marking/<public_id>/mark")
@needs(Permission.WRITE_COURSES)
def mark(public_id: str) -> Answer:
    """Give the mark that the page offered; pressed twice, it is given once."""
    person_id = identity().person_id
    found = answer_given(session(), public_id)
    form = form_of(found).sent()
    if not form.validate():
        return _answer_page(public_id, form, status=422)
    try:
        state = mark_answer(
            session(),
            public_id,
            form.levels(found.question),
            form.comment.data or "",
            kind=form.offered(),
            wants_second=request.form.get("action") == "second",
            actor_id=person_id,
            now=clock(),
        )
        commit()
    except OwnAnswer:
        raise
    except Refusal as refusal:
        return _answer_page(public_id, form, refusal=refusal)
    return redirect(f"/marking?done={state.value}", 303)


@by_hand.post("/marking/<public_id>/waive")
@needs(Permission.WRITE_COURSES)
def waive(public_id: str) -> Answer:
    """Do without the second marker one asked for."""
    try:
        state = waive_second(session(), public_id, actor_id=identity().person_id, now=clock())
        commit()
    except MarkedMeanwhile as refusal:
        return _answer_page(public_id, None, refusal=refusal)
    return redirect(f"/marking?done={state.value}", 303)


def _answer_page(
    public_id: str, form: RubricForm | None, *, refusal: Refusal | None = None, status: int = 200
) -> Answer:
    person_id = identity().person_id
    release()  # what was refused is undone; the page tells what is there now
    with database().reading() as reading:
        found = answer_given(reading, public_id)
    part, notice = None, None
    try:
        part = found.part_of(person_id)
    except OwnAnswer:
        raise
    except MarkedMeanwhile:
        assert found.returned_at is not None, "nothing is left to mark of what was returned"
        notice = gettext("This answer was returned on %(when)s.", when=instant(found.returned_at))
    except Refusal as why:
        notice = refusal_text(why)
    page = marking_page(
        found,
        form if form is not None else form_of(found)(),
        person_id=person_id,
        part=part,
        notice=notice,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("assessment/marking.html", page=page), status_of(refusal) if refusal else status

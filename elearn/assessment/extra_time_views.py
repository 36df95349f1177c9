"""Extra time: an administrator gives somebody within reach longer for quizzes with a time limit."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.accounts.queries import person_within
from elearn.assessment.extra_time import ExtraTimeForm, extra_time_page, with_choices
from elearn.assessment.queries import extra_time_grants
from elearn.assessment.rules import NotYourOwnTime
from elearn.assessment.services import grant_extra_time
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity
from elearn.web.session import commit, session

extra_time = Blueprint("extra_time", __name__)

Answer = str | Response | tuple[str, int]


@extra_time.get("/people/<public_id>/extra-time")
@needs(Permission.MANAGE_PEOPLE)
def show(public_id: str) -> Answer:
    """How much extra time somebody has, and who granted it when."""
    return _answer(public_id, None, is_done=request.args.get("done") == "1")


@extra_time.post("/people/<public_id>/extra-time")
@needs(Permission.MANAGE_PEOPLE)
def grant(public_id: str) -> Answer:
    """Grant extra time, or take it back."""
    found = person_within(session(), public_id, identity().reach(Permission.MANAGE_PEOPLE))
    form = with_choices(ExtraTimeForm.sent())
    if not form.validate():
        return _answer(public_id, form), 422
    try:
        grant_extra_time(session(), found.id, form.percent.data, actor_id=identity().person_id, now=clock())
    except NotYourOwnTime as refusal:
        return _answer(public_id, form, refusal=refusal), status_of(refusal)
    commit()
    return redirect(f"/people/{public_id}/extra-time?done=1", 303)


def _answer(
    public_id: str, form: ExtraTimeForm | None, *, is_done: bool = False, refusal: Refusal | None = None
) -> str:
    found = person_within(session(), public_id, identity().reach(Permission.MANAGE_PEOPLE))
    grants = extra_time_grants(session(), found.id)
    page = extra_time_page(
        public_id,
        found.full_name,
        grants,
        form or with_choices(ExtraTimeForm(data={"percent": grants[0].percent if grants else 0})),
        is_done=is_done,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("assessment/extra_time.html", page=page)

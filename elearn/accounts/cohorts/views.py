"""The administrator's pages of cohorts."""

from flask import Blueprint, redirect, render_template, request, url_for

from elearn.accounts.blueprint import Answer, acting
from elearn.accounts.cohorts.forms import CohortForm, JoinForm
from elearn.accounts.cohorts.pages import cohort_page, cohorts_page
from elearn.accounts.cohorts.queries import cohort_within, cohorts_within
from elearn.accounts.cohorts.rules import CohortHasOthers, CohortNameTaken, NobodyOfThisName, NoSuchCohort
from elearn.accounts.cohorts.services import add_cohort, join, leave, remove_cohort
from elearn.accounts.forms import refuse
from elearn.accounts.pages import PAGE_SIZE
from elearn.accounts.queries import (
    PeopleFilter,
    agencies_within,
    count_people,
    ids_of_agency,
    ids_of_names,
    people_rows,
    person_within,
)
from elearn.accounts.rules import folded_name
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import gettext
from elearn.web.session import commit, session

cohorts = Blueprint("cohorts", __name__)


@cohorts.get("/people/cohorts")
@needs(Permission.MANAGE_PEOPLE)
def every() -> Answer:
    """The cohorts that one sees."""
    return _list_answer(CohortForm())


@cohorts.post("/people/cohorts")
@needs(Permission.MANAGE_PEOPLE)
def add() -> Answer:
    """Make a cohort."""
    form = CohortForm.sent()
    if form.validate():
        try:
            made = add_cohort(session(), form.name.data or "", actor=acting(), now=clock())
        except CohortNameTaken as refusal:
            refuse(form.name, refusal)
        else:
            commit()
            return redirect(f"/people/cohorts/{made.public_id}", 303)
    return _list_answer(form), 422


@cohorts.get("/people/cohorts/<public_id>")
@needs(Permission.MANAGE_PEOPLE)
def one(public_id: str) -> Answer:
    """A cohort and its people."""
    return _answer(public_id, JoinForm(), joined=request.args.get("joined", type=int))


@cohorts.post("/people/cohorts/<public_id>/join")
@needs(Permission.MANAGE_PEOPLE)
def let_join(public_id: str) -> Answer:
    """Let people join a cohort: those named, and those of an agency."""
    actor = acting()
    cohort = cohort_within(session(), public_id, actor)
    form = JoinForm.sent()
    if not form.validate():
        return _answer(public_id, form), 422
    found = ids_of_names(session(), form.sign_in_names(), actor.reach)
    unknown = [name for name in form.sign_in_names() if folded_name(name) not in found]
    if unknown:
        return _answer(public_id, form, refusal=NobodyOfThisName(name=unknown[0][:60])), 422
    people = [*found.values(), *ids_of_agency(session(), form.agency.data or "", actor.reach)]
    joined = join(session(), cohort, people, now=clock())
    commit()
    return redirect(f"/people/cohorts/{public_id}?joined={joined}", 303)


@cohorts.post("/people/cohorts/<public_id>/leave")
@needs(Permission.MANAGE_PEOPLE)
def let_leave(public_id: str) -> Answer:
    """Take a person out of a cohort."""
    actor = acting()
    cohort = cohort_within(session(), public_id, actor)
    person = person_within(session(), request.form.get("person", ""), actor.reach)
    leave(session(), cohort, person.id)
    commit()
    try:
        cohort_within(session(), public_id, actor)
    except NoSuchCohort:  # they were the last within reach, so one sees it no more
        return redirect("/people/cohorts", 303)
    return redirect(f"/people/cohorts/{public_id}", 303)


@cohorts.post("/people/cohorts/<public_id>/remove")
@needs(Permission.MANAGE_PEOPLE)
def remove(public_id: str) -> Answer:
    """Remove a cohort; its people stay."""
    actor = acting()
    cohort = cohort_within(session(), public_id, actor)
    try:
        remove_cohort(session(), cohort, actor=actor)
        commit()
    except CohortHasOthers as refusal:
        session().rollback()
        return _answer(public_id, JoinForm(), refusal=refusal), status_of(refusal)
    return redirect(url_for("cohorts.every", removed=1), 303)


def _list_answer(form: CohortForm) -> str:
    done = gettext("The cohort was removed. Its people stay.") if "removed" in request.args else None
    page = cohorts_page(cohorts_within(session(), acting()), form, done=done)
    return render_template("accounts/people_cohorts.html", page=page)


def _answer(public_id: str, form: JoinForm, *, joined: int | None = None, refusal: Refusal | None = None) -> str:
    actor = acting()
    cohort = cohort_within(session(), public_id, actor)
    wanted = PeopleFilter(cohort_id=cohort.id)
    count = count_people(session(), actor.reach, wanted)
    page = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-count // PAGE_SIZE)))
    people = people_rows(session(), actor.reach, wanted, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    shown = cohort_page(
        cohort,
        people,
        agencies_within(session(), actor.reach),
        form,
        count=count,
        page=page,
        joined=max(0, joined) if joined is not None else None,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/people_cohort.html", page=shown)

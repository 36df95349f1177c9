"""The administrator's pages of agencies."""

from flask import Blueprint, redirect, render_template, request, url_for

from elearn.accounts.agencies.forms import AgencyForm, NewAgencyForm
from elearn.accounts.agencies.pages import agencies_page, agency_page
from elearn.accounts.agencies.queries import agency_within, below_none_of, branches_within, countries_within
from elearn.accounts.agencies.rules import NoAgencyHere
from elearn.accounts.agencies.services import AgencyDetails, change_agency, may_move, register_agency, remove_agency
from elearn.accounts.blueprint import Answer, acting
from elearn.accounts.forms import refuse
from elearn.accounts.models import Agency, Country
from elearn.accounts.rules import Administrator, AgencyCodeTaken, NoSuchAgency
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import gettext
from elearn.web.session import commit, session

agencies = Blueprint("agencies", __name__)


@agencies.get("/people/agencies")
@needs(Permission.MANAGE_PEOPLE)
def every() -> Answer:
    """The agencies within reach, as a tree."""
    return _tree_answer(NewAgencyForm())


@agencies.post("/people/agencies")
@needs(Permission.MANAGE_PEOPLE)
def add() -> Answer:
    """Add an agency."""
    form = NewAgencyForm.sent()
    if not form.validate():
        return _tree_answer(form), 422
    actor = acting()
    try:
        register_agency(
            session(),
            code=form.code.data or "",
            name=form.name.data or "",
            country_code=form.country.data or "",
            parent=_parent(form, actor),
            actor=actor,
            now=clock(),
        )
        commit()
    except AgencyCodeTaken as refusal:
        session().rollback()
        refuse(form.code, refusal)
        return _tree_answer(form), status_of(refusal)
    except Refusal as refusal:
        session().rollback()
        return _tree_answer(form, refusal), status_of(refusal)
    return redirect(url_for("agencies.every"), 303)


@agencies.get("/people/agencies/<code>")
@needs(Permission.MANAGE_PEOPLE)
def one(code: str) -> Answer:
    """An agency, to be changed."""
    agency = _agency(code, acting())
    return _agency_answer(agency, _form_of(agency))


@agencies.post("/people/agencies/<code>")
@needs(Permission.MANAGE_PEOPLE)
def change(code: str) -> Answer:
    """Change the name of an agency and where it stands."""
    actor = acting()
    agency = _agency(code, actor)
    form = AgencyForm.sent()
    if not form.validate():
        return _agency_answer(agency, form), 422
    try:
        moves = may_move(session(), agency, actor)
        parent = _parent(form, actor) if moves else agency.parent_id and session().get(Agency, agency.parent_id)
        change_agency(session(), agency, AgencyDetails(form.name.data or "", parent or None), actor=actor, now=clock())
        commit()
    except Refusal as refusal:
        session().rollback()
        return _agency_answer(_agency(code, actor), form, refusal), status_of(refusal)
    return redirect(url_for("agencies.every"), 303)


@agencies.post("/people/agencies/<code>/remove")
@needs(Permission.MANAGE_PEOPLE)
def remove(code: str) -> Answer:
    """Remove an agency that is empty."""
    actor = acting()
    agency = _agency(code, actor)
    try:
        remove_agency(session(), agency, actor=actor, now=clock())
        commit()
    except Refusal as refusal:
        session().rollback()
        agency = _agency(code, actor)
        return _agency_answer(agency, _form_of(agency), refusal), status_of(refusal)
    return redirect(url_for("agencies.every", removed=1), 303)


def _form_of(agency: Agency) -> AgencyForm:
    parent = session().get(Agency, agency.parent_id) if agency.parent_id is not None else None
    return AgencyForm(data={"name": agency.name, "parent": parent.code if parent is not None else ""})


def _agency(code: str, actor: Administrator) -> Agency:
    """The agency of a code. Raises NoAgencyHere, also for one out of reach."""
    try:
        return agency_within(session(), code, actor)
    except NoSuchAgency as refusal:
        raise NoAgencyHere from refusal


def _parent(form: AgencyForm, actor: Administrator) -> Agency | None:
    """The agency that was chosen. Raises NoAgencyHere."""
    return _agency(form.parent.data, actor) if form.parent.data else None


def _tree_answer(form: NewAgencyForm, refusal: Refusal | None = None) -> str:
    actor = acting()
    said = refusal_text(refusal) if refusal is not None else None
    done = gettext("The agency was removed.") if "removed" in request.args else None
    branches, countries = branches_within(session(), actor), countries_within(session(), actor)
    page = agencies_page(branches, form, countries, refusal=said, done=done)
    return render_template("accounts/agencies.html", page=page)


def _agency_answer(agency: Agency, form: AgencyForm, refusal: Refusal | None = None) -> str:
    actor = acting()
    page = agency_page(
        agency,
        session().get_one(Country, agency.country_code),
        below_none_of(session(), agency, branches_within(session(), actor)),
        form,
        may_move=may_move(session(), agency, actor),
        may_be_top=actor.reach.covers_country(agency.country_code),
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/agency.html", page=page)

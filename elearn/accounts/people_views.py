"""The administrator's pages: people, their roles and their accounts."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from elearn.accounts.blueprint import Answer, accounts, acting, site_settings
from elearn.accounts.changed import check_unchanged, mark_of
from elearn.accounts.forms import (
    NewPersonForm,
    PeopleFilterForm,
    PersonForm,
    RoleForm,
    refuse,
)
from elearn.accounts.handed_pages import CodePage, Occasion
from elearn.accounts.inviting.rules import Way
from elearn.accounts.inviting.services import invite
from elearn.accounts.leaving_forms import LeavingForm, leaving_choices
from elearn.accounts.models import Person
from elearn.accounts.pages import (
    PAGE_SIZE,
    NewPersonPage,
    agency_choices,
    filter_choices,
    form_values,
    language_choices,
    people_page,
    person_page,
    role_choices,
)
from elearn.accounts.queries import (
    PeopleFilter,
    agencies_within,
    agency_by_code,
    count_people,
    grants_held,
    last_seen,
    people_rows,
    person_within,
    stays_of,
)
from elearn.accounts.resets.services import make_code, take_password
from elearn.accounts.rules import (
    AccountState,
    Administrator,
    NameTaken,
    NoSuchAgency,
    StaffNumberTaken,
    wanted_grant,
)
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.second.services import reset_second_step
from elearn.accounts.services import (
    PersonDetails,
    change_person,
    disable_person,
    enable_person,
    give_role,
    register_person,
    take_role,
)
from elearn.accounts.sso.queries import links_of
from elearn.accounts.sso.services import remove_links
from elearn.core.clock import now as clock
from elearn.core.refusals import NotFound, Refusal
from elearn.security.policy import Permission, Role
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import zone
from elearn.web.session import commit, session
from elearn.web.shell import shell

AnyPersonForm = TypeVar("AnyPersonForm", bound=PersonForm)


@accounts.get("/people")
@needs(Permission.MANAGE_PEOPLE)
def people() -> str:
    """The people within reach, filtered by what the address says."""
    reach = acting().reach
    form = PeopleFilterForm(formdata=request.args)
    agencies = agencies_within(session(), reach)
    filter_choices(form, agencies)
    form.q.data = (form.q.data or "").strip()[:100]
    wanted = PeopleFilter(
        words=form.q.data,
        agency_id=next((agency.id for agency, _country in agencies if agency.code == form.agency.data), None),
        role=Role(form.role.data) if form.role.data else None,
        state=AccountState(form.state.data) if form.state.data else None,
    )
    count = count_people(session(), reach, wanted)
    last = max(1, -(-count // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    rows = people_rows(session(), reach, wanted, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    ids = [row.person_id for row in rows]
    grants, seen = grants_held(session(), ids), last_seen(session(), ids)
    shows_countries = len({country.code for _agency, country in agencies}) > 1
    listed = people_page(form, rows, grants, seen, count=count, page=page, shows_countries=shows_countries, now=clock())
    return render_template("accounts/people.html", page=listed)


@accounts.get("/people/new")
@needs(Permission.MANAGE_PEOPLE)
def new_person() -> str:
    """The form for a new person."""
    return render_template("accounts/new_person.html", page=NewPersonPage(shell(), _person_form(NewPersonForm())))


@accounts.post("/people/new")
@needs(Permission.MANAGE_PEOPLE)
def add() -> Answer:
    """Add a person, with a one-time code by which they choose a password."""
    form = _person_form(NewPersonForm.sent())
    actor = acting()
    if form.validate():
        now = clock()
        try:
            agency = agency_by_code(session(), form.agency.data)
            if agency is None:
                raise NoSuchAgency(code=form.agency.data)
            person = register_person(
                session(),
                _details(form),
                sign_in_name=form.sign_in_name.data or "",
                agency=agency,
                password_hash=None,
                actor=actor,
                now=now,
            )
            (invitation,) = invite(session(), [person.id], Way.SLIPS, actor=actor, now=now)
        except NameTaken as refusal:
            refuse(form.sign_in_name, refusal)
        except StaffNumberTaken as refusal:
            refuse(form.staff_number, refusal)
        else:
            commit()
            return _code_answer(person, invitation.secret, Occasion.ADDED), 201
    return render_template("accounts/new_person.html", page=NewPersonPage(shell(), form)), 422


@accounts.get("/people/<public_id>")
@needs(Permission.MANAGE_PEOPLE)
def person(public_id: str) -> Answer:
    """One person, to look at and to change."""
    return _person_answer(public_id, done=request.args.get("done"))


@accounts.post("/people/<public_id>")
@needs(Permission.MANAGE_PEOPLE)
def save(public_id: str) -> Answer:
    """Save what is written about a person."""
    found = person_within(session(), public_id, acting().reach, held=True)
    form = _person_form(PersonForm.sent())
    if not form.validate():
        return _person_answer(public_id, form=form), 422

    def save_it() -> None:
        check_unchanged(form, form_values(found))
        agency = agency_by_code(session(), form.agency.data)
        if agency is None:
            raise NoSuchAgency(code=form.agency.data)
        change_person(session(), found, _details(form), agency=agency, actor=acting(), now=clock())

    return _act(public_id, save_it, "saved", form=form)


@accounts.post("/people/<public_id>/give-role")
@needs(Permission.MANAGE_PEOPLE)
def give(public_id: str) -> Answer:
    """Give a person a role."""
    found = person_within(session(), public_id, acting().reach)
    form = _role_form(RoleForm.sent())
    if not form.validate():
        return _person_answer(public_id, role_form=form), 422
    return _act(
        public_id,
        lambda: give_role(session(), found, form.wanted(), actor=acting(), now=clock()),
        "role-given",
        role_form=form,
    )


@accounts.post("/people/<public_id>/take-role")
@needs(Permission.MANAGE_PEOPLE)
def take(public_id: str) -> Answer:
    """Take a role from a person."""
    found = person_within(session(), public_id, acting().reach)
    text = request.form.get("role", "")
    return _act(
        public_id,
        lambda: take_role(session(), found, wanted_grant(text), actor=acting(), now=clock()),
        "role-taken",
    )


@accounts.post("/people/<public_id>/disable")
@needs(Permission.MANAGE_PEOPLE)
def disable(public_id: str) -> Answer:
    """Shut an account."""
    found = person_within(session(), public_id, acting().reach)
    form = leaving_choices(LeavingForm.sent())
    if not form.validate():
        return _person_answer(public_id, leaving_form=form), 422
    return _act(
        public_id,
        lambda: disable_person(
            session(),
            found,
            actor=acting(),
            now=clock(),
            leaving=form.chosen(),
            left_on=form.left_on.data,
        ),
        "disabled",
        leaving_form=form,
    )


@accounts.post("/people/<public_id>/enable")
@needs(Permission.MANAGE_PEOPLE)
def enable(public_id: str) -> Answer:
    """Open an account again."""
    found = person_within(session(), public_id, acting().reach)
    return _act(public_id, lambda: enable_person(session(), found, actor=acting(), now=clock()), "enabled")


@accounts.post("/people/<public_id>/reset-password")
@needs(Permission.MANAGE_PEOPLE)
def reset(public_id: str) -> Answer:
    """Take a person's password away, which somebody else may know, and make a one-time code for another."""
    return _hand_over(public_id, take_password, Occasion.TAKEN)


@accounts.post("/people/<public_id>/one-time-code")
@needs(Permission.MANAGE_PEOPLE)
def one_time_code(public_id: str) -> Answer:
    """Make a one-time code, with which the person chooses a new password; shown once, to be printed."""
    return _hand_over(public_id, make_code, Occasion.FORGOTTEN)


@accounts.post("/people/<public_id>/remove-second-step")
@needs(Permission.MANAGE_PEOPLE)
def remove_second_step(public_id: str) -> Answer:
    """Switch off the second step of somebody who lost phone and recovery codes."""
    found = person_within(session(), public_id, acting().reach)
    return _act(public_id, lambda: reset_second_step(session(), found, actor=acting(), now=clock()), "step-off")


@accounts.post("/people/<public_id>/unlink")
@needs(Permission.MANAGE_PEOPLE)
def unlink(public_id: str) -> Answer:
    """Remove somebody's link to single sign-on."""
    found = person_within(session(), public_id, acting().reach)
    return _act(public_id, lambda: remove_links(session(), found, actor=acting(), now=clock()), "link-off")


def _details(form: PersonForm) -> PersonDetails:
    return PersonDetails(
        full_name=form.full_name.data or "",
        latin_name=form.latin_name.data or None,
        email=form.email.data or None,
        language=form.language.data or None,
        staff_number=form.staff_number.data or None,
    )


def _person_form(form: AnyPersonForm) -> AnyPersonForm:
    """Give a form about a person its choices."""
    form.language.choices = language_choices(site_settings().languages)
    form.agency.choices = agency_choices(agencies_within(session(), acting().reach))
    return form


def _role_form(form: RoleForm) -> RoleForm:
    reach = acting().reach
    role_choices(form, acting(), agencies_within(session(), reach))
    return form


def _act(
    public_id: str,
    act: Callable[[], None],
    done: str,
    *,
    form: PersonForm | None = None,
    role_form: RoleForm | None = None,
    leaving_form: LeavingForm | None = None,
) -> Answer:
    """Do something to a person and show them again; a refusal is shown there too, and nothing is half done."""
    try:
        act()
        commit()
    except NotFound:
        raise
    except Refusal as refusal:
        session().rollback()
        answer = _person_answer(public_id, form=form, role_form=role_form, leaving_form=leaving_form, refusal=refusal)
        return answer, status_of(refusal)
    return redirect(url_for("accounts.person", public_id=public_id, done=done))


def _person_answer(
    public_id: str,
    *,
    form: PersonForm | None = None,
    role_form: RoleForm | None = None,
    leaving_form: LeavingForm | None = None,
    done: str | None = None,
    refusal: Refusal | None = None,
) -> str:
    actor = acting()
    found = person_within(session(), public_id, actor.reach)
    agencies = agencies_within(session(), actor.reach)
    if form is None:
        form = PersonForm(data=form_values(found))
    form.mark.data = mark_of(form_values(found))
    form.language.choices = language_choices(site_settings().languages)
    form.agency.choices = agency_choices(agencies)
    if role_form is None:
        role_form = RoleForm()
    held = grants_held(session(), [found.id])[found.id]
    role_choices(role_form, actor, agencies, held)
    page = person_page(
        found,
        held,
        form,
        role_form,
        leaving_form or leaving_choices(LeavingForm(data={"left_on": clock().astimezone(zone()).date()})),
        stays_of(session(), found.id),
        actor=actor,
        seen_at=last_seen(session(), [found.id]).get(found.id),
        now=clock(),
        has_second_step=has_second_step(session(), found.id),
        links=links_of(session(), found.id),
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/person.html", page=page)


class _Making(Protocol):
    """A use case that makes a one-time code for a person."""

    def __call__(self, session: Session, person: Person, *, actor: Administrator, now: datetime) -> str: ...


def _hand_over(public_id: str, make: _Making, occasion: Occasion) -> Answer:
    """Make a one-time code and show it, or why there is none."""
    actor = acting()
    found = person_within(session(), public_id, actor.reach, held=True)
    try:
        code = make(session(), found, actor=actor, now=clock())
    except Refusal as refusal:
        session().rollback()
        return _person_answer(public_id, refusal=refusal), status_of(refusal)
    commit()
    return _code_answer(found, code, occasion), 201


def _code_answer(found: Person, code: str, occasion: Occasion) -> str:
    site = site_settings().public_url or request.host_url.removesuffix("/")
    address = f"{site}{url_for('resets.new_password')}"
    page = CodePage(shell(), found.public_id, found.full_name, found.sign_in_name, code, address, occasion)
    return render_template("accounts/one_time_code.html", page=page)

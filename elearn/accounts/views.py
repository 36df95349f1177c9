"""Sign-in and one's own account; the views of people join the same blueprint."""

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.accounts import people_views, permission_views
from elearn.accounts.blueprint import Answer, accounts, site_limits, site_passwords, site_settings
from elearn.accounts.directories import DirectorySilent
from elearn.accounts.forms import (
    DigestForm,
    LanguageForm,
    PasswordForm,
    SignInForm,
    refuse,
)
from elearn.accounts.models import Person
from elearn.accounts.pages import (
    SignInPage,
    account_page,
    done_text,
    language_choices,
    provider_line,
)
from elearn.accounts.queries import (
    account_of,
    door_of,
    grants_held,
    is_administrator,
    open_sessions,
    person_by_sign_in_name,
    person_with_password,
)
from elearn.accounts.rules import (
    Door,
    NoSuchSession,
    SamePassword,
    TooManyTries,
    WrongNameOrPassword,
    WrongPassword,
    name_words,
)
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.second.rules import WrongCode
from elearn.accounts.second.views import code_answer, ticket_for
from elearn.accounts.services import (
    change_password,
    end_session,
    end_sessions_of,
)
from elearn.accounts.signing_in import (
    STATUSES,
    begin_session,
    check_second,
    clear_session_cookie,
    cookie_name,
    directory_knows,
    note_refusal,
    reserve_try,
)
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.markup.lattice import SIGN_IN, panel_svg
from elearn.markup.safe import compiled
from elearn.security.passwords import WeakPassword, check_strength
from elearn.web.access import public, signed_in
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import forget_language
from elearn.web.identity import identity, identity_or_none
from elearn.web.lanes import slow
from elearn.web.reading import reading_settings
from elearn.web.redirects import local_path
from elearn.web.session import commit, session
from elearn.web.shell import shell

__all__ = ["accounts", "people_views", "permission_views"]


# ---- Sign-in ----


@accounts.get("/sign-in")
@public
def sign_in() -> Answer:
    """The sign-in page; somebody signed in goes on."""
    if identity_or_none() is not None:
        return redirect(local_path(request.args.get("next"), url_for("home.home")))
    return sign_in_answer()


@accounts.post("/sign-in")
@public
@slow
def enter() -> Answer:
    """Sign in. The try is counted first and the password looked at outside any transaction."""
    form = SignInForm.sent()
    if not form.validate():
        return sign_in_answer(form=form), 422
    typed, password = form.sign_in_name.data or "", form.password.data or ""
    now = clock()
    try:
        reserve_try(typed)
        found = person_by_sign_in_name(session(), typed)
        stored = found.password_hash if found is not None and found.disabled_at is None else None
        is_chief = found is not None and is_administrator(session(), found.id)
        commit()
        door = _opened_door(typed, password, stored, is_chief=is_chief)
        is_stale = door is Door.PASSWORD and stored is not None and site_passwords().is_stale(stored)
        fresh = site_passwords().hash(password) if is_stale else None
        person = person_with_password(session(), found.id, stored) if door is not None and found is not None else None
        if person is None or door is None:
            raise WrongNameOrPassword
    except (TooManyTries, WrongNameOrPassword, DirectorySilent) as refusal:
        note_refusal(typed, refusal, Door.PASSWORD, now=now)
        return sign_in_answer(refusal, form), STATUSES.get(type(refusal), 403)
    if fresh is not None:
        person.password_hash = fresh
    if has_second_step(session(), person.id):
        ticket = ticket_for(person, is_shared_device=form.is_shared_device.data, now=now, door=door)
        commit()
        return code_answer(person, ticket)
    return begin_session(person, is_shared_device=form.is_shared_device.data, now=now, door=door)


def _opened_door(typed: str, password: str, stored: str | None, *, is_chief: bool) -> Door | None:
    """The door that a password opens; it takes as long for a name that nobody has. Raises DirectorySilent.

    The directory never lets administrators in: that a name there is the same as theirs proves too little.
    """
    is_right = site_passwords().matches(stored, password)
    if is_right and stored and (is_chief or site_settings().local_sign_in == "everybody"):
        return Door.PASSWORD
    return Door.DIRECTORY if directory_knows(typed, password) and not is_chief else None


@accounts.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """Sign out: the session is dead on the server, not only forgotten here."""
    person, now = identity(), clock()
    door = door_of(session(), person.session_id)
    end_session(session(), person.session_id, now=now)
    record(session(), Act.SIGNED_OUT, the_person(person.public_id), actor=person.person_id, now=now)
    commit()
    return _signed_out(is_in_elsewhere=door == Door.PROVIDER and current_app.config["PROVIDER"] is not None)


def _signed_out(*, is_in_elsewhere: bool = False) -> Response:
    response = redirect(url_for("accounts.sign_in", done="signed-out-here" if is_in_elsewhere else None))
    clear_session_cookie(response)
    return response


def sign_in_answer(refusal: Refusal | None = None, form: SignInForm | None = None) -> str:
    """The sign-in page, with why somebody was not let in."""
    provider = current_app.config["PROVIDER"]
    wanted = local_path(request.values.get("next"), "")
    done, was_sent = done_text(request.args.get("done")), "ended" in request.args
    was_asked = refusal is None and form is None
    page = SignInPage(
        shell=shell(),
        form=form or SignInForm(),
        next=wanted,
        shared_minutes=site_settings().shared_idle_minutes,
        panel=compiled(panel_svg(SIGN_IN, 528, 800, prefix="panel-")),
        refusal=refusal_text(refusal) if refusal is not None else None,
        has_ended=was_asked and done is None and (was_sent or cookie_name() in request.cookies),
        was_sent=was_sent,
        done=done,
        provider=provider_line(provider.label, wanted) if provider is not None else None,
        is_in_elsewhere=request.args.get("done") == "signed-out-here" and provider is not None,
        is_form_for_all=site_settings().local_sign_in == "everybody" or current_app.config["DIRECTORY"] is not None,
    )
    return render_template("accounts/sign_in.html", page=page)


# ---- One's own account ----


@accounts.get("/account")
@signed_in
def account() -> str:
    """One's own account."""
    return account_answer(done=request.args.get("done"))


@accounts.post("/account/language")
@signed_in
def choose_language() -> Answer:
    """Choose one's own language; what this browser remembered of another one is forgotten."""
    form = _language_form(LanguageForm.sent())
    if not form.validate():
        return account_answer(language_form=form), 422
    account_of(session(), identity().person_id).language = form.language.data or None
    commit()
    response = redirect(url_for("accounts.account", done="saved"))
    return forget_language(response)


@accounts.post("/account/digest")
@signed_in
def choose_digest() -> Answer:
    """Ask for the daily e-mail, or for no more of them; without an address nobody can ask for it."""
    found = account_of(session(), identity().person_id)
    found.wants_digest = DigestForm.sent().wants_digest.data and _can_get_mail(found)
    commit()
    return redirect(url_for("accounts.account", done="saved"))


def _can_get_mail(person: Person) -> bool:
    """Whether there is an address to send to, and a server to send from."""
    return person.email is not None and site_settings().smtp_host is not None


@accounts.post("/account/reading")
@signed_in
def choose_reading() -> Response:
    """Choose how one reads; the form stands on one's account and in the reader."""
    sent = [word for name in ("size", "theme", "reads") for word in request.form.getlist(name)]
    account_of(session(), identity().person_id).reading = reading_settings(" ".join(sent)).stored
    commit()
    return redirect(local_path(request.form.get("back"), url_for("accounts.account", done="saved")), 303)


@accounts.post("/account/password")
@signed_in
@slow
def choose_password() -> Answer:
    """Change one's own password: all that signing in asks for is asked again, and counts as a try."""
    form = PasswordForm.sent()
    person = identity()
    if not form.validate():
        return account_answer(password_form=form), 422
    old, new = form.current_password.data or "", form.new_password.data or ""
    try:
        check_strength(new, *name_words(person.full_name, person.sign_in_name))
        if old == new:
            raise SamePassword
    except (WeakPassword, SamePassword) as refusal:
        refuse(form.new_password, refusal)
        return account_answer(password_form=form), status_of(refusal)
    try:
        reserve_try(person.sign_in_name)
        stored = account_of(session(), person.person_id).password_hash
        commit()
        if not site_passwords().matches(stored, old) or stored is None:
            raise WrongPassword
        fresh = site_passwords().hash(new)
        found = person_with_password(session(), person.person_id, stored)
        if found is None:
            raise WrongPassword
        check_second(found, form.code.data or "")
    except (TooManyTries, WrongPassword, WrongCode) as refusal:
        note_refusal(person.sign_in_name, refusal, Door.ACCOUNT, now=clock())
        refuse(form.code if isinstance(refusal, WrongCode) else form.current_password, refusal)
        return account_answer(password_form=form), 429 if isinstance(refusal, TooManyTries) else 403
    now = clock()
    ended = change_password(session(), found, fresh, now=now, keep=person.session_id)
    about = the_person(person.public_id)
    record(session(), Act.PASSWORD_CHANGED, about, actor=found.id, now=now, sessions_ended=ended)
    commit()
    return redirect(url_for("accounts.account", done="password"))


@accounts.post("/account/sessions/<reference>/end")
@signed_in
def end_one(reference: str) -> Answer:
    """End one of one's own sessions."""
    person, now = identity(), clock()
    mine = open_sessions(session(), person.person_id, site_limits(), now=now)
    chosen = next((one for one in mine if one.reference == reference), None)
    if chosen is None:
        return account_answer(refusal=NoSuchSession()), status_of(NoSuchSession())
    end_session(session(), chosen.session_id, now=now)
    record(
        session(), Act.SESSIONS_ENDED, the_person(person.public_id), actor=person.person_id, now=now, sessions_ended=1
    )
    commit()
    if chosen.session_id == person.session_id:
        return _signed_out()
    return redirect(url_for("accounts.account", done="session-ended"))


@accounts.post("/account/sessions/end-others")
@signed_in
def end_others() -> Response:
    """End every session of one's own but this one."""
    person, now = identity(), clock()
    found = account_of(session(), person.person_id)
    ended = end_sessions_of(session(), found, now=now, except_id=person.session_id)
    about = the_person(person.public_id)
    record(session(), Act.SESSIONS_ENDED, about, actor=found.id, now=now, sessions_ended=ended)
    commit()
    return redirect(url_for("accounts.account", done="sessions-ended"))


def _language_form(form: LanguageForm) -> LanguageForm:
    form.language.choices = language_choices(site_settings().languages)
    return form


def account_answer(
    *,
    language_form: LanguageForm | None = None,
    password_form: PasswordForm | None = None,
    done: str | None = None,
    refusal: Refusal | None = None,
) -> str:
    """One's account, with what was just done or why something was refused."""
    me = identity()
    found = account_of(session(), me.person_id)
    page = account_page(
        found,
        grants_held(session(), [found.id])[found.id],
        open_sessions(session(), found.id, site_limits(), now=clock()),
        language_form or _language_form(LanguageForm(data={"language": found.language or ""})),
        password_form or PasswordForm(),
        DigestForm(data={"wants_digest": found.wants_digest}) if _can_get_mail(found) else None,
        session_id=me.session_id,
        has_second_step=has_second_step(session(), found.id),
        has_provider=current_app.config["PROVIDER"] is not None,
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/account.html", page=page)

"""A new password without the old one."""

from flask import Blueprint, redirect, render_template, request, url_for

from elearn.accounts.blueprint import Answer, site_passwords, site_settings
from elearn.accounts.forms import refuse
from elearn.accounts.models import Person
from elearn.accounts.resets.forms import AddressForm, LinkForm, OneTimeCodeForm
from elearn.accounts.resets.pages import ForgottenPage, NewPasswordPage
from elearn.accounts.resets.queries import person_of_code, person_of_link
from elearn.accounts.resets.rules import CODE_GROUPS, LETTERS, WrongReset, check_no_code
from elearn.accounts.resets.services import redeem
from elearn.accounts.rules import Door, TooManyTries, name_words
from elearn.accounts.services import reserve_sign_in
from elearn.accounts.signing_in import note_refusal, reserve_try, tries_window
from elearn.core.clock import now as clock
from elearn.core.identifiers import normal_code
from elearn.core.refusals import NotFound
from elearn.jobs.rules import Kind
from elearn.jobs.services import queue_request
from elearn.security.passwords import WeakPassword, check_strength
from elearn.web.access import public
from elearn.web.errors import refusal_text, status_of
from elearn.web.lanes import slow
from elearn.web.session import commit, release, session
from elearn.web.shell import shell

resets = Blueprint("resets", __name__)


@resets.get("/sign-in/forgotten")
@public
def forgotten() -> str:
    """What to do without a password."""
    form = AddressForm() if site_settings().sends_mail else None
    return render_template("accounts/forgotten.html", page=ForgottenPage(shell(), form, "sent" in request.args))


@resets.post("/sign-in/forgotten")
@public
def send_link() -> Answer:
    """Have a link sent, if somebody has the address; the answer is the same if nobody has.

    Raises NotFound where no letters are sent.
    """
    if not site_settings().sends_mail:
        raise NotFound
    form = AddressForm.sent()
    if not form.validate():
        return render_template("accounts/forgotten.html", page=ForgottenPage(shell(), form, is_sent=False)), 422
    address, now = form.email.data or "", clock()
    try:
        # A name of an account holds no space, so that these never count as tries to sign in.
        reserve_sign_in(session(), f"letter to {address}", tries=LETTERS, window=tries_window(), now=now)
        # Who has the address is looked up later: the time of this answer must not tell.
        queue_request(session(), Kind.LINKS_ASKED, address.strip().lower(), now=now)
        commit()
    except TooManyTries:
        pass  # whether letters come is for the owner of the address to see
    return redirect(url_for("resets.forgotten", sent=1), 303)


@resets.get("/sign-in/new-password")
@public
def new_password() -> str:
    """Choose a new password with a one-time code."""
    return _answer(OneTimeCodeForm(), url_for("resets.use_code"))


@resets.post("/sign-in/new-password")
@public
@slow
def use_code() -> Answer:
    """Set a new password with a one-time code, which counts as a try to sign in."""
    form, here = OneTimeCodeForm.sent(), url_for("resets.use_code")
    if not form.validate():
        return _answer(form, here), 422
    name, typed = form.sign_in_name.data or "", form.code.data or ""
    try:
        reserve_try(name)
        found = person_of_code(session(), name, typed, now=clock())
        commit()
        if found is None:
            raise WrongReset
        return _set(form, found, normal_code(typed, CODE_GROUPS) or "", here)
    except (TooManyTries, WrongReset) as refusal:
        note_refusal(name, refusal, Door.ONE_TIME_CODE, now=clock())
        refuse(form.code, refusal)
        return _answer(form, here), 429 if isinstance(refusal, TooManyTries) else status_of(refusal)


@resets.get("/sign-in/new-password/<token>")
@public
def new_password_by_link(token: str) -> Answer:
    """Choose a new password with a link; opening it uses nothing up, as some mail servers open every link."""
    here = url_for("resets.use_link", token=token)
    found = person_of_link(session(), token, now=clock())
    if found is None:
        return _answer(LinkForm(), here, refusal=WrongReset()), status_of(WrongReset())
    return _answer(LinkForm(), here, found)


@resets.post("/sign-in/new-password/<token>")
@public
@slow
def use_link(token: str) -> Answer:
    """Set a new password with a link."""
    form, here = LinkForm.sent(), url_for("resets.use_link", token=token)
    try:
        found = person_of_link(session(), token, now=clock())
        if found is None:
            raise WrongReset
        if not form.validate():
            return _answer(form, here, found), 422
        return _set(form, found, token, here)
    except WrongReset as refusal:
        return _answer(form, here, refusal=refusal), status_of(refusal)


def _set(form: LinkForm, person: Person, secret: str, here: str) -> Answer:
    """Set the password, if it is a good one, and lead to sign-in. Raises WrongReset."""
    password = form.new_password.data or ""
    try:
        check_no_code(password)
        check_strength(password, *name_words(person.full_name, person.latin_name, person.sign_in_name))
    except WeakPassword as refusal:
        refuse(form.new_password, refusal)
        return _answer(form, here, person), status_of(refusal)
    release()  # a hash takes long, and nobody else could write meanwhile
    password_hash = site_passwords().hash(password)
    redeem(session(), person.id, secret, password_hash, now=clock())
    commit()
    return redirect(url_for("accounts.sign_in", done="new-password"), 303)


def _answer(form: LinkForm, here: str, owner: Person | None = None, refusal: WrongReset | None = None) -> str:
    """The form; ``owner`` is whose link or code it is, once that is known."""
    page = NewPasswordPage(
        shell(),
        form,
        here,
        owner.sign_in_name if owner is not None else None,
        refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/new_password.html", page=page)

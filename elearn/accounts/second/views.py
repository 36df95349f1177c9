"""The second step of signing in, and its page on one's account."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.accounts.blueprint import Answer, site_settings
from elearn.accounts.directories import DirectorySilent
from elearn.accounts.forms import refuse
from elearn.accounts.models import Person
from elearn.accounts.queries import PUBLIC_ID, account_of, person_by_public_id, person_with_password
from elearn.accounts.rules import Door, TooManyTries, WrongPassword
from elearn.accounts.second.forms import CodeForm, ProofForm, SetUpForm
from elearn.accounts.second.pages import CodePage, PasskeyLine, RecoveryPage, SecondStepPage, set_up_page
from elearn.accounts.second.queries import passkeys_of, second_step_since
from elearn.accounts.second.rules import (
    PasskeyKnown,
    SetUpAlready,
    StepDemanded,
    StepMissing,
    StepOver,
    TooManyPasskeys,
    WrongCode,
    WrongPasskey,
    is_demanded,
)
from elearn.accounts.second.services import (
    add_passkey,
    remove_passkey,
    remove_second_step,
    renew_recovery_codes,
    set_up,
    use_code,
    use_passkey,
)
from elearn.accounts.services import forgive_tries
from elearn.accounts.signing_in import STATUSES, begin_session, note_refusal, proven_self, reserve_try
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_public_id
from elearn.core.refusals import Refusal
from elearn.security.passkeys import (
    BadAnswer,
    PasskeySite,
    asked_passkeys,
    challenge_of,
    made_passkey,
    passkey_site,
    wanted_passkey,
)
from elearn.security.totp import TICKET_LIVES, read_ticket, step_ticket, ticket_door, ticket_owner, ticket_time
from elearn.web.access import PUBLIC, public, signed_in
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity, identity_or_none
from elearn.web.lanes import slow
from elearn.web.redirects import local_path
from elearn.web.session import SAFE, commit, session
from elearn.web.shell import shell

second = Blueprint("second", __name__)

# Where somebody may go who has to set up the second step first.
_BEFORE_SET_UP = frozenset({"second.second_step", "second.switch_on", "accounts.sign_out"})


def _secret() -> bytes:
    found: bytes = current_app.config["SECRET_KEY"]
    return found


# ---- Signing in ----


def ticket_for(person: Person, *, is_shared_device: bool, now: datetime, door: str = Door.PASSWORD) -> str:
    """What carries the sign-in of a person who got through a door to its second step."""
    stored = person.password_hash or ""
    return step_ticket(_secret(), person.public_id, stored, is_shared_device=is_shared_device, now=now, door=door)


def code_answer(
    person: Person,
    ticket: str,
    form: CodeForm | None = None,
    refusal: Refusal | None = None,
    next_path: str | None = None,
) -> str:
    """The page that asks for a code, or for a passkey where the person has one."""
    site = _passkey_site()
    known = [each.credential_id for each in passkeys_of(session(), person.id)] if site is not None else []
    page = CodePage(
        shell(),
        form or CodeForm(),
        ticket,
        local_path(next_path or request.form.get("next"), ""),
        asked=asked_passkeys(site, _asked_challenge(ticket), known) if site is not None and known else None,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/second_step_code.html", page=page)


def _passkey_site() -> PasskeySite | None:
    return passkey_site(site_settings().public_url)


def _asked_challenge(ticket: str) -> bytes:
    """What a passkey signs in a sign-in: another thing with each ticket."""
    return challenge_of(_secret(), "sign-in", ticket)


@second.get("/sign-in/second-step")
@public
def begin_again() -> Response:
    """A reload of the second step: it cannot be had without the first."""
    return redirect(url_for("accounts.sign_in"))


@second.post("/sign-in/second-step")
@public
def enter() -> Answer:
    """Sign in with a code. It counts as a try before it is looked at, together with those of the password."""
    form, ticket, now = CodeForm.sent(), request.form.get("ticket", ""), clock()
    person = person_by_public_id(session(), ticket_owner(ticket))
    if person is None or person.disabled_at is not None:
        raise StepOver
    stored = person.password_hash
    is_shared = read_ticket(_secret(), ticket, stored or "", now=now)
    if is_shared is None:
        raise StepOver
    answer, site = request.form.get("credential", ""), _passkey_site()
    if not answer and not form.validate():
        return code_answer(person, ticket, form), 422
    try:
        reserve_try(person.sign_in_name)
        commit()
        found = person_with_password(session(), person.id, stored)
        if found is None:
            raise StepOver
        if not answer:
            use_code(session(), found, form.code.data or "", secret=_secret(), now=now)
        elif site is not None:
            challenge, asked_at = _asked_challenge(ticket), ticket_time(ticket)
            use_passkey(session(), found, answer, site=site, challenge=challenge, asked_at=asked_at, now=now)
        else:
            raise WrongPasskey
    except (TooManyTries, WrongCode, WrongPasskey) as refusal:
        note_refusal(person.sign_in_name, refusal, Door.SECOND_STEP, now=now)
        if answer:
            return code_answer(person, ticket, refusal=refusal), _status(refusal)
        refuse(form.code, refusal)
        return code_answer(person, ticket, form), _status(refusal)
    door = ticket_door(ticket)
    return begin_session(found, is_shared_device=is_shared, is_second_proven=True, now=now, door=door)


@second.before_app_request
def ask_for_second_step() -> Response | None:
    """Lead whoever must have a second step to where it is set up; nothing else answers them before."""
    roles = site_settings().mfa_roles
    view = current_app.view_functions.get(request.endpoint or "")
    if not roles or getattr(view, "access", PUBLIC) == PUBLIC or request.endpoint in _BEFORE_SET_UP:
        return None
    person = identity_or_none()
    if person is None or person.is_second_proven or not is_demanded(person.grants, roles):
        return None
    if request.method not in SAFE:
        raise StepMissing
    return redirect(url_for("second.second_step"))


# ---- One's own account ----


@second.get("/account/second-step")
@signed_in
def second_step() -> str:
    """Set up the second step, or see how it stands."""
    return _step_answer()


@second.post("/account/second-step")
@signed_in
@slow
def switch_on() -> Answer:
    """Set up the second step with the password and a first code; the recovery codes are shown once."""
    form, me, now = SetUpForm.sent(), identity(), clock()
    if not PUBLIC_ID.fullmatch(form.seed.data or ""):
        form.seed.data = new_public_id()
    if not form.validate():
        return _step_answer(form), 422
    seed, code = form.seed.data or "", form.code.data or ""
    try:
        person = _proven(form)
        codes = set_up(session(), person, seed, code, secret=_secret(), session_id=me.session_id, now=now)
    except (TooManyTries, WrongPassword, WrongCode, DirectorySilent) as refusal:
        session().rollback()
        note_refusal(me.sign_in_name, refusal, Door.ACCOUNT, now=now)
        refuse(form.code if isinstance(refusal, WrongCode) else form.current_password, refusal)
        return _step_answer(form), _status(refusal)
    except SetUpAlready as refusal:
        session().rollback()
        return _step_answer(refusal=refusal), status_of(refusal)
    return _recovery_answer(person, codes)


@second.post("/account/second-step/codes")
@signed_in
@slow
def renew() -> Answer:
    """Make new recovery codes in place of the old ones, with the password."""
    proof = ProofForm.sent()
    person = _proven_or_refused(proof)
    if not isinstance(person, Person):
        return person
    return _recovery_answer(person, renew_recovery_codes(session(), person, now=clock()))


@second.post("/account/second-step/passkeys")
@signed_in
@slow
def keep_passkey() -> Answer:
    """Keep a passkey that the browser made, with the password."""
    site, now = _passkey_site(), clock()
    person = _proven_or_refused(ProofForm.sent())
    if not isinstance(person, Person):
        return person
    try:
        if site is None or second_step_since(session(), person.id) is None:
            raise WrongPasskey
        made = made_passkey(site, _sent_challenge(now), request.form.get("credential", ""))
        add_passkey(session(), person, made, now=now)
    except BadAnswer:
        session().rollback()
        return _step_answer(refusal=WrongPasskey()), status_of(WrongPasskey())
    except (WrongPasskey, TooManyPasskeys, PasskeyKnown) as refusal:
        session().rollback()
        return _step_answer(refusal=refusal), status_of(refusal)
    forgive_tries(session(), person)
    commit()
    return redirect(url_for("second.second_step"))


@second.post("/account/second-step/passkeys/<public_id>/remove")
@signed_in
@slow
def drop_passkey(public_id: str) -> Answer:
    """Take a passkey away, with the password."""
    person = _proven_or_refused(ProofForm.sent())
    if not isinstance(person, Person):
        return person
    remove_passkey(session(), person, public_id, now=clock())
    forgive_tries(session(), person)
    commit()
    return redirect(url_for("second.second_step"))


def _wanted_challenge(stamp: int) -> bytes:
    """What a new passkey signs: another thing in each session and with each stamp, which is a second since 1970."""
    return challenge_of(_secret(), "new", identity().session_hash, str(stamp))


def _sent_challenge(now: datetime) -> bytes:
    """What the passkey that was sent must have signed. Raises WrongPasskey where that was asked too long ago."""
    stamp = request.form.get("stamp", type=int)
    if stamp is None or not 0 <= int(now.timestamp()) - stamp < TICKET_LIVES.total_seconds():
        raise WrongPasskey
    return _wanted_challenge(stamp)


@second.post("/account/second-step/remove")
@signed_in
@slow
def switch_off() -> Answer:
    """Switch the second step off, with the password."""
    if is_demanded(identity().grants, site_settings().mfa_roles):
        return _step_answer(refusal=StepDemanded()), status_of(StepDemanded())
    person = _proven_or_refused(ProofForm.sent())
    if not isinstance(person, Person):
        return person
    remove_second_step(session(), person, actor=person.id, now=clock())
    forgive_tries(session(), person)
    commit()
    return redirect(url_for("accounts.account", done="step-off"))


def _proven_or_refused(form: ProofForm) -> Person | tuple[str, int]:
    """Oneself, if password and code are right, else the page that says why not."""
    if not form.validate():
        return _step_answer(proof=form), 422
    try:
        return _proven(form)
    except (TooManyTries, WrongPassword, WrongCode, DirectorySilent) as refusal:
        session().rollback()
        note_refusal(identity().sign_in_name, refusal, Door.ACCOUNT, now=clock())
        refuse(form.code if isinstance(refusal, WrongCode) else form.current_password, refusal)
        return _step_answer(proof=form), _status(refusal)


def _proven(form: ProofForm) -> Person:
    """Oneself, if the password is right, and the code; it counts as a try.

    Raises TooManyTries, WrongPassword, WrongCode, DirectorySilent.
    """
    return proven_self(form.current_password.data or "", form.code.data or "")


def _status(refusal: Refusal) -> int:
    return STATUSES.get(type(refusal)) or status_of(refusal)


def _recovery_answer(person: Person, codes: Sequence[str]) -> Answer:
    """Commit, and show the codes once."""
    forgive_tries(session(), person)
    commit()
    page = RecoveryPage(shell(), identity().sign_in_name, tuple(codes))
    return render_template("accounts/recovery_codes.html", page=page), 201


def _step_answer(form: SetUpForm | None = None, proof: ProofForm | None = None, refusal: Refusal | None = None) -> str:
    me = identity()
    demanded = is_demanded(me.grants, site_settings().mfa_roles)
    there = second_step_since(session(), me.person_id)
    if there is not None:
        since, left = there
        text = refusal_text(refusal) if refusal is not None else None
        page = SecondStepPage(shell(), proof or ProofForm(), since, left, not demanded, *_passkeys(), text)
        return render_template("accounts/second_step.html", page=page)
    to_set_up = set_up_page(
        form or SetUpForm(data={"seed": new_public_id()}),
        secret=_secret(),
        public_id=me.public_id,
        name=me.sign_in_name,
        issuer=site_settings().site_name,
        is_demanded=demanded,
        lacks_password=current_app.config["DIRECTORY"] is None
        and account_of(session(), me.person_id).password_hash is None,
    )
    return render_template("accounts/second_step_set_up.html", page=to_set_up)


def _passkeys() -> tuple[tuple[PasskeyLine, ...], str | None, int]:
    """One's own passkeys, what a browser is asked to make another one, and when it is asked."""
    me, site, stamp = identity(), _passkey_site(), int(clock().timestamp())
    mine = passkeys_of(session(), me.person_id)
    wanted = None
    if site is not None:
        wanted = wanted_passkey(
            site,
            _wanted_challenge(stamp),
            public_id=me.public_id,
            name=me.sign_in_name,
            site_name=site_settings().site_name,
            known=[each.credential_id for each in mine],
        )
    return tuple(PasskeyLine(each.public_id, each.created_at, each.used_at) for each in mine), wanted, stamp

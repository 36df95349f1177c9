"""To the identity provider and back, and one's own link to it."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from elearn.accounts.blueprint import Answer
from elearn.accounts.directories import DirectorySilent
from elearn.accounts.forms import refuse
from elearn.accounts.models import Person
from elearn.accounts.pages import provider_name
from elearn.accounts.queries import account_of
from elearn.accounts.rules import Door, TooManyTries, WrongPassword
from elearn.accounts.second.forms import ProofForm
from elearn.accounts.second.queries import has_second_step
from elearn.accounts.second.rules import WrongCode
from elearn.accounts.second.views import code_answer, ticket_for
from elearn.accounts.services import forgive_tries
from elearn.accounts.signing_in import STATUSES, begin_session, note_refusal, proven_self
from elearn.accounts.sso.pages import LinkPage
from elearn.accounts.sso.provider import Provider
from elearn.accounts.sso.queries import is_linked, linked_since, person_of_email, person_of_identity
from elearn.accounts.sso.rules import (
    LinkedAlready,
    NotLinked,
    NotProven,
    ProviderRefused,
    ProviderSilent,
    UnknownHere,
    WayOver,
)
from elearn.accounts.sso.services import link_identity, unlink_identity
from elearn.accounts.views import sign_in_answer
from elearn.audit.rules import Bystander
from elearn.core.clock import now as clock
from elearn.core.refusals import NotFound, Refusal
from elearn.security.oidc import FLOW_LIVES, Flow, Proven, begin_flow, read_flow
from elearn.settings import Settings
from elearn.web.access import public, signed_in
from elearn.web.errors import refusal_text, status_of
from elearn.web.identity import identity, identity_or_none
from elearn.web.lanes import slow
from elearn.web.redirects import local_path
from elearn.web.session import commit, release, session, write_here
from elearn.web.shell import shell

sso = Blueprint("sso", __name__)


def _secret() -> bytes:
    found: bytes = current_app.config["SECRET_KEY"]
    return found


def _provider() -> Provider:
    """The provider of this site. Raises NotFound where there is none."""
    found: Provider | None = current_app.config["PROVIDER"]
    if found is None:
        raise NotFound
    return found


def flow_cookie() -> str:
    """The name of the cookie that goes along to the provider and back."""
    return "__Host-elearn-way" if current_app.config["IS_SECURE"] else "elearn-way"


def _carrying(response: Response, flow: Flow | None) -> Response:
    """The answer with the cookie of a way; None: the way is over.

    Lax, since the provider sends people back by a link; a form of another site never has it.
    """
    is_secure = current_app.config["IS_SECURE"]
    if flow is None:
        response.delete_cookie(flow_cookie(), httponly=True, samesite="Lax", secure=is_secure, path="/")
    else:
        lives = int(FLOW_LIVES.total_seconds())
        response.set_cookie(
            flow_cookie(), flow.cookie, max_age=lives, httponly=True, samesite="Lax", secure=is_secure, path="/"
        )
    return response


# ---- Signing in ----


@sso.get("/sign-in/provider")
@public
def begin() -> Answer:
    """To the provider. A link, not a form: browsers hold redirects of forms against ``form-action``.

    Who comes by a link of another site is asked first: nobody is signed in without wanting it (ASVS 5.0, 7.6.2).
    """
    provider, now = _provider(), clock()
    wanted = local_path(request.args.get("next"), "")
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return redirect(url_for("accounts.sign_in", next=wanted or None))
    flow = begin_flow(
        _secret(),
        next_path=wanted,
        is_shared_device="shared" in request.args,
        now=now,
    )
    release()
    try:
        address = provider.address_of(flow, _secret(), now=now)
    except ProviderSilent as refusal:
        return sign_in_answer(refusal), HTTPStatus.SERVICE_UNAVAILABLE
    return _carrying(redirect(address), flow)


@sso.get("/sign-in/provider/back")
@public
def back() -> Response:
    """Back from the provider, with a code or with an error; whatever comes, the way is over then."""
    provider, now = _provider(), clock()
    flow = read_flow(_secret(), request.cookies.get(flow_cookie(), ""), now=now)
    if flow is not None and not flow.is_answered_by(_secret(), request.args.get("state", "")):
        flow = None
    if flow is None:
        return _carrying(_refused(WayOver()), None)
    owner = identity_or_none()
    release()
    try:
        proven = _proven(provider, flow, now=now)
    except (ProviderSilent, ProviderRefused, NotProven) as refusal:
        write_here()
        note_refusal(provider.issuer, refusal, Door.PROVIDER, now=now)
        return _carrying(_refused(refusal), None)
    write_here()
    if flow.owner:
        mine = owner is not None and owner.session_hash == flow.owner
        return _carrying(_linked(proven, now=now) if mine else _refused(WayOver()), None)
    return _carrying(_entered(proven, flow, now=now), None)


def _proven(provider: Provider, flow: Flow, *, now: datetime) -> Proven:
    """Who the answer of the provider says it is. Raises ProviderSilent, ProviderRefused, NotProven."""
    named, code = request.args.get("iss"), request.args.get("code", "")
    if named != provider.issuer and (named is not None or provider.must_name_itself(now=now)):
        raise NotProven  # the answer of another provider (RFC 9207)
    if "error" in request.args or not code:
        raise ProviderRefused
    return provider.proven(code, flow, _secret(), now=now)


def _entered(proven: Proven, flow: Flow, *, now: datetime) -> Response:
    """Sign in whom a subject is linked to, after a second step where the provider asked for none."""
    person = person_of_identity(session(), proven.issuer, proven.subject) or _linked_by_email(proven, now=now)
    if person is None:
        refusal = UnknownHere()
        note_refusal(f"{proven.issuer} {proven.subject}", refusal, Door.PROVIDER, now=now)
        return _refused(refusal)
    if not proven.is_second_proven and has_second_step(session(), person.id):
        ticket = ticket_for(person, is_shared_device=flow.is_shared_device, now=now, door=Door.PROVIDER)
        commit()
        return current_app.make_response(code_answer(person, ticket, next_path=flow.next))
    return begin_session(
        person,
        is_shared_device=flow.is_shared_device,
        is_second_proven=proven.is_second_proven,
        door=Door.PROVIDER,
        next_path=flow.next or url_for("home.home"),
        now=now,
    )


def _linked_by_email(proven: Proven, *, now: datetime) -> Person | None:
    """The person with the verified e-mail address, now linked, where the site allows that."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.oidc_link_by_email or proven.email is None:
        return None
    if is_linked(session(), proven.issuer, proven.subject):
        return None
    person = person_of_email(session(), proven.email, proven.issuer)
    if person is not None:
        link_identity(session(), person, proven, by="e-mail", actor=Bystander.SITE, now=now)
    return person


def _refused(refusal: Refusal) -> Response:
    """The sign-in page with the reason; for somebody signed in, the page of their link."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refusal, ProviderSilent) else status_of(refusal)
    shown = sign_in_answer(refusal) if identity_or_none() is None else _link_answer(refusal=refusal)
    return current_app.make_response((shown, status))


@sso.get("/sign-in/provider/sign-out")
@public
def sign_out() -> Answer:
    """To the provider, to be signed out there too; it leads back to sign-in."""
    provider, now = _provider(), clock()
    release()
    try:
        return redirect(provider.sign_out_address(now=now) or url_for("accounts.sign_in"))
    except ProviderSilent as refusal:
        return sign_in_answer(refusal), HTTPStatus.SERVICE_UNAVAILABLE


# ---- One's own account ----


@sso.get("/account/identity")
@signed_in
def link() -> str:
    """Link one's account, or see since when it is."""
    _provider()
    return _link_answer()


@sso.post("/account/identity")
@signed_in
@slow
def begin_link() -> Answer:
    """Show the way to the provider, to which the password opens; a link leads there, as browsers let no form."""
    provider, form, now = _provider(), ProofForm.sent(), clock()
    flow = begin_flow(_secret(), next_path="", is_shared_device=False, owner=identity().session_hash, now=now)
    release()
    try:
        address = provider.address_of(flow, _secret(), now=now)
    except ProviderSilent as refusal:
        return _link_answer(refusal=refusal), HTTPStatus.SERVICE_UNAVAILABLE
    person = _proven_or_refused(form)
    if not isinstance(person, Person):
        return person
    forgive_tries(session(), person)
    commit()
    return _carrying(current_app.make_response(_link_answer(href=address)), flow)


@sso.post("/account/identity/remove")
@signed_in
@slow
def remove_link() -> Answer:
    """Take one's link away, with the password."""
    provider = _provider()
    person = _proven_or_refused(ProofForm.sent())
    if not isinstance(person, Person):
        return person
    try:
        unlink_identity(session(), person, provider.issuer, actor=person.id, now=clock())
    except NotLinked as refusal:
        session().rollback()
        return _link_answer(refusal=refusal), status_of(refusal)
    forgive_tries(session(), person)
    commit()
    return redirect(url_for("accounts.account", done="unlinked"))


def _proven_or_refused(form: ProofForm) -> Person | tuple[str, int]:
    """Oneself, if the password is right, and the code of a second step, else the page that says why not."""
    if not form.validate():
        return _link_answer(form), 422
    try:
        return proven_self(form.current_password.data or "", form.code.data or "")
    except (TooManyTries, WrongPassword, WrongCode, DirectorySilent) as refusal:
        session().rollback()
        note_refusal(identity().sign_in_name, refusal, Door.ACCOUNT, now=clock())
        refuse(form.code if isinstance(refusal, WrongCode) else form.current_password, refusal)
        return _link_answer(form), STATUSES.get(type(refusal)) or status_of(refusal)


def _linked(proven: Proven, *, now: datetime) -> Response:
    """Link the account of who is signed in, who proved that with the password before they went."""
    me = account_of(session(), identity().person_id)
    try:
        link_identity(session(), me, proven, by="password", actor=me.id, now=now)
    except LinkedAlready as refusal:
        session().rollback()
        return _refused(refusal)
    commit()
    return redirect(url_for("accounts.account", done="linked"))


def _link_answer(form: ProofForm | None = None, *, refusal: Refusal | None = None, href: str | None = None) -> str:
    provider = _provider()
    page = LinkPage(
        shell(),
        provider_name(provider.label),
        form or ProofForm(),
        has_second_step(session(), identity().person_id),
        linked_since(session(), identity().person_id, provider.issuer),
        href,
        refusal_text(refusal) if refusal is not None else None,
    )
    return render_template("accounts/identity.html", page=page)

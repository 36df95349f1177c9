"""Somebody's certificates for those who manage people: revoke, correct the name, renew."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.accounts.models import Person
from elearn.accounts.queries import person_within
from elearn.certificates.desk_pages import RevokeForm, holder_page
from elearn.certificates.queries import all_certificates_of, certificate_by_code
from elearn.certificates.replacing import checked_reason
from elearn.certificates.rules import NoSuchCertificate
from elearn.certificates.services import correct_certificate, renew_certificate, revoke_certificate
from elearn.core.clock import now as clock
from elearn.core.refusals import NotFound, Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.i18n import zone
from elearn.web.identity import identity
from elearn.web.session import commit, session

certificate_desk = Blueprint("certificate_desk", __name__)

Answer = str | Response | tuple[str, int]


@certificate_desk.get("/people/<public_id>/certificates")
@needs(Permission.MANAGE_PEOPLE)
def show(public_id: str) -> Answer:
    """The certificates of a person, those that were replaced too."""
    return _answer(public_id, done=request.args.get("done"))


@certificate_desk.post("/people/<public_id>/certificates/<code>/revoke")
@needs(Permission.MANAGE_PEOPLE)
def revoke(public_id: str, code: str) -> Answer:
    """Revoke a certificate, with a reason that everybody may read."""
    reason = RevokeForm.sent().reason.data or ""
    return _act(
        public_id,
        code,
        lambda: revoke_certificate(session(), code, checked_reason(reason), now=clock(), actor=identity().person_id),
        "revoked",
        reason=reason,
    )


@certificate_desk.post("/people/<public_id>/certificates/<code>/correct")
@needs(Permission.MANAGE_PEOPLE)
def correct(public_id: str, code: str) -> Answer:
    """Replace a certificate by one with the name of the account."""
    return _act(
        public_id,
        code,
        lambda: correct_certificate(session(), code, now=clock(), actor=identity().person_id),
        "corrected",
    )


@certificate_desk.post("/people/<public_id>/certificates/<code>/renew")
@needs(Permission.MANAGE_PEOPLE)
def renew(public_id: str, code: str) -> Answer:
    """Replace a certificate by one that is valid from today."""
    return _act(
        public_id,
        code,
        lambda: renew_certificate(session(), code, now=clock(), zone=zone(), actor=identity().person_id),
        "renewed",
    )


def _holder(public_id: str) -> Person:
    return person_within(session(), public_id, identity().reach(Permission.MANAGE_PEOPLE))


def _act(public_id: str, code: str, act: Callable[[], object], done: str, *, reason: str = "") -> Answer:
    """Do something to a certificate of a person within reach; a refusal is shown on their page, with the ``reason``."""
    if certificate_by_code(session(), code).person_id != _holder(public_id).id:
        raise NoSuchCertificate
    try:
        act()
        commit()
    except NotFound:
        raise
    except Refusal as refusal:
        session().rollback()
        return _answer(public_id, refusal=refusal, typed=(code, reason)), status_of(refusal)
    return redirect(f"/people/{public_id}/certificates?done={done}", 303)


def _answer(
    public_id: str, *, done: str | None = None, refusal: Refusal | None = None, typed: tuple[str, str] = ("", "")
) -> str:
    holder = _holder(public_id)
    awards = all_certificates_of(session(), holder.id)
    page = holder_page(
        public_id,
        holder.full_name,
        holder.latin_name,
        awards,
        now=clock(),
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
        typed=typed,
    )
    return render_template("certificates/of_person.html", page=page)

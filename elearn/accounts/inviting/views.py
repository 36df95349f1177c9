"""Inviting people who have no password yet."""

from flask import Blueprint, redirect, render_template, request, url_for

from elearn.accounts.blueprint import Answer, acting, site_settings
from elearn.accounts.cohorts.queries import cohorts_within, ids_meant
from elearn.accounts.inviting.forms import InviteForm
from elearn.accounts.inviting.pages import InvitePage, invite_page, sent_words, slips_page
from elearn.accounts.inviting.rules import Way
from elearn.accounts.inviting.services import invite, invite_by_letter
from elearn.accounts.queries import agencies_within
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.security.policy import Permission
from elearn.web.access import needs
from elearn.web.errors import refusal_text, status_of
from elearn.web.session import commit, session

inviting = Blueprint("inviting", __name__)


@inviting.get("/people/invitations")
@needs(Permission.MANAGE_PEOPLE)
def show() -> Answer:
    """The form; the address may name a cohort, or how many letters were sent."""
    cohort, sent = request.args.get("cohort", ""), request.args.get("sent", type=int)
    form = InviteForm(data={"who": f"cohort:{cohort}" if cohort else "", "way": Way.SLIPS.value})
    done = sent_words(sent) if sent is not None and sent > 0 else None
    return render_template("accounts/people_invitations.html", page=_page(form, done=done))


@inviting.post("/people/invitations")
@needs(Permission.MANAGE_PEOPLE)
def send() -> Answer:
    """Invite: show slips or links once, or send letters."""
    form, actor, settings, now = InviteForm.sent(), acting(), site_settings(), clock()
    page = _page(form)  # gives the form its choices
    if not form.validate():
        return render_template("accounts/people_invitations.html", page=page), 422
    way = Way(form.way.data)
    try:
        ids = ids_meant(session(), form.who.data, actor)
        if way is Way.LETTERS:
            sent = invite_by_letter(session(), ids, actor=actor, now=now)
            commit()
            return redirect(url_for("inviting.show", sent=sent), 303)
        invitations = invite(session(), ids, way, actor=actor, now=now)
    except Refusal as refusal:
        return render_template("accounts/people_invitations.html", page=_page(form, refusal=refusal)), status_of(
            refusal
        )
    site = settings.public_url or request.host_url.removesuffix("/")
    address = f"{site}{url_for('resets.new_password')}"
    shown = slips_page(invitations, way, site_name=settings.site_name, address=address, now=now)
    commit()
    return render_template("accounts/people_slips.html", page=shown), 201


def _page(form: InviteForm, *, done: str | None = None, refusal: Refusal | None = None) -> InvitePage:
    actor = acting()
    return invite_page(
        form,
        cohorts_within(session(), actor),
        agencies_within(session(), actor.reach),
        sends_mail=site_settings().sends_mail,
        done=done,
        refusal=refusal_text(refusal) if refusal is not None else None,
    )

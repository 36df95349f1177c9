"""One's own data as a file; erasing and merging, for administrators."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from elearn.accounts.models import Person
from elearn.accounts.queries import account_of, person_by_sign_in_name, person_within
from elearn.accounts.rules import Administrator, NoSuchPerson, visible
from elearn.accounts.views import account_answer
from elearn.audit.rules import person as the_person
from elearn.certificates.pages import paper_of
from elearn.certificates.paper import print_certificate
from elearn.certificates.queries import Award, certificates_of
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.rights.bundle import add_papers, write_bundle
from elearn.rights.merging import merge_people, merge_plan
from elearn.rights.pages import erasure_page, merge_page
from elearn.rights.queries import all_held, fates_of, files_of
from elearn.rights.refusals import EraseYourself, NotConfirmed
from elearn.rights.rules import AskedTooSoon
from elearn.rights.services import ask_for_data, check_ready, erase_person
from elearn.security.policy import Permission
from elearn.web.access import needs, signed_in
from elearn.web.errors import refusal_text, status_of
from elearn.web.exporting import record_export
from elearn.web.i18n import gettext, zone
from elearn.web.identity import identity
from elearn.web.lanes import slow
from elearn.web.session import commit, session
from elearn.web.spreadsheets import attachment

rights = Blueprint("rights", __name__)

Answer = str | Response | tuple[str, int]

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a bundle that are held in memory; a larger one waits on the disk."""


@rights.post("/account/data")
@signed_in
def ask() -> Answer:
    """Ask for all that is held about oneself, once an hour; the file itself is made where it makes nobody wait."""
    try:
        ask_for_data(session(), identity().person_id, now=clock())
    except AskedTooSoon as refusal:
        return account_answer(refusal=refusal), status_of(refusal)
    commit()
    return redirect("/account/data/file", 303)


@rights.get("/account/data/file")
@signed_in
def data() -> Response:
    """All that is held about oneself. Certificates are printed after the database was let go."""
    now, person_id = clock(), identity().person_id
    account = account_of(session(), person_id)
    check_ready(account.data_given_at, now)
    about = the_person(account.public_id)
    bundle: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent and closed by the answer
    write_bundle(bundle, all_held(session(), person_id), files_of(session(), person_id), now=now)
    awards = [award for award in certificates_of(session(), person_id) if award.is_printed]
    record_export(about, now=now, file=bundle)
    try:
        add_papers(bundle, _papers(awards))
    except BaseException:
        bundle.close()
        raise
    response = attachment(bundle, "zip", "my-data", now.astimezone(zone()).date())
    response.headers["Cache-Control"] = "no-store"
    return response


@rights.get("/people/<public_id>/erase")
@needs(Permission.ADMINISTER)
def erasure(public_id: str) -> Answer:
    """What erasing a person would do: nothing is done yet. Raises EraseYourself."""
    found = _reached(public_id)
    if found.id == identity().person_id:
        raise EraseYourself
    return render_template("rights/erase.html", page=erasure_page(found, fates_of(session(), found.id)))


@rights.post("/people/<public_id>/erase")
@needs(Permission.ADMINISTER)
@slow
def erase(public_id: str) -> Answer:
    """Erase a person, once their sign-in name was typed."""
    found = _reached(public_id)
    try:
        _confirmed(found.sign_in_name)
        erase_person(session(), found, actor=_actor(), now=clock())
        commit()
    except Refusal as refusal:
        session().rollback()
        found = _reached(public_id)
        page = erasure_page(found, fates_of(session(), found.id), refusal=refusal_text(refusal))
        return render_template("rights/erase.html", page=page), status_of(refusal)
    return redirect(f"/people/{found.public_id}?done=erased", 303)


@rights.get("/people/<public_id>/merge")
@needs(Permission.ADMINISTER)
def merging(public_id: str) -> Answer:
    """Which account is merged into this one, and what that would do: nothing is done yet."""
    typed = request.args.get("other", "").strip()[:200]
    return _merge_answer(public_id, typed)


@rights.post("/people/<public_id>/merge")
@needs(Permission.ADMINISTER)
@slow
def merge(public_id: str) -> Answer:
    """Merge an account into this one, once the sign-in name of this one was typed."""
    kept, typed = _reached(public_id), request.form.get("other", "").strip()[:200]
    try:
        _confirmed(kept.sign_in_name)
        merge_people(session(), kept, _named(typed), actor=_actor(), zone=zone(), now=clock())
        commit()
    except Refusal as refusal:
        session().rollback()
        return _merge_answer(public_id, typed, refusal=refusal)
    return redirect(f"/people/{public_id}?done=merged", 303)


def _actor() -> Administrator:
    """Erasing and merging reach as far as one is an administrator."""
    reach = identity().reach(Permission.ADMINISTER)
    return Administrator(reach, identity().person_id, reach)


def _reached(public_id: str) -> Person:
    return person_within(session(), public_id, identity().reach(Permission.ADMINISTER))


def _named(typed: str) -> Person:
    """The person of a sign-in name within reach. Raises NoSuchPerson."""
    found = person_by_sign_in_name(session(), typed)
    if found is None:
        raise NoSuchPerson
    return _reached(found.public_id)


def _confirmed(name: str) -> None:
    if request.form.get("confirm", "").strip() != name:
        raise NotConfirmed(name=name)


def _merge_answer(public_id: str, typed: str, *, refusal: Refusal | None = None) -> Answer:
    kept, gone, plan = _reached(public_id), None, None
    if typed:
        try:
            gone = _named(typed)
            plan = merge_plan(session(), kept, gone)
        except Refusal as found:
            refusal = refusal or found
    words = refusal_text(refusal) if refusal is not None else None
    if "other" in request.args and not typed:
        words = gettext("Write a sign-in name.")
    page = merge_page(kept, visible(typed), gone, plan, refusal=words)
    is_refused = refusal is not None and request.method == "POST"
    return render_template("rights/merge.html", page=page), status_of(refusal) if is_refused and refusal else 200


def _papers(awards: Sequence[Award]) -> Iterator[tuple[str, bytes]]:
    """The certificates on paper; none where the site has no public address to print."""
    config = current_app.config
    for award in awards if config["PUBLIC_URL"] is not None else ():
        paper = paper_of(award, public_url=config["PUBLIC_URL"], signatory=config["SETTINGS"].signatory)
        yield award.code, print_certificate(paper)

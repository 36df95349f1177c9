"""One's own certificates, the paper, and verification by anyone."""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from elearn.certificates.pages import certificates_page, paper_of, unverified_page, verify_page
from elearn.certificates.paper import print_certificate
from elearn.certificates.queries import certificate_by_code, certificate_of_course, certificates_of, chain_of
from elearn.certificates.rules import NoSuchCertificate
from elearn.core.clock import now as clock
from elearn.core.identifiers import normal_code
from elearn.web.access import public, signed_in
from elearn.web.identity import identity, identity_or_none
from elearn.web.session import release, session

certificates = Blueprint("certificates", __name__)
UNLISTED = {"X-Robots-Tag": "noindex"}


@certificates.get("/certificates")
@signed_in
def mine() -> str:
    """One's own certificates."""
    awards = certificates_of(session(), identity().person_id)
    page = certificates_page(awards, public_url=current_app.config["PUBLIC_URL"], now=clock())
    return render_template("certificates/mine.html", page=page)


@certificates.get("/courses/<slug>/certificate")
@signed_in
def of_course(slug: str) -> AnyResponse:
    """The certificate of a course leads to what anyone can verify of it."""
    award = certificate_of_course(session(), identity().person_id, slug)
    return redirect(f"/verify/{award.code}")


@certificates.get("/certificates/<code>.pdf")
@signed_in
def pdf(code: str) -> AnyResponse:
    """The paper, for its holder alone. Nothing is printed inside a transaction; what does not hold, no more."""
    award = certificate_by_code(session(), code)
    if award.person_id != identity().person_id:
        raise NoSuchCertificate
    if not award.is_printed:
        return redirect(f"/verify/{award.code}")
    config = current_app.config
    paper = paper_of(award, public_url=config["PUBLIC_URL"], signatory=config["SETTINGS"].signatory)
    release()
    response: Response = current_app.response_class(print_certificate(paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{award.code}.pdf"'
    return response


@certificates.get("/verify")
@public
def verify_form() -> str | AnyResponse:
    """Type a number; the answer has an address of its own."""
    asked = request.args.get("code", "").strip()
    if asked:
        return redirect(f"/verify/{normal_code(asked) or 'unknown'}")
    return render_template("certificates/verify.html", page=unverified_page())


@certificates.get("/verify/<code>")
@public
def verify(code: str) -> tuple[str, int, dict[str, str]]:
    """Every printed field of a certificate, for anyone who has its number: search engines are told to keep none."""
    try:
        award = certificate_by_code(session(), code)
    except NoSuchCertificate:
        return render_template("certificates/verify.html", page=unverified_page(code[:40])), 404, UNLISTED
    person = identity_or_none()
    own = person is not None and person.person_id == award.person_id
    shown = verify_page(award, code, chain_of(session(), award), own=own, now=clock())
    return render_template("certificates/verify.html", page=shown), 200, UNLISTED

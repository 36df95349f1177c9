"""Refusals and failures as pages: the only place that maps them to HTTP."""

import logging
from dataclasses import dataclass

from flask import Flask, render_template
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from elearn.core.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal
from elearn.web.i18n import gettext as _
from elearn.web.identity import identity_or_none, nobody_unless_known
from elearn.web.logged import asked
from elearn.web.logs import current_request_id
from elearn.web.shell import shell

log = logging.getLogger("elearn")

STATUS: tuple[tuple[type[Refusal], int], ...] = ((NotFound, 404), (NotAllowed, 403), (Conflict, 409), (Invalid, 422))


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What the error page shows. ``request_id`` finds a fault in the log; None where there is nothing to find."""

    status: int
    title: str
    sentence: str
    advice: str
    request_id: str | None


def refusal_text(refusal: Refusal) -> str:
    """The refusal's sentence in the reader's language."""
    text = _(refusal.message)
    return text % refusal.values if refusal.values else text


def status_of(refusal: Refusal) -> int:
    """The HTTP status that answers a refusal."""
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 400)


def _titles(status: int) -> tuple[str, str, str]:
    """Title, sentence and advice for a status."""
    known = {
        400: (
            _("The request could not be read"),
            _("Something in the address or the form is not as expected."),
            _("Go back and try again."),
        ),
        403: (
            _("You may not do this"),
            _("Your role does not include this page."),
            _("If you need it, ask your administrator for the role."),
        ),
        404: (
            _("Page not found"),
            _("There is nothing at this address."),
            _("Check the address, or start from the home page."),
        ),
        405: (
            _("Page not found"),
            _("This address does not answer to that kind of request."),
            _("Start from the home page."),
        ),
        409: (
            _("Already so"),
            _("This clashes with what is already stored."),
            _("Load the page again and look at what is there now."),
        ),
        413: (
            _("Too large"),
            _("What was sent is larger than this site accepts."),
            _("Send a smaller file or a shorter text."),
        ),
        422: (_("Not as expected"), _("What was sent is not in the form expected."), _("Go back and correct it.")),
        429: (
            _("Too many tries"),
            _("There were too many tries in a short time."),
            _("Wait a quarter of an hour and try again."),
        ),
        503: (
            _("Busy"),
            _("The site is busy and could not answer in time."),
            _("Wait a moment and try again; nothing was lost."),
        ),
    }
    ours = (
        _("Something went wrong"),
        _("The fault is ours. It was written to the log."),
        _("Try again; if it happens again, tell your administrator the time."),
    )
    return known.get(status, ours if status >= 500 else known[400])


def _answer(status: int, sentence: str | None = None) -> tuple[str, int]:
    """The page of a status; a sentence of its own says what to do, so that the usual advice is left out."""
    try:
        identity_or_none()
    except SQLAlchemyError:
        log.exception("who asks for %s could not be looked up", asked())
        nobody_unless_known()
    title, usual, advice = _titles(status)
    request_id = current_request_id() if status >= 500 else None
    page = ErrorPage(status, title, sentence or usual, advice if sentence is None else "", request_id)
    return render_template("web/error.html", shell=shell(), page=page), status


def init_errors(app: Flask) -> None:
    """Answer refusals, HTTP errors and faults with a page in the reader's language."""

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> tuple[str, int]:
        plain = type(refusal) in (NotFound, NotAllowed, Conflict, Invalid)
        return _answer(status_of(refusal), None if plain else refusal_text(refusal))

    @app.errorhandler(HTTPException)
    def _http(problem: HTTPException) -> tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
        if problem.code is None or problem.code < 400:
            return problem
        if isinstance(problem, MethodNotAllowed):
            # RFC 9110, 15.5.6: the answer must say which methods there are.
            return (*_answer(problem.code), {"Allow": ", ".join(sorted(problem.valid_methods or ()))})
        return _answer(problem.code)

    @app.errorhandler(OperationalError)
    def _database_busy(problem: OperationalError) -> tuple[str, int]:
        log.exception("the database did not answer at %s", asked())
        nobody_unless_known()
        return _answer(503)

    @app.errorhandler(Exception)
    def _fault(problem: Exception) -> tuple[str, int]:
        log.exception("fault at %s", asked())
        nobody_unless_known()
        return _answer(500)

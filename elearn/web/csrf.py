"""Forms come from our own pages: checked once for every unsafe request.

Two proofs. The browser's own word (Sec-Fetch-Site, else Origin) must not say "another site"; and the form carries a
token bound to the session, or before sign-in to a random visitor cookie. The token has no time limit: it lives as
long as its session.
"""

import secrets

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from elearn.core.refusals import NotAllowed
from elearn.security.tokens import csrf_token, is_csrf_token
from elearn.web.access import is_for_nobody
from elearn.web.identity import identity_or_none
from elearn.web.session import SAFE
from elearn.web.staged import TOKEN, is_staging, slot

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


class ForeignForm(NotAllowed):
    """A form was sent that did not come from our page."""

    message = (
        "This form was not sent from a page of this site, or you have signed in anew since. "
        "Go back, load the page again and repeat."
    )


def visitor_cookie(app: Flask) -> str:
    """The name of the cookie that binds forms before sign-in."""
    return "__Host-elearn-visitor" if app.config["IS_SECURE"] else "elearn-visitor"


def form_token() -> str:
    """The token for the forms of this page; in a page made for every reader, the slot for it."""
    if is_staging():
        return slot(TOKEN)
    secret: bytes = current_app.config["SECRET_KEY"]
    binding = _binding()
    if binding is None:
        g.new_visitor = secrets.token_urlsafe(16)
        binding = f"visitor:{g.new_visitor}"
    return csrf_token(secret, binding)


def _binding() -> str | None:
    """What the tokens of this browser are bound to; None where it has nothing yet, and so no form of ours."""
    person = identity_or_none()
    if person is not None:
        return person.session_hash
    visitor: str | None = request.cookies.get(visitor_cookie(current_app)) or g.get("new_visitor")
    return f"visitor:{visitor}" if visitor is not None else None


def check_form() -> None:
    """Raise ForeignForm for an unsafe request that another site could have made.

    One that leads nowhere, or whose session ended, does nothing anyway: it is told that instead.
    """
    if request.method in SAFE or request.routing_exception is not None:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForeignForm
    else:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in _own_origins():
            raise ForeignForm
    if is_for_nobody():
        return
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    binding = _binding()
    if binding is None or not is_csrf_token(current_app.config["SECRET_KEY"], binding, token):
        raise ForeignForm


def _own_origins() -> set[str]:
    own = {f"{request.scheme}://{request.host}"}
    if current_app.config["PUBLIC_URL"]:
        own.add(current_app.config["PUBLIC_URL"])
    return own


def set_visitor_cookie(response: Response) -> Response:
    """Send the visitor cookie with a page that has a form and no session."""
    visitor: str | None = g.pop("new_visitor", None)
    if visitor is not None:
        response.set_cookie(
            visitor_cookie(current_app),
            visitor,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["IS_SECURE"],
            path="/",
        )
    return response

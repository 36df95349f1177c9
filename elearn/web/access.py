"""Every endpoint declares who may use it; one that does not is refused, and a test fails on it.

``@public`` anyone · ``@signed_in`` anybody with a session · ``@needs(Permission.X)`` somebody whose grants allow X
over some scope (the view then asks over whom).
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from elearn.core.refusals import NotAllowed
from elearn.security.policy import Permission
from elearn.web.identity import identity_or_none

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Anyone may use it, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anybody who is signed in may use it."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def needs(permission: Permission) -> Callable[[View], View]:
    """Only people with this permission may use it."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str) -> str | None:
    """What an endpoint declares: ``public``, ``signed in``, a permission, or None if it says nothing."""
    return getattr(app.view_functions.get(endpoint), "access", None)


class SignedOut(NotAllowed):
    """A script acts for somebody who is not signed in any more."""

    message = (
        "You are not signed in any more. Sign in again in another tab, and go on here; nothing on this page is lost."
    )


def is_for_nobody() -> bool:
    """Whether a request comes from nobody, and asks for something that is only for those who are signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "access", None) not in (None, PUBLIC) and identity_or_none() is None


def _to_sign_in() -> Response:
    """To sign-in and back: to the page that was asked for, or whose form was sent. Raises SignedOut for a script."""
    if request.method in ("GET", "HEAD"):
        target = request.full_path if request.query_string else request.path
        return redirect(url_for("accounts.sign_in", next=target))
    if "X-CSRF-Token" in request.headers or "X-Fragment" in request.headers:
        raise SignedOut
    came_from = urlsplit(request.referrer or "")
    page = came_from.path if came_from.netloc == request.host else "/"
    return redirect(url_for("accounts.sign_in", next=page, ended=1), 303)


def check_access() -> Response | None:
    """Let the request through, send it to sign in, or refuse it."""
    if request.endpoint is None:
        return None  # no such page: the error page answers
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access == PUBLIC:
        return None
    if access is None:
        raise NotAllowed
    person = identity_or_none()
    if person is None:
        return _to_sign_in()
    if access != SIGNED_IN and access not in person.permissions:
        raise NotAllowed
    return None

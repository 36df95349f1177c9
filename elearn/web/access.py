"""Every endpoint declares who may use it; one that does not is refused, and a test fails on it.

``@public`` anyone · ``@signed_in`` anybody with a session · ``@needs(Permission.X)`` somebody whose grants allow X
over some scope (the view then asks over whom).
"""

from collections.abc import Callable
from typing import Any, TypeVar

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
        if request.method in ("GET", "HEAD"):
            target = request.full_path if request.query_string else request.path
            return redirect(url_for("accounts.sign_in", next=target))
        return redirect(url_for("accounts.sign_in"))
    if access != SIGNED_IN and access not in person.permissions:
        raise NotAllowed
    return None

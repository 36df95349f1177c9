"""Who is asking: a Protocol that ``accounts`` implements, reached through Flask-Login.

Flask-Login's ``request_loader`` asks ``IdentityLoader`` once a request; its own cookie session is never used.
"""

from typing import Protocol

from flask import Flask, Request, g, request
from flask_login import AnonymousUserMixin, LoginManager, current_user

from elearn.security.identity import Identity


class IdentityLoader(Protocol):
    """Finds who a request comes from."""

    def __call__(self, request: Request) -> Identity | None:
        """The person of a live session, or None."""


def identity_or_none() -> Identity | None:
    """Who is signed in, if anyone."""
    if "identity" not in g:
        person: Identity = current_user._get_current_object()
        g.identity = person if person.is_authenticated else None
    found: Identity | None = g.identity
    return found


def identity() -> Identity:
    """Who is signed in; only for endpoints that ask for it."""
    person = identity_or_none()
    assert person is not None, "an endpoint that uses identity() must not be public"
    return person


class _RowSessions(LoginManager):  # type: ignore[misc]
    """Flask-Login where the request loader alone says who asks: none of its own cookies is read or written."""

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        """Become the application's login manager, and nothing more."""
        app.login_manager = self  # type: ignore[attr-defined]

    def _load_user(self) -> None:
        self._update_request_context_with_user(self._request_callback(request))


def init_identity(app: Flask, loader: IdentityLoader) -> None:
    """Connect Flask-Login to the server-side session."""
    manager = _RowSessions()
    manager.request_loader(loader)
    manager.init_app(app)


def nobody_unless_known() -> None:
    """Before the page of a fault: whoever is not known yet stays so, because the look-up may be what failed."""
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()

"""Flask's cookie session, switched off: who is signed in is known by a row in the database."""

from typing import Any

from flask import Flask, Request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response


class _Nothing(dict[str, Any], SessionMixin):
    """A session that is empty and stays so."""


class NoCookieSession(SessionInterface):
    """Opens an empty session and never writes a cookie."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """An empty session."""
        return _Nothing()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing to save."""

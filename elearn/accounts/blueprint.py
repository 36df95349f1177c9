"""The blueprint of this feature, and what its views read of the application."""

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from elearn.accounts.rules import Administrator, SessionLimits, administrator
from elearn.security.passwords import Passwords
from elearn.settings import Settings
from elearn.web.identity import identity

accounts = Blueprint("accounts", __name__)

Answer = str | Response | tuple[str, int]


def site_settings() -> Settings:
    """The settings of this site."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def site_passwords() -> Passwords:
    """What hashes and checks passwords here."""
    found: Passwords = current_app.config["PASSWORDS"]
    return found


def site_limits() -> SessionLimits:
    """How long sessions live here."""
    found: SessionLimits = current_app.config["SESSION_LIMITS"]
    return found


def acting() -> Administrator:
    """Whoever asks, as an administrator of people within their reach."""
    return administrator(identity())

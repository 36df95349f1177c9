"""The application factory: a checklist."""

from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any
from zoneinfo import reset_tzpath

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from elearn import wiring
from elearn.db.engine import Database
from elearn.secret import secret_key
from elearn.security.passwords import Passwords
from elearn.settings import Settings
from elearn.web.access import check_access
from elearn.web.after import init_after
from elearn.web.csrf import check_form
from elearn.web.errors import init_errors
from elearn.web.fields import refuse_endless_forms
from elearn.web.headers import init_headers
from elearn.web.i18n import init_i18n
from elearn.web.identity import init_identity
from elearn.web.lanes import limit_body
from elearn.web.nothing import NoCookieSession
from elearn.web.observed import init_observed
from elearn.web.session import init_session
from elearn.web.staged import init_staged
from elearn.web.static import static
from elearn.web.unstorable import refuse_unstorable


class _Environment(Environment):
    """Jinja where what every template knows is one dictionary: nothing is added to it after the start."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows. Jinja's own chains two mappings, and compares their keys at every import."""
        return {**self.globals, **(d or {})}


class _Site(Flask):
    """Flask for views that are plain functions."""

    jinja_environment = _Environment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Call views and hooks as they are: none is a coroutine, and Flask would look at each on every request."""
        return func


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application over a database that was migrated before."""
    reset_tzpath(to=())  # the pinned time zones, not those of an old system
    app = _Site("elearn", static_folder=None, template_folder=str(Path(__file__).parent / "templates"))
    configure(app, settings)
    init_session(app, database or Database(settings.sqlalchemy_url))
    app.before_request(limit_body)
    app.before_request(refuse_endless_forms)
    app.before_request(refuse_unstorable)
    app.before_request(check_form)
    app.before_request(check_access)
    init_identity(app, wiring.identity_loader())
    init_i18n(app)
    init_staged(app)
    init_errors(app)
    init_headers(app)
    init_after(app)
    app.register_blueprint(static)
    for blueprint in wiring.blueprints():
        app.register_blueprint(blueprint)
    init_observed(app, trusts_proxy=settings.trusted_proxies > 0, logs_requests=settings.log_format == "json")
    wiring.connect(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Give the application its settings."""
    app.session_interface = NoCookieSession()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it would redirect to whatever host the request names
    app.config.update(
        SECRET_KEY=secret_key(settings.data_dir),
        SETTINGS=settings,
        PASSWORDS=Passwords(memory_mib=settings.password_memory_mib, rounds=settings.password_rounds),
        IS_SECURE=settings.is_secure,
        PUBLIC_URL=settings.public_url,
        SITE_NAME=settings.site_name,
        ISSUER_NAME=settings.issuer_name,
        LANGUAGES=settings.languages,
        DEFAULT_LANGUAGE=settings.default_language,
        TIMEZONE=settings.timezone,
        MAX_CONTENT_LENGTH=int(settings.upload_limit_mib * 1024 * 1024),
        MAX_FORM_MEMORY_SIZE=int(settings.upload_limit_mib * 1024 * 1024),
        MAX_FORM_PARTS=5_100,  # a ledger has a field for each of its 5,000 rows
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]

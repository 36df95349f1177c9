"""Around every request: its id, its time, its line in the log, its count.

The id comes from the proxy where one is trusted (``X-Request-ID``), else it is made here. It goes back with the answer,
stands in every line that the request logs, and on the page of a fault, so that what a person reads out can be found.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from flask import Flask

from elearn.web.logs import about_request
from elearn.web.meters import Meters

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

REQUEST_ID = "elearn.request_id"
"""Where the id stands in the environment of WSGI."""
HEADER = "X-Request-ID"
_SOUND_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger("elearn.requests")


class Observer:
    """Sees every request of a site, those that never reach the application too."""

    def __init__(self, meters: Meters, *, trusts_proxy: bool, logs_requests: bool) -> None:
        self.meters = meters
        self._trusts_proxy = trusts_proxy
        self._logs_requests = logs_requests

    def around(self, application: Application) -> Application:
        """The application, observed."""

        def observed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            request_id = self.name(environ)
            answered, endpoint = 500, None
            started = perf_counter()

            def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
                nonlocal answered, endpoint
                answered = int(status[:3])
                request = environ.get("werkzeug.request")  # made by Flask, which takes it away when it ends
                endpoint = request.endpoint if request is not None else None
                return start_response(status, [*headers, (HEADER, request_id)], *problem)

            with about_request(request_id):
                body = application(environ, start)
                self.answered(environ, answered, endpoint, perf_counter() - started)
            return body

        return observed

    def name(self, environ: dict[str, Any]) -> str:
        """The id of a request, given when first asked for."""
        request_id: str | None = environ.get(REQUEST_ID)
        if request_id is None:
            told = environ.get("HTTP_X_REQUEST_ID", "") if self._trusts_proxy else ""
            request_id = environ[REQUEST_ID] = told if _SOUND_ID.fullmatch(told) else secrets.token_hex(16)
        return request_id

    def answered(self, environ: dict[str, Any], status: int, endpoint: str | None = None, seconds: float = 0.0) -> None:
        """Count a request that was answered, and log it where requests are logged."""
        method = environ.get("REQUEST_METHOD", "")
        self.meters.request(endpoint, method, status, seconds)
        if self._logs_requests:
            fields = {
                "method": method if len(method) <= 16 else "?",
                "endpoint": endpoint,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
            }
            log.info("request", extra={"fields": fields})


def init_observed(app: Flask, *, trusts_proxy: bool, logs_requests: bool) -> None:
    """Observe every request; the last step of making the application, when all its addresses are known."""
    addresses = [
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    ]
    observer = Observer(Meters(addresses), trusts_proxy=trusts_proxy, logs_requests=logs_requests)
    app.extensions["elearn.observer"] = observer
    app.wsgi_app = observer.around(app.wsgi_app)  # type: ignore[method-assign,assignment]


def observer_of(app: Flask) -> Observer:
    """Who observes the requests of an application."""
    found: Observer = app.extensions["elearn.observer"]
    return found

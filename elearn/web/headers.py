"""What every response carries: security headers, cookies that were asked for, compression."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from elearn.web.csrf import set_visitor_cookie
from elearn.web.i18n import remember_language

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WORTH_COMPRESSING = 1024

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_headers(app: Flask) -> None:
    """Finish every response in one place."""
    fixed = list(HEADERS.items())
    if app.config["IS_SECURE"]:
        fixed.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    app.wsgi_app = _carrying(fixed, app.wsgi_app)  # type: ignore[method-assign,assignment]

    @app.after_request
    def _finish(response: Response) -> Response:
        remember_language(response)
        set_visitor_cookie(response)
        if "Cache-Control" not in response.headers:
            # Pages are somebody's: nothing of them stays on a shared computer.
            response.headers["Cache-Control"] = "no-store"
        return _compress(response)


def _carrying(fixed: list[tuple[str, str]], application: Application) -> Application:
    """The application with these headers on every answer; added below Werkzeug, which would check each every time."""

    def carry(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
            return start_response(status, headers + fixed, *problem)

        return application(environ, start)

    return carry


def _compress(response: Response) -> Response:
    """Compress a page that was made for this request; level 1 costs a fifth of level 6 and packs nearly as well."""
    if (
        "gzip" not in request.headers.get("Accept-Encoding", "")
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(("text/", "application/json"))
    ):
        return response
    data = response.get_data()
    if len(data) >= WORTH_COMPRESSING:
        response.set_data(gzip.compress(data, 1))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
    return response

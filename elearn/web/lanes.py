"""Which requests may wait for which, and how much each may bring.

A worker makes its pages on one thread. If fifty people signed in at once, or ten sent their forms over a bad line, or
somebody took home a sheet of all the country's officers, nobody could turn a page. So there are lanes with threads of
their own: reading; files that are made for a download, what is counted from thousands of answers, drafts of courses,
and what waits for an identity provider; writing; and for views marked with ``@slow`` (they hash passwords or publish
courses) the slow lane.

And while a form is on its way it is held in memory, so only views marked with ``@large`` take more than forms need.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from elearn.web.session import SAFE

View = TypeVar("View", bound=Callable[..., Any])

DOWNLOADS = (".csv", ".pdf", ".xlsx", "/data/file")
"""Addresses that end so give files that are made when they are asked for."""
COUNTED = ("/export", "/questions")
"""Addresses that end so give pages for which thousands of answers are counted, or all formats of an export tried."""
DRAFTS = "/write/"
"""Addresses that begin so give pages for which a draft course is compiled, and its pictures are made."""
OUTSIDE = "/sign-in/provider"
"""Addresses that begin so wait for the identity provider."""
FORM_BYTES = 256 * 1024
"""No form that officers and managers fill in needs more."""


class Lane(StrEnum):
    """The threads that a request runs on."""

    READING = "reading"
    FILES = "files"
    WRITING = "writing"
    SLOW = "slow"


class Route(NamedTuple):
    """The lane of a request, and how many bytes its body may have."""

    lane: Lane
    longest: int


def slow(view: View) -> View:
    """Mark a view that computes for long (some 50 ms and more) when it is sent a form."""
    view.is_slow = True  # type: ignore[attr-defined]
    return view


def large(view: View) -> View:
    """Mark a view that takes texts and files up to the site's limit for uploads."""
    view.is_large = True  # type: ignore[attr-defined]
    return view


def route_of(app: Flask, environ: dict[str, Any]) -> Route:
    """Which way a request goes, known before its body is there."""
    if environ["REQUEST_METHOD"] in SAFE:
        path = environ["PATH_INFO"]
        takes_long = path.endswith((*DOWNLOADS, *COUNTED)) or path.startswith((DRAFTS, OUTSIDE))
        return Route(Lane.FILES if takes_long else Lane.READING, 0)
    try:
        endpoint, _ = app.url_map.bind_to_environ(environ).match()
    except HTTPException:
        return Route(Lane.WRITING, FORM_BYTES)
    view = app.view_functions.get(endpoint)
    return Route(Lane.SLOW if getattr(view, "is_slow", False) else Lane.WRITING, longest_body(app, view))


def longest_body(app: Flask, view: object) -> int:
    """How many bytes may be sent to a view."""
    limit: int = app.config["MAX_CONTENT_LENGTH"]
    return limit if getattr(view, "is_large", False) else min(limit, FORM_BYTES)


def limit_body() -> None:
    """Tell the request how much its view takes; what is longer is refused when it is read."""
    if request.method not in SAFE:
        view = current_app.view_functions.get(request.endpoint or "")
        request.max_content_length = longest_body(current_app, view)

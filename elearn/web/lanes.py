"""Which requests may wait for which: those that only read never wait behind those that write or compute for long.

A worker has few threads. If fifty people signed in at once, or ten sent their forms over a bad line, every thread
would be theirs and nobody could turn a page. So there are three lanes with threads of their own: reading, writing, and
for views marked with ``@slow`` (they hash passwords or publish courses) the slow lane, which does one thing at a time.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException

from elearn.web.session import SAFE

View = TypeVar("View", bound=Callable[..., Any])


class Lane(StrEnum):
    """The threads that a request runs on."""

    READING = "reading"
    WRITING = "writing"
    SLOW = "slow"


def slow(view: View) -> View:
    """Mark a view that computes for long (some 50 ms and more) when it is sent a form."""
    view.is_slow = True  # type: ignore[attr-defined]
    return view


def lane_of(app: Flask, environ: dict[str, Any]) -> Lane:
    """The lane of a request."""
    if environ["REQUEST_METHOD"] in SAFE:
        return Lane.READING
    try:
        endpoint, _ = app.url_map.bind_to_environ(environ).match()
    except HTTPException:
        return Lane.WRITING
    return Lane.SLOW if getattr(app.view_functions.get(endpoint), "is_slow", False) else Lane.WRITING

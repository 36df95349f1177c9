"""Between granian and the application: a request of granian as WSGI wants it, and WSGI's answer as granian wants it.

granian's own WSGI interface reads the body of a form on the thread that called, so that each form over a slow line
holds one, and the many threads which that takes halve the pages a second. Its RSGI interface gives bodies without a
thread, and this module is the little that is missing to WSGI (PEP 3333).
"""

import io
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Scope(Protocol):
    """What granian says of a request."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


class Exchange(Protocol):
    """What granian gives to read the body of one request, in pieces (``async for``), and to answer it."""

    def __aiter__(self) -> Any: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer. May be called on any thread."""


FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "elearn",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
}


def environ_of(scope: Scope) -> dict[str, Any]:
    """The request in WSGI's words, with an empty body."""
    server, _, port = scope.server.rpartition(":")
    environ = FIXED | {
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _latin(scope.path),
        "QUERY_STRING": _latin(scope.query_string),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
    }
    for header, value in scope.headers.items():
        name = _wsgi_name(header)
        if name is None:
            continue
        if name in environ:
            environ[name] += ("; " if name == "HTTP_COOKIE" else ",") + value
        else:
            environ[name] = value
    return environ


def _latin(text: str) -> str:
    """Text as WSGI carries it: each byte of its UTF-8 as a character."""
    return text if text.isascii() else text.encode().decode("latin-1")


@lru_cache(maxsize=256)
def _wsgi_name(header: str) -> str | None:
    """What WSGI calls a header; None for one with an underscore, which could pass for another's name."""
    if "_" in header:
        return None
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


async def take_in(exchange: Exchange, environ: dict[str, Any], longest: int) -> bool:
    """Take in the body of a request, up to one byte more than ``longest``; whether all of that came.

    granian ends a body that breaks off as if it were whole, but for one empty piece more; and half a form must never be
    taken for one. Of a body that is too long, so much is read that the application will see it.
    """
    said = environ.get("CONTENT_LENGTH")
    length = int(said) if said is not None and said.isascii() and said.isdecimal() else None
    pieces, size, ends = [], 0, 0
    async for piece in exchange:
        pieces.append(piece)
        size += len(piece)
        ends += not piece
        if size > longest:
            break
    body = b"".join(pieces)[: longest + 1]
    environ["wsgi.input"] = io.BytesIO(body)
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # it came in chunks, but is whole now
    if length is None or length <= longest:
        environ["CONTENT_LENGTH"] = str(len(body))
    return ends < 2 and (length is None or len(body) == min(length, longest + 1))


def answer(application: Application, exchange: Exchange, environ: dict[str, Any]) -> None:
    """Call the application, and hand its answer to granian as a whole."""
    started: list[Any] = [200, []]

    def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
        started[0] = int(status[:3])
        started[1] = headers

    body = application(environ, start_response)
    try:
        whole = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    exchange.response_bytes(started[0], started[1], whole)


def refuse(exchange: Exchange, status: int, sentence: str, *more: tuple[str, str]) -> None:
    """Answer without asking the application; ``more`` are headers."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "1"), *more]
    exchange.response_bytes(status, headers, sentence.encode())

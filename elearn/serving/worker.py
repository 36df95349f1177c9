"""A worker: granian's HTTP server around the application, on a socket that the parent bound.

Only granian's worker is used (its Rust core: connections, HTTP, a few threads that run Python), not its supervisor,
which does not replace workers by default, leaves them behind when it is killed and lets each bind the port by itself.
"""

import asyncio
import io
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any

from flask import Flask
from granian import _granian
from granian._futures import _new_cbscheduler
from granian.http import HTTP1Settings

from elearn.serving.listeners import BACKLOG
from elearn.web.lanes import Lane, lane_of

CONNECTIONS = 2048
"""So many connections a worker holds; more wait in the socket's queue."""
LONGEST_LOGGED = 300
"""So many characters of an address go into the log."""
IDLE_MILLISECONDS = 65_000
"""A connection that asks nothing for so long is closed. Proxies keep theirs for 60 s, and must close first."""
BODIES = 16
"""So many forms and files a worker takes in at a time; more are told to come again."""
BODY_PATIENCE_SECONDS = 0.25
WRITING_THREADS = 8
"""They mostly wait, for each other and for the disk."""
SLOW_THREADS = 1
"""One a worker: hashing passwords takes half of each core at most, and the pages have the rest."""

log = logging.getLogger("elearn.serving")

Answer = Callable[[Any, dict[str, Any]], None]


def work(application: Flask, listener: socket.socket, ready: Callable[[], None], *, number: int, threads: int) -> None:
    """Answer requests from ``listener`` until SIGTERM, then drain and return; ``threads`` at a time make pages.

    ``ready`` is called when requests are answered.
    """
    logging.getLogger("_granian").setLevel(logging.WARNING)
    stop = _granian.WorkerSignal()
    drained = threading.Event()
    stop.add_cb(drained.set)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of the terminal; the parent decides
    loop = asyncio.new_event_loop()  # granian asks for one, WSGI does not use it
    longest = int(application.config["MAX_CONTENT_LENGTH"])
    answer = in_lanes(answering(application), partial(lane_of, application), pages=threads, longest=longest)
    scheduler = _new_cbscheduler(loop, answer, impl_asyncio=True)  # type: ignore[no-untyped-call]
    # detach: from here on granian owns the descriptor, and closes it as the first step of draining
    holder = _granian.SocketHolder(listener.detach(), False, BACKLOG)  # type: ignore[call-arg]
    worker_class: Any = _granian.WSGIWorker  # its stub is older than its signature
    worker = worker_class(
        worker_id=number,
        sock=(None, holder),
        ipc=None,
        threads=1,
        blocking_threads=8,
        py_threads=threads + BODIES,  # started when they are needed
        py_threads_idle_timeout=600,
        backpressure=CONNECTIONS,
        http_mode="1",
        http1_opts=HTTP1Settings(header_read_timeout=IDLE_MILLISECONDS),
        metrics=(None, None),
    )
    worker.serve_mtr(scheduler, loop, stop)
    ready()
    drained.wait()


def in_lanes(answer: Answer, lane: Callable[[dict[str, Any]], Lane], *, pages: int, longest: int) -> Answer:
    """Answer each request in its lane.

    granian calls this function on one of its threads, and waits for the answer, not for the function. Pages are made
    on that thread, ``pages`` at a time. Of other requests the body is read there, up to ``longest`` bytes, because
    granian drops it when the function returns; then they go to threads of their lane. So a slow line holds up one of
    ``BODIES`` places, and never all threads.
    """
    places: SimpleQueue[None] = SimpleQueue()
    for _ in range(pages):
        places.put(None)
    bodies = threading.Semaphore(BODIES)
    threads = {
        Lane.WRITING: ThreadPoolExecutor(WRITING_THREADS, "writing"),
        Lane.SLOW: ThreadPoolExecutor(SLOW_THREADS, "slow"),
    }

    def choose(protocol: Any, environ: dict[str, Any]) -> None:
        found = lane(environ)
        if found is Lane.READING:
            places.get()
            try:
                answer(protocol, environ)
            finally:
                places.put(None)
            return
        if not bodies.acquire(timeout=BODY_PATIENCE_SECONDS):
            _refuse(protocol, 503, "The site is busy. Wait a moment and try again; nothing was lost.")
            return
        try:
            is_whole = take_in(environ, longest)
        finally:
            bodies.release()
        if is_whole:
            threads[found].submit(_logged, answer, protocol, environ)
        else:
            _refuse(protocol, 400, "The request broke off. Nothing of it was used; try again.")

    return choose


def take_in(environ: dict[str, Any], longest: int) -> bool:
    """Read the body of a request into memory; whether all of it came.

    granian ends a body that breaks off as if it were whole; but half a form must never be taken for one. Of a body that
    is too long, so much is read that the application will see it.
    """
    said = environ.get("CONTENT_LENGTH")
    length = int(said) if said is not None and said.isascii() and said.isdecimal() else None
    wanted = min(longest + 1, length if length is not None else longest + 1)
    stream, pieces = environ["wsgi.input"], []
    while wanted > 0 and (piece := stream.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    body = b"".join(pieces)
    environ["wsgi.input"] = io.BytesIO(body)
    if length is None or length <= longest:
        environ["CONTENT_LENGTH"] = str(len(body))
    return length is None or len(body) == min(length, longest + 1)


def _refuse(protocol: Any, status: int, sentence: str) -> None:
    """Answer without asking the application."""
    body = sentence.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Retry-After", "1")]
    protocol.response_bytes(status, headers, body)


def _logged(answer: Answer, protocol: Any, environ: dict[str, Any]) -> None:
    """Answer; a fault is logged and answered, because nobody looks at what these threads raise."""
    try:
        answer(protocol, environ)
    except Exception:
        # ascii: what came with the request must not pass for a line of the log
        asked = ascii(environ.get("PATH_INFO", ""))[:LONGEST_LOGGED]
        log.exception("fault at %s %s", environ.get("REQUEST_METHOD"), asked)
        _refuse(protocol, 500, "Something went wrong. The fault is ours, and was written to the log.")


def answering(application: Callable[..., Iterable[bytes]]) -> Answer:
    """Make the function that answers a request: it calls the application and hands what comes to granian.

    granian's own copies the process's environment variables into every request and hands the answer over piece by
    piece; this one does neither, which saves a sixth of the time of a bare page.
    """
    fixed: dict[str, Any] = {
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "elearn",
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multiprocess": True,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
    }

    def answer(protocol: Any, environ: dict[str, Any]) -> None:
        started: list[Any] = [200, []]

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            started[0] = int(status[:3])
            started[1] = headers

        environ.update(fixed)
        body = application(environ, start_response)
        status, headers = started
        if any(name.lower() == "content-length" for name, _ in headers):
            try:
                whole = b"".join(body)
            finally:
                _close(body)
            protocol.response_bytes(status, headers, whole)
        else:
            protocol.response_iter(status, headers, _Pieces(body))

    return answer


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


class _Pieces:
    """An answer of unknown length as granian takes it: with ``__next__`` and ``close``."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self._next = iter(body).__next__

    def __next__(self) -> bytes:
        return self._next()

    def close(self) -> None:
        """Tell the application that nobody reads on."""
        _close(self._body)

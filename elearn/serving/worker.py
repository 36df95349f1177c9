"""A worker: granian's HTTP server around the application, on a socket that the parent bound.

Only granian's worker is used (its Rust core: connections, HTTP, the thread that runs Python), not its supervisor,
which does not replace workers by default, leaves them behind when it is killed and lets each bind the port by itself.
"""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from granian import _granian
from granian.http import HTTP1Settings

from elearn.serving.gateway import Application, Exchange, answer, environ_of, refuse, take_in
from elearn.serving.listeners import BACKLOG
from elearn.web.lanes import Lane, Route, route_of
from elearn.web.logs import about_request
from elearn.web.observed import HEADER, Observer, observer_of

CONNECTIONS = 2048
"""So many connections a worker holds; more wait in the socket's queue."""
IDLE_MILLISECONDS = 65_000
"""A connection that asks nothing for so long is closed. Proxies keep theirs for 60 s, and must close first."""
BODIES = 64
"""So many forms and files a worker takes in at a time; more are told to come again."""
THREADS = {Lane.FILES: 1, Lane.WRITING: 4, Lane.SLOW: 1}
"""Threads of each lane beside the one for pages. Those that write mostly wait, for each other and for the disk."""
NICE = 10
"""Hashing passwords and making files lets pages go before: how nice those threads are, as ``nice`` counts."""

log = logging.getLogger("elearn.serving")


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
    observer = observer_of(application)
    observer.meters.take(number)
    lanes = Lanes(application, lambda environ: route_of(application, environ), observer)
    # detach: from here on granian owns the descriptor, and closes it as the first step of draining
    holder = _granian.SocketHolder(listener.detach(), False, BACKLOG)  # type: ignore[call-arg]
    worker_class: Any = _granian.RSGIWorker  # its stub is older than its signature
    worker = worker_class(
        worker_id=number,
        sock=(None, holder),
        ipc=None,
        threads=1,
        blocking_threads=8,
        py_threads=threads,
        py_threads_idle_timeout=600,
        backpressure=CONNECTIONS,
        http_mode="1",
        http1_opts=HTTP1Settings(header_read_timeout=IDLE_MILLISECONDS),
        websockets_enabled=False,
        metrics=(None, None),
    )
    worker.serve_mtr(Direct(lanes.loop, lanes.receive), lanes.loop, stop)
    ready()
    drained.wait()
    lanes.close()


class Direct(_granian.CallbackScheduler):
    """Where granian leaves a request: it is answered there and then, on granian's thread for Python.

    granian's own would make a task of it for the event loop, which a page does not need.
    """

    __slots__ = ()

    def __new__(cls, loop: asyncio.AbstractEventLoop, receive: Callable[[Any, Any], None]) -> "Direct":
        """Make one; granian asks for a task and how to enter and leave it, which nobody uses."""
        return super().__new__(cls, loop, None, None, None, None)  # type: ignore[call-arg]

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self._schedule_fn = lambda watcher: receive(watcher.scope, watcher.proto)


class Lanes:
    """The threads that answer requests.

    Pages are made on granian's thread, because each further thread that wants the interpreter makes all of them slower
    (16 halved the pages a second). Other requests go to the threads of their lane; the bodies of forms are awaited on
    the event loop, so that a slow line holds up nobody.
    """

    def __init__(self, application: Application, route: Callable[[dict[str, Any]], Route], observer: Observer) -> None:
        self._application = application
        self._route = route
        self._observer = observer
        self._meters = observer.meters
        self._threads = {
            lane: ThreadPoolExecutor(count, lane.value, initializer=None if lane is Lane.WRITING else _step_back)
            for lane, count in THREADS.items()
        }
        self._places = threading.Semaphore(BODIES)
        self._under_way: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()
        self._looping = threading.Thread(target=self.loop.run_forever, name="bodies", daemon=True)
        self._looping.start()

    def close(self) -> None:
        """End the threads; what they are answering is finished."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._looping.join()
        self.loop.close()
        for threads in self._threads.values():
            threads.shutdown()

    def receive(self, scope: Any, exchange: Exchange) -> None:
        """Answer a request, now or on a thread of its lane. Raises nothing: granian would not notice."""
        environ: dict[str, Any] = {}
        try:
            environ = environ_of(scope)
            lane, longest = self._route(environ)
            if lane is Lane.READING:
                answer(self._application, exchange, environ)
            elif lane is Lane.FILES:
                self._queue(lane, exchange, environ)
            elif self._places.acquire(blocking=False):
                # Not run_coroutine_threadsafe: nobody waits for what it would bring back.
                self._meters.comes_in(1)
                self.loop.call_soon_threadsafe(self._take_in_later, lane, longest, exchange, environ)
            else:
                self._refuse(exchange, environ, 503, "The site is busy. Wait a moment and try again; nothing was lost.")
        except Exception:
            self._own_up(exchange, environ)

    def _take_in_later(self, lane: Lane, longest: int, exchange: Exchange, environ: dict[str, Any]) -> None:
        task = self.loop.create_task(self._take_in(lane, longest, exchange, environ))
        self._under_way.add(task)  # a task that nobody holds may be forgotten half-way
        task.add_done_callback(self._under_way.discard)

    async def _take_in(self, lane: Lane, longest: int, exchange: Exchange, environ: dict[str, Any]) -> None:
        try:
            is_whole = await take_in(exchange, environ, longest)
        except Exception:
            self._own_up(exchange, environ)
            return
        finally:
            self._meters.comes_in(-1)
            self._places.release()
        if is_whole:
            self._queue(lane, exchange, environ)
        else:
            self._refuse(exchange, environ, 400, "The request broke off. Nothing of it was used; try again.")

    def _queue(self, lane: Lane, exchange: Exchange, environ: dict[str, Any]) -> None:
        self._meters.waits(lane, 1)
        self._threads[lane].submit(self._answer, lane, exchange, environ)

    def _answer(self, lane: Lane, exchange: Exchange, environ: dict[str, Any]) -> None:
        self._meters.waits(lane, -1)
        try:
            answer(self._application, exchange, environ)
        except Exception:
            self._own_up(exchange, environ)

    def _own_up(self, exchange: Exchange, environ: dict[str, Any]) -> None:
        """Log the fault that is being handled, and answer that it is ours."""
        with about_request(self._observer.name(environ)):
            log.exception("fault outside the application")
        self._refuse(exchange, environ, 500, "Something went wrong. The fault is ours, and was written to the log.")

    def _refuse(self, exchange: Exchange, environ: dict[str, Any], status: int, sentence: str) -> None:
        request_id = self._observer.name(environ)
        with about_request(request_id):
            self._observer.answered(environ, status)
        refuse(exchange, status, sentence, (HEADER, request_id))


def _step_back() -> None:
    """Let other threads go before this one; Linux gives each thread a priority of its own."""
    own = threading.get_native_id()
    os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + NICE)

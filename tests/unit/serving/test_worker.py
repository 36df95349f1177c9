"""On which threads a worker answers what."""

import asyncio
import os
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from elearn.serving.worker import BODIES, NICE, Lanes
from elearn.web.lanes import Lane, Route
from elearn.web.meters import Meters
from elearn.web.observed import Observer

LONGEST = 5


class Exchange:
    """What granian gives for one request: the pieces of its body, and an answer that can be waited for."""

    def __init__(self, *pieces: bytes, go: threading.Event | None = None) -> None:
        self._pieces, self._go = pieces, go
        self._answered = threading.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in (*self._pieces, b""):
            while self._go is not None and not self._go.is_set():
                await asyncio.sleep(0.001)
            yield piece

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take the answer."""
        self._status, self._body = status, body
        self._answered.set()

    @property
    def is_answered(self) -> bool:
        """Whether the answer is there."""
        return self._answered.is_set()

    @property
    def status(self) -> int:
        """The status, when it is there."""
        assert self._answered.wait(60)
        return self._status

    @property
    def body(self) -> bytes:
        """The answer, when it is there."""
        assert self._answered.wait(60)
        return self._body


def _scope(method: str = "POST", **headers: str) -> SimpleNamespace:
    return SimpleNamespace(
        http_version="1.1",
        server="127.0.0.1:80",
        client="127.0.0.1:1234",
        scheme="http",
        method=method,
        path="/x",
        query_string="",
        headers=headers,
    )


def _echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


def _observer() -> Observer:
    return Observer(Meters(()), trusts_proxy=False, logs_requests=False)


@contextmanager
def _lanes(application: Any, lane: Lane, observer: Observer | None = None) -> Iterator[Lanes]:
    lanes = Lanes(application, lambda environ: Route(lane, LONGEST), observer or _observer())
    yield lanes
    lanes.close()


@pytest.mark.parametrize("lane", Lane)
def test_a_request_is_answered_on_the_threads_of_its_lane(lane: Lane) -> None:
    threads: queue.Queue[str] = queue.Queue()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        threads.put(threading.current_thread().name)
        return []

    with _lanes(application, lane) as lanes:
        lanes.receive(_scope(), Exchange())
        found = threads.get(timeout=60)

    assert found.startswith(threading.current_thread().name if lane is Lane.READING else lane.value)


@pytest.mark.parametrize("lane", Lane)
def test_long_work_lets_pages_go_before(lane: Lane) -> None:
    found: queue.Queue[int] = queue.Queue()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        found.put(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return []

    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with _lanes(application, lane) as lanes:
        lanes.receive(_scope(), Exchange())
        assert found.get(timeout=60) == (usual + NICE if lane in (Lane.FILES, Lane.SLOW) else usual)
    assert os.getpriority(os.PRIO_PROCESS, 0) == usual


@pytest.mark.parametrize("lane", Lane)
def test_a_fault_is_answered_on_every_lane_and_logged_in_one_line(lane: Lane, caplog: pytest.LogCaptureFixture) -> None:
    def fail(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("a fault")

    scope = _scope()
    scope.path = "/x\nforged"
    with _lanes(fail, lane) as lanes:
        exchange = Exchange()
        lanes.receive(scope, exchange)

        assert exchange.status == 500
    assert [record.getMessage() for record in caplog.records] == ["fault outside the application"]


def test_a_request_that_cannot_be_understood_is_answered() -> None:
    with _lanes(_echo, Lane.READING) as lanes:
        exchange = Exchange()
        lanes.receive(SimpleNamespace(), exchange)

        assert exchange.status == 500


def test_a_form_that_breaks_off_is_refused_and_never_reaches_the_application() -> None:
    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raise AssertionError

    with _lanes(application, Lane.WRITING) as lanes:
        exchange = Exchange(b"ab")
        lanes.receive(_scope(**{"content-length": "3"}), exchange)

        assert exchange.status == 400


def test_a_form_over_a_slow_line_is_awaited_elsewhere_and_answered_when_it_came() -> None:
    go = threading.Event()
    with _lanes(_echo, Lane.WRITING) as lanes:
        slow, quick = Exchange(b"abc", go=go), Exchange(b"def")
        lanes.receive(_scope(), slow)  # returns, though the form did not come yet
        lanes.receive(_scope(), quick)

        assert quick.body == b"def"
        assert not slow.is_answered
        go.set()
        assert slow.body == b"abc"


def test_a_form_too_many_is_told_to_come_again_and_the_next_finds_a_place() -> None:
    go = threading.Event()
    with _lanes(_echo, Lane.WRITING) as lanes:
        waiting = [Exchange(b"abc", go=go) for _ in range(BODIES)]
        for exchange in waiting:
            lanes.receive(_scope(), exchange)
        refused = Exchange(b"def")
        lanes.receive(_scope(), refused)
        assert refused.status == 503

        go.set()
        assert [exchange.body for exchange in waiting] == [b"abc"] * BODIES
        again = Exchange(b"def")
        lanes.receive(_scope(), again)
        assert again.body == b"def"

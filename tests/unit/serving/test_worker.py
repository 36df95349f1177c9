"""What a worker hands to the application and to granian."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from elearn.serving.worker import answering, in_lanes, take_in
from elearn.web.lanes import Lane


class Protocol:
    """What granian gives for one answer: it keeps what it is told."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_whole = False

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take a whole answer."""
        self.status, self.headers, self.pieces, self.is_whole = status, headers, [body], True

    def response_iter(self, status: int, headers: list[tuple[str, str]], body: Any) -> None:
        """Take an answer piece by piece."""
        self.status, self.headers = status, headers
        while True:
            try:
                self.pieces.append(body.__next__())
            except StopIteration:
                break
        body.close()


class Body:
    """A body in pieces that knows whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


def _ask(application: Callable[..., Any]) -> Protocol:
    protocol = Protocol()
    answering(application)(protocol, {"PATH_INFO": "/", "REQUEST_METHOD": "GET"})
    return protocol


def test_an_answer_of_known_length_is_handed_over_whole_and_closed() -> None:
    body = Body(b"ab", b"c")

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Body:
        start("201 CREATED", [("Content-Length", "3")])
        return body

    protocol = _ask(application)

    assert (protocol.status, protocol.pieces, protocol.is_whole) == (201, [b"abc"], True)
    assert protocol.headers == [("Content-Length", "3")]
    assert body.is_closed


def test_an_answer_of_unknown_length_is_handed_over_piece_by_piece_and_closed() -> None:
    body = Body(b"ab", b"c")

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Body:
        start("200 OK", [])
        return body

    protocol = _ask(application)

    assert (protocol.pieces, protocol.is_whole) == ([b"ab", b"c"], False)
    assert body.is_closed


def test_a_request_holds_nothing_of_the_processs_environment() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        seen.update(environ)
        start("200 OK", [("Content-Length", "0")])
        return []

    _ask(application)

    assert "PATH" not in seen
    assert seen["PATH_INFO"] == "/"


def test_an_application_that_fails_on_a_thread_of_ours_is_answered_with_500() -> None:
    answered = threading.Event()

    class Waited(Protocol):
        def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            """Take a whole answer, and tell."""
            super().response_bytes(status, headers, body)
            answered.set()

    def fail(protocol: Any, environ: dict[str, Any]) -> None:
        raise RuntimeError("a fault")

    protocol = Waited()
    _lanes(fail, Lane.WRITING)(protocol, {"wsgi.input": Stream()})

    assert answered.wait(60)
    assert protocol.status == 500


LONGEST = 5


class Stream:
    """What granian gives to read a body from: it may come in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read(self, size: int) -> bytes:
        """Read the next piece, at most ``size`` of it."""
        piece = self._pieces.pop(0) if self._pieces else b""
        assert len(piece) <= size
        return piece


@pytest.mark.parametrize(
    ("said", "pieces", "is_whole", "body", "length"),
    [
        ("3", (b"a", b"bc"), True, b"abc", "3"),
        ("0", (), True, b"", "0"),
        ("3", (b"ab",), False, b"ab", "2"),
        ("3", (), False, b"", "0"),
        (None, (b"a", b"bc"), True, b"abc", "3"),
        (None, (), True, b"", "0"),
        (None, (b"abc", b"def"), True, b"abcdef", "6"),  # longer than allowed, and seen to be
        ("5", (b"abcde",), True, b"abcde", "5"),
        ("9", (b"abcdef",), True, b"abcdef", "9"),  # longer than allowed: what is said stands
        ("x", (b"abc",), True, b"abc", "3"),
        ("-1", (b"abc",), True, b"abc", "3"),
    ],
)
def test_a_body_is_whole_or_known_not_to_be(
    said: str | None, pieces: tuple[bytes, ...], is_whole: bool, body: bytes, length: str
) -> None:
    environ: dict[str, Any] = {"wsgi.input": Stream(*pieces)}
    if said is not None:
        environ["CONTENT_LENGTH"] = said

    assert take_in(environ, LONGEST) is is_whole
    assert environ["wsgi.input"].read() == body
    assert environ["CONTENT_LENGTH"] == length


def _lanes(answer: Any, lane: Lane) -> Any:
    return in_lanes(answer, lambda environ: lane, pages=2, longest=LONGEST)


@pytest.mark.parametrize("lane", Lane)
def test_a_request_is_answered_on_the_threads_of_its_lane(lane: Lane) -> None:
    threads: queue.Queue[str] = queue.Queue()

    def answer(protocol: Any, environ: dict[str, Any]) -> None:
        threads.put(threading.current_thread().name)

    _lanes(answer, lane)(Protocol(), {"wsgi.input": Stream()})

    found = threads.get(timeout=60)
    assert found.startswith(threading.current_thread().name if lane is Lane.READING else lane.value)


def test_a_request_that_breaks_off_is_refused_and_never_reaches_the_application() -> None:
    def answer(protocol: Any, environ: dict[str, Any]) -> None:
        raise AssertionError

    protocol = Protocol()
    _lanes(answer, Lane.WRITING)(protocol, {"CONTENT_LENGTH": "3", "wsgi.input": Stream(b"ab")})

    assert protocol.status == 400


@pytest.mark.parametrize("pages", [1, 2])
def test_no_more_pages_are_made_at_a_time_than_were_allowed(pages: int) -> None:
    at_work, most, go = [0], [0], threading.Event()
    counting = threading.Lock()

    def answer(protocol: Any, environ: dict[str, Any]) -> None:
        with counting:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        go.wait(0.01)
        with counting:
            at_work[0] -= 1

    choose = in_lanes(answer, lambda environ: Lane.READING, pages=pages, longest=LONGEST)
    readers = [threading.Thread(target=choose, args=(Protocol(), {})) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)

    assert most[0] == pages

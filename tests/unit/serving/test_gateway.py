"""A request of granian in WSGI's words, and an answer of WSGI in granian's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from elearn.serving.gateway import answer, environ_of, take_in

LONGEST = 5


class Fields:
    """The headers of a request: a name may come twice."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        self._fields = fields

    def items(self) -> list[tuple[str, str]]:
        """Each name with its value."""
        return list(self._fields)


def _scope(*fields: tuple[str, str], **changes: str) -> Any:
    usual = {
        "http_version": "1.1",
        "server": "127.0.0.1:8000",
        "client": "10.0.0.7:51234",
        "scheme": "http",
        "method": "GET",
        "path": "/",
        "query_string": "",
    }
    return SimpleNamespace(**usual | changes, headers=Fields(*fields))


def test_a_request_is_told_in_wsgis_words() -> None:
    environ = environ_of(_scope(("host", "fiu.example"), ("content-type", "text/x"), ("content-length", "3")))

    assert environ["REQUEST_METHOD"] == "GET"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert (environ["REMOTE_ADDR"], environ["HTTP_HOST"]) == ("10.0.0.7", "fiu.example")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/x", "3")
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["wsgi.input"].read() == b""


def test_an_address_of_ip_6_stands_without_brackets() -> None:
    assert environ_of(_scope(client="[2001:db8::7]:51234"))["REMOTE_ADDR"] == "2001:db8::7"


def test_letters_beyond_ascii_are_carried_as_wsgi_says() -> None:
    environ = environ_of(_scope(path="/курс", query_string="q=ё"))

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/курс"
    assert environ["QUERY_STRING"].encode("latin-1").decode() == "q=ё"


def test_a_header_that_comes_twice_is_joined() -> None:
    fields = (("cookie", "a=1"), ("accept", "x/y"), ("cookie", "b=2"), ("accept", "z/w"))
    environ = environ_of(_scope(*fields))

    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "x/y,z/w")


def test_a_header_cannot_pass_for_that_of_a_proxy() -> None:
    environ = environ_of(_scope(("x_forwarded_for", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2")))

    assert environ["HTTP_X_FORWARDED_FOR"] == "10.0.0.2"


def test_a_request_holds_nothing_of_the_processs_environment_nor_of_another_request() -> None:
    first = environ_of(_scope(("x-a", "1")))
    second = environ_of(_scope())

    assert "PATH" not in first
    assert "HTTP_X_A" not in second


class Exchange:
    """The pieces of a body as granian gives them, with an empty one at the end; and what is answered."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take the answer."""
        self.answer = (status, headers, body)


@pytest.mark.parametrize(
    ("said", "pieces", "is_whole", "body", "length"),
    [
        ("3", (b"a", b"bc", b""), True, b"abc", "3"),
        ("0", (b"",), True, b"", "0"),
        ("3", (b"ab", b"", b""), False, b"ab", "2"),
        ("3", (b"", b""), False, b"", "0"),
        ("3", (b"",), False, b"", "0"),
        (None, (b"a", b"bc", b""), True, b"abc", "3"),
        (None, (b"a", b"bc", b"", b""), False, b"abc", "3"),  # broke off between two chunks
        (None, (b"",), True, b"", "0"),
        (None, (b"abc", b"defgh", b""), True, b"abcdef", "6"),  # longer than allowed, and seen to be
        ("5", (b"abcde", b""), True, b"abcde", "5"),
        ("9", (b"abcdefghi", b""), True, b"abcdef", "9"),  # longer than allowed: what is said stands
        ("x", (b"abc", b""), True, b"abc", "3"),
        ("-1", (b"abc", b""), True, b"abc", "3"),
    ],
)
def test_a_body_is_whole_or_known_not_to_be(
    said: str | None, pieces: tuple[bytes, ...], is_whole: bool, body: bytes, length: str
) -> None:
    environ: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked"} if said is None else {"CONTENT_LENGTH": said}

    with ThreadPoolExecutor(1) as elsewhere:  # this thread may belong to the event loop of a browser
        taking = elsewhere.submit(lambda: asyncio.run(take_in(Exchange(*pieces), environ, LONGEST)))
        assert taking.result() is is_whole
    assert environ["wsgi.input"].read() == body
    assert environ["CONTENT_LENGTH"] == length
    assert "HTTP_TRANSFER_ENCODING" not in environ


class Body:
    """An answer in pieces that knows whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


def test_an_answer_is_handed_over_whole_and_closed() -> None:
    body, exchange = Body(b"ab", b"c"), Exchange()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Body:
        start("201 CREATED", [("Content-Length", "3")])
        return body

    answer(application, exchange, {})

    assert exchange.answer == (201, [("Content-Length", "3")], b"abc")
    assert body.is_closed


def test_an_answer_that_fails_is_closed() -> None:
    class Failing(Body):
        def __iter__(self) -> Iterator[bytes]:
            yield b"ab"
            raise RuntimeError

    body, exchange = Failing(), Exchange()
    with pytest.raises(RuntimeError):
        answer(lambda environ, start: body, exchange, {})

    assert body.is_closed
    assert not hasattr(exchange, "answer")

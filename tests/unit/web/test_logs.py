"""Lines of the log: one each, with the request they belong to."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from elearn.web.logs import ForCollectors, ForPeople, about_request, current_request_id


@pytest.fixture
def out() -> io.StringIO:
    """What was logged."""
    return io.StringIO()


@pytest.fixture
def log(out: io.StringIO) -> Iterator[logging.Logger]:
    """A logger that writes nowhere else."""
    found = logging.Logger("tried")
    found.addHandler(logging.StreamHandler(out))
    yield found


def _form(log: logging.Logger, formatter: logging.Formatter) -> None:
    log.handlers[0].setFormatter(formatter)


def test_a_json_line_tells_instant_level_logger_worker_and_request(log: logging.Logger, out: io.StringIO) -> None:
    _form(log, ForCollectors(3))
    with about_request("abcdefgh"):
        log.warning("so %s", "it is", extra={"fields": {"status": 200}})

    said = json.loads(out.getvalue())
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "level": "warning",
        "logger": "tried",
        "message": "so it is",
        "worker": 3,
        "request_id": "abcdefgh",
        "status": 200,
    }


def test_a_fault_is_one_json_line_with_its_traceback(log: logging.Logger, out: io.StringIO) -> None:
    _form(log, ForCollectors(None))
    try:
        raise RuntimeError("one\ntwo\u2028three")
    except RuntimeError:
        log.exception("a\nfault")

    assert out.getvalue().count("\n") == 1 and out.getvalue().isascii()
    assert "RuntimeError: one\ntwo" in json.loads(out.getvalue())["fault"]


def test_a_line_for_people_ends_with_the_request(log: logging.Logger, out: io.StringIO) -> None:
    _form(log, ForPeople())
    log.error("before")
    with about_request("abcdefgh"):
        log.error("within")
    log.error("after")

    before, within, after = out.getvalue().splitlines()
    assert within.endswith("ERROR tried: within (request abcdefgh)")
    assert before.endswith("before") and after.endswith("after")
    assert current_request_id() is None

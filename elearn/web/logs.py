"""The log: lines for people, or a JSON object a line for a collector; each with the request it belongs to.

Nothing here tells who asked, or for whom: no name, no address of a person's device, no path, no query.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

FOR_PEOPLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


@contextmanager
def about_request(request_id: str | None) -> Iterator[None]:
    """What is logged within belongs to this request."""
    before = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(before)


def current_request_id() -> str | None:
    """The id of the request that is being answered; None outside of one."""
    return _request_id.get()


class ForPeople(logging.Formatter):
    """A line to read, with the id of the request at its end."""

    def __init__(self) -> None:
        super().__init__(FOR_PEOPLE)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """The line, before what is said of an exception."""
        request_id = current_request_id()
        line = super().formatMessage(record)
        return line if request_id is None else f"{line} (request {request_id})"


class ForCollectors(logging.Formatter):
    """One JSON object a line; whatever it holds, it is one line of ASCII."""

    def __init__(self, worker: int | None) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The record with its instant, level and logger, what ``extra={"fields": …}`` told, and a fault's traceback."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if self._worker is not None:
            said["worker"] = self._worker
        request_id = current_request_id()
        if request_id is not None:
            said["request_id"] = request_id
        said |= getattr(record, "fields", {})
        if record.exc_info:
            said["fault"] = self.formatException(record.exc_info)
        return json.dumps(said)


def set_up_log(level: str, form: Literal["text", "json"], *, worker: int | None = None) -> None:
    """Log to standard error and nowhere else; ``worker`` is the number of this process, if it is one."""
    handler = logging.StreamHandler()
    handler.setFormatter(ForCollectors(worker) if form == "json" else ForPeople())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)

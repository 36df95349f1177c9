"""The virus scanner clamd, asked on its socket whether a file holds malware (man clamd, INSTREAM and PING).

A client of our own: the two commands are all that is needed, and no library for them is kept up any more.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from elearn.core.refusals import Conflict, Invalid

PIECE = 64 * 1024  # bytes sent at a time
PATIENCE_SECONDS = 30.0
"""So long clamd may take for each piece, and for its answer."""
LONGEST_ANSWER = 4_096


class Infected(Invalid):
    """A scanner knows what is in the file."""

    message = "This file holds malware (%(malware)s), so it was not taken. Tell the administrator of this site."


class NotScanned(Conflict):
    """A scanner is set and did not say whether the file is clean; what is not known to be clean is not taken."""

    message = "The virus scanner does not answer, so no file can be taken now. Tell the administrator of this site."


def check_clean(address: str, data: bytes) -> None:
    """Return if clamd at ``address`` (a path, or host:port) finds nothing in a file. Raises Infected, NotScanned."""
    try:
        with _line_to(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = _answer(line)
    except OSError as fault:
        raise NotScanned from fault
    if answer.endswith(" FOUND"):
        raise Infected(malware=answer.removeprefix("stream: ").removesuffix(" FOUND")[:80])
    if answer != "stream: OK":  # such as «INSTREAM size limit exceeded. ERROR»
        raise NotScanned


def does_answer(address: str) -> bool:
    """Whether clamd answers at ``address``."""
    try:
        with _line_to(address) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


@contextmanager
def _line_to(address: str) -> Iterator[socket.socket]:
    is_path = address.startswith("/")
    with socket.socket(socket.AF_UNIX) if is_path else _dialled(address) as line:
        line.settimeout(PATIENCE_SECONDS)
        if is_path:
            line.connect(address)
        yield line


def _dialled(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)


def _answer(line: socket.socket) -> str:
    """What it says, up to its NUL."""
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", errors="replace")

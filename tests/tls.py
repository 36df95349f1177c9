"""A server on the loopback whose certificate nobody trusts, to see that it is told nothing."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.ldap_server import certificate


class Stranger(NamedTuple):
    """The port of the server, and what it was told once it is gone."""

    port: int
    heard: list[bytes]


@contextmanager
def stranger(folder: Path) -> Iterator[Stranger]:
    """A running server, which takes one call by TLS."""
    file = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, file.with_suffix(".key"))
    heard: list[bytes] = []

    def listen() -> None:
        with suppress(OSError), context.wrap_socket(door.accept()[0], server_side=True) as line:
            heard.append(line.recv(1))

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=listen)
        thread.start()
        yield Stranger(door.getsockname()[1], heard)
        thread.join()

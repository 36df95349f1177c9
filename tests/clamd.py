"""A small clamd on the loopback or at a socket: it reads the protocol as the real one does and knows EICAR alone."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for malware, and harms nothing; in two pieces, so that this file is none."""


@dataclass
class Scanner:
    """Where it listens, what it was given, and the most bytes that it takes."""

    address: str = ""
    scanned: list[bytes] = field(default_factory=list)
    largest: int = 25_000_000


class _Talk(socketserver.StreamRequestHandler):
    """One connection with one command, as the commands that begin with «z» are."""

    def handle(self) -> None:
        scanner = cast(Scanner, self.server.scanner)  # type: ignore[attr-defined]
        match self._command():
            case b"zPING":
                self.wfile.write(b"PONG\0")
            case b"zINSTREAM":
                data = b""
                while size := int.from_bytes(self.rfile.read(4), "big"):
                    data += self.rfile.read(size)
                    if len(data) > scanner.largest:
                        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                        return
                scanner.scanned.append(data)
                self.wfile.write(b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0")
            case _:
                self.wfile.write(b"UNKNOWN COMMAND\0")

    def _command(self) -> bytes:
        said = b""
        while not said.endswith(b"\0") and (letter := self.rfile.read(1)):
            said += letter
        return said.rstrip(b"\0")


class _AtPort(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _AtPath(_AtPort):
    address_family = socket.AF_UNIX


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Scanner]:
    """A scanner at a socket of this path, or else at some port, until the block ends."""
    scanner = Scanner()
    server = _AtPort(("127.0.0.1", 0), _Talk) if path is None else _AtPath(str(path), _Talk)  # type: ignore[arg-type]
    server.scanner = scanner  # type: ignore[attr-defined]
    scanner.address = f"127.0.0.1:{server.server_address[1]}" if path is None else str(path)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield scanner
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

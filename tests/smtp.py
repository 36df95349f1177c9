"""A mail server on the loopback that keeps what it is sent: enough of RFC 5321 for ``smtplib``."""

import base64
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import cast

from flask import Flask

from elearn.core.clock import now as clock
from elearn.jobs.working import work_off


@dataclass
class Mailbox:
    """What the server was told. ``refuses`` are addresses that it takes nothing for; ``account`` may sign in."""

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    account: tuple[str, str] | None = None
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)  # to whom, what

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to an address."""
        return [letter for recipient, letter in self.letters if recipient == address]


def deliver(site: Flask) -> None:
    """Do what the site has to do in the background, as its process for jobs does, until nothing is due."""
    settings, database = site.config["SETTINGS"], site.extensions["elearn.database"]
    while any(work_off(settings, database, clock=clock)):
        pass


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        mailbox = cast(Mailbox, self.server.mailbox)  # type: ignore[attr-defined]
        recipient, is_known = "", mailbox.account is None
        self._say("220 here")
        while line := self.rfile.readline():
            words = line.decode().strip()
            match words.split(maxsplit=1)[0].upper():
                case "EHLO":
                    self._say("250-here")
                    self._say("250 AUTH PLAIN")
                case "AUTH":
                    _, name, password = base64.b64decode(words.split()[2]).decode().split("\0")
                    is_known = (name, password) == mailbox.account
                    self._say("235 welcome" if is_known else "535 who are you")
                case "RCPT":
                    recipient = words.partition("<")[2].partition(">")[0]
                    self._say("550 no such mailbox" if recipient in mailbox.refuses else "250 fine")
                case "DATA":
                    self._say("354 go on")
                    mailbox.letters.append((recipient, self._letter()))
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case "MAIL" if not is_known:
                    self._say("530 sign in first")
                case _:
                    self._say("250 fine")

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A running server, on a port of its own."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        mailbox = Mailbox(port=server.server_address[1])
        server.mailbox = mailbox  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()

"""Letters of the site, and the way to the mail server that the settings name."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from elearn.core.refusals import Unsound
from elearn.settings import Settings

SECONDS = 30
"""So long a mail server may be silent."""


class NoMail(Unsound):
    """A setting without which no letter can be sent is missing, or cannot be used."""

    message = "No e-mail can be sent: %(reason)s."


def checked_sender(settings: Settings) -> tuple[str, str]:
    """The sender's address, and the site's. Raises NoMail if host, sender or public address is not set."""
    if settings.smtp_host is None:
        raise NoMail(reason="SMTP_HOST is not set")
    if settings.smtp_sender is None:
        raise NoMail(reason="SMTP_SENDER is not set")
    if settings.public_url is None:
        raise NoMail(reason="PUBLIC_URL is not set, and every letter leads there")
    return settings.smtp_sender, settings.public_url


def password_of(settings: Settings) -> str:
    """The password of the mail account. Raises NoMail if its file is not named or cannot be read."""
    if settings.smtp_password_file is None:
        raise NoMail(reason="SMTP_USER is set and SMTP_PASSWORD_FILE is not")
    try:
        return settings.smtp_password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise NoMail(reason=f"{settings.smtp_password_file} cannot be read") from problem


def language_for(settings: Settings, chosen: str | None) -> str:
    """The language of a letter to somebody who chose this one: the site's, if it does not offer that."""
    return chosen if chosen in settings.languages else settings.default_language


def letter(settings: Settings, subject: str, text: str, *, to: str, language: str, now: datetime) -> EmailMessage:
    """A letter of the site in plain text. Raises NoMail if host, sender or public address is not set."""
    sender, public_url = checked_sender(settings)
    made = EmailMessage()
    made["Subject"] = f"{settings.site_name}: {subject}"
    made["From"] = sender
    made["To"] = to
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=urlsplit(public_url).hostname)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    made["Content-Language"] = language
    made.set_content(text, cte="quoted-printable")
    return made


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, signed in if there is a user. Raises NoMail."""
    checked_sender(settings)
    assert settings.smtp_host is not None
    password = password_of(settings) if settings.smtp_user is not None else None
    host, port = settings.smtp_host, settings.smtp_port
    with ExitStack() as stack:
        try:
            server = _line_to(host, port, settings.smtp_tls)
            stack.callback(server.close)
            if settings.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user is not None and password is not None:
                server.login(settings.smtp_user, password)
        except (OSError, smtplib.SMTPException) as problem:
            raise NoMail(reason=f"{host}:{port} does not take it ({problem_words(problem)})") from problem
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def send(settings: Settings, message: EmailMessage) -> None:
    """Send one letter now. Raises NoMail if that cannot be done."""
    with mail_server(settings) as server:
        try:
            server.send_message(message)
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            raise NoMail(reason=f"the letter was not taken ({problem_words(problem)})") from problem


def _line_to(host: str, port: int, tls: str) -> smtplib.SMTP:
    if tls == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=SECONDS)


def problem_words(problem: Exception) -> str:
    """What went wrong, without the address that a server repeats in its answer."""
    code = getattr(problem, "smtp_code", None)
    return f"{type(problem).__name__} {code}" if code is not None else type(problem).__name__

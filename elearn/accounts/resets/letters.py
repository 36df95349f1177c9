"""The letter with a link, and sending it while nobody waits.

An answer that waited for the mail server would tell by its time which addresses have accounts. So everything, the
look-up included, is done on a thread of its own, one letter after the other.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from elearn.accounts.models import Person
from elearn.accounts.resets.queries import people_of_address
from elearn.accounts.resets.services import make_link, post
from elearn.db.engine import Database
from elearn.settings import Settings
from elearn.web.i18n import gettext_in, marked

WAITING = 50
"""So many requests may wait for the mail server; more are dropped, and people ask again."""

SUBJECT = marked("New password")
BODY = marked(
    "Somebody, probably you, asked for a new password for %(name)s.\n"
    "To choose one, open this address within 30 minutes; it is good once:\n\n%(address)s\n\n"
    "If it was not you, do nothing: your password stays as it is."
)

log = logging.getLogger("elearn")
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
_places = BoundedSemaphore(WAITING)


def send_links(settings: Settings, database: Database, address: str, *, now: datetime) -> Future[None] | None:
    """Have a link, good from ``now``, sent later to everybody with this address; None if too many wait already."""
    if not _places.acquire(blocking=False):
        log.warning("a request for a new password was dropped: the mail server is too slow")
        return None
    return _thread.submit(_send, settings, database, address, now)


def send_letters(settings: Settings, letters: Sequence[EmailMessage]) -> Future[None]:
    """Have letters that are written sent later, one after the other; who is not reached is told of in the log."""
    return _thread.submit(_post, settings, letters)


def _send(settings: Settings, database: Database, address: str, now: datetime) -> None:
    try:
        with database.writing() as session:
            letters = [
                letter(person, make_link(session, person, now=now), settings=settings, now=now)
                for person in people_of_address(session, address)
            ]
            session.commit()
        _post(settings, letters)
    except Exception as problem:  # whatever it is, the thread goes on to the next, and nobody's address is logged
        log.warning("a link for a new password was not made: %s", type(problem).__name__)
    finally:
        _places.release()


def _post(settings: Settings, letters: Sequence[EmailMessage]) -> None:
    for each in letters:
        try:
            for sender in post:
                sender(settings, each)
        except Exception as problem:  # the next letter may go; nobody's address is logged
            log.warning("a letter with a link was not sent: %s", type(problem).__name__)


def letter(person: Person, token: str, *, settings: Settings, now: datetime) -> EmailMessage:
    """The letter with the link to a new password."""
    return letter_to(person, token, SUBJECT, BODY, settings=settings, now=now)


def letter_to(
    person: Person, token: str, subject: str, body: str, *, settings: Settings, now: datetime
) -> EmailMessage:
    """A letter with a link, in the person's language; ``body`` has places for their sign-in name and the address.

    The site's public address and its sender must be set.
    """
    assert settings.public_url is not None
    language = person.language if person.language in settings.languages else settings.default_language
    made = EmailMessage()
    made["Subject"] = f"{settings.site_name}: {gettext_in(language, subject)}"
    made["From"] = settings.smtp_sender
    made["To"] = person.email
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=urlsplit(settings.public_url).hostname)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    made["Content-Language"] = language
    address = f"{settings.public_url}/sign-in/new-password/{token}"
    text = gettext_in(language, body, name=person.sign_in_name, address=address)
    made.set_content(f"{text}\n\n-- \n{settings.site_name}\n", cte="quoted-printable")
    return made

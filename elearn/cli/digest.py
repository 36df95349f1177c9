"""``elearn digest``: the daily e-mail, for a timer."""

import logging
import smtplib
import sys
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from elearn import wiring
from elearn.certificates.services import tell_what_expires
from elearn.cli.options import config_option, data_option
from elearn.cli.site import settings_of, writing
from elearn.core.clock import now as clock
from elearn.digest.letters import letter
from elearn.digest.post import checked_sender, mail_server, problem_words
from elearn.digest.queries import people_who_want_one, recipients
from elearn.digest.services import claim_notices, give_back
from elearn.settings import Settings

log = logging.getLogger("elearn")


@click.group()
def digest() -> None:
    """The daily e-mail with what waits unread, for those who asked for it on their account's page."""


@digest.command()
@config_option
@data_option
def send(config: Path | None, data: Path | None) -> None:
    """Send what is due. Run it once a day from a timer; run more often, it sends nobody a second letter.

    Whoever could not be reached is logged, and is tried again next time. Exit code 1 if that was anybody.
    """
    settings = settings_of(config, data)
    wiring.connect_hooks(settings)
    with writing(settings) as session:
        zone = ZoneInfo(settings.timezone)
        for person_id in people_who_want_one(session):
            tell_what_expires(session, person_id, clock(), zone=zone)
        session.commit()
        sent, failed = send_due(session, settings)
    click.echo(f"Digests sent: {sent}. Not sent, to be tried again: {failed}.")
    sys.exit(1 if failed else 0)


def send_due(session: Session, settings: Settings) -> tuple[int, int]:
    """Send every digest that is due, each in a transaction of its own; how many left, and how many did not.

    Raises NoMail before anything is claimed, if the server cannot be reached.
    """
    sender, public_url = checked_sender(settings)
    due = recipients(session, now=clock())
    session.commit()  # nothing is held while a server is waited for
    if not due:
        return 0, 0
    sent = failed = 0
    write = partial(letter, sender=sender, site_name=settings.site_name, public_url=public_url)
    with mail_server(settings) as server:
        for each in due:
            notices = claim_notices(session, each.person_id, now=clock())
            session.commit()
            if not notices:
                continue
            language = each.language if each.language in settings.languages else settings.default_language
            try:
                server.send_message(write(notices, to=each.email, language=language, now=clock()))
                sent += 1
            except (OSError, ValueError, smtplib.SMTPException) as problem:
                failed += 1
                log.warning("the digest for %s was not sent: %s", each.public_id, problem_words(problem))
                give_back(session, notices)
                session.commit()
    return sent, failed

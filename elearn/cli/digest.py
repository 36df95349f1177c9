"""``elearn digest``: the daily e-mail, now."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from elearn import wiring
from elearn.cli.options import config_option, data_option
from elearn.cli.site import migrated, settings_of
from elearn.core.clock import now as clock
from elearn.digest.services import queue_digests
from elearn.jobs.rules import Kind
from elearn.jobs.services import hurry
from elearn.jobs.working import work_off
from elearn.mail import mail_server


@click.group()
def digest() -> None:
    """The daily e-mail with what waits unread, for those who asked for it on their account's page."""


@digest.command()
@config_option
@data_option
def send(config: Path | None, data: Path | None) -> None:
    """Send now what «elearn serve» sends at DIGEST_AT o'clock; run again, it sends nobody a second letter.

    Whoever could not be reached is logged, and is tried again by «elearn serve». Exit code 1 if that was anybody.
    """
    settings = settings_of(config, data)
    wiring.connect_hooks(settings)
    with mail_server(settings):
        pass  # one that is not there refuses the command, not each letter
    with migrated(settings) as database:
        with database.writing() as session:
            queue_digests(session, now=clock(), zone=ZoneInfo(settings.timezone))
            hurry(session, Kind.DIGEST, now=clock())
            session.commit()
        sent, failed = work_off(settings, database, only=Kind.DIGEST, clock=clock)
    click.echo(f"Digests sent: {sent}. Not sent, to be tried again: {failed}.")
    sys.exit(1 if failed else 0)

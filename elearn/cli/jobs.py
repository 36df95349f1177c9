"""``elearn jobs``: the letters that wait, without a browser."""

from pathlib import Path

import click

from elearn.audit.rules import Bystander
from elearn.cli.options import config_option, data_option
from elearn.cli.site import migrated, settings_of, writing
from elearn.core.clock import now as clock
from elearn.jobs.queries import counts, failed_jobs, waiting_jobs
from elearn.jobs.services import try_again

SHOWN = 100


@click.group()
def jobs() -> None:
    """What the site does in the background: letters that wait, and those that could not be sent."""


@jobs.command("list")
@config_option
@data_option
def list_(config: Path | None, data: Path | None) -> None:
    """Show what waits and what failed; at most 100 of each."""
    with migrated(settings_of(config, data)) as database, database.reading() as session:
        stands = counts(session)
        click.echo(f"Waiting: {stands.waiting}, of them tried in vain: {stands.in_trouble}. Failed: {stands.failed}.")
        for job in (*waiting_jobs(session, SHOWN), *failed_jobs(session, SHOWN)):
            state = "waiting" if job.ended_at is None else "failed"
            click.echo(
                f"{job.public_id}  {state:<7}  {job.kind:<11}  since {job.made_at:%Y-%m-%d %H:%M} UTC  "
                f"tries {job.tries}  {job.problem or ''}".rstrip()
            )


@jobs.command()
@config_option
@data_option
def retry(config: Path | None, data: Path | None) -> None:
    """Try everything that waits now, and invitations that failed once more; «elearn serve» does it."""
    with writing(settings_of(config, data)) as session:
        count = try_again(session, actor=Bystander.COMMAND_LINE, now=clock())
    click.echo(f"To be tried now: {count}.")

"""``elearn person erase``, ``merge`` and ``retention``: what cannot be undone, each with a dry run first."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import person_by_sign_in_name
from elearn.accounts.rules import OPERATOR
from elearn.cli.person import NobodyOfThisName, person, site_options
from elearn.cli.site import settings_of, writing
from elearn.core.clock import now as clock
from elearn.rights.merging import merge_people, merge_plan
from elearn.rights.pages import FATES, WHYS
from elearn.rights.queries import fates_of
from elearn.rights.services import erase_person, expired, forget_expired
from elearn.rights.titles import TITLES
from elearn.wiring import connect_hooks

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")


@person.command("erase")
@click.argument("name")
@_DRY_RUN
@site_options
def erase(name: str, dry_run: bool, config: Path | None, data: Path | None) -> None:
    """Erase who the person with the sign-in name NAME is, for good; what must stay stays without the name."""
    settings = settings_of(config, data)
    connect_hooks(settings)
    with writing(settings) as session:
        found = _named(session, name)
        lines = [
            f"{TITLES[line.name]}: {line.count} {FATES[line.fate]}. {WHYS[line.why]}"
            for line in fates_of(session, found.id)
        ]
        if not dry_run:
            erase_person(session, found, actor=OPERATOR, now=clock())
    for line in lines:
        click.echo(line)
    click.echo("Nothing was done." if dry_run else f"Erased {name}.")


@person.command("merge")
@click.argument("kept")
@click.argument("gone")
@_DRY_RUN
@site_options
def merge(kept: str, gone: str, dry_run: bool, config: Path | None, data: Path | None) -> None:
    """Move all records of the account GONE to the account KEPT of the same person, for good."""
    settings = settings_of(config, data)
    connect_hooks(settings)
    with writing(settings) as session:
        stays, goes = _named(session, kept), _named(session, gone)
        plan = merge_plan(session, stays, goes)
        if not dry_run:
            merge_people(session, stays, goes, actor=OPERATOR, zone=ZoneInfo(settings.timezone), now=clock())
    for line in plan.lines:
        click.echo(f"{TITLES[line.name]}: {line.count}")
    for slug, leader in plan.courses:
        click.echo(f"Both have the course {slug}: that of {leader} leads, attempts of both stay.")
    if plan.roles:
        click.echo(f"Roles of {gone} end: {plan.roles}")
    click.echo("Nothing was done." if dry_run else f"Merged {gone} into {kept}.")


@person.command("retention")
@_DRY_RUN
@site_options
def retention(dry_run: bool, config: Path | None, data: Path | None) -> None:
    """Erase what is kept longer than RETENTION_PEOPLE_MONTHS and RETENTION_ANSWERS_MONTHS say."""
    settings = settings_of(config, data)
    connect_hooks(settings)
    now = clock()
    with writing(settings) as session:
        found = expired(
            session,
            people_months=settings.retention_people_months,
            answers_months=settings.retention_answers_months,
            now=now,
        )
        if not dry_run:
            forget_expired(session, found, now=now)
    for _person_id, name in found.people:
        click.echo(f"Account: {name}")
    click.echo(f"Accounts to erase: {len(found.people)}. Attempts with words or files to erase: {len(found.attempts)}.")
    click.echo("Nothing was done." if dry_run else "Done.")


def _named(session: Session, name: str) -> Person:
    """The person of a sign-in name. Raises NobodyOfThisName."""
    found = person_by_sign_in_name(session, name)
    if found is None:
        raise NobodyOfThisName(name=name)
    return found

"""``elearn audit``: whether the log is whole, its anchor, and the log as a file."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from elearn.audit.queries import EventFilter, all_events, newest, verified
from elearn.audit.rules import Act, Bystander, Kind, Thing, anchors_of
from elearn.audit.services import record
from elearn.cli.options import config_option, data_option
from elearn.cli.site import migrated, settings_of, writing
from elearn.core.clock import now as clock
from elearn.core.refusals import Unsound
from elearn.oversight.pages import CSV_HEAD, csv_rows
from elearn.oversight.queries import beginning
from elearn.web.spreadsheets import PIECE, csv_file


class NothingToAnchor(Unsound):
    """The log is empty."""

    message = "The audit log is empty yet: there is nothing to anchor."


class AnchorsUnreadable(Unsound):
    """The file of anchors cannot be read."""

    message = "The file of anchors %(path)s cannot be read: %(reason)s."


@click.group()
def audit() -> None:
    """The audit log: prove that it is whole, anchor it, take it out."""


@audit.command()
@click.option(
    "--anchors",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file with lines of «elearn audit anchor», kept elsewhere: finds what was cut off or written anew, too.",
)
@config_option
@data_option
def verify(anchors: Path | None, config: Path | None, data: Path | None) -> None:
    """Check every event of the log against the one before it, and name the first that is broken."""
    known = anchors_of(_read(anchors)) if anchors is not None else []
    with migrated(settings_of(config, data)) as database, database.reading() as session:
        count = verified(session, known)
    told = f"; anchors found: {len(known)}" if anchors is not None else ""
    click.echo(f"The audit log is whole: {count} events{told}.")


@audit.command()
@config_option
@data_option
def anchor(config: Path | None, data: Path | None) -> None:
    """Print the newest event's number and hash, to be kept where nobody who administers this server can write."""
    settings = settings_of(config, data)
    with migrated(settings) as database, database.reading() as session:
        found = newest(session)
    if found is None:
        raise NothingToAnchor
    click.echo(f"{found.number} {found.hash} {clock().astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d %H:%M %z}")


@audit.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day, such as 2026-11-01.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option(
    "--csv/--jsonl",
    "is_csv",
    default=True,
    help="A table for a spreadsheet, or lines of JSON whose hashes can be checked without elearn [CSV].",
)
@config_option
@data_option
def export(first: datetime | None, last: datetime | None, is_csv: bool, config: Path | None, data: Path | None) -> None:
    """Print the events of some days, or all; that they were taken is an event itself."""
    settings = settings_of(config, data)
    zone = ZoneInfo(settings.timezone)
    wanted = EventFilter(
        since=beginning(first.date(), zone) if first is not None else None,
        until=beginning(last.date() + timedelta(days=1), zone) if last is not None else None,
    )
    with writing(settings) as session:
        thing = Thing(Kind.FILE, "audit.csv" if is_csv else "audit.jsonl")
        record(session, Act.EXPORTED, thing, actor=Bystander.COMMAND_LINE, now=clock())
    with migrated(settings) as database, database.reading() as session:
        links = all_events(session, wanted)
        if not is_csv:
            for link in links:
                click.echo(link.as_line())
            return
        with csv_file(CSV_HEAD, csv_rows(session, links, zone), separator=",") as file:
            while piece := file.read(PIECE):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise AnchorsUnreadable(path=path, reason=getattr(problem, "strerror", None) or "it is no text") from problem

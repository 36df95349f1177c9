"""``elearn db``: the state of the database."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from elearn.cli.options import config_option, data_option
from elearn.cli.site import writing
from elearn.core.clock import now as clock
from elearn.core.refusals import Unsound
from elearn.db.engine import Database, sqlite_file
from elearn.db.migrating import current_revision, is_known, newest_revision, upgrade
from elearn.reporting.services import rebuild_tallies
from elearn.serving.lock import lock_data_folder
from elearn.serving.supervisor import prepare_data_folder
from elearn.settings import load_settings, sqlalchemy_address
from elearn.shipped import shipped


class NoDatabaseYet(Unsound):
    """The SQLite file does not exist."""

    message = "There is no database at %(path)s yet; «elearn db upgrade» or «elearn serve» makes it."


@click.group()
def db() -> None:
    """The database: bring it up to date, or ask how it stands."""


@db.command("upgrade")
@config_option
@data_option
def upgrade_command(config: Path | None, data: Path | None) -> None:
    """Make the database, or bring it to the state that this version needs. Stop «elearn serve» before."""
    settings = load_settings(config, data_dir=data)
    database = Database(settings.sqlalchemy_url)
    if not database.is_sqlite:
        database.check()
    prepare_data_folder(settings.data_dir)
    lock = lock_data_folder(settings.data_dir)  # nobody migrates under a server that runs
    try:
        upgrade(database, shipped("migrations"))
    finally:
        os.close(lock)
        database.dispose()
    click.echo(f"The database is at revision {current_revision(database)}, the newest.")


@db.command()
@config_option
@data_option
def current(config: Path | None, data: Path | None) -> None:
    """Say which revision the database is at, and whether this version needs a newer one."""
    settings = load_settings(config, data_dir=data)
    database = Database(settings.sqlalchemy_url)
    file = sqlite_file(settings.sqlalchemy_url)
    if file is not None and not file.exists():
        raise NoDatabaseYet(path=file)
    present, newest = current_revision(database), newest_revision(shipped("migrations"))
    if present == newest:
        click.echo(f"The database is at revision {present}, the newest.")
        return
    is_newer = present is not None and not is_known(shipped("migrations"), present)
    advice = "install the newer version again." if is_newer else "run «elearn db upgrade»."
    click.echo(f"The database is at revision {present or 'none'}; this version needs {newest}: {advice}")


@db.command()
@config_option
@data_option
def recount(config: Path | None, data: Path | None) -> None:
    """Count all statistics anew from what people did, after the time zone was changed or a figure looks wrong."""
    settings = load_settings(config, data_dir=data)
    with writing(settings) as session:
        rows = rebuild_tallies(session, zone=ZoneInfo(settings.timezone))
    click.echo(f"Counted anew: the statistics have {rows} rows.")


@db.command("copy")
@click.option("--from", "source", required=True, help="The address of the database to copy.")
@click.option("--to", "target", required=True, help="The address of an empty one, which gets its tables.")
def copy_command(source: str, target: str) -> None:
    """Copy the database to another one, from SQLite to PostgreSQL or back. Stop «elearn serve» before.

    Addresses are as in the setting DATABASE_URL: sqlite:////srv/elearn/elearn.sqlite, postgresql://user@host/name. The
    copy is read again and compared; of each table its rows and a digest over them, the same on both, are printed. The
    secret key stays in the data folder; copy it if the folder changes.
    """
    from elearn.backup.copying import copy_database  # the whole site's models: not for «db current»

    os.umask(0o077)
    addresses = [sqlalchemy_address(source), sqlalchemy_address(target)]
    databases = [Database(address) for address in addresses]
    locks: dict[Path, int] = {}
    try:
        for at, (database, address) in enumerate(zip(databases, addresses, strict=True)):
            file = sqlite_file(address)
            if file is None:
                database.check()
                continue
            if at == 0 and not file.exists():
                raise NoDatabaseYet(path=file)  # looking would make an empty one
            folder = file.parent.resolve()
            prepare_data_folder(folder)
            if folder not in locks:
                locks[folder] = lock_data_folder(folder)
        copied = copy_database(*databases, now=clock())
    finally:
        for lock in locks.values():
            os.close(lock)
        for database in databases:
            database.dispose()
    for name, kept in copied.items():
        click.echo(f"{kept.rows:>12,}  {kept.digest}  {name}")
    click.echo(f"Copied, read again and equal: {sum(kept.rows for kept in copied.values()):,} rows.")

"""``elearn backup`` and ``elearn restore``: a whole site as one file, and back."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from elearn.audit.rules import Bystander
from elearn.backup.manifest import Manifest
from elearn.backup.recording import record_taken
from elearn.backup.restoring import restore_backup
from elearn.backup.rules import file_name
from elearn.backup.sealing import passphrase_in
from elearn.backup.taking import discard_old, take_backup, verify_backup
from elearn.cli.options import config_option, data_option
from elearn.cli.outside import size_words
from elearn.core.clock import now as clock
from elearn.core.refusals import Invalid
from elearn.serving.lock import lock_data_folder
from elearn.serving.supervisor import prepare_data_folder
from elearn.settings import Settings, load_settings


class NoPlace(Invalid):
    """Nobody said where the backup is to go."""

    message = "Say where the backup is to go: with --to, or with the setting BACKUP_FOLDER."


class KeepNeedsFolder(Invalid):
    """Nobody said of which folder old backups are to be deleted."""

    message = "--keep discards old backups of a folder, but --to names a file; name the folder."


passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file whose first line is the passphrase that seals the backup [setting BACKUP_PASSPHRASE_FILE].",
)
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))


@click.group(invoke_without_command=True)
@config_option
@data_option
@click.option("--to", metavar="FILE|FOLDER/", help="A new file, or a folder [setting BACKUP_FOLDER].")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Afterwards delete all but the last backup of each of so many days, and of each of so many weeks.",
)
@passphrase_option
@click.pass_context
def backup(
    context: click.Context,
    config: Path | None,
    data: Path | None,
    to: str | None,
    keep: int | None,
    passphrase_file: Path | None,
) -> None:
    """Take a backup of the site into one file, and read it back. The site may run meanwhile."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(config, data_dir=data)
    passphrase = _passphrase(settings, passphrase_file)
    place = Path(to) if to is not None else settings.backup_folder
    if place is None:
        raise NoPlace
    is_folder = to is None or to.endswith(os.sep) or place.is_dir()
    if keep is not None and not is_folder:
        raise KeepNeedsFolder
    os.umask(0o077)
    now = clock()
    file = place / file_name(now, is_sealed=passphrase is not None) if is_folder else place
    taken = take_backup(settings, file, passphrase=passphrase, now=now)
    click.echo(f"{taken.path}: {_words(taken.manifest)}, {size_words(taken.size)}. It was read back and is whole.")
    click.echo(f"SHA-256: {taken.digest}")
    if not record_taken(settings, taken, actor=Bystander.COMMAND_LINE, now=clock()):
        click.echo("The audit log does not tell of it: the database waits for «elearn db upgrade».")
    if keep is not None:
        gone = discard_old(place, keep, ZoneInfo(settings.timezone))
        click.echo(f"Old backups deleted: {gone}.")


@backup.command()
@file_argument
@config_option
@passphrase_option
def verify(file: Path, config: Path | None, passphrase_file: Path | None) -> None:
    """Read a backup to its end and compare every part of it with its digest. Touches nothing."""
    passphrase = _passphrase(load_settings(config), passphrase_file)
    found = verify_backup(file, passphrase=passphrase)
    click.echo(
        f"{file} is whole: taken {found.taken_at:%Y-%m-%d %H:%M} UTC by elearn {found.version} "
        f"at revision {found.revision}, {_words(found)}."
    )


@click.command()
@file_argument
@config_option
@data_option
@click.option(
    "--replace", is_flag=True, help="Put it in the place of a site that is there; that one is kept beside it."
)
@passphrase_option
def restore(file: Path, config: Path | None, data: Path | None, replace: bool, passphrase_file: Path | None) -> None:
    """Restore a backup as the site in a data folder, and migrate it if it is older. Stop «elearn serve» before."""
    settings = load_settings(config, data_dir=data)
    passphrase = _passphrase(settings, passphrase_file)
    os.umask(0o077)
    prepare_data_folder(settings.data_dir)
    lock = lock_data_folder(settings.data_dir)  # nobody restores under a server that runs
    try:
        done = restore_backup(settings, file, passphrase=passphrase, replace=replace, now=clock())
    finally:
        os.close(lock)
    click.echo(
        f"Restored: the site as it was at {done.manifest.taken_at:%Y-%m-%d %H:%M} UTC, {_words(done.manifest)}, "
        f"now at revision {done.revision}."
    )
    if done.kept is not None:
        click.echo(f"What was there before is kept in {done.kept}; delete it when you are sure.")


def _passphrase(settings: Settings, named: Path | None) -> str | None:
    path = named or settings.backup_passphrase_file
    return None if path is None else passphrase_in(path)


def _words(manifest: Manifest) -> str:
    kind = "SQLite" if manifest.database == "sqlite" else "PostgreSQL"
    return f"{manifest.row_count:,} rows in {len(manifest.tables)} tables of {kind}"

"""Taking a backup, and trying whether one is whole."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from elearn import __version__
from elearn.backup.archive import digest_of, make_lasting, member_of, pack, unpack
from elearn.backup.faults import FAULTS, reason_of
from elearn.backup.manifest import FORMAT, SECRET, BackupUnreadable, Manifest
from elearn.backup.rules import to_discard
from elearn.backup.sealing import seal, unseal
from elearn.backup.snapshots import snapshot
from elearn.core.refusals import Conflict, Unsound
from elearn.db.engine import Database, sqlite_file
from elearn.secret import secret_key
from elearn.settings import Settings

_LOCK = "backup.lock"
_WORK = ".backup-"


class BackupFailed(Unsound):
    """The backup could not be taken; nothing is left of it."""

    message = "No backup was taken: %(reason)s."


class BackupRunning(Conflict):
    """Another process takes a backup of this site, or restores it."""

    message = "A backup of %(path)s is being taken or restored just now; wait until it has ended."


class BackupExists(Conflict):
    """There is a file of that name."""

    message = "%(path)s exists already; a backup never replaces a file. Choose another name, or name a folder."


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken and read back; ``size`` in bytes, ``digest`` the SHA-256 of the file."""

    path: Path
    manifest: Manifest
    size: int
    digest: str


def take_backup(settings: Settings, to: Path, *, passphrase: str | None, now: datetime) -> Taken:
    """Take a backup into a new file and read it back; the site may run meanwhile.

    What lies open on the way lies in the data folder, beside the database. Raises BackupExists, BackupRunning,
    NothingToSave, SourceDamaged, BackupFailed.
    """
    if to.exists():
        raise BackupExists(path=to)
    file = sqlite_file(settings.sqlalchemy_url)
    if not settings.data_dir.is_dir() or (file is not None and not file.exists()):
        raise BackupFailed(reason=f"there is no site in {settings.data_dir}")  # looking would make an empty one
    part = to.with_name(f".{to.name}.part")
    try:
        with alone(settings.data_dir), _empty_folder(settings.data_dir) as work:
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in (part, *to.parent.glob(".elearn-*.part")):
                left.unlink(missing_ok=True)  # of a backup that was killed
            try:
                manifest = _write(settings, part, work, passphrase=passphrase, now=now)
                verify_backup(part, passphrase=passphrase, folder=work, shown=to)
                digest, size = digest_of(part), part.stat().st_size
                part.rename(to)
            finally:
                part.unlink(missing_ok=True)  # there is none if all went well
            make_lasting(to.parent)
            return Taken(to, manifest, size, digest)
    except FAULTS as problem:
        raise BackupFailed(reason=reason_of(problem)) from problem


def _write(settings: Settings, part: Path, work: Path, *, passphrase: str | None, now: datetime) -> Manifest:
    """Write the backup into a new file, sealed if there is a passphrase."""
    manifest = _collect(settings, work, now)
    plain = work / "backup.tar.gz" if passphrase is not None else part
    pack(work, manifest, plain)
    if passphrase is not None:
        seal(plain, part, passphrase, folder=work, now=now)
    make_lasting(part)
    return manifest


def _collect(settings: Settings, work: Path, now: datetime) -> Manifest:
    """Lay the members into a folder."""
    database = Database(settings.sqlalchemy_url)
    try:
        saved = snapshot(database, work)
    finally:
        database.dispose()
    secret_key(settings.data_dir)  # made if need be
    shutil.copyfile(settings.data_dir / SECRET, work / SECRET)
    return Manifest(
        format=FORMAT,
        version=__version__,
        taken_at=now,
        database=saved.database,
        database_version=saved.database_version,
        revision=saved.revision,
        tables=saved.tables,
        members=tuple(member_of(path) for path in (work / SECRET, *saved.files)),
    )


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold off all others that take a backup of the site, or restore it. Raises BackupRunning, OSError."""
    descriptor = os.open(data_dir / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRunning(path=data_dir) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _empty_folder(data_dir: Path) -> Iterator[Path]:
    """A folder to work in; those that a killed backup left are thrown away."""
    for left in data_dir.glob(f"{_WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=data_dir) as work:
        yield Path(work)


def verify_backup(
    file: Path, *, passphrase: str | None, folder: Path | None = None, shown: Path | None = None
) -> Manifest:
    """Read a backup to its end, and compare every member with its digest; what it says about itself.

    ``folder`` is for what was unsealed [one that goes again]; ``shown`` is the file as people know it. Raises
    BackupDamaged, BackupUnreadable, BackupIsNewer, PassphraseNeeded, PassphraseWrong.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="elearn-verify-", dir=folder) as work:
            return unpack(unseal(file, passphrase, folder=Path(work)), None, shown=shown or file)
    except OSError as problem:
        raise BackupUnreadable(path=shown or file, reason=problem.strerror or reason_of(problem)) from problem


def discard_old(folder: Path, keep: int, zone: ZoneInfo) -> int:
    """Delete the backups of a folder that need not stay (``rules.to_discard``); how many went."""
    old = to_discard((path.name for path in folder.iterdir()), keep, zone)
    for name in old:
        (folder / name).unlink()
    return len(old)

"""Restoring a backup: made ready beside what is there, then put in its place at once.

Until then nothing of the site is touched, so a restore that fails or is killed leaves it as it was. What stood there
before is moved aside, never deleted.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from elearn.backup.archive import digest_of, make_lasting, unpack
from elearn.backup.faults import FAULTS, reason_of
from elearn.backup.manifest import SECRET, SQLITE, BackupDamaged, BackupIsNewer, BackupUnreadable, Manifest
from elearn.backup.recording import record_restored
from elearn.backup.rules import stamp_of
from elearn.backup.sealing import unseal
from elearn.backup.snapshots import copy_in, set_sequences, use_plain_forms
from elearn.backup.taking import alone
from elearn.core.refusals import Conflict, Invalid, Unsound
from elearn.db.engine import Database, DatabaseUnreachable, sqlite_file
from elearn.db.migrating import DatabaseUnusable, is_known, newest_revision, upgrade
from elearn.search.services import rebuild_index
from elearn.settings import Settings
from elearn.shipped import shipped


class SiteThere(Conflict):
    """There is a site already."""

    message = (
        "There is a site at %(place)s already. With --replace the backup takes its place, and what is there now is "
        "kept beside it."
    )


class OtherDatabase(Invalid):
    """The backup is of another kind of database than the site's."""

    message = (
        "The backup is of %(its)s, but this site is to use %(ours)s. Restore it into %(its)s "
        "(ELEARN_DATABASE_URL says which), and then move it with «elearn db copy»."
    )


class RestoreFailed(Unsound):
    """The backup could not be restored; the site is as it was."""

    message = "Nothing was restored: %(reason)s."


class RestoreCutOff(Unsound):
    """A restore was killed between the database and its key, which do not fit together now."""

    message = (
        "A restore into %(place)s was cut off in its last step. Run the same «elearn restore» again, with --replace."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, the ``revision`` it was migrated to, where the former site is ``kept`` (None: none was)."""

    manifest: Manifest
    revision: str | None
    kept: str | None


def restore_backup(settings: Settings, file: Path, *, passphrase: str | None, replace: bool, now: datetime) -> Restored:
    """Restore a backup as the site of these settings, whose server must not run (the caller holds its lock).

    Raises BackupDamaged, BackupUnreadable, BackupIsNewer, NoRoomToUnpack, PassphraseNeeded, PassphraseWrong,
    OtherDatabase, SiteThere, BackupRunning, RestoreFailed.
    """
    place = _Sqlite(settings, now) if sqlite_file(settings.sqlalchemy_url) is not None else _Postgres(settings, now)
    try:
        with alone(settings.data_dir):
            for left in place.folder.glob(f"{_WORK}*"):
                shutil.rmtree(left, ignore_errors=True)  # of a restore that was killed
            with tempfile.TemporaryDirectory(prefix=_WORK, dir=place.folder) as name:
                return _restored(settings, place, file, Path(name), passphrase=passphrase, replace=replace, now=now)
    except (DatabaseUnreachable, DatabaseUnusable) as problem:
        raise RestoreFailed(reason=str(problem).rstrip(".")) from problem
    except FAULTS as problem:
        raise RestoreFailed(reason=reason_of(problem)) from problem


def check_whole(data_dir: Path) -> None:
    """Raise RestoreCutOff if the key of a restored database still waits beside the former one."""
    if (data_dir / _FRESH).exists():
        raise RestoreCutOff(place=data_dir)


_WORK = ".restore-"
_FRESH = f".{SECRET}.restored"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _restored(
    settings: Settings,
    place: "_Sqlite | _Postgres",
    file: Path,
    work: Path,
    *,
    passphrase: str | None,
    replace: bool,
    now: datetime,
) -> Restored:
    manifest = _unpacked(file, passphrase, work)
    if manifest.database != place.kind:
        raise OtherDatabase(its=_NAMES[manifest.database], ours=_NAMES[place.kind])
    key = settings.data_dir / SECRET
    is_there = place.is_occupied() or key.exists()
    if is_there and not replace:
        raise SiteThere(place=settings.data_dir if place.kind == "sqlite" else "this address of PostgreSQL")
    aside = work / "aside"  # what is to be kept of the former site
    aside.mkdir(mode=0o700)
    if key.exists():
        shutil.copy2(key, aside / SECRET)
    fresh = key.with_name(_FRESH)
    digest = digest_of(file)
    try:
        with place.made_ready(manifest, work) as database:
            record_restored(database, manifest, name=file.name, digest=digest, now=now)
            shutil.copyfile(work / SECRET, fresh)
            fresh.chmod(0o600)
            make_lasting(fresh)
            kept = place.swap(database, aside, place.folder / f"replaced-{stamp_of(now)}")
            fresh.replace(key)  # a name alone: what could fail was tried before the swap
            make_lasting(key.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return Restored(manifest, newest_revision(shipped("migrations")), kept)


def _unpacked(file: Path, passphrase: str | None, work: Path) -> Manifest:
    """Check a backup and lay its members into a folder."""
    try:
        manifest = unpack(unseal(file, passphrase, folder=work), work, shown=file)
    except OSError as problem:
        if problem.filename == str(file):
            raise BackupUnreadable(path=file, reason=problem.strerror) from problem
        raise
    if not is_known(shipped("migrations"), manifest.revision):
        raise BackupIsNewer(path=file, version=manifest.version)
    names = {member.name for member in manifest.members}
    wanted = {SQLITE} if manifest.database == "sqlite" else {table.member for table in manifest.tables}
    if not names >= wanted | {SECRET}:
        raise BackupDamaged(path=file, reason="it lacks the database or the secret key")
    return manifest


class _Sqlite:
    """A site whose database is a file."""

    kind = "sqlite"

    def __init__(self, settings: Settings, now: datetime) -> None:
        file = sqlite_file(settings.sqlalchemy_url)
        assert file is not None
        self._file = file
        self.folder = file.parent
        self._ready = file

    def is_occupied(self) -> bool:
        return self._file.exists()

    @contextmanager
    def made_ready(self, manifest: Manifest, work: Path) -> Iterator[Database]:
        """The database of the backup, at the newest revision, beside the one that is there."""
        self._ready = work / SQLITE
        self._ready.chmod(0o600)
        database = Database(f"sqlite:///{self._ready.resolve()}")
        try:
            upgrade(database, shipped("migrations"))
            rebuild_index(database, only_missing=True)
            yield database
        finally:
            database.dispose()

    def swap(self, database: Database, aside: Path, kept: Path) -> str | None:
        """Put it in the place of the one that is there; where that is kept now, with what lies ``aside``."""
        database.dispose()  # the last connection: all of the log is in the file now
        make_lasting(self._ready)
        if self._file.exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(self._file)) as former:
                former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            os.link(self._file, aside / self._file.name)
        # a log beside another file would be taken for that one's
        beside = [self._file.with_name(self._file.name + ending) for ending in ("-wal", "-shm", ".turn")]
        old = [path for path in beside if path.exists()]
        is_kept = bool(old) or any(aside.iterdir())
        if is_kept:
            aside.rename(kept)
        for path in old:
            path.rename(kept / path.name)
        self._ready.replace(self._file)
        make_lasting(self.folder)
        return f"{kept}" if is_kept else None


class _Postgres:
    """A site whose database is on a server: made ready in a schema of its own, at which no site looks."""

    kind = "postgresql"

    def __init__(self, settings: Settings, now: datetime) -> None:
        self._url = settings.sqlalchemy_url
        self.folder = settings.data_dir
        self._schema = f"restored_{stamp_of(now).lower()}"
        self._kept = f"replaced_{stamp_of(now).lower()}"

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        database = Database(self._url)
        try:
            database.check()
            with database.engine.begin() as connection:
                yield connection
        finally:
            database.dispose()

    def is_occupied(self) -> bool:
        with self._connected() as connection:
            return bool(_tables(connection, _current(connection)))

    @contextmanager
    def made_ready(self, manifest: Manifest, work: Path) -> Iterator[Database]:
        """The database of the backup, at the newest revision, in a schema beside that of the one that is there."""
        with self._connected() as connection:
            for left in connection.scalars(_LEFT).all():  # of a restore that was killed
                connection.execute(text(f"DROP SCHEMA {left} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {self._schema}"))
        inside = make_url(self._url)
        options = " ".join([*_listed(inside.query.get("options")), f"-csearch_path={self._schema}"])
        database = Database(inside.update_query_dict({"options": options}).render_as_string(hide_password=False))
        try:
            upgrade(database, shipped("migrations"), manifest.revision)
            with database.engine.begin() as connection:
                _load(connection, manifest, work)
            upgrade(database, shipped("migrations"))
            rebuild_index(database)
            yield database
        finally:
            database.dispose()
            # empty if all went well; one that cannot be dropped now is, by the next restore
            with suppress(DatabaseUnreachable, SQLAlchemyError), self._connected() as connection:
                connection.execute(text(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE"))

    def swap(self, database: Database, aside: Path, kept: Path) -> str | None:
        """Put it in the place of the one that is there; where that is kept now, with what lies ``aside``."""
        database.dispose()
        places = []
        with self._connected() as connection:
            current = _current(connection)
            if _tables(connection, current):
                connection.execute(text(f"CREATE SCHEMA {self._kept}"))
                _move(connection, current, self._kept)
                places.append(f"the schema {self._kept}")
            _move(connection, self._schema, current)
            if any(aside.iterdir()):
                aside.rename(kept)
                places.append(str(kept))
        return " and ".join(places) or None


# names that stamp_of gives, and no others
_LEFT = text("SELECT nspname FROM pg_namespace WHERE nspname ~ '^restored_[0-9]{8}t[0-9]{6}z$'")


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []


_REFERENCES = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
)


def _load(connection: Connection, manifest: Manifest, work: Path) -> None:
    """Fill the tables of a schema with the rows of a backup, whatever its migrations put there."""
    use_plain_forms(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in manifest.tables:  # triggers are for what people do; PostgreSQL's own, of foreign keys, stay
        connection.execute(text(f"ALTER TABLE {quote(table.name)} DISABLE TRIGGER USER"))
    for table in manifest.tables:
        connection.execute(text(f"TRUNCATE {quote(table.name)} CASCADE"))
    references = connection.execute(_REFERENCES).all()  # made anew at the end: looked at once for all rows
    for table_name, name, _ in references:
        connection.execute(text(f"ALTER TABLE {table_name} DROP CONSTRAINT {name}"))
    for table in manifest.tables:
        assert table.member is not None
        if copy_in(connection, table.name, table.columns, work / table.member) != table.rows:
            raise RestoreFailed(reason=f"the table {table.name} has not as many rows as the manifest says")
    for table_name, name, definition in references:
        connection.execute(text(f"ALTER TABLE {table_name} ADD CONSTRAINT {name} {definition}"))
    set_sequences(connection, [table.name for table in manifest.tables])
    for table in manifest.tables:
        connection.execute(text(f"ALTER TABLE {quote(table.name)} ENABLE TRIGGER USER"))


def _current(connection: Connection) -> str:
    """The schema in which a site's tables are: the first of the search path that exists."""
    found = connection.execute(text("SELECT current_schema()")).scalar_one()
    if found is None:
        raise RestoreFailed(reason="the search path of this account names no schema that exists")
    return str(found)


def _tables(connection: Connection, schema: str) -> list[str]:
    query = text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")
    return list(connection.scalars(query, {"schema": schema}))


def _move(connection: Connection, schema: str, to: str) -> None:
    """Move all tables, with their indexes and sequences, and all functions of ours from one schema to another."""
    quote = connection.dialect.identifier_preparer.quote
    for table in _tables(connection, schema):
        connection.execute(text(f"ALTER TABLE {quote(schema)}.{table} SET SCHEMA {quote(to)}"))
    routines = text(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = :schema AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')"
    )
    for routine in connection.scalars(routines, {"schema": schema}).all():
        connection.execute(text(f"ALTER ROUTINE {routine} SET SCHEMA {quote(to)}"))

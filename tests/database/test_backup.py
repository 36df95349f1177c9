"""A backup restored is the site that it was taken of; what is damaged, newer or in the way is refused."""

import json
import os
import resource
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from elearn.audit.rules import Act
from elearn.backup import archive
from elearn.backup.manifest import BackupDamaged, BackupIsNewer
from elearn.backup.restoring import OtherDatabase, RestoreCutOff, RestoreFailed, SiteThere, check_whole
from elearn.backup.snapshots import SourceDamaged, StrangersThere, is_copied, tables_to_copy
from elearn.backup.taking import BackupExists, BackupFailed, BackupRunning, alone, verify_backup
from elearn.cli.doctor import check_secret
from elearn.cli.findings import Level
from elearn.db.engine import Database
from elearn.db.migrating import DatabaseUnusable, current_revision, newest_revision, upgrade
from elearn.search.queries import indexed_releases, releases_to_find
from elearn.secret import secret_key
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.backups import fill, held, log_of, restored, taken
from tests.factories import a_person, an_enrolment, learn
from tests.postgres import PostgresServer


@pytest.fixture
def settled(tmp_path: Path, database: Database, database_url: str) -> Settings:
    """The settings of a filled site, on SQLite and on PostgreSQL in turn."""
    database.set_up()
    fill(database)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    secret_key(data)
    return Settings(data_dir=data, database_url=database_url)


Elsewhere = Callable[[], Settings]


@pytest.fixture
def elsewhere(tmp_path: Path, database: Database, request: pytest.FixtureRequest) -> Elsewhere:
    """The settings of a place for a site where there is none yet, on the same kind of database."""

    def place() -> Settings:
        folder = tmp_path / f"place{len(list(tmp_path.glob('place*')))}"
        folder.mkdir(mode=0o700)
        if database.is_sqlite:
            return Settings(data_dir=folder)
        server: PostgresServer = request.getfixturevalue("postgres")
        return Settings(data_dir=folder, database_url=server.create(f"{folder.name}_{os.urandom(4).hex()}"))

    return place


def test_a_restored_site_is_the_one_that_was_saved(settled: Settings, elsewhere: Elsewhere) -> None:
    place = elsewhere()
    done = restored(place, taken(settled))

    before = held(settled.sqlalchemy_url)
    assert held(place.sqlalchemy_url) == before
    assert before["enrolment"].rows == 3
    assert before["media_file"].rows
    assert done.manifest.row_count == sum(each.rows for each in before.values()) + len(log_of(settled.sqlalchemy_url))
    assert secret_key(place.data_dir) == secret_key(settled.data_dir)
    assert stat.S_IMODE((place.data_dir / "secret.key").stat().st_mode) == 0o600
    assert done.kept is None


def test_the_log_of_a_restored_site_goes_on_where_it_was_and_tells_of_the_restore(
    settled: Settings, elsewhere: Elsewhere
) -> None:
    place, file = elsewhere(), taken(settled)
    restored(place, file)

    *before, last = log_of(place.sqlalchemy_url)
    assert before == log_of(settled.sqlalchemy_url) != []
    assert (last.act, last.thing_id, last.actor_roles) == (Act.SITE_RESTORED, file.name, "command-line")
    assert last.details["sha256"] == archive.digest_of(file)
    database = Database(place.sqlalchemy_url)
    with database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM audit_event"))
    database.dispose()


def test_a_restored_site_goes_on(settled: Settings, elsewhere: Elsewhere) -> None:
    place = elsewhere()
    restored(place, taken(settled))

    database = Database(place.sqlalchemy_url)
    assert current_revision(database) == newest_revision(shipped("migrations"))
    with database.reading() as session:
        assert indexed_releases(session) == set(releases_to_find(session)) != set()
    with database.writing() as session:  # the numbers of new rows are nobody's
        learn(session, an_enrolment(session, a_person(session)))
        session.commit()
    database.dispose()
    assert not [path.name for path in place.data_dir.iterdir() if path.name.startswith(".")]


def test_an_older_backup_is_migrated(elsewhere: Elsewhere) -> None:
    old, place = elsewhere(), elsewhere()
    secret_key(old.data_dir)
    database = Database(old.sqlalchemy_url)
    upgrade(database, shipped("migrations"), "0008")
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("INSERT INTO country (code, name) VALUES ('KZ', 'Kazakhstan')"))
        connection.execute(text("INSERT INTO agency (id, code, name, country_code) VALUES (7, 'fiu', 'FIU', 'KZ')"))
        # a row that refers to another: a migration that makes a table anew drops it on the way
        connection.execute(
            text(
                "INSERT INTO person (id, public_id, sign_in_name, full_name, agency_id, created_at)"
                " VALUES (3, 'p3', 'kim', 'Kim', 7, '2026-11-21 12:00:00.000000')"
            )
        )
    database.dispose()

    done = restored(place, taken(old))
    assert done.manifest.revision == "0008"
    assert done.revision == newest_revision(shipped("migrations"))
    now_held = held(place.sqlalchemy_url)
    assert (now_held["agency"].rows, now_held["person"].rows) == (1, 1)
    database = Database(place.sqlalchemy_url)
    assert current_revision(database) == done.revision
    database.dispose()


def test_a_site_is_never_overwritten_unasked(settled: Settings) -> None:
    file, before = taken(settled), held(settled.sqlalchemy_url)
    with pytest.raises(SiteThere, match="--replace"):
        restored(settled, file)
    assert held(settled.sqlalchemy_url) == before


def test_a_site_that_is_replaced_is_kept_beside(settled: Settings, database: Database) -> None:
    file, before = taken(settled), held(settled.sqlalchemy_url)
    with database.writing() as session:
        a_person(session, "latecomer")
        session.commit()
    database.dispose()

    done = restored(settled, file, replace=True)
    assert held(settled.sqlalchemy_url) == before
    assert done.kept is not None
    with _former(settled, done.kept) as execute:
        assert execute("SELECT count(*) FROM person WHERE sign_in_name = 'latecomer'") == 1


@contextmanager
def _former(settings: Settings, kept: str) -> Iterator[Callable[[str], Any]]:
    """Ask the database that was replaced."""
    url = settings.sqlalchemy_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{Path(kept) / 'elearn.sqlite'}"
    else:
        url += f"&options=-csearch_path%3D{kept.split()[2]}"
    database = Database(url)
    with database.engine.connect() as connection:
        yield lambda statement: connection.execute(text(statement)).scalar_one()
    database.dispose()


def test_a_backup_of_a_newer_version_is_refused(settled: Settings, elsewhere: Elsewhere) -> None:
    file = taken(settled)
    place = elsewhere()
    changes: tuple[dict[str, Any], ...] = ({"revision": "9999"}, {"format": 2})
    for number, change in enumerate(changes):
        newer = _rewritten(file, f"newer{number}.tar.gz", change)
        with pytest.raises(BackupIsNewer, match="newer"):
            restored(place, newer)
    assert not (place.data_dir / "secret.key").exists()


def _rewritten(file: Path, name: str, change: dict[str, Any], drop: str = "") -> Path:
    """A copy of a backup whose manifest says something else."""
    folder = file.with_name(f"{name}.folder")
    folder.mkdir()
    with tarfile.open(file) as tar:
        tar.extractall(folder)  # noqa: S202 made by ourselves
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    with tarfile.open(file) as tar:
        names = [name for name in tar.getnames() if name != drop]
    with tarfile.open(file.with_name(name), "w:gz", format=tarfile.GNU_FORMAT) as tar:
        for each in names:
            tar.add(folder / each, arcname=each)
    return file.with_name(name)


@pytest.mark.parametrize("drop", ["secret.key", "manifest.json"])
def test_a_backup_that_lacks_a_part_is_refused(settled: Settings, elsewhere: Elsewhere, drop: str) -> None:
    with pytest.raises(BackupDamaged):
        restored(elsewhere(), _rewritten(taken(settled), "less.tar.gz", {}, drop))


def test_a_damaged_backup_changes_nothing(settled: Settings) -> None:
    file, before = taken(settled), held(settled.sqlalchemy_url)
    whole = file.read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 4000):
        file.write_bytes(whole[:cut])
        with pytest.raises(BackupDamaged, match="not a whole backup"):
            restored(settled, file, replace=True)
    for place in range(len(whole) // 10, len(whole) - 1, len(whole) // 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupDamaged):
            restored(settled, file, replace=True)
    assert held(settled.sqlalchemy_url) == before
    assert not list(settled.data_dir.glob("replaced-*"))


def test_a_backup_never_replaces_a_file(settled: Settings) -> None:
    file = taken(settled)
    with pytest.raises(BackupExists):
        taken(settled)
    verify_backup(file, passphrase=None)


def test_a_backup_that_fails_leaves_nothing_behind(settled: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match=r"Not a directory|File exists"):
        taken(settled, "file/one.tar.gz")
    assert not list(settled.data_dir.glob(".backup-*"))


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes meanwhile: what a full disk is to who writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [2000, 15_000])
def test_a_backup_without_room_leaves_nothing_behind(settled: Settings, tmp_path: Path, size: int) -> None:
    if settled.sqlalchemy_url.startswith("sqlite"):
        size += 40_000  # SQLite has a file of 32 KiB beside each database
    with files_up_to(size), pytest.raises(BackupFailed, match=r"No backup was taken: (File too large|.*full|disk I/O)"):
        taken(settled)
    assert not list(tmp_path.glob("*one.tar.gz*"))
    assert not list(settled.data_dir.glob(".backup-*"))


@pytest.mark.parametrize("size", [50, 15_000])
def test_a_restore_without_room_leaves_the_site_as_it_was(settled: Settings, tmp_path: Path, size: int) -> None:
    file, before, key = taken(settled), held(settled.sqlalchemy_url), secret_key(settled.data_dir)
    with files_up_to(size), pytest.raises(RestoreFailed, match="Nothing was restored: File too large"):
        restored(settled, file, replace=True)
    assert (held(settled.sqlalchemy_url), secret_key(settled.data_dir)) == (before, key)
    assert not list(settled.data_dir.glob("re*")) and not list(settled.data_dir.glob(".re*"))


def test_what_a_killed_backup_left_is_thrown_away(settled: Settings) -> None:
    (settled.data_dir / ".backup-killed").mkdir()
    (settled.data_dir / ".backup-killed" / "elearn.sqlite").touch()
    part = settled.data_dir.parent / ".elearn-20261116T030000Z.tar.gz.part"
    part.touch()
    taken(settled)
    assert not (settled.data_dir / ".backup-killed").exists()
    assert not part.exists()


def test_a_site_is_saved_or_restored_by_one_process_at_a_time(settled: Settings) -> None:
    file = taken(settled)
    with alone(settled.data_dir):
        with pytest.raises(BackupRunning):
            taken(settled, "two.tar.gz")
        with pytest.raises(BackupRunning):
            restored(settled, file, replace=True)
    taken(settled, "two.tar.gz")


def test_a_database_that_holds_tables_of_others_is_not_saved_as_if_it_could_be_restored(
    settled: Settings, database: Database
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE spatial_ref_sys (id integer)"))
    if database.is_sqlite:
        taken(settled)  # the file as it is
        return
    with pytest.raises(StrangersThere, match="spatial_ref_sys"):
        taken(settled)


def test_every_table_is_saved_and_copied(database: Database) -> None:
    with database.engine.connect() as connection:
        there = {name for name in inspect(connection).get_table_names() if is_copied(name)}
    assert {table.name for table in tables_to_copy()} == there


def test_a_backup_of_postgresql_does_not_become_a_file_of_sqlite(settled: Settings, tmp_path: Path) -> None:
    if settled.sqlalchemy_url.startswith("sqlite"):
        place = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:9/none")
    else:
        place = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(OtherDatabase, match="db copy"):
        restored(place, taken(settled))


def test_a_damaged_database_is_noticed_when_it_is_saved(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    fill(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    path = tmp_path / "elearn.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(4096) * 4 + whole[len(whole) // 2 + 4 * 4096 :])
    (tmp_path / "data").mkdir()
    settings = Settings(data_dir=tmp_path / "data", database_url=sqlite_url)
    with pytest.raises((BackupFailed, SourceDamaged), match=r"damaged|malformed"):
        taken(settings)
    assert not (tmp_path / "one.tar.gz").exists()


def test_the_log_of_the_former_file_is_not_taken_for_the_restored_one(settled: Settings, database: Database) -> None:
    if not database.is_sqlite:
        return
    file, before = taken(settled), held(settled.sqlalchemy_url)
    path = Path(settled.sqlalchemy_url.removeprefix("sqlite:///"))
    crashed = sqlite3.connect(path)  # as a server that was killed leaves it: a log that nobody has read
    crashed.execute("PRAGMA wal_autocheckpoint=0")
    crashed.execute("UPDATE person SET full_name = 'from the log'")
    crashed.commit()
    log = path.with_name(f"{path.name}-wal")
    shutil.copy(log, path.with_name("saved-wal"))
    crashed.close()
    database.dispose()  # whoever closes last reads the log and deletes it
    path.with_name("saved-wal").rename(log)
    path.unlink()  # and somebody moved the file away without its log

    restored(settled, file, replace=True)
    assert held(settled.sqlalchemy_url) == before


def test_a_restore_that_was_killed_in_its_last_step_is_noticed_and_done_again(settled: Settings) -> None:
    file = taken(settled)
    right = secret_key(settled.data_dir)
    key = settled.data_dir / "secret.key"
    key.rename(settled.data_dir / ".secret.key.restored")  # the database is in its place, its key is not
    key.write_text("0" * len(right.hex()))
    with pytest.raises(RestoreCutOff, match="Run the same"):
        check_whole(settled.data_dir)
    assert check_secret(settled).level is Level.PROBLEM
    restored(settled, file, replace=True)
    check_whole(settled.data_dir)
    assert secret_key(settled.data_dir) == right


def test_a_restore_that_fails_leaves_the_site_as_it_was(settled: Settings, database: Database) -> None:
    file = taken(settled)
    manifest, before = verify_backup(file, passphrase=None), held(settled.sqlalchemy_url)
    broken = file.with_name("broken.tar.gz")
    if database.is_sqlite:
        folder = file.with_name("broken")
        folder.mkdir()
        for name in ("secret.key", "elearn.sqlite"):
            (folder / name).write_bytes(b"no database, and no key")
        members = tuple(archive.member_of(folder / member.name) for member in manifest.members)
        archive.pack(folder, manifest.model_copy(update={"members": members}), broken)
    else:
        tables = [table.model_dump() | {"rows": table.rows + 1} for table in manifest.tables]
        _rewritten(file, broken.name, {"tables": tables})

    with pytest.raises((RestoreFailed, DatabaseUnusable), match=r"as many rows|not a database"):
        restored(settled, broken, replace=True)
    assert held(settled.sqlalchemy_url) == before
    assert not list(settled.data_dir.glob("re*"))
    with database.engine.connect() as connection:
        assert not [name for name in inspect(connection).get_schema_names() if name.startswith("re")]

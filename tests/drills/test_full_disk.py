"""A disk that is full while people write: nothing acknowledged is lost, they are told, and it goes on by itself."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from elearn.backup.manifest import NoRoomToUnpack
from elearn.backup.restoring import RestoreFailed, restore_backup
from elearn.backup.taking import BackupFailed, take_backup
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.secret import secret_key
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.backups import fill, held
from tests.conftest import missing
from tests.drills.killing import Ledger, check, wait_for_more, writing
from tests.loading import SLUG, Stage, prepare
from tests.postgres import PostgresServer, postgres_programs
from tests.serving import Server, eventually

pytestmark = pytest.mark.drill
MEBIBYTE = 2**20


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """A disk of so many mebibytes."""
    if os.geteuid() != 0:
        missing("the right to mount a small disk (root)")
    folder = Path(tempfile.mkdtemp(prefix="elearn-disk-"))
    folder.chmod(0o755)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", folder]).returncode:
        folder.rmdir()
        missing("the right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Nothing has room on the disk meanwhile."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (bytes(MEBIBYTE), bytes(4096), b"x"):
            with contextlib.suppress(OSError):
                while file.write(piece):
                    pass
    assert shutil.disk_usage(disk).free == 0
    try:
        yield
    finally:
        ballast.unlink()


def _told(server: Server, stage: Stage) -> None:
    """Fail unless somebody who goes on to the next section either can, or reads a sentence."""
    officer = stage.officers[0]
    answer = server.ask("POST", f"/courses/{SLUG}/{stage.units[0]}/read", body=b"", headers=dict(officer.headers))
    page = answer.body.decode()  # type: ignore[attr-defined]
    assert answer.status == 302 or (answer.status == 503 and "try again; nothing was lost" in page), page


def _write_on(server: Server, stage: Stage, disk: Path, ledger: Ledger) -> None:
    """Fill the disk under eight people who write, and free it again."""
    with writing(server.port, stage, ledger):
        wait_for_more(ledger, 60)
        with filled(disk):
            eventually(lambda: ledger.odd[503] >= 30, f"refusals, among {dict(ledger.odd)}")
            _told(server, stage)
        wait_for_more(ledger, 60)
    assert set(ledger.odd) == {503}, f"answers nobody should get: {dict(ledger.odd)}"
    ledger.odd.clear()


def test_a_full_disk_under_sqlite_loses_nothing_and_passes() -> None:
    with small_disk(64) as disk:
        url = f"sqlite:///{disk / 'data' / 'elearn.sqlite'}"
        stage, ledger, database = prepare(disk / "data", url, officers=16), Ledger(), Database(url)
        with Server(disk / "data", database_url=url) as server:
            for _ in range(3):
                _write_on(server, stage, disk, ledger)
                check(database, ledger)
            assert server.stop() == 0
        check(database, ledger)
        database.dispose()


def test_a_full_disk_under_postgresql_loses_nothing_and_passes(tmp_path: Path) -> None:
    programs = postgres_programs()
    if programs is None:
        missing("PostgreSQL (Debian's package postgresql)")
        raise AssertionError
    with small_disk(160) as disk, PostgresServer(programs, on=disk) as postgres:
        url = postgres.create("full")
        stage, ledger, database = prepare(tmp_path / "data", url, officers=16), Ledger(), Database(url)
        with Server(tmp_path / "data", database_url=url) as server:
            for _ in range(2):
                with writing(server.port, stage, ledger):
                    wait_for_more(ledger, 60)
                    with filled(disk):
                        eventually(lambda: sum(ledger.odd.values()) >= 30, f"refusals, among {dict(ledger.odd)}")
                        _told(server, stage)
                    _start_again(postgres, url)
                    wait_for_more(ledger, 60)
                assert set(ledger.odd) == {503}, f"answers nobody should get: {dict(ledger.odd)}"
                ledger.odd.clear()
                database.dispose()
                check(database, ledger)
            assert server.stop() == 0
        database.dispose()


@pytest.mark.parametrize("free", [0, 20_000])
def test_a_backup_onto_a_full_disk_leaves_nothing_there(tmp_path: Path, free: int) -> None:
    settings = a_small_site(tmp_path / "data")
    with small_disk(1) as disk:
        with filled(disk):
            os.truncate(disk / "ballast", MEBIBYTE - free)
            with pytest.raises(BackupFailed, match="No backup was taken: No space left on device"):
                take_backup(settings, disk / "one.tar.gz", passphrase=None, now=clock())
            assert [path.name for path in disk.iterdir()] == ["ballast"]
        assert take_backup(settings, disk / "one.tar.gz", passphrase=None, now=clock()).path.exists()


def test_a_restore_onto_a_full_disk_leaves_the_former_site_as_it_was(tmp_path: Path) -> None:
    settings = a_small_site(tmp_path / "data")
    file = take_backup(settings, tmp_path / "one.tar.gz", passphrase=None, now=clock()).path
    with small_disk(4) as disk:
        place = a_small_site(disk / "data")
        before, key = held(place.sqlalchemy_url), secret_key(place.data_dir)
        free = shutil.disk_usage(disk).free
        for left in range(0, free, free // 8):
            with filled(disk):
                os.truncate(disk / "ballast", (disk / "ballast").stat().st_size - left)
                try:
                    restore_backup(place, file, passphrase=None, replace=True, now=clock())
                except (RestoreFailed, NoRoomToUnpack) as refusal:
                    assert any(words in str(refusal) for words in ("No space left", "full", "free")), refusal
                else:
                    break
            assert (held(place.sqlalchemy_url), secret_key(place.data_dir)) == (before, key)
            assert not list(place.data_dir.glob("replaced-*"))
        assert left > 0
        assert held(place.sqlalchemy_url) == held(settings.sqlalchemy_url)


def a_small_site(data: Path) -> Settings:
    """A small site on SQLite."""
    data.mkdir(mode=0o700)
    secret_key(data)
    settings = Settings(data_dir=data)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    fill(database)
    database.dispose()
    return settings


def _start_again(postgres: PostgresServer, url: str) -> None:
    """Start PostgreSQL if the full disk stopped it, as the system's service manager does."""
    try:
        psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), connect_timeout=5).close()
    except psycopg.OperationalError:
        postgres.start()

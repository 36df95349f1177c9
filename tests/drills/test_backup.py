"""Backups while people write, and backups and restores that are killed: what is there afterwards is whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from elearn.assessment.models import Answer
from elearn.audit.queries import verified
from elearn.backup.copying import fingerprints
from elearn.backup.restoring import restore_backup
from elearn.backup.taking import take_backup, verify_backup
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.secret import secret_key
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.backups import fill, held
from tests.drills.killing import Ledger, check, wait_for_more, writing
from tests.loading import prepare
from tests.postgres import PostgresServer
from tests.serving import PATIENCE_SECONDS, Server, environment, eventually

LONG = pytest.mark.drill
STILL = ("agency", "blob", "course", "media_file", "person", "release", "source_file")
"""Tables into which nobody writes in the drill."""


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=LONG)])
def test_backups_of_sqlite_under_load_are_restored_equal(tmp_path: Path, rounds: int) -> None:
    _save_under_load(tmp_path, f"sqlite:///{tmp_path / 'data' / 'elearn.sqlite'}", rounds, lambda: None)


@pytest.mark.drill
def test_backups_of_postgresql_under_load_are_restored_equal(postgres: PostgresServer, tmp_path: Path) -> None:
    _save_under_load(
        tmp_path, postgres.create_from_template(), 20, lambda: postgres.create(f"restored_{os.urandom(4).hex()}")
    )


def _save_under_load(tmp_path: Path, url: str, rounds: int, elsewhere: Callable[[], str | None]) -> None:
    """Take backups while eight people write, restore each elsewhere, and look whether it is the site of that moment."""
    data = tmp_path / "data"
    stage, ledger = prepare(data, url, officers=16), Ledger()
    settings = Settings(data_dir=data, database_url=url)
    with Server(data, database_url=url) as server, writing(server.port, stage, ledger):
        for number in range(rounds):
            wait_for_more(ledger, 40)
            before = Ledger(saved=set(ledger.saved), read=set(ledger.read), odd=Counter(ledger.odd))
            file = take_backup(settings, tmp_path / f"{number}.tar.gz", passphrase=None, now=clock()).path
            wait_for_more(ledger, 20)
            place = Settings(data_dir=tmp_path / f"place{number}", database_url=elsewhere())
            place.data_dir.mkdir(mode=0o700)
            restore_backup(place, file, passphrase=None, replace=False, now=clock())
            _check_equal(url, place.sqlalchemy_url, before)
    assert ledger.count >= rounds * 60


def _check_equal(url: str, restored: str, before: Ledger) -> None:
    """Fail unless a restored site has all that was acknowledged before its backup, and nothing that is not the site's.

    What is written together, outcomes and the tally of them, agrees only in a backup of a single moment.
    """
    site, found = Database(url), Database(restored)
    check(found, before)
    rows = []
    for database in (site, found):
        with database.reading() as session:
            verified(session)
            rows.append({str(tuple(row)) for row in session.execute(select(*Answer.__table__.columns))})
    assert rows[1] <= rows[0], "an answer is there that is not the site's"
    stands = []
    for database in (site, found):
        with database.engine.connect() as connection:
            stands.append({name: kept for name, kept in fingerprints(connection).items() if name in STILL})
        database.dispose()
    assert stands[0] == stands[1]
    assert len(stands[0]) == len(STILL)


# --- kills -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path) -> Settings:
    """A site on SQLite with 20 MiB of pictures, so that a backup of it takes a while."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir(mode=0o700)
    secret_key(settings.data_dir)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    fill(database)
    with database.engine.execution_options(writes=True).begin() as connection:
        for number in range(20):
            connection.execute(
                text("INSERT INTO blob (digest, data) VALUES (:digest, :data)"),
                {"digest": f"{number:064}", "data": random.Random(number).randbytes(2**20)},  # noqa: S311
            )
    database.dispose()
    return settings


def _killed(settings: Settings, working: str, chance: random.Random, *words: object) -> bool:
    """Run ``elearn``, and kill it some time after it made its folder to work in; whether it had not ended by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "elearn", *map(str, words), "--data", str(settings.data_dir)],
        env=environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: any(settings.data_dir.glob(f"{working}*")) or process.poll() is not None, "that it began")
    time.sleep(chance.random() * 1.2)
    process.send_signal(signal.SIGKILL)
    return process.wait(PATIENCE_SECONDS) == -signal.SIGKILL


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=LONG)])
def test_a_backup_that_is_killed_leaves_no_file_that_looks_whole(large: Settings, tmp_path: Path, rounds: int) -> None:
    folder, chance, killed = tmp_path / "backups", random.Random(rounds), 0  # noqa: S311
    while killed < rounds:  # one that ended before it was killed does not count
        killed += _killed(large, ".backup-", chance, "backup", "--to", f"{folder}/")
        for file in folder.glob("elearn-*"):
            verify_backup(file, passphrase=None)
    for file in folder.glob("elearn-*"):
        file.unlink()
    taken = take_backup(large, folder / "elearn-20261122T120000Z.tar.gz", passphrase=None, now=clock())
    assert list(folder.iterdir()) == [taken.path], "what was left is thrown away"
    assert not list(large.data_dir.glob(".backup-*"))


@pytest.mark.drill
def test_a_restore_that_is_killed_leaves_the_former_site_or_the_restored_one(large: Settings, tmp_path: Path) -> None:
    file = take_backup(large, tmp_path / "one.tar.gz", passphrase=None, now=clock()).path
    saved, chance, killed = held(large.sqlalchemy_url), random.Random(20), 0  # noqa: S311
    while killed < 20:
        database = Database(large.sqlalchemy_url)
        with database.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE person SET full_name = 'Changed'"))
        database.dispose()
        changed = held(large.sqlalchemy_url)
        killed += _killed(large, ".restore-", chance, "restore", file, "--replace")
        assert held(large.sqlalchemy_url) in (changed, saved)
        secret_key(large.data_dir)
    restore_backup(large, file, passphrase=None, replace=True, now=clock() + timedelta(seconds=5))
    assert held(large.sqlalchemy_url) == saved
    assert not list(large.data_dir.glob(".*"))

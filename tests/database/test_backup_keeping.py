"""The daily backup: taken when it is due, old ones tidied away, and told where it fails."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from elearn.audit.rules import Act
from elearn.backup.failures import last_failure
from elearn.backup.rules import file_name
from elearn.backup.taking import verify_backup
from elearn.cli.findings import Level
from elearn.cli.outside import check_backups
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.secret import secret_key
from elearn.serving.backups import AGAIN_SECONDS, LONGEST_SLEEP_SECONDS, keep_backup
from elearn.settings import Settings
from tests.backups import fill, log_of
from tests.factories import NOON

DAY = timedelta(days=1)


@pytest.fixture
def kept(tmp_path: Path, sqlite_url: str) -> Settings:
    """The settings of a site of which three daily backups are kept."""
    database = Database(sqlite_url)
    fill(database)
    database.dispose()
    data = tmp_path / "data"
    data.mkdir()
    secret_key(data)
    return Settings(data_dir=data, database_url=sqlite_url, backup_folder=tmp_path / "backups", backup_keep=3)


def folder_of(settings: Settings) -> Path:
    assert settings.backup_folder is not None
    return settings.backup_folder


def test_a_site_without_a_backup_is_saved_at_once_and_then_once_a_day(kept: Settings) -> None:
    folder = folder_of(kept)
    assert keep_backup(kept, folder, now=NOON) == LONGEST_SLEEP_SECONDS
    (file,) = folder.iterdir()
    assert file.name == file_name(NOON, is_sealed=False)
    verify_backup(file, passphrase=None)
    last = log_of(kept.sqlalchemy_url)[-1]
    assert (last.act, last.actor_roles, last.thing_id) == (Act.BACKUP_TAKEN, "site", file.name)

    for hours in range(8):
        assert 0 < keep_backup(kept, folder, now=NOON + timedelta(hours=hours)) <= LONGEST_SLEEP_SECONDS
    assert len(list(folder.iterdir())) == 1
    keep_backup(kept, folder, now=NOON + timedelta(hours=10))  # past two o'clock in Almaty
    assert len(list(folder.iterdir())) == 2


def test_old_backups_go_and_what_is_no_backup_stays(kept: Settings) -> None:
    folder = folder_of(kept)
    folder.mkdir()
    (folder / "elearn-notes.txt").touch()
    for day in range(28):
        (folder / file_name(NOON - (28 - day) * DAY, is_sealed=False)).touch()
    keep_backup(kept, folder, now=NOON)
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 1 + 3 + 2  # the notes, three days, and the last of each of the two weeks before
    assert {"elearn-notes.txt", file_name(NOON, is_sealed=False)} < names


def test_a_backup_that_fails_is_told_in_the_log_and_by_the_doctor_until_one_succeeds(
    kept: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_of(kept)
    folder.touch()  # a file, as where the disk of backups was not mounted
    with caplog.at_level(logging.ERROR, "elearn.backup"):
        assert keep_backup(kept, folder, now=clock()) == AGAIN_SECONDS
    assert "the daily backup: Not a directory" in caplog.text
    failure = last_failure(kept.data_dir)
    assert failure is not None and "Not a directory" in failure.sentence

    folder.unlink()
    folder.mkdir()
    found = check_backups(folder, clock(), failure)
    assert (found.level, "Not a directory" in found.says) == (Level.PROBLEM, True)
    keep_backup(kept, folder, now=clock() + timedelta(seconds=1))
    assert check_backups(folder, clock(), failure).level is Level.OK


def test_a_backup_that_cannot_be_put_down_stands_all_the_same(kept: Settings, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(kept.sqlalchemy_url)
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no_room BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no room'); END")
        )
    database.dispose()
    assert keep_backup(kept, folder_of(kept), now=NOON) == AGAIN_SECONDS
    assert "is whole, but the audit log could not be told of it: no room" in caplog.text
    assert 0 < keep_backup(kept, folder_of(kept), now=NOON + timedelta(minutes=30)) <= LONGEST_SLEEP_SECONDS
    assert len(list(folder_of(kept).iterdir())) == 1


def test_the_note_of_a_failure_may_be_anything(tmp_path: Path) -> None:
    assert last_failure(tmp_path) is None
    for said in (b"", b"\xff", b"yesterday\nx"):
        (tmp_path / "backup-failed").write_bytes(said)
        assert last_failure(tmp_path) is None

"""``elearn backup``, ``restore`` and ``backup verify``, on both databases: what they say, and what they leave."""

import os
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from elearn.audit.rules import Act
from elearn.backup.archive import digest_of
from elearn.db.engine import Database
from elearn.secret import secret_key
from elearn.serving.lock import lock_data_folder
from tests.backups import WORDS, fill, held, log_of
from tests.database.conftest import Ran
from tests.factories import a_person

Run = Callable[..., Ran]


@pytest.fixture
def data(tmp_path: Path, database: Database) -> Path:
    """The data folder of a filled site."""
    fill(database)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    secret_key(folder)
    return folder


def test_a_site_is_saved_verified_and_restored_by_one_command_each(
    elearn: Run, data: Path, database: Database, database_url: str, tmp_path: Path
) -> None:
    before = held(database_url)
    saved = elearn("backup", "--data", str(data), "--to", f"{tmp_path / 'backups'}/", "--keep", "2")
    assert saved.code == 0
    (file,) = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"elearn-\d{8}T\d{6}Z\.tar\.gz", file.name)
    assert re.search(rf"{file}: \d+ rows in \d+ tables of \w+, [\d.]+ KiB\. It was read back and is whole\.", saved.out)
    assert f"SHA-256: {digest_of(file)}" in saved.out
    assert file.stat().st_mode & 0o077 == 0

    verified = elearn("backup", "verify", str(file))
    assert (verified.code, verified.out.startswith(f"{file} is whole: taken 20")) == (0, True)

    with database.writing() as session:
        a_person(session, "latecomer")
        session.commit()
    database.dispose()
    refused = elearn("restore", str(file), "--data", str(data))
    assert (refused.code, refused.err.count("\n"), "--replace" in refused.err) == (2, 1, True)
    done = elearn("restore", str(file), "--data", str(data), "--replace")
    assert (done.code, "Restored: the site as it was at 20" in done.out) == (0, True), done.err
    assert "is kept in" in done.out
    assert held(database_url) == before
    assert elearn("audit", "verify", "--data", str(data)).code == 0


def test_backups_are_told_to_the_audit_log(elearn: Run, data: Path, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "one.tar.gz"
    elearn("backup", "--data", str(data), "--to", str(file))
    last = log_of(database_url)[-1]
    assert (last.act, last.actor_roles, last.thing_id) == (Act.BACKUP_TAKEN, "command-line", "one.tar.gz")
    assert last.details["sha256"] == digest_of(file)


def test_a_database_that_waits_for_its_upgrade_is_saved_and_its_log_let_be(
    elearn: Run, data: Path, database: Database, tmp_path: Path
) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    saved = elearn("backup", "--data", str(data), "--to", str(tmp_path / "one.tar.gz"))
    assert (saved.code, "waits for «elearn db upgrade»" in saved.out) == (0, True)


def test_a_backup_that_cannot_be_taken_is_one_sentence(
    elearn: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.tar.gz"
    file.touch()
    for words, says in (
        ((), "Say where the backup is to go"),
        (("--to", str(file)), "never replaces a file"),
        (("--to", str(tmp_path / "two.tar.gz"), "--keep", "3"), "name the folder"),
        (("--to", str(file / "x")), f"No backup was taken: File exists ({file})."),
        (("--to", str(tmp_path / "two.tar.gz"), "--passphrase-file", str(tmp_path / "none")), "No such file"),
    ):
        ran = elearn("backup", "--data", str(data), *words)
        assert (ran.code, ran.err.count("\n"), says in ran.err) == (2, 1, True), ran.err
    ran = elearn("backup", "--data", str(tmp_path / "nowhere"), "--to", str(tmp_path / "two.tar.gz"))
    assert (ran.code, "there is no site in" in ran.err) == (2, True)
    assert not (tmp_path / "nowhere").exists()
    assert not (tmp_path / "two.tar.gz").exists()


def test_the_folder_of_the_settings_is_taken_when_none_is_named(
    elearn: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEARN_BACKUP_FOLDER", str(tmp_path / "backups"))
    assert elearn("backup", "--data", str(data)).code == 0
    assert len(list((tmp_path / "backups").glob("elearn-*.tar.gz"))) == 1


def test_a_restore_that_is_refused_is_one_sentence_and_changes_nothing(
    elearn: Run, data: Path, database_url: str, tmp_path: Path
) -> None:
    file, cut = tmp_path / "one.tar.gz", tmp_path / "cut.tar.gz"
    elearn("backup", "--data", str(data), "--to", str(file))
    cut.write_bytes(file.read_bytes()[:-500])
    before, key = held(database_url), secret_key(data)

    ran = elearn("restore", str(cut), "--data", str(data), "--replace")
    assert (ran.code, ran.err.count("\n"), "is not a whole backup" in ran.err) == (2, 1, True)
    lock = lock_data_folder(data)
    ran = elearn("restore", str(file), "--data", str(data), "--replace")
    os.close(lock)
    assert (ran.code, "is used by another elearn serve" in ran.err) == (2, True)
    assert (held(database_url), secret_key(data)) == (before, key)
    assert not list(data.glob("replaced-*"))
    assert not [path.name for path in data.iterdir() if path.name.startswith(".")]


@pytest.mark.drill  # each sealing and opening costs seconds; tests/unit/backup/test_sealing.py tries the file itself
def test_a_sealed_backup_is_restored_with_its_passphrase_alone(
    elearn: Run, data: Path, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, words = tmp_path / "one.age.tar", tmp_path / "passphrase"
    words.write_text(WORDS)
    before = held(database_url)
    assert elearn("backup", "--data", str(data), "--to", str(file), "--passphrase-file", str(words)).code == 0
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["key.age", "backup.tar.gz.age"]

    without = elearn("restore", str(file), "--data", str(data), "--replace")
    assert (without.code, "--passphrase-file" in without.err) == (2, True)
    monkeypatch.setenv("ELEARN_BACKUP_PASSPHRASE_FILE", str(words))
    done = elearn("restore", str(file), "--data", str(data), "--replace")
    assert done.code == 0, done.err
    assert held(database_url) == before

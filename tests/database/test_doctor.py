"""``elearn doctor`` finds what is wrong and says what to do."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from elearn.cli import doctor
from elearn.cli.doctor import examine, file_system_of
from elearn.cli.findings import Level
from elearn.cli.outside import (
    check_backups,
    check_database_line,
    check_directory,
    check_environment,
    check_tls,
    size_words,
)
from elearn.db.engine import Database
from elearn.secret import secret_key
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.web import catalogues
from tests.conftest import missing
from tests.factories import NOON, a_person
from tests.serving import elearn_here

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
60 22 0:40 / /srv/on\\040the\\040net rw - nfs4 store:/export rw
61 22 0:41 / /srv/on\\040the\\040net/local rw - xfs /dev/sdb rw
"""

NOBODY_THERE = "https://127.0.0.1:1"
"""A public address that does not answer: below 1024 nobody but root may listen."""

Made = Callable[..., Settings]


@pytest.fixture
def made(tmp_path: Path, database_url: str, database: Database) -> Made:
    """A sound site, as ``elearn serve`` leaves it; its settings may be changed."""
    database.set_up()
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    secret_key(data)
    backups = tmp_path / "backups"
    backups.mkdir()
    _a_backup(backups, NOON)
    with database.writing() as session:
        _an_administrator(session)
        session.commit()

    def settings(**changes: Any) -> Settings:
        sound: dict[str, Any] = {
            "data_dir": data,
            "database_url": database_url,
            "public_url": NOBODY_THERE,
            "backup_folder": backups,
        }
        return Settings(**(sound | changes))

    return settings


def _a_backup(folder: Path, made_at: datetime) -> Path:
    file = folder / f"elearn-{made_at:%Y%m%dT%H%M%SZ}.tar.gz"
    file.write_bytes(b"x" * 2048)
    os.utime(file, (made_at.timestamp(), made_at.timestamp()))
    return file


def _an_administrator(session: Session) -> None:
    a_person(session, "chief", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))


def _levels(settings: Settings, now: datetime = NOON) -> dict[str, Level]:
    return {finding.check: finding.level for finding in examine(settings, now=now)}


def _change(database: Database, statement: str, **values: object) -> None:
    with database.writing() as session:
        session.execute(text(statement), values)
        session.commit()


def _sign_in_at(database: Database, instant: str) -> None:
    _change(
        database,
        "INSERT INTO user_session (token_hash, person_id, is_shared_device, created_at, seen_at, ends_at)"
        " SELECT 'x', id, :no, :at, :at, :at FROM person",
        no=False,
        at=instant,
    )


def _advice(settings: Settings, check: str) -> str:
    return next(found.advice for found in examine(settings, now=NOON) if found.check == check)


def test_a_sound_site_has_no_problem(made: Made) -> None:
    levels = _levels(made(languages=("en",)))

    assert set(levels) >= {
        "data folder",
        "disk",
        "secret key",
        "fonts",
        "clock",
        "database",
        "administrator",
        "cookies",
    }
    assert {check: level for check, level in levels.items() if level is not Level.OK and check != "disk"} == {
        "courses": Level.WARNING
    }


def test_whatever_is_wrong_has_advice(made: Made) -> None:
    findings = list(examine(made(public_url=None), now=NOON - timedelta(days=9000)))

    assert all(finding.advice for finding in findings if finding.level is not Level.OK)
    assert not any(finding.advice for finding in findings if finding.level is Level.OK)


def test_a_missing_data_folder_is_a_problem_and_stays_missing(made: Made, tmp_path: Path) -> None:
    levels = _levels(made(data_dir=tmp_path / "nowhere"))

    assert levels["data folder"] is levels["disk"] is Level.PROBLEM
    assert not (tmp_path / "nowhere").exists()


def test_a_data_folder_that_others_may_open_is_worth_a_warning(made: Made) -> None:
    settings = made()
    settings.data_dir.chmod(0o755)

    assert _levels(settings)["data folder"] is Level.WARNING


@pytest.mark.parametrize("content", ["", "ab", "no key"])
def test_a_damaged_secret_key_is_a_problem(made: Made, content: str) -> None:
    settings = made()
    (settings.data_dir / "secret.key").write_text(content)

    assert _levels(settings)["secret key"] is Level.PROBLEM


def test_a_site_that_was_never_served_lacks_no_secret_key(made: Made, tmp_path: Path) -> None:
    settings = made()
    (settings.data_dir / "secret.key").unlink()

    assert _levels(settings)["secret key"] is Level.OK
    assert _levels(made(database_url=f"sqlite:///{tmp_path / 'none'}"))["secret key"] is Level.OK
    assert not (settings.data_dir / "secret.key").exists()


def test_a_secret_key_that_is_gone_after_somebody_signed_in_is_a_problem(made: Made, database: Database) -> None:
    _sign_in_at(database, "2026-11-21 11:30:00+00:00")
    settings = made()
    (settings.data_dir / "secret.key").unlink()

    assert _levels(settings)["secret key"] is Level.PROBLEM


def test_a_secret_key_that_others_may_read_is_a_problem(made: Made) -> None:
    settings = made()
    (settings.data_dir / "secret.key").chmod(0o644)

    assert _levels(settings)["secret key"] is Level.PROBLEM


def test_a_full_disk_is_a_problem(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TOO_LITTLE_DISK", shutil.disk_usage("/").total * 2)

    assert _levels(made())["disk"] is Level.PROBLEM


def test_a_language_that_lacks_words_for_officers_is_worth_a_warning(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert _levels(made(languages=("en", "tk", "uz-Cyrl")))["translations"] is Level.OK

    lacking = shutil.copytree(catalogues.TRANSLATIONS, tmp_path / "translations")
    (lacking / "tk" / "messages.po").unlink()
    monkeypatch.setattr(catalogues, "TRANSLATIONS", lacking)
    catalogues.state_of.cache_clear()
    assert _levels(made(languages=("en", "tk")))["translations"] is Level.WARNING
    catalogues.state_of.cache_clear()


def test_a_clock_before_this_version_was_made_is_a_problem(made: Made) -> None:
    assert _levels(made(), now=datetime(2001, 1, 1, tzinfo=UTC))["clock"] is Level.PROBLEM


def test_a_row_from_the_future_is_a_problem(made: Made, database: Database) -> None:
    _sign_in_at(database, "2026-11-21 12:30:00+00:00")

    assert _levels(made())["time"] is Level.PROBLEM
    assert _levels(made(), now=NOON + timedelta(hours=1))["time"] is Level.OK


def test_a_database_of_another_revision_is_a_problem(made: Made, database: Database) -> None:
    _change(database, "UPDATE alembic_version SET version_num = '0001'")

    assert _levels(made())["database"] is Level.PROBLEM
    assert "db upgrade" in _advice(made(), "database")


def test_a_newer_database_needs_the_newer_version(made: Made, database: Database) -> None:
    _change(database, "UPDATE alembic_version SET version_num = '9999'")

    assert _levels(made())["database"] is Level.PROBLEM
    assert "newer version" in _advice(made(), "database") and "upgrade" not in _advice(made(), "database")


def test_a_sound_database_tells_its_size(made: Made) -> None:
    (says,) = [found.says for found in examine(made(), now=NOON) if found.check == "database"]

    assert "the newest, and has " in says and "iB" in says


# Port 1 is below those that anybody but root may open: nothing answers there.
@pytest.mark.parametrize("address", ["mysql://localhost/x", "postgresql://u:hidden@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_used_is_a_problem(made: Made, address: str) -> None:
    settings = made(database_url=address)

    assert _levels(settings)["database"] is Level.PROBLEM
    assert "hidden" not in str(list(examine(settings, now=NOON)))


def test_a_missing_sqlite_file_is_a_problem_and_stays_missing(made: Made, tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite"

    assert _levels(made(database_url=f"sqlite:///{missing}"))["database"] is Level.PROBLEM
    assert not missing.exists()


def test_a_damaged_sqlite_file_is_a_problem(made: Made, tmp_path: Path, sqlite_template: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    whole = bytearray(sqlite_template.read_bytes())
    whole[8192:] = b"\x5a" * (len(whole) - 8192)
    damaged.write_bytes(whole)

    levels = _levels(made(database_url=f"sqlite:///{damaged}"))

    assert Level.PROBLEM in (levels.get("SQLite"), levels["database"])


def test_a_sqlite_file_without_wal_is_a_problem(made: Made, tmp_path: Path, sqlite_template: Path) -> None:
    plain = tmp_path / "plain.sqlite"
    shutil.copy(sqlite_template, plain)
    database = Database(f"sqlite:///{plain}")
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE").fetchone()  # type: ignore[union-attr]
    database.dispose()

    assert _levels(made(database_url=f"sqlite:///{plain}"))["SQLite"] is Level.PROBLEM


def test_nobody_who_may_manage_people_is_a_problem(made: Made, database: Database) -> None:
    _change(database, "UPDATE person SET disabled_at = :at", at="2026-11-01 12:00:00+00:00")

    assert _levels(made())["administrator"] is Level.PROBLEM


def test_an_address_without_https_is_worth_a_warning(made: Made) -> None:
    assert _levels(made(public_url=None))["public address"] is Level.WARNING
    assert _levels(made(public_url="http://training.example"))["cookies"] is Level.WARNING


@pytest.mark.parametrize(
    ("address", "is_guarded"),
    [
        (None, True),
        ("postgresql:///elearn", True),
        ("postgresql://elearn@127.0.0.1/elearn", True),
        ("postgresql:///elearn?host=/run/postgresql", True),
        ("postgresql://elearn@db.unit.example/elearn?sslmode=verify-full", True),
        ("postgresql://elearn@db.unit.example/elearn", False),
        ("postgresql://elearn:secret@db.unit.example/elearn?sslmode=require", False),
        ("postgresql:///elearn?host=db.unit.example&sslmode=verify-ca", False),
    ],
)
def test_a_database_elsewhere_that_could_be_a_false_one_is_worth_a_warning(
    address: str | None, is_guarded: bool
) -> None:
    found = check_database_line(Settings(database_url=address))

    assert found.level is (Level.OK if is_guarded else Level.WARNING)
    assert "secret" not in found.says + (found.advice or "")
    assert is_guarded == ("sslmode=verify-full" not in (found.advice or ""))


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/on the net/x", "nfs4"), ("/srv/on the net/local/x", "xfs"), ("/srv/on the network", "ext4")],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind


def test_the_command_ends_with_1_if_there_is_a_problem_and_prints_json_if_asked(made: Made) -> None:
    settings = made()
    assert settings.database_url is not None
    values = {"database_url": settings.database_url.get_secret_value(), "public_url": NOBODY_THERE}

    sound = elearn_here("doctor", "--data", settings.data_dir, folder=settings.data_dir, **values)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "No problem was found." in sound.stdout

    (settings.data_dir / "secret.key").chmod(0o644)
    unsound = elearn_here("doctor", "--data", settings.data_dir, "--format", "json", folder=settings.data_dir, **values)
    assert unsound.returncode == 1
    report = json.loads(unsound.stdout)
    assert report["problems"] == 1
    assert [found["check"] for found in report["findings"] if found["level"] == "problem"] == ["secret key"]


# --- backups ---


def test_no_folder_or_no_backup_is_worth_a_warning(tmp_path: Path) -> None:
    assert check_backups(None, NOON).level is Level.WARNING
    found = check_backups(tmp_path, NOON)
    assert (found.level, "None was found" in found.says) == (Level.WARNING, True)


def test_the_newest_backup_is_named_with_its_age_and_size(tmp_path: Path) -> None:
    _a_backup(tmp_path, NOON - timedelta(days=9))
    newest = _a_backup(tmp_path, NOON - timedelta(days=1))

    found = check_backups(tmp_path, NOON)
    assert found.level is Level.OK
    assert newest.name in found.says and "2.0 KiB" in found.says


def test_an_old_backup_is_a_problem(tmp_path: Path) -> None:
    _a_backup(tmp_path, NOON - timedelta(days=3))

    assert check_backups(tmp_path, NOON).level is Level.PROBLEM


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 * 1024**4, "5120.0 GiB")]
)
def test_sizes_are_told_as_people_read_them(size: int, words: str) -> None:
    assert size_words(size) == words


# --- files with secrets ---


def test_a_passphrase_that_others_may_read_is_worth_a_warning(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("six words that nobody would guess\n")
    file.chmod(0o640)
    assert _levels(made(backup_passphrase_file=file))["passphrase"] is Level.WARNING
    assert _advice(made(backup_passphrase_file=file), "passphrase") == f"chmod 600 {file}"

    file.chmod(0o600)
    assert _levels(made(backup_passphrase_file=file))["passphrase"] is Level.OK


def test_a_passphrase_that_is_not_there_or_empty_is_a_problem(made: Made, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch(mode=0o600)

    for file in (empty, tmp_path / "nowhere"):
        assert _levels(made(backup_passphrase_file=file))["passphrase"] is Level.PROBLEM


def test_the_password_of_the_reader_that_others_may_read_is_worth_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(
            ldap_host="127.0.0.1",
            ldap_port=listener.getsockname()[1],
            ldap_tls="none",
            ldap_user="uid={name}",
            ldap_reader_password_file=file,
        )
        assert check_directory(settings).level is Level.OK  # nobody reads it: there is no LDAP_READER
        file.write_text("x")
        for mode, level in ((0o604, Level.WARNING), (0o620, Level.WARNING), (0o600, Level.OK)):
            file.chmod(mode)
            assert check_directory(settings).level is level


def test_each_file_with_a_secret_that_a_setting_names_is_looked_at() -> None:
    looked_at = {
        "oidc_client_secret_file",  # test_single_sign_on.py
        "smtp_password_file",  # test_digest.py
        "ldap_reader_password_file",
        "backup_passphrase_file",
    }
    no_secret = {"ldap_ca_file"}

    assert {name for name in Settings.model_fields if name.endswith("_file")} == looked_at | no_secret


# --- the environment ---


def test_a_variable_that_is_no_setting_is_named_with_the_nearest() -> None:
    found = check_environment(["PATH", "ELEARN_PORT", "ELEARN_PUBLC_URL", "ELEARN_ZZZZZZ"])

    assert found.level is Level.WARNING
    assert found.says == "No setting is called ELEARN_PUBLC_URL, ELEARN_ZZZZZZ."
    assert found.advice == "For ELEARN_PUBLC_URL write ELEARN_PUBLIC_URL; take ELEARN_ZZZZZZ away."


def test_variables_that_are_settings_are_fine_in_any_case() -> None:
    assert check_environment(["elearn_port", "ELEARN_DATABASE_URL", "HOME"]).level is Level.OK


def test_the_command_looks_at_its_environment(made: Made) -> None:
    folder = made().data_dir
    run = elearn_here("doctor", "--data", folder, folder=folder, data_dri="/srv")

    assert "for ELEARN_DATA_DRI write ELEARN_DATA_DIR" in run.stdout.replace("For", "for")


# --- TLS ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, for 100 days."""
    if shutil.which("openssl") is None:
        missing("openssl (Debian's package openssl)")
    file = tmp_path_factory.mktemp("tls") / "whole.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "100", *subject]
    subprocess.run([*made, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@contextlib.contextmanager
def _tls_server(certificate: Path) -> Iterator[str]:
    """Somebody who shows the certificate once; their address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def show() -> None:
        line, _ = listener.accept()
        with line, contextlib.suppress(OSError):
            context.wrap_socket(line, server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=show, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(60)


def test_a_trusted_certificate_is_told_with_its_end(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    now = datetime.now(UTC)
    for moment, level in ((now, Level.OK), (now + timedelta(days=90), Level.WARNING)):
        with _tls_server(certificate) as address:
            found = check_tls(Settings(public_url=address), moment)
        assert found.level is level
        assert f"ends on {now + timedelta(days=100):%Y-%m-%d}" in found.says


def test_a_certificate_that_nobody_trusts_is_a_problem(certificate: Path) -> None:
    with _tls_server(certificate) as address:
        found = check_tls(Settings(public_url=address), NOON)

    assert found.level is Level.PROBLEM and "not trusted" in found.says


def test_a_public_address_that_is_not_reached_is_said_and_no_worry() -> None:
    found = check_tls(Settings(public_url=NOBODY_THERE), NOON)

    assert found.level is Level.OK and "was not reached" in found.says
    assert check_tls(Settings(public_url="https://127.0.0.1:99999999"), NOON).level is Level.OK

"""What ``elearn serve`` and ``elearn db`` say when they cannot: one sentence, exit code 2, and nothing half done."""

import socket
import sqlite3
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.serving import Server, elearn, elearn_here, free_port, listening


def _is_one_sentence(run: CompletedProcess[str], *words: str) -> None:
    assert run.returncode == 2, run
    assert run.stdout == ""
    assert run.stderr.startswith("elearn: ")
    assert run.stderr.count("\n") == 1, run.stderr
    for word in words:
        assert word in run.stderr


def _everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


# --- serve, as its own process ---


@pytest.mark.parametrize("shared", [False, True])
def test_a_taken_port(tmp_path: Path, shared: bool) -> None:
    with listening(shared=shared) as port:
        _is_one_sentence(elearn("serve", "--data", "site", "--port", port, folder=tmp_path), str(port), "--port")
    assert not (tmp_path / "site").exists()


def test_a_port_or_a_folder_that_another_site_holds(tmp_path: Path) -> None:
    with Server(tmp_path / "first") as server:
        run = elearn("serve", "--data", "second", "--port", server.port, folder=tmp_path)
        _is_one_sentence(run, str(server.port))
        assert not (tmp_path / "second").exists()

        run = elearn("serve", "--data", "first", "--port", free_port(), folder=tmp_path)
        _is_one_sentence(run, f"process {server.process.pid}")
        _is_one_sentence(elearn_here("db", "upgrade", "--data", "first", folder=tmp_path), "another elearn serve")
        assert server.get().status == 200


def test_serving_an_unknown_database(tmp_path: Path) -> None:
    run = elearn("serve", folder=tmp_path, database_url="mysql://root@localhost/elearn")
    _is_one_sentence(run, "ELEARN_DATABASE_URL")
    assert _everything_in(tmp_path) == {}


def test_serving_a_database_that_does_not_answer(tmp_path: Path) -> None:
    address = f"postgresql://elearn:hidden@127.0.0.1:{free_port()}/elearn"
    run = elearn("serve", "--port", free_port(), folder=tmp_path, database_url=address)
    _is_one_sentence(run, "does not answer", "refused")
    assert "hidden" not in run.stderr
    assert _everything_in(tmp_path) == {}


def test_serving_a_database_file_that_is_none(site: Path) -> None:
    (site / "elearn.sqlite").write_bytes(b"This is a letter, and not a database at all. " * 100)
    before = (site / "elearn.sqlite").read_bytes()
    _is_one_sentence(elearn("serve", "--data", site, "--port", free_port(), folder=site), "not a database")
    assert (site / "elearn.sqlite").read_bytes() == before


def test_serving_with_a_damaged_secret(site: Path) -> None:
    (site / "secret.key").write_bytes(b"not hexadecimal")
    _is_one_sentence(elearn("serve", "--data", site, "--port", free_port(), folder=site), "secret.key")
    assert set(_everything_in(site)) == {"secret.key", "serve.lock"}
    assert (site / "secret.key").read_bytes() == b"not hexadecimal"


def test_serving_what_a_restore_left_half_done(site: Path) -> None:
    (site / ".secret.key.restored").write_text("the key of a database that is in its place already")
    _is_one_sentence(elearn("serve", "--data", site, "--port", free_port(), folder=site), "cut off", "--replace")
    assert set(_everything_in(site)) == {".secret.key.restored", "serve.lock"}


def test_serving_in_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    run = elearn("serve", "--data", "file/site", "--port", free_port(), folder=tmp_path)
    _is_one_sentence(run, "data folder", "Not a directory")


def test_serving_in_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    # Not even root may write into /proc.
    _is_one_sentence(elearn("serve", "--data", "/proc", "--port", free_port(), folder=tmp_path), "data folder /proc")


def test_serving_at_an_address_of_another_machine(tmp_path: Path) -> None:
    run = elearn("serve", "--data", "site", "--host", "192.0.2.1", "--port", free_port(), folder=tmp_path)
    _is_one_sentence(run, "192.0.2.1")
    assert not (tmp_path / "site").exists()


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "site.py").write_text("PORT = 1\nHOST = '192.0.2.1'\nDATA_DIR = 'from-file'")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = elearn("serve", "--config", "site.py", "--port", port, folder=tmp_path, host="127.0.0.1")
    _is_one_sentence(run, f"Port {port} of 127.0.0.1")


# --- what every command says of settings and databases ---


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"workers": "many"}, "WORKERS"),
        ({"port": "0"}, "PORT"),
        ({"languages": "en,de"}, "LANGUAGES"),
        ({"languages": ""}, "LANGUAGES"),
        ({"languages": '["en"]'}, "LANGUAGES"),
        ({"default_language": "de"}, "DEFAULT_LANGUAGE"),
        ({"public_url": "training.example"}, "PUBLIC_URL"),
        ({"timezone": "Mars/Olympus"}, "TIMEZONE"),
        ({"timezone": "../../etc/passwd"}, "TIMEZONE"),
        ({"upload_limit_mib": "-1"}, "UPLOAD_LIMIT_MIB"),
    ],
)
def test_a_setting_that_cannot_be_used(tmp_path: Path, settings: dict[str, str], name: str) -> None:
    _is_one_sentence(elearn_here("db", "upgrade", folder=tmp_path, **settings), f"setting {name} ")
    assert _everything_in(tmp_path) == {}


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (None, "No such file"),
        ("PORT = = 1", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("COLOUR = 'blue'", "COLOUR"),
        ("PORT = 'first'", "PORT"),
    ],
)
def test_a_configuration_file_that_cannot_be_used(tmp_path: Path, source: str | None, word: str) -> None:
    path = tmp_path / "site.py"
    if source is not None:
        path.write_text(source)
    _is_one_sentence(elearn_here("db", "upgrade", "--config", path, folder=tmp_path), word)
    assert set(_everything_in(tmp_path)) <= {"site.py"}


@pytest.mark.parametrize("address", ["mysql://root@localhost/elearn", "nonsense", "oracle+x://y", ""])
@pytest.mark.parametrize("command", ["upgrade", "current"])
def test_an_unknown_database(tmp_path: Path, command: str, address: str) -> None:
    _is_one_sentence(elearn_here("db", command, folder=tmp_path, database_url=address), "ELEARN_DATABASE_URL")
    assert _everything_in(tmp_path) == {}


@pytest.mark.parametrize("command", ["upgrade", "current"])
def test_a_database_that_does_not_answer(tmp_path: Path, command: str) -> None:
    address = f"postgresql://elearn:hidden@127.0.0.1:{free_port()}/elearn"
    run = elearn_here("db", command, folder=tmp_path, database_url=address)
    _is_one_sentence(run, "does not answer", "refused")
    assert "hidden" not in run.stderr
    assert _everything_in(tmp_path) == {}


def test_a_database_of_a_newer_version(site: Path, sqlite_template: Path) -> None:
    (site / "elearn.sqlite").write_bytes(sqlite_template.read_bytes())
    database = sqlite3.connect(site / "elearn.sqlite")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    _is_one_sentence(elearn_here("db", "upgrade", "--data", site, folder=site), "9999", "newer version")


def test_asking_about_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    _is_one_sentence(elearn_here("db", "current", "--data", "site", folder=tmp_path), "no database", "db upgrade")
    assert not (tmp_path / "site").exists()


def test_upgrading_makes_the_database_and_says_so(tmp_path: Path) -> None:
    for _ in range(2):
        run = elearn_here("db", "upgrade", "--data", "site", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        assert "the newest" in run.stdout
    assert elearn_here("db", "current", "--data", "site", folder=tmp_path).stdout == run.stdout


def test_statistics_are_counted_anew_by_a_command(site: Path, sqlite_template: Path) -> None:
    (site / "elearn.sqlite").write_bytes(sqlite_template.read_bytes())
    database = sqlite3.connect(site / "elearn.sqlite")
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("INSERT INTO tally (measure, course_id, agency_id, month, people) VALUES ('enrolled', 1, 1, 0, 9)")
    database.commit()

    run = elearn_here("db", "recount", "--data", site, folder=site)

    assert (run.returncode, run.stderr) == (0, "")
    assert "0 rows" in run.stdout
    assert database.execute("SELECT count(*) FROM tally").fetchone() == (0,)
    database.close()


def test_statistics_of_a_database_that_is_not_there_are_not_counted(tmp_path: Path) -> None:
    _is_one_sentence(elearn_here("db", "recount", "--data", "site", folder=tmp_path), "db upgrade")
    assert not (tmp_path / "site").exists()

"""Files that people send are looked at by the virus scanner first; what it does not clear is not taken."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.app import create_app
from elearn.assessment.models import Attachment
from elearn.audit.models import AuditEvent
from elearn.cli.findings import Level
from elearn.cli.outside import check_scanner
from elearn.db.engine import Database
from elearn.scanning import PIECE, Infected, NotScanned, check_clean, does_answer
from elearn.settings import BadSettings, Settings, load_settings
from tests.checking import CheckingClient, text_of
from tests.clamd import EICAR, Scanner, clamd
from tests.factories import course_files, reading
from tests.serving import elearn_here, free_port
from tests.web import test_people_import as people_import
from tests.web.authoring import Desk
from tests.web.test_banks import GIFT, add, look
from tests.web.test_quizzes_open import PDF, attach, files_in, opened, written

Sited = Callable[[str], Flask]


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    """A scanner at some port."""
    with clamd() as found:
        yield found


@pytest.fixture
def with_scanner(sqlite_url: str, settings: Settings) -> Iterator[Sited]:
    """Makes a site that asks a scanner at an address."""
    made: list[Database] = []

    def make(address: str) -> Flask:
        made.append(Database(sqlite_url))
        app = create_app(settings.model_copy(update={"clamd_address": address}), made[-1])
        app.test_client_class = CheckingClient
        return app

    yield make
    for database in made:
        database.dispose()


def the_client(site: Flask) -> CheckingClient:
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    return client


def refusals(site: Flask) -> list[tuple[str, object]]:
    """What the log says that the scanner refused: to whom, and what it was."""
    with reading(site) as session:
        query = select(AuditEvent).where(AuditEvent.act == "upload-refused").order_by(AuditEvent.number)
        return [(each.actor_roles, each.details["malware"]) for each in session.scalars(query)]


def test_a_file_of_any_size_is_sent_whole(scanner: Scanner) -> None:
    for data in (b"", b"a", b"b" * PIECE, b"c" * (3 * PIECE + 1)):
        check_clean(scanner.address, data)
        assert scanner.scanned[-1] == data


def test_a_scanner_is_asked_at_its_socket_too(tmp_path: Path) -> None:
    with clamd(tmp_path / "clamd.ctl") as found:
        assert does_answer(found.address)
        with pytest.raises(Infected, match="Eicar-Signature"):
            check_clean(found.address, b"x" * PIECE + EICAR)
    assert not does_answer(found.address)


def test_what_was_not_scanned_is_not_clean(scanner: Scanner, tmp_path: Path) -> None:
    scanner.largest = 10
    for address in (scanner.address, f"127.0.0.1:{free_port()}", str(tmp_path / "none.ctl")):
        with pytest.raises(NotScanned):
            check_clean(address, b"more than ten bytes")


def test_a_clean_attachment_is_taken(with_scanner: Sited, scanner: Scanner) -> None:
    site = with_scanner(scanner.address)
    client = the_client(site)
    base = opened(site, client)
    assert attach(client, base, PDF).status_code == 303
    assert scanner.scanned == [PDF]
    client.get(f"{base}/2")
    assert len(files_in(client)) == 1


def test_an_infected_attachment_is_refused_and_what_was_written_is_kept(with_scanner: Sited, scanner: Scanner) -> None:
    site = with_scanner(scanner.address)
    client = the_client(site)
    base = opened(site, client)
    assert attach(client, base, PDF + EICAR, text="My answer.").status_code == 422
    assert "This file holds malware (Eicar-Signature), so it was not taken." in text_of(client.page)
    assert written(client) == "My answer."
    with reading(site) as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert refusals(site) == [("officer", "Eicar-Signature")]


def test_while_the_scanner_does_not_answer_no_attachment_is_taken(with_scanner: Sited) -> None:
    site = with_scanner(f"127.0.0.1:{free_port()}")
    client = the_client(site)
    base = opened(site, client)
    assert attach(client, base, PDF, text="My answer.").status_code == 409
    assert "The virus scanner does not answer, so no file can be taken now. Tell the administrator" in text_of(
        client.page
    )
    assert written(client) == "My answer."
    assert refusals(site) == [("officer", "not scanned")]


def test_a_bank_is_scanned_when_it_is_looked_at_and_when_it_is_added(
    sqlite_url: str, taught_template: Path, with_scanner: Sited, scanner: Scanner
) -> None:
    shutil.copy(taught_template, sqlite_url.removeprefix("sqlite:///"))
    site = with_scanner(scanner.address)
    client = the_client(site)
    client.sign_in("trainer")
    desk = Desk(client, site.extensions["elearn.database"])
    page = look(desk, GIFT)
    assert page.status_code == 200
    infected = look(desk, GIFT.encode() + b"// " + EICAR)
    assert infected.status_code == 422
    assert "This file holds malware (Eicar-Signature)" in infected.get_data(as_text=True)
    assert add(desk, page).status_code == 303
    assert scanner.scanned == [GIFT.encode(), GIFT.encode() + b"// " + EICAR, GIFT.encode()]
    assert refusals(site) == [("officer trainer:all", "Eicar-Signature")]


def test_a_list_of_people_is_scanned_when_it_is_looked_at_and_when_they_are_added(
    sqlite_url: str, taught_template: Path, with_scanner: Sited, scanner: Scanner
) -> None:
    shutil.copy(taught_template, sqlite_url.removeprefix("sqlite:///"))
    site = with_scanner(scanner.address)
    desk = the_client(site)
    desk.sign_in("admin")
    people = b"username,full_name,agency\nnew.one,New One,fiu\n"
    page = people_import.look(desk, people)
    assert page.status_code == 200
    infected = people_import.look(desk, people + EICAR)
    assert infected.status_code == 422
    assert "This file holds malware (Eicar-Signature)" in infected.get_data(as_text=True)
    assert people_import.add(desk, page).status_code == 303
    assert scanner.scanned == [people, people + EICAR, people]
    assert refusals(site) == [("administrator:all officer", "Eicar-Signature")]


def test_a_course_is_scanned_before_it_is_published(
    sqlite_url: str, scanner: Scanner, tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "courses" / "demo"
    for path, data in course_files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    run = partial(elearn_here, "course", "import", folder, folder=tmp_path, database_url=sqlite_url)
    unreachable = run(clamd_address=f"127.0.0.1:{free_port()}")
    assert (unreachable.returncode, unreachable.stderr.count("\n")) == (2, 1)
    assert "The virus scanner does not answer" in unreachable.stderr
    (folder / "glossary.md").write_bytes(course_files()["glossary.md"] + EICAR + b"\n")
    infected = run(clamd_address=scanner.address)
    assert infected.returncode == 2
    assert "holds malware (Eicar-Signature)" in infected.stderr
    (folder / "glossary.md").write_bytes(course_files()["glossary.md"])
    assert "published" in run(clamd_address=scanner.address).stdout


def test_doctor_asks_the_scanner(settings: Settings, scanner: Scanner) -> None:
    def finding(address: str | None) -> tuple[Level, str]:
        found = check_scanner(settings.model_copy(update={"clamd_address": address}))
        return found.level, found.says

    assert finding(None) == (Level.OK, "No file is scanned: CLAMD_ADDRESS is not set.")
    assert finding(scanner.address) == (Level.OK, f"clamd answers at {scanner.address}.")
    level, says = finding(f"127.0.0.1:{free_port()}")
    assert level is Level.PROBLEM
    assert says.endswith(": no file can be sent.")


@pytest.mark.parametrize("address", ["clamd", "localhost", ":3310", "host:port", "host:99999", "run/clamd.ctl"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ELEARN_CLAMD_ADDRESS", address)
    with pytest.raises(BadSettings, match="host:port"):
        load_settings(None)

"""Background work as administrators see and steer it in the browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.app import create_app
from elearn.backup.failures import note_failure
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.jobs.models import Job
from elearn.jobs.rules import LIVES, Kind, Task
from elearn.jobs.services import put_off, queue, take_next
from elearn.notices.models import Notice
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from tests.checking import CheckingClient, client_of, text_in
from tests.factories import a_person, reading, the_person, writing
from tests.smtp import deliver
from tests.web.test_second_step import recorded

PAGE = "/background"
DOWN = "mail.example:25 does not take it (ConnectionRefusedError)"


@pytest.fixture
def mailing(sqlite_url: str, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A site with a mail server that is not there, an administrator, and two people who wait for an invitation."""
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none", "smtp_sender": "t@fiu.example"}
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update=smtp | {"backup_folder": tmp_path / "backups"}), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        admin = a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        for name in ("Aigul", "Bek"):
            newcomer = a_person(session, f"new{len(name)}", full_name=name, email=f"{len(name)}@fiu.example")
            newcomer.password_hash = None
            queue(session, Kind.INVITATION, newcomer.id, asked_by_id=admin.id, now=clock())
    yield app
    database.dispose()


def fail(site: Flask, *, late: bool = False) -> None:
    """Let what waits fail; ``late``: for good."""
    now = clock() + (LIVES[Kind.INVITATION] if late else timedelta(0))
    with writing(site) as session:
        tasks: list[Task] = []
        while (task := take_next(session, now=now)) is not None:
            tasks.append(task)
        for task in tasks:
            put_off(session, task, DOWN, now=now)


def test_what_waits_is_shown_with_whom_it_is_for_and_why_it_waits(mailing: Flask) -> None:
    admin = client_of(mailing, "admin")
    page = text_in(admin.get(PAGE))
    assert "Waiting: 2. Tried in vain: 0. Failed in 30 days: 0." in page
    assert "Try everything again now" not in page
    assert "No backup was taken yet." in page
    deliver(mailing)
    page = text_in(admin.get(PAGE))
    assert "Waiting: 2. Tried in vain: 2." in page
    assert page.count("127.0.0.1:1 does not take it (ConnectionRefusedError)") == 2
    assert "fiu.example" not in page
    assert f'href="/people/{_public_id(mailing, "new3")}">Bek</a>' in admin.get(PAGE).get_data(as_text=True)


def _public_id(site: Flask, name: str) -> str:
    with reading(site) as session:
        return the_person(session, name).public_id


def test_an_administrator_has_everything_tried_again_and_it_is_put_down_who_did(mailing: Flask) -> None:
    admin = client_of(mailing, "admin")
    fail(mailing)
    answer = admin.send(f"{PAGE}/again", page=PAGE)
    assert answer.location == f"{PAGE}?again=2"
    assert "2 are tried again now." in text_in(admin.get(answer.location))
    with reading(mailing) as session:
        assert all(due <= clock() for due in session.scalars(select(Job.due_at)))
    assert recorded(mailing)[-1] == ("jobs-retried", {"count": 2})


def test_what_failed_for_good_is_shown_and_who_asked_for_it_is_told(mailing: Flask) -> None:
    admin = client_of(mailing, "admin")
    fail(mailing, late=True)
    page = text_in(admin.get(PAGE))
    assert "Letters that could not be sent" in page
    assert "Nothing waits." in page
    assert "An invitation could not be sent by e-mail" in text_in(admin.get("/notices"))
    with reading(mailing) as session:
        assert set(session.scalars(select(Notice.href))) == {
            f"/people/{_public_id(mailing, name)}" for name in ("new3", "new5")
        }
    assert admin.send(f"{PAGE}/again", page=PAGE).location == f"{PAGE}?again=2"
    assert "Letters that could not be sent" not in text_in(admin.get(PAGE))


def test_an_administrator_gives_a_letter_up_once(mailing: Flask) -> None:
    admin = client_of(mailing, "admin")
    with reading(mailing) as session:
        public_id = session.scalars(select(Job.public_id).order_by(Job.id)).first()
    address = f"{PAGE}/{public_id}/discard"
    assert "It was given up." in text_in(admin.get(str(admin.send(address, page=PAGE).location)))
    second = admin.send(address, page=PAGE)
    assert second.status_code == 404
    assert "This work does not wait any more. Nothing was done." in text_in(second)
    assert "Waiting: 1." in text_in(admin.get(PAGE))
    assert recorded(mailing)[-1] == ("job-discarded", {"kind": "invitation"})


def test_a_backup_that_failed_is_told(mailing: Flask, settings: Settings) -> None:
    note_failure(settings.data_dir, "The disk is full.", now=clock())
    assert "The disk is full." in text_in(client_of(mailing, "admin").get(PAGE))


def test_a_site_without_letters_and_backups_says_so(taught: Flask) -> None:
    page = text_in(client_of(taught, "admin").get(PAGE))
    assert "This site sends no letters" in page
    assert "No daily backup is taken" in page


def test_machines_are_told_how_many_wait(mailing: Flask) -> None:
    fail(mailing)
    told = client_of(mailing).get("/metrics").get_data(as_text=True).splitlines()
    assert {"elearn_jobs_waiting 2", "elearn_jobs_in_trouble 2", "elearn_jobs_failed 0"} < set(told)

"""Fixtures for tests of pages: a site with a course, somebody who learns."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from elearn.app import create_app
from elearn.content.files import read_folder
from elearn.db.engine import Database
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.checking import CheckingClient, count_queries
from tests.factories import a_course, a_person, writing

OFFICER = "officer"
STAFF = (
    ("trainer", ((Role.TRAINER, ScopeKind.ALL),)),
    ("manager", ((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.COUNTRY))),
    ("organiser", ((Role.ORGANISER, ScopeKind.COUNTRY),)),
    ("admin", ((Role.ADMINISTRATOR, ScopeKind.ALL),)),
)


@pytest.fixture(scope="session")
def taught_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small course «demo», an officer, and one of each staff, to copy."""
    folder = tmp_path_factory.mktemp("taught")
    path = folder / "elearn.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    site = create_app(Settings(data_dir=folder, password_memory_mib=1, password_rounds=1), database)
    with writing(site) as session:
        a_course(session)
        a_person(session, OFFICER, full_name="Айгүл Серікқызы Әбдірахманова", latin_name="Aigul Abdirakhmanova")
        for name, roles in STAFF:
            a_person(session, name, roles=roles)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def taught(site: Flask, taught_template: Path) -> Flask:
    """A site with the small course «demo», an officer, and one of each staff."""
    path = Path(str(site.extensions["elearn.database"].engine.url.database))
    assert not path.with_name(f"{path.name}-wal").exists(), "somebody has opened the empty database before"
    shutil.copy(taught_template, path)
    return site


@pytest.fixture
def learner(taught: Flask, client: CheckingClient) -> CheckingClient:
    """A client signed in as the officer."""
    client.sign_in(OFFICER)
    return client


@pytest.fixture
def secure(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """A site that people reach by https."""
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update={"public_url": "https://training.example"}), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        a_course(session)
        a_person(session, OFFICER)
    yield app
    database.dispose()


def a_site_with(slugs: Iterable[str], template: Path, folder: Path) -> Path:
    """A database, a copy of ``template``, with shipped courses published and the officer in it."""
    path = folder / "elearn.sqlite"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        for slug in slugs:
            found, files, problems = read_folder(shipped("courses") / slug)
            assert problems == []
            a_course(session, found, files=files)
        a_person(session, OFFICER)
        session.commit()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def cft_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the course «cft» published, to copy."""
    return a_site_with(["cft"], sqlite_template, tmp_path_factory.mktemp("cft"))


@pytest.fixture
def cft(cft_template: Path, tmp_path: Path, settings: Settings) -> Iterator[CheckingClient]:
    """An officer signed in on a site with the course «cft»."""
    path = tmp_path / "cft.sqlite"
    shutil.copy(cft_template, path)
    database = Database(f"sqlite:///{path}")
    app = create_app(settings, database)
    app.test_client_class = CheckingClient
    count_queries(database.engine)
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(OFFICER)
    yield client
    database.dispose()

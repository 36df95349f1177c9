"""Fixtures for every test: databases, the application, the checking client.

Where ``CI`` is set, a missing PostgreSQL or browser is a failure; elsewhere those tests are skipped and counted at
the end.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling

from elearn.app import create_app
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.checking import CheckingClient, count_queries
from tests.dealt import DEALT, DEALT_FILES
from tests.postgres import PostgresServer, folder_in_memory, postgres_programs

_CHROMIA = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))  # the first costs a third less
CHROMIUM = next((path for path in _CHROMIA if path.exists()), _CHROMIA[-1])
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--no-first-run",
]

OF_TESTS = frozenset({"ELEARN_ARTEFACTS", "ELEARN_DRILL_SECONDS"})
"""What people tell the tests; whatever else begins so are settings of a site, which no test may inherit."""

for name in [name for name in os.environ if name.startswith("ELEARN_") and name not in OF_TESTS]:
    del os.environ[name]

# No test asserts a time, and a loaded machine must not fail one.
hypothesis.settings.register_profile("house", deadline=None, max_examples=50)
hypothesis.settings.load_profile("house")


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, not once for each site; the key tells one text from another."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get(bucket.key + bucket.checksum)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_templates = _Compiled()
_builders: dict[tuple[object, ...], Any] = {}
_compile_builder = Rule._compile_builder


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Any:
    """What builds the addresses of a rule, compiled once in a process: half of what making a site costs."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign, assignment]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the folders of tests in memory where there is room: hundreds of small databases wait for no disk."""
    memory = folder_in_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(tryfirst=True)  # before it is looked which marks are asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal some tests to the drill; begin with what takes longest, so that no worker is left with it at the end."""
    for item in items:
        if item.nodeid in DEALT or item.nodeid.startswith(DEALT_FILES):
            item.add_marker(pytest.mark.drill)
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/journeys/", "tests/drills/")))


# Their tests share a site that takes long to make, so that one worker runs them all.
_TOGETHER = ("tests/journeys/test_demo.py", "tests/web/test_shipped_courses.py")


class _OneByOne(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker the next test when it is free: no worker is left with many at the end."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path in _TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """How tests are dealt out where several processes run them."""
    return _OneByOne(config, log)


def pytest_collection_finish() -> None:
    """Look for garbage rarely, and not among five thousand tests: a tenth of the time went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def missing(what: str) -> None:
    """A tool is not there: a failure in CI, a loud skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "elearn.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database, shipped("migrations"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own with a migrated, empty template database."""
    programs = postgres_programs()
    if programs is None:
        missing("PostgreSQL (Debian's package postgresql)")
        raise AssertionError
    with PostgresServer(programs, is_forgetful=True) as server:
        template = Database(server.create("template_elearn"))
        upgrade(template, shipped("migrations"))
        template.dispose()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield _copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_from_template()
    yield url
    server.drop(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database."""
    return _copy_sqlite(sqlite_template, tmp_path)


def _copy_sqlite(template: Path, folder: Path) -> str:
    path = folder / "elearn.sqlite"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database, SQLite and PostgreSQL in turn."""
    found = Database(database_url, pool_size=20)
    yield found
    found.dispose()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """A writing session on an empty database."""
    with database.writing() as session:
        yield session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for tests: cheap hashes, an address of the site."""
    return Settings(
        data_dir=tmp_path,
        public_url="http://training.example",
        password_memory_mib=1,
        password_rounds=1,
    )


@pytest.fixture
def site(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """The application on an empty SQLite database."""
    yield from _application(sqlite_url, settings)


@pytest.fixture
def app(database_url: str, settings: Settings) -> Iterator[Flask]:
    """The application on an empty database, SQLite and PostgreSQL in turn."""
    yield from _application(database_url, settings)


def _application(url: str, settings: Settings) -> Iterator[Flask]:
    database = Database(url, pool_size=20)
    app = create_app(settings, database)
    app.jinja_env.bytecode_cache = _templates
    app.test_client_class = CheckingClient
    count_queries(database.engine)
    yield app
    database.dispose()


@pytest.fixture
def client(site: Flask) -> CheckingClient:
    """A client that checks every page it gets."""
    found = site.test_client()
    assert isinstance(found, CheckingClient)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of a process."""
    if not CHROMIUM.exists():
        missing("Chromium (Debian's package chromium-headless-shell)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield found
        found.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tried."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} tests were SKIPPED; what they check was NOT checked", red=True)

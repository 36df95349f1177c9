"""A running site, and a browser to walk through it."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from elearn.app import create_app
from elearn.db.engine import Database
from elearn.settings import Settings
from tests.journeys.school import settle
from tests.journeys.walking import Walk


@dataclass(frozen=True)
class LiveSite:
    """A site that answers at ``url`` until it is stopped; ``app`` is the same in this process."""

    url: str
    app: Flask
    stop: Callable[[], None]


@pytest.fixture(scope="session")
def settled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with people at every stage, to copy, and the numbers of what is in it."""
    folder = tmp_path_factory.mktemp("school")
    path = folder / "elearn.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    settings = Settings(data_dir=folder, public_url="http://training.example", password_memory_mib=1, password_rounds=1)
    found = settle(create_app(settings, database))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path, found


@pytest.fixture
def live_site(sqlite_url: str, settings: Settings) -> Iterator[LiveSite]:
    """A site on 127.0.0.1 over an empty SQLite database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        database = Database(sqlite_url)
        app = create_app(settings.model_copy(update={"public_url": url}), database)
        server = make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            thread.join()
            server.server_close()
            listener.close()  # else it would go on accepting what nobody answers

        yield LiveSite(url, app, stop)
        stop()
        database.dispose()


@pytest.fixture
def walk(browser: Browser, live_site: LiveSite) -> Callable[..., Walk]:
    """What begins the walk of somebody with a name, who is watched until they leave."""

    def begin(name: str, **changes: Any) -> Walk:
        return Walk(browser, live_site.url, name, **changes)

    return begin

"""``/healthz`` tells a monitor whether the site answers, ``/readyz`` whether it has all that it needs."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from elearn.db.engine import Database
from elearn.web import health
from tests import checking


def test_a_healthy_site_says_ok(app: Flask) -> None:
    response = app.test_client().get("/healthz")

    assert response.status_code == 200
    assert response.json == {"status": "ok"}
    assert response.headers["Cache-Control"] == "no-store"


def test_health_asks_the_database_once_and_looks_nobody_up(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("elearn", "somebody")

    client.get("/healthz")

    assert checking._queries == ["SELECT version_num FROM alembic_version"]


def test_a_site_whose_database_fails_says_503_and_no_more(app: Flask) -> None:
    database: Database = app.extensions["elearn.database"]
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")

    response = app.test_client().get("/healthz")

    assert response.status_code == 503
    assert response.json == {"status": "the database does not answer"}


def test_a_site_that_has_all_it_needs_is_ready(app: Flask) -> None:
    response = app.test_client().get("/readyz")

    assert response.status_code == 200
    assert response.json == {"status": "ready"}
    assert response.headers["Cache-Control"] == "no-store"


def test_a_database_that_does_not_answer_is_not_ready(app: Flask) -> None:
    _change(app, "DROP TABLE alembic_version")

    assert _reasons(app) == ["the database does not answer"]


def test_a_database_of_another_revision_is_not_ready(app: Flask) -> None:
    _change(app, "UPDATE alembic_version SET version_num = '0000'")

    assert _reasons(app) == ["the database is not at the revision that this version needs"]


def test_a_data_folder_that_is_gone_is_not_ready(site: Flask, tmp_path: Path) -> None:
    site.config["SETTINGS"] = site.config["SETTINGS"].model_copy(update={"data_dir": tmp_path / "nowhere"})

    assert _reasons(site) == ["the data folder cannot be written to"]


def test_a_full_disk_is_not_ready(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_DISK", shutil.disk_usage("/").total * 2)

    assert _reasons(site) == ["the disk is full"]


def _change(app: Flask, statement: str) -> None:
    database: Database = app.extensions["elearn.database"]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _reasons(app: Flask) -> object:
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.json is not None and response.json["status"] == "not ready"
    return response.json["reasons"]

"""``/healthz`` tells a load balancer whether the site can answer."""

from flask import Flask

from elearn.db.engine import Database
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

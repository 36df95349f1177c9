"""The yardsticks: the least a Flask application can do, and the least that saves something for good."""

import os
import sqlite3
import threading
from typing import Any

from flask import Flask, request

from elearn.web.observed import init_observed

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """The page that every page is measured by."""
    return "hello"


def insert(settings: object, database: Any) -> Flask:
    """An application that saves what it is sent by one INSERT and a commit, made as ``elearn serve`` wants it."""
    bare = Flask("insert")
    bare.config["MAX_CONTENT_LENGTH"] = 2**20
    url = database.engine.url
    connections = threading.local()

    def connection() -> Any:
        if not hasattr(connections, "open"):
            connections.open = _sqlite(url.database) if database.is_sqlite else _postgres(url)
        return connections.open

    statement = f"INSERT INTO floor (body) VALUES ({'?' if database.is_sqlite else '%s'})"

    @bare.put("/insert")
    def save() -> str:
        opened = connection()
        if database.is_sqlite:
            opened.execute("BEGIN IMMEDIATE")
        opened.execute(statement, (request.get_data(),))
        opened.commit()
        return "saved"

    init_observed(bare, trusts_proxy=False, logs_requests=False)  # the server counts what it answers
    return bare


def _sqlite(path: str) -> sqlite3.Connection:
    """A connection with the durability of the site: see ``elearn.db.engine``."""
    opened = sqlite3.connect(path, timeout=20, isolation_level=None)
    opened.execute("PRAGMA synchronous=FULL")
    opened.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, body BLOB)")
    return opened


def _postgres(url: Any) -> Any:
    import psycopg

    opened = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    opened.execute("SELECT pg_advisory_xact_lock(1)")
    opened.execute("CREATE TABLE IF NOT EXISTS floor (id BIGSERIAL PRIMARY KEY, body BYTEA)")
    opened.commit()
    return opened


if "ELEARN_FLOOR" in os.environ:  # for gunicorn, which takes an application and not a factory
    from elearn.db.engine import Database

    floor = insert(None, Database(os.environ["ELEARN_FLOOR"]))

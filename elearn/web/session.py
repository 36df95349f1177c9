"""The database session of a request: to read for safe methods, to write for unsafe ones, opened when first used."""

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session

from elearn.db.engine import Database

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["elearn.database"]
    return found


def session() -> Session:
    """The request's session: safe methods read in it and never write, unsafe ones may write from here on."""
    found: Session | None = g.get("db")
    if found is None:
        found = database().reading() if request.method in SAFE else database().writing()
        g.db = found
    return found


def commit() -> None:
    """Make what the request did last; a view that writes says this once, at its end."""
    session().commit()


def release() -> None:
    """End the request's transaction early, before long work (a hash, a PDF) that must not be done inside one."""
    found: Session | None = g.pop("db", None)
    if found is not None:
        found.close()


def init_session(app: Flask, database: Database) -> None:
    """Give the application its database; what a request did not commit is undone when it ends."""
    app.extensions["elearn.database"] = database

    @app.teardown_appcontext
    def _close(error: BaseException | None) -> None:
        release()

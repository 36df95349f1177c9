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
    if found is None and request.method in SAFE:
        return reading()
    if found is None:
        _end("db_reading")
        found = g.db = database().writing()
    return found


def write_here() -> None:
    """Let a safe request write from here on: whoever comes back from an identity provider comes by GET.

    Such a view takes nothing but what it can prove to have asked for, as a form proves it by its token.
    """
    _end("db_reading")
    if "db" not in g:
        g.db = database().writing()


def reading() -> Session:
    """A session that reads, whatever the method: for what is asked before the right to write is taken."""
    found: Session | None = g.get("db_reading")
    if found is None:
        found = g.db_reading = database().reading()
    return found


def commit() -> None:
    """Make what the request did last; a view that writes says this once, at its end."""
    session().commit()


def release() -> None:
    """End the request's transaction early, before long work (a hash, a PDF) that must not be done inside one."""
    _end("db")
    _end("db_reading")


def _end(name: str) -> None:
    found: Session | None = g.pop(name, None)
    if found is not None:
        found.close()


def init_session(app: Flask, database: Database) -> None:
    """Give the application its database; what a request did not commit is undone when it ends."""
    app.extensions["elearn.database"] = database

    @app.teardown_appcontext
    def _close(error: BaseException | None) -> None:
        release()

"""Bringing a database to the state this version of the code needs, and asking whether it is there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from elearn.core.refusals import Unsound
from elearn.db.engine import Database, DatabaseUnreachable, sqlite_file


class DatabaseIsNewer(Unsound):
    """The database was used by a newer version of the program."""

    message = (
        "The database is at revision %(revision)s, which this version does not know; install the newer version again."
    )


class DatabaseUnusable(Unsound):
    """The database answers, but it is damaged, read-only or full."""

    message = "The database cannot be brought up to date: %(reason)s."


# Any number that nothing else locks: several servers that start at once migrate one after the other.
_MIGRATION_LOCK = 7_241_016_123


def _config(scripts: Path, database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, scripts: Path, revision: str = "head") -> None:
    """Migrate up to ``revision``; a SQLite file and its folder are created if need be.

    Raises DatabaseUnreachable, DatabaseIsNewer, DatabaseUnusable.
    """
    file = sqlite_file(str(database.engine.url))
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not file.exists():
                file.touch(mode=0o600)  # SQLite's own would be everybody's to read, and so would its log
        database.check()
        database.set_up()
        with _alone(database):
            config = _config(scripts, database)
            present = current_revision(database)
            if present is not None and not is_known(scripts, present):
                raise DatabaseIsNewer(revision=present)
            command.upgrade(config, revision)
    except (DBAPIError, sqlite3.Error, OSError) as problem:
        reason = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        raise DatabaseUnusable(reason=reason) from problem


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Hold off other servers that migrate the same PostgreSQL database (SQLite has one server, and its own lock)."""
    if database.is_sqlite:
        yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _MIGRATION_LOCK})


def downgrade(database: Database, scripts: Path, revision: str) -> None:
    """Migrate down to ``revision`` (``base``: no table at all)."""
    command.downgrade(_config(scripts, database), revision)


def current_revision(database: Database) -> str | None:
    """The revision the database is at; None for one that was never migrated."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as problem:
        raise DatabaseUnreachable(reason=str(problem.orig).strip().splitlines()[0]) from problem


def newest_revision(scripts: Path) -> str | None:
    """The revision this version of the code needs."""
    return _directory(scripts).get_current_head()


def is_known(scripts: Path, revision: str) -> bool:
    """Whether this version of the code knows a revision; if not, a newer one made it."""
    return revision in {script.revision for script in _directory(scripts).walk_revisions()}


def _directory(scripts: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return ScriptDirectory.from_config(config)

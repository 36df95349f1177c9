"""A database at one instant, as files. Writers go on meanwhile.

SQLite: its online backup, in a single step, which holds one reading transaction; write-ahead logging lets writers go
on. In several steps it would begin anew at each write, and never end under load.

PostgreSQL: COPY of each table in one REPEATABLE READ transaction. Rejected: ``pg_dump``, which must be installed beside
elearn in a version no older than the server. It would save the tables' form too, but migrations know that, at the
revision of the backup, and rows in text can be read by every version.
"""

import runpy
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, MetaData, text

from elearn.backup.manifest import SQLITE, Table
from elearn.core.refusals import Unsound
from elearn.db.engine import Database
from elearn.db.migrating import newest_revision
from elearn.shipped import shipped

_PIECE = 2**16


class NothingToSave(Unsound):
    """There are no tables yet."""

    message = "There is no database to back up yet; «elearn serve» or «elearn db upgrade» makes it."


class SourceDamaged(Unsound):
    """What was to be saved is damaged."""

    message = "The database is damaged (%(reason)s), so no backup was kept; stop the site, restore the last good one."


class StrangersThere(Unsound):
    """The database is not elearn's alone."""

    message = (
        "No backup was taken: the database holds tables that are not elearn's (%(tables)s). Give it one of its own."
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was saved into a folder, as a manifest tells it; ``files`` are the members."""

    database: Literal["sqlite", "postgresql"]
    database_version: str
    revision: str
    tables: tuple[Table, ...]
    files: tuple[Path, ...]


def is_copied(table: str) -> bool:
    """Whether a table's rows are told one by one: not those of the search, which are made anew from the courses."""
    return not (table in ("alembic_version", "passage") or table.startswith(("passage_words", "sqlite_")))


def tables_to_copy() -> Sequence[sqlalchemy.Table]:
    """The tables of this version in an order in which each refers only to earlier ones, without those of the search."""
    metadata: MetaData = runpy.run_path(str(shipped("migrations") / "models.py"))["metadata"]
    return [table for table in metadata.sorted_tables if is_copied(table.name)]


def snapshot(database: Database, folder: Path) -> Snapshot:
    """Save a database into a folder.

    Raises NothingToSave, SourceDamaged, StrangersThere, and what the drivers raise.
    """
    return _of_sqlite(database, folder) if database.is_sqlite else _of_postgres(database, folder)


def _of_sqlite(database: Database, folder: Path) -> Snapshot:
    path = folder / SQLITE
    with database.engine.connect() as connection, closing(sqlite3.connect(path)) as target:
        source: Any = connection.connection.driver_connection
        source.backup(target)
    # immutable: nobody else has it, and no log is laid beside it
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as copy:
        fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise SourceDamaged(reason=fault)
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        if "alembic_version" not in names:
            raise NothingToSave
        revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        counts = {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # nosec B608  # names of tables
            for name in names
            if is_copied(name)
        }
    if revision is None:
        raise NothingToSave
    tables = tuple(Table(name=name, rows=rows) for name, rows in counts.items())
    return Snapshot("sqlite", sqlite3.sqlite_version, revision[0], tables, (path,))


def _of_postgres(database: Database, folder: Path) -> Snapshot:
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        use_plain_forms(connection)
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise NothingToSave
        version = str(connection.execute(text("SHOW server_version")).scalar_one())
        found = MetaData()
        found.reflect(connection, only=lambda name, _: is_copied(name))
        strangers = {table.name for table in found.sorted_tables} - {table.name for table in tables_to_copy()}
        if strangers and revision == newest_revision(shipped("migrations")):  # an older one may have had others
            raise StrangersThere(tables=", ".join(sorted(strangers)))
        tables, files = [], []
        for table in found.sorted_tables:
            columns = tuple(column.name for column in table.columns if column.computed is None)
            path = folder / f"{table.name}.copy"
            rows = _copy_out(connection, table.name, columns, path)
            tables.append(Table(name=table.name, rows=rows, member=path.name, columns=columns))
            files.append(path)
    return Snapshot("postgresql", version, revision, tuple(tables), tuple(files))


def use_plain_forms(connection: Connection) -> None:
    """Let a transaction on PostgreSQL write and read values in one way, whatever its server is set to."""
    connection.execute(text("SET LOCAL datestyle = 'ISO, YMD'"))
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    connection.execute(text("SET LOCAL client_encoding = 'UTF8'"))


def copying(direction: str, table: str, columns: Sequence[str]) -> sql.Composed:
    """``COPY table (columns) TO STDOUT``, or what ``direction`` says."""
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), names)


def _copy_out(connection: Connection, table: str, columns: Sequence[str], path: Path) -> int:
    """Write the rows of a table into a new file; how many they are."""
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, path.open("xb") as file:
        with cursor.copy(copying("TO STDOUT", table, columns)) as copy:
            for piece in copy:
                file.write(piece)
        return int(cursor.rowcount)


def copy_in(connection: Connection, table: str, columns: Sequence[str], path: Path) -> int:
    """Add the rows that a file holds to a table; how many they are."""
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, path.open("rb") as file:
        with cursor.copy(copying("FROM STDIN", table, columns)) as copy:
            while piece := file.read(_PIECE):
                copy.write(piece)
        return int(cursor.rowcount)


def set_sequences(connection: Connection, tables: Sequence[str]) -> None:
    """Let the numbers that PostgreSQL gives to new rows go on after those that are there."""
    for table in tables:
        columns = connection.execute(
            text(
                "SELECT a.attname, pg_get_serial_sequence(quote_ident(:table), a.attname) FROM pg_attribute a"
                " WHERE a.attrelid = quote_ident(:table)::regclass AND a.attnum > 0 AND NOT a.attisdropped"
            ),
            {"table": table},
        ).all()
        for column, sequence in columns:
            if sequence is not None:
                name = connection.dialect.identifier_preparer
                connection.execute(
                    text(
                        f"SELECT setval(:sequence, coalesce(max({name.quote(column)}), 1),"  # noqa: S608  # nosec B608  # quoted
                        f" max({name.quote(column)}) IS NOT NULL) FROM {name.quote(table)}"
                    ),
                    {"sequence": sequence},
                )

"""A database moved to another kind: SQLite to PostgreSQL, or back.

Values go through the types of the models, which know how each database keeps them. Everything is one transaction: what
arrived is read again and compared before it counts.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text
from sqlalchemy.engine import Row

from elearn.backup.faults import FAULTS, reason_of
from elearn.backup.recording import record_copied
from elearn.backup.snapshots import copying, set_sequences, tables_to_copy
from elearn.core.refusals import Conflict, Unsound
from elearn.db.engine import Database, sqlite_file
from elearn.db.migrating import current_revision, newest_revision, upgrade
from elearn.search.services import rebuild_index
from elearn.shipped import shipped

AT_ONCE = 200
"""Rows held in memory: some hold pictures."""


class SourceBehind(Unsound):
    """The database to copy is at another revision than this version's."""

    message = "The database to copy is not at the state this version needs; run «elearn db upgrade» on it first."


class TargetOccupied(Conflict):
    """The database to copy into is not empty."""

    message = "The database to copy into holds rows already (%(table)s); name an empty one."


class CopyFailed(Unsound):
    """The copy was given up; the target holds no row of it."""

    message = "Nothing was copied: %(reason)s."


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Rows, however ordered: how many, and the sum of their SHA-256 (modulo 2^256)."""

    rows: int = 0
    total: int = 0

    @property
    def digest(self) -> str:
        """The sum in hex."""
        return f"{self.total:064x}"

    def with_row(self, row: Iterable[object]) -> "Fingerprint":
        """The same with one row more."""
        said = json.dumps(list(row), default=_plain, sort_keys=True, ensure_ascii=False)
        own = int.from_bytes(hashlib.sha256(said.encode()).digest())
        return Fingerprint(self.rows + 1, (self.total + own) % 2**256)


def _plain(value: object) -> str:
    """A value in words that do not depend on the database it came from."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case Decimal() | UUID():
            return str(value)
    raise TypeError(f"no words for {type(value).__name__}")


def fingerprints(connection: Connection) -> dict[str, Fingerprint]:
    """What each table of a database holds."""
    found = {}
    for table in tables_to_copy():
        kept = Fingerprint()
        for row in _rows(connection, table):
            kept = kept.with_row(row)
        found[table.name] = kept
    return found


def copy_database(source: Database, target: Database, *, now: datetime) -> dict[str, Fingerprint]:
    """Copy everything into an empty database, which is made if need be; what each table holds.

    What is written to the source meanwhile is not copied. Raises SourceBehind, TargetOccupied, CopyFailed, and what
    ``upgrade`` raises.
    """
    scripts = shipped("migrations")
    if current_revision(source) != newest_revision(scripts):
        raise SourceBehind
    try:
        _refuse_occupied(target)
        upgrade(target, scripts)
        record_copied(source, now=now)
        with source.engine.connect() as plain:
            reading = plain if source.is_sqlite else plain.execution_options(isolation_level="REPEATABLE READ")
            with target.engine.execution_options(writes=True).begin() as writing:
                copied = _copy_all(reading, writing)
        rebuild_index(target)
    except FAULTS as problem:
        raise CopyFailed(reason=reason_of(problem)) from problem
    return copied


def _refuse_occupied(target: Database) -> None:
    file = sqlite_file(target.engine.url.render_as_string(hide_password=False))
    if file is not None and not file.exists():
        return  # looking would make an empty one, for everybody to read
    with target.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        for table in tables_to_copy():
            if table.name in there and _count(connection, table):
                raise TargetOccupied(table=table.name)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy_all(reading: Connection, writing: Connection) -> dict[str, Fingerprint]:
    tables = tables_to_copy()
    write = _insert if writing.dialect.name == "sqlite" else _copy
    if writing.dialect.name == "sqlite":
        writing.execute(text("PRAGMA defer_foreign_keys=ON"))  # a row may refer to a later one of its own table
    for table in reversed(tables):
        if _count(
            writing, table
        ):  # what migrations put there; a trigger of the audit log refuses even to delete nothing
            writing.execute(delete(table))
    sent: dict[str, Fingerprint] = {}
    for table in tables:

        def counted(rows: Iterable[Row[Any]], name: str = table.name) -> Iterator[Row[Any]]:
            kept = Fingerprint()
            for row in rows:
                kept = kept.with_row(row)
                yield row
            sent[name] = kept

        write(writing, table, counted(_rows(reading, table)))
    if writing.dialect.name != "sqlite":
        set_sequences(writing, [table.name for table in tables])
    arrived = fingerprints(writing)
    for name, kept in sent.items():
        if arrived[name] != kept:
            raise CopyFailed(reason=f"the table {name} did not arrive as it was sent")
    return arrived


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    # yield_per on the statement: on PostgreSQL it asks for a cursor of the server
    yield from connection.execute(select(*table.columns).execution_options(yield_per=AT_ONCE))


def _insert(connection: Connection, table: Table, rows: Iterator[Row[Any]]) -> None:
    names = [column.key for column in table.columns]
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _copy(connection: Connection, table: Table, rows: Iterator[Row[Any]]) -> None:
    """One COPY for all rows: PostgreSQL looks at foreign keys when it ends, so a row may refer to a later one."""
    dialect = connection.dialect
    converts: list[Callable[[Any], Any] | None] = [
        column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns
    ]
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(copying("FROM STDIN", table.name, list(table.columns.keys()))) as copy:
        for row in rows:
            copy.write_row(
                [each if convert is None else convert(each) for convert, each in zip(converts, row, strict=True)]
            )

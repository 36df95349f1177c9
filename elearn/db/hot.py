"""The few questions that every page asks, and the insert behind every answer, put to SQLite without detours.

SQLAlchemy's way of executing a statement costs several times what SQLite needs for one of these. So the statement is
written with SQLAlchemy, compiled once, and given to the driver as it is; the types of its values and columns are still
SQLAlchemy's. On PostgreSQL, and in a session that writes, it is executed in the usual way.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from elearn.db.engine import Database, ReadingSession
from elearn.db.together import Rows

Convert = Callable[[Any], Any]
_SQLITE = sqlite.dialect()


class HotRead:
    """A SELECT put to the driver, of plain columns."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._driven = _Driven(statement)
        types = [column["type"] for column in statement.column_descriptions]
        converts = [each.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for each in types]
        self._converts: list[tuple[int, Convert]] = [(at, each) for at, each in enumerate(converts) if each is not None]

    def rows(self, session: Session, **values: Any) -> Sequence[Sequence[Any]]:
        """All rows for these values."""
        if not isinstance(session, ReadingSession) or not session.is_sqlite:
            return session.connection().execute(self._statement, values).all()

        def execute(sql: str, given: list[Any]) -> Rows:
            return list(session.raw().execute(sql, given).fetchall())

        return [self._converted(row) for row in self._driven.rows(execute, session.get_bind(), values)]

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        made = list(row)
        for place, convert in self._converts:
            made[place] = convert(made[place])
        return made


class HotWrite:
    """An INSERT … RETURNING that is a transaction of its own, written for each kind of database (its dialect's name).

    The right to write is held for no longer than it takes; what the statement depends on must stand in it.
    """

    def __init__(self, statements: Mapping[str, ReturningInsert[Any]]) -> None:
        self._statements = statements
        self._driven = _Driven(statements["sqlite"])

    def wrote(self, database: Database, **values: Any) -> bool:
        """Whether a row was added; it is there for good when this returns."""
        if database.is_sqlite:
            return bool(self._driven.rows(database.together.write, database.engine, values))
        with database.engine.begin() as connection:
            return connection.execute(self._statements[connection.dialect.name], values).first() is not None


class _Driven:
    """A statement as SQLite's driver takes it."""

    def __init__(self, statement: Any) -> None:
        compiled = statement.compile(dialect=_SQLITE)
        self._sql = str(compiled)
        names = compiled.positiontup or []
        self._binds = [
            (name, compiled.binds[name].value, compiled.binds[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE))
            for name in names
        ]

    def rows(self, execute: Callable[[str, list[Any]], Rows], engine: Any, values: Mapping[str, Any]) -> Rows:
        """All rows that ``execute`` gets from the driver for these values."""
        given = []
        for name, default, convert in self._binds:
            value = values.get(name, default)
            given.append(value if convert is None else convert(value))
        for listener in engine.dispatch.before_cursor_execute:  # the tests count what is asked
            listener(None, None, self._sql, given, None, False)
        try:
            return execute(self._sql, given)
        except sqlite3.OperationalError as problem:
            raise OperationalError(self._sql, None, problem) from problem

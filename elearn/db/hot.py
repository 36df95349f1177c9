"""The few questions that every page asks, put to SQLite without detours.

SQLAlchemy's way of executing a statement costs several times what SQLite needs to answer one of these. So the statement
is written with SQLAlchemy, compiled once, and given to the driver as it is; the types of its columns are still
SQLAlchemy's. On PostgreSQL, and in a session that writes, it is executed in the usual way.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine, Select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elearn.db.engine import ReadingSession

Convert = Callable[[Any], Any]


class HotRead:
    """A SELECT whose only values are plain bind parameters."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: tuple[str, list[str], list[tuple[int, Convert]]] | None = None

    def rows(self, session: Session, **values: Any) -> Sequence[Sequence[Any]]:
        """All rows for these values."""
        try:
            raw = session.raw() if isinstance(session, ReadingSession) else None
            if raw is None:
                return session.connection().execute(self._statement, values).all()
            engine = session.get_bind()
            assert isinstance(engine, Engine)
            sql, names, converts = self._compiled or self._compile(engine)
            given = [values[name] for name in names]
            for listener in engine.dispatch.before_cursor_execute:  # the tests count what is asked
                listener(None, None, sql, given, None, False)
            found = raw.execute(sql, given).fetchall()
        except sqlite3.OperationalError as problem:
            raise OperationalError(str(self._statement), None, problem) from problem
        return [self._converted(row, converts) for row in found]

    def _compile(self, engine: Engine) -> tuple[str, list[str], list[tuple[int, Convert]]]:
        dialect = engine.dialect
        compiled = self._statement.compile(dialect=dialect)
        types = [column["type"] for column in self._statement.column_descriptions]
        processors = [each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
        self._compiled = (
            str(compiled),
            list(compiled.positiontup or []),
            [(place, convert) for place, convert in enumerate(processors) if convert is not None],
        )
        return self._compiled

    @staticmethod
    def _converted(row: Sequence[Any], converts: list[tuple[int, Convert]]) -> list[Any]:
        made = list(row)
        for place, convert in converts:
            made[place] = convert(made[place])
        return made

"""What goes wrong when files and databases are read and written."""

import sqlite3

import psycopg
from sqlalchemy.exc import SQLAlchemyError

FAULTS = (OSError, sqlite3.Error, psycopg.Error, SQLAlchemyError)


def reason_of(problem: Exception) -> str:
    """What went wrong, in the words of the system (and where) or of the driver: one line."""
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror if problem.filename is None else f"{problem.strerror} ({problem.filename})"
    lines = str(getattr(problem, "orig", None) or problem).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(problem).__name__

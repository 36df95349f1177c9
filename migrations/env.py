"""Runs migrations on the engine that ``elearn.db.migrating`` hands over."""

import runpy
from pathlib import Path

from alembic import context

models = runpy.run_path(str(Path(__file__).with_name("models.py")))
engine = context.config.attributes["engine"]

with engine.execution_options(writes=True).connect() as connection:
    # A table that is made anew is dropped on the way, while rows of others refer to it. SQLite heeds this only outside
    # of a transaction, and all references are looked at before the end (sqlite.org/lang_altertable.html, 7).
    raw = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if raw is not None:
        raw.execute("PRAGMA foreign_keys=OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=models["metadata"],
            include_name=models["is_ours"],
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if raw is not None and raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise RuntimeError("a row refers to one that is not there")
        connection.commit()
    finally:
        if raw is not None:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON")

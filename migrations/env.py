"""Runs migrations on the engine that ``elearn.db.migrating`` hands over."""

import runpy
from pathlib import Path

from alembic import context

models = runpy.run_path(str(Path(__file__).with_name("models.py")))
engine = context.config.attributes["engine"]

with engine.execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models["metadata"],
        include_name=models["is_ours"],
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

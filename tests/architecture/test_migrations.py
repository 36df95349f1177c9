"""The migrations make exactly the tables that the models describe, up and down, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from elearn.db.engine import Database
from elearn.db.migrating import current_revision, downgrade, newest_revision, upgrade
from elearn.shipped import shipped
from migrations.models import is_ours, metadata


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_is_at_the_newest_revision(database: Database) -> None:
    assert current_revision(database) == newest_revision(shipped("migrations"))


def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    downgrade(database, shipped("migrations"), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database, shipped("migrations"))
    assert current_revision(database) == newest_revision(shipped("migrations"))
    assert "enrolment" in inspect(database.engine).get_table_names()

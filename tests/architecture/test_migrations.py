"""The migrations make exactly the tables that the models describe, up and down, on both databases."""

from decimal import Decimal

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from elearn.certificates.models import Certificate
from elearn.db.engine import Database
from elearn.db.migrating import current_revision, downgrade, newest_revision, upgrade
from elearn.learning.models import Enrolment
from elearn.shipped import shipped
from migrations.models import is_ours, metadata
from tests.factories import NOON, a_person, an_enrolment, the_person


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


def test_what_is_in_the_tables_survives_the_newest_migrations_down_and_up(database: Database) -> None:
    with database.writing() as session:
        person = a_person(session, "aigul")
        enrolment = an_enrolment(session, person)  # completed by no use case, which would award a certificate itself
        values = {"code": "AAAA-BBBB-CCCC-DDDD", "enrolment_id": enrolment.id, "person_id": person.id}
        values |= {"holder_name": "A", "course_slug": "demo", "course_title": "T", "version": "1", "language": "en"}
        days = {"completed_on": NOON.date(), "issued_at": NOON, "awarded_at": NOON}
        session.add(Certificate(**values, **days, hours=Decimal(1), issuer="FIU"))
        session.commit()
    downgrade(database, shipped("migrations"), "0015")
    upgrade(database, shipped("migrations"))
    with database.reading() as session:
        found = session.scalars(select(Enrolment)).one()
        assert found.agency_id == the_person(session, "aigul").agency_id
        certificate = session.scalars(select(Certificate)).one()
        assert (certificate.awarded_at, certificate.replaced_at) == (NOON, None)
    with database.engine.connect() as connection:
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1

"""A site that has been used goes down and up its migrations, and keeps what each state of the tables can hold."""

from uuid import uuid4

from sqlalchemy import Connection, MetaData, insert, select

from elearn.db.engine import Database
from elearn.db.migrating import current_revision, downgrade, newest_revision, upgrade
from elearn.notes.models import Note
from elearn.shipped import shipped
from migrations.models import is_ours
from tests.factories import NOON, a_course, a_person, an_enrolment, learn

Rows = dict[str, list[dict[str, object]]]


def _rows(connection: Connection) -> Rows:
    """What stands in each table of ours, in one order."""
    tables = MetaData()
    tables.reflect(connection)
    return {
        table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
        for table in tables.sorted_tables
        if table.name != "alembic_version" and is_ours(table.name, "table", {})
    }


def _kept(before: Rows, after: Rows) -> None:
    """What the tables of both have in common is the same."""
    for name in before.keys() & after.keys():
        columns = set().union(*before[name][:1]) & set().union(*after[name][:1])
        held = [
            sorted(({each: row[each] for each in sorted(columns)} for row in rows[name]), key=repr)
            for rows in (before, after)
        ]
        assert len(before[name]) == len(after[name]), name
        assert held[0] == held[1], name


def test_no_step_up_or_down_loses_what_the_next_tables_can_hold(database: Database) -> None:
    with database.writing() as session:
        person = a_person(session, "officer", email="officer@fiu.example", latin_name="Name Surname")
        enrolment = learn(session, an_enrolment(session, person, a_course(session)))
        session.flush()
        note = {"enrolment_id": enrolment.id, "unit": "a", "title": "A", "text": "mine", "revision": uuid4()}
        session.execute(insert(Note).values(**note, earlier=[], saved_at=NOON))
        session.commit()
    scripts = shipped("migrations")
    states = []
    while current_revision(database) != "0001":
        with database.engine.connect() as connection:
            states.append(_rows(connection))
        downgrade(database, scripts, "-1")
        with database.engine.connect() as connection:
            _kept(states[-1], _rows(connection))
    assert len(states) >= 9
    assert {len(states[0][name]) for name in ("person", "enrolment", "release", "note")} == {1}

    while current_revision(database) != newest_revision(scripts):
        with database.engine.connect() as connection:
            before = _rows(connection)
        upgrade(database, scripts, "+1")
        with database.engine.connect() as connection:
            _kept(before, _rows(connection))

"""A database copied to another kind is equal table by table, its log is whole, and it goes on from there."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from elearn.audit.queries import all_events, verified
from elearn.audit.rules import Act
from elearn.backup.copying import (
    CopyFailed,
    Fingerprint,
    SourceBehind,
    TargetOccupied,
    copy_database,
    fingerprints,
)
from elearn.db.engine import Database
from elearn.db.migrating import current_revision, newest_revision
from elearn.search.queries import indexed_releases, releases_to_find
from elearn.shipped import shipped
from tests.backups import fill
from tests.database.conftest import Ran
from tests.factories import NOON, a_course, a_person, an_enrolment, learn
from tests.postgres import PostgresServer


@pytest.fixture
def other(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database of the other kind, without tables."""
    if not database.is_sqlite:
        return f"sqlite:///{tmp_path / 'other' / 'elearn.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"copy_{os.urandom(4).hex()}")


def all_held(database: Database) -> dict[str, Fingerprint]:
    """What every table holds."""
    with database.engine.connect() as connection:
        return fingerprints(connection)


def test_a_copy_is_equal_and_goes_on(database: Database, other: str) -> None:
    fill(database)
    recorded = all_held(database)["audit_event"].rows
    target = Database(other)
    copied = copy_database(database, target, now=NOON)

    assert all_held(target) == all_held(database) == copied
    assert copied["person"].rows == 3 and copied["media_file"].rows == 1
    assert current_revision(target) == newest_revision(shipped("migrations"))
    with target.reading() as session:
        assert verified(session) == copied["audit_event"].rows == recorded + 1
        assert [link.act for link in all_events(session)][-1] == Act.DATABASE_COPIED
        assert indexed_releases(session) == set(releases_to_find(session)) != set()
    with target.writing() as session:  # the numbers of new rows are nobody's
        learn(session, an_enrolment(session, a_person(session), a_course(session, "another")))
        session.commit()
    target.dispose()


def test_there_and_back_nothing_is_lost(database: Database, other: str, tmp_path: Path) -> None:
    fill(database)
    target = Database(other)
    copy_database(database, target, now=NOON)
    if database.is_sqlite:
        back = Database(f"sqlite:///{tmp_path / 'back.sqlite'}")
        copied = copy_database(target, back, now=NOON + timedelta(hours=1))
        before = all_held(database)
        assert {name for name in copied if copied[name] != before[name]} == {"audit_event"}
        with back.reading() as session:
            assert verified(session) == before["audit_event"].rows + 1
        back.dispose()
    target.dispose()


def test_what_is_occupied_or_behind_is_let_be(database: Database, other: str) -> None:
    fill(database)
    target = Database(other)
    copy_database(database, target, now=NOON)
    before = all_held(target)
    with pytest.raises(TargetOccupied, match="holds rows already"):
        copy_database(database, target, now=NOON)
    assert all_held(target) == before
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    with pytest.raises(SourceBehind):
        copy_database(database, target, now=NOON)
    target.dispose()


def test_what_the_other_kind_cannot_hold_is_one_sentence_and_nothing_is_copied(database: Database, other: str) -> None:
    if not database.is_sqlite:
        return  # whatever PostgreSQL holds, SQLite can
    fill(database)
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE person SET full_name = 'K' || char(0) || 'im'"))
    target = Database(other)
    with pytest.raises(CopyFailed, match="Nothing was copied"):
        copy_database(database, target, now=NOON)
    assert not any(kept.rows for kept in all_held(target).values())
    target.dispose()


def test_the_command_prints_rows_and_digest_of_each_table(
    elearn: Callable[..., Ran], database: Database, database_url: str, other: str
) -> None:
    fill(database)
    ran = elearn("db", "copy", "--from", database_url, "--to", other)
    assert ran.code == 0, ran.err
    held = all_held(database)
    assert f"{3:>12}  {held['person'].digest}  person\n" in ran.out
    assert f"equal: {sum(kept.rows for kept in held.values()):,} rows." in ran.out
    again = elearn("db", "copy", "--from", database_url, "--to", other)
    assert (again.code, again.err.count("\n"), "holds rows already" in again.err) == (2, 1, True)


def test_a_fingerprint_tells_values_rows_and_their_number_and_no_order() -> None:
    rows: list[tuple[object, ...]] = [(1, "a"), (2, "b"), (2, "b")]
    whole = Fingerprint()
    for row in rows:
        whole = whole.with_row(row)
    turned = Fingerprint()
    for row in reversed(rows):
        turned = turned.with_row(row)
    assert whole == turned
    assert Fingerprint().with_row((1, "a")) != Fingerprint().with_row((1, "A"))
    assert Fingerprint().with_row((1, None)) != Fingerprint().with_row((1, ""))
    assert whole != Fingerprint().with_row(rows[0]).with_row(rows[1])

"""The database kit: types that lose nothing, settings that lose nothing, writers that queue."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Mapped, Session, mapped_column

from elearn.accounts.models import Agency
from elearn.db.base import Base
from elearn.db.engine import Database, DatabaseUnreachable, UnknownDatabase, sqlite_file
from elearn.db.migrating import DatabaseIsNewer, DatabaseUnusable, current_revision, newest_revision, upgrade
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.rules import OutcomeKind
from elearn.shipped import shipped
from tests.factories import NOON, a_person, an_agency, an_enrolment
from tests.postgres import PostgresServer
from tests.together import together


class Sample(Base):
    """A table with a column of each type, made for these tests alone."""

    __tablename__ = "sample_of_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    on: Mapped[date | None]
    exact: Mapped[Decimal | None]
    key: Mapped[UUID | None]
    document: Mapped[dict[str, Any] | None]


# Known to this module alone: the migrations must not be asked for it.
_table = Sample.__table__
Base.metadata.remove(_table)  # type: ignore[arg-type]


@pytest.fixture
def samples(database: Database) -> Iterator[Database]:
    """A database with the table of samples."""
    _table.create(database.engine)  # type: ignore[attr-defined]
    yield database


def kept(database: Database, **values: Any) -> Sample:
    """A row as it is read back."""
    with database.writing() as session:
        row = Sample(**values)
        session.add(row)
        session.commit()
        number = row.id
    with database.reading() as session:
        return session.get_one(Sample, number)


# ---- Types ----


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        datetime(2026, 11, 21, 17, 0, tzinfo=ZoneInfo("Asia/Almaty")),
        datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=-11))),
        datetime(2099, 12, 31, 23, 59, 59, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(samples: Database, instant: datetime) -> None:
    found = kept(samples, at=instant).at

    assert found == instant
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(samples: Database) -> None:
    with pytest.raises(StatementError, match="aware of its time zone"):
        kept(samples, at=datetime(2026, 11, 21, 12, 0))


def test_instants_compare_as_instants_whatever_their_zone(samples: Database) -> None:
    kept(samples, at=datetime(2026, 11, 21, 17, 0, tzinfo=ZoneInfo("Asia/Almaty")))  # 12:00 UTC
    kept(samples, at=datetime(2026, 11, 21, 13, 0, tzinfo=UTC))
    with samples.reading() as session:
        later = session.scalars(select(Sample.id).where(Sample.at > NOON + timedelta(minutes=1))).all()
        newest = session.scalar(select(func.max(Sample.at)))

    assert later == [2]
    assert newest == NOON + timedelta(hours=1)


def test_exact_numbers_come_back_exactly(samples: Database) -> None:
    numbers = ("0.1", "33.3333", "66.6667", "100", "0", "-1.5", "99999999.9999", "79.9999")
    for number in numbers:
        assert kept(samples, exact=Decimal(number)).exact == Decimal(number)


@tried(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.decimals(-99_999_999, 99_999_999, places=4, allow_nan=False, allow_infinity=False))
def test_any_number_of_four_places_comes_back_exactly(samples: Database, number: Decimal) -> None:
    assert kept(samples, exact=number).exact == number


def test_nothing_comes_back_as_nothing(samples: Database) -> None:
    row = kept(samples)

    assert (row.at, row.on, row.exact, row.key, row.document) == (None, None, None, None, None)


def test_days_keys_and_documents_come_back_as_they_were(samples: Database) -> None:
    key, document = UUID(int=2**127 + 5), {"слова": ["қ", "ň", None, 1.5, True], "{}": {}}
    row = kept(samples, on=date(2028, 2, 29), key=key, document=document)

    assert (row.on, row.key, row.document) == (date(2028, 2, 29), key, document)


# ---- What the database enforces ----


def test_a_row_that_points_nowhere_is_refused(db: Session) -> None:
    with pytest.raises(IntegrityError):
        db.execute(insert(Agency).values(code="ghost", name="Ghost", country_code="ZZ"))


def test_constraints_have_names(db: Session) -> None:
    an_agency(db, "fiu")
    with pytest.raises(IntegrityError) as caught:
        db.execute(insert(Agency).values(code="fiu", name="Twin", country_code="XA"))

    assert "uq_agency_code" in str(caught.value) or "agency.code" in str(caught.value)


def test_every_constraint_of_every_table_is_named() -> None:
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name
        assert all(index.name for index in table.indexes), table.name


# ---- SQLite ----


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    found = Database(sqlite_url, pool_size=20)
    yield found
    found.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_every_sqlite_connection_is_set_to_lose_nothing(sqlite: Database, pragma: str, value: object) -> None:
    with sqlite.reading() as first, sqlite.writing() as second, sqlite.reading() as third:
        for session in (first, second, third):
            assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_writer_holds_the_right_to_write_from_its_first_statement(sqlite: Database, sqlite_url: str) -> None:
    with sqlite.writing() as writer:
        writer.execute(select(Agency.id)).all()  # it only reads, and yet
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_readers_do_not_wait_for_a_writer_and_see_what_was_committed(sqlite: Database) -> None:
    with sqlite.writing() as writer:
        an_agency(writer, "fiu")
        with sqlite.reading() as reader:
            assert reader.scalars(select(Agency.code)).all() == []
        writer.commit()
        with sqlite.reading() as reader:
            assert reader.scalars(select(Agency.code)).all() == ["fiu"]


def test_what_is_not_committed_is_undone(database: Database) -> None:
    with database.writing() as session:
        an_agency(session, "fiu")
    with pytest.raises(RuntimeError), database.writing() as session:
        an_agency(session, "customs")
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(Agency.code)).all() == []


def test_sixteen_writers_who_read_before_they_write_lose_nothing_and_none_is_refused(sqlite: Database) -> None:
    with sqlite.writing() as session:
        an_agency(session, "fiu", name="0")
        session.commit()

    def count_up(_: int) -> None:
        for _ in range(8):
            with sqlite.writing() as session:
                number = int(session.scalars(select(Agency.name)).one())
                session.execute(update(Agency).values(name=str(number + 1)))
                session.commit()

    together(16, count_up)
    with sqlite.reading() as session:
        assert session.scalars(select(Agency.name)).one() == "128"


def test_a_writer_that_fails_gives_its_turn_back(sqlite: Database) -> None:
    with pytest.raises(IntegrityError), sqlite.writing() as session:
        session.execute(insert(Agency).values(code="ghost", name="Ghost", country_code="ZZ"))
    with sqlite.writing() as session:
        session.execute(select(Agency.id))
        session.connection().invalidate()
    with sqlite.writing() as session:
        an_agency(session, "fiu")
        session.commit()


def test_a_writer_who_could_not_begin_gives_its_turn_back(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    @event.listens_for(database.engine, "connect")
    def _impatient(raw: Any, record: Any) -> None:
        raw.execute("PRAGMA busy_timeout=20")

    stranger = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), database.writing() as session:
        an_agency(session, "fiu")
    stranger.execute("ROLLBACK")
    stranger.close()
    with database.writing() as session:
        an_agency(session, "fiu")
        session.commit()
    database.dispose()


def test_the_file_of_a_sqlite_address() -> None:
    assert sqlite_file("sqlite:////srv/elearn.sqlite") == Path("/srv/elearn.sqlite")
    assert sqlite_file("sqlite://") is None
    assert sqlite_file("postgresql+psycopg://u@h/n") is None


# ---- PostgreSQL ----


def test_readers_on_postgresql_open_no_transaction(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.reading() as reader:
        process = reader.scalar(text("SELECT pg_backend_pid()"))
        reader.execute(select(Agency.id)).all()
        with database.writing() as other:
            state = other.scalar(text("SELECT state FROM pg_stat_activity WHERE pid = :process"), {"process": process})
    assert state == "idle"


def test_writers_on_postgresql_open_one(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.writing() as writer:
        process = writer.scalar(text("SELECT pg_backend_pid()"))
        with database.reading() as other:
            state = other.scalar(text("SELECT state FROM pg_stat_activity WHERE pid = :process"), {"process": process})
    assert state == "idle in transaction"


# ---- Addresses that cannot be used ----


@pytest.mark.parametrize(
    "url",
    [
        "",
        "elearn.sqlite",
        "mysql://root@localhost/elearn",
        "mssql+pyodbc://x",
        "oracle://x",
        "sqlite+nodriver:///x",
        "postgresql+nodriver://x/y",
        "postgresql+psycopg://host:port/name",
        "http://localhost/",
    ],
)
def test_an_address_that_is_no_database_of_ours_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(UnknownDatabase, match="ELEARN_DATABASE_URL is not an address of SQLite or PostgreSQL"):
        Database(url)


@pytest.mark.parametrize(
    "address",
    ["sqlite:////no/such/folder/elearn.sqlite", "postgresql+psycopg://nobody@/elearn?host=/no/such/folder"],
)
def test_a_database_that_does_not_answer_is_named_in_a_sentence_of_one_line(address: str) -> None:
    database = Database(address)
    with pytest.raises(DatabaseUnreachable, match=r"The database does not answer: .+") as caught:
        database.check()

    assert "\n" not in str(caught.value)
    database.dispose()


# ---- Migrating ----


def test_migrating_what_is_migrated_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        an_agency(session, "fiu")
        session.commit()
    before = current_revision(database)
    upgrade(database, shipped("migrations"))

    assert current_revision(database) == before
    with database.reading() as session:
        assert session.scalars(select(Agency.code)).all() == ["fiu"]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
    with pytest.raises(DatabaseIsNewer, match="9999_from_the_future"):
        upgrade(database, shipped("migrations"))

    assert current_revision(database) == "9999_from_the_future"


def test_several_servers_may_migrate_a_new_database_at_once(postgres: PostgresServer) -> None:
    url = postgres.create(f"t_{uuid4().hex}")
    program = (
        "import sys; from elearn.db.engine import Database; from elearn.db.migrating import upgrade; "
        "from elearn.shipped import shipped; upgrade(Database(sys.argv[1]), shipped('migrations'))"
    )
    servers = [subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE) for _ in range(3)]
    for server in servers:
        _, said = server.communicate(timeout=120)
        assert server.returncode == 0, said.decode()

    database = Database(url)
    assert current_revision(database) == newest_revision(shipped("migrations"))
    database.dispose()


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "elearn.sqlite"
    path.write_bytes(b"this is no database at all" * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises((DatabaseUnusable, DatabaseUnreachable), match="database"):
        upgrade(database, shipped("migrations"))

    database.dispose()
    assert path.read_bytes().startswith(b"this is no database")


def test_a_folder_is_made_for_a_new_sqlite_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'data' / 'elearn.sqlite'}")
    upgrade(database, shipped("migrations"))

    assert current_revision(database) is not None
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    database.dispose()


# ---- Written and read again after the process died ----


def test_what_was_committed_is_there_for_another_process(database: Database, database_url: str) -> None:
    with database.writing() as session:
        enrolment = an_enrolment(session, a_person(session))
        session.add(
            Outcome(
                enrolment_id=enrolment.id,
                client_id=UUID(int=7),
                kind=OutcomeKind.QUIZ_SCORED,
                unit="example-quiz",
                score=Decimal("66.6666"),
                received_at=NOON,
            )
        )
        session.commit()
    other = Database(database_url)
    with other.reading() as session:
        found = session.scalars(select(Outcome)).one()
        assert (found.client_id, found.score, found.received_at) == (UUID(int=7), Decimal("66.6666"), NOON)
        assert session.scalars(select(Enrolment)).one().tally == {"read": [], "scores": {}}
    other.dispose()


def test_a_waiting_writer_is_let_in_as_soon_as_it_can_be(sqlite: Database) -> None:
    order: list[str] = []

    def act(number: int) -> None:
        if number == 0:
            with sqlite.writing() as session:
                session.execute(select(Agency.id))
                order.append("first in")
                time.sleep(0.2)
                order.append("first out")
                session.commit()
        else:
            while not order:
                time.sleep(0.005)
            with sqlite.writing() as session:
                session.execute(select(Agency.id))
                order.append("second in")

    together(2, act)
    assert order == ["first in", "first out", "second in"]


def test_an_error_of_the_database_tells_no_value(database: Database) -> None:
    with database.writing() as session, pytest.raises(StatementError) as raised:
        session.execute(text("SELECT nothing FROM nowhere WHERE password_hash = :found"), {"found": "a secret"})
    assert "a secret" not in str(raised.value)


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "elearn.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database, shipped("migrations"))
    with database.engine.connect() as connection:  # open, so that its log and its index are there, too
        connection.exec_driver_sql("SELECT 1")
        modes = {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()}
    database.dispose()
    assert {"elearn.sqlite", "elearn.sqlite-wal", "elearn.sqlite-shm"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_each_thread_has_a_connection_of_its_own_for_single_questions(sqlite: Database) -> None:
    ours = sqlite.raw()
    theirs = together(2, lambda _: sqlite.raw())

    assert ours is sqlite.raw()
    assert len({id(connection) for connection in (ours, *theirs)}) == 3


def test_a_disposed_database_has_no_connection_open(sqlite: Database) -> None:
    raw = sqlite.raw()
    sqlite.dispose()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        raw.execute("SELECT 1")
    assert sqlite.raw().execute("SELECT 1").fetchone() == (1,)

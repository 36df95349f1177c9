"""Importing people on both databases: the command, whole files, and two at a time."""

import hashlib
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from elearn.accounts.cohorts.rules import CohortOfOthers
from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.importing.services import ChangedMeanwhile, import_people
from elearn.accounts.models import Agency, CohortMember, Person, RoleGrant
from elearn.accounts.rules import OPERATOR, Administrator
from elearn.audit.queries import all_events, verified
from elearn.audit.rules import Act
from elearn.db.engine import Database
from elearn.security.policy import Reach
from tests.database.test_accounts_command import Run, run
from tests.factories import NOON, a_person, an_agency

FILE = """Username;Full name;Agency;IDNumber;cohort1
aigul;Айгүл Серікқызы;fiu;17;December
ivan;Иван Ёлкин;fiu;18;
"""
__all__ = ["run"]


@pytest.fixture
def file(tmp_path: Path, database: Database) -> Path:
    """A file with two people of the agency «fiu», which is there."""
    with database.writing() as session:
        an_agency(session, "fiu")
        session.commit()
    path = tmp_path / "people.csv"
    path.write_bytes(FILE.encode("utf-8-sig"))
    return path


def count(database: Database, table: type[object] = Person) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_dry_run_tells_and_writes_nothing(run: Run, database: Database, file: Path) -> None:
    ran = run("person", "import", str(file), "--dry-run")

    assert (ran.code, count(database)) == (0, 0)
    assert "2    new" in ran.out and "Айгүл Серікқызы" in ran.out
    assert ran.out.endswith("2 would be added, 0 are here, nothing was written.\n")


def test_the_same_file_twice_adds_everybody_once(run: Run, database: Database, file: Path) -> None:
    first, second = run("person", "import", str(file)), run("person", "import", str(file))

    assert first.out.endswith("2 added, 0 were here, 1 joined cohorts.\n")
    assert (second.code, second.out) == (0, "0 added, 2 were here, 0 joined cohorts.\n")
    assert (count(database), count(database, RoleGrant), count(database, CohortMember)) == (2, 2, 1)


def test_rows_that_cannot_be_added_are_told_and_the_command_fails(run: Run, database: Database, file: Path) -> None:
    file.write_text(FILE + "olga;Ольга;nowhere;;\nivan2;Ёлкин Иван;fiu;;\n")
    ran = run("person", "import", str(file))

    assert ran.code == 1
    assert "There is no agency with the code or name nowhere within your reach." in ran.out
    assert "as Иван Ёлкин (ivan)" in ran.out
    assert count(database) == 2
    assert run("person", "import", str(file), "--add-alike").out.endswith("1 added, 2 were here, 0 joined cohorts.\n")


def test_a_file_with_passwords_is_refused_whole(run: Run, database: Database, file: Path) -> None:
    file.write_text("username,full_name,agency,password\nx1,Иван,fiu,secret\n")
    ran = run("person", "import", str(file))

    assert ran.code != 0 and "The file has a column of passwords." in ran.err
    assert count(database) == 0


def test_the_largest_file_is_added_whole_and_each_person_is_in_the_audit_log(database: Database, file: Path) -> None:
    rows = "".join(f"p{number};Офицер {number};fiu;{number};December\n" for number in range(5_000))
    data = ("Username;Full name;Agency;IDNumber;cohort1\n" + rows).encode()
    with database.writing() as session:
        done = import_people(session, data, languages=("en",), actor=OPERATOR, now=NOON)
        session.commit()

    assert (done.added, done.joined, count(database)) == (5_000, 5_000, 5_000)
    with database.writing() as session:
        assert import_people(session, data, languages=("en",), actor=OPERATOR, now=NOON).added == 0
    with database.reading() as session:
        verified(session)
        added = [link for link in all_events(session) if link.act == Act.PERSON_ADDED]
        known = set(session.scalars(select(Person.public_id)))
    assert {link.thing_id for link in added} == known
    assert {link.details["file"] for link in added} == {hashlib.sha256(data).hexdigest()}


def test_two_who_import_one_file_at_a_time_add_everybody_once(database: Database, file: Path) -> None:
    data, both, ended = file.read_bytes(), Barrier(2), list[str]()

    def run_one() -> None:
        both.wait()
        try:
            with database.writing() as session:
                done = import_people(session, data, languages=("en",), actor=OPERATOR, now=NOON)
                session.commit()
            ended.append(f"added {done.added}")
        except ChangedMeanwhile:
            ended.append("refused")

    threads = [Thread(target=run_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(ended) in (["added 0", "added 2"], ["added 2", "refused"])
    assert (count(database), count(database, CohortMember)) == (2, 1)


def test_a_file_puts_nobody_into_a_cohort_that_its_administrator_does_not_see(database: Database, file: Path) -> None:
    data = file.read_bytes()
    with database.writing() as session:
        here, there = an_agency(session, "here"), an_agency(session, "there", country="XB")
        december = add_cohort(session, "december", actor=OPERATOR, now=NOON)
        join(session, december, [a_person(session, "far", agency=there).id], now=NOON)
        boss = a_person(session, "boss", agency=here)
        fiu = session.scalars(select(Agency).where(Agency.code == "fiu")).one()
        local = Administrator(Reach(agencies=frozenset({fiu.id})), boss.id)
        with pytest.raises(CohortOfOthers, match="december"):
            import_people(session, data, languages=("en",), actor=local, now=NOON)
        assert session.scalar(select(func.count()).select_from(CohortMember)) == 1
        join(session, december, [a_person(session, "near", agency=fiu).id], now=NOON)
        assert import_people(session, data, languages=("en",), actor=local, now=NOON).joined == 1

"""``elearn person erase``, ``merge`` and ``retention`` on both databases: a dry run changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from elearn.accounts.models import Person
from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.certificates.models import Certificate
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from tests.database.conftest import Ran
from tests.factories import a_course, a_person, an_enrolment, learn, the_person

Run = Callable[..., Ran]
NAMES = ("aigul", "aigul2")


@pytest.fixture
def run(elearn: Run) -> Run:
    """Runs ``elearn person`` with these words."""
    return partial(elearn, "person")


@pytest.fixture
def people(database: Database, wired: None) -> Database:
    """A database with two accounts of one officer, who completed the small course with each."""
    with database.writing() as session:
        release = a_course(session)
        for name in NAMES:
            person = a_person(session, name, full_name="Aigul Abdirakhmanova")
            learn(session, an_enrolment(session, person, release))
        session.commit()
    return database


def state(database: Database) -> list[tuple[object, ...]]:
    """What commands change."""
    with database.reading() as session:
        people = session.execute(select(Person.id, Person.full_name, Person.disabled_at, Person.merged_into_id))
        learning = session.execute(select(Enrolment.id, Enrolment.person_id))
        papers = session.execute(select(Certificate.id, Certificate.holder_name, Certificate.replaced_at))
        return [tuple(row) for rows in (people, learning, papers) for row in rows]


def acts(database: Database) -> set[str]:
    """What was put down."""
    with database.reading() as session:
        return {event.act for event in all_events(session)}


@pytest.mark.parametrize("words", [("erase", "aigul"), ("merge", *NAMES), ("retention",)])
def test_a_dry_run_says_what_would_happen_and_does_nothing(
    run: Run, people: Database, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEARN_RETENTION_PEOPLE_MONTHS", "12")
    before = state(people)
    ran = run(*words, "--dry-run")

    assert ran.code == 0 and "Nothing was done." in ran.out, ran.err
    assert state(people) == before
    assert not acts(people) & {Act.PERSON_ERASED, Act.PEOPLE_MERGED, Act.RETENTION_APPLIED}


def test_a_person_is_erased_and_the_certificate_stays(run: Run, people: Database) -> None:
    ran = run("erase", "aigul")

    assert ran.code == 0 and "Certificates: 1 stays without the name." in ran.out, ran.err
    assert run("erase", "aigul").code != 0
    with people.reading() as session:
        holders = set(session.scalars(select(Certificate.holder_name)))
    assert holders == {"A. A.", "Aigul Abdirakhmanova"}
    assert Act.PERSON_ERASED in acts(people)


def test_two_accounts_are_merged_and_one_certificate_counts(run: Run, people: Database) -> None:
    ran = run("merge", *NAMES)

    assert ran.code == 0 and "Both have the course demo" in ran.out, ran.err
    assert "erased or merged before" in run("merge", *NAMES).err
    with people.reading() as session:
        kept = the_person(session, "aigul").id
        assert [each.person_id for each in session.scalars(select(Enrolment))] == [kept]
        assert [each.replaced_at is None for each in session.scalars(select(Certificate))].count(True) == 1
    assert Act.PEOPLE_MERGED in acts(people)


def test_who_was_disabled_long_ago_is_erased_by_the_calendar_once(
    run: Run, people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEARN_RETENTION_PEOPLE_MONTHS", "12")
    with people.writing() as session:
        the_person(session, "aigul2").disabled_at = clock() - timedelta(days=400)
        session.commit()

    assert "Accounts to erase: 1." in run("retention").out
    assert "Accounts to erase: 0." in run("retention").out
    assert Act.RETENTION_APPLIED in acts(people)

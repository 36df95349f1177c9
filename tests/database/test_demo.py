"""The demonstration: forty invented people, each where their own learning took them."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Agency, Country, Person, RoleGrant
from elearn.catalogue.models import Release
from elearn.certificates.models import Certificate
from elearn.content.files import write_folder
from elearn.db.engine import Database
from elearn.demo.cast import ADMINISTRATOR, AGENCIES, COUNTRIES, MANAGER, OFFICER, PEOPLE, TRAINER
from elearn.demo.staging import Staged, course_folders, stage
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.queries import all_learning_of, course_of
from elearn.learning.rules import OutcomeKind, progress_of, stored_tally, tally_of
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.database.conftest import all_wired
from tests.factories import NOON, course_files, password_hash


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small course in it."""
    folder = tmp_path_factory.mktemp("courses")
    write_folder(folder / "demo", course_files())
    (folder / "notes").mkdir()
    return folder


@pytest.fixture(scope="module")
def stage_file(sqlite_template: Path, courses: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stage as it was made at noon, to look at."""
    path = tmp_path_factory.mktemp("stage") / "elearn.sqlite"
    shutil.copy(sqlite_template, path)
    with all_wired(Settings(data_dir=path.parent)):
        make_stage(Database(f"sqlite:///{path}"), courses)
    return path


def make_stage(database: Database, courses: Path) -> None:
    """Make the stage of noon and let the database go."""
    assert stage(database, courses, password_hash=password_hash(), now=NOON) == Staged(1, len(PEOPLE))
    database.dispose()


@pytest.fixture
def staged(stage_file: Path) -> Iterator[Session]:
    """A session that reads the stage."""
    database = Database(f"sqlite:///{stage_file}")
    with database.reading() as session:
        yield session
    database.dispose()


def test_the_cast_is_forty_people_of_eight_agencies_in_five_countries(staged: Session) -> None:
    counts = [staged.scalar(select(func.count()).select_from(table)) for table in (Person, Agency, Country)]

    assert counts == [40, 8, 5] == [len(PEOPLE), len(AGENCIES), len(COUNTRIES)]
    # The codes are free for invented countries (ISO 3166-1: XA to XZ).
    assert all(code.startswith("X") for code in COUNTRIES)


def test_the_four_accounts_have_their_roles(staged: Session) -> None:
    roles = {
        name: set(
            staged.scalars(
                select(RoleGrant.role)
                .join(Person, Person.id == RoleGrant.person_id)
                .where(Person.sign_in_name == name, RoleGrant.role != "officer")
            )
        )
        for name in (OFFICER, TRAINER, MANAGER, ADMINISTRATOR)
    }

    assert roles == {OFFICER: set(), TRAINER: {"trainer"}, MANAGER: {"manager"}, ADMINISTRATOR: {"administrator"}}


def test_people_are_at_every_stage(staged: Session) -> None:
    percents: list[int | None] = []
    for person_id in staged.scalars(select(Person.id)):
        learnt = all_learning_of(staged, person_id)
        percents += [progress_of(course_of(staged, one), one.tally).percent for one in learnt] or [None]

    assert percents.count(None) >= 3
    assert percents.count(100) >= 5
    assert sum(percent is not None and 0 < percent < 100 for percent in percents) >= 5


def test_nothing_on_the_stage_lies_in_the_future_or_does_not_add_up(staged: Session) -> None:
    for enrolment in staged.scalars(select(Enrolment)):
        outcomes = staged.scalars(select(Outcome).where(Outcome.enrolment_id == enrolment.id)).all()
        facts = [(OutcomeKind(outcome.kind), outcome.unit, outcome.score) for outcome in outcomes]
        assert stored_tally(enrolment.tally) == tally_of(facts)
        assert NOON - timedelta(days=210) < enrolment.enrolled_at <= enrolment.active_at <= NOON
        assert all(enrolment.enrolled_at <= outcome.received_at <= NOON for outcome in outcomes)
        assert enrolment.completed_at is None or enrolment.completed_at <= NOON


def test_who_completed_the_course_has_a_certificate_and_nobody_else(staged: Session) -> None:
    completed = set(staged.scalars(select(Enrolment.id).where(Enrolment.completed_at.is_not(None))))

    assert completed == set(staged.scalars(select(Certificate.enrolment_id)))


@pytest.mark.usefixtures("wired")
def test_the_same_instant_gives_the_same_stage_on_every_database(
    staged: Session, database: Database, courses: Path
) -> None:
    make_stage(database, courses)
    query = (
        select(Person.sign_in_name, Enrolment.enrolled_at, Enrolment.active_at, Enrolment.completed_at, Enrolment.tally)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .order_by(Person.id)
    )
    with database.reading() as other:
        assert staged.execute(query).all() == other.execute(query).all()


@pytest.mark.usefixtures("wired")
def test_a_site_without_a_course_has_its_people_all_the_same(database: Database, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()

    assert stage(database, tmp_path / "none", password_hash=password_hash(), now=NOON) == Staged(0, len(PEOPLE))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 0


def test_every_course_that_is_shipped_is_on_the_stage() -> None:
    assert "cft" in [folder.name for folder in course_folders(shipped("courses"))]

"""Sixteen at once: no attempt over the limit, one result, no answer twice and none lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elearn.assessment.marking import Typed
from elearn.assessment.models import Answer, Attempt, Mark
from elearn.assessment.queries import sitting_to_save
from elearn.assessment.rules import AttemptClosed
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.content.course import Course, Quiz
from elearn.core.identifiers import new_client_id
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.learning.models import Outcome
from elearn.learning.queries import Learning
from tests.factories import NOON, a_person
from tests.postgres import PostgresServer
from tests.quiz_course import course_files, enrolled

AT_ONCE = 16


def together(database: Database, work: Callable[[Session, int], object]) -> list[object]:
    """Do the work in sixteen threads that begin at the same moment; what each gave, a refusal as itself."""
    gate = threading.Barrier(AT_ONCE)

    def one(number: int) -> object:
        gate.wait()
        with database.writing() as session:
            try:
                given = work(session, number)
                session.commit()
            except Refusal as refusal:
                return refusal
            return given

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def room(database: Database) -> tuple[Learning, Course, Quiz]:
    """A person enrolled in the course whose quiz allows two attempts."""
    with database.writing() as session:
        found = enrolled(session, a_person(session, "racer"), course_files("attempts: 2"))
        session.commit()
    return found


def test_sixteen_starts_at_the_last_allowed_attempt_give_one(
    database: Database, room: tuple[Learning, Course, Quiz]
) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        first = start_attempt(session, learning, course, quiz, now=NOON, seed=1)
        submit_attempt(session, first.id, now=NOON)
        session.commit()
    given = together(
        database,
        lambda session, number: start_attempt(session, learning, course, quiz, now=NOON, seed=number).public_id,
    )
    assert len(set(given)) == 1
    assert isinstance(given[0], str)
    with database.reading() as session:
        assert list(session.scalars(select(Attempt.number).order_by(Attempt.number))) == [1, 2]


def test_sixteen_who_start_and_hand_in_never_pass_the_limit(
    database: Database, room: tuple[Learning, Course, Quiz]
) -> None:
    learning, course, quiz = room

    def start_and_submit(session: Session, number: int) -> int:
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=number)
        submit_attempt(session, attempt.id, now=NOON)
        return attempt.number

    given = together(database, start_and_submit)
    assert sorted(number for number in given if isinstance(number, int)) == [1, 2]
    with database.reading() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 2
        assert session.scalar(select(func.count(Outcome.id))) == 2


def test_sixteen_submissions_give_one_result(database: Database, room: tuple[Learning, Course, Quiz]) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=1)
        session.commit()
        attempt_id = attempt.id

    def submit(session: Session, number: int) -> object:
        closed = submit_attempt(session, attempt_id, now=NOON + timedelta(seconds=number))
        return (closed.public_id, closed.submitted_at, closed.score)

    assert len(set(together(database, submit))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count(Outcome.id))) == 1
        assert session.scalar(select(func.count()).select_from(Mark)) == 5


def test_sixteen_times_the_same_answer_is_saved_once(database: Database, room: tuple[Learning, Course, Quiz]) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        public_id = start_attempt(session, learning, course, quiz, now=NOON, seed=1).public_id
        session.commit()
    client_id = new_client_id()

    def save(session: Session, number: int) -> object:
        found = sitting_to_save(session, public_id, learning.person_id)
        return save_answer(session, found, quiz, "word", client_id, Typed(f"word {number}"), now=NOON)

    assert set(together(database, save)) == {NOON}
    with database.reading() as session:
        assert session.scalar(select(func.count(Answer.id))) == 1


def test_every_answer_that_was_acknowledged_while_handing_in_was_marked(
    database: Database, room: tuple[Learning, Course, Quiz]
) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=1)
        session.commit()
        attempt_id, public_id = attempt.id, attempt.public_id

    def save_or_submit(session: Session, number: int) -> UUID | None:
        if number == AT_ONCE // 2:
            submit_attempt(session, attempt_id, now=NOON)
            return None
        found = sitting_to_save(session, public_id, learning.person_id)
        client_id = new_client_id()
        save_answer(session, found, quiz, "word", client_id, Typed("zqkeyword"), now=NOON)
        return client_id

    given = together(database, save_or_submit)
    acknowledged = {each for each in given if isinstance(each, UUID)}
    assert all(isinstance(each, UUID | AttemptClosed) or each is None for each in given)
    with database.reading() as session:
        assert set(session.scalars(select(Answer.client_id))) == acknowledged
        points = session.scalar(select(Mark.points).where(Mark.question_id == "word"))
        assert points == (1 if acknowledged else 0)


def test_an_attempt_is_not_handed_in_while_an_answer_is_being_saved(postgres: PostgresServer) -> None:
    # SQLite lets only one write at a time; PostgreSQL must be told to wait.
    database = Database(postgres.create_from_template())
    with database.writing() as session:
        learning, course, quiz = enrolled(session, a_person(session, "racer"))
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=1)
        session.commit()
    with database.writing() as saving, database.writing() as submitting:
        found = sitting_to_save(saving, attempt.public_id, learning.person_id)
        submitting.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(OperationalError):
            submit_attempt(submitting, attempt.id, now=NOON)
        submitting.rollback()
        save_answer(saving, found, quiz, "word", new_client_id(), Typed("zqkeyword"), now=NOON)
        saving.commit()
        submit_attempt(submitting, attempt.id, now=NOON)
        submitting.commit()
    with database.reading() as session:
        assert session.scalar(select(Mark.points).where(Mark.question_id == "word")) == 1
    database.dispose()


def test_starting_and_handing_in_at_once_never_wait_for_each_other(
    database: Database, room: tuple[Learning, Course, Quiz]
) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        attempt_id = start_attempt(session, learning, course, quiz, now=NOON, seed=1).id
        session.commit()

    def work(session: Session, number: int) -> int:
        if number % 2:
            return start_attempt(session, learning, course, quiz, now=NOON, seed=number).number
        return submit_attempt(session, attempt_id, now=NOON).number

    given = together(database, work)
    assert all(isinstance(each, int | Refusal) for each in given)

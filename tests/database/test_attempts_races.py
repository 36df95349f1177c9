"""Sixteen at once: no attempt over the limit, one result, no answer twice and none lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elearn.assessment.disputes.rules import AttemptChange
from elearn.assessment.disputes.services import remark_attempt
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import Typed, read_response
from elearn.assessment.models import Answer, Attempt, Mark, Remark
from elearn.assessment.queries import sitting, sitting_held
from elearn.assessment.rules import AttemptClosed, score_of
from elearn.assessment.services import save_answer, save_answer_at_once, start_attempt, submit_attempt
from elearn.catalogue.queries import CurrentRelease, current_release
from elearn.catalogue.services import publish
from elearn.content.course import Course, Quiz
from elearn.core.identifiers import new_client_id
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.learning.models import Outcome
from elearn.learning.queries import Learning
from tests.database.test_disputes import LATER, PLUMS, WITH_PLUMS, files_with, take
from tests.factories import NOON, a_person
from tests.postgres import PostgresServer
from tests.quiz_course import SLUG, course_files, enrolled, values_of

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


@dataclass(frozen=True)
class Saving:
    """One of the two ways in which an answer is saved: with the attempt held, or in one statement of its own."""

    database: Database
    is_held: bool

    def save(
        self, session: Session, learning: Learning, quiz: Quiz, public_id: str, client_id: UUID, text: str
    ) -> object:
        """Save a text as the answer to the question ``word``."""
        if self.is_held:
            found = sitting_held(session, public_id, learning.person_id)
            return save_answer(session, found, quiz, "word", client_id, Typed(text), now=NOON)
        with self.database.reading() as reading:
            found = sitting(reading, public_id, learning.person_id)
            return save_answer_at_once(self.database, reading, found, "word", client_id, Typed(text), now=NOON)


@pytest.fixture(params=["held", "at once"])
def saving(request: pytest.FixtureRequest, database: Database) -> Saving:
    """Each of the two ways."""
    return Saving(database, request.param == "held")


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


def test_sixteen_times_the_same_answer_is_saved_once(
    database: Database, room: tuple[Learning, Course, Quiz], saving: Saving
) -> None:
    learning, course, quiz = room
    with database.writing() as session:
        public_id = start_attempt(session, learning, course, quiz, now=NOON, seed=1).public_id
        session.commit()
    client_id = new_client_id()

    def save(session: Session, number: int) -> object:
        return saving.save(session, learning, quiz, public_id, client_id, f"word {number}")

    assert set(together(database, save)) == {NOON}
    with database.reading() as session:
        assert session.scalar(select(func.count(Answer.id))) == 1


def test_every_answer_that_was_acknowledged_while_handing_in_was_marked(
    database: Database, room: tuple[Learning, Course, Quiz], saving: Saving
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
        client_id = new_client_id()
        saving.save(session, learning, quiz, public_id, client_id, "zqkeyword")
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
        found = sitting_held(saving, attempt.public_id, learning.person_id)
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


def test_an_answer_saved_at_once_waits_for_a_handing_in_and_is_refused(postgres: PostgresServer) -> None:
    database = Database(postgres.create_from_template())
    with database.writing() as session:
        learning, course, quiz = enrolled(session, a_person(session, "racer"))
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=1)
        session.commit()
    way = Saving(database, is_held=False)
    with database.writing() as submitting, ThreadPoolExecutor(1) as pool:
        submit_attempt(submitting, attempt.id, now=NOON)
        saved = pool.submit(way.save, submitting, learning, quiz, attempt.public_id, new_client_id(), "zqkeyword")
        with pytest.raises(TimeoutError):
            saved.result(timeout=0.3)
        submitting.commit()
        with pytest.raises(AttemptClosed):
            saved.result(timeout=10)
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


@pytest.fixture
def corrected(database: Database) -> tuple[int, int, CurrentRelease]:
    """An attempt, the enrolment it belongs to, and the release whose corrected key raises it."""
    with database.writing() as session:
        taken = take(session, WITH_PLUMS)
        publish(session, SLUG, files_with(PLUMS), now=LATER)
        release = current_release(session, SLUG)
        session.commit()
        return taken.attempt.id, taken.learning.enrolment_id, release


def mark_again(session: Session, attempt_id: int, release: CurrentRelease) -> object:
    """Mark an attempt again."""
    return remark_attempt(session, attempt_id, release, reason="x", may_fail=False, actor_id=None, now=LATER)


def test_sixteen_who_mark_again_do_it_once(database: Database, corrected: tuple[int, int, CurrentRelease]) -> None:
    attempt_id, _, release = corrected
    given = together(database, lambda session, number: mark_again(session, attempt_id, release))
    assert sum(each is not None for each in given) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count(Remark.id))) == 1
        assert session.scalar(select(func.count(Outcome.id))) == 2
        assert session.scalar(select(Attempt.score)) == 100


@dataclass(frozen=True)
class Turn:
    """One round: what sixteen people and trainers do at the same moment with the attempts there are."""

    learning: Learning
    course: Course
    quiz: Quiz
    ids: list[int]
    public_ids: list[str]
    release: CurrentRelease

    def act(self, session: Session, number: int) -> object:
        """Start, save, hand in or mark again, each in its own way."""
        match number % 4:
            case 0:
                return start_attempt(session, self.learning, self.course, self.quiz, now=NOON, seed=number).number
            case 1:
                found = sitting_held(session, self.public_ids[-1], self.learning.person_id)
                question = questions_of(self.course, self.quiz)["single" if number % 8 == 1 else "word"]
                pears = values_of(self.course, self.quiz.id, "single", ["Pears"])
                client_id, response = new_client_id(), read_response(question, pears)
                save_answer(session, found, self.quiz, question.id, client_id, response, now=NOON)
                return client_id
            case 2:
                return submit_attempt(session, self.ids[-1], now=NOON).number
            case _:
                return mark_again(session, self.ids[number // 4 % len(self.ids)], self.release)


def rounds_of_everything(database: Database, rounds: int) -> None:
    """Start at the limit, save, hand in and mark again, sixteen at once, round after round; look after each."""
    with database.writing() as session:
        learning, course, quiz = enrolled(session, a_person(session, "racer"), course_files("attempts: 3"))
        session.commit()
    for turn in range(rounds):
        # Every other release has the other key, so that there is always something to mark again.
        with database.writing() as session:
            publish(session, SLUG, files_with(PLUMS if turn % 2 == 0 else ()), now=LATER + timedelta(seconds=turn))
            release = current_release(session, SLUG)
            if turn < 3:
                start_attempt(session, learning, course, quiz, now=NOON, seed=turn)
            rows = session.execute(select(Attempt.id, Attempt.public_id).order_by(Attempt.id)).all()
            session.commit()
        doing = Turn(learning, course, quiz, [row[0] for row in rows], [row[1] for row in rows], release)
        given = together(database, doing.act)
        assert all(isinstance(each, int | UUID | AttemptChange | Refusal) or each is None for each in given), given
        look(database, {each for each in given if isinstance(each, UUID)})
    with database.reading() as session:
        assert (session.scalar(select(func.count(Remark.id))) or 0) >= rounds - 1


def look(database: Database, acknowledged: set[UUID]) -> None:
    """Nothing over the limit, nothing twice, nothing lost: marks, scores and outcomes agree with each other."""
    with database.reading() as session:
        assert acknowledged <= set(session.scalars(select(Answer.client_id)))
        numbers = list(session.scalars(select(Attempt.number).order_by(Attempt.id)))
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) <= 3
        handed_in = session.scalars(select(Attempt).where(Attempt.submitted_at.is_not(None))).all()
        for attempt in handed_in:
            marks = session.execute(select(Mark.points, Mark.out_of).where(Mark.attempt_id == attempt.id)).all()
            assert len(marks) == 5
            assert attempt.score == score_of((points, out_of) for points, out_of in marks)
        raised = session.scalar(select(func.count(Remark.id)).where(Remark.new_score > Remark.old_score)) or 0
        assert session.scalar(select(func.count(Outcome.id))) == len(handed_in) + raised
        twice = select(Remark.attempt_id).group_by(Remark.attempt_id, Remark.release_id).having(func.count() > 1)
        assert session.scalars(twice).all() == []


def test_starting_saving_handing_in_and_marking_again_at_once_lose_nothing(database: Database) -> None:
    rounds_of_everything(database, 4)


@pytest.mark.drill
def test_a_hundred_rounds_of_everything_at_once_lose_nothing(database: Database) -> None:
    rounds_of_everything(database, 100)

"""Files of open answers, on both databases: how many, when, and one file for the same bytes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.attachments.queries import file_of, files_of
from elearn.assessment.attachments.rules import MOST_FILES, NoSuchFile, NothingToAttach, TooManyFiles, read_file
from elearn.assessment.attachments.services import attach_file, take_back_file
from elearn.assessment.drawing import questions_of
from elearn.assessment.models import Attachment, Attempt
from elearn.assessment.queries import sitting_held
from elearn.assessment.rules import AttemptClosed, NoSuchQuestion
from elearn.assessment.services import start_attempt, submit_attempt
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.content.question import Question
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.learning.queries import required_learning
from elearn.learning.services import enrol
from tests.database.test_attempts_races import AT_ONCE, together
from tests.factories import NOON, a_person
from tests.open_course import open_files, the_course
from tests.quiz_course import SLUG

PDF = b"%PDF-1.7\n"


def begun(session: Session, settings: str = "feedback: after-attempt") -> tuple[Person, Attempt, dict[str, Question]]:
    """An attempt at the quiz with open questions."""
    person = a_person(session)
    publish(session, SLUG, open_files(settings), now=NOON)
    enrol(session, person, current_release(session, SLUG), now=NOON)
    course = the_course(session)
    quiz = course.quiz("open-quiz")
    assert quiz is not None
    attempt = start_attempt(session, required_learning(session, person.id, SLUG), course, quiz, now=NOON, seed=1)
    return person, attempt, dict(questions_of(course, quiz))


def attach(session: Session, person: Person, attempt: Attempt, question: Question, body: bytes) -> Attachment:
    found = sitting_held(session, attempt.public_id, person.id)
    return attach_file(session, found, question, read_file("a.pdf", body), now=NOON)


def test_a_file_is_read_as_it_was_sent(db: Session) -> None:
    person, attempt, questions = begun(db)
    kept = attach(db, person, attempt, questions["why"], PDF + bytes(range(256)))
    course = the_course(db)
    quiz = course.quiz("open-quiz")
    assert quiz is not None
    (file,) = files_of(db, course, quiz, attempt.id)["why"]
    assert (file.public_id, file.name, file.size) == (kept.public_id, "a.pdf", len(PDF) + 256)
    assert file_of(db, attempt.id, file.public_id).body == PDF + bytes(range(256))
    with pytest.raises(NoSuchFile):
        file_of(db, attempt.id + 1, file.public_id)


def test_a_question_of_another_kind_or_of_no_paper_takes_none(db: Session) -> None:
    person, attempt, questions = begun(db)
    with pytest.raises(NothingToAttach):
        attach(db, person, attempt, questions["single"], PDF)
    with pytest.raises(NothingToAttach):
        attach(db, person, attempt, questions["next"], PDF)
    found = sitting_held(db, attempt.public_id, person.id)
    with pytest.raises(NoSuchQuestion):
        take_back_file(db, found, "nothing", "x", now=NOON)


def test_nothing_is_attached_or_taken_back_once_an_attempt_is_closed(db: Session) -> None:
    person, attempt, questions = begun(db, "feedback: after-attempt\ntime_limit: 10 minutes")
    kept = attach(db, person, attempt, questions["why"], PDF)
    late = NOON + timedelta(minutes=11)
    found = sitting_held(db, attempt.public_id, person.id)
    with pytest.raises(AttemptClosed):
        attach_file(db, found, questions["why"], read_file("b.pdf", PDF + b"b"), now=late)
    with pytest.raises(AttemptClosed):
        take_back_file(db, found, "why", kept.public_id, now=late)
    submit_attempt(db, attempt.id, now=NOON)
    with pytest.raises(AttemptClosed):
        attach(db, person, attempt, questions["why"], PDF + b"b")
    assert db.scalar(select(func.count(Attachment.id))) == 1


def test_sixteen_files_at_once_are_three(database: Database) -> None:
    with database.writing() as session:
        person, attempt, questions = begun(session)
        session.commit()
        person_id, public_id, question = person.id, attempt.public_id, questions["why"]

    def work(session: Session, number: int) -> object:
        found = sitting_held(session, public_id, person_id)
        return attach_file(session, found, question, read_file("a.pdf", PDF + bytes([number])), now=NOON).public_id

    given = together(database, work)
    assert sum(isinstance(each, TooManyFiles) for each in given) == AT_ONCE - MOST_FILES
    with database.reading() as session:
        assert session.scalar(select(func.count(Attachment.id))) == MOST_FILES


def test_the_same_file_sent_sixteen_times_at_once_is_one(database: Database) -> None:
    with database.writing() as session:
        person, attempt, questions = begun(session)
        session.commit()
        person_id, public_id, question = person.id, attempt.public_id, questions["why"]

    def work(session: Session, number: int) -> object:
        found = sitting_held(session, public_id, person_id)
        return attach_file(session, found, question, read_file(f"{number}.pdf", PDF), now=NOON).public_id

    given = together(database, work)
    assert len(set(given)) == 1
    assert not [each for each in given if isinstance(each, Refusal)]

"""What many people answered, counted by the database, on SQLite and on PostgreSQL."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment import answered
from elearn.assessment.analysis import Given, ItemFigures
from elearn.assessment.answered import answer_times, answered_releases, given_answers, quiz_figures
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import read_response
from elearn.assessment.models import Attempt
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import compiled_course, current_release
from elearn.catalogue.rules import NoSuchCourse
from elearn.catalogue.services import publish
from elearn.content.course import Course, Quiz
from elearn.core.identifiers import new_client_id
from elearn.learning.queries import required_learning
from elearn.learning.services import enrol
from tests.factories import NOON, a_person
from tests.quiz_course import ALL_RIGHT, ALL_WRONG, SLUG, course_files, read_everything, values_of

Step = tuple[str, list[str], int]  # question, words, seconds since the start


class Class:
    """People who take the quiz of one release."""

    def __init__(self, session: Session, files: dict[str, bytes] | None = None) -> None:
        self.session = session
        publish(session, SLUG, files or course_files(), now=NOON - timedelta(days=9))
        self.release = current_release(session, SLUG)
        self.course: Course = compiled_course(session, self.release.release_id, self.release.digest)
        quiz = self.course.quiz("small-quiz")
        assert quiz is not None
        self.quiz: Quiz = quiz

    def somebody(self) -> Person:
        """Somebody enrolled."""
        person = a_person(self.session)
        enrol(self.session, person, self.release, now=NOON - timedelta(days=8))
        return person

    def start(self, person: Person, quiz: Quiz | None = None, seed: int = 1) -> Attempt:
        """Start an attempt at noon."""
        learning = required_learning(self.session, person.id, SLUG)
        return start_attempt(self.session, learning, self.course, quiz or self.quiz, now=NOON, seed=seed)

    def take(self, steps: list[Step], person: Person | None = None, *, quiz: Quiz | None = None) -> Attempt:
        """Take the quiz from start to end, saving these answers."""
        who, asked = person or self.somebody(), quiz or self.quiz
        attempt = self.start(who, asked)
        for question_id, words, seconds in steps:
            found = sitting_held(self.session, attempt.public_id, who.id)
            values = values_of(self.course, asked.id, question_id, words)
            response = read_response(questions_of(self.course, asked)[question_id], values)
            now = NOON + timedelta(seconds=seconds)
            save_answer(self.session, found, asked, question_id, new_client_id(), response, now=now)
        return submit_attempt(self.session, attempt.id, now=NOON + timedelta(hours=1))

    def given(self) -> list[Given]:
        """What the database counts."""
        self.session.flush()
        return list(given_answers(self.session, self.release.release_id, self.quiz))

    def figures(self, *, suppress_below: int = 1) -> dict[str, ItemFigures | None]:
        """The figures of the quiz by question."""
        self.session.flush()
        found = quiz_figures(
            self.session, self.release.release_id, self.course, self.quiz, suppress_below=suppress_below
        )
        return {question.id: figures for question, figures in found}


def steps(answers: dict[str, list[str]]) -> list[Step]:
    """Answers given ten seconds apart."""
    return [(question_id, words, 10 * place) for place, (question_id, words) in enumerate(answers.items(), 1)]


def test_figures_of_a_quiz_are_those_of_what_was_given(db: Session) -> None:
    room = Class(db)
    for _ in range(3):
        room.take(steps(ALL_RIGHT))
    room.take(steps(ALL_WRONG))
    room.take([("several", ["Kites"], 5), ("single", ["Pears"], 9)])
    found = room.figures()
    single, several, word = found["single"], found["several"], found["word"]
    assert single is not None and several is not None and word is not None
    assert list(found) == ["single", "several", "statement", "word", "amount"]
    assert (single.people, single.facility) == (5, 0.8)
    assert several.facility == pytest.approx((3 + 0.6) / 5)
    assert [round(option.share, 1) for option in single.options] == [0.2, 0.8, 0.0]
    assert [round(option.share, 1) for option in several.options] == [0.8, 0.6, 0.2]
    assert (word.omitted, single.omitted) == (0.2, 0)
    # The rest is 5 5 5 0 1.2 of 5 points: Sxy 16.2 − 4·16.2/5 = 3.24, Sxx 0.8, Syy 76.44 − 16.2²/5 = 23.952.
    assert single.discrimination == pytest.approx(0.7402, abs=5e-5)


def test_only_the_first_attempt_that_a_person_handed_in_counts(db: Session) -> None:
    room = Class(db)
    person = room.somebody()
    room.take(steps(ALL_WRONG), person)
    room.take(steps(ALL_RIGHT), person)
    room.take(steps(ALL_RIGHT))
    assert sum(given.people for given in room.given() if given.question_id == "single") == 2
    single = room.figures()["single"]
    assert single is not None
    assert single.facility == 0.5


def test_an_attempt_still_open_is_not_counted(db: Session) -> None:
    room = Class(db)
    room.start(room.somebody())
    assert room.given() == []
    assert answered_releases(db, SLUG)[0].people == {}


def test_the_last_answer_to_a_question_counts(db: Session) -> None:
    room = Class(db)
    room.take([("single", ["Apples"], 5), ("single", ["Pears"], 9)])
    single = room.figures()["single"]
    assert single is not None
    assert [option.share for option in single.options] == [0, 1, 0]


def test_where_feedback_comes_at_once_the_first_answer_counts(db: Session) -> None:
    room = Class(db, course_files("feedback: immediately"))
    room.take([("single", ["Apples"], 5)])
    single = room.figures()["single"]
    assert single is not None
    assert [option.share for option in single.options] == [1, 0, 0]


def test_time_is_what_passes_between_saved_answers(db: Session) -> None:
    """Twenty seconds to the first; twelve to the second; eight more when one comes back to the first."""
    room = Class(db)
    room.take([("single", ["Apples"], 20), ("statement", ["True"], 32), ("single", ["Pears"], 40)])
    db.flush()
    found = answer_times(db, room.release.release_id, room.quiz)
    assert found == {"single": {28: 1}, "statement": {12: 1}}


def test_the_same_answers_are_counted_once_for_all_who_gave_them(db: Session) -> None:
    room = Class(db)
    for _ in range(4):
        room.take(steps(ALL_RIGHT))
    rows = room.given()
    assert len(rows) == 5
    assert {given.people for given in rows} == {4}
    assert {given.question_id: given.points for given in rows}["several"] == 20_000
    assert {(given.total, given.whole) for given in rows} == {(60_000, 60_000)}


def test_releases_are_counted_apart_and_the_newest_stands_first(db: Session) -> None:
    first = Class(db)
    first.take(steps(ALL_RIGHT))
    files = course_files()
    files["01-one/quiz.md"] = files["01-one/quiz.md"].replace(b"Apples", b"Cherries")
    second = Class(db, files)
    for _ in range(2):
        second.take(steps(ALL_RIGHT))
    db.flush()
    found = answered_releases(db, SLUG)
    assert [(each.number, dict(each.people)) for each in found] == [(2, {"small-quiz": 2}), (1, {"small-quiz": 1})]
    assert [given.people for given in first.given()] == [1] * 5
    assert [given.people for given in second.given()] == [2] * 5


def test_questions_drawn_from_a_pool_are_there_once_somebody_was_given_them(db: Session) -> None:
    room = Class(db)
    person = room.somebody()
    read_everything(db, required_learning(db, person.id, SLUG), room.course)
    exam = room.course.exam
    assert exam is not None
    attempt = room.take([], person, quiz=exam)
    db.flush()
    drawn = {question_id for question_id, _ in attempt.paper}
    found = quiz_figures(db, room.release.release_id, room.course, exam, suppress_below=1)
    assert {question.id for question, _ in found} == drawn
    assert all(figures is not None and figures.omitted == 1 for _, figures in found)
    assert attempt.score == Decimal(0)


def test_few_people_have_no_figures(db: Session) -> None:
    room = Class(db)
    for _ in range(4):
        room.take(steps(ALL_RIGHT))
    assert set(room.figures(suppress_below=5).values()) == {None}
    room.take(steps(ALL_RIGHT))
    assert None not in room.figures(suppress_below=5).values()


def test_of_too_many_attempts_the_newest_are_looked_at(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answered, "MOST_ATTEMPTS", 2)
    room = Class(db)
    room.take(steps(ALL_WRONG))
    for _ in range(2):
        room.take(steps(ALL_RIGHT))
    single = room.figures()["single"]
    assert single is not None
    assert (single.people, single.facility) == (2, 1.0)
    assert answered_releases(db, SLUG)[0].people == {"small-quiz": 3}


def test_an_unknown_course_is_refused(db: Session) -> None:
    with pytest.raises(NoSuchCourse):
        answered_releases(db, "nowhere")

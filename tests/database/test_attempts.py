"""Attempts from start to result, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.assessment.disputes.queries import replay_of
from elearn.assessment.drawing import draw_paper, paper_stored, questions_of
from elearn.assessment.marking import read_response
from elearn.assessment.models import Answer, Attempt, Mark
from elearn.assessment.queries import (
    Sitting,
    answers_of,
    attempts_of,
    marks_of,
    sitting,
    sitting_held,
)
from elearn.assessment.rules import (
    GRACE,
    AnsweredAlready,
    AttemptClosed,
    ExamNotOpen,
    NextAttemptLater,
    NoAttemptsLeft,
    NoSuchAttempt,
    NoSuchQuestion,
)
from elearn.assessment.services import close_overdue, flag_question, save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import current_release
from elearn.content.course import Course, Feedback, Quiz
from elearn.core.identifiers import new_client_id
from elearn.learning.models import Outcome
from elearn.learning.queries import Learning, required_learning
from elearn.learning.services import enrol
from tests.factories import NOON, a_person
from tests.quiz_course import ALL_RIGHT, ALL_WRONG, SLUG, course_files, enrolled, read_everything, values_of


class Room:
    """A person enrolled in the course, with the quiz before them."""

    def __init__(self, session: Session, quiz: str = "attempts: 3", exam: str = "attempts: 2") -> None:
        self.session = session
        self.person = a_person(session)
        self.learning, self.course, self.quiz = enrolled(session, self.person, course_files(quiz, exam))

    def start(self, now: datetime = NOON, quiz: Quiz | None = None, seed: int = 1) -> Sitting:
        """Start an attempt, or go on with the one that is open."""
        attempt = start_attempt(self.session, self.learning, self.course, quiz or self.quiz, now=now, seed=seed)
        return sitting(self.session, attempt.public_id, self.person.id)

    def save(self, found: Sitting, question_id: str, words: list[str], now: datetime = NOON) -> datetime:
        """Save an answer that is named by its words."""
        fresh = sitting_held(self.session, found.public_id, self.person.id)
        question = questions_of(self.course, self.quiz)[question_id]
        response = read_response(question, values_of(self.course, self.quiz.id, question_id, words))
        return save_answer(self.session, fresh, self.quiz, question_id, new_client_id(), response, now=now)

    def again(self, found: Sitting) -> Sitting:
        """The attempt as it is now."""
        return sitting(self.session, found.public_id, self.person.id)


def test_starting_twice_goes_on_with_the_open_attempt(db: Session) -> None:
    room = Room(db)
    first = room.start(seed=1)
    second = room.start(seed=2, now=NOON + timedelta(hours=1))
    assert second.public_id == first.public_id
    assert db.scalar(select(func.count(Attempt.id))) == 1


def test_an_attempt_keeps_its_seed_and_can_be_drawn_again(db: Session) -> None:
    room = Room(db, quiz="shuffle: [questions, answers]")
    found = room.start(seed=12345)
    kept = db.get_one(Attempt, found.attempt_id)
    assert draw_paper(room.course, room.quiz, kept.seed) == paper_stored(kept.paper) == found.paper


def test_all_right_answers_score_a_hundred_and_pass(db: Session) -> None:
    room = Room(db)
    found = room.start()
    for question_id, words in ALL_RIGHT.items():
        room.save(found, question_id, words)
    submit_attempt(db, found.attempt_id, now=NOON + timedelta(minutes=5))
    after = room.again(found)
    assert (after.score, after.is_passed, after.submitted_at) == (Decimal(100), True, NOON + timedelta(minutes=5))
    marks = marks_of(db, found.attempt_id, room.quiz.feedback)
    assert {question: int(given.points) for question, given in marks.items()} == {
        "single": 1, "several": 2, "statement": 1, "word": 1, "amount": 1,
    }  # fmt: skip
    assert all(given.points == given.out_of for given in marks.values())


def test_all_wrong_answers_score_nothing_and_do_not_pass(db: Session) -> None:
    room = Room(db)
    found = room.start()
    for question_id, words in ALL_WRONG.items():
        room.save(found, question_id, words)
    submit_attempt(db, found.attempt_id, now=NOON)
    assert room.again(found).score == 0
    assert room.again(found).is_passed is False


def test_a_quiz_without_a_pass_mark_is_neither_passed_nor_failed(db: Session) -> None:
    files = course_files()
    files["01-one/quiz.md"] = files["01-one/quiz.md"].replace(b"pass_mark: 70\n", b"")
    person = a_person(db)
    learning, course, quiz = enrolled(db, person, files)
    attempt = start_attempt(db, learning, course, quiz, now=NOON, seed=1)
    assert submit_attempt(db, attempt.id, now=NOON).is_passed is None


def test_a_question_without_an_answer_earns_nothing_and_gets_its_mark(db: Session) -> None:
    room = Room(db)
    found = room.start()
    room.save(found, "single", ["Pears"])
    submit_attempt(db, found.attempt_id, now=NOON)
    assert db.scalar(select(func.count()).select_from(Mark)) == 5
    assert room.again(found).score == Decimal("16.6666")


def test_the_last_answer_to_a_question_counts(db: Session) -> None:
    room = Room(db)
    found = room.start()
    for words in (["Apples"], ["Plums"], ["Pears"]):
        room.save(found, "single", words)
    assert db.scalar(select(func.count(Answer.id))) == 3
    submit_attempt(db, found.attempt_id, now=NOON)
    assert marks_of(db, found.attempt_id, room.quiz.feedback)["single"].points == 1


def test_an_answer_can_be_taken_back(db: Session) -> None:
    room = Room(db)
    found = room.start()
    room.save(found, "single", ["Pears"])
    room.save(found, "single", [])
    assert answers_of(db, found.attempt_id, room.quiz.feedback)["single"].response == {}
    submit_attempt(db, found.attempt_id, now=NOON)
    assert marks_of(db, found.attempt_id, room.quiz.feedback)["single"].points == 0


def test_an_answer_sent_twice_is_saved_once(db: Session) -> None:
    room = Room(db)
    found = sitting_held(db, room.start().public_id, room.person.id)
    client_id = new_client_id()
    question = questions_of(room.course, room.quiz)["word"]
    first = save_answer(db, found, room.quiz, "word", client_id, read_response(question, ["a"]), now=NOON)
    later = NOON + timedelta(minutes=1)
    again = save_answer(db, found, room.quiz, "word", client_id, read_response(question, ["a"]), now=later)
    assert first == again == NOON
    assert db.scalar(select(func.count(Answer.id))) == 1


def test_no_answer_is_taken_after_handing_in_but_a_saved_one_is_confirmed(db: Session) -> None:
    room = Room(db)
    found = sitting_held(db, room.start().public_id, room.person.id)
    client_id = new_client_id()
    question = questions_of(room.course, room.quiz)["word"]
    response = read_response(question, ["a"])
    save_answer(db, found, room.quiz, "word", client_id, response, now=NOON)
    submit_attempt(db, found.attempt_id, now=NOON)
    found = sitting_held(db, found.public_id, room.person.id)
    assert save_answer(db, found, room.quiz, "word", client_id, response, now=NOON + timedelta(days=1)) == NOON
    with pytest.raises(AttemptClosed):
        save_answer(db, found, room.quiz, "word", new_client_id(), response, now=NOON)


def test_no_answer_is_taken_after_the_time(db: Session) -> None:
    room = Room(db, quiz="time_limit: 10 minutes")
    found = room.start()
    due = NOON + timedelta(minutes=10)
    assert found.due_at == due
    room.save(found, "single", ["Pears"], now=due + GRACE)
    with pytest.raises(AttemptClosed):
        room.save(found, "single", ["Apples"], now=due + GRACE + timedelta(seconds=1))
    with pytest.raises(AttemptClosed):
        fresh = sitting_held(db, found.public_id, room.person.id)
        flag_question(db, fresh, "single", True, now=due + timedelta(days=1))


def test_a_question_of_another_quiz_is_refused(db: Session) -> None:
    room = Room(db)
    found = sitting_held(db, room.start().public_id, room.person.id)
    with pytest.raises(NoSuchQuestion):
        save_answer(db, found, room.quiz, "pool-1", new_client_id(), None, now=NOON)
    with pytest.raises(NoSuchQuestion):
        flag_question(db, found, "pool-1", True, now=NOON)


def test_an_attempt_whose_time_is_over_is_handed_in_as_it_was_at_its_end(db: Session) -> None:
    room = Room(db, quiz="time_limit: 10 minutes")
    found = room.start()
    due = NOON + timedelta(minutes=10)
    room.save(found, "several", ["Kites", "Drums"], now=NOON)
    assert close_overdue(db, found.attempt_id, now=due + GRACE) is None
    closed = close_overdue(db, found.attempt_id, now=due + timedelta(days=2))
    assert closed is not None
    assert (closed.submitted_at, closed.score) == (due, Decimal("33.3333"))
    assert close_overdue(db, found.attempt_id, now=due + timedelta(days=3)) is None


def test_starting_anew_closes_the_attempt_whose_time_is_over(db: Session) -> None:
    room = Room(db, quiz="time_limit: 10 minutes")
    first = room.start()
    second = room.start(now=NOON + timedelta(hours=1))
    assert second.public_id != first.public_id
    assert second.number == 2
    assert not room.again(first).is_open


def test_handing_in_late_counts_as_handing_in_at_the_end(db: Session) -> None:
    room = Room(db, quiz="time_limit: 10 minutes")
    found = room.start()
    late = NOON + timedelta(minutes=10, seconds=5)
    assert submit_attempt(db, found.attempt_id, now=late).submitted_at == found.due_at


def test_the_limit_of_attempts_holds(db: Session) -> None:
    room = Room(db, quiz="attempts: 2")
    for _ in range(2):
        submit_attempt(db, room.start().attempt_id, now=NOON)
    with pytest.raises(NoAttemptsLeft):
        room.start()


def test_the_waiting_time_holds(db: Session) -> None:
    room = Room(db, quiz="wait_between: 1 day")
    submit_attempt(db, room.start().attempt_id, now=NOON)
    with pytest.raises(NextAttemptLater):
        room.start(now=NOON + timedelta(hours=23))
    assert room.start(now=NOON + timedelta(hours=24)).number == 2


def exam_of(course: Course) -> Quiz:
    assert course.exam is not None
    return course.exam


def test_the_exam_opens_when_every_module_was_read(db: Session) -> None:
    room = Room(db)
    exam = exam_of(room.course)
    with pytest.raises(ExamNotOpen):
        room.start(quiz=exam)
    room.learning = read_everything(db, room.learning, room.course)
    assert len(room.start(quiz=exam).paper) == 3


def test_a_result_becomes_an_outcome_and_completes_the_course(db: Session) -> None:
    room = Room(db)
    room.learning = read_everything(db, room.learning, room.course)
    exam = exam_of(room.course)
    found = room.start(quiz=exam)
    for item in found.paper:
        words = [f"Right {item.question_id.removeprefix('pool-')}"]
        fresh = sitting_held(db, found.public_id, room.person.id)
        question = questions_of(room.course, exam)[item.question_id]
        response = read_response(question, values_of(room.course, exam.id, item.question_id, words))
        save_answer(db, fresh, exam, item.question_id, new_client_id(), response, now=NOON)
    submit_attempt(db, found.attempt_id, now=NOON)
    learning: Learning = required_learning(db, room.person.id, room.learning.slug)
    assert learning.tally.scores == {"the-exam": Decimal(100)}
    assert learning.completed_at == NOON


def test_handing_in_twice_gives_one_outcome(db: Session) -> None:
    room = Room(db)
    found = room.start()
    first = submit_attempt(db, found.attempt_id, now=NOON)
    again = submit_attempt(db, found.attempt_id, now=NOON + timedelta(hours=1))
    assert again.submitted_at == first.submitted_at == NOON
    assert db.scalar(select(func.count(Outcome.id))) == 1


def test_of_several_attempts_the_best_counts(db: Session) -> None:
    room = Room(db)
    for words in (["Apples"], ["Pears"], ["Plums"]):
        found = room.start()
        room.save(found, "single", words)
        submit_attempt(db, found.attempt_id, now=NOON)
    scores = [attempt.score for attempt in attempts_of(db, room.learning.enrolment_id, "small-quiz")]
    assert scores == [0, Decimal("16.6666"), 0]
    learning = required_learning(db, room.person.id, room.learning.slug)
    assert learning.tally.scores["small-quiz"] == Decimal("16.6666")


def test_where_one_sees_at_once_what_was_right_the_first_answer_is_final(db: Session) -> None:
    room = Room(db, quiz="feedback: immediately")
    assert room.quiz.feedback is Feedback.IMMEDIATELY
    found = room.start()
    room.save(found, "single", ["Apples"])
    with pytest.raises(AnsweredAlready):
        room.save(found, "single", ["Pears"])
    submit_attempt(db, found.attempt_id, now=NOON)
    assert marks_of(db, found.attempt_id, room.quiz.feedback)["single"].points == 0


def test_an_attempt_is_nobody_elses(db: Session) -> None:
    room = Room(db)
    found = room.start()
    other = a_person(db)
    for look in (sitting, sitting_held, sitting_held):
        with pytest.raises(NoSuchAttempt):
            look(db, found.public_id, other.id)


def test_flags_are_kept_in_the_order_of_the_paper(db: Session) -> None:
    room = Room(db)
    found = room.start()
    acts = (("word", True), ("single", True), ("several", True), ("several", False), ("word", True))
    for question_id, is_flagged in acts:
        fresh = sitting_held(db, found.public_id, room.person.id)
        flag_question(db, fresh, question_id, is_flagged, now=NOON)
    assert room.again(found).flagged == ["single", "word"]


def test_the_exam_is_drawn_from_the_half_that_was_not_met_before_the_course(db: Session) -> None:
    files = course_files(exam="attempts: 3\nforms: AB")
    files["pretest.md"] = files["exam.md"].replace(b"quiz: the-exam", b"quiz: the-pretest")
    forms: list[str | None] = []
    for _ in range(3):
        person = a_person(db)
        if not forms:
            learning, course, _quiz = enrolled(db, person, files)
        else:
            enrol(db, person, current_release(db, SLUG), now=NOON)
            learning = required_learning(db, person.id, SLUG)
        assert course.pretest is not None
        assert course.exam is not None
        before = start_attempt(db, learning, course, course.pretest, now=NOON, seed=1)
        learning = read_everything(db, learning, course)
        exams = []
        for seed in (2, 3):
            exams.append(start_attempt(db, learning, course, course.exam, now=NOON, seed=seed))
            submit_attempt(db, exams[-1].id, now=NOON)
        forms.append(before.form)
        met = {item[0] for item in before.paper}
        for attempt in exams:
            assert {before.form, attempt.form} == {"A", "B"}
            assert not met & {item[0] for item in attempt.paper}
            assert replay_of(db, attempt.public_id).is_paper_same

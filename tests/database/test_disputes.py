"""Attempts told again, and marked again by corrected keys, on SQLite and on PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.orm import Session

from elearn.assessment.disputes.queries import replay_of, response_words
from elearn.assessment.disputes.rules import Effect, NotMarked, Points, WouldNotFail
from elearn.assessment.disputes.services import Correction, correction_of, remark_attempt
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import read_response
from elearn.assessment.models import Answer, Attempt, Mark, Remark
from elearn.assessment.queries import marks_of, sitting, sitting_held
from elearn.assessment.rules import NoSuchAttempt, NoSuchQuiz
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.models import CourseRecord
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.certificates.models import Certificate
from elearn.content.course import Course, Feedback
from elearn.core.identifiers import new_client_id
from elearn.db.engine import Database
from elearn.db.migrating import downgrade, upgrade
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.queries import Learning, course_of, required_learning
from elearn.learning.services import enrol
from elearn.shipped import shipped
from tests.factories import NOON, a_person
from tests.quiz_course import ALL_RIGHT, SLUG, course_files, enrolled, read_everything, values_of

LATER = NOON + timedelta(days=3)
PLUMS = ((b"- (x) Pears\n- ( ) Plums", b"- ( ) Pears\n- (x) Plums"),)
"""The key of «single»: plums instead of pears."""
NO_KEY_WORD = ((b"- = zqkeyword\n- = /zqpattern", b"- = keyword\n- = /zqpattern"),)
"""The key of «word» no longer takes what the learner typed."""


@dataclass
class Taken:
    """An attempt that somebody handed in."""

    session: Session
    learning: Learning
    course: Course
    attempt: Attempt

    def again(self) -> Attempt:
        """The attempt as it is now."""
        self.session.expire_all()
        return self.session.get_one(Attempt, self.attempt.id)

    def points(self, question_id: str) -> Decimal:
        """What a question earned."""
        return marks_of(self.session, self.attempt.id, Feedback.AFTER_ATTEMPT)[question_id].points


def files_with(changes: tuple[tuple[bytes, bytes], ...], quiz: str = "attempts: 3") -> dict[str, bytes]:
    """The course with its quiz changed."""
    files = course_files(quiz)
    for old, new in changes:
        assert old in files["01-one/quiz.md"]
        files["01-one/quiz.md"] = files["01-one/quiz.md"].replace(old, new)
    return files


def take(
    session: Session, given: dict[str, list[str]], quiz: str = "attempts: 3", quiz_id: str = "small-quiz"
) -> Taken:
    """Somebody new answers the quiz like this and hands it in."""
    person = a_person(session)
    if session.scalar(select(CourseRecord.id)) is None:
        learning, course, _ = enrolled(session, person, course_files(quiz))
    else:
        enrol(session, person, current_release(session, SLUG), now=NOON)
        learning = required_learning(session, person.id, SLUG)
        course = course_of(session, learning)
    asked = course.quiz("small-quiz")
    assert asked is not None
    attempt = start_attempt(session, learning, course, asked, now=NOON, seed=7)
    for place, (question_id, words) in enumerate(given.items()):
        found = sitting_held(session, attempt.public_id, learning.person_id)
        response = read_response(
            questions_of(course, asked)[question_id], values_of(course, asked.id, question_id, words)
        )
        now = NOON + timedelta(minutes=place)
        save_answer(session, found, asked, question_id, new_client_id(), response, now=now)
    submit_attempt(session, attempt.id, now=NOON + timedelta(minutes=9))
    return Taken(session, learning, course, attempt)


def correct(session: Session, changes: tuple[tuple[bytes, bytes], ...] = PLUMS) -> Correction:
    """Publish the course with these changes; what that changes in the marks."""
    publish(session, SLUG, files_with(changes), now=LATER)
    return correction_of(session, SLUG, "small-quiz")


def apply(session: Session, correction: Correction, *included: str) -> list[object]:
    """Mark again everything that a correction says."""
    return [
        remark_attempt(
            session,
            attempt_id,
            correction.release,
            reason="Plums were right all along.",
            may_fail=may_fail,
            actor_id=None,
            now=LATER,
        )
        for attempt_id, may_fail in correction.to_mark(included)
    ]


WITH_PLUMS = {**ALL_RIGHT, "single": ["Plums"]}


# --- looking ---------------------------------------------------------------------------------------------------------


def test_a_correction_lists_whose_marks_change_and_writes_nothing(db: Session) -> None:
    right, plums = take(db, ALL_RIGHT), take(db, WITH_PLUMS)
    found = correct(db)
    assert [question.id for question in found.questions] == ["single"]
    assert {change.public_id: change.effect for change in found.changes} == {
        right.attempt.public_id: Effect.LOWERED,
        plums.attempt.public_id: Effect.RAISED,
    }
    assert (plums.again().score, plums.points("single")) == (Decimal("83.3333"), Decimal(0))
    assert db.scalar(select(func.count(Remark.id))) == 0


def test_an_attempt_whose_marks_stay_is_only_counted(db: Session) -> None:
    taken = take(db, {**ALL_RIGHT, "single": ["Apples"]})
    found = correct(db)
    assert (found.changes, found.unchanged) == ((), (taken.attempt.id,))


def test_a_release_that_changes_words_alone_corrects_nothing(db: Session) -> None:
    take(db, ALL_RIGHT)
    found = correct(db, ((b"## Which one is it?", b"## Which of them is it?"), (b"zqnote for", b"A note for")))
    assert (found.questions, found.reworded, found.changes, found.unchanged) == ((), (), (), ())


def test_the_order_of_rows_is_no_key(db: Session) -> None:
    take(db, ALL_RIGHT)
    found = correct(db, ((b"- [x] Kites `60%`\n- [x] Drums `40%`", b"- [x] Drums `40%`\n- [x] Kites `60%`"),))
    assert found.questions == ()


def test_marks_of_a_question_that_was_reworded_stay(db: Session) -> None:
    taken = take(db, ALL_RIGHT)
    found = correct(db, ((b"- (x) Pears\n- ( ) Plums", b"- ( ) Pears\n- (x) Prunes"),))
    assert ([question.id for question in found.reworded], found.questions, found.changes) == (["single"], (), ())
    apply(db, found)
    assert taken.points("single") == 1


def test_a_quiz_that_is_not_there_is_refused(db: Session) -> None:
    take(db, ALL_RIGHT)
    with pytest.raises(NoSuchQuiz):
        correction_of(db, SLUG, "no-quiz")


def test_attempts_at_the_corrected_release_are_not_looked_at(db: Session) -> None:
    take(db, ALL_RIGHT)
    correct(db)
    take(db, ALL_RIGHT)
    assert len(correction_of(db, SLUG, "small-quiz").changes) == 1


# --- doing -----------------------------------------------------------------------------------------------------------


def test_marking_again_raises_the_score_and_the_outcome_and_keeps_what_was(db: Session) -> None:
    taken = take(db, WITH_PLUMS)
    apply(db, correct(db))
    assert (taken.again().score, taken.points("single")) == (Decimal(100), Decimal(1))
    kept = db.scalars(select(Remark)).one()
    assert (kept.old_score, kept.new_score, kept.reason) == (
        Decimal("83.3333"),
        Decimal(100),
        "Plums were right all along.",
    )
    assert kept.changes == [["single", "0.0000", "1.0000", "1.0000", "1.0000"]]
    tally = required_learning(db, taken.learning.person_id, SLUG).tally
    assert tally.scores["small-quiz"] == 100
    assert list(db.scalars(select(Outcome.score).order_by(Outcome.id))) == [Decimal("83.3333"), Decimal(100)]


def test_marking_again_twice_changes_nothing_more(db: Session) -> None:
    take(db, WITH_PLUMS)
    first = correct(db)
    apply(db, first)
    assert apply(db, first) == [None]
    again = correction_of(db, SLUG, "small-quiz")
    assert (again.changes, again.unchanged, again.questions) == ((), (), ())
    assert db.scalar(select(func.count(Remark.id))) == 1
    assert db.scalar(select(func.count(Outcome.id))) == 2


def test_a_key_that_is_set_back_gives_the_old_marks_again(db: Session) -> None:
    taken = take(db, WITH_PLUMS)
    apply(db, correct(db))
    back = correct(db, ())
    assert [change.effect for change in back.changes] == [Effect.LOWERED]
    apply(db, back)
    assert (taken.again().score, taken.points("single")) == (Decimal("83.3333"), Decimal(0))
    # What was reached in the course stays: the best score counts.
    assert required_learning(db, taken.learning.person_id, SLUG).tally.scores["small-quiz"] == 100


def test_a_lower_score_that_still_passes_is_no_outcome(db: Session) -> None:
    taken = take(db, ALL_RIGHT)
    apply(db, correct(db))
    assert (taken.again().score, taken.again().is_passed) == (Decimal("83.3333"), True)
    assert list(db.scalars(select(Outcome.score))) == [Decimal(100)]


JUST_PASSED = {"single": ["Pears"], "several": ["Kites", "Drums"], "statement": ["True"], "word": ["zqkeyword"]}


def test_an_attempt_that_would_fail_keeps_its_pass_and_its_marks(db: Session) -> None:
    taken = take(db, JUST_PASSED)
    found = correct(db)
    assert [change.public_id for change in found.of(Effect.FAILED)] == [taken.attempt.public_id]
    assert apply(db, found) == []
    after = taken.again()
    assert (after.score, after.is_passed, taken.points("single")) == (Decimal("83.3333"), True, Decimal(1))
    assert len(correction_of(db, SLUG, "small-quiz").of(Effect.FAILED)) == 1


def test_an_attempt_that_would_fail_is_refused_without_being_included(db: Session) -> None:
    taken = take(db, JUST_PASSED)
    release = correct(db).release
    given = remark_attempt(db, taken.attempt.id, release, reason="x", may_fail=False, actor_id=None, now=LATER)
    assert given is None
    assert taken.again().is_passed is True


def test_only_an_attempt_that_would_fail_can_be_included(db: Session) -> None:
    taken = take(db, ALL_RIGHT)
    with pytest.raises(WouldNotFail):
        correct(db).to_mark([taken.attempt.public_id])


def test_an_attempt_that_is_included_fails_and_the_course_keeps_its_best_score(db: Session) -> None:
    taken = take(db, JUST_PASSED)
    apply(db, correct(db), taken.attempt.public_id)
    after = taken.again()
    assert (after.score, after.is_passed) == (Decimal("66.6666"), False)
    kept = db.scalars(select(Remark)).one()
    assert (kept.was_passed, kept.is_passed) == (True, False)
    assert required_learning(db, taken.learning.person_id, SLUG).tally.scores["small-quiz"] == Decimal("83.3333")


@pytest.mark.usefixtures("wired")
def test_a_certificate_is_never_taken_back_by_marking_again(db: Session) -> None:
    given = {f"pool-{number}": [f"Right {number}"] for number in range(1, 7)}
    taken = take_exam(db, given)
    assert db.scalar(select(func.count(Certificate.id))) == 1
    wrong = tuple((f"(x) Right {n}\n- ( ) Wrong {n}", f"( ) Right {n}\n- (x) Wrong {n}") for n in range(1, 7))
    found = correct_pool(db, wrong)
    assert [change.effect for change in found.changes] == [Effect.FAILED]
    apply(db, found, taken.attempt.public_id)
    assert taken.again().is_passed is False
    certificate = db.scalars(select(Certificate)).one()
    assert (certificate.revoked_at, certificate.score) == (None, Decimal(100))
    assert db.get_one(Enrolment, taken.learning.enrolment_id).completed_at is not None


@pytest.mark.usefixtures("wired")
def test_an_exam_that_is_passed_by_a_corrected_key_earns_the_certificate(db: Session) -> None:
    taken = take_exam(db, {f"pool-{number}": [f"Wrong {number}"] for number in range(1, 7)})
    assert db.scalar(select(func.count(Certificate.id))) == 0
    right = tuple((f"(x) Right {n}\n- ( ) Wrong {n}", f"( ) Right {n}\n- (x) Wrong {n}") for n in range(1, 7))
    apply(db, correct_pool(db, right))
    assert taken.again().is_passed is True
    assert db.scalars(select(Certificate)).one().score == 100


def take_exam(session: Session, given: dict[str, list[str]]) -> Taken:
    """Somebody takes the exam; of these answers those are given whose questions were drawn."""
    person = a_person(session)
    learning, course, _ = enrolled(session, person)
    exam = course.exam
    assert exam is not None
    learning = read_everything(session, learning, course)
    attempt = start_attempt(session, learning, course, exam, now=NOON, seed=3)
    for item in sitting(session, attempt.public_id, person.id).paper:
        question = questions_of(course, exam)[item.question_id]
        response = read_response(question, values_of(course, exam.id, question.id, given[question.id]))
        found = sitting_held(session, attempt.public_id, person.id)
        save_answer(session, found, exam, question.id, new_client_id(), response, now=NOON)
    submit_attempt(session, attempt.id, now=NOON)
    return Taken(session, learning, course, attempt)


def correct_pool(session: Session, changes: tuple[tuple[str, str], ...]) -> Correction:
    """Publish the course with other keys in its pool."""
    files = course_files()
    pool = files["pools/things.md"].decode()
    for old, new in changes:
        assert old in pool
        pool = pool.replace(old, new)
    publish(session, SLUG, {**files, "pools/things.md": pool.encode()}, now=LATER)
    return correction_of(session, SLUG, "the-exam")


def test_an_attempt_that_is_open_has_no_marks_to_correct(db: Session) -> None:
    person = a_person(db)
    learning, course, quiz = enrolled(db, person)
    attempt = start_attempt(db, learning, course, quiz, now=NOON, seed=1)
    release = correct(db).release
    with pytest.raises(NotMarked):
        remark_attempt(db, attempt.id, release, reason="x", may_fail=True, actor_id=None, now=LATER)
    with pytest.raises(NoSuchAttempt):
        remark_attempt(db, attempt.id + 1, release, reason="x", may_fail=True, actor_id=None, now=LATER)


def test_the_first_answer_is_marked_again_where_the_first_one_counts(db: Session) -> None:
    taken = take(db, WITH_PLUMS, quiz="feedback: immediately")
    # A second answer can only come from a time when another policy held; it does not count.
    db.add(
        Answer(
            attempt_id=taken.attempt.id,
            question_id="single",
            client_id=new_client_id(),
            response={"chosen": values_of(taken.course, "small-quiz", "single", ["Pears"])},
            received_at=LATER,
        )
    )
    db.flush()
    publish(db, SLUG, files_with(PLUMS, "feedback: immediately"), now=LATER)
    assert [change.effect for change in correction_of(db, SLUG, "small-quiz").changes] == [Effect.RAISED]


# --- telling again ---------------------------------------------------------------------------------------------------


def test_a_replay_tells_seed_release_order_answers_and_marks(db: Session) -> None:
    taken = take(db, ALL_RIGHT, quiz="shuffle: [questions, answers]")
    told = replay_of(db, taken.attempt.public_id)
    assert (told.seed, told.release_number, told.version, told.score) == (7, 1, "1.0.0", Decimal(100))
    assert told.is_paper_same
    assert told.are_marks_same
    by_id = {question.question.id: question for question in told.questions}
    assert by_id["several"].mark == Points(Decimal(2), Decimal(2))
    assert [question.question.id for question in told.questions] == [item[0] for item in taken.attempt.paper]
    answer = by_id["several"].answers[0]
    assert (answer.received_at, answer.counts) == (NOON + timedelta(minutes=1), True)
    words = response_words(by_id["several"].question.texts["en"], answer.response)
    assert set(words.split("; ")) == {"Kites", "Drums"}


def test_a_replay_tells_every_answer_and_which_one_counts(db: Session) -> None:
    person = a_person(db)
    learning, course, quiz = enrolled(db, person)
    attempt = start_attempt(db, learning, course, quiz, now=NOON, seed=1)
    for words in ("first", "second"):
        found = sitting_held(db, attempt.public_id, person.id)
        response = read_response(questions_of(course, quiz)["word"], [words])
        save_answer(db, found, quiz, "word", new_client_id(), response, now=NOON)
    told = replay_of(db, attempt.public_id)
    word = next(question for question in told.questions if question.question.id == "word")
    said = word.question.texts["en"]
    assert [(response_words(said, each.response), each.counts) for each in word.answers] == [
        ("first", False),
        ("second", True),
    ]
    assert (word.mark, told.score, told.are_marks_same) == (None, None, True)


def test_a_replay_says_when_the_paper_or_a_mark_is_not_what_was_kept(db: Session) -> None:
    taken = take(db, ALL_RIGHT)
    db.execute(update(Attempt).values(paper=taken.attempt.paper[::-1]))
    db.execute(update(Mark).where(Mark.question_id == "word").values(points=Decimal(0)))
    db.expire_all()
    told = replay_of(db, taken.attempt.public_id)
    assert not told.is_paper_same
    assert [question.question.id for question in told.questions if not question.is_mark_same] == ["word"]


def test_a_replay_tells_the_history_of_each_key_and_what_the_answer_earns_by_it(db: Session) -> None:
    taken = take(db, WITH_PLUMS)
    correct(db)
    told = {each.question.id: each for each in replay_of(db, taken.attempt.public_id).questions}
    assert [(key.release_number, key.points, key.is_used) for key in told["single"].history] == [
        (1, Points(Decimal(0), Decimal(1)), True),
        (2, Points(Decimal(1), Decimal(1)), False),
    ]
    assert [key.release_number for key in told["word"].history] == [1]


def test_a_replay_after_marking_again_tells_who_why_and_what_changed(db: Session) -> None:
    taken = take(db, WITH_PLUMS)
    trainer = a_person(db, full_name="Trainer One")
    found = correct(db)
    remark_attempt(db, taken.attempt.id, found.release, reason="Plums.", may_fail=False, actor_id=trainer.id, now=LATER)
    told = replay_of(db, taken.attempt.public_id)
    assert [(each.by, each.reason, each.release_number, each.new_score) for each in told.remarks] == [
        ("Trainer One", "Plums.", 2, Decimal(100))
    ]
    single = next(each for each in told.questions if each.question.id == "single")
    assert [key.is_used for key in single.history] == [False, True]
    assert told.are_marks_same


def test_a_replay_is_of_the_course_that_is_asked_for(db: Session) -> None:
    taken = take(db, ALL_RIGHT)
    assert replay_of(db, taken.attempt.public_id, SLUG).public_id == taken.attempt.public_id
    for public_id, slug in ((taken.attempt.public_id, "other"), ("nothing", SLUG), ("\x00", SLUG)):
        with pytest.raises(NoSuchAttempt):
            replay_of(db, public_id, slug)


# --- the tables ------------------------------------------------------------------------------------------------------


def test_attempts_and_marks_survive_the_migration_down_and_up(database: Database) -> None:
    with database.writing() as session:
        taken = take(session, WITH_PLUMS)
        apply(session, correct(session))
        session.commit()
    downgrade(database, shipped("migrations"), "0001")
    assert {"remark", "extra_time"}.isdisjoint(inspect(database.engine).get_table_names())
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answer")).scalar() == 5
    upgrade(database, shipped("migrations"))
    with database.reading() as session:
        told = replay_of(session, taken.attempt.public_id)
        # The corrected marks stay; who corrected them went with the table.
        assert (told.score, told.remarks, told.form, told.is_paper_same) == (Decimal(100), (), None, True)
        assert session.scalar(select(func.count()).select_from(Mark)) == 5

"""Open answers wait for a trainer, get marks by the rubric, and are returned, on SQLite and on PostgreSQL."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from elearn.assessment.answered import answered_releases, given_answers, quiz_figures
from elearn.assessment.by_hand.queries import (
    answer_given,
    hand_marks_of,
    returned_answers,
    waiting_answers,
    waiting_by_course,
    waiting_count,
)
from elearn.assessment.by_hand.rules import (
    MarkedBefore,
    MarkedMeanwhile,
    MarkKind,
    NoSuchAnswer,
    NotBetweenThem,
    OwnAnswer,
    State,
    final_mark,
)
from elearn.assessment.by_hand.services import mark_answer
from elearn.assessment.disputes.queries import replay_of
from elearn.assessment.disputes.rules import NotMarked
from elearn.assessment.disputes.services import correction_of, remark_attempt
from elearn.assessment.models import Attempt, HandMarking, Mark, RubricMark
from elearn.assessment.services import close_overdue, submit_attempt
from elearn.catalogue.services import publish
from elearn.certificates.models import Certificate
from elearn.db.engine import Database
from elearn.db.migrating import downgrade, upgrade
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.queries import required_learning
from elearn.shipped import shipped
from tests.database.test_attempts_races import AT_ONCE, together
from tests.factories import NOON, a_person
from tests.open_course import (
    OPEN,
    SECOND_OPEN,
    SINGLE,
    WHY_BEST,
    WHY_HALF,
    a_file,
    hand_in,
    label_of,
    levels,
    open_files,
    open_question,
    the_course,
)
from tests.quiz_course import SLUG, read_everything

LATER = NOON + timedelta(days=2)


def give(
    session: Session,
    label: str,
    chosen: list[int],
    actor_id: int,
    *,
    kind: MarkKind = MarkKind.FIRST,
    wants_second: bool = False,
    comment: str = "",
    question_id: str = "why",
) -> State:
    """Mark an answer."""
    reached = levels(open_question(session, question_id), chosen)
    return mark_answer(
        session, label, reached, comment, kind=kind, wants_second=wants_second, actor_id=actor_id, now=LATER
    )


def outcomes(session: Session) -> int:
    """How many quiz outcomes there are."""
    return session.scalar(select(func.count(Outcome.id)).where(Outcome.unit == "open-quiz")) or 0


# --- handing in ------------------------------------------------------------------------------------------------------


def test_an_attempt_with_an_open_answer_waits_without_a_score(db: Session) -> None:
    attempt = hand_in(db)
    assert (attempt.score, attempt.is_passed) == (None, None)
    assert attempt.submitted_at == NOON + timedelta(minutes=9)
    assert outcomes(db) == 0
    marks = {mark.question_id: (mark.points, mark.out_of) for mark in db.scalars(select(Mark))}
    # The blank open answer needs no trainer: it earns nothing.
    assert marks == {"single": (Decimal(2), Decimal(2)), "next": (Decimal(0), Decimal(2))}
    assert list(db.scalars(select(HandMarking.question_id))) == ["why"]


def test_blank_open_answers_are_marked_at_once(db: Session) -> None:
    attempt = hand_in(db, {"single": ["Pears"], "why": ["  \n "]})
    assert (attempt.score, attempt.is_passed) == (Decimal(25), False)
    assert outcomes(db) == 1
    assert db.scalar(select(func.count(HandMarking.id))) == 0


def test_a_file_alone_waits_for_a_trainer(db: Session) -> None:
    attempt = hand_in(db, {"single": ["Pears"]}, attached_to="why")
    assert (attempt.score, attempt.submitted_at) == (None, NOON + timedelta(minutes=9))
    found = answer_given(db, label_of(db, attempt))
    assert (found.written, [file.media_type for file in found.files]) == (None, ["application/pdf"])
    give(db, label_of(db, attempt), WHY_HALF, a_person(db).id)
    assert attempt.score == 50


def test_handing_in_twice_queues_an_answer_once(db: Session) -> None:
    attempt = hand_in(db)
    submit_attempt(db, attempt.id, now=LATER)
    assert close_overdue(db, attempt.id, now=LATER) is None
    assert db.scalar(select(func.count(HandMarking.id))) == 1
    assert attempt.submitted_at == NOON + timedelta(minutes=9)


# --- one marker ------------------------------------------------------------------------------------------------------


def test_the_last_returned_answer_brings_the_score_and_the_outcome(db: Session) -> None:
    trainer = a_person(db)
    attempt = hand_in(db, {"single": ["Pears"], "why": ["Words"], "next": ["More words"]})
    assert give(db, label_of(db, attempt), WHY_BEST, trainer.id) is State.RETURNED
    assert (attempt.score, outcomes(db)) == (None, 0)
    assert give(db, label_of(db, attempt, "next"), [0], trainer.id, question_id="next") is State.RETURNED
    assert (attempt.score, attempt.is_passed) == (Decimal(75), True)
    outcome = db.scalars(select(Outcome).where(Outcome.unit == "open-quiz")).one()
    assert (outcome.score, outcome.received_at) == (Decimal(75), LATER)
    assert attempt.submitted_at == NOON + timedelta(minutes=9)


def test_what_a_rubric_earns_is_kept_with_who_gave_it(db: Session) -> None:
    trainer = a_person(db, full_name="Somebody of the staff")
    attempt = hand_in(db)
    give(db, label_of(db, attempt), [2, 1], trainer.id, comment="Good.")
    mark = db.scalars(select(Mark).where(Mark.question_id == "why")).one()
    assert (mark.points, mark.out_of) == (Decimal(3), Decimal(4))
    given = final_mark(hand_marks_of(db, attempt.id)["why"])
    assert (list(given.levels.values()), given.points, given.comment) == ([2, 1], Decimal(3), "Good.")
    assert (given.by, given.at, given.kind) == ("Somebody of the staff", LATER, MarkKind.FIRST)


def test_nobody_marks_their_own_answer(db: Session) -> None:
    trainer = a_person(db)
    attempt = hand_in(db, person=trainer)
    with pytest.raises(OwnAnswer):
        give(db, label_of(db, attempt), WHY_BEST, trainer.id)
    assert db.scalar(select(func.count(RubricMark.id))) == 0
    assert (waiting_count(db, trainer.id), list(waiting_answers(db, trainer.id))) == (0, [])


def test_the_same_mark_sent_twice_is_kept_once_and_another_is_refused(db: Session) -> None:
    trainer, other = a_person(db), a_person(db)
    label = label_of(db, hand_in(db))
    assert [give(db, label, WHY_HALF, trainer.id) for _ in range(2)] == [State.RETURNED] * 2
    for person, chosen in ((trainer, WHY_BEST), (other, WHY_HALF)):
        with pytest.raises(MarkedMeanwhile):
            give(db, label, chosen, person.id)
    assert db.scalar(select(func.count(RubricMark.id))) == 1
    assert outcomes(db) == 1


def test_a_label_that_nobody_gave_is_not_found(db: Session) -> None:
    hand_in(db)
    for label in ("nothing", "\x00"):
        with pytest.raises(NoSuchAnswer):
            answer_given(db, label)
        with pytest.raises(NoSuchAnswer):
            give(db, label, WHY_BEST, a_person(db).id)


# --- two markers -----------------------------------------------------------------------------------------------------


def test_a_second_marker_who_gives_the_same_points_returns_the_answer(db: Session) -> None:
    one, two = a_person(db), a_person(db)
    attempt = hand_in(db)
    label = label_of(db, attempt)
    assert give(db, label, [2, 1], one.id, wants_second=True, comment="First.") is State.SECOND_WANTED
    row = db.scalars(select(HandMarking)).one()
    assert (row.second_wanted_by_id, row.second_wanted_at, attempt.score) == (one.id, LATER, None)
    with pytest.raises(MarkedBefore):
        give(db, label, WHY_BEST, one.id, kind=MarkKind.SECOND)
    with pytest.raises(MarkedMeanwhile):
        give(db, label, WHY_BEST, two.id)  # the page offered the first mark, which was given meanwhile
    assert give(db, label, [1, 2], two.id, kind=MarkKind.SECOND, comment="Second.") is State.RETURNED
    assert attempt.score == Decimal("62.5")
    assert db.scalar(select(func.count(RubricMark.id))) == 2


def test_two_markers_who_differ_agree_before_anything_counts(db: Session) -> None:
    one, two, three = a_person(db), a_person(db), a_person(db)
    attempt = hand_in(db)
    label = label_of(db, attempt)
    give(db, label, WHY_BEST, one.id, wants_second=True)
    assert give(db, label, [0, 0], two.id, kind=MarkKind.SECOND) is State.DIFFERENT
    assert (attempt.score, outcomes(db)) == (None, 0)
    with pytest.raises(NotBetweenThem):
        give(db, label, WHY_HALF, three.id, kind=MarkKind.AGREED)
    assert [waiting_count(db, each.id) for each in (one, two, three)] == [1, 1, 0]
    assert give(db, label, WHY_HALF, one.id, kind=MarkKind.AGREED, comment="Agreed.") is State.RETURNED
    assert (attempt.score, outcomes(db)) == (Decimal(50), 1)
    marks = hand_marks_of(db, attempt.id)["why"]
    assert [mark.points for mark in marks.values()] == [4, 0, 2]
    assert final_mark(marks).comment == "Agreed."


# --- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_has_what_one_may_mark_first_and_the_oldest_first(db: Session) -> None:
    one, two = a_person(db), a_person(db)
    first, second, third = (label_of(db, hand_in(db)) for _ in range(3))
    give(db, first, WHY_BEST, one.id, wants_second=True)
    give(db, third, WHY_BEST, two.id)
    seen = [(row.public_id, row.state, row.is_mine) for row in waiting_answers(db, one.id)]
    assert seen == [(second, State.UNMARKED, True), (first, State.SECOND_WANTED, False)]
    seen = [(row.public_id, row.state, row.is_mine) for row in waiting_answers(db, two.id, SLUG)]
    assert seen == [(first, State.SECOND_WANTED, True), (second, State.UNMARKED, True)]
    assert (waiting_count(db, one.id), waiting_count(db, two.id)) == (1, 2)
    assert waiting_by_course(db, one.id) == [(SLUG, 2)]
    assert list(waiting_answers(db, one.id, "other")) == []
    returned = returned_answers(db)
    assert [row.public_id for row in returned] == [third]
    assert final_mark(returned[0].marks).by_id == two.id


# --- the exam and the certificate ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("wired")
def test_the_certificate_comes_with_the_returned_exam(db: Session) -> None:
    trainer, officer = a_person(db), a_person(db)
    hand_in(db, person=officer)
    read_everything(db, required_learning(db, officer.id, SLUG), the_course(db))
    attempt = hand_in(db, {"exam-single": ["Pears"], "exam-why": ["Words"]}, person=officer, quiz_id="the-exam")
    enrolment = db.get_one(Enrolment, attempt.enrolment_id)
    assert (enrolment.completed_at, db.scalar(select(func.count(Certificate.id)))) == (None, 0)
    reached = levels(open_question(db, "exam-why", "the-exam"), WHY_BEST)
    label = label_of(db, attempt, "exam-why")
    mark_answer(db, label, reached, "", kind=MarkKind.FIRST, actor_id=trainer.id, now=LATER)
    db.refresh(enrolment)
    assert (attempt.score, attempt.is_passed, enrolment.completed_at) == (Decimal(100), True, LATER)
    assert db.scalar(select(func.count(Certificate.id))) == 1


# --- at the same moment ----------------------------------------------------------------------------------------------


def test_sixteen_who_mark_the_same_answer_give_one_final_mark(database: Database) -> None:
    with database.writing() as session:
        attempt = hand_in(session)
        attempt_id, label = attempt.id, label_of(session, attempt)
        people = [a_person(session).id for _ in range(AT_ONCE)]
        session.commit()

    def act(session: Session, number: int) -> object:
        return give(session, label, [number % 3, 2], people[number], comment=f"By {number}.")

    given = together(database, act)
    assert sorted(type(each).__name__ for each in given) == ["MarkedMeanwhile"] * (AT_ONCE - 1) + ["State"]
    with database.reading() as session:
        mark = session.scalars(select(Mark).where(Mark.question_id == "why")).one()
        rubric = session.scalars(select(RubricMark)).one()
        winner = next(number for number, each in enumerate(given) if isinstance(each, State))
        assert (rubric.marked_by_id, rubric.comment, mark.points) == (people[winner], f"By {winner}.", rubric.points)
        assert outcomes(session) == 1
        assert session.get_one(Attempt, attempt_id).score == (2 + mark.points) * 100 / 8


def test_sixteen_who_mark_the_answers_of_one_attempt_settle_it_once(database: Database) -> None:
    with database.writing() as session:
        attempt = hand_in(session, {"why": ["Words"], "next": ["Words"]})
        labels = [label_of(session, attempt), label_of(session, attempt, "next")]
        people = [a_person(session).id for _ in range(AT_ONCE)]
        session.commit()

    def act(session: Session, number: int) -> object:
        question_id, best = (("why", WHY_BEST), ("next", [1]))[number % 2]
        return give(session, labels[number % 2], best, people[number], question_id=question_id)

    given = together(database, act)
    assert sum(each is State.RETURNED for each in given) == 2
    with database.reading() as session:
        assert (outcomes(session), session.scalar(select(Attempt.score))) == (1, 75)


def test_sixteen_second_markers_leave_one_second_mark(database: Database) -> None:
    with database.writing() as session:
        label = label_of(session, hand_in(session))
        people = [a_person(session).id for _ in range(AT_ONCE + 1)]
        give(session, label, WHY_BEST, people[AT_ONCE], wants_second=True)
        session.commit()
    given = together(
        database, lambda session, number: give(session, label, WHY_HALF, people[number], kind=MarkKind.SECOND)
    )
    assert sum(each is State.DIFFERENT for each in given) == 1
    with database.reading() as session:
        kinds = list(session.scalars(select(RubricMark.kind).order_by(RubricMark.id)))
        assert kinds == ["first", "second"]
        assert session.scalar(select(Attempt.score)) is None


# --- the tables ------------------------------------------------------------------------------------------------------


def test_what_waits_and_what_was_returned_survive_the_migration_down_and_up(database: Database) -> None:
    with database.writing() as session:
        trainer = a_person(session).id
        returned, waiting = hand_in(session), hand_in(session)
        give(session, label_of(session, returned), WHY_BEST, trainer)
        old = label_of(session, waiting)
        give(session, old, WHY_BEST, trainer, wants_second=True)
        session.add(a_file(waiting.id, "why"))
        ids = returned.id, waiting.id
        session.commit()
    downgrade(database, shipped("migrations"), "0002")
    assert {"hand_marking", "rubric_mark", "attachment"}.isdisjoint(inspect(database.engine).get_table_names())
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answer")).scalar() == 4
        assert connection.execute(text("SELECT count(*) FROM mark")).scalar() == 5
    upgrade(database, shipped("migrations"))
    with database.writing() as session:
        scores = [session.get_one(Attempt, attempt_id).score for attempt_id in ids]
        assert scores == [Decimal(75), None]
        # What waited is in the queue again, under another label; the mark that was no mark yet is gone.
        label = label_of(session, session.get_one(Attempt, ids[1]))
        assert label != old
        assert (answer_given(session, label).marks, answer_given(session, label).opened_at) == (
            {},
            NOON + timedelta(minutes=9),
        )
        assert give(session, label, WHY_HALF, trainer) is State.RETURNED
        assert session.get_one(Attempt, ids[1]).score == 50
        session.commit()


# --- item analysis ---------------------------------------------------------------------------------------------------


def test_item_analysis_leaves_out_what_still_waits_and_holds_no_text(db: Session) -> None:
    trainer = a_person(db)
    attempts = [hand_in(db, {"single": ["Pears"], "why": [f"Words of their own {number}"]}) for number in range(3)]
    release_id = attempts[0].release_id
    quiz = the_course(db).quiz("open-quiz")
    assert quiz is not None
    assert list(given_answers(db, release_id, quiz)) == []
    for attempt, chosen in zip(attempts[:2], (WHY_BEST, WHY_BEST), strict=True):
        give(db, label_of(db, attempt), chosen, trainer.id)
    (why,) = [row for row in given_answers(db, release_id, quiz) if row.question_id == "why"]
    assert (why.people, why.share, why.response) == (2, 1, '{"written": "-"}')
    (found,) = answered_releases(db, SLUG)
    assert found.people == {"open-quiz": 2}
    figures = {
        question.id: item for question, item in quiz_figures(db, release_id, the_course(db), quiz, suppress_below=1)
    }
    assert figures["why"] is not None
    assert (figures["why"].facility, figures["why"].options) == (1, ())


# --- marking again ---------------------------------------------------------------------------------------------------


def test_marking_again_leaves_marks_by_hand_and_what_waits_alone(db: Session) -> None:
    trainer = a_person(db)
    returned, waiting = hand_in(db), hand_in(db)
    give(db, label_of(db, returned), WHY_HALF, trainer.id)
    apples = SINGLE.replace("( ) Apples", "(x) Apples").replace("(x) Pears", "( ) Pears")
    publish(db, SLUG, open_files(quiz=apples + OPEN + SECOND_OPEN), now=LATER)
    found = correction_of(db, SLUG, "open-quiz")
    assert ([change.attempt_id for change in found.changes], found.waiting) == ([returned.id], 1)
    with pytest.raises(NotMarked):
        remark_attempt(db, waiting.id, found.release, reason="x", may_fail=True, actor_id=None, now=LATER)
    remark_attempt(db, returned.id, found.release, reason="x", may_fail=True, actor_id=None, now=LATER)
    marks = {mark.question_id: mark.points for mark in db.scalars(select(Mark).where(Mark.attempt_id == returned.id))}
    assert marks == {"single": Decimal(0), "why": Decimal(2), "next": Decimal(0)}
    told = replay_of(db, returned.public_id)
    assert told.are_marks_same
    assert [kind for question in told.questions for kind in question.by_hand] == [MarkKind.FIRST]

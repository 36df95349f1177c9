"""Facts about learning: none is lost, none counts twice, whatever the order and however many at once."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from elearn.certificates.models import Certificate
from elearn.content.course import Course
from elearn.db.engine import Database
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.queries import course_of, learning_of
from elearn.learning.rules import OutcomeKind, Tally, places, progress_of, reading_id, stored_tally, tally_of
from elearn.learning.services import course_completed, record_outcome
from tests.factories import NOON, a_course, a_person, all_there_is, an_enrolment, learn
from tests.together import together

READ, SCORED = OutcomeKind.SECTION_READ, OutcomeKind.QUIZ_SCORED
SECTIONS = ("example/opening", "example/a-section", "example/callouts")


@pytest.fixture
def enrolled(database: Database) -> int:
    """An enrolment in the small course."""
    with database.writing() as session:
        number = an_enrolment(session, a_person(session)).id
        session.commit()
    return number


def record(
    database: Database,
    enrolment_id: int,
    kind: OutcomeKind,
    unit: str,
    score: Decimal | None = None,
    *,
    client_id: UUID | None = None,
    now: datetime = NOON,
) -> None:
    """Record one outcome in a transaction of its own, as a request does."""
    with database.writing() as session:
        record_outcome(
            session, enrolment_id, client_id=client_id or uuid4(), kind=kind, unit=unit, score=score, now=now
        )
        session.commit()


def kept(database: Database, enrolment_id: int) -> tuple[Enrolment, Sequence[Outcome]]:
    """The enrolment and its outcomes, as they are stored."""
    with database.reading() as session:
        found = session.get_one(Enrolment, enrolment_id)
        outcomes = session.scalars(select(Outcome).where(Outcome.enrolment_id == enrolment_id)).all()
        return found, outcomes


def assert_sums_up(database: Database, enrolment_id: int) -> None:
    """What is kept on the enrolment is what its outcomes amount to."""
    enrolment, outcomes = kept(database, enrolment_id)
    facts = [(OutcomeKind(outcome.kind), outcome.unit, outcome.score) for outcome in outcomes]
    assert stored_tally(enrolment.tally) == tally_of(facts)


def test_a_section_read_twice_counts_once(database: Database, enrolled: int) -> None:
    for _ in range(2):
        record(database, enrolled, READ, SECTIONS[0], client_id=reading_id(enrolled, SECTIONS[0]))
    enrolment, outcomes = kept(database, enrolled)

    assert len(outcomes) == 1
    assert stored_tally(enrolment.tally) == Tally(frozenset({SECTIONS[0]}))


def test_an_outcome_sent_twice_is_the_first_one(database: Database, enrolled: int) -> None:
    client_id = uuid4()
    record(database, enrolled, SCORED, "example-quiz", Decimal(60), client_id=client_id)
    record(database, enrolled, SCORED, "example-quiz", Decimal(100), client_id=client_id, now=NOON + timedelta(days=1))
    enrolment, outcomes = kept(database, enrolled)

    assert [(outcome.score, outcome.received_at) for outcome in outcomes] == [(Decimal(60), NOON)]
    assert stored_tally(enrolment.tally).scores == {"example-quiz": Decimal(60)}
    assert enrolment.active_at == NOON


def test_two_people_may_send_the_same_id(database: Database, enrolled: int) -> None:
    with database.writing() as session:
        other = an_enrolment(session, a_person(session)).id
        session.commit()
    for enrolment_id in (enrolled, other):
        record(database, enrolment_id, READ, SECTIONS[0], client_id=UUID(int=5))

    for enrolment_id in (enrolled, other):
        assert stored_tally(kept(database, enrolment_id)[0].tally).read == {SECTIONS[0]}


def test_what_the_clients_clock_says_is_kept_as_a_claim_and_decides_nothing(database: Database, enrolled: int) -> None:
    with database.writing() as session:
        record_outcome(
            session,
            enrolled,
            client_id=uuid4(),
            kind=READ,
            unit=SECTIONS[0],
            claimed_at=NOON + timedelta(days=400),
            now=NOON,
        )
        session.commit()
    enrolment, outcomes = kept(database, enrolled)

    assert (outcomes[0].claimed_at, outcomes[0].received_at) == (NOON + timedelta(days=400), NOON)
    assert enrolment.active_at == NOON


def test_the_last_activity_never_goes_back(database: Database, enrolled: int) -> None:
    record(database, enrolled, READ, SECTIONS[0], now=NOON)
    record(database, enrolled, READ, SECTIONS[1], now=NOON - timedelta(days=3))

    assert kept(database, enrolled)[0].active_at == NOON


def test_an_outcome_for_an_enrolment_that_is_not_there_is_refused(db: Session) -> None:
    with pytest.raises(NoResultFound):
        record_outcome(db, 4711, client_id=uuid4(), kind=READ, unit=SECTIONS[0], now=NOON)


def test_an_outcome_that_was_not_committed_leaves_nothing(database: Database, enrolled: int) -> None:
    with database.writing() as session:
        record_outcome(session, enrolled, client_id=uuid4(), kind=READ, unit=SECTIONS[0], now=NOON)
    enrolment, outcomes = kept(database, enrolled)

    assert (enrolment.tally, outcomes) == ({"read": [], "scores": {}}, [])


def test_sixteen_at_once_lose_no_outcome(database: Database, enrolled: int) -> None:
    rounds = 6

    def act(number: int) -> None:
        for turn in range(rounds):
            record(database, enrolled, SCORED, f"quiz-{number}-{turn}", Decimal(number))

    together(16, act)
    enrolment, outcomes = kept(database, enrolled)

    assert len(outcomes) == 16 * rounds
    assert len(stored_tally(enrolment.tally).scores) == 16 * rounds
    assert_sums_up(database, enrolled)


def test_sixteen_copies_of_one_outcome_at_once_count_once(database: Database, enrolled: int) -> None:
    client_id = uuid4()
    together(16, lambda _: record(database, enrolled, SCORED, "example-quiz", Decimal(75), client_id=client_id))

    assert len(kept(database, enrolled)[1]) == 1
    assert_sums_up(database, enrolled)


@pytest.mark.parametrize("seed", range(3))
def test_the_tally_is_what_the_outcomes_amount_to_after_any_number_in_any_order(
    database: Database, enrolled: int, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    percents: list[int] = []
    sent: list[tuple[UUID, OutcomeKind, str, Decimal | None]] = []
    for _ in range(25):
        if sent and chance.random() < 0.3:
            client_id, kind, unit, score = chance.choice(sent)  # sent once more
        else:
            kind = chance.choice([READ, SCORED])
            unit = chance.choice([*SECTIONS, "gone/x"] if kind is READ else ["example-quiz", "demo-exam", "gone"])
            score = Decimal(chance.randrange(101)) if kind is SCORED else None
            client_id = uuid4()
            sent.append((client_id, kind, unit, score))
        record(database, enrolled, kind, unit, score, client_id=client_id)
        assert_sums_up(database, enrolled)
        percents.append(_percent(database, enrolled))

    assert percents == sorted(percents)
    assert len(kept(database, enrolled)[1]) == len(sent)


def _percent(database: Database, enrolment_id: int) -> int:
    with database.reading() as session:
        enrolment = session.get_one(Enrolment, enrolment_id)
        learning = learning_of(session, enrolment.person_id, "demo")
        assert learning is not None
        return progress_of(course_of(session, learning), learning.tally).percent


@pytest.mark.usefixtures("unwired")
def test_completion_is_noticed_once_at_the_outcome_that_completes(database: Database, enrolled: int) -> None:
    heard: list[tuple[int, datetime]] = []
    course_completed.append(lambda session, enrolment, now: heard.append((enrolment.id, now)))
    with database.reading() as session:
        person_id = session.get_one(Enrolment, enrolled).person_id
        learning = learning_of(session, person_id, "demo")
        assert learning is not None
        everything = all_there_is(course_of(session, learning))
    for hours, (kind, unit, score) in enumerate(everything):
        assert heard == []
        assert kept(database, enrolled)[0].completed_at is None
        record(database, enrolled, kind, unit, score, now=NOON + timedelta(hours=hours))
    last = NOON + timedelta(hours=len(everything) - 1)

    assert heard == [(enrolled, last)]
    record(database, enrolled, SCORED, "demo-exam", Decimal(100), now=last + timedelta(days=1))
    assert heard == [(enrolled, last)]
    assert kept(database, enrolled)[0].completed_at == last


@pytest.mark.usefixtures("unwired")
def test_what_goes_wrong_for_a_listener_undoes_the_outcome_too(database: Database, enrolled: int) -> None:
    def fail(session: Session, enrolment: Enrolment, now: datetime) -> None:
        raise RuntimeError("the paper is out")

    course_completed.append(fail)
    with pytest.raises(RuntimeError), database.writing() as session:
        learn(session, session.get_one(Enrolment, enrolled))
        session.commit()

    assert kept(database, enrolled)[0].completed_at is None
    assert kept(database, enrolled)[1] == []


@pytest.mark.usefixtures("wired")
def test_sixteen_completions_at_once_give_one_certificate(database: Database) -> None:
    for _ in range(3):
        with database.writing() as session:
            release = a_course(session)
            enrolment = an_enrolment(session, a_person(session), release)
            course = course_of_release(session, enrolment)
            learn(session, enrolment, [(READ, place.unit, None) for place in places(course)])
            learn(session, enrolment, [(SCORED, "example-quiz", Decimal(90))])
            session.commit()
            number = enrolment.id
        exam = partial(record, database, number, SCORED, "demo-exam")
        together(16, lambda turn, exam=exam: exam(Decimal(80 + turn)))  # type: ignore[misc]
        with database.reading() as session:
            certificates = session.scalars(select(Certificate).where(Certificate.enrolment_id == number)).all()
            assert len(certificates) == 1
            assert session.get_one(Enrolment, number).completed_at == NOON
        assert_sums_up(database, number)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Certificate)) == 3


def course_of_release(session: Session, enrolment: Enrolment) -> Course:
    """The course an enrolment is pinned to."""
    learning = learning_of(session, enrolment.person_id, "demo")
    assert learning is not None
    return course_of(session, learning)

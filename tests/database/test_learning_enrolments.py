"""Enrolling, and remembering where one stopped."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.core.refusals import Conflict
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.learning.queries import all_learning_of, course_of, learning_of, required_learning
from elearn.learning.rules import AlreadyEnrolled, NotEnrolled, OutcomeKind, Tally
from elearn.learning.services import (
    EnrolmentState,
    enrol,
    enrolment_changed,
    record_outcome,
    remember_place,
)
from tests.factories import NOON, a_course, a_person, an_enrolment, course_files
from tests.together import together


def test_enrolling_begins_with_nothing_read(db: Session) -> None:
    person = a_person(db)
    enrolment = enrol(db, person, a_course(db), now=NOON)
    learning = required_learning(db, person.id, "demo")

    assert learning.enrolment_id == enrolment.id
    assert (learning.enrolled_at, learning.active_at, learning.completed_at) == (NOON, NOON, None)
    assert learning.tally == Tally()
    assert learning.place is None
    assert course_of(db, learning).slug == "demo"


def test_enrolling_twice_is_refused_and_the_session_goes_on(db: Session) -> None:
    person, release = a_person(db), a_course(db)
    enrol(db, person, release, now=NOON)
    with pytest.raises(AlreadyEnrolled, match="already") as caught:
        enrol(db, person, release, now=NOON)
    db.commit()

    assert isinstance(caught.value, Conflict)
    assert db.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_one_is_enrolled_in_a_course_once_even_if_there_is_a_new_release(db: Session) -> None:
    person = a_person(db)
    enrol(db, person, a_course(db), now=NOON)
    newer = a_course(db, files=course_files(course=("hours: 1", "hours: 2")))

    assert newer.number == 2
    with pytest.raises(AlreadyEnrolled):
        enrol(db, person, newer, now=NOON)


def test_sixteen_enrolments_of_one_person_at_once_make_one(database: Database) -> None:
    with database.writing() as session:
        person_id, release = a_person(session).id, a_course(session)
        session.commit()

    def act(_: int) -> bool:
        with database.writing() as session:
            try:
                enrol(session, session.get_one(Person, person_id), release, now=NOON)
            except AlreadyEnrolled:
                return False
            session.commit()
            return True

    assert sum(together(16, act)) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_a_person_who_is_not_enrolled_has_no_learning(db: Session) -> None:
    person = a_person(db)
    a_course(db)

    assert learning_of(db, person.id, "demo") is None
    assert all_learning_of(db, person.id) == []
    with pytest.raises(NotEnrolled):
        required_learning(db, person.id, "demo")


def test_nobody_sees_the_learning_of_another(db: Session) -> None:
    first, second = a_person(db), a_person(db)
    an_enrolment(db, first)
    db.flush()

    assert learning_of(db, second.id, "demo") is None


def test_the_last_active_course_comes_first(db: Session) -> None:
    person = a_person(db)
    for days, slug in ((5, "one"), (2, "two"), (9, "three")):
        enrol(db, person, a_course(db, slug, files=course_files(slug)), now=NOON - timedelta(days=days))
    db.flush()
    assert [learning.slug for learning in all_learning_of(db, person.id)] == ["two", "one", "three"]

    third = required_learning(db, person.id, "three")
    record_outcome(
        db,
        third.enrolment_id,
        client_id=uuid4(),
        kind=OutcomeKind.SECTION_READ,
        unit="example/opening",
        now=NOON,
    )
    assert [learning.slug for learning in all_learning_of(db, person.id)] == ["three", "two", "one"]


def test_the_place_last_opened_is_remembered_on_every_device(database: Database) -> None:
    with database.writing() as session:
        person = a_person(session)
        enrolment = an_enrolment(session, person)
        session.commit()
        person_id, enrolment_id = person.id, enrolment.id
    for place in ("example/a-section", "example/callouts"):
        with database.writing() as session:
            remember_place(session, enrolment_id, place)
            session.commit()
    with database.reading() as session:
        assert required_learning(session, person_id, "demo").place == "example/callouts"


@pytest.mark.usefixtures("unwired")
def test_news_of_an_enrolment_goes_to_those_who_listen(db: Session) -> None:
    heard: list[tuple[EnrolmentState | None, EnrolmentState]] = []
    enrolment_changed.append(lambda session, before, after: heard.append((before, after)))
    person = a_person(db)
    enrolment = an_enrolment(db, person, now=NOON)
    for _ in range(2):
        record_outcome(
            db,
            enrolment.id,
            client_id=uuid4(),
            kind=OutcomeKind.SECTION_READ,
            unit="example/opening",
            now=NOON + timedelta(hours=1),
        )

    assert [before is None for before, _ in heard] == [True, False]  # the second changed nothing to follow
    joined, active = heard[0][1], heard[1][1]
    assert (joined.person_id, joined.agency_id, joined.enrolled_at) == (person.id, person.agency_id, NOON)
    assert heard[1][0] == joined
    assert active.active_at == NOON + timedelta(hours=1)

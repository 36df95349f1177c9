"""The roll-ups follow what people do, and are what counting everybody anew would give."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Agency, Person
from elearn.accounts.services import person_moved
from elearn.catalogue.queries import CurrentRelease
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind
from elearn.reporting.models import Tally
from elearn.reporting.rules import Measure
from elearn.reporting.services import rebuild_tallies
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, course_files, learn

ALMATY = ZoneInfo("Asia/Almaty")
Row = tuple[str, int, int, int]
pytestmark = pytest.mark.usefixtures("wired")


def tallies(session: Session) -> dict[Row, int]:
    """What the roll-ups say, without rows of nobody."""
    session.flush()
    query = select(Tally.measure, Tally.course_id, Tally.agency_id, Tally.month, Tally.people).where(Tally.people != 0)
    return {
        (measure, course, agency, month): people for measure, course, agency, month, people in session.execute(query)
    }


def counted(session: Session, measure: Measure, course: int, agency: Agency) -> dict[int, int]:
    """The people of a measure by month."""
    return {row[3]: people for row, people in tallies(session).items() if row[:3] == (measure, course, agency.id)}


def counted_anew(session: Session) -> dict[Row, int]:
    """What counting everybody gives, written apart from the site's own way."""
    found: Counter[Row] = Counter()

    def month(instant: datetime) -> int:
        local = instant.astimezone(ALMATY)
        return local.year * 100 + local.month

    query = select(Enrolment.person_id, Enrolment.agency_id).distinct()
    for person_id, agency_id in session.execute(query):
        mine = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.agency_id == agency_id)
        enrolments = session.scalars(mine).all()
        certificates = {
            one.enrolment_id: one.issued_at
            for one in session.scalars(select(Certificate).where(Certificate.person_id == person_id))
            if one.revoked_at is None
        }
        lines: dict[Measure, dict[int, datetime]] = {measure: {} for measure in Measure}
        for one in enrolments:
            lines[Measure.ENROLLED][one.course_id] = one.enrolled_at
            lines[Measure.ACTIVE][one.course_id] = one.active_at
            if one.completed_at is not None:
                lines[Measure.COMPLETED][one.course_id] = one.completed_at
            if one.id in certificates:
                lines[Measure.CERTIFIED][one.course_id] = certificates[one.id]
        for measure, line in lines.items():
            for course, instant in line.items():
                found[measure, course, agency_id, month(instant)] += 1
            if line:
                choose = max if measure is Measure.ACTIVE else min
                found[measure, 0, agency_id, month(choose(line.values()))] += 1
    return dict(found)


def two_courses(session: Session) -> tuple[CurrentRelease, CurrentRelease]:
    return a_course(session, "one"), a_course(session, "two", files=course_files("two", "Another course"))


def test_a_person_in_two_courses_counts_in_each_and_once_over_all(db: Session) -> None:
    one, two = two_courses(db)
    home = an_agency(db)
    person = a_person(db)
    an_enrolment(db, person, one, now=datetime(2026, 9, 10, tzinfo=UTC))
    an_enrolment(db, person, two, now=datetime(2026, 10, 10, tzinfo=UTC))
    assert counted(db, Measure.ENROLLED, one.course_id, home) == {202609: 1}
    assert counted(db, Measure.ENROLLED, two.course_id, home) == {202610: 1}
    assert counted(db, Measure.ENROLLED, 0, home) == {202609: 1}
    assert counted(db, Measure.ACTIVE, 0, home) == {202610: 1}


def test_the_month_is_that_of_the_sites_time_zone(db: Session) -> None:
    release = a_course(db)
    an_enrolment(db, a_person(db), release, now=datetime(2026, 10, 31, 20, 0, tzinfo=UTC))  # 1 November in Almaty
    assert counted(db, Measure.ENROLLED, release.course_id, an_agency(db)) == {202611: 1}


def test_learning_moves_the_month_of_the_last_activity(db: Session) -> None:
    release = a_course(db)
    enrolment = an_enrolment(db, a_person(db), release, now=datetime(2026, 9, 10, tzinfo=UTC))
    learn(db, enrolment, [(OutcomeKind.SECTION_READ, "example/opening", None)], now=datetime(2026, 11, 2, tzinfo=UTC))
    assert counted(db, Measure.ACTIVE, release.course_id, an_agency(db)) == {202611: 1}
    assert counted(db, Measure.ENROLLED, release.course_id, an_agency(db)) == {202609: 1}


def test_completing_counts_once_with_its_certificate_and_for_good(db: Session) -> None:
    release = a_course(db)
    enrolment = an_enrolment(db, a_person(db), release)
    learn(db, enrolment, now=NOON)
    learn(db, enrolment, now=NOON + timedelta(days=90))
    for measure in (Measure.COMPLETED, Measure.CERTIFIED):
        assert counted(db, measure, release.course_id, an_agency(db)) == {202611: 1}
        assert counted(db, measure, 0, an_agency(db)) == {202611: 1}


def test_a_revoked_certificate_no_longer_counts_but_the_completion_does(db: Session) -> None:
    release = a_course(db)
    learn(db, an_enrolment(db, a_person(db), release), now=NOON)
    code = db.scalars(select(Certificate.code)).one()
    revoke_certificate(db, code, "A mistake", now=NOON + timedelta(days=1))
    assert counted(db, Measure.CERTIFIED, 0, an_agency(db)) == {}
    assert counted(db, Measure.COMPLETED, 0, an_agency(db)) == {202611: 1}
    assert tallies(db) == counted_anew(db)


def test_what_was_completed_is_counted_where_it_was_and_what_is_under_way_goes_along(db: Session) -> None:
    person, before = a_person(db), an_agency(db)
    done, open_ = a_course(db), a_course(db, "open", files=course_files("open", "Another course"))
    learn(db, an_enrolment(db, person, done), now=NOON)
    an_enrolment(db, person, open_)
    other = an_agency(db, "customs", country="XB")
    left, person.agency_id = person.agency_id, other.id
    db.flush()
    for listener in person_moved:
        listener(db, person.id, left, other.id)
    for measure in Measure:
        assert counted(db, measure, done.course_id, before) != {}
        assert counted(db, measure, done.course_id, other) == counted(db, measure, open_.course_id, before) == {}
    assert counted(db, Measure.ENROLLED, open_.course_id, other) != {}
    assert tallies(db) == counted_anew(db)


def test_what_is_not_committed_is_not_counted(database: Database) -> None:
    with database.writing() as session:
        person, release = a_person(session), a_course(session)
        session.commit()
    with database.writing() as session:
        an_enrolment(session, session.merge(person), release)
        session.rollback()
    with database.reading() as session:
        assert tallies(session) == {}


def test_a_rebuild_mends_what_was_miscounted(db: Session) -> None:
    learn(db, an_enrolment(db, a_person(db)), now=NOON)
    right = tallies(db)
    db.add(Tally(measure="enrolled", course_id=9, agency_id=an_agency(db).id, month=202001, people=7))
    for row in db.scalars(select(Tally).where(Tally.measure == "active")):
        row.people = 40
    assert rebuild_tallies(db, zone=ALMATY) == len(right)
    db.expire_all()
    assert tallies(db) == right == counted_anew(db)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history_the_roll_ups_are_what_counting_anew_gives(db: Session, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    courses = [a_course(db, f"course-{n}", files=course_files(f"course-{n}", f"Course {n}")) for n in range(3)]
    agencies = [an_agency(db, f"agency-{n}", country=f"X{'AB'[n % 2]}") for n in range(3)]
    people = [a_person(db, agency=chance.choice(agencies)) for _ in range(6)]
    enrolments: dict[tuple[int, int], Enrolment] = {}
    now = datetime(2025, 10, 1, tzinfo=UTC)

    def enrol_somebody() -> None:
        person, course = chance.choice(people), chance.choice(courses)
        if (person.id, course.course_id) not in enrolments:
            enrolments[person.id, course.course_id] = an_enrolment(db, person, course, now=now)

    def read_something() -> None:
        if enrolments:
            unit = chance.choice(["example/opening", "example/one-idea", "nowhere/nothing"])
            learn(db, chance.choice([*enrolments.values()]), [(OutcomeKind.SECTION_READ, unit, None)], now=now)

    def complete_something() -> None:
        if enrolments:
            learn(db, chance.choice([*enrolments.values()]), now=now)

    def revoke_something() -> None:
        codes = db.scalars(select(Certificate.code).where(Certificate.revoked_at.is_(None))).all()
        if codes:
            revoke_certificate(db, chance.choice(sorted(codes)), "For a reason", now=now)

    def move_somebody() -> None:
        person, agency = chance.choice(people), chance.choice(agencies)
        left, person.agency_id = person.agency_id, agency.id
        db.flush()
        if left != agency.id:
            for listener in person_moved:
                listener(db, person.id, left, agency.id)

    acts: list[Callable[[], None]] = [
        enrol_somebody,
        enrol_somebody,
        read_something,
        read_something,
        complete_something,
        revoke_something,
        move_somebody,
    ]
    for step in range(60):
        now += timedelta(days=chance.randrange(14), hours=chance.randrange(24))
        chance.choice(acts)()
        if step % 20 == 19:
            assert tallies(db) == counted_anew(db)
    followed = tallies(db)
    assert followed == counted_anew(db)
    rebuild_tallies(db, zone=ALMATY)
    db.expire_all()
    assert tallies(db) == followed


def test_sixteen_enrolments_at_once_count_each_person_once_over_all(database: Database) -> None:
    """Two people enrol in eight courses each, all at the same time."""
    with database.writing() as session:
        courses = [a_course(session, f"course-{n}", files=course_files(f"course-{n}", f"Course {n}")) for n in range(8)]
        people = [a_person(session).id, a_person(session).id]
        agency = an_agency(session).id
        session.commit()
    gate, faults = threading.Barrier(16), []

    def enrol_one(person_id: int, course: CurrentRelease) -> None:
        gate.wait()
        try:
            with database.writing() as session:
                an_enrolment(session, session.get_one(Person, person_id), course)
                session.commit()
        except Exception as problem:
            faults.append(problem)

    threads = [threading.Thread(target=enrol_one, args=(person, course)) for person in people for course in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.reading() as session:
        found = tallies(session)
        assert found == counted_anew(session)
        assert found["enrolled", 0, agency, 202611] == 2

"""What the statistics read is the same on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.learning.rules import OutcomeKind
from elearn.reporting import queries
from elearn.reporting.queries import (
    SheetFilter,
    Trend,
    all_people,
    enrolments_of,
    people_on_page,
    reached_agencies,
    roll_up,
    stopped_people,
)
from elearn.reporting.rules import Measure
from elearn.security.policy import Reach
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, course_files, learn

pytestmark = pytest.mark.usefixtures("wired")


def test_agencies_within_reach_are_named_or_compared(db: Session) -> None:
    one, two, three = an_agency(db, "one"), an_agency(db, "two"), an_agency(db, "three", country="XB")
    db.flush()
    reach = Reach(countries=frozenset({"XA"}))
    found = reached_agencies(db, reach, Reach(agencies=frozenset({two.id, three.id})))
    assert {(agency.id, agency.is_named) for agency in found} == {(one.id, False), (two.id, True), (three.id, True)}
    assert reached_agencies(db, Reach(), Reach()) == ()


def test_the_roll_up_counts_by_band_and_by_month(db: Session) -> None:
    release = a_course(db)
    agency, other = an_agency(db, "one"), an_agency(db, "two")
    for month, people in ((11, 1), (10, 2), (9, 3), (2, 4)):
        for _ in range(people):
            an_enrolment(db, a_person(db, agency=agency), release, now=datetime(2026, month, 15, tzinfo=UTC))
    an_enrolment(db, a_person(db, agency=agency), release, now=datetime(2025, 3, 15, tzinfo=UTC))
    an_enrolment(db, a_person(db, agency=other), release, now=NOON)
    db.flush()
    trend = Trend(frozenset({agency.id}), release.course_id)
    found = roll_up(db, [agency.id, other.id], 202611, trend)
    assert list(found.counts[Measure.ENROLLED, release.course_id, agency.id]) == [1, 2, 3, 4, 1]
    assert list(found.counts[Measure.ENROLLED, 0, other.id]) == [1, 0, 0, 0, 0]
    assert list(found.months[Measure.ENROLLED]) == [0, 0, 4, 0, 0, 0, 0, 0, 0, 3, 2, 1]
    assert roll_up(db, [], 202611, None).counts == {}


def test_a_month_ahead_of_the_clock_counts_as_the_present_one(db: Session) -> None:
    release, agency = a_course(db), an_agency(db)
    an_enrolment(db, a_person(db), release, now=NOON + timedelta(days=60))
    db.flush()
    found = roll_up(db, [agency.id], 202611, Trend(frozenset({agency.id}), 0))
    assert list(found.counts[Measure.ENROLLED, 0, agency.id]) == [1, 0, 0, 0, 0]
    assert found.months[Measure.ENROLLED][-1] == 1


def test_the_sheet_has_pages_and_all_its_pieces_are_the_same_people(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 3)
    agency = an_agency(db)
    names = ["Ә", "б", "a", "a", "Z", "ʻ", "Ё", "ё", "o", "O"]  # the database orders them; two are alike
    for name in names:
        a_person(db, full_name=f"{name} name")
    a_person(db, agency=an_agency(db, "other"))
    db.flush()
    wanted = SheetFilter(frozenset({agency.id}))
    pieces = list(all_people(db, wanted))
    assert [len(piece) for piece in pieces] == [3, 3, 3, 1]
    everybody = [person.id for piece in pieces for person in piece]
    assert len(set(everybody)) == len(names)
    paged = []
    for page in (1, 2, 3):
        people, count = people_on_page(db, wanted, page=page, size=4)
        assert count == len(names)
        paged += [person.id for person in people]
    assert paged == everybody
    assert people_on_page(db, wanted, page=9, size=4) == ([], 0)


def test_who_stopped_is_who_began_and_learnt_nothing_since(db: Session) -> None:
    one, two = a_course(db, "one"), a_course(db, "two", files=course_files("two", "Another course"))
    agency, long_ago = an_agency(db), NOON - timedelta(days=90)
    for number in range(5):
        an_enrolment(db, a_person(db, full_name=f"Stopped {number}"), one, now=long_ago + timedelta(days=number))
    learn(db, an_enrolment(db, a_person(db, full_name="Completed Once"), one, now=long_ago), now=long_ago)
    an_enrolment(db, a_person(db, full_name="New Comer"), one, now=NOON)
    an_enrolment(db, a_person(db, full_name="Other Course"), two, now=long_ago)
    closed = a_person(db, full_name="Closed Account")
    an_enrolment(db, closed, one, now=long_ago)
    closed.disabled_at = NOON
    db.flush()
    wanted = SheetFilter(frozenset({agency.id}), None, NOON - timedelta(days=30))
    found = stopped_people(db, wanted)
    assert [(line.course_id, line.people, line.names) for line in found] == [
        (one.course_id, 5, ("Stopped 0", "Stopped 1", "Stopped 2")),
        (two.course_id, 1, ("Other Course",)),
    ]
    assert found[0].since == long_ago
    of_one = SheetFilter(frozenset({agency.id}), two.course_id, NOON - timedelta(days=30))
    assert [line.course_id for line in stopped_people(db, of_one)] == [two.course_id]
    people, count = people_on_page(db, of_one, page=1, size=50)
    assert ([person.full_name for person in people], count) == (["Other Course"], 1)


def test_what_people_learnt_is_read_for_all_of_them_at_once(db: Session) -> None:
    release, agency = a_course(db), an_agency(db)
    certified, revoked, reading = (a_person(db, full_name=f"{n} Person") for n in "ABC")
    learn(db, an_enrolment(db, certified, release))
    learn(db, an_enrolment(db, revoked, release))
    code = db.scalars(select(Certificate.code).where(Certificate.person_id == revoked.id)).one()
    revoke_certificate(db, code, "A mistake", now=NOON)
    learn(db, an_enrolment(db, reading, release), [(OutcomeKind.SECTION_READ, "example/opening", None)])
    db.flush()
    people, _ = people_on_page(db, SheetFilter(frozenset({agency.id})), page=1, size=50)
    found = enrolments_of(db, people)
    assert {person: [one.is_certified for one in learnt] for person, learnt in found.items()} == {
        certified.id: [True],
        revoked.id: [False],
        reading.id: [False],
    }
    assert found[revoked.id][0].completed_at is not None
    assert found[reading.id][0].outcomes.read == {"example/opening"}
    assert enrolments_of(db, []) == {}

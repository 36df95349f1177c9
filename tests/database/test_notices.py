"""Notices: told once, with their cause or not at all, kept for a while."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import live_session
from elearn.accounts.rules import SessionLimits
from elearn.accounts.services import open_session
from elearn.certificates.models import Certificate
from elearn.certificates.services import tell_what_expires
from elearn.core.identifiers import token_hash
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.mistakes.rules import State
from elearn.notices.models import Notice
from elearn.notices.queries import notice_of, notices_of
from elearn.notices.rules import KEPT, About, Kind, News, NoSuchNotice
from elearn.notices.services import mark_read, notify
from tests.database.test_disputes import JUST_PASSED, WITH_PLUMS, apply, correct, take
from tests.database.test_marking_by_hand import give
from tests.database.test_mistakes import answer, learning, report  # noqa: F401  # learning is a fixture
from tests.factories import NOON, a_person, an_enrolment, learn
from tests.open_course import hand_in, label_of
from tests.together import together

AT_ONCE = 16
ALMATY = ZoneInfo("Asia/Almaty")
LIMITS = SessionLimits(idle=timedelta(hours=8), shared_idle=timedelta(minutes=20), whole=timedelta(days=7))


def news(key: str = "a") -> News:
    """Something to tell."""
    return News(Kind.MISTAKE_ANSWERED, key, "/mistakes", About({"en": "A course"}, "en"))


def told(session: Session, person_id: int) -> list[tuple[Kind, str]]:
    """What a person was told, and where it leads."""
    return [(each.kind, each.href) for each in notices_of(session, person_id, now=NOON + timedelta(days=3))]


def test_the_same_news_is_told_once(db: Session) -> None:
    person, other = a_person(db), a_person(db)
    assert notify(db, person.id, news(), now=NOON)
    assert not notify(db, person.id, news(), now=NOON)
    assert notify(db, person.id, news("b"), now=NOON)
    assert notify(db, other.id, news(), now=NOON)
    assert len(told(db, person.id)) == 2


def test_sixteen_who_tell_the_same_at_once_tell_it_once(database: Database) -> None:
    with database.writing() as session:
        person_id = a_person(session).id
        session.commit()

    def tell(_: int) -> bool:
        with database.writing() as session:
            is_new = notify(session, person_id, news(), now=NOON)
            session.commit()
        return is_new

    assert sum(together(AT_ONCE, tell)) == 1
    with database.reading() as session:
        assert len(told(session, person_id)) == 1


def test_a_notice_is_kept_for_180_days_and_then_thrown_away(db: Session) -> None:
    person = a_person(db)
    notify(db, person.id, news(), now=NOON)
    assert len(notices_of(db, person.id, now=NOON + KEPT - timedelta(seconds=1))) == 1
    assert notices_of(db, person.id, now=NOON + KEPT) == []
    notify(db, person.id, news("b"), now=NOON + KEPT)
    assert list(db.scalars(select(Notice.key))) == ["b"]


def unread(session: Session, person: Person, *, days: int = 0) -> int:
    """What the head of a page would say."""
    now = NOON + timedelta(days=days)
    token = open_session(session, person, LIMITS, is_shared_device=False, now=now)
    found = live_session(session, token_hash(token), LIMITS, now=now)
    assert found is not None
    return found.unread_count


def test_the_identity_counts_what_waits_unread(db: Session) -> None:
    person, other = a_person(db), a_person(db)
    assert unread(db, person) == 0
    for key in "abc":
        notify(db, person.id, news(key), now=NOON)
    assert (unread(db, person), unread(db, other)) == (3, 0)
    first = db.scalars(select(Notice.public_id).where(Notice.key == "a")).one()
    mark_read(db, other.id, public_id=first, now=NOON)
    assert unread(db, person) == 3
    mark_read(db, person.id, public_id=first, now=NOON)
    assert unread(db, person) == 2
    assert unread(db, person, days=181) == 0
    mark_read(db, person.id, now=NOON)
    assert unread(db, person) == 0


def test_somebody_elses_notice_is_not_found(db: Session) -> None:
    person, other = a_person(db), a_person(db)
    notify(db, person.id, news(), now=NOON)
    public_id = db.scalars(select(Notice.public_id)).one()
    assert notice_of(db, person.id, public_id, now=NOON).href == "/mistakes"
    with pytest.raises(NoSuchNotice):
        notice_of(db, other.id, public_id, now=NOON)


# --- what is told ----------------------------------------------------------------------------------------------------


def test_an_answer_to_a_report_is_told_and_told_again_if_it_changes(db: Session, learning: object) -> None:  # noqa: F811
    sent = report(db, learning)  # type: ignore[arg-type]
    answer(db, sent, State.DUPLICATE)
    answer(db, sent, State.DUPLICATE)
    here = (Kind.MISTAKE_ANSWERED, f"/mistakes#report-{sent.public_id}")
    assert told(db, sent.person_id) == [here]
    answer(db, sent, State.FIXED, version="1.0.0", now=NOON + timedelta(days=2))
    assert told(db, sent.person_id) == [here, here]


def test_who_wrote_an_open_answer_is_told_when_the_result_is_there(db: Session) -> None:
    attempt = hand_in(db)
    owner = db.scalars(select(Enrolment.person_id).where(Enrolment.id == attempt.enrolment_id)).one()
    assert told(db, owner) == []
    give(db, label_of(db, attempt), [0, 0], a_person(db).id)
    assert told(db, owner) == [(Kind.ANSWER_RETURNED, f"/attempts/{attempt.public_id}/result")]


def test_whose_marks_change_by_a_corrected_key_is_told_and_nobody_else(db: Session) -> None:
    raised, failing = take(db, WITH_PLUMS), take(db, JUST_PASSED)
    found = correct(db)
    apply(db, found)
    apply(db, found)
    assert told(db, raised.learning.person_id) == [
        (Kind.MARKS_CORRECTED, f"/attempts/{raised.attempt.public_id}/result")
    ]
    assert told(db, failing.learning.person_id) == []


@pytest.mark.parametrize(
    ("days", "is_told"), [(61, False), (60, True), (0, True), (-1, False)], ids=["early", "first", "last", "over"]
)
def test_a_certificate_that_expires_within_60_days_is_told_once(
    db: Session, wired: None, days: int, is_told: bool
) -> None:
    person = a_person(db)
    learn(db, an_enrolment(db, person))
    certificate = db.scalars(select(Certificate)).one()
    certificate.valid_until = date(2026, 11, 21) + timedelta(days=days)
    for _ in range(2):
        tell_what_expires(db, person.id, NOON, zone=ALMATY)
    assert [kind for kind, _ in told(db, person.id)] == [Kind.CERTIFICATE_EXPIRING] * is_told


def test_a_revoked_certificate_is_not_told(db: Session, wired: None) -> None:
    person = a_person(db)
    learn(db, an_enrolment(db, person))
    certificate = db.scalars(select(Certificate)).one()
    certificate.valid_until, certificate.revoked_at = date(2026, 11, 22), NOON
    tell_what_expires(db, person.id, NOON, zone=ALMATY)
    assert told(db, person.id) == []


def test_who_signs_in_is_told_what_expires(db: Session, wired: None) -> None:
    person = a_person(db)
    learn(db, an_enrolment(db, person))
    db.scalars(select(Certificate)).one().valid_until = date(2026, 11, 30)
    assert unread(db, person) == 1

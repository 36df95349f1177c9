"""Certificates: awarded once, by what was so on the day, and revoked once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.catalogue.queries import compiled_course
from elearn.certificates.models import Certificate
from elearn.certificates.queries import certificate_by_code, certificate_of_course, certificates_of
from elearn.certificates.rules import AlreadyRevoked, NoSuchCertificate
from elearn.certificates.services import certificate_awarded, revoke_certificate
from elearn.content.course import Course
from elearn.core.identifiers import normal_code
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind
from elearn.settings import Settings
from tests.factories import NOON, a_course, a_person, all_there_is, an_enrolment, course_files, learn

pytestmark = pytest.mark.usefixtures("wired")


def completed(session: Session, person: Person | None = None, **changed: tuple[str, str]) -> Enrolment:
    """An enrolment in the small course that was completed at noon."""
    release = a_course(session, files=course_files("demo", "A small course", **changed))
    enrolment = an_enrolment(session, person or a_person(session), release)
    return learn(session, enrolment)


def the_certificate(session: Session) -> Certificate:
    """The only certificate there is."""
    return session.scalars(select(Certificate)).one()


def test_a_certificate_has_every_field_that_is_printed(db: Session, settings: Settings) -> None:
    person = a_person(db, full_name="Айгүл Серікқызы Әбдірахманова", latin_name="Aigul Abdirakhmanova")
    completed(db, person)
    found = the_certificate(db)

    assert (found.holder_name, found.holder_latin_name) == ("Айгүл Серікқызы Әбдірахманова", "Aigul Abdirakhmanova")
    assert (found.course_slug, found.course_title, found.version) == ("demo", "A small course", "0.1.0")
    assert (found.language, found.hours, found.score, found.pass_mark) == ("en", Decimal(1), Decimal(100), 80)
    assert (found.issuer, found.issued_at) == (settings.issuer_name, NOON)
    assert (found.completed_on, found.valid_until) == (date(2026, 11, 21), date(2028, 11, 21))
    assert normal_code(found.code) == found.code


def test_the_day_of_completion_is_that_of_the_sites_time_zone(db: Session) -> None:
    enrolment = an_enrolment(db, a_person(db))
    learn(db, enrolment, now=datetime(2026, 11, 21, 19, 30, tzinfo=UTC))  # half past midnight in Almaty

    assert the_certificate(db).completed_on == date(2026, 11, 22)


def test_the_paper_keeps_what_was_so_on_the_day(db: Session) -> None:
    person = a_person(db, full_name="Before Marriage")
    completed(db, person)
    person.full_name = "After Marriage"
    a_course(db, files=course_files(course=("A small course", "Another title")))
    db.flush()

    found = certificate_of_course(db, person.id, "demo")
    assert (found.holder_name, found.course_title) == ("Before Marriage", "A small course")


def test_a_certificate_may_be_valid_for_good(db: Session) -> None:
    completed(db, course=("certificate: {valid: 24 months}", "certificate: {}"))

    assert the_certificate(db).valid_until is None


def test_a_course_that_gives_none_gives_none(db: Session) -> None:
    enrolment = completed(db, course=("certificate: {valid: 24 months}\n", ""))

    assert enrolment.completed_at == NOON
    assert db.scalar(select(func.count()).select_from(Certificate)) == 0


def test_a_course_that_is_not_complete_gives_none(db: Session) -> None:
    enrolment = an_enrolment(db, a_person(db))
    learn(db, enrolment, [(OutcomeKind.QUIZ_SCORED, "demo-exam", Decimal(100))])

    assert db.scalar(select(func.count()).select_from(Certificate)) == 0


def test_a_better_score_afterwards_changes_no_paper(db: Session) -> None:
    enrolment = an_enrolment(db, a_person(db))
    outcomes = [(kind, unit, score and Decimal(85)) for kind, unit, score in all_there_is(_course(db))]
    learn(db, enrolment, outcomes)
    learn(db, enrolment, [(OutcomeKind.QUIZ_SCORED, "demo-exam", Decimal(100))], now=NOON + timedelta(days=1))

    assert the_certificate(db).score == Decimal(85)


def _course(session: Session) -> Course:
    release = a_course(session)
    return compiled_course(session, release.release_id, release.digest)


def test_news_of_a_certificate_goes_to_those_who_listen(db: Session) -> None:
    heard: list[tuple[str, int]] = []
    certificate_awarded.append(lambda session, certificate, agency: heard.append((certificate.code, agency)))
    person = a_person(db)
    completed(db, person)

    assert heard == [(the_certificate(db).code, person.agency_id)]


def test_a_certificate_is_found_however_its_number_is_typed(db: Session) -> None:
    completed(db)
    code = the_certificate(db).code

    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code.replace('-', '–')} "):
        assert certificate_by_code(db, typed).code == code


@pytest.mark.parametrize("typed", ["", "unknown", "AAAA-AAAA-AAAA-AAAA", "' OR 1=1 --", "%", "0" * 500])
def test_a_number_nobody_has_is_refused(db: Session, typed: str) -> None:
    completed(db)
    with pytest.raises(NoSuchCertificate):
        certificate_by_code(db, typed)


def test_ones_certificates_are_ones_own_the_newest_first(db: Session) -> None:
    person, other = a_person(db), a_person(db)
    for slug, days in (("one", 3), ("two", 1), ("three", 2)):
        release = a_course(db, slug, files=course_files(slug))
        learn(db, an_enrolment(db, person, release), now=NOON - timedelta(days=days))
    completed(db, other)

    assert [award.course_slug for award in certificates_of(db, person.id)] == ["two", "three", "one"]
    assert [award.course_slug for award in certificates_of(db, other.id)] == ["demo"]
    with pytest.raises(NoSuchCertificate):
        certificate_of_course(db, person.id, "demo")


def test_a_certificate_is_revoked_once_with_its_reason(db: Session) -> None:
    completed(db)
    code = the_certificate(db).code
    revoke_certificate(db, code.lower(), "Issued to the wrong person.", now=NOON + timedelta(days=2))

    found = certificate_by_code(db, code)
    assert (found.revoked_at, found.revocation_reason) == (NOON + timedelta(days=2), "Issued to the wrong person.")
    with pytest.raises(AlreadyRevoked, match=code):
        revoke_certificate(db, code, "Again.", now=NOON + timedelta(days=3))
    assert certificate_by_code(db, code).revocation_reason == "Issued to the wrong person."
    with pytest.raises(NoSuchCertificate):
        revoke_certificate(db, "AAAA-AAAA-AAAA-AAAA", "None.", now=NOON)

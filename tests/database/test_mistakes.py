"""Reports of mistakes: what is kept, who may report what, what trainers may answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.services import start_attempt, submit_attempt
from elearn.authoring.models import DraftFile
from elearn.authoring.queries import draft_version
from elearn.catalogue.services import publish
from elearn.db.engine import Database
from elearn.learning.queries import Learning
from elearn.mistakes import services
from elearn.mistakes.models import MistakeReport
from elearn.mistakes.queries import open_count, report_counts, reports_by, reports_in, spot_of, waiting_report
from elearn.mistakes.rules import (
    MOST_A_DAY,
    NoSuchReport,
    NoSuchUnit,
    NoSuchVersion,
    NoWhy,
    ReportedBefore,
    SectionUnit,
    State,
    TooManyReports,
    Unit,
    unit_read,
)
from elearn.mistakes.services import answer_report, report_mistake
from tests.factories import NOON, a_person
from tests.quiz_course import SLUG, course_files, enrolled
from tests.together import together

SECTION = SectionUnit("one", "a-section")
WRONG = "The year in the second sentence is wrong."


@pytest.fixture
def learning(db: Session) -> Learning:
    """An officer who learns the course."""
    found, _, _ = enrolled(db, a_person(db, "officer"))
    return found


def report(db: Session, learning: Learning, unit: Unit = SECTION, **changed: object) -> MistakeReport:
    """A report of the officer."""
    spot = spot_of(db, learning, unit, "en")
    values: dict[str, object] = {"message": WRONG, "now": NOON} | changed
    return report_mistake(db, learning, spot, **values)  # type: ignore[arg-type]


def answer(db: Session, sent: MistakeReport, state: State, **changed: object) -> MistakeReport:
    """The report with a trainer's answer."""
    trainer = db.scalar(select(Person).where(Person.sign_in_name == "trainer")) or a_person(db, "trainer")
    values: dict[str, object] = {"actor_id": trainer.id, "now": NOON + timedelta(days=1)} | changed
    return answer_report(db, SLUG, sent.public_id, state, **values)  # type: ignore[arg-type]


def test_a_report_keeps_place_version_language_and_title_as_they_were(db: Session, learning: Learning) -> None:
    spot = spot_of(db, learning, SECTION, "ru")
    sent = report_mistake(db, learning, spot, message=WRONG, suggestion="2016", now=NOON)

    assert (sent.unit, sent.language, sent.title, sent.state) == ("one/a-section", "en", "1.1 A section", "open")
    publish(db, SLUG, changed_course("1.1.0"), now=NOON)
    (kept,) = reports_by(db, learning.person_id)
    assert (kept.version, kept.message, kept.suggestion) == ("1.0.0", WRONG, "2016")


def changed_course(version: str) -> dict[str, bytes]:
    files = course_files()
    files["course.md"] = files["course.md"].replace(b"version: 1.0.0", f"version: {version}".encode())
    return files


def test_a_unit_that_waits_is_reported_once_and_again_after_its_answer(db: Session, learning: Learning) -> None:
    sent = report(db, learning)
    with pytest.raises(ReportedBefore):
        report(db, learning, message="Something else is wrong here.")
    found = waiting_report(db, learning.person_id, SLUG, SECTION)
    assert found is not None
    assert found.public_id == sent.public_id

    answer(db, sent, State.DUPLICATE)
    assert waiting_report(db, learning.person_id, SLUG, SECTION) is None
    report(db, learning)
    assert open_count(db, learning.course_id) == 1


def test_sixteen_reports_of_one_unit_at_once_are_one(database: Database) -> None:
    with database.writing() as session:
        found, _, _ = enrolled(session, a_person(session, "officer"))
        session.commit()

    def send(_: int) -> bool:
        with database.writing() as session:
            try:
                report(session, found)
            except ReportedBefore:
                return False
            session.commit()
        return True

    assert sum(together(16, send)) == 1


def test_two_people_may_report_the_same_unit(db: Session, learning: Learning) -> None:
    other, _, _ = enrolled(db, a_person(db, "other"))
    report(db, learning)
    report(db, other)
    assert open_count(db, learning.course_id) == 2


def test_nobody_reports_more_than_so_many_in_a_day(db: Session, learning: Learning) -> None:
    for _ in range(MOST_A_DAY):
        answer(db, report(db, learning), State.DUPLICATE)
    with pytest.raises(TooManyReports):
        report(db, learning)
    report(db, learning, now=NOON + timedelta(days=1))


@pytest.mark.parametrize(
    "unit", ["one/nothing", "two/a-section", "one/a-section/nothing", "quizzes/small-quiz/nothing"]
)
def test_what_the_course_does_not_have_cannot_be_reported(db: Session, learning: Learning, unit: str) -> None:
    with pytest.raises(NoSuchUnit):
        spot_of(db, learning, unit_read(unit), "en")


def test_a_check_of_another_section_cannot_be_reported_here(db: Session, learning: Learning) -> None:
    assert spot_of(db, learning, unit_read("one/a-section/first"), "en").title == "Which comes first?"
    with pytest.raises(NoSuchUnit):
        spot_of(db, learning, unit_read("one/opening/first"), "en")


@pytest.mark.parametrize(
    ("policy", "shown"),
    [("immediately", True), ("after-attempt", True), ("after-close", False), ("never", False)],
)
def test_a_question_of_a_quiz_is_reported_only_after_its_feedback_was_shown(
    db: Session, policy: str, shown: bool
) -> None:
    files = course_files(quiz=f"attempts: 3\nfeedback: {policy}")
    learning, course, quiz = enrolled(db, a_person(db, "officer"), files)
    unit = unit_read("quizzes/small-quiz/single")
    with pytest.raises(NoSuchUnit):
        spot_of(db, learning, unit, "en")
    attempt = start_attempt(db, learning, course, quiz, now=NOON, seed=1)
    with pytest.raises(NoSuchUnit):
        spot_of(db, learning, unit, "en")
    submit_attempt(db, attempt.id, now=NOON)
    if shown:
        assert report(db, learning, unit).unit == str(unit)
    else:
        with pytest.raises(NoSuchUnit):
            spot_of(db, learning, unit, "en")


def test_after_the_last_attempt_a_question_that_opens_then_is_reported(db: Session) -> None:
    files = course_files(quiz="attempts: 1\nfeedback: after-close")
    learning, course, quiz = enrolled(db, a_person(db, "officer"), files)
    submit_attempt(db, start_attempt(db, learning, course, quiz, now=NOON, seed=1).id, now=NOON)
    assert spot_of(db, learning, unit_read("quizzes/small-quiz/single"), "en").language == "en"


def test_the_attempt_of_another_opens_nothing(db: Session, learning: Learning) -> None:
    other, course, quiz = enrolled(db, a_person(db, "other"))
    submit_attempt(db, start_attempt(db, other, course, quiz, now=NOON, seed=1).id, now=NOON)
    spot_of(db, other, unit_read("quizzes/small-quiz/single"), "en")
    with pytest.raises(NoSuchUnit):
        spot_of(db, learning, unit_read("quizzes/small-quiz/single"), "en")


def test_fixed_is_fixed_in_a_release_or_in_the_draft(
    db: Session, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "draft_version", [draft_version])
    sent = report(db, learning)
    with pytest.raises(NoSuchVersion):
        answer(db, sent, State.FIXED, version="1.1.0")
    with pytest.raises(NoSuchVersion):
        answer(db, sent, State.FIXED)
    assert sent.state == State.OPEN

    draft = changed_course("1.1.0")["course.md"].decode()
    author = db.scalars(select(Person).where(Person.sign_in_name == "trainer")).one()
    put_draft(db, learning.course_id, draft, author)
    answered = answer(db, sent, State.FIXED, version="1.1.0")
    assert (answered.state, answered.fixed_in) == (State.FIXED, "1.1.0")
    assert answer(db, sent, State.FIXED, version="1.0.0").fixed_in == "1.0.0"


def put_draft(db: Session, course_id: int, text: str, author: Person) -> None:
    db.add(
        DraftFile(
            course_id=course_id, path="course.md", text=text, base_digest=None, saved_at=NOON, saved_by_id=author.id
        )
    )
    db.flush()


def test_no_mistake_needs_its_why(db: Session, learning: Learning) -> None:
    sent = report(db, learning)
    with pytest.raises(NoWhy):
        answer(db, sent, State.NO_MISTAKE)
    answered = answer(db, sent, State.NO_MISTAKE, answer="The resolution is of 2016.")
    assert (answered.state, answered.fixed_in, answered.answer) == ("no-mistake", None, "The resolution is of 2016.")


def test_the_same_answer_twice_is_given_once_and_another_one_replaces_it(db: Session, learning: Learning) -> None:
    sent = report(db, learning)
    answer(db, sent, State.DUPLICATE)
    again = answer(db, sent, State.DUPLICATE, now=NOON + timedelta(days=2))
    assert again.answered_at == NOON + timedelta(days=1)
    other = answer(db, sent, State.FIXED, version="1.0.0", now=NOON + timedelta(days=2))
    assert other.answered_at == NOON + timedelta(days=2)


def test_a_report_is_answered_in_its_own_course_only(db: Session, learning: Learning) -> None:
    sent = report(db, learning)
    with pytest.raises(NoSuchReport):
        answer_report(db, "demo", sent.public_id, State.DUPLICATE, actor_id=learning.person_id, now=NOON)


def test_a_release_that_names_nothing_leaves_reports_open(db: Session, learning: Learning) -> None:
    report(db, learning)
    publish(db, SLUG, changed_course("1.1.0"), now=NOON)
    assert report_counts(db, learning.course_id) == {State.OPEN: 1}
    assert [each.state for each in reports_in(db, learning.course_id, State.OPEN)] == [State.OPEN]
    assert reports_in(db, learning.course_id, State.FIXED) == []

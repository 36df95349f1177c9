"""Reporting a mistake and answering it, through the pages: who may, what is shown, what is not."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.assessment.services import start_attempt, submit_attempt
from elearn.catalogue.queries import current_release
from elearn.learning.queries import course_of, required_learning
from elearn.learning.services import enrol
from elearn.mistakes.models import MistakeReport
from tests.checking import CheckingClient, links_of, text_of
from tests.factories import NOON, a_course, a_person, reading, the_person, writing
from tests.quiz_course import SECRETS, SLUG, course_files, enrolled
from tests.web.conftest import STAFF

SECTION = "one/a-section"
NEW = f"/courses/{SLUG}/mistakes/new?at={SECTION}"
REPORT = f"/courses/{SLUG}/mistakes/report"
LIST = f"/write/{SLUG}/mistakes"
WRONG = "The year in the second sentence is wrong."
NAME = "Айгүл Серікқызы Әбдірахманова"


@pytest.fixture
def school(site: Flask) -> Flask:
    """A site with the course, an officer who learns it, another, and staff."""
    with writing(site) as session:
        enrolled(session, a_person(session, "officer", full_name=NAME))
        a_course(session)
        other = a_person(session, "other")
        enrol(session, other, current_release(session, SLUG), now=NOON)
        a_person(session, "stranger")
        for name, roles in STAFF:
            a_person(session, name, roles=roles)
    return site


@pytest.fixture
def officer(school: Flask, client: CheckingClient) -> CheckingClient:
    """A client signed in as the officer."""
    client.sign_in("officer")
    return client


def somebody(site: Flask, name: str) -> CheckingClient:
    """Another browser in which somebody is signed in."""
    found = site.test_client()
    assert isinstance(found, CheckingClient)
    found.sign_in(name)
    return found


def send(client: CheckingClient, at: str = SECTION, message: str = WRONG, suggestion: str = "") -> int:
    """Send a report; the status that answers."""
    data = {"at": at, "message": message, "suggestion": suggestion}
    return client.send(REPORT, data).status_code


def the_report(site: Flask) -> str:
    """The number of the only report there is."""
    with reading(site) as session:
        return session.scalars(select(MistakeReport.public_id)).one()


def page_at(client: CheckingClient, path: str, status: int = 200) -> str:
    """The page of an address."""
    response = client.get(path)
    assert response.status_code == status, path
    return response.get_data(as_text=True)


def test_an_officer_reports_from_the_foot_of_a_section_and_reads_the_answer(
    officer: CheckingClient, school: Flask
) -> None:
    page_at(officer, f"/courses/{SLUG}/{SECTION}")
    assert NEW in links_of(officer.page)
    page = page_at(officer, NEW)
    assert "1.1 A section" in page
    assert "version 1.0.0" in page

    response = officer.send(REPORT, {"at": SECTION, "message": f"  {WRONG}\r\n", "suggestion": "2016"}, page=NEW)
    assert response.status_code == 303
    assert "Your report is with the trainers" in page_at(officer, response.location)

    trainer = somebody(school, "trainer")
    assert "One waits for an answer" in page_at(trainer, f"/write/{SLUG}")
    listed = page_at(trainer, LIST)
    assert WRONG in listed
    one = f"{LIST}/{the_report(school)}"
    assert one in links_of(trainer.page)
    assert f"/write/{SLUG}/files/01-one/module.md" in page_at(trainer, one)
    answered = trainer.send(f"{one}/answer", {"state": "fixed", "version": "1.0.0", "answer": "Thank you."}, page=one)
    assert answered.status_code == 303
    assert "The officer has your answer." in page_at(trainer, answered.location)
    assert WRONG not in page_at(trainer, LIST)
    assert "fixed in 1.0.0" in page_at(trainer, f"{LIST}?state=fixed")
    assert "waits for an answer" not in page_at(trainer, f"/write/{SLUG}")

    mine = page_at(officer, "/mistakes")
    assert "fixed in 1.0.0" in mine
    assert "Thank you." in mine


def test_trainers_do_not_see_who_reported(officer: CheckingClient, school: Flask) -> None:
    send(officer)
    trainer = somebody(school, "trainer")
    for path in (LIST, f"{LIST}?state=all", f"{LIST}/{the_report(school)}", f"{LIST}.csv", f"/write/{SLUG}"):
        with trainer.unchecked():
            page = trainer.get(path).get_data(as_text=True)
        assert NAME not in page, path
        assert "Agency fiu" not in page


def test_the_same_unit_reported_twice_shows_the_earlier_report(officer: CheckingClient, school: Flask) -> None:
    assert send(officer) == 303
    page = page_at(officer, NEW)
    assert WRONG in page
    assert "<textarea" not in page
    assert send(officer, message="Something else is wrong here.") == 303
    assert the_report(school)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Wrong", "at least 10 characters"),
        (" \r\n\r\n ", "at least 10 characters"),
        ("x" * 2001, "Shorten it to 2000 characters; it has 2001."),
    ],
)
def test_a_report_that_says_too_little_or_too_much_comes_back(officer: CheckingClient, message: str, said: str) -> None:
    response = officer.send(REPORT, {"at": SECTION, "message": message, "suggestion": "kept"}, page=NEW)
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert said in text
    assert "kept</textarea>" in text


def test_too_many_reports_in_a_day_are_refused_with_what_was_written(officer: CheckingClient, school: Flask) -> None:
    with writing(school) as session:
        person = the_person(session, "officer")
        release = current_release(session, SLUG)
        for number in range(20):
            session.add(
                MistakeReport(
                    public_id=f"report{number}",
                    person_id=person.id,
                    course_id=release.course_id,
                    release_id=release.release_id,
                    unit=SECTION,
                    language="en",
                    title="x",
                    message=WRONG,
                    suggestion="",
                    reported_at=NOON + timedelta(days=365 * 40),
                    state="duplicate",
                    answer="",
                )
            )
    response = officer.send(REPORT, {"at": SECTION, "message": WRONG}, page=NEW)
    assert response.status_code == 409
    assert "You reported 20 mistakes within a day." in response.get_data(as_text=True)
    assert WRONG in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "at", ["", "one", "x/y", "one/a-section/nothing", "quizzes/small-quiz/single", "../x", "one/a-section%0A"]
)
def test_what_was_not_shown_cannot_be_reported(officer: CheckingClient, at: str) -> None:
    with officer.unchecked():
        assert officer.get(f"/courses/{SLUG}/mistakes/new?at={at}").status_code in (400, 404)
    assert send(officer, at) in (400, 404)


def test_who_is_not_enrolled_is_led_to_the_course(school: Flask) -> None:
    stranger = somebody(school, "stranger")
    assert stranger.get(NEW).location == f"/courses/{SLUG}"
    assert stranger.send(REPORT, {"at": SECTION, "message": WRONG}).location == f"/courses/{SLUG}"


def test_a_check_yourself_question_is_reported_once_it_was_answered(officer: CheckingClient, school: Flask) -> None:
    unit = f"{SECTION}/first"
    link = f"/courses/{SLUG}/mistakes/new?at={unit}"
    page_at(officer, f"/courses/{SLUG}/{SECTION}")
    assert link not in links_of(officer.page)
    token = officer.token(f"/courses/{SLUG}/{SECTION}")
    wrong = re.findall(r'name="answer" value="([^"]+)"', page_at(officer, f"/courses/{SLUG}/{SECTION}"))[0]
    officer.post(f"/courses/{SLUG}/{SECTION}/checks/first", data={"csrf_token": token, "answer": wrong})
    assert link in links_of(officer.page)
    assert_no_secret(page_at(officer, link))
    assert send(officer, unit) == 303
    assert "Which comes first?" in page_at(officer, "/mistakes")


def assert_no_secret(page: str) -> None:
    """Nothing of a key stands on a page."""
    assert not [secret for secret in SECRETS if secret in page]


def test_a_question_of_a_quiz_is_reported_from_the_result_and_nothing_of_its_key_is_kept(
    officer: CheckingClient, school: Flask
) -> None:
    attempt = take(school)
    link = f"/courses/{SLUG}/mistakes/new?at=quizzes/small-quiz/single"
    page_at(officer, f"/attempts/{attempt}/result")
    assert link in links_of(officer.page)
    assert_no_secret(page_at(officer, link))
    assert send(officer, "quizzes/small-quiz/single") == 303
    assert_no_secret(page_at(officer, link))
    assert_no_secret(page_at(officer, "/mistakes"))
    with reading(school) as session:
        kept = session.scalars(select(MistakeReport)).one()
        assert_no_secret(f"{kept.title} {kept.unit}")


def take(site: Flask) -> str:
    """An attempt of the officer that was handed in."""
    with writing(site) as session:
        learning = required_learning(session, the_person(session, "officer").id, SLUG)
        course = course_of(session, learning)
        quiz = course.quiz("small-quiz")
        assert quiz is not None
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=3)
        submit_attempt(session, attempt.id, now=NOON)
        return attempt.public_id


def test_a_result_that_hides_its_answers_has_no_link(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        files = course_files(quiz="attempts: 3\nfeedback: never")
        learning, course, quiz = enrolled(session, a_person(session, "officer"), files)
        attempt = start_attempt(session, learning, course, quiz, now=NOON, seed=3)
        submit_attempt(session, attempt.id, now=NOON)
        public_id = attempt.public_id
    client.sign_in("officer")
    assert "mistakes/new" not in page_at(client, f"/attempts/{public_id}/result")
    assert send(client, "quizzes/small-quiz/single") == 404


def test_somebody_else_does_not_see_what_one_reported(officer: CheckingClient, school: Flask) -> None:
    send(officer)
    other = somebody(school, "other")
    assert WRONG not in page_at(other, "/mistakes")
    assert WRONG not in page_at(other, NEW)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose an answer."),
        ({"state": "open"}, "Choose one of what the list offers"),
        ({"state": "fixed", "version": "9.9"}, "has the version «9.9»"),
        ({"state": "no-mistake", "answer": " "}, "Say why it is not a mistake"),
        ({"state": "duplicate", "answer": "x" * 2001}, "Shorten it to 2000 characters"),
    ],
)
def test_an_answer_that_cannot_stand_comes_back(
    officer: CheckingClient, school: Flask, data: dict[str, str], said: str
) -> None:
    send(officer)
    trainer, one = somebody(school, "trainer"), f"{LIST}/{the_report(school)}"
    response = trainer.send(f"{one}/answer", data, page=one)
    assert response.status_code == 422
    assert said in response.get_data(as_text=True)
    assert "waits for an answer" in page_at(officer, "/mistakes")


@pytest.mark.parametrize("name", ["officer", "other", "manager", "organiser", "admin"])
def test_only_who_writes_courses_reads_and_answers_reports(officer: CheckingClient, school: Flask, name: str) -> None:
    send(officer)
    one = f"{LIST}/{the_report(school)}"
    person = somebody(school, name)
    for path in (LIST, f"{LIST}.csv", one):
        with person.unchecked():
            assert person.get(path).status_code == 403, path
    assert person.send(f"{one}/answer", {"state": "duplicate"}).status_code == 403


def test_nobody_is_led_to_sign_in_and_back(school: Flask, client: CheckingClient) -> None:
    for path in ("/mistakes", NEW, LIST):
        assert client.get(path).location.startswith("/sign-in?next=")


def test_a_report_is_found_in_its_own_course_only(officer: CheckingClient, school: Flask) -> None:
    send(officer)
    trainer = somebody(school, "trainer")
    assert trainer.get(f"/write/demo/mistakes/{the_report(school)}").status_code == 404
    assert trainer.get(f"{LIST}/nothing").status_code == 404
    assert trainer.get("/write/nothing/mistakes").status_code == 404


def test_the_csv_has_what_the_filter_shows_and_starts_no_formula(officer: CheckingClient, school: Flask) -> None:
    send(officer, message='=HYPERLINK("x") is not what should stand here')
    trainer = somebody(school, "trainer")
    with trainer.unchecked():
        text = trainer.get(f"{LIST}.csv").get_data(as_text=True)
        assert trainer.get(f"{LIST}.csv?state=fixed").get_data(as_text=True).count("\n") == 1
    assert text.startswith("\ufeff")
    assert "\"'=HYPERLINK" in text
    assert SECTION in text


def test_the_list_goes_by_unit_in_the_order_of_the_course(officer: CheckingClient, school: Flask) -> None:
    take(school)
    for unit in ("quizzes/small-quiz/single", f"{SECTION}/first", "one/opening", SECTION):
        assert send(officer, unit) == 303
    trainer = somebody(school, "trainer")
    page_at(trainer, f"{LIST}?state=nonsense")
    main = next(trainer.page.iter("{http://www.w3.org/1999/xhtml}main"))
    heads = [text_of(node) for node in main.iter("{http://www.w3.org/1999/xhtml}h2")]
    assert heads[0].startswith("1 ")
    assert heads[1:3] == ["1.1 A section", "Which comes first?"]
    assert len(heads) == 4

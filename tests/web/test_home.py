"""Home: what to go on with, for somebody new, somebody under way, somebody who is done."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from flask import Flask

from elearn.learning.rules import OutcomeKind
from elearn.learning.services import remember_place
from tests.checking import CheckingClient, links_of, words_of
from tests.factories import a_course, a_person, an_enrolment, course_files, learn, the_person, writing
from tests.web.conftest import OFFICER

READ = OutcomeKind.SECTION_READ


def words(client: CheckingClient, path: str = "/") -> str:
    """The words of a page."""
    assert client.get(path).status_code == 200
    return words_of(client.page)


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(client: CheckingClient) -> None:
    response = client.get("/")

    assert response.status_code == 302
    assert response.location == "/sign-in?next=/"


def test_a_new_officer_is_shown_the_first_steps(learner: CheckingClient) -> None:
    page = words(learner)

    assert "First steps" in page
    assert "None yet." in page
    assert "Continue" not in page
    assert "/courses" in links_of(learner.page)


def test_an_officer_under_way_has_one_thing_to_continue(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        enrolment = an_enrolment(session, the_person(session, OFFICER))
        learn(session, enrolment, [(READ, "example/opening", None)])
        remember_place(session, enrolment.id, "example/a-section")
    page = words(learner)

    assert "One course is under way." in page
    assert "1.1 A section is one page" in page
    assert "Continue at 1.1" in page
    assert "10 minutes left in this module" in page
    assert "0 of 1 modules read" in page
    assert links_of(learner.page).count("/courses/demo/example/a-section") == 1
    assert "First steps" not in page


def test_who_has_read_everything_is_sent_to_the_exam(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        enrolment = an_enrolment(session, the_person(session, OFFICER))
        learn(session, enrolment, [(READ, f"example/{name}", None) for name in ("opening", "a-section", "callouts")])
    page = words(learner)

    assert "All modules are read; the exam is what remains" in page
    assert "/courses/demo/quizzes/demo-exam" in links_of(learner.page)


def test_who_has_completed_everything_sees_the_certificate_and_nothing_to_do(
    taught: Flask, learner: CheckingClient
) -> None:
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
    page = words(learner)

    assert "You have completed every course you enrolled in." in page
    assert "Valid until 21 November 2028" in page
    assert "under way" not in page
    assert "Completed, 100 of 100" in page


def test_of_two_courses_the_last_active_is_gone_on_with_and_the_other_listed(
    taught: Flask, learner: CheckingClient
) -> None:
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        an_enrolment(session, person)
        other = an_enrolment(session, person, a_course(session, "other", files=course_files("other", "Another course")))
        learn(session, other, [(READ, "example/opening", None)])
    page = words(learner)

    assert "2 courses are under way." in page
    assert page.index("Another course") < page.index("Your other courses") < page.index("A small course")
    assert "A small course Enrolled, not started one module, one hour, Basic" in page


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(0, "Good morning"), (6, "Good morning"), (7, "Good afternoon"), (13, "Good evening"), (23, "Good evening")],
)
def test_the_greeting_follows_the_clock_of_the_site(taught: Flask, hour: int, greeting: str) -> None:
    # Almaty is at +05, all year round.
    with time_machine.travel(datetime(2026, 11, 21, hour, 30, tzinfo=UTC), tick=False):
        client = taught.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(OFFICER)
        page = words(client)

    assert f"{greeting}, Айгүл." in page
    assert ("Sunday 22 November 2026" if hour == 23 else "Saturday 21 November 2026") in page


def test_the_courses_of_others_are_not_on_my_home(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, "trainer")))

    assert "First steps" in words(learner)


def test_people_with_the_same_courses_each_see_what_is_theirs(taught: Flask, client: CheckingClient) -> None:
    with writing(taught) as session:
        for name, full_name, score in (("first", "Bakyt Sadykov", "90"), ("second", "Dilshod Karimov", "85")):
            person = a_person(session, name, full_name=full_name)
            done = [(READ, f"example/{section}", None) for section in ("opening", "a-section", "callouts")]
            scored = [(OutcomeKind.QUIZ_SCORED, quiz, Decimal(score)) for quiz in ("example-quiz", "demo-exam")]
            learn(session, an_enrolment(session, person), [*done, *scored])
    seen = []
    for name in ("first", "second", "first"):
        client.sign_in(name)
        seen.append(words(client))
        client.send("/sign-out")

    assert [("Bakyt." in page, "Dilshod." in page) for page in seen] == [(True, False), (False, True), (True, False)]
    assert [("90 of 100" in page, "85 of 100" in page) for page in seen] == [
        (True, False),
        (False, True),
        (True, False),
    ]

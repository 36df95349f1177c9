"""The competence map: on home for the course in front, on a page of its own for all."""

import pytest
from flask import Flask

from elearn.learning.rules import OutcomeKind
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.factories import a_course, an_enrolment, course_files, learn, the_person, writing
from tests.quiz_course import ALL_RIGHT, ALL_WRONG
from tests.web.conftest import OFFICER
from tests.web.test_quizzes import answer_all, hand_in, opened, start

MAP = "/competence"


def rows(client: CheckingClient, path: str) -> list[str]:
    """The rows of the maps of a page."""
    assert client.get(path).status_code == 200
    return [words_of(row) for row in client.page.iter(f"{HTML}tr") if row.find(f"{HTML}td") is not None]


@pytest.mark.parametrize("path", ["/", MAP])
def test_a_module_shows_its_level_with_its_evidence(site: Flask, client: CheckingClient, path: str) -> None:
    opened(site, client)
    base = start(client)
    answer_all(client, base, ALL_RIGHT)
    hand_in(client, base)
    assert rows(client, path) == ["1 The one module Working 5 of 5"]
    assert "From your last answers to 5 questions" in words_of(client.page)


def test_what_was_missed_leads_to_where_it_is_explained(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer_all(client, base, ALL_WRONG)
    hand_in(client, base)
    assert rows(client, "/") == ["1 The one module Read again: 1.1 A section New 0 of 5"]
    assert "/courses/quizzing/one/a-section" in links_of(client.page)


def test_while_the_feedback_is_held_back_the_map_tells_nothing(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "attempts: 3\nfeedback: never")
    base = start(client)
    answer_all(client, base, ALL_RIGHT)
    hand_in(client, base)
    assert rows(client, "/") == rows(client, MAP) == ["1 The one module Not started –"]


def test_who_has_begun_nothing_is_told_what_to_do(learner: CheckingClient) -> None:
    assert rows(learner, MAP) == []
    assert "Enrol in a course and answer its questions." in words_of(learner.page)
    assert "Competence map" not in words_of(learner.get("/") and learner.page)


def test_every_course_that_one_learns_has_its_map(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        enrolment = an_enrolment(session, person)
        learn(session, enrolment, [(OutcomeKind.SECTION_READ, "example/opening", None)])
        an_enrolment(session, person, a_course(session, "second", files=course_files("second", "Another course")))
    learner.get(MAP)
    titles = [text_of(head) for head in learner.page.iter(f"{HTML}h2")]
    assert titles[:3] == ["A small course", "Another course", "What the levels mean"]


def test_the_map_is_for_who_is_signed_in(client: CheckingClient) -> None:
    assert client.get(MAP).location == f"/sign-in?next={MAP}"

"""The catalogue and the course page: what a course is, what completes it, where one stands."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.learning.models import Enrolment, Outcome
from elearn.learning.queries import course_of, required_learning
from elearn.learning.rules import OutcomeKind, progress_of
from tests.checking import HTML, PASSWORD, CheckingClient, client_of, links_of, text_of, words_of
from tests.factories import (
    a_course,
    a_person,
    a_picture,
    an_enrolment,
    course_files,
    learn,
    reading,
    the_person,
    writing,
)
from tests.web.conftest import OFFICER

READ, SCORED = OutcomeKind.SECTION_READ, OutcomeKind.QUIZ_SCORED


def words(client: CheckingClient, path: str) -> str:
    """The words of a page that is there."""
    response = client.get(path)
    assert response.status_code == 200, response.status
    return words_of(client.page)


def enrolments(site: Flask) -> int:
    """How many enrolments there are."""
    with reading(site) as session:
        return session.scalar(select(func.count()).select_from(Enrolment)) or 0


def outline_of(client: CheckingClient, path: str) -> list[str]:
    """What the page of a course says of each section of the module where one goes on: read, here or nothing."""
    words(client, path)
    rows = next(node for node in client.page.iter(f"{HTML}ol") if node.get("class") == "outline-sections")
    said = [text_of(row) for row in rows if row.find(f".//{HTML}span[@class='num']") is not None]
    return ["here" if "You are here" in text else "read" if ", read" in text else "" for text in said]


# ---- The catalogue ----


def test_an_empty_catalogue_says_what_to_wait_for(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, OFFICER)
    client.sign_in(OFFICER)

    assert "No course is published yet." in words(client, "/courses")


def test_the_catalogue_shows_every_course_and_where_one_stands(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        for slug in ("begun", "done", "joined"):
            enrolment = an_enrolment(
                session, person, a_course(session, slug, files=course_files(slug, f"Course {slug}"))
            )
            if slug == "begun":
                learn(session, enrolment, [(READ, "example/opening", None)])
            if slug == "done":
                learn(session, enrolment)
    page = words(learner, "/courses")
    states = [text_of(node) for node in learner.page.iter(f"{HTML}li") if "course-item" in (node.get("class") or "")]

    assert "4 courses" in page
    assert [state.rpartition("English ")[2] for state in states] == [
        "0 of 1 modules read",
        "Open to you",
        "Completed, 100 of 100",
        "Enrolled, not started",
    ]
    assert links_of(learner.page) == ["/courses/begun", "/courses/demo", "/courses/done", "/courses/joined"]


# ---- The page of a course ----


def test_a_course_states_in_words_what_completes_it(learner: CheckingClient) -> None:
    page = words(learner, "/courses/demo")

    assert (
        "You complete this course when you have read the module and passed the quiz of each module and scored 80 or "
        "more in the exam. You have 2 attempts at the exam, at least 24 hours apart. "
        "Your certificate is then valid for 24 months."
    ) in page
    assert "Enrol in this course" in page
    assert "Version 0.1.0" in page


def test_a_course_one_is_not_enrolled_in_has_no_links_to_its_lessons(learner: CheckingClient) -> None:
    words(learner, "/courses/demo")

    assert [href for href in links_of(learner.page) if href.startswith("/courses/demo/")] == ["/courses/demo/glossary"]


def test_enrolling_leads_to_the_first_page(taught: Flask, learner: CheckingClient) -> None:
    response = learner.send("/courses/demo/enrol", page="/courses/demo")
    assert response.status_code == 302

    resumed = learner.get(response.location)
    assert (response.location, resumed.location) == ("/courses/demo/resume", "/courses/demo/example/opening")
    assert "1 The first module: an example" in words(learner, resumed.location)
    assert enrolments(taught) == 1


def test_enrolling_twice_enrols_once_and_leads_to_the_course(taught: Flask, learner: CheckingClient) -> None:
    token = learner.token("/courses/demo")
    first, second = (learner.post("/courses/demo/enrol", data={"csrf_token": token}) for _ in range(2))

    assert [first.status_code, second.status_code] == [302, 302]
    assert second.location == "/courses/demo"
    assert enrolments(taught) == 1
    assert "Continue at" in words(learner, "/courses/demo")


def test_a_course_under_way_says_where_one_stands(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        enrolment = an_enrolment(session, the_person(session, OFFICER))
        learn(session, enrolment, [(READ, "example/opening", None), (SCORED, "example-quiz", Decimal(50))])
    page = words(learner, "/courses/demo")

    assert "Modules: 0 of 1 read" in page
    assert "Quizzes: 0 of 1 passed" in page
    assert "Exam: opens when all modules are read" in page
    assert "Continue at 1.1 1.1 A section is one page ·" in page
    assert "1 of 3 read" in page
    assert "50, not passed yet" in page
    assert "Opens when all modules are read" in page


def test_a_course_that_is_read_leads_to_its_exam(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        enrolment = an_enrolment(session, the_person(session, OFFICER))
        learn(session, enrolment, [(READ, f"example/{name}", None) for name in ("opening", "a-section", "callouts")])
        learn(session, enrolment, [(SCORED, "demo-exam", Decimal(50))])
    page = words(learner, "/courses/demo")

    assert "Go to the exam" in page
    assert "Exam: 50, 80 are needed" in page
    assert "Modules: 1 of 1 read" in page


def test_a_completed_course_leads_to_its_certificate(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
    page = words(learner, "/courses/demo")

    assert "You have completed this course" in page
    assert "You complete this course when you have" not in page and "at the exam" not in page
    assert "Exam: passed with 100" in page
    assert "/courses/demo/certificate" in links_of(learner.page)


def test_a_new_release_changes_nothing_for_who_is_enrolled(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
        a_course(
            session,
            files=course_files(course=("version: 0.1.0", "version: 0.2.0"), module=("Each heading", "Any heading")),
        )
    assert "Version 0.1.0" in words(learner, "/courses/demo")
    assert "Each heading with two signs" in words(learner, "/courses/demo/example/a-section")

    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("manager")
    assert "Version 0.2.0" in words(other, "/courses/demo")
    other.send("/courses/demo/enrol")
    assert "Any heading with two signs" in words(other, "/courses/demo/example/a-section")


# ---- What is not there ----


@pytest.mark.parametrize(
    "path",
    [
        "/courses/nowhere",
        "/courses/nowhere/glossary",
        "/courses/demo/gone/opening",
        "/courses/demo/example/gone",
        "/courses/demo/gone",
        "/courses/demo/quizzes/gone",
        "/courses/DEMO",
        "/media/none.png",
        "/media/%2e%2e",
    ],
)
def test_what_is_not_there_gets_a_page_that_says_so(taught: Flask, learner: CheckingClient, path: str) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    response = learner.get(path)

    assert response.status_code == 404
    assert "Page not found" in text_of(learner.page)


@pytest.mark.parametrize("path", ["/courses/nowhere/enrol", "/courses/demo/gone/opening/read"])
def test_what_is_not_there_cannot_be_posted_to(taught: Flask, learner: CheckingClient, path: str) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))

    assert learner.send(path).status_code == 404


def test_the_glossary_is_open_to_those_who_look_at_the_course(learner: CheckingClient) -> None:
    page = words(learner, "/courses/demo/glossary")

    assert "Suspicious transaction report STR" in page
    assert any(node.get("id") == "triage" for node in learner.page.iter())


# ---- Reading ----


def test_lessons_are_for_those_enrolled(taught: Flask, learner: CheckingClient) -> None:
    for path in ("example/a-section", "resume", "example"):
        response = learner.get(f"/courses/demo/{path}")
        assert (response.status_code, response.location) == (302, "/courses/demo")
    assert learner.send("/courses/demo/example/a-section/read").location == "/courses/demo"
    with reading(taught) as session:
        assert session.scalar(select(func.count()).select_from(Outcome)) == 0


@pytest.fixture
def enrolled(taught: Flask, learner: CheckingClient) -> CheckingClient:
    """The officer, enrolled in the small course."""
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    return learner


def percent(site: Flask) -> int:
    """How far the officer is."""
    with reading(site) as session:
        learning = required_learning(session, the_person(session, OFFICER).id, "demo")
        return progress_of(course_of(session, learning), learning.tally).percent


def test_reading_a_section_ticks_it_and_leads_to_the_next(taught: Flask, enrolled: CheckingClient) -> None:
    path = "/courses/demo/example/opening"
    response = enrolled.send(f"{path}/read", page=path)
    assert (response.status_code, response.location) == (302, "/courses/demo/example/a-section")
    assert percent(taught) == 20  # one of three sections, a quiz and the exam

    page = words(enrolled, path)
    assert "Read" in [text_of(node) for node in enrolled.page.iter(f"{HTML}span") if "tag" in (node.get("class") or "")]
    assert "A section is one page" in page


def test_a_section_read_twice_is_read_once(taught: Flask, enrolled: CheckingClient) -> None:
    token = enrolled.token("/courses/demo/example/opening")
    answers = [enrolled.post("/courses/demo/example/opening/read", data={"csrf_token": token}) for _ in range(3)]

    assert {answer.location for answer in answers} == {"/courses/demo/example/a-section"}
    assert percent(taught) == 20
    with reading(taught) as session:
        assert session.scalar(select(func.count()).select_from(Outcome)) == 1


def test_the_last_section_leads_to_the_quiz_and_after_the_quiz_back_to_the_course(
    taught: Flask, enrolled: CheckingClient
) -> None:
    path = "/courses/demo/example/callouts"
    assert enrolled.send(f"{path}/read", page=path).location == "/courses/demo/quizzes/example-quiz"

    with writing(taught) as session:
        enrolment = session.scalars(select(Enrolment)).one()
        learn(session, enrolment, [(SCORED, "example-quiz", Decimal(90))])
    assert enrolled.send(f"{path}/read", page=path).location == "/courses/demo"


def test_one_resumes_at_the_section_last_opened(enrolled: CheckingClient) -> None:
    for name in ("opening", "callouts", "a-section"):
        words(enrolled, f"/courses/demo/example/{name}")
        assert enrolled.get("/courses/demo/resume").location == f"/courses/demo/example/{name}"


def test_one_resumes_on_another_device_where_one_stopped_on_the_first(taught: Flask, enrolled: CheckingClient) -> None:
    words(enrolled, "/courses/demo/example/callouts")
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(OFFICER)

    assert other.get("/courses/demo/resume").location == "/courses/demo/example/callouts"
    assert "/courses/demo/example/callouts" in links_of_home(other)


def links_of_home(client: CheckingClient) -> list[str]:
    """Where the home page leads."""
    client.get("/")
    return links_of(client.page)


def test_after_a_section_is_read_one_resumes_at_the_next(enrolled: CheckingClient) -> None:
    path = "/courses/demo/example/opening"
    enrolled.get(path)
    enrolled.send(f"{path}/read", page=path)

    assert enrolled.get("/courses/demo/resume").location == "/courses/demo/example/a-section"


def test_a_deep_link_wins_over_the_place_one_stopped_at(taught: Flask, enrolled: CheckingClient) -> None:
    words(enrolled, "/courses/demo/example/opening")
    assert "1.2 Callouts" in words(enrolled, "/courses/demo/example/callouts")
    assert enrolled.get("/courses/demo/resume").location == "/courses/demo/example/callouts"


def test_a_deep_link_wins_over_home_when_one_has_to_sign_in_first(taught: Flask, enrolled: CheckingClient) -> None:
    enrolled.send("/sign-out")
    asked = enrolled.get("/courses/demo/example/callouts?lang=en")
    assert asked.status_code == 302
    page = enrolled.get(asked.location)
    data = {node.get("name"): node.get("value") for node in enrolled.page.iter(f"{HTML}input") if node.get("value")}
    response = enrolled.post("/sign-in", data=data | {"sign_in_name": OFFICER, "password": "a long enough secret"})

    assert page.status_code == 200
    assert response.location == "/courses/demo/example/callouts?lang=en"


def test_looking_at_a_page_by_head_moves_no_bookmark(enrolled: CheckingClient) -> None:
    words(enrolled, "/courses/demo/example/opening")
    enrolled.head("/courses/demo/example/callouts")

    assert enrolled.get("/courses/demo/resume").location == "/courses/demo/example/opening"


def test_a_module_address_leads_to_its_first_page(enrolled: CheckingClient) -> None:
    assert enrolled.get("/courses/demo/example").location == "/courses/demo/example/opening"


def test_what_one_reader_has_is_not_on_the_page_of_another(taught: Flask, enrolled: CheckingClient) -> None:
    path = "/courses/demo/example/opening"
    with writing(taught) as session:
        an_enrolment(session, the_person(session, "manager"))
    enrolled.send(f"{path}/read", page=path)
    mine = enrolled.get(path).get_data(as_text=True)
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("manager")
    theirs = other.get(path).get_data(as_text=True)

    assert "Айгүл" in mine
    assert "Айгүл" not in theirs
    assert mine.count("#circle-check") > theirs.count("#circle-check") == 0
    token = other.token(path)
    assert enrolled.post(f"{path}/read", data={"csrf_token": token}).status_code == 403
    assert other.post(f"{path}/read", data={"csrf_token": token}).status_code == 302


def test_of_two_at_the_same_step_of_a_course_each_sees_what_they_have_done_themselves(
    taught: Flask, enrolled: CheckingClient
) -> None:
    path = "/courses/demo"
    with writing(taught) as session:
        an_enrolment(session, the_person(session, "manager"))
    theirs = words(client_of(taught, "manager"), path)
    enrolled.send("/courses/demo/example/opening/read", page="/courses/demo/example/opening")
    enrolled.get("/courses/demo/example/callouts")
    enrolled.send("/account/reading", {"size": "text-largest", "theme": "theme-dark"}, page="/account")
    mine = words(enrolled, path)

    assert "Айгүл" in mine and "Айгүл" not in theirs
    assert "Continue at 1.2" in mine and "Continue at 1" in theirs and "Continue at 1.2" not in theirs
    assert "1 of 3 read" in mine and "1 of 3 read" not in theirs
    assert outline_of(enrolled, path) == ["read", "", "here"]
    assert outline_of(client_of(taught, "manager"), path) == ["here", "", ""]
    assert "text-largest theme-dark" in enrolled.get(path).get_data(as_text=True)
    assert "text-largest" not in client_of(taught, "manager").get(path).get_data(as_text=True)


def test_what_is_saved_for_later_is_offered_on_ones_own_computer_alone(taught: Flask) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    own, shared = client_of(taught, OFFICER), client_of(taught)
    signing_in = {"sign_in_name": OFFICER, "password": PASSWORD, "is_shared_device": "y"}
    assert shared.send("/sign-in", signing_in, page="/sign-in").status_code == 302
    for _twice in range(2):
        assert "data-keeping" in own.get("/courses/demo").get_data(as_text=True)
        assert "data-keeping" not in shared.get("/courses/demo").get_data(as_text=True)


def test_a_name_that_looks_like_html_is_shown_as_it_is_written(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        person.full_name = "<b>Айгүл</b> & ${x} {{ 7 * 7 }} %s"
        an_enrolment(session, person)
    for path in ("/", "/courses/demo", "/courses/demo/example/opening"):
        assert "<b>Айгүл</b> & ${x} {{ 7 * 7 }} %s" in words(learner, path)


def test_check_yourself_questions_stand_in_the_lesson_and_keep_their_answer(enrolled: CheckingClient) -> None:
    page = words(enrolled, "/courses/demo/example/a-section")

    assert "Which report is read first?" in page
    assert "It seems fair, but the money of a later one may be gone by noon." not in page
    assert "Sorting comes before working" not in page


def test_trainers_notes_and_keys_are_in_no_lesson(enrolled: CheckingClient) -> None:
    for name in ("opening", "a-section", "callouts"):
        source = enrolled.get(f"/courses/demo/example/{name}").get_data(as_text=True)
        assert "Only trainers see this note" not in source
        assert "is_right" not in source
        assert "weight" not in source


# ---- Pictures ----


@pytest.fixture
def pictured(taught: Flask, learner: CheckingClient) -> str:
    """The address of the picture in a lesson that the officer is enrolled in."""
    changed = {"module": ("### A part of it", "![A red dot.](images/dot.png)\n\n### A part of it")}
    files = course_files("seen", "A course to look at", **changed) | {"01-example/images/dot.png": a_picture()}
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "seen", files=files))
    learner.get("/courses/seen/example/a-section")
    picture = next(iter(learner.page.iter(f"{HTML}img")))
    assert picture.get("alt") == "A red dot."
    address: str = picture.get("src")
    return address


def test_a_picture_of_a_lesson_is_sent_once_and_kept(learner: CheckingClient, pictured: str) -> None:
    response = learner.get(pictured)
    again = learner.get(pictured, headers={"If-None-Match": response.headers["ETag"]})

    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert response.get_data() == a_picture()
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_picture_is_for_those_who_are_signed_in(taught: Flask, pictured: str) -> None:
    stranger = taught.test_client()

    assert stranger.get(pictured).location == f"/sign-in?next={pictured}"

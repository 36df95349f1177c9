"""Item analysis in the browser: who sees it, what it shows, what it hides, the file."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import read_response, right_response
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import compiled_course, current_release
from elearn.content.files import read_folder
from elearn.core.identifiers import new_client_id
from elearn.learning.queries import required_learning
from elearn.learning.services import enrol
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.factories import NOON, a_course, a_person, writing
from tests.quiz_course import ALL_RIGHT, ALL_WRONG, SLUG, course_files, values_of

ADDRESS = f"/write/{SLUG}/questions"
FORMULA = b"=HYPERLINK(1)"
Answers = dict[str, list[str]]


def taken(session: Session, answers: Answers, people: int) -> None:
    """So many people take the quiz of the current release and give these answers, ten seconds apart."""
    release = current_release(session, SLUG)
    course = compiled_course(session, release.release_id, release.digest)
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    for _ in range(people):
        person = a_person(session, password_hash=None)
        enrol(session, person, release, now=NOON - timedelta(days=8))
        attempt = start_attempt(session, required_learning(session, person.id, SLUG), course, quiz, now=NOON, seed=1)
        for place, (question_id, words) in enumerate(answers.items(), 1):
            response = read_response(
                questions_of(course, quiz)[question_id], values_of(course, quiz.id, question_id, words)
            )
            found = sitting_held(session, attempt.public_id, person.id)
            now = NOON + timedelta(seconds=10 * place)
            save_answer(session, found, quiz, question_id, new_client_id(), response, now=now)
        submit_attempt(session, attempt.id, now=NOON + timedelta(hours=1))


@pytest.fixture
def fill(taught: Flask) -> Callable[[Answers, int], None]:
    """Fill the course on quizzes with people who give these answers."""
    with writing(taught) as session:
        a_course(session, SLUG, files=course_files())

    def filled(answers: Answers, people: int) -> None:
        with writing(taught) as session:
            taken(session, answers, people)

    return filled


@pytest.fixture
def trainer(taught: Flask, client: CheckingClient) -> CheckingClient:
    """A trainer signed in."""
    client.sign_in("trainer")
    return client


def page_of(client: CheckingClient, address: str = ADDRESS) -> str:
    """The words of a page that must be there."""
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return words_of(next(client.page.iter(f"{HTML}main")))


def titles(client: CheckingClient) -> list[str]:
    """The questions of the page that answered last, in its order."""
    return [text_of(node) for node in client.page.iter(f"{HTML}h3")]


def rows_of(client: CheckingClient, address: str = f"{ADDRESS}.csv", separator: str = ",") -> list[list[str]]:
    """The rows of a file, its head first."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.get_data().decode("utf-8-sig"), newline=""), delimiter=separator))


def test_each_question_stands_beside_its_figures(trainer: CheckingClient, fill: Callable[[Answers, int], None]) -> None:
    fill(ALL_RIGHT, 15)
    fill(ALL_WRONG, 5)
    words = page_of(trainer, f"{ADDRESS}?order=quiz")
    assert titles(trainer) == [
        "Which one is it?", "Which ones are they?", "Is it so?", "What is the word?", "How much is it?",
    ]  # fmt: skip
    assert "20 first attempts." in words
    single = words[words.index("Which one is it?") : words.index("Which ones are they?")]
    assert "Answers 20 Answered right 75 % Tells strong from weak 1.00 Left blank 0 % Median time 10 s" in single
    assert "A Apples 25 % −1.00 B Pears Key 75 % 1.00 C Plums 0 % –" in single
    assert "Nobody chooses C. Replace it with a mistake that people make." in single
    assert f"/write/{SLUG}/files/01-one/quiz.md?line=9" in links_of(trainer.page)


def test_what_needs_attention_stands_first(trainer: CheckingClient, fill: Callable[[Answers, int], None]) -> None:
    fill(ALL_RIGHT, 10)
    fill(ALL_RIGHT | {"statement": ["False"]}, 5)
    fill(ALL_WRONG | {"statement": ["True"]}, 10)
    words = page_of(trainer)
    assert titles(trainer)[0] == "Is it so?"
    assert "Those who do well in the other questions fail this one. Check the key." in words
    assert "2 of 5 questions need attention." in words
    page_of(trainer, f"{ADDRESS}?order=quiz")
    assert titles(trainer)[0] == "Which one is it?"
    page_of(trainer, f"{ADDRESS}?order=discrimination")
    assert titles(trainer)[0] == "Is it so?"


def test_wrong_answers_that_nobody_chooses_are_named_together(
    trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 15)
    fill({"statement": ["False"]}, 5)
    words = page_of(trainer, f"{ADDRESS}?order=quiz")
    assert "Nobody chooses A, C. Replace it with a mistake that people make." in words
    assert "Many leave it blank." in words
    assert "Left blank 25 %" in words


def test_of_few_answers_figures_are_shown_and_nothing_is_concluded(
    trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 6)
    words = page_of(trainer)
    assert "Too few answers to judge: there are 6, and it takes 20." in words
    assert "Answered right 100 %" in words
    assert "No question needs attention." in words


def test_under_the_threshold_there_is_no_figure_on_the_page_nor_in_the_file(
    trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 4)
    words = page_of(trainer)
    assert "Fewer than 5 people have handed in this quiz in this release, so there are no figures" in words
    assert titles(trainer) == []
    assert "%" not in words.partition("How to read")[0]
    for row in rows_of(trainer)[1:]:
        assert row[3] == "hidden: fewer than 5"
        assert set(row[4:]) == {""}


def test_a_release_that_nobody_answered_says_so(trainer: CheckingClient, fill: Callable[[Answers, int], None]) -> None:
    assert "Nobody has handed in this quiz in this release yet." in page_of(trainer)
    assert len(rows_of(trainer)) == 1
    fill(ALL_RIGHT, 5)
    assert "Nobody has handed in" in page_of(trainer, f"{ADDRESS}?quiz=the-exam")


def test_the_newest_release_that_was_answered_is_shown_unless_another_is_asked_for(
    taught: Flask, trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 5)
    newer = course_files()
    newer["01-one/quiz.md"] = newer["01-one/quiz.md"].replace(b"Which one is it?", b"Which of them is it?")
    with writing(taught) as session:
        a_course(session, SLUG, files=newer)
    page_of(trainer, f"{ADDRESS}?order=quiz")
    assert titles(trainer)[0] == "Which one is it?"
    fill(ALL_WRONG, 5)
    page_of(trainer, f"{ADDRESS}?order=quiz")
    assert titles(trainer)[0] == "Which of them is it?"
    page_of(trainer, f"{ADDRESS}?order=quiz&release=1")
    assert titles(trainer)[0] == "Which one is it?"
    assert {row[4] for row in rows_of(trainer, f"{ADDRESS}.csv?release=1")[1:]} == {"1.0"}
    assert {row[4] for row in rows_of(trainer, f"{ADDRESS}.csv?release=2")[1:]} == {"0.0"}


@pytest.mark.parametrize("query", ["release=9", "release=x", "quiz=nothing", "order=upside-down", "release=-1"])
def test_what_is_not_there_cannot_be_asked_for(
    trainer: CheckingClient, fill: Callable[[Answers, int], None], query: str
) -> None:
    assert trainer.get(f"{ADDRESS}?{query}").status_code == 404


def test_an_unknown_course_has_no_questions(trainer: CheckingClient) -> None:
    assert trainer.get("/write/nowhere/questions").status_code == 404
    assert trainer.get("/write/nowhere/questions.csv").status_code == 404


@pytest.mark.parametrize("name", ["officer", "manager", "organiser", "admin"])
@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}.csv"])
def test_only_who_writes_courses_sees_keys_and_figures(
    fill: Callable[[Answers, int], None], client: CheckingClient, name: str, address: str
) -> None:
    client.sign_in(name)
    response = client.get(address)
    assert response.status_code == 403
    assert "Pears" not in response.get_data(as_text=True)


def test_the_file_has_a_row_for_each_answer(trainer: CheckingClient, fill: Callable[[Answers, int], None]) -> None:
    fill(ALL_RIGHT, 15)
    fill(ALL_WRONG, 5)
    head, *rows = rows_of(trainer)
    assert head[1] == "Id of the question"
    single = [row for row in rows if row[1] == "single"]
    assert [row[9:13] for row in single] == [
        ["A", "Apples", "no", "0.25"], ["B", "Pears", "yes", "0.75"], ["C", "Plums", "no", "0.0"],
    ]  # fmt: skip
    assert single[0][3:8] == ["20", "0.75", "1.0", "0.0", "10"]
    assert single[0][13] == "-1.0"


def test_no_cell_of_the_file_begins_a_formula(taught: Flask, trainer: CheckingClient) -> None:
    files = course_files()
    files["01-one/quiz.md"] = files["01-one/quiz.md"].replace(b"Apples", FORMULA)
    with writing(taught) as session:
        a_course(session, SLUG, files=files)
        taken(session, {"single": ["Pears"]}, 5)
    cells = [cell for row in rows_of(trainer) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if re.match(r"[=+@]|-\D", cell)]


def test_a_language_that_writes_a_decimal_comma_gets_its_own_file(
    trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 15)
    fill(ALL_WRONG, 5)
    rows = rows_of(trainer, f"{ADDRESS}.csv?lang=ru", separator=";")
    assert {row[4] for row in rows if row[1] == "single"} == {"0,75"}


def test_a_question_whose_file_is_gone_leads_nowhere(
    taught: Flask, trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    fill(ALL_RIGHT, 5)
    smaller = {path: data for path, data in course_files().items() if path != "01-one/quiz.md"}
    with writing(taught) as session:
        a_course(session, SLUG, files=smaller)
    words = page_of(trainer)
    assert "Its file is not in the course any more." in words
    assert not [link for link in links_of(trainer.page) if "/files/" in link]


def test_every_kind_of_question_stands_on_the_page_and_in_the_file(taught: Flask, trainer: CheckingClient) -> None:
    slug, files, _ = read_folder(Path(__file__).parents[1] / "courses" / "good" / "every-construct")
    with writing(taught) as session:
        a_course(session, slug, files=files)
        release = current_release(session, slug)
        course = compiled_course(session, release.release_id, release.digest)
        quiz = next(quiz for quiz in course.quizzes() if quiz is not course.exam)
        for _ in range(5):
            person = a_person(session, password_hash=None)
            enrol(session, person, release, now=NOON)
            attempt = start_attempt(
                session, required_learning(session, person.id, slug), course, quiz, now=NOON, seed=1
            )
            found = sitting_held(session, attempt.public_id, person.id)
            for question_id, question in questions_of(course, quiz).items():
                if question_id in {item.question_id for item in found.paper}:
                    response = right_response(question)
                    save_answer(session, found, quiz, question_id, new_client_id(), response, now=NOON)
            submit_attempt(session, attempt.id, now=NOON)
    words = page_of(trainer, f"/write/{slug}/questions?quiz={quiz.id}")
    assert len(titles(trainer)) >= len(quiz.questions) > 5
    assert "5 first attempts." in words
    assert "Answered right 100 %" in words
    assert all(said in words for said in ("Gap 1: 11–13", "Gap 2: two", "Gap 3: urgency"))
    whole = [node for node in trainer.page.iter(f"{HTML}details") if "The question with its key" in text_of(node)]
    drawings = [inner for node in whole for inner in node.iter() if inner.get("role") == "img"]
    assert drawings, "a hotspot with its picture"
    assert any("Why" in text_of(node) and node.find(f".//{HTML}table") is not None for node in whole), "a ledger"
    assert any("Ask what was seen" in text_of(node) for node in whole), "a case with its decisions"
    assert {row[1] for row in rows_of(trainer, f"/write/{slug}/questions.csv")[1:]} >= {
        question.id for question in quiz.questions
    }


def test_the_page_of_the_course_leads_to_its_questions(
    trainer: CheckingClient, fill: Callable[[Answers, int], None]
) -> None:
    page_of(trainer, f"/write/{SLUG}")
    assert ADDRESS in links_of(trainer.page)

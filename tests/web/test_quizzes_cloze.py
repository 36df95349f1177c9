"""Cloze as an officer meets it: a text with fields in its gaps, by forms alone."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from elearn.content.compiler import compile_course
from elearn.content.question import ChoiceGap, Cloze
from tests.checking import HTML, CheckingClient, words_of
from tests.factories import NOON, a_person, writing
from tests.quiz_course import SLUG, course_files, enrolled
from tests.web.test_quizzes import START, answer, hand_in, start

SECRETS = ("zqword", "zqhalf", "zqmistake", "zqpattern", "14999.5", "15000", "zqexplanation", "zqnote", "is-right")
GAPS = """The ceiling is [[= 15000 ± 0.5 EUR]] [[( ) tenge | (x) euros | ( ) roubles]].

| What | Who |
|------|-----|
| Runs | [[zqword \\| /zqpattern.*/ \\| zqhalf `50%` \\| != zqmistake]] |

> [!NOTE]
> zqexplanation.

> [!IMPORTANT]
> zqnote
"""
QUIZ = f"""---
quiz: small-quiz
title: Gaps
pass_mark: 70
SETTINGS
---
## What does it say? <!-- id: gaps | points: 3 -->

Fill in the words.

{GAPS}"""
RUSSIAN = """---
title: Пропуски
---
## Что там сказано? <!-- id: gaps -->

Порог: [[= 15000 ± 0.5 EUR]] [[( ) тенге | (x) евро | ( ) рубли]];
ведёт [[слово | /zqpattern.*/ | half `50%` | != нет]].
"""


def files(settings: str = "attempts: 3") -> dict[str, bytes]:
    module = course_files()["01-one/module.md"].decode().partition("### Which comes first?")[0]
    texts = {
        **course_files(),
        "01-one/quiz.md": QUIZ.replace("SETTINGS", settings).encode(),
        "01-one/module.md": f"{module}### What does it say? <!-- q: check -->\n\n{GAPS}".encode(),
    }
    return {path: data for path, data in texts.items() if not path.startswith(("pools", "exam"))} | {
        "course.md": texts["course.md"].replace(b"exam: 80", b"quizzes: all")
    }


def choice(words: str) -> str:
    """The id of a choice of the quiz."""
    course = compile_course(SLUG, files()).course
    assert course is not None
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Cloze)
    assert isinstance(question.gaps[1], ChoiceGap)
    answers = question.texts["en"].answers
    return next(each.id for each in question.gaps[1].choices if answers[each.id] == words)


def opened(
    site: Flask,
    client: CheckingClient,
    settings: str = "attempts: 3",
    more: dict[str, bytes] | None = None,
    language: str | None = None,
) -> str:
    """An officer in the middle of an attempt; its address without the number."""
    with writing(site) as session:
        enrolled(
            session, a_person(session, "officer", language=language), {**files(settings), **(more or {})}, now=NOON
        )
    client.sign_in("officer")
    return start(client, START)


def fields(client: CheckingClient) -> list[Any]:
    """The fields of the page in which a gap is filled."""
    found = [*client.page.iter(f"{HTML}input"), *client.page.iter(f"{HTML}select")]
    named = [node for node in found if node.get("name") == "answer"]
    return sorted(named, key=lambda node: node.get("aria-label"))


def values(client: CheckingClient) -> list[str]:
    said: list[str] = []
    for node in fields(client):
        options = [node for node in node.iter(f"{HTML}option") if node.get("selected") is not None]
        said.append(options[0].get("value") if options else node.get("value") or "")
    return said


def seen(client: CheckingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_every_gap_has_a_field_with_a_name_and_nothing_tells_the_key(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    text = seen(client, f"{base}/1")
    assert [node.get("aria-label") for node in fields(client)] == ["Gap 1 of 3", "Gap 2 of 3", "Gap 3 of 3"]
    page = words_of(client.page)
    assert "The ceiling is" in page
    assert "Fill in every gap." in page
    main = text.partition("<main")[2]
    assert [secret for secret in SECRETS if secret in main] == []
    options = [node.get("value") for node in fields(client)[1].iter(f"{HTML}option")]
    assert sorted(options) == sorted(["", choice("euros"), choice("tenge"), choice("roubles")])


def test_what_was_filled_in_is_there_when_one_comes_back(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 1, ["", choice("tenge"), "zq <b>"], action="leave")
    seen(client, f"{base}/1")
    assert values(client) == ["", choice("tenge"), "zq <b>"]


def test_a_script_saves_the_same(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    token = client.token(f"{base}/1")
    sent = {"client_id": str(uuid4()), "response": ["15000", "", ""]}
    saved = client.put(f"{base}/answers/gaps", json=sent, headers={"X-CSRF-Token": token})
    assert saved.status_code == 200
    seen(client, f"{base}/1")
    assert values(client) == ["15000", "", ""]


def test_the_result_says_of_each_gap_what_it_was_worth(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 1, ["14 999,7 eur", choice("tenge"), "zqhalf"])
    page = seen_result(client, base)
    for said in (
        "In part, 1.5 of 3 points",
        "Gap 1 of 3: Right You wrote 14 999,7 eur",
        "Gap 2 of 3: Wrong You chose tenge. Accepted: euros.",
        "Gap 3 of 3: Right in part You wrote zqhalf. Accepted: zqword.",
        "zqexplanation",
    ):
        assert said in page
    assert "zqpattern" not in page
    assert "zqnote" not in page


def seen_result(client: CheckingClient, base: str) -> str:
    seen(client, hand_in(client, base))
    return words_of(client.page)


def test_a_blank_gap_is_said_to_be_blank(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 1, ["15000", choice("euros"), ""])
    page = seen_result(client, base)
    assert "In part, 2 of 3 points" in page
    assert "Gap 3 of 3: Left blank Accepted: zqword." in page


@pytest.mark.parametrize("feedback", ["after-close", "never"])
def test_a_quiz_that_hides_its_answers_hides_those_of_gaps(site: Flask, client: CheckingClient, feedback: str) -> None:
    base = opened(site, client, f"attempts: 3\nfeedback: {feedback}")
    answer(client, base, 1, ["1", choice("tenge"), "no"])
    text = seen(client, hand_in(client, base)).partition("<main")[2]
    assert [secret for secret in SECRETS if secret in text] == []


def test_where_feedback_comes_at_once_the_first_answer_counts(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, "feedback: immediately")
    answer(client, base, 1, ["15000", choice("euros"), "zqword"], action="check")
    seen(client, f"{base}/1")
    assert "Right, 3 of 3 points" in words_of(client.page)
    assert fields(client) == []


def test_an_empty_form_is_asked_for_a_gap(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, "feedback: immediately")
    page = f"{base}/1"
    response = client.send(page, {"answer": ["", "", " "], "action": "check"}, page=page)
    assert response.status_code == 422
    assert "Fill in a gap first." in response.get_data(as_text=True)


def test_gaps_check_oneself_in_a_lesson(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    section = f"/courses/{SLUG}/one/a-section"
    text = seen(client, section).partition("<main")[2]
    assert [secret for secret in SECRETS if secret in text] == []
    response = client.send(f"{section}/checks/check", {"answer": ["15000", "", "zqmistake"]}, page=section)
    assert response.status_code == 200
    page = words_of(client.page)
    assert "In part, 0.33 of 1 point" in page
    assert "Gap 3 of 3: Wrong You wrote zqmistake" in page


def test_gaps_are_filled_in_the_language_of_the_page(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, more={"01-one/quiz.ru.md": RUSSIAN.encode()}, language="ru")
    seen(client, f"{base}/1")
    assert "ведёт" in words_of(client.page)
    options = {node.get("value"): node.text for node in fields(client)[1].iter(f"{HTML}option")}
    assert options[choice("euros")] == "евро"
    answer(client, base, 1, ["15 000", choice("euros"), "слово"])
    assert "100 из 100" in seen(client, hand_in(client, base))

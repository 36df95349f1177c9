"""Answers that a script saves, and check-yourself questions."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from elearn.assessment.models import Answer
from tests import checking
from tests.checking import HTML, CheckingClient, words_of
from tests.factories import NOON, reading
from tests.quiz_course import SLUG, compiled
from tests.web.test_quizzes import hand_in, opened, secrets_in, start, words

LESSON = f"/courses/{SLUG}/one/a-section"


def save(client: CheckingClient, path: str, body: Any, token: str) -> TestResponse:
    return client.put(path, json=body, headers={"X-CSRF-Token": token})


def saved(site: Flask) -> int:
    with reading(site) as session:
        return session.scalar(select(func.count(Answer.id))) or 0


def test_a_script_saves_an_answer_and_is_told_when(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
        token = client.token(f"{base}/4")
        response = save(client, f"{base}/answers/word", {"client_id": str(uuid4()), "response": ["half"]}, token)
    assert (response.status_code, response.json) == (200, {"saved_at": "17:00"})
    with time_machine.travel(NOON, tick=False):
        page = words(client, f"{base}/4")
    assert "Saved at 17:00" in page
    values = [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("name") == "answer"]
    assert values == ["half"]


def test_a_page_says_when_its_own_answer_was_saved_and_no_other(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
        token = client.token(f"{base}/4")
        save(client, f"{base}/answers/word", {"client_id": str(uuid4()), "response": ["half"]}, token)
        assert "Saved at 17:00" in words(client, f"{base}/4")
        assert "Nothing to save yet" in words(client, f"{base}/3")
        client.send(f"{base}/4", {"answer": "half", "flagged": "1", "shown": "", "shown_flag": "0"}, page=f"{base}/4")
        assert "Saved at 17:00 Flagged" in words(client, f"{base}/review")


def test_saving_asks_the_database_three_times(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/4")
    save(client, f"{base}/answers/word", {"client_id": str(uuid4()), "response": ["half"]}, token)
    assert [query.split()[0] for query in checking._queries] == ["SELECT", "SELECT", "INSERT"]


def test_the_same_answer_sent_again_is_confirmed_and_saved_once(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/4")
    body = {"client_id": str(uuid4()), "response": ["half"]}
    answers = [save(client, f"{base}/answers/word", body, token) for _ in range(3)]
    assert [response.status_code for response in answers] == [200, 200, 200]
    assert len({response.get_data() for response in answers}) == 1
    assert saved(site) == 1


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"client_id": "x", "response": []},
        {"client_id": 7, "response": []},
        {"client_id": str(uuid4()), "response": "text"},
        {"client_id": str(uuid4()), "response": [1]},
        {"client_id": str(uuid4()), "response": ["a"] * 201},
        {"client_id": str(uuid4())},
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(site: Flask, client: CheckingClient, body: Any) -> None:
    opened(site, client)
    base = start(client)
    response = save(client, f"{base}/answers/word", body, client.token(f"{base}/4"))
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["message"].startswith("This is not an answer")
    assert saved(site) == 0


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_brackets_without_end_are_no_answer(site: Flask, client: CheckingClient, bracket: str) -> None:
    opened(site, client)
    headers = {"X-CSRF-Token": client.token("/account"), "Content-Type": "application/json"}
    response = client.put(f"{start(client)}/answers/word", data=bracket * 40_000, headers=headers)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["message"].startswith("This is not an answer")


def test_hostile_text_is_kept_as_text(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/4")
    text = '\ud800<b>"\x00' + "x" * 10_000
    response = save(client, f"{base}/answers/word", {"client_id": str(uuid4()), "response": [text]}, token)
    assert response.status_code == 200
    assert "<b>" not in client.get(f"{base}/4").get_data(as_text=True)


def test_without_its_token_nothing_is_saved(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    body = {"client_id": str(uuid4()), "response": ["half"]}
    assert client.put(f"{base}/answers/word", json=body).status_code == 403
    assert saved(site) == 0


def test_a_question_that_is_not_on_the_paper_is_not_there(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    body = {"client_id": str(uuid4()), "response": ["half"]}
    for question_id in ("pool-1", "none"):
        assert save(client, f"{base}/answers/{question_id}", body, client.token(f"{base}/4")).status_code == 404


def test_nobody_saves_into_somebody_elses_attempt(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    client.send("/sign-out")
    client.sign_in("other")
    body = {"client_id": str(uuid4()), "response": ["half"]}
    assert save(client, f"{base}/answers/word", body, client.token("/account")).status_code == 404
    assert saved(site) == 0


def test_a_closed_attempt_takes_no_answer_but_confirms_what_it_has(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/4")
    body = {"client_id": str(uuid4()), "response": ["half"]}
    save(client, f"{base}/answers/word", body, token)
    hand_in(client, base)
    assert save(client, f"{base}/answers/word", body, token).status_code == 200
    late = save(client, f"{base}/answers/word", {**body, "client_id": str(uuid4())}, token)
    assert late.status_code == 409
    assert late.json is not None
    assert "closed" in late.json["message"]


def test_after_the_time_no_answer_is_taken(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "time_limit: 10 minutes")
    body = {"client_id": str(uuid4()), "response": ["half"]}
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
        token = client.token(f"{base}/4")
    with time_machine.travel(NOON + timedelta(minutes=10, seconds=15), tick=False):
        assert save(client, f"{base}/answers/word", body, token).status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=10, seconds=25), tick=False):
        late = save(client, f"{base}/answers/word", {**body, "client_id": str(uuid4())}, token)
        assert late.status_code == 409


def test_an_answer_to_a_saved_question_tells_nothing_of_the_key(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/1")
    body = {"client_id": str(uuid4()), "response": ["no such id"]}
    assert secrets_in(save(client, f"{base}/answers/single", body, token).get_data(as_text=True)) == []


# ---- Check yourself ----


def check_answer(words_of_answer: str) -> str:
    module = compiled().module("one")
    assert module is not None
    question = module.check("first")
    assert question is not None
    return next(name for name, html in question.texts["en"].answers.items() if html == words_of_answer)


def test_a_lesson_asks_its_check_without_the_key(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    response = client.get(LESSON)
    page = words_of(client.page)
    assert secrets_in(response.get_data(as_text=True)) == []
    assert "Which comes first?" in page
    assert "1 of 2 in this section" in page


def test_a_check_is_answered_on_the_page_and_nothing_is_stored(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    response = client.send(f"{LESSON}/checks/first", {"answer": check_answer("The last one")}, page=LESSON)
    assert response.status_code == 200
    page = words_of(client.page)
    assert "The last one Your answer, wrong zqfeedback: it comes last." in page
    assert "The first one Right" in page
    assert "zqexplanation: see" in page
    assert "zqkeyword" not in page
    assert "zqfeedback: it comes between" not in page
    assert saved(site) == 0
    assert secrets_in(client.get(LESSON).get_data(as_text=True)) == []


def test_a_script_gets_the_check_alone(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    token = client.token(LESSON)
    with client.unchecked():
        response = client.post(
            f"{LESSON}/checks/called", data={"csrf_token": token, "answer": "ZQKEYWORD "}, headers={"X-Fragment": "1"}
        )
    text = response.get_data(as_text=True)
    assert text.strip().startswith("<form")
    assert "<html" not in text
    assert "Right" in text


def test_a_blank_check_is_asked_for_again(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    response = client.send(f"{LESSON}/checks/first", page=LESSON)
    assert "Choose an answer first." in response.get_data(as_text=True)
    assert secrets_in(response.get_data(as_text=True)) == []


@pytest.mark.parametrize(
    "path",
    [f"{LESSON}/checks/none", f"/courses/{SLUG}/one/opening/checks/first", f"/courses/{SLUG}/two/x/checks/first"],
)
def test_a_check_that_is_not_in_the_section_is_not_there(site: Flask, client: CheckingClient, path: str) -> None:
    opened(site, client)
    assert client.send(path, page=LESSON).status_code == 404


def test_two_readers_get_forms_with_their_own_tokens(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    client.get(LESSON)
    client.send("/sign-out")
    client.sign_in("officer")
    response = client.send(f"{LESSON}/checks/first", {"answer": check_answer("The first one")}, page=LESSON)
    assert response.status_code == 200

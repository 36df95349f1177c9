"""Quizzes as an officer meets them: start, questions, review, result; by forms alone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from elearn.assessment.models import Answer, Attempt
from elearn.learning.models import Outcome
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import NOON, a_person, reading, writing
from tests.quiz_course import (
    ALL_RIGHT,
    ALL_WRONG,
    SECRETS,
    SLUG,
    compiled,
    course_files,
    enrolled,
    read_everything,
    values_of,
)

START = f"/courses/{SLUG}/quizzes/small-quiz"
EXAM = f"/courses/{SLUG}/quizzes/the-exam"


def opened(
    site: Flask, client: CheckingClient, quiz: str = "attempts: 3", exam: str = "attempts: 2", *, is_read: bool = False
) -> None:
    """An officer enrolled in the course, signed in; ``is_read``: with every section read."""
    with writing(site) as session:
        learning, course, _ = enrolled(session, a_person(session, "officer"), course_files(quiz, exam))
        if is_read:
            read_everything(session, learning, course)
        a_person(session, "other")
    client.sign_in("officer")


def words(client: CheckingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status
    return words_of(client.page)


def start(client: CheckingClient, path: str = START) -> str:
    """Start an attempt; the address of it, without the number of the question."""
    response = client.send(f"{path}/start", page=path)
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.location.rpartition("/")[0]


def answer(
    client: CheckingClient, base: str, number: int, answers: list[str], action: str = "next", **more: str
) -> str:
    """Answer a question through its form; where that leads."""
    page = f"{base}/{number}"
    response = client.send(page, {"answer": answers, "action": action, **more}, page=page)
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def answer_all(client: CheckingClient, base: str, key: dict[str, list[str]]) -> str:
    """Answer every question of the small quiz, in its order; where the last one leads."""
    led = ""
    for number, (question_id, said) in enumerate(key.items(), start=1):
        led = answer(client, base, number, values_of(compiled(), "small-quiz", question_id, said))
    return led


def hand_in(client: CheckingClient, base: str) -> str:
    response = client.send(f"{base}/submit", page=f"{base}/review")
    assert response.status_code == 303
    return str(response.location)


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


# ---- Before ----


def test_the_page_before_a_quiz_says_its_rules_in_words(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "attempts: 3\ntime_limit: 40 minutes\nwait_between: 1 day\nfeedback: after-attempt")
    page = words(client, START)
    for said in (
        "5 questions. The pass mark is 70 of 100.",
        "Time limit: 40 minutes from the start",
        "3 attempts, at least one day apart",
        "You see what was right after you hand in",
        "If you start now, you may finish until",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("feedback", "said"),
    [
        ("immediately", "You see what is right after each question"),
        ("after-close", "You see what was right after your last attempt"),
        ("never", "The right answers are not shown."),
    ],
)
def test_it_says_what_is_shown_and_when(site: Flask, client: CheckingClient, feedback: str, said: str) -> None:
    opened(site, client, f"feedback: {feedback}")
    assert said in words(client, START)


def test_an_unknown_quiz_is_not_there(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    assert client.get(f"/courses/{SLUG}/quizzes/none").status_code == 404


def test_who_is_not_enrolled_is_led_to_where_one_enrols(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    client.send("/sign-out")
    client.sign_in("other")
    assert client.get(START).location == f"/courses/{SLUG}"


def test_the_exam_is_locked_until_the_modules_are_read(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    assert "The exam opens when you have read every module. You have read 0 of 1." in words(client, EXAM)
    assert not [form for form in client.page.iter(f"{HTML}form") if "/start" in (form.get("action") or "")]
    assert client.send(f"{EXAM}/start", page=START).status_code == 403


def test_the_exam_opens_when_they_are(site: Flask, client: CheckingClient) -> None:
    opened(site, client, is_read=True)
    assert "3 questions. The pass mark is 80 of 100." in words(client, EXAM)
    assert start(client, EXAM).startswith("/attempts/")


# ---- During ----


def test_start_pressed_twice_goes_on_with_one_attempt(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    assert start(client) == start(client)
    assert "Go on with attempt 1" in words(client, START)


def test_going_on_leads_to_the_first_question_without_an_answer(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Pears"]))
    assert client.send(f"{START}/start", page=START).location == f"{base}/2"


def test_an_answer_is_saved_before_the_button_leads_on(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    pears = values_of(compiled(), "small-quiz", "single", ["Pears"])
    for action, where in (
        ("next", "2"), ("goto:4", "4"), ("review", "review"), ("back", "1"), ("goto:999", "5"), ("goto:x", "1"),
        ("", "1"),
    ):  # fmt: skip
        assert answer(client, base, 1, pears, action) == f"{base}/{where}"
    client.get(f"{base}/1")
    chosen = [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("checked") is not None]
    assert chosen == pears
    with reading(site) as session:
        assert session.scalar(select(func.count(Answer.id))) == 1


def test_pausing_saves_and_leads_out(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    assert answer(client, base, 4, ["half a thought"], "leave") == START
    client.get(f"{base}/4")
    assert [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("name") == "answer"] == [
        "half a thought"
    ]


def test_a_tick_taken_away_is_taken_back(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 2, values_of(compiled(), "small-quiz", "several", ["Kites"]))
    answer(client, base, 2, [])
    client.get(f"{base}/2")
    assert not [node for node in client.page.iter(f"{HTML}input") if node.get("checked") is not None]


def test_the_palette_tells_in_words_what_is_answered_flagged_and_blank(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Pears"]), flagged="1")
    answer(client, base, 3, [], flagged="1")
    client.get(f"{base}/2")
    palette = next(node for node in client.page.iter(f"{HTML}ol") if node.get("class") == "palette")
    cells = [text_of(node) for node in palette.iter(f"{HTML}button")]
    assert cells == [
        "Question 1, answered, flagged",
        "Question 2, not yet answered",
        "Question 3, not yet answered, flagged",
        "Question 4, not yet answered",
        "Question 5, not yet answered",
    ]
    assert [node.get("aria-current") for node in palette.iter(f"{HTML}button")] == [None, "step", None, None, None]


def test_the_time_is_told_in_words(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "time_limit: 40 minutes")
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
    with time_machine.travel(NOON + timedelta(minutes=16), tick=False):
        page = words(client, f"{base}/1")
    assert "About 24 minutes left" in page
    assert "You may finish until 17:40" in page  # Almaty


def test_review_names_what_is_open_and_flagged(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Pears"]), flagged="1")
    page = words(client, f"{base}/review")
    assert "4 questions are still open" in page
    assert "1. Which one is it?" in page
    assert "Hand in 1 of 5 answers" in page
    for number, (question_id, said) in enumerate(ALL_RIGHT.items(), start=1):
        answer(client, base, number, values_of(compiled(), "small-quiz", question_id, said))
    page = words(client, f"{base}/review")
    assert "Every question is answered" in page
    assert "Open or flagged" not in page


@pytest.mark.parametrize("path", ["1", "review", "result"])
def test_somebody_elses_attempt_is_not_there(site: Flask, client: CheckingClient, path: str) -> None:
    opened(site, client)
    base = start(client)
    client.send("/sign-out")
    client.sign_in("other")
    assert client.get(f"{base}/{path}").status_code == 404
    assert client.send(f"{base}/1", {"action": "next"}).status_code == 404
    assert client.send(f"{base}/submit").status_code == 404


@pytest.mark.parametrize("number", [0, 6, 99999])
def test_a_question_that_the_paper_does_not_have_is_not_there(site: Flask, client: CheckingClient, number: int) -> None:
    opened(site, client)
    base = start(client)
    assert client.get(f"{base}/{number}").status_code == 404
    assert client.send(f"{base}/{number}", {"action": "next"}).status_code == 404


# ---- After ----


def test_the_heading_of_a_result_is_the_result(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    assert answer_all(client, base, ALL_RIGHT) == f"{base}/review"
    page = words(client, hand_in(client, base))
    assert "100 of 100. The pass mark is 70: passed" in page
    assert next(client.page.iter(f"{HTML}h1")).text == "100 of 100. The pass mark is 70: passed"
    assert "zqexplanation: pears" in page


def test_a_wrong_answer_gets_its_feedback_the_right_one_and_what_to_reread(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer_all(client, base, ALL_WRONG)
    page = words(client, hand_in(client, base))
    assert "0 of 100. The pass mark is 70: not passed" in page
    for said in (
        "Apples Your answer, wrong zqfeedback for apples.",
        "Pears Right",
        "Kites Right, not chosen",
        "Bells Your answer, wrong zqfeedback for bells.",
        "You wrote wrongword. Accepted: zqkeyword.",
        "zqfeedback for the wrong word.",
        "Accepted: 14,990–15,010 EUR.",
        "What to reread 1.1 A section",
        "Try again",
    ):
        assert said in page, said
    assert "zqfeedback for plums" not in page
    assert "zqpattern" not in page
    assert "zqnote" not in page


def test_only_what_was_not_right_can_be_looked_at(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Pears"]))
    result = hand_in(client, base)
    assert "Question 1 of 5" in words(client, result)
    wrong = words(client, f"{result}?show=wrong")
    assert "Question 1 of 5" not in wrong
    assert "Question 2 of 5" in wrong


def test_handing_in_twice_shows_the_same_result(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer_all(client, base, ALL_RIGHT)
    token = client.token(f"{base}/review")
    results = [client.post(f"{base}/submit", data={"csrf_token": token}).location for _ in range(3)]
    assert results == [f"{base}/result"] * 3
    with reading(site) as session:
        assert session.scalar(select(func.count(Outcome.id))) == 1


def test_a_closed_attempt_leads_to_its_result(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    token = client.token(f"{base}/1")
    hand_in(client, base)
    assert client.get(f"{base}/1").location == f"{base}/result"
    assert client.get(f"{base}/review").location == f"{base}/result"
    late = client.post(f"{base}/1", data={"csrf_token": token, "answer": "x", "action": "next"})
    assert late.location == f"{base}/result"


def test_an_open_attempt_has_no_result(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    assert client.get(f"{base}/result").location == f"{base}/1"


@pytest.mark.parametrize("look", ["{base}/1", "{base}/review", "{base}/result", START])
def test_who_looks_after_the_time_finds_what_was_saved_handed_in(
    site: Flask, client: CheckingClient, look: str
) -> None:
    opened(site, client, "time_limit: 10 minutes")
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
        answer(client, base, 2, values_of(compiled(), "small-quiz", "several", ["Kites", "Drums"]))
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        response = client.get(look.format(base=base), follow_redirects=True)
        assert response.status_code == 200
        assert "The time was over at 17:10; what was saved until then was marked." in words(client, f"{base}/result")
    with reading(site) as session:
        attempt = session.scalars(select(Attempt)).one()
        assert attempt.submitted_at == NOON + timedelta(minutes=10)
        assert int(attempt.score or 0) == 33


def test_earlier_attempts_stand_beside_the_rules(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "attempts: 2")
    for key in (ALL_WRONG, ALL_RIGHT):
        base = start(client)
        answer_all(client, base, key)
        hand_in(client, base)
    page = words(client, START)
    assert "2 of 2 used" in page
    assert "You have passed: your best result is 100 of 100." in page
    assert "You have used every attempt at this quiz." in page
    assert client.send(f"{START}/start", page="/account").status_code == 403


def test_the_waiting_time_is_told_with_its_end(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "wait_between: 1 day")
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        result = hand_in(client, start(client))
        said = "You may start the next attempt from 17:00 on 22 November."
        assert said in words(client, result)
        assert said in words(client, START)
        assert client.send(f"{START}/start", page="/account").status_code == 403


def test_the_exam_is_told_by_module_and_leads_to_the_certificate(site: Flask, client: CheckingClient) -> None:
    opened(site, client, is_read=True)
    base = start(client, EXAM)
    for number in range(1, 4):
        client.get(f"{base}/{number}")
        labels = [node for node in client.page.iter(f"{HTML}label") if "option" in (node.get("class") or "")]
        right = next(label for label in labels if text_of(label).startswith("Right"))
        value = next(right.iter(f"{HTML}input")).get("value")
        answer(client, base, number, [value])
    page = words(client, hand_in(client, base))
    assert "100 of 100. The pass mark is 80: passed" in page
    assert "See your certificate" in page


# ---- What may be seen, and when ----


@pytest.mark.parametrize("feedback", ["after-attempt", "after-close", "never"])
def test_nothing_of_the_key_is_in_any_page_before_handing_in(
    site: Flask, client: CheckingClient, feedback: str
) -> None:
    opened(site, client, f"attempts: 2\nfeedback: {feedback}")
    seen = [client.get(START)]
    base = start(client)
    for number, (question_id, said) in enumerate(ALL_WRONG.items(), start=1):
        seen.append(client.get(f"{base}/{number}"))
        values = [value for value in values_of(compiled(), "small-quiz", question_id, said) if value != "zqkeyword"]
        answer(client, base, number, values)
        seen.append(client.get(f"{base}/{number}"))
    seen.append(client.get(f"{base}/review"))
    assert [secrets_in(page.get_data(as_text=True)) for page in seen] == [[]] * len(seen)


def test_after_close_nothing_is_shown_until_the_last_attempt_is_handed_in(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "attempts: 2\nfeedback: after-close")
    first = hand_in(client, start(client))
    page = client.get(first).get_data(as_text=True)
    assert secrets_in(page) == []
    assert "What was right is shown after your last attempt." in page
    second = start(client)
    assert secrets_in(client.get(first).get_data(as_text=True)) == []
    hand_in(client, second)
    assert "zqexplanation" in client.get(first).get_data(as_text=True)


def test_never_means_the_score_alone(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "attempts: 1\nfeedback: never")
    base = start(client)
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Apples"]))
    page = client.get(hand_in(client, base)).get_data(as_text=True)
    assert secrets_in(page) == []
    assert "Apples" not in page
    assert "The right answers of this quiz are not shown." in page


def test_trainers_notes_are_never_shown(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer_all(client, base, ALL_WRONG)
    assert "zqnote" not in client.get(hand_in(client, base)).get_data(as_text=True)


def test_immediately_means_after_each_question_and_the_first_answer_counts(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "feedback: immediately")
    base = start(client)
    assert secrets_in(client.get(f"{base}/1").get_data(as_text=True)) == []
    assert answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Apples"]), "check") == f"{base}/1"
    page = words(client, f"{base}/1")
    assert "Apples Your answer, wrong zqfeedback for apples." in page
    assert not [node for node in client.page.iter(f"{HTML}input") if node.get("name") == "answer"]
    assert secrets_in(client.get(f"{base}/2").get_data(as_text=True)) == []
    answer(client, base, 1, values_of(compiled(), "small-quiz", "single", ["Pears"]), "next")
    assert "Apples Your answer, wrong" in words(client, f"{base}/1")


def test_check_without_an_answer_asks_for_one(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "feedback: immediately")
    base = start(client)
    response = client.send(f"{base}/1", {"action": "check"}, page=f"{base}/1")
    assert response.status_code == 422
    assert "Choose an answer first." in response.get_data(as_text=True)


def test_what_an_officer_types_is_shown_as_text(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    typed = '"><script>alert(1)</script>'
    answer(client, base, 4, [typed])
    page = client.get(f"{base}/4").get_data(as_text=True)
    assert "<script>alert" not in page
    assert re.search(r'value="&#34;&gt;&lt;script&gt;alert\(1\)&lt;/script&gt;"', page)
    assert "<script>alert" not in client.get(hand_in(client, base)).get_data(as_text=True)


# ---- On both databases ----


def test_a_quiz_is_taken_from_start_to_result(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    opened(app, client, "time_limit: 10 minutes")
    with time_machine.travel(NOON, tick=False):
        client.send("/sign-out")
        client.sign_in("officer")
        base = start(client)
        answer_all(client, base, ALL_RIGHT)
        saved = client.put(
            f"{base}/answers/word",
            json={"client_id": str(uuid4()), "response": ["other"]},
            headers={"X-CSRF-Token": client.token(f"{base}/4")},
        )
        assert saved.status_code == 200
        assert "91 of 100" in words(client, hand_in(client, base))
        late = start(client)
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        assert client.get(f"{late}/1").location == f"{late}/result"
        assert "The time was over" in words(client, f"{late}/result")
        assert "2 so far" in words(client, START)


def hidden(client: CheckingClient, path: str) -> dict[str, str]:
    """What the page of a question says of what it shows."""
    client.get(path)
    fields = {field.get("name"): field.get("value") for field in client.page.iter(f"{HTML}input")}
    return {name: fields[name] for name in ("shown", "shown_flag")}


def chosen(client: CheckingClient, path: str) -> list[str]:
    """The rows that a page of a question shows as chosen."""
    client.get(path)
    return [field.get("value") for field in client.page.iter(f"{HTML}input") if field.get("checked") is not None]


def test_a_page_left_open_takes_back_nothing_that_was_said_elsewhere_since(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    client.get(f"{base}/1")
    rows = [field.get("value") for field in client.page.iter(f"{HTML}input") if field.get("name") == "answer"]
    blank = hidden(client, f"{base}/1")
    answer(client, base, 1, [rows[0]], flagged="1", **blank)
    old = hidden(client, f"{base}/1")

    answer(client, base, 1, [], **blank)  # shown blank before, and sent untouched now
    assert chosen(client, f"{base}/1") == [rows[0], "1"]

    answer(client, base, 1, [rows[1]], flagged="1", **old)
    answer(client, base, 1, [rows[0]], flagged="1", **old)  # untouched too
    assert chosen(client, f"{base}/1") == [rows[1], "1"]


def test_what_a_script_saw_touched_counts_as_it_is_sent(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    client.get(f"{base}/1")
    rows = [field.get("value") for field in client.page.iter(f"{HTML}input") if field.get("name") == "answer"]
    answer(client, base, 1, [rows[0]], **hidden(client, f"{base}/1"))
    shown = hidden(client, f"{base}/1")
    answer(client, base, 1, [rows[1]], **shown)

    answer(client, base, 1, [rows[0]], **shown | {"shown": ""})

    assert chosen(client, f"{base}/1") == [rows[0]]

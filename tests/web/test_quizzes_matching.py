"""Matching and ordering as an officer meets them: by forms alone, in an attempt and in a lesson."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.assessment.models import Answer
from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.question import Matching, Ordering
from elearn.security.policy import Role, ScopeKind
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import a_person, reading, writing
from tests.quiz_course import COURSE, SLUG, enrolled

START = f"/courses/{SLUG}/quizzes/small-quiz"
LESSON = f"/courses/{SLUG}/one/a-section"
SECRETS = ("zqfeedback", "zqexplanation", "is-right", "is-wrong", "Belongs to", "The right order")
PAIRS = """- Placement → cash enters
  > zqfeedback on placement.
- Layering → the trail is *broken* up
- Integration → a villa is bought
- Structuring → cash enters
- → an account is closed
  > zqfeedback on the account.

> [!NOTE]
> zqexplanation: see [a section](module.md#a-section).
"""
STEPS = """1. The bank files the report
2. The unit registers it
3. An analyst enriches it
   > zqfeedback on the analyst.
4. The unit disseminates it

> [!NOTE]
> zqexplanation of the steps.
"""
MODULE = f"""---
title: The one module
minutes: 10
---
An opening.

## A section <!-- id: a-section -->

### What belongs to what? <!-- q: stages -->

{PAIRS.replace("module.md#", "#")}
### In which order? <!-- q: steps -->

{STEPS}"""
QUIZ = f"""---
quiz: small-quiz
title: "Quiz: pairs and orders"
pass_mark: 70
attempts: 3
SETTINGS
---
## What belongs to what? <!-- id: stages | points: 4 -->

{PAIRS}
## In which order? <!-- id: steps | points: 3 -->

{STEPS}"""
FILES = {
    "course.md": COURSE.replace("exam: 80", "quizzes: all").encode(),
    "01-one/module.md": MODULE.encode(),
}
Page = Any


def files(settings: str = "feedback: after-attempt") -> dict[str, bytes]:
    return {**FILES, "01-one/quiz.md": QUIZ.replace("SETTINGS", settings).encode()}


def course() -> Course:
    made = compile_course(SLUG, files())
    assert made.course is not None, made.problems
    return made.course


def pairs_of() -> Matching:
    quiz = course().quiz("small-quiz")
    assert quiz is not None
    assert isinstance(quiz.questions[0], Matching)
    return quiz.questions[0]


def steps_of() -> Ordering:
    quiz = course().quiz("small-quiz")
    assert quiz is not None
    assert isinstance(quiz.questions[1], Ordering)
    return quiz.questions[1]


def opened(site: Flask, client: CheckingClient, settings: str = "feedback: after-attempt") -> None:
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), files(settings))
    client.sign_in("officer")


def start(client: CheckingClient) -> str:
    return str(client.send(f"{START}/start", page=START).location.rpartition("/")[0])


def fields(page: Page) -> dict[str, Page]:
    """The lists to choose from on a page, by the words of their labels."""
    labels = {node.get("for"): text_of(node).removeprefix("Place of: ") for node in page.iter(f"{HTML}label")}
    return {labels[node.get("id")]: node for node in page.iter(f"{HTML}select")}


def options(field: Page) -> dict[str, str]:
    """What may be chosen in a list: words and values."""
    return {text_of(node): node.get("value") for node in field.iter(f"{HTML}option")}


def chosen(page: Page) -> dict[str, str]:
    """What is chosen in each list, in words."""
    return {
        name: next(text_of(node) for node in field.iter(f"{HTML}option") if node.get("selected") is not None)
        for name, field in fields(page).items()
        if any(node.get("selected") is not None for node in field.iter(f"{HTML}option"))
    }


def answer(client: CheckingClient, base: str, number: int, said: dict[str, str], action: str = "next") -> str:
    """Choose in the lists of a question by their words, as the page offers them; where that leads."""
    client.get(f"{base}/{number}")
    values = [options(field)[said[name]] if name in said else "" for name, field in fields(client.page).items()]
    response = client.send(f"{base}/{number}", {"answer": values, "action": action}, page=f"{base}/{number}")
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def hand_in(client: CheckingClient, base: str) -> str:
    result = client.send(f"{base}/submit", page=f"{base}/review").location
    assert client.get(result).status_code == 200
    return words_of(client.page)


RIGHT_PAIRS = {
    "Placement": "cash enters",
    "Layering": "the trail is broken up",
    "Integration": "a villa is bought",
    "Structuring": "cash enters",
}
RIGHT_STEPS = {
    "The bank files the report": "1",
    "The unit registers it": "2",
    "An analyst enriches it": "3",
    "The unit disseminates it": "4",
}


def test_everything_right_earns_everything(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    assert answer(client, base, 1, RIGHT_PAIRS) == f"{base}/2"
    assert answer(client, base, 2, RIGHT_STEPS) == f"{base}/review"
    page = hand_in(client, base)
    assert "100 of 100. The pass mark is 70: passed" in page
    assert page.count("Your answer, right") == 4
    assert page.count("In order") == 4
    assert "zqfeedback" not in page


def test_what_was_chosen_is_there_again_and_can_be_taken_back(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, {"Layering": "an account is closed"})
    client.get(f"{base}/1")
    assert chosen(client.page) == {"Layering": "an account is closed"}
    answer(client, base, 1, {})
    client.get(f"{base}/1")
    assert chosen(client.page) == {}
    with reading(site) as session:
        stored = session.scalars(select(Answer.response).order_by(Answer.id)).all()
    question = pairs_of()
    assert stored == [{"values": [f"{question.pairs[1].left}:{question.distractors[0]}"]}, {}]


def test_a_wrong_pair_gets_its_feedback_and_what_belongs_to_it(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, {"Placement": "an account is closed", "Layering": "the trail is broken up"})
    page = hand_in(client, base)
    for said in (
        "In part, 1 of 4 points",
        "Placement an account is closed Your answer, wrong Belongs to it: cash enters",
        "zqfeedback on placement. zqfeedback on the account.",
        "Layering the trail is broken up Your answer, right Integration Not answered Belongs to it: a villa is bought",
        "an account is closed Belongs to none",
        "zqexplanation: see a section",
    ):
        assert said in page, said


def test_an_order_is_paid_by_its_longest_run_and_says_so(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    moved = {
        "The bank files the report": "2",
        "The unit registers it": "3",
        "An analyst enriches it": "1",
        "The unit disseminates it": "4",
    }
    answer(client, base, 2, moved)
    client.get(f"{base}/2")
    assert list(fields(client.page)) == sorted(moved, key=lambda name: moved[name])
    page = hand_in(client, base)
    for said in (
        "In part, 2 of 3 points",
        "3 of 4 items stand in the right order among themselves.",
        "The first of them earns nothing, each further one an equal share: 2 of 3.",
        "The right order: The bank files the report In order The unit registers it In order An analyst enriches it "
        "You put it in place 1; it belongs in place 3 zqfeedback on the analyst. The unit disseminates it In order",
    ):
        assert said in page, said


def test_two_items_in_one_place_are_told_and_stay_as_they_stood(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    client.get(f"{base}/2")
    stood = list(fields(client.page))
    answer(client, base, 2, {stood[1]: "2", stood[2]: "2", stood[3]: "1"})
    client.get(f"{base}/2")
    said = "You gave a place more than once: 2. Those items count in the order in which they stand here."
    assert said in words_of(client.page)
    assert list(fields(client.page)) == [stood[3], stood[1], stood[2], stood[0]]


def test_an_item_without_a_place_is_told(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 2, {"The bank files the report": "1", "The unit disseminates it": "2"})
    page = hand_in(client, base)
    assert "The unit registers it You gave it no place; it belongs in place 2" in page
    assert "In part, 1 of 3 points" in page


def test_the_items_never_stand_in_the_right_order_and_the_paper_keeps_its_own(
    site: Flask, client: CheckingClient
) -> None:
    opened(site, client)
    seen = set()
    for _ in range(3):
        base = start(client)
        client.get(f"{base}/2")
        stood = tuple(fields(client.page))
        client.get(f"{base}/2")
        assert tuple(fields(client.page)) == stood
        assert stood != tuple(RIGHT_STEPS)
        seen.add(stood)
        hand_in(client, base)
    assert seen


def test_one_right_side_of_two_pairs_is_offered_once(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    client.get(f"{base}/1")
    for field in fields(client.page).values():
        offered = [text_of(node) for node in field.iter(f"{HTML}option")]
        assert offered[0] == "Choose"
        assert sorted(offered[1:]) == [
            "a villa is bought",
            "an account is closed",
            "cash enters",
            "the trail is broken up",
        ]


@pytest.mark.parametrize("feedback", ["after-attempt", "after-close", "never"])
def test_nothing_of_the_key_is_in_any_page_before_handing_in(
    site: Flask, client: CheckingClient, feedback: str
) -> None:
    opened(site, client, f"feedback: {feedback}")
    base = start(client)
    seen = []
    for number in (1, 2):
        seen.append(client.get(f"{base}/{number}"))
        name, field = next(iter(fields(client.page).items()))
        answer(client, base, number, {name: list(options(field))[1]})
        seen.append(client.get(f"{base}/{number}"))
    seen += [client.get(f"{base}/review"), client.get(LESSON)]
    for response in seen:
        assert [secret for secret in SECRETS if secret in response.get_data(as_text=True)] == []


def test_the_pages_of_two_opposite_keys_are_the_same(site: Flask, client: CheckingClient) -> None:
    """Nothing of a page but its seed may depend on what belongs to what."""
    turned = MODULE.replace("Placement → cash enters", "Placement → a villa is bought")
    turned = turned.replace("Integration → a villa is bought", "Integration → cash enters")
    turned = turned.replace(
        "1. The bank files the report\n2. The unit registers it",
        "1. The unit registers it\n2. The bank files the report",
    )
    assert turned != MODULE
    made = {}
    for name, text in (("officer", MODULE), ("other", turned)):
        with writing(site) as session:
            enrolled(session, a_person(session, name), {**files(), "01-one/module.md": text.encode()})
        client.sign_in(name)
        page = client.get(LESSON).get_data(as_text=True)
        made[name] = re.findall(r"<(?:select|option|label|ul|li)\b[^>]*>[^<]*", page[page.index("check-stages") :])
        client.send("/sign-out")
    assert len(made["officer"]) > 20
    assert made["officer"] == made["other"]


def test_a_check_yourself_question_shows_what_was_right(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    client.get(LESSON)
    found = fields(client.page)
    values = [options(found[name])[said] for name, said in RIGHT_PAIRS.items()]
    assert client.send(f"{LESSON}/checks/stages", {"answer": values}, page=LESSON).status_code == 200
    page = words_of(client.page)
    assert page.count("Your answer, right") == 4
    assert "zqexplanation: see a section" in page
    values = [options(found[name])[str(place)] for place, name in enumerate(reversed(RIGHT_STEPS), start=1)]
    client.send(f"{LESSON}/checks/steps", {"answer": values}, page=LESSON)
    page = words_of(client.page)
    assert "1 of 4 items stand in the right order among themselves." in page
    assert page.count("it belongs in place") + page.count("Its place is right") == 3


def test_a_check_without_an_answer_asks_for_one(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    for name in ("stages", "steps"):
        client.send(f"{LESSON}/checks/{name}", {"answer": ["", ""]}, page=LESSON)
        assert "Choose an answer first." in words_of(client.page)


def test_where_feedback_comes_at_once_the_first_answer_is_final(site: Flask, client: CheckingClient) -> None:
    opened(site, client, "feedback: immediately")
    base = start(client)
    answer(client, base, 1, RIGHT_PAIRS, "check")
    client.get(f"{base}/1")
    assert fields(client.page) == {}
    assert words_of(client.page).count("Your answer, right") == 4


def test_who_writes_the_questions_sees_the_key_with_all_feedback(site: Flask, client: CheckingClient) -> None:
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), files())
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
    client.sign_in("trainer")
    client.get(f"/write/{SLUG}/files/01-one/quiz.md")
    page = words_of(client.page)
    for said in (
        "Placement cash enters Key zqfeedback on placement.",
        "an account is closed Belongs to none zqfeedback on the account.",
        "An analyst enriches it In order zqfeedback on the analyst.",
    ):
        assert said in page, said


def test_what_is_no_answer_to_the_question_is_no_answer(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    odd = ["x", ":", f"{pairs_of().pairs[0].left}:", f"{steps_of().items[0]}:99", "\x00", "a" * 5000]
    for number in (1, 2):
        client.send(f"{base}/{number}", {"answer": odd, "action": "next"}, page=f"{base}/{number}")
    with reading(site) as session:
        assert session.scalars(select(Answer.response)).all() == []

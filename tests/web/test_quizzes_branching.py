"""Branching cases as an officer meets them: scene by scene, by forms alone, with a report at the end."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.assessment.models import Answer
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.learning.services import enrol
from tests.case_course import LESSON, QUIZ, SCENES, SECRETS, SLUG, course_files, decisions
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import NOON, a_person, reading, writing
from tests.web.test_quizzes import hand_in, start

ASK, FREEZE = "Ask for the account history", "Freeze at once"
VISIT, BACK, FILE = "Visit the office", "Go back to the history", "File the report"


def opened(site: Flask, client: CheckingClient, settings: str = "attempts: 3") -> str:
    """An officer in the middle of an attempt; its address without the number."""
    with writing(site) as session:
        publish(session, SLUG, course_files(settings), now=NOON)
        enrol(session, a_person(session, "officer"), current_release(session, SLUG), now=NOON)
    client.sign_in("officer")
    return start(client, QUIZ)


def path_in(client: CheckingClient) -> list[str]:
    """The decisions that the page sends along."""
    inputs = [node for node in client.page.iter(f"{HTML}input") if node.get("name") == "answer"]
    return [node.get("value") for node in inputs if node.get("type") == "hidden"]


def offered(client: CheckingClient) -> list[str]:
    """What may be decided on the page."""
    labels = [node for node in client.page.iter(f"{HTML}label") if "option" in (node.get("class") or "")]
    return [text_of(node) for node in labels]


def decide(client: CheckingClient, base: str, words: str, action: str = "step") -> str:
    """Take a decision with the form of the page; where that leads."""
    client.get(f"{base}/1")
    sent = [*path_in(client), *decisions(words)]
    response = client.send(f"{base}/1", {"answer": sent, "action": action}, page=f"{base}/1")
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def seen(client: CheckingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def scenes_in(text: str) -> set[str]:
    return {name for name, word in SCENES.items() if word in text or name in text}


def saved(site: Flask) -> int:
    with reading(site) as session:
        return session.scalar(select(func.count(Answer.id))) or 0


def test_a_case_begins_with_its_stem_and_its_choices_alone(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    text = seen(client, f"{base}/1")
    assert "A compliance officer calls." in text
    assert offered(client) == [ASK, FREEZE]
    assert "Decide" in words_of(client.page)
    assert "A decision stands once it is taken." in words_of(client.page)
    assert scenes_in(text) == set()


def test_a_decision_leads_to_its_scene_and_is_there_on_another_device(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    assert decide(client, base, ASK) == f"{base}/1#question-scene"
    text = seen(client, f"{base}/1")
    assert scenes_in(text) == {"account-history"}
    assert offered(client) == [VISIT, FILE]
    assert path_in(client) == decisions(ASK)
    assert "You decided: Ask for the account history" in words_of(client.page)


def test_scenes_that_were_visited_can_be_read_again(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for words in (ASK, VISIT):
        decide(client, base, words)
    text = seen(client, f"{base}/1")
    assert scenes_in(text) == {"account-history", "a-visit"}
    assert "What happened before 2 decisions so far" in words_of(client.page)


def test_a_scene_without_choices_ends_the_case(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    decide(client, base, FREEZE)
    client.get(f"{base}/1")
    page = words_of(client.page)
    assert "zqfrozen" in page
    assert "The case ends here." in page
    assert offered(client) == []
    assert "Decide" not in page


def test_nothing_of_the_key_is_in_a_page_before_the_end(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for words in (ASK, VISIT, BACK, FILE):
        text = seen(client, f"{base}/1")
        main = re.sub(r"data-word-\S+", "", text.partition("<main")[2])
        assert [secret for secret in SECRETS if secret in main] == []
        decide(client, base, words)
    text = seen(client, f"{base}/review")
    assert scenes_in(text) == set()


def test_a_decision_stands(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    decide(client, base, ASK)
    for sent in (decisions(FREEZE), [], decisions(FREEZE, ASK)):
        response = client.send(f"{base}/1", {"answer": sent, "action": "step"}, page=f"{base}/1")
        assert response.status_code == 303
        client.get(f"{base}/1")
        assert path_in(client) == decisions(ASK)
    assert saved(site) == 1


@pytest.mark.parametrize("feedback", ["after-attempt", "immediately"])
def test_a_script_saves_a_path_half_way_and_cannot_take_it_back(
    site: Flask, client: CheckingClient, feedback: str
) -> None:
    base = opened(site, client, f"feedback: {feedback}")
    token = client.token(f"{base}/1")

    def put(sent: list[str]) -> int:
        body = {"client_id": str(uuid4()), "response": sent}
        return client.put(f"{base}/answers/case", json=body, headers={"X-CSRF-Token": token}).status_code

    assert put(decisions(ASK)) == 200
    assert put(decisions(FREEZE)) == 409
    assert put([]) == 409
    assert put(decisions(ASK, FILE)) == 200
    seen(client, f"{base}/1")
    assert put(decisions(ASK)) == 409


def test_a_button_pressed_twice_decides_once(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    client.get(f"{base}/1")
    for _ in range(2):
        client.send(f"{base}/1", {"answer": decisions(ASK), "action": "step"}, page=f"{base}/1")
    client.get(f"{base}/1")
    assert path_in(client) == decisions(ASK)
    assert saved(site) == 1


def test_a_choice_is_taken_whichever_button_is_pressed(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    assert decide(client, base, ASK, action="next") == f"{base}/2"
    client.get(f"{base}/1")
    assert path_in(client) == decisions(ASK)


def test_to_decide_without_a_choice_is_an_error_in_words(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    response = client.send(f"{base}/1", {"action": "step"}, page=f"{base}/1")
    assert response.status_code == 422
    assert "Choose what you do, then decide." in response.get_data(as_text=True)


def test_to_decide_without_a_choice_is_an_error_in_the_scene_one_is_in(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    decide(client, base, ASK)
    client.get(f"{base}/1")
    sent = {"answer": path_in(client), "taken": "1", "action": "step"}
    response = client.send(f"{base}/1", sent, page=f"{base}/1")
    assert response.status_code == 422
    assert path_in(client) == decisions(ASK)
    options = next(node for node in client.page.iter(f"{HTML}fieldset"))
    assert "question-error" in (options.get("aria-describedby") or "")
    said = text_of(options)
    assert said.index("Account history") < said.index("Choose what you do, then decide.") < said.index(VISIT)
    assert saved(site) == 1


def test_a_case_in_a_lesson_asks_for_the_next_decision_in_its_scene(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    check = f"{LESSON}/checks/calls"
    client.send(check, {"answer": decisions(ASK), "taken": "0"}, page=LESSON)
    assert "then decide" not in words_of(client.page)
    client.send(check, {"answer": decisions(ASK), "taken": "1"}, page=LESSON)
    said = words_of(client.page)
    assert said.index("Account history") < said.index("Choose what you do, then decide.")


def test_what_no_form_would_send_leads_nowhere(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for sent in (["x"], decisions(FILE), ["account-history"], [*decisions(ASK), "x"]):
        client.send(f"{base}/1", {"answer": sent, "action": "step"}, page=f"{base}/1")
    client.get(f"{base}/1")
    assert path_in(client) == decisions(ASK)


def test_the_result_compares_the_path_with_the_model_path(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for words in (ASK, VISIT, BACK):
        decide(client, base, words)
    client.get(hand_in(client, base))
    page = words_of(client.page)
    for said in (
        "In part, 2 of 3 points",
        "Points in the case 2 3",
        "Pieces of evidence 2 1",
        "Days 2 1",
        "Ask for the account history +2 points, one piece of evidence As on the model path zqfeedback",
        "Go back to the history −1 point Not on the model path",
        "The case was not brought to its end",
        "zqexplanation",
    ):
        assert said in page, said
    assert "zqnote" not in page


def test_the_model_path_earns_everything(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for words in (ASK, FILE):
        decide(client, base, words)
    client.get(hand_in(client, base))
    assert "Right, 3 of 3 points" in words_of(client.page)


def test_a_case_without_a_decision_is_not_answered(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    client.get(hand_in(client, base))
    page = words_of(client.page)
    assert "Not answered, 0 of 3 points" in page
    assert "You took no decision." in page


def test_where_the_key_is_not_shown_the_result_shows_no_scene(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, "feedback: never")
    decide(client, base, ASK)
    text = seen(client, hand_in(client, base))
    assert scenes_in(text) == set()
    assert "zqfeedback" not in text


def test_where_feedback_comes_at_once_it_comes_with_the_end(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, "feedback: immediately")
    decide(client, base, ASK)
    text = seen(client, f"{base}/1")
    assert "zqfeedback" not in text
    assert offered(client) == [VISIT, FILE]
    decide(client, base, FILE)
    client.get(f"{base}/1")
    assert "Right, 3 of 3 points" in words_of(client.page)
    client.get(hand_in(client, base))
    assert "Right, 3 of 3 points" in words_of(client.page)


def test_a_case_that_goes_on_is_not_yet_answered(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    decide(client, base, ASK)
    client.get(f"{base}/1")
    assert "Question 1, begun, not yet at its end" in words_of(client.page)
    client.get(f"{base}/review")
    assert "2 questions are still open" in words_of(client.page)
    decide(client, base, FILE)
    client.get(f"{base}/1")
    assert "Question 1, answered" in words_of(client.page)


# ---- check yourself ----


def check(client: CheckingClient, sent: list[str]) -> str:
    action = f"{LESSON}/checks/calls"
    response = client.send(action, {"answer": sent}, page=LESSON)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_case_in_a_lesson_goes_on_scene_by_scene(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    text = seen(client, LESSON)
    assert scenes_in(text) == set()
    assert offered(client) == [ASK, FREEZE]
    text = check(client, decisions(ASK))
    assert scenes_in(text) == {"account-history"}
    assert "zqfeedback" not in text
    assert path_in(client) == decisions(ASK)
    text = check(client, decisions(ASK, FILE))
    assert "Your path and the model path" in text
    assert "zqfeedback" in text


def test_a_fragment_of_a_lesson_goes_on_as_well(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    data = {"csrf_token": client.token(LESSON), "answer": decisions(ASK)}
    with client.unchecked():
        response = client.post(f"{LESSON}/checks/calls", data=data, headers={"X-Fragment": "1"})
    assert "zqhistory" in response.get_data(as_text=True)
    assert "data-scene" in response.get_data(as_text=True)

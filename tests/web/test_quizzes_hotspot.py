"""Hotspots as an officer meets them: a picture, and the list that says the same in words."""

import pytest
from flask import Flask

from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.content.answers import answer_id
from elearn.learning.services import enrol
from elearn.security.policy import Role, ScopeKind
from tests.checking import HTML, SVG, CheckingClient, text_of, words_of
from tests.factories import NOON, a_person, writing
from tests.quiz_course import SLUG, course_files
from tests.web.test_quizzes import START, hand_in, secrets_in, start

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" role="img" aria-labelledby="t">'
    '<title id="t">A passport</title><rect id="zqright" x="10" y="150" width="280" height="40" class="s-ink"/>'
    '<rect id="zqwrong" x="20" y="30" width="80" height="100" class="s-ink"/></svg>'
)
AREAS = """
## Where is it written for machines? <!-- id: passport -->

![A passport](p.svg)

- (x) `#zqright` The zone below
- ( ) `#zqwrong` The photograph
  > zqfeedback: a face is no writing.
- ( ) `rect 40% 20% 20% 10%` The name
  > zqfeedback: it is for people.

> [!NOTE]
> zqexplanation: see [a section](module.md#a-section).
"""
ZONE, PHOTO, NAME = answer_id("The zone below"), answer_id("The photograph"), answer_id("The name")
NUMBER = 6


def files(*, several: bool = False, settings: str = "attempts: 3") -> dict[str, bytes]:
    made = course_files(settings)
    areas = AREAS.replace("(x)", "[x]").replace("( )", "[ ]") if several else AREAS
    lesson = (
        areas.replace("## Where", "### Where").replace("id: passport", "q: passport-check").replace("module.md", "")
    )
    return {
        **made,
        "01-one/quiz.md": made["01-one/quiz.md"] + areas.encode(),
        "01-one/module.md": made["01-one/module.md"] + lesson.encode(),
        "01-one/p.svg": PICTURE.encode(),
    }


def opened(site: Flask, client: CheckingClient, **changes: object) -> str:
    """An officer in the middle of an attempt; its address without the number."""
    with writing(site) as session:
        publish(session, SLUG, files(**changes), now=NOON)  # type: ignore[arg-type]
        enrol(session, a_person(session, "officer"), current_release(session, SLUG), now=NOON)
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
    client.sign_in("officer")
    return start(client, START)


def areas(client: CheckingClient) -> list[tuple[str, str]]:
    """The areas drawn on the page: their ids and classes."""
    return [(node.get("data-area"), node.get("class")) for node in client.page.iter(f"{SVG}g") if node.get("data-area")]


def checked(client: CheckingClient) -> list[str]:
    return [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("checked") is not None]


def test_the_list_says_in_words_what_the_picture_shows(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    client.get(f"{base}/{NUMBER}")
    labels = [text_of(node) for node in client.page.iter(f"{HTML}label") if "option" in (node.get("class") or "")]
    assert labels == ["1 The zone below", "2 The photograph", "3 The name"]
    assert [name for name, _ in areas(client)] == [ZONE, PHOTO, NAME]


def test_no_area_tells_that_it_is_right(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    text = client.get(f"{base}/{NUMBER}").get_data(as_text=True)
    assert {css for _, css in areas(client)} == {"area"}
    assert secrets_in(text) == []
    assert "zqright" not in text
    assert "zqwrong" not in text


def test_areas_and_rows_are_shuffled_alike(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, settings="shuffle: [answers]")
    client.get(f"{base}/{NUMBER}")
    inputs = [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("type") == "radio"]
    assert [name for name, _ in areas(client)] == inputs


def test_a_place_is_kept_and_shown_again(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    page = f"{base}/{NUMBER}"
    client.send(page, {"answer": [PHOTO], "action": "back"}, page=page)
    client.get(page)
    assert checked(client) == [PHOTO]


def test_the_result_shows_on_the_picture_and_in_words_what_was_right(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    page = f"{base}/{NUMBER}"
    client.send(page, {"answer": [PHOTO], "action": "review"}, page=page)
    client.get(hand_in(client, base))
    assert areas(client) == [(ZONE, "area is-missed"), (PHOTO, "area is-wrong"), (NAME, "area is-left")]
    said = words_of(client.page)
    assert "2 The photograph Your answer, wrong zqfeedback: a face is no writing." in said
    assert "1 The zone below Right" in said


@pytest.mark.parametrize(("chosen", "said"), [([ZONE], "Right"), ([ZONE, NAME], "Wrong"), ([], "Not answered")])
def test_several_places_are_marked_as_several_answers(
    site: Flask, client: CheckingClient, chosen: list[str], said: str
) -> None:
    base = opened(site, client, several=True)
    page = f"{base}/{NUMBER}"
    client.send(page, {"answer": chosen, "action": "review"}, page=page)
    client.get(hand_in(client, base))
    assert f"Question {NUMBER} of {NUMBER} {said}" in words_of(client.page)


def test_it_is_a_check_yourself_question_as_well(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    lesson = f"/courses/{SLUG}/one/a-section"
    text = client.get(lesson).get_data(as_text=True)
    assert secrets_in(text) == []
    client.send(f"{lesson}/checks/passport-check", {"answer": [ZONE]}, page=lesson)
    assert "1 The zone below Your answer, right" in words_of(client.page)


def test_its_key_is_in_the_preview_of_who_writes_it(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    client.send("/sign-out")
    client.sign_in("trainer")
    client.get(f"/write/{SLUG}/files/01-one/quiz.md")
    assert (ZONE, "area is-hit") in areas(client)

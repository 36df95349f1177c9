"""The page of a branching case that is played at a table."""

import pytest
from flask import Flask

from elearn.catalogue.services import publish
from elearn.security.policy import Role, ScopeKind
from tests.case_course import SCENES, SLUG, course_files
from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import NOON, a_person, writing

PAGE = f"/write/{SLUG}/cases/case"


@pytest.fixture
def trainer(site: Flask, client: CheckingClient) -> CheckingClient:
    """A trainer signed in on a site with the course."""
    with writing(site) as session:
        publish(session, SLUG, course_files(), now=NOON)
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
        a_person(session, "officer")
    client.sign_in("trainer")
    return client


def test_it_shows_every_scene_by_number(trainer: CheckingClient) -> None:
    assert trainer.get(PAGE).status_code == 200
    page = words_of(trainer.page)
    assert all(word in page for word in SCENES.values())
    heads = [text_of(node) for node in trainer.page.iter(f"{HTML}h2")]
    assert heads[:3] == ["Scene 1 A bank calls", "Scene 2 Account history", "Scene 3 A visit"]
    assert "Freeze at once go to scene 4" in page


def test_the_key_stands_apart_from_the_scenes(trainer: CheckingClient) -> None:
    trainer.get(PAGE)
    cards = [node for node in trainer.page.iter(f"{HTML}section") if "case-card" in (node.get("class") or "")]
    assert len(cards) == 5
    for said in ("point", "evidence", "Model path", "zqfeedback", "zqnote"):
        assert said not in " ".join(text_of(card) for card in cards)
        assert said in words_of(trainer.page)
    assert "+3 points, one piece of evidence, one day" in words_of(trainer.page)


def test_the_scenes_come_without_the_key_where_it_is_left_out(trainer: CheckingClient) -> None:
    trainer.get(PAGE)
    links = [node.get("href") for node in trainer.page.iter(f"{HTML}a")]
    assert f"{PAGE}?key=no" in links
    text = trainer.get(f"{PAGE}?key=no").get_data(as_text=True)
    assert all(word in text for word in SCENES.values())
    secrets = ("+3", "evidence", "odel path", "zqfeedback", "zqnote", "zqexplanation")
    assert [said for said in secrets if said in text] == []
    assert PAGE in [node.get("href") for node in trainer.page.iter(f"{HTML}a")]


def test_the_case_of_a_lesson_has_its_page_too(trainer: CheckingClient) -> None:
    assert trainer.get(f"/write/{SLUG}/cases/calls").status_code == 200


@pytest.mark.parametrize("question_id", ["statement", "none"])
def test_what_is_no_case_has_none(trainer: CheckingClient, question_id: str) -> None:
    assert trainer.get(f"/write/{SLUG}/cases/{question_id}").status_code == 404


def test_the_preview_of_the_file_leads_there(trainer: CheckingClient) -> None:
    trainer.get(f"/write/{SLUG}/files/01-one/quiz.md")
    assert PAGE in [node.get("href") for node in trainer.page.iter(f"{HTML}a")]
    assert "The model path" in words_of(trainer.page)


def test_an_officer_does_not_get_it(trainer: CheckingClient) -> None:
    trainer.send("/sign-out")
    trainer.sign_in("officer")
    assert trainer.get(PAGE).status_code == 403

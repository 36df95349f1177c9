"""The page on how questions are written."""

from flask import Flask

from elearn.authoring.guide import ENTRIES
from tests.checking import HTML, CheckingClient, text_of, words_of

PAGE = "/write/how-questions-are-written"


def test_a_trainer_reads_every_example_as_it_is_written(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("trainer")
    assert client.get(PAGE).status_code == 200
    sources = ["".join(node.itertext()) for node in client.page.iter(f"{HTML}pre")]
    assert [entry.id for entry in ENTRIES if entry.source not in sources] == []
    heads = [text_of(node) for node in client.page.iter(f"{HTML}h2")]
    assert heads[:3] == ["Kinds", "One right answer", "Several right answers"]


def test_the_editor_leads_there(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("trainer")
    client.get("/write/demo/files/01-example/quiz.md")
    assert PAGE in [node.get("href") for node in client.page.iter(f"{HTML}a")]


def test_it_is_said_in_russian_with_the_examples_as_they_are(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("trainer")
    client.get(f"{PAGE}?lang=ru")
    assert "variant: seeded" in words_of(client.page)


def test_an_officer_does_not_get_it(taught: Flask, client: CheckingClient) -> None:
    client.sign_in("officer")
    assert client.get(PAGE).status_code == 403

"""The living style page: made of what pages are made of, for who writes."""

import re

import pytest
from flask import Flask

from elearn.authoring.style import contrast
from elearn.security.policy import Role, ScopeKind
from elearn.shipped import STATIC as ROOT
from tests.checking import CheckingClient, words_of
from tests.factories import a_person, writing

PAGE = "/write/style"


@pytest.fixture
def trainer(site: Flask, client: CheckingClient) -> CheckingClient:
    """A trainer signed in."""
    with writing(site) as session:
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
    client.sign_in("trainer")
    return client


def test_every_colour_of_the_stylesheet_is_shown(trainer: CheckingClient) -> None:
    assert trainer.get(PAGE).status_code == 200
    shown = words_of(trainer.page)
    light = (ROOT / "css" / "tokens.css").read_text(encoding="utf-8").partition("@media")[0]
    names = re.findall(r"--([\w-]+): #", light)
    assert len(names) > 20
    assert [name for name in names if f"{name}#" not in shown] == []


def test_a_lesson_is_shown_as_the_reader_shows_it(trainer: CheckingClient) -> None:
    source = trainer.get(PAGE).get_data(as_text=True)
    for css in ("callout law", "callout fatf", "callout red-flag", "callout case", "callout key"):
        assert css in source


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("#000", "#ffffff", 21), ("#777777", "#fff", 4.48), ("#123456", "#123456", 1)]
)
def test_a_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)


def test_officers_have_no_business_there(learner: CheckingClient) -> None:
    assert learner.get(PAGE).status_code == 403

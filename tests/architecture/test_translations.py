"""Nothing is said in English alone: every message has its Russian, with the same values in it."""

import re

import pytest
from babel.messages.catalog import Message

from tests.tools.translations import catalogue, message_ids, said

PLACE = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("language", ["ru"])
def test_the_catalogue_has_exactly_what_the_source_says(language: str) -> None:
    written, there = said(), message_ids(catalogue(language))
    assert {"missing": sorted(map(str, written - there)), "unused": sorted(map(str, there - written))} == {
        "missing": [],
        "unused": [],
    }, "run: python -m tests.tools.translations"


def _strings(message: Message) -> list[str]:
    """What a message is translated to: one string, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


@pytest.mark.parametrize("language", ["ru"])
def test_every_message_is_translated_and_none_is_a_guess(language: str) -> None:
    found = catalogue(language)
    empty = [message.id for message in found if message.id and (message.fuzzy or not all(_strings(message)))]
    assert empty == []


@pytest.mark.parametrize("language", ["ru"])
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = {name for each in ids for name in PLACE.findall(each)}
        # A plural form may leave the number out ("one course"), but may not invent a value.
        needed = allowed if len(ids) == 1 else allowed - {"count", "num"}
        for string in _strings(message):
            used = set(PLACE.findall(string))
            if not needed <= used <= allowed | {"count", "num"}:
                wrong.append((message.id, string))
    assert wrong == []

"""What the library of forms says of its own accord is said in our words, in every language."""

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from wtforms import Field

from elearn.web.forms import FORMS, WORDS
from tests.tools.translations import ROOT

FILES = sorted((ROOT / "elearn").rglob("*.py"))
NEVER_SAID = {
    "Choices cannot be None.",  # to who wrote the form
    "This field is required.",  # see the test of it
    "Field must be at least %(min)d character long.",
    "Field must be exactly %(max)d character long.",
    "Field must be between %(min)d and %(max)d characters long.",
}


def taken() -> set[type]:
    """The fields and validators of the library that our forms are made of."""
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wtforms"):
                found |= {getattr(importlib.import_module(str(node.module)), each.name) for each in node.names}
    found = {each for each in found if inspect.isclass(each)}
    return {each for each in found if each.__module__ == "wtforms.validators" or issubclass(each, Field)}


def messages_of(part: type) -> Iterator[str]:
    """What the methods of a field or validator say themselves."""
    for _name, method in inspect.getmembers(part, inspect.isfunction):
        if not method.__module__.startswith("wtforms."):
            continue
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(method)))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "gettext" in node.func.attr:
                yield from (
                    each.value
                    for each in node.args[:1]
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


@pytest.mark.parametrize("part", sorted(taken(), key=str), ids=lambda part: part.__name__)
def test_every_message_of_the_library_has_words_of_ours(part: type) -> None:
    assert set(messages_of(part)) <= WORDS.keys() | FORMS.keys() | NEVER_SAID


def test_no_words_are_kept_for_what_the_library_does_not_say() -> None:
    there = {message for part in taken() for message in messages_of(part)}
    assert (WORDS.keys() | FORMS.keys()) | NEVER_SAID <= there


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    """The calls of a validator in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def test_what_is_required_says_so_in_words_of_its_own_and_lengths_have_an_upper_end_alone() -> None:
    for path in FILES:
        assert all(call.args for call in calls(path, "InputRequired")), path
        assert all([each.arg for each in call.keywords] == ["max"] for call in calls(path, "Length")), path

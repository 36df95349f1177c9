"""The guide for who writes questions: its examples compile, and it leaves out no kind and no setting."""

import re
from dataclasses import fields
from decimal import Decimal
from typing import get_args

import pytest

from elearn.authoring.guide import COMMON, ENTRIES, LEDGER_FILE, SHAPES, Entry
from elearn.content.areas import percent_area
from elearn.content.compiler import compile_course
from elearn.content.question import Question
from elearn.content.questions import KIND_SETTINGS, SETTINGS
from elearn.content.scaffold import new_course

FRONT = "---\nquiz: example-quiz\ntitle: Examples\nfeedback: after-attempt\n---\n"


def compiled(entry: Entry) -> tuple[list[str], str]:
    """The problems of an example in a small course, and its kind."""
    files = new_course("guide", "Guide", "en")
    files["01-example/quiz.md"] = (FRONT + entry.source).encode()
    if "(data/ledger.csv)" in entry.source:
        files["01-example/data/ledger.csv"] = LEDGER_FILE.encode()
    made = compile_course("guide", files)
    assert made.course is not None, made.problems
    quiz = made.course.quiz("example-quiz")
    assert quiz is not None
    (question,) = quiz.questions
    return [f"{problem.path}:{problem.line} {problem.message}" for problem in made.problems], question.kind


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_example_compiles_without_a_problem(entry: Entry) -> None:
    problems, _ = compiled(entry)
    assert problems == []


def test_every_kind_of_question_has_an_example() -> None:
    kinds = {field.default for kind in get_args(Question) for field in fields(kind) if field.name == "kind"}
    assert {compiled(entry)[1] for entry in ENTRIES} == kinds


def test_every_setting_is_explained_and_shown_as_it_is_written() -> None:
    told = [setting for entry in ENTRIES for setting in entry.settings] + list(COMMON)
    written_by_the_editor = {"of"}
    assert {setting.name for setting in told} == {*SETTINGS, *KIND_SETTINGS} - written_by_the_editor
    assert [setting for setting in told if not setting.example.startswith(f"{setting.name}: ")] == []


def test_the_marks_of_every_kind_are_shown() -> None:
    sources = "\n".join(entry.source for entry in ENTRIES)
    marks = (
        "[!TIP]",
        "[!NOTE]",
        "[!IMPORTANT]",
        "`60%`",
        "`-25%`",
        "- != ",
        "..",
        "±",
        "[[",
        "→ ",
        "> Why",
        "evidence`",
        "days`",
    )
    assert [mark for mark in marks if mark not in sources] == []


def test_the_shapes_of_areas_are_written_as_they_are_read() -> None:
    shapes = re.findall(r"`(.*?)`", SHAPES)
    box = tuple(map(Decimal, (0, 0, 592, 80)))
    assert [shape.split()[0] for shape in shapes] == ["rect", "circle", "poly"]
    assert [shape for shape in shapes if percent_area(shape, box) is None] == []

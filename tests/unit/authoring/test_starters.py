"""What a new file begins with compiles as it is."""

import pytest

from elearn.authoring.starters import starter
from elearn.content.compiler import compile_course
from elearn.content.problem import Severity
from elearn.content.scaffold import new_course

FILES = dict(new_course("demo", "A demonstration", "en"))


@pytest.mark.parametrize("path", ["02-banks/module.md", "02-banks/quiz.md", "pools/banks.md", "pretest.md"])
def test_a_new_file_has_no_error(path: str) -> None:
    files = FILES | {path: starter("demo", path, FILES).encode()}
    if path == "02-banks/quiz.md":
        files["02-banks/module.md"] = starter("demo", "02-banks/module.md", FILES).encode()

    assert [found for found in compile_course("demo", files).problems if found.severity is Severity.ERROR] == []


def test_an_exam_and_a_glossary_can_be_begun_anew() -> None:
    for path in ("exam.md", "glossary.md"):
        assert starter("demo", path, {}) in starter("demo", path, {})
    files = {path: data for path, data in FILES.items() if path != "exam.md" and not path.startswith("pools/")}
    files["exam.md"] = starter("demo", "exam.md", files).encode()
    assert compile_course("demo", files).problems == ()


@pytest.mark.parametrize(
    "path",
    [
        "01-example/module.ru.md",
        "01-example/quiz.ru.md",
        "course.ru.md",
        "glossary.ru.md",
        "exam.ru.md",
        "pools/example.ru.md",
    ],
)
def test_a_translation_begins_as_a_copy_that_compiles(path: str) -> None:
    files = FILES | {path: starter("demo", path, FILES).encode()}
    assert compile_course("demo", files).problems == ()

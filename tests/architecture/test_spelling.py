"""The spelling of what people read: courses, translations and guides.

English is looked over by codespell for common slips. Each Russian word stands in OpenCorpora's dictionary (through
pymorphy3), or in ``tests/words/ru.txt``: names that were invented, abbreviations, and terms too new for it.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pymorphy3 import MorphAnalyzer

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "tests" / "words"
READ = ("courses", "elearn", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)
# What is no prose: patterns of accepted answers, in which pieces of words stand; addresses; the sign of stress.
NO_PROSE = re.compile(r"(?m)^- !?= /.*$|= /.*?/(?=[ \]|`])|\]\([^)]*\)|\u0301")


def russian_texts() -> list[Path]:
    return sorted(
        [*ROOT.glob("courses/**/*.ru.*"), *ROOT.glob("elearn/**/*.ru.*"), ROOT / "elearn/translations/ru/messages.po"]
    )


def russian_words(path: Path) -> Iterator[str]:
    yield from WORD.findall(NO_PROSE.sub("", path.read_text(encoding="utf-8")))


@cache
def listed() -> frozenset[str]:
    return frozenset((WORDS / "ru.txt").read_text(encoding="utf-8").split())


@cache
def dictionary() -> MorphAnalyzer:
    return MorphAnalyzer()


@cache
def is_russian(word: str) -> bool:
    known = dictionary().word_is_known
    return (
        len(word) == 1
        or word in listed()
        or known(word.lower())
        or all(known(part) for part in word.lower().split("-"))
    )


@pytest.mark.parametrize("path", russian_texts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_russian_word_stands_in_a_dictionary_or_in_the_list_of_names(path: Path) -> None:
    assert not sorted({word for word in russian_words(path) if not is_russian(word)})


def test_the_list_of_names_holds_no_word_that_nobody_uses() -> None:
    used = {word for path in russian_texts() for word in russian_words(path)}
    assert not sorted(listed() - used)


def test_a_slip_is_found() -> None:
    assert not is_russian("предъявител")
    assert is_russian("банковско-финансовый")


def test_english_holds_none_of_the_common_slips() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "codespell_lib",
            "-I",
            str(WORDS / "en.txt"),
            "--skip",
            "*.ru.*,*.po,*.min.js,*.map,*.pyc",
            *READ,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr

"""What a report may be about, and what it may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.authoring.rules import version_named
from elearn.mistakes.rules import (
    LONGEST,
    CheckUnit,
    NoSuchUnit,
    QuizUnit,
    SectionUnit,
    TooLong,
    TooShort,
    Unit,
    checked_length,
    checked_message,
    unit_read,
)

IDS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda found: found != "quizzes")
UNITS = st.one_of(st.builds(SectionUnit, IDS, IDS), st.builds(CheckUnit, IDS, IDS, IDS), st.builds(QuizUnit, IDS, IDS))


@given(UNITS)
def test_a_unit_is_read_from_its_own_words(unit: Unit) -> None:
    assert unit_read(str(unit)) == unit


@pytest.mark.parametrize(
    "text", ["", "law", "law/", "/law/x", "law/../x", "Law/x", "a/b/c/d", "quizzes/a b/c", "a/b\n"]
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(NoSuchUnit):
        unit_read(text)


def test_a_quiz_without_a_question_reads_as_a_section_that_no_course_has() -> None:
    assert unit_read("quizzes/law") == SectionUnit("quizzes", "law")


def test_a_message_says_something_and_not_too_much() -> None:
    assert checked_message("x" * LONGEST) == "x" * LONGEST
    with pytest.raises(TooShort):
        checked_message("wrong")
    with pytest.raises(TooLong):
        checked_message("x" * (LONGEST + 1))
    with pytest.raises(TooLong):
        checked_length("x" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("---\ncourse: x\nversion: 1.4.0\n---\nText\n", "1.4.0"),
        ('---\nversion: "2.0"  # soon\n---\n', "2.0"),
        ("---\ncourse: x\n---\nversion: 9\n", None),
        ("version: 9\n", None),
        ("", None),
    ],
)
def test_the_version_of_a_draft_stands_in_its_front_matter(text: str, version: str | None) -> None:
    assert version_named(text) == version

"""What drafts are: names that a course has a place for, texts that can be kept, comparisons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.authoring.rules import (
    NO_FILE,
    SHOWN_LINES,
    BadFileName,
    BadRevision,
    BadText,
    DiffLine,
    FileExists,
    LineKind,
    NotEditable,
    NothingToGoWith,
    NumberTaken,
    ReservedName,
    Revision,
    TextTooLong,
    checked_editable,
    checked_new_path,
    checked_text,
    compared,
    read_revision,
    revision_of,
    text_of,
)

FILES = frozenset(
    {"course.md", "glossary.md", "01-law/module.md", "01-law/quiz.md", "02-fatf/module.md", "pools/law.md"}
)


@pytest.mark.parametrize(
    "path",
    [
        "03-banks/module.md",
        "02-fatf/quiz.md",
        "pools/banks.md",
        "exam.md",
        "pretest.md",
        "01-law/module.ru.md",
        "pools/law.kk.md",
        "course.uz-Cyrl.md",
    ],
)
def test_a_file_that_a_course_has_a_place_for_may_be_added(path: str) -> None:
    assert checked_new_path(f"  {path} ", FILES) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "notes.md",
        "03-banks/notes.md",
        "banks/module.md",
        "03-Banks/module.md",
        "03-banks/sub/module.md",
        "pools/a/b.md",
        "pools/.md",
        "pools/Law.md",
        "../course.md",
        "/course.md",
        "01-law/../course.md",
        "03-banks\\module.md",
        "03-banks/module.md\x00",
        "03-banks/module.MD",
        "01-law/module.klingon-language.md",
        "picture.png",
        "course.txt",
        "a" * 250 + ".md",
        "pools/" + "я" * 5 + ".md",
    ],
)
def test_any_other_name_is_refused(path: str) -> None:
    with pytest.raises(BadFileName):
        checked_new_path(path, FILES)


@pytest.mark.parametrize("path", ["07-quizzes/module.md", "07-glossary/quiz.md", "07-enrol/module.ru.md"])
def test_a_module_cannot_have_the_name_of_a_page_of_the_platform(path: str) -> None:
    with pytest.raises(ReservedName):
        checked_new_path(path, FILES)


def test_what_is_there_is_not_added_again() -> None:
    with pytest.raises(FileExists):
        checked_new_path("pools/law.md", FILES)


@pytest.mark.parametrize("path", ["03-banks/quiz.md", "03-banks/module.ru.md", "exam.ru.md"])
def test_a_quiz_needs_its_lesson_and_a_translation_its_source(path: str) -> None:
    with pytest.raises(NothingToGoWith):
        checked_new_path(path, FILES)


@pytest.mark.parametrize("path", ["02-banks/module.md", "002-banks/module.md", "07-law/module.md"])
def test_two_modules_do_not_share_a_number_or_a_name(path: str) -> None:
    with pytest.raises(NumberTaken):
        checked_new_path(path, FILES)


def test_only_markdown_is_edited() -> None:
    assert checked_editable("01-law/module.md") == "01-law/module.md"
    with pytest.raises(NotEditable):
        checked_editable("01-law/images/a.svg")


def test_a_text_is_kept_with_plain_line_ends_and_without_a_mark() -> None:
    assert checked_text("\ufeffa\r\nb\rc\n") == "a\nb\nc\n"
    assert text_of(b"\xef\xbb\xbfa\r\nb\r\n") == "a\nb\n"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_a_character_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(BadText):
        checked_text(text)


def test_a_megabyte_is_the_most_counted_in_bytes() -> None:
    assert len(checked_text("я" * 500_000)) == 500_000
    with pytest.raises(TextTooLong, match="1,000,002 bytes; 1,000,000 are allowed"):
        checked_text("я" * 500_001)


def test_a_revision_goes_into_a_form_and_comes_back() -> None:
    for revision in (NO_FILE, revision_of("text", None), revision_of("text", "a" * 64)):
        assert read_revision(str(revision)) == revision
    assert revision_of("a", None) != revision_of("b", None)
    assert revision_of("", None) != NO_FILE


@pytest.mark.parametrize(
    "sent", ["", "x", "-" * 3, "a" * 64, "A" * 64 + "-", "a" * 64 + "-" + "b" * 63, "a" * 64 + "-\n"]
)
def test_a_revision_that_is_not_ours_is_refused(sent: str) -> None:
    with pytest.raises(BadRevision):
        read_revision(sent)


def test_a_comparison_shows_each_change_with_its_neighbours() -> None:
    old = "".join(f"line {n}\n" for n in range(20))
    new = old.replace("line 9\n", "line nine\nline nine and a half\n")

    assert compared(old, new) == (
        DiffLine(LineKind.GAP, ""),
        DiffLine(LineKind.SAME, "line 8"),
        DiffLine(LineKind.REMOVED, "line 9"),
        DiffLine(LineKind.ADDED, "line nine"),
        DiffLine(LineKind.ADDED, "line nine and a half"),
        DiffLine(LineKind.SAME, "line 10"),
        DiffLine(LineKind.GAP, ""),
    )


def test_equal_texts_have_no_comparison() -> None:
    assert compared("a\nb\n", "a\nb\n") == ()
    assert compared("", "") == ()


def test_a_long_comparison_ends_with_a_gap() -> None:
    lines = compared("a\n" * 5000, "b\n" * 5000)
    assert len(lines) == SHOWN_LINES + 1
    assert lines[-1].kind is LineKind.GAP


_LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  > d"]), max_size=30)


@given(_LINES, _LINES)
def test_what_is_taken_out_and_put_in_makes_the_one_text_of_the_other(old: list[str], new: list[str]) -> None:
    lines = compared("\n".join(old), "\n".join(new), context=100)
    if lines:
        without = [line.text for line in lines if line.kind in (LineKind.SAME, LineKind.REMOVED)]
        with_it = [line.text for line in lines if line.kind in (LineKind.SAME, LineKind.ADDED)]
        assert without == "\n".join(old).splitlines()
        assert with_it == "\n".join(new).splitlines()
    else:
        assert "\n".join(old).splitlines() == "\n".join(new).splitlines()


def test_a_revision_says_which_published_file_one_saw() -> None:
    assert Revision("a" * 64, None) != Revision("a" * 64, "b" * 64)

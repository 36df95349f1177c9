"""Open answers: what is kept of a text, and what the levels of a rubric earn."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import (
    LONGEST_WRITTEN,
    AnswerVerdict,
    Verdict,
    Written,
    best_levels,
    is_marked_by_hand,
    mark,
    mark_rubric,
    read_response,
    response_stored,
    right_response,
    stored_form,
    word_count,
)
from elearn.content.question import Credit, Criterion, OpenAnswer


def an_open_answer(points: str, *rubric: tuple[str, ...]) -> OpenAnswer:
    return OpenAnswer(
        id="open",
        points=Decimal(points),
        tags=(),
        credit=Credit.PROPORTIONAL,
        texts={},
        path="quiz.md",
        line=1,
        criteria=tuple(
            Criterion(f"criterion-{index}", tuple(Decimal(level) for level in levels))
            for index, levels in enumerate(rubric)
        ),
    )


QUESTION = an_open_answer("6", ("0", "1", "2"), ("0", "1", "2"))


def written(*values: str) -> str | None:
    response = read_response(QUESTION, values)
    assert response is None or isinstance(response, Written)
    return response.text if response is not None else None


def test_a_text_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert (
        written("First line\r\n\r\n  - an item\x00\x07\rlast\u2028end \n\n") == "First line\n\n  - an item\nlast\nend"
    )


def test_letters_that_would_turn_the_text_around_are_dropped_and_those_that_join_are_kept() -> None:
    assert written("a\u202eb\u202dc\ufeff") == "abc"
    assert written("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("values", [(), ("",), (" \r\n\t ",), ("\u200b\u2003",), ("\x00\ud800",), ("", "second")])
def test_a_text_without_a_letter_is_blank(values: tuple[str, ...]) -> None:
    assert written(*values) is None


def test_what_is_longer_than_allowed_is_cut_after_newlines_are_made_one() -> None:
    assert written("a" * (LONGEST_WRITTEN + 10)) == "a" * LONGEST_WRITTEN
    assert written("a\r\n" * (LONGEST_WRITTEN // 2)) == ("a\n" * (LONGEST_WRITTEN // 2)).rstrip()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One, two — three.", 3),
        ("3.5 % of 2,000", 3),
        ("cross-border\nde-risking", 2),
        ("слово ещё", 2),
    ],
)
def test_words_are_what_stands_between_blanks_with_a_letter_or_a_digit(text: str, count: int) -> None:
    assert word_count(text) == count


def test_a_text_comes_back_as_it_was_kept() -> None:
    response = read_response(QUESTION, ["Two\nlines"])
    assert stored_form(response) == {"written": "Two\nlines"}
    assert response_stored(QUESTION, stored_form(response)) == response
    assert response_stored(QUESTION, stored_form(None)) is None
    assert response_stored(QUESTION, {"chosen": ["a"]}) == Written("a")


@given(st.lists(st.text(), max_size=3))
def test_whatever_is_sent_is_read_to_something_that_stays_the_same(values: list[str]) -> None:
    response = read_response(QUESTION, values)
    assert response_stored(QUESTION, stored_form(response)) == response
    if isinstance(response, Written):
        assert response.text.encode()
        assert len(response.text) <= LONGEST_WRITTEN


def test_nothing_written_earns_nothing_without_a_trainer() -> None:
    marked = mark(QUESTION, None)
    assert (marked.points, marked.out_of, marked.verdict) == (Decimal(0), Decimal(6), Verdict.BLANK)


def test_a_machine_does_not_mark_what_was_written() -> None:
    assert is_marked_by_hand(QUESTION)
    assert right_response(QUESTION) is None
    with pytest.raises(AssertionError):
        mark(QUESTION, Written("A text"))


@pytest.mark.parametrize(
    ("reached", "points", "verdict"),
    [
        ((0, 0), "0", Verdict.WRONG),
        ((1, 0), "1.5", Verdict.PARTLY),
        ((1, 2), "4.5", Verdict.PARTLY),
        ((2, 2), "6", Verdict.RIGHT),
    ],
)
def test_the_points_of_the_levels_are_scaled_to_those_of_the_question(
    reached: tuple[int, int], points: str, verdict: Verdict
) -> None:
    marked = mark_rubric(QUESTION, {"criterion-0": reached[0], "criterion-1": reached[1]})
    assert (marked.points, marked.out_of, marked.verdict) == (Decimal(points), Decimal(6), verdict)
    assert marked.answers == {
        f"criterion-0.{reached[0]}": AnswerVerdict.HIT,
        f"criterion-1.{reached[1]}": AnswerVerdict.HIT,
    }


def test_a_lowest_level_with_points_pays_them() -> None:
    question = an_open_answer("4", ("1", "2", "4"))
    assert mark_rubric(question, {"criterion-0": 0}).points == 1
    assert mark_rubric(question, {"criterion-0": 1}).points == 2


def test_points_that_cannot_be_written_are_rounded_to_four_places() -> None:
    question = an_open_answer("1", ("0", "1"), ("0", "1"), ("0", "1"))
    assert mark_rubric(question, {"criterion-0": 1, "criterion-1": 0, "criterion-2": 0}).points == Decimal("0.3333")


def test_a_criterion_without_a_level_is_no_mark() -> None:
    with pytest.raises(KeyError):
        mark_rubric(QUESTION, {"criterion-0": 1})
    for level in (3, -1):
        with pytest.raises(IndexError):
            mark_rubric(QUESTION, {"criterion-0": level, "criterion-1": 0})


RUBRICS = st.lists(
    st.lists(st.integers(0, 99), min_size=2, max_size=6, unique=True).map(
        lambda levels: tuple(str(level) for level in sorted(levels))
    ),
    min_size=1,
    max_size=6,
)


@given(st.data(), RUBRICS, st.decimals("0.01", "100", places=2))
def test_points_lie_between_nothing_and_all_and_a_higher_level_never_earns_less(
    data: st.DataObject, rubric: list[tuple[str, ...]], points: Decimal
) -> None:
    question = an_open_answer(str(points), *rubric)
    reached = {each.id: data.draw(st.integers(0, len(each.levels) - 1)) for each in question.criteria}
    marked = mark_rubric(question, reached)
    assert 0 <= marked.points <= marked.out_of == points
    best = mark_rubric(question, best_levels(question))
    assert best.points == points
    assert best.verdict is Verdict.RIGHT
    for criterion in question.criteria:
        if reached[criterion.id] + 1 < len(criterion.levels):
            higher = reached | {criterion.id: reached[criterion.id] + 1}
            assert mark_rubric(question, higher).points >= marked.points

"""What becomes of an answer that is marked by hand: whose turn it is, when a mark is final."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.analysis import Given, item_figures, options_of
from elearn.assessment.by_hand.rules import (
    HandMark,
    MarkedBefore,
    MarkedMeanwhile,
    MarkKind,
    NotBetweenThem,
    OwnAnswer,
    State,
    comments_of,
    final_mark,
    is_settled,
    mark_of,
    part_of,
    state_of,
    stored_levels,
)
from elearn.assessment.disputes.rules import Keys, changes_of, is_comparable, marking_question
from elearn.assessment.marking import Verdict, Written
from elearn.content.compiler import compile_course
from elearn.content.question import OpenAnswer
from tests.open_course import levels, open_files
from tests.quiz_course import SLUG

OWNER, ONE, TWO, THREE = 1, 2, 3, 4
FIRST, SECOND, AGREED = MarkKind.FIRST, MarkKind.SECOND, MarkKind.AGREED


def question(change: tuple[str, str] = ("", "")) -> OpenAnswer:
    """The open question of the course, with its text changed."""
    files = open_files()
    files["01-one/quiz.md"] = files["01-one/quiz.md"].decode().replace(*change).encode()
    course = compile_course(SLUG, files).course
    assert course is not None
    quiz = course.quiz("open-quiz")
    assert quiz is not None
    found = next(each for each in quiz.questions if each.id == "why")
    assert isinstance(found, OpenAnswer)
    return found


WHY = question()


def a_mark(kind: MarkKind, chosen: list[int], comment: str = "", by_id: int = ONE) -> HandMark:
    """A mark with these levels."""
    points = Decimal(sum(chosen))
    return HandMark(kind, levels(WHY, chosen), points, comment, by_id, "", datetime(2026, 11, 22, tzinfo=UTC))


# --- whose turn it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markers", "person", "part"),
    [
        ({}, ONE, FIRST),
        ({FIRST: ONE}, TWO, SECOND),
        ({FIRST: ONE, SECOND: TWO}, ONE, AGREED),
        ({FIRST: ONE, SECOND: TWO}, TWO, AGREED),
    ],
)
def test_everybody_has_their_part(markers: dict[MarkKind, int], person: int, part: MarkKind) -> None:
    assert part_of(person, OWNER, markers, is_returned=False) is part


@pytest.mark.parametrize(
    ("markers", "person", "is_returned", "refusal"),
    [
        ({}, OWNER, False, OwnAnswer),
        ({FIRST: ONE}, OWNER, True, OwnAnswer),
        ({FIRST: ONE}, ONE, False, MarkedBefore),
        ({FIRST: ONE, SECOND: TWO}, THREE, False, NotBetweenThem),
        ({FIRST: ONE}, TWO, True, MarkedMeanwhile),
    ],
)
def test_who_has_no_part_is_told_why(
    markers: dict[MarkKind, int], person: int, is_returned: bool, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        part_of(person, OWNER, markers, is_returned=is_returned)


def test_the_state_follows_from_the_marks() -> None:
    one, both = {FIRST: 1}, {FIRST: 1, SECOND: 1}
    assert [state_of(each, is_returned=False) for each in ({}, one, both)] == [
        State.UNMARKED,
        State.SECOND_WANTED,
        State.DIFFERENT,
    ]
    assert state_of(one, is_returned=True) is State.RETURNED


# --- when a mark is final --------------------------------------------------------------------------------------------


@given(st.decimals(0, 9, places=1), st.decimals(0, 9, places=1), st.booleans())
def test_marks_are_final_when_nobody_else_is_wanted_or_the_two_agree(
    one: Decimal, two: Decimal, wants_second: bool
) -> None:
    assert is_settled({FIRST: one}, wants_second=wants_second) is not wants_second
    assert is_settled({FIRST: one, SECOND: two}, wants_second=False) is (one == two)
    assert is_settled({FIRST: one, SECOND: two, AGREED: two}, wants_second=False)


def test_what_was_agreed_counts_and_is_all_that_the_officer_is_told() -> None:
    first, second, agreed = a_mark(FIRST, [0, 0], "One."), a_mark(SECOND, [2, 2], "Two."), a_mark(AGREED, [1, 1], "Us.")
    assert final_mark({FIRST: first, SECOND: second, AGREED: agreed}) is agreed
    assert comments_of({FIRST: first, SECOND: second, AGREED: agreed}) == ("Us.",)


def test_where_two_agree_the_officer_is_told_by_both_each_thing_once() -> None:
    first, second = a_mark(FIRST, [1, 2], "Good."), a_mark(SECOND, [2, 1], "Good.")
    assert final_mark({FIRST: first, SECOND: second}) is first
    assert comments_of({FIRST: first, SECOND: second}) == ("Good.",)
    assert comments_of({FIRST: first, SECOND: a_mark(SECOND, [2, 1], "More.")}) == ("Good.", "More.")
    assert comments_of({FIRST: a_mark(FIRST, [1, 2])}) == ()


# --- what an answer earned -------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 2), min_size=2, max_size=2))
def test_a_mark_by_hand_earns_what_the_rubric_says(chosen: list[int]) -> None:
    marked = mark_of(WHY, Written("Words"), {FIRST: a_mark(FIRST, chosen)})
    assert marked is not None
    assert (marked.points, marked.out_of) == (Decimal(sum(chosen)), Decimal(4))
    assert stored_levels(WHY, levels(WHY, chosen)) == [
        [criterion.id, level] for criterion, level in zip(WHY.criteria, chosen, strict=True)
    ]


def test_what_waits_has_no_mark_and_what_is_blank_has_none_to_wait_for() -> None:
    assert mark_of(WHY, Written("Words"), None) is None
    assert mark_of(WHY, Written("Words"), {}) is None
    blank = mark_of(WHY, None, {})
    assert blank is not None
    assert (blank.points, blank.verdict) == (Decimal(0), Verdict.BLANK)


# --- what else reads open questions ----------------------------------------------------------------------------------


def test_another_rubric_corrects_nothing() -> None:
    other = question(("| 0              | 1              | 2  ", "| 0              | 1              | 3  "))
    assert other.criteria != WHY.criteria
    keys = Keys({"why": WHY}, {"why": WHY}, {"why": other})
    assert (keys.corrected, keys.comparable) == (frozenset(), frozenset())
    assert changes_of({}, {"why": {"written": "Words"}}, keys) == ()
    assert marking_question(WHY, other, {"written": "Words"}) is WHY
    assert not is_comparable(WHY, other)


def test_open_questions_have_a_facility_and_no_distractors() -> None:
    written = '{"written": "…"}'
    rows = [Given("why", written, points, 4, points + 2, 8, 10) for points in (0, 2, 4)]
    rows.append(Given("why", None, 0, 4, 2, 8, 10))
    figures = item_figures(WHY, rows, {}, suppress_below=5)
    assert figures is not None
    assert (figures.people, figures.facility, figures.omitted) == (40, 0.375, 0.25)
    assert (figures.options, options_of(WHY)) == ((), ())

"""What putting items in order earns."""

import random
from decimal import Decimal
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.drawing import disordered, own_order
from elearn.assessment.marking import (
    AnswerVerdict,
    Ordered,
    Verdict,
    mark,
    read_response,
    response_stored,
    right_response,
    stored_form,
)
from elearn.assessment.marking.ordering import longest_run
from elearn.content.question import Credit, Ordering


def ordering(items: str, credit: Credit = Credit.PROPORTIONAL, points: str = "1") -> Ordering:
    return Ordering(
        id="q",
        points=Decimal(points),
        tags=(),
        credit=credit,
        texts={},
        path="quiz.md",
        line=1,
        items=tuple(items),
    )


def placed(items: str) -> list[str]:
    """What a form sends for items in that order."""
    return [f"{item}:{place}" for place, item in enumerate(items, start=1)]


def earned(question: Ordering, items: str) -> Decimal:
    return mark(question, read_response(question, placed(items))).points


@pytest.mark.parametrize(
    ("credit", "given_order", "share"),
    [
        (Credit.PROPORTIONAL, "abcde", "1"),
        (Credit.PROPORTIONAL, "bcdea", "0.75"),  # one item moved from the first place to the last
        (Credit.PROPORTIONAL, "badce", "0.5"),
        (Credit.PROPORTIONAL, "edcba", "0"),
        (Credit.PROPORTIONAL, "ace", "0.5"),
        (Credit.PROPORTIONAL, "a", "0"),
        (Credit.PROPORTIONAL_CORRECT, "ace", "0.5"),
        (Credit.PROPORTIONAL_CORRECT, "bcdea", "0"),
        (Credit.EXACT, "abcde", "1"),
        (Credit.EXACT, "bcdea", "0"),
        (Credit.EXACT, "abcd", "0"),
    ],
)
def test_each_way_of_credit_pays_what_its_formula_says(credit: Credit, given_order: str, share: str) -> None:
    assert earned(ordering("abcde", credit), given_order) == Decimal(share)


def test_the_run_is_kept_the_others_are_wrong_and_what_has_no_place_is_missed() -> None:
    question = ordering("abcd")
    marked = mark(question, read_response(question, placed("bca")))
    assert marked.answers == {
        "a": AnswerVerdict.WRONG,
        "b": AnswerVerdict.HIT,
        "c": AnswerVerdict.HIT,
        "d": AnswerVerdict.MISSED,
    }
    assert marked.verdict is Verdict.PARTLY


def test_two_items_in_one_place_stay_as_they_were_sent() -> None:
    response = read_response(ordering("abc"), ["c:2", "a:2", "b:1"])
    assert isinstance(response, Ordered)
    assert response.ids == ("b", "c", "a")


def test_an_item_without_a_place_is_not_in_the_order() -> None:
    response = read_response(ordering("abc"), ["c:1", "", "a:2"])
    assert isinstance(response, Ordered)
    assert response.ids == ("c", "a")


@pytest.mark.parametrize("value", ["", "a", "a:", "a:0", "a:4", "a:-1", "a:+1", "a: 1", "a:1.0", "a:²", "z:1", ":1"])
def test_what_is_no_place_of_an_item_is_dropped(value: str) -> None:
    assert read_response(ordering("abc"), [value]) is None


def longest_by_trying(right: str, given_order: tuple[str, ...]) -> int:
    """The length of the longest common subsequence, by trying every one."""
    for length in range(len(given_order), 0, -1):
        for run in combinations(given_order, length):
            if list(run) == sorted(run, key=right.index):
                return length
    return 0


@pytest.mark.parametrize("right", ["ab", "abc", "dbca", "ebcad"])
def test_the_run_is_the_longest_there_is(right: str) -> None:
    for count in range(len(right) + 1):
        for order in permutations(right, count):
            run = longest_run(tuple(right), order)
            assert len(run) == longest_by_trying(right, order)
            assert list(run) == sorted(run, key=right.index)
            assert [item for item in order if item in run] == list(run)


def test_of_runs_that_are_as_long_the_one_with_most_items_in_their_places_is_kept() -> None:
    assert longest_run(tuple("abcd"), tuple("cbad")) == ("b", "d")
    assert longest_run(tuple("abcde"), tuple("edcba")) == ("c",)


ITEMS = st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=10, unique=True).map("".join)
QUESTIONS = st.builds(ordering, ITEMS, st.sampled_from(Credit), st.sampled_from(["1", "0.5", "7"]))


@st.composite
def values_to(draw: st.DrawFn, question: Ordering) -> list[str]:
    made = st.tuples(st.sampled_from(question.items), st.integers(0, 11)).map(lambda each: f"{each[0]}:{each[1]}")
    return draw(st.lists(st.one_of(made, st.text(max_size=8)), max_size=15))


@given(st.data(), QUESTIONS)
def test_points_stay_between_nothing_and_all(data: st.DataObject, question: Ordering) -> None:
    marked = mark(question, read_response(question, data.draw(values_to(question))))
    assert 0 <= marked.points <= marked.out_of == question.points
    assert set(marked.answers) == set(question.items)
    assert (marked.points == marked.out_of) == (set(marked.answers.values()) == {AnswerVerdict.HIT})


@given(QUESTIONS)
def test_the_right_response_earns_everything(question: Ordering) -> None:
    marked = mark(question, right_response(question))
    assert (marked.points, marked.verdict) == (question.points, Verdict.RIGHT)


@given(QUESTIONS)
def test_the_reversed_order_earns_nothing(question: Ordering) -> None:
    assert earned(question, "".join(reversed(question.items))) == 0


@given(st.data(), QUESTIONS)
def test_a_response_is_the_same_after_it_was_stored(data: st.DataObject, question: Ordering) -> None:
    response = read_response(question, data.draw(values_to(question)))
    assert response_stored(question, stored_form(response)) == response


@given(st.data(), QUESTIONS)
def test_the_order_of_sending_does_not_count_where_no_place_is_given_twice(
    data: st.DataObject, question: Ordering
) -> None:
    values = placed("".join(data.draw(st.permutations(question.items))))
    assert read_response(question, data.draw(st.permutations(values))) == read_response(question, values)


@pytest.mark.parametrize("items", ["abc", "cab", "abcd"])
def test_what_is_shown_is_never_the_right_order_and_otherwise_any(items: str) -> None:
    question = ordering(items)
    orders = {disordered(question, random.Random(seed)) for seed in range(800)}  # noqa: S311
    assert orders == set(permutations(items)) - {question.items}


def test_of_two_items_either_comes_first() -> None:
    orders = {disordered(ordering("ab"), random.Random(seed)) for seed in range(50)}  # noqa: S311
    assert orders == {("a", "b"), ("b", "a")}


def test_the_order_shown_without_a_paper_tells_nothing_of_the_right_one() -> None:
    shown = [own_order(ordering("".join(right))) for right in permutations("abcd")]
    assert len(set(shown)) == 2  # one order for all keys, and another for the one key that it would be

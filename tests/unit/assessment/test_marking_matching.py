"""What matching earns."""

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.drawing import disordered, own_order
from elearn.assessment.marking import (
    AnswerVerdict,
    Verdict,
    mark,
    read_response,
    response_stored,
    right_response,
    stored_form,
)
from elearn.content.question import Credit, Matching, Pair


def matching(
    *pairs: tuple[str, str],
    distractors: Sequence[str] = (),
    credit: Credit = Credit.PROPORTIONAL,
    points: str = "1",
) -> Matching:
    return Matching(
        id="q",
        points=Decimal(points),
        tags=(),
        credit=credit,
        texts={},
        path="quiz.md",
        line=1,
        pairs=tuple(Pair(left, right) for left, right in pairs),
        distractors=tuple(distractors),
    )


STAGES = (("placement", "cash"), ("layering", "trail"), ("integration", "villa"), ("more layering", "trail"))


def earned(question: Matching, *values: str) -> Decimal:
    return mark(question, read_response(question, values)).points


@pytest.mark.parametrize(
    ("credit", "values", "share"),
    [
        (Credit.PROPORTIONAL, ("placement:cash", "layering:trail"), "0.5"),
        (Credit.PROPORTIONAL, ("placement:cash", "layering:villa", "integration:trail"), "0.25"),
        (Credit.PROPORTIONAL_CORRECT, ("placement:cash", "layering:trail"), "0.5"),
        (Credit.PROPORTIONAL_CORRECT, ("placement:cash", "layering:villa"), "0"),
        (Credit.EXACT, ("placement:cash", "layering:trail", "integration:villa"), "0"),
        (
            Credit.EXACT,
            ("placement:cash", "layering:trail", "integration:villa", "more layering:trail"),
            "1",
        ),
    ],
)
def test_each_way_of_credit_pays_what_its_formula_says(credit: Credit, values: tuple[str, ...], share: str) -> None:
    assert earned(matching(*STAGES, credit=credit), *values) == Decimal(share)


def test_a_right_side_of_two_pairs_is_one_choice_that_is_right_twice() -> None:
    question = matching(*STAGES)
    assert sorted(own_order(question)) == ["cash", "trail", "villa"]
    assert earned(question, "layering:trail", "more layering:trail") == Decimal("0.5")


def test_a_distractor_is_wrong_and_costs_no_more_than_an_open_side() -> None:
    question = matching(*STAGES, distractors=["shop"])
    assert "shop" in own_order(question)
    assert earned(question, "placement:cash", "layering:shop") == earned(question, "placement:cash")


def test_every_left_side_gets_its_verdict() -> None:
    question = matching(*STAGES)
    marked = mark(question, read_response(question, ["placement:cash", "layering:villa"]))
    assert marked.answers == {
        "placement": AnswerVerdict.HIT,
        "layering": AnswerVerdict.WRONG,
        "integration": AnswerVerdict.MISSED,
        "more layering": AnswerVerdict.MISSED,
    }
    assert marked.verdict is Verdict.PARTLY


def test_a_left_side_sent_twice_counts_once_as_first_sent() -> None:
    question = matching(*STAGES)
    assert earned(question, "placement:villa", "placement:cash") == 0


def test_three_equal_shares_make_all_of_the_points() -> None:
    question = matching(*STAGES[:3], points="2")
    assert earned(question, "placement:cash", "layering:trail") == Decimal("1.3333")
    assert mark(question, right_response(question)).points == 2


LEFTS = st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=10, unique=True)


@st.composite
def questions(draw: st.DrawFn) -> Matching:
    pairs = [(left, f"r{draw(st.integers(0, 9))}") for left in draw(LEFTS)]
    distractors = draw(st.lists(st.sampled_from(["d0", "d1", "d2"]), unique=True))
    credit = draw(st.sampled_from(Credit))
    return matching(*pairs, distractors=distractors, credit=credit, points=draw(st.sampled_from(["1", "0.5", "7"])))


@st.composite
def values_to(draw: st.DrawFn, question: Matching) -> list[str]:
    side = st.sampled_from([pair.left for pair in question.pairs])
    made = st.tuples(side, st.sampled_from(own_order(question))).map(":".join)
    return draw(st.lists(st.one_of(made, st.text(max_size=8)), max_size=15))


@given(st.data(), questions())
def test_points_stay_between_nothing_and_all(data: st.DataObject, question: Matching) -> None:
    marked = mark(question, read_response(question, data.draw(values_to(question))))
    assert 0 <= marked.points <= marked.out_of == question.points
    assert set(marked.answers) == {pair.left for pair in question.pairs}
    assert (marked.points == marked.out_of) == (set(marked.answers.values()) == {AnswerVerdict.HIT})


@given(questions())
def test_the_right_response_earns_everything(question: Matching) -> None:
    marked = mark(question, right_response(question))
    assert (marked.points, marked.verdict) == (question.points, Verdict.RIGHT)


@given(st.data(), questions())
def test_a_response_is_the_same_after_it_was_stored(data: st.DataObject, question: Matching) -> None:
    response = read_response(question, data.draw(values_to(question)))
    assert response_stored(question, stored_form(response)) == response


@given(st.data(), questions())
def test_the_order_of_sending_does_not_count(data: st.DataObject, question: Matching) -> None:
    chosen = {pair.left: data.draw(st.sampled_from(own_order(question))) for pair in question.pairs}
    values = [f"{left}:{right}" for left, right in chosen.items()]
    shuffled = data.draw(st.permutations(values))
    assert read_response(question, shuffled) == read_response(question, values)


def test_the_right_sides_are_shuffled_and_the_same_for_the_same_seed() -> None:
    question = matching(*STAGES, distractors=["shop"])
    orders = {disordered(question, random.Random(seed)) for seed in range(200)}  # noqa: S311
    assert len(orders) == 24
    assert disordered(question, random.Random(5)) == disordered(question, random.Random(5))  # noqa: S311


def test_the_order_shown_without_a_paper_does_not_depend_on_the_key() -> None:
    lefts, rights = ["a", "b", "c", "d"], ["w", "x", "y", "z"]
    orders = {own_order(matching(*zip(lefts, [*rights[turn:], *rights[:turn]], strict=True))) for turn in range(4)}
    assert len(orders) == 1

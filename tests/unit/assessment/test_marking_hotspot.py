"""Marking hotspots: as choices are marked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import Verdict, mark, read_response, response_stored, right_response, stored_form
from elearn.content.question import Choice, Credit, Hotspot


def hotspot(*, is_several: bool) -> Hotspot:
    half = Decimal("0.5")
    rows = [("a", half), ("b", half), ("c", Decimal(0))] if is_several else [("a", Decimal(1)), ("b", Decimal(0))]
    return Hotspot(
        id="q",
        points=Decimal(2),
        tags=(),
        credit=Credit.PROPORTIONAL_CORRECT,
        texts={},
        path="quiz.md",
        line=1,
        choices=tuple(Choice(name, weight > 0, weight) for name, weight in rows),
        is_several=is_several,
    )


ONE, SEVERAL = hotspot(is_several=False), hotspot(is_several=True)
values = st.lists(st.one_of(st.sampled_from("abc"), st.text(max_size=3)))


@pytest.mark.parametrize(
    ("question", "sent", "points"),
    [(ONE, ["a"], 2), (ONE, ["b"], 0), (ONE, ["b", "a"], 0), (SEVERAL, ["a"], 1), (SEVERAL, ["a", "c"], 0)],
)
def test_areas_earn_what_choices_earn(question: Hotspot, sent: list[str], points: int) -> None:
    assert mark(question, read_response(question, sent)).points == points


@given(st.sampled_from([ONE, SEVERAL]), values)
def test_whatever_is_sent_earns_between_nothing_and_everything(question: Hotspot, sent: list[str]) -> None:
    response = read_response(question, sent)
    assert 0 <= mark(question, response).points <= question.points
    assert response_stored(question, stored_form(response)) == response


@given(values)
def test_the_order_of_several_areas_does_not_matter(sent: list[str]) -> None:
    assert read_response(SEVERAL, sent) == read_response(SEVERAL, sent[::-1])


@pytest.mark.parametrize("question", [ONE, SEVERAL])
def test_the_right_areas_earn_everything(question: Hotspot) -> None:
    assert mark(question, right_response(question)).verdict is Verdict.RIGHT

"""Bars stand where their numbers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.reporting.chart import Pair, drawing, scale, sparkline, wrapped


@given(st.integers(0, 10**7))
def test_the_axis_reaches_the_largest_number_in_at_most_four_round_steps(most: int) -> None:
    end, step = scale(most)
    assert end >= max(1, most)
    assert end % step == 0
    assert end // step <= 4
    assert str(step).rstrip("0") in ("1", "2", "5")


@given(st.lists(st.tuples(st.none() | st.integers(0, 500), st.none() | st.integers(0, 500)), min_size=1, max_size=8))
def test_bars_stay_within_the_drawing_and_do_not_touch(numbers: list[tuple[int | None, int | None]]) -> None:
    pairs = [Pair(f"A rather long name of agency {n}", whole, part, "1 / 2") for n, (whole, part) in enumerate(numbers)]
    for width, label in ((544, 184), (328, 0)):
        chart = drawing(pairs, "heading", width=width, label=label, value=100)
        assert len(chart.bars) == len(pairs)
        before = chart.top
        for bar, (whole, part) in zip(chart.bars, numbers, strict=True):
            assert bar.y >= before
            before = bar.y + chart.bar
            assert (bar.whole is None) is (whole is None)
            assert all(length is None or 0 <= length <= chart.right - chart.left for length in (bar.whole, bar.part))
            assert bar.is_hidden is (whole is None and part is None)
        assert before <= chart.bottom <= chart.height


@given(st.text(max_size=80), st.integers(20, 400))
def test_no_word_of_a_name_is_left_out(name: str, width: int) -> None:
    assert " ".join(wrapped(name, width)).split() == name.split()


@pytest.mark.parametrize("numbers", [[], [3], [0, 0, 0]])
def test_nothing_to_see_makes_no_line(numbers: list[int]) -> None:
    assert sparkline(numbers) is None


def test_a_line_ends_at_its_last_month() -> None:
    line = sparkline([0, 5, 10])
    assert line is not None
    assert line.points == "4,32 48,18 92,4"
    assert (line.x, line.y) == (92, 4)

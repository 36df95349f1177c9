"""Months, bands and filters; where somebody is counted."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.reporting.forms import Filters, filters_of
from elearn.reporting.rules import (
    BANDS_OF_PERIOD,
    Facts,
    Grouping,
    Measure,
    NotAChoice,
    Period,
    Shown,
    band_starts,
    counts_of,
    month_before,
    month_of,
)


def test_the_month_changes_at_midnight_of_the_site() -> None:
    almaty = ZoneInfo("Asia/Almaty")
    assert month_of(datetime(2026, 12, 31, 18, 59, tzinfo=UTC), almaty) == 202612
    assert month_of(datetime(2026, 12, 31, 19, 0, tzinfo=UTC), almaty) == 202701


@given(st.integers(1990, 2090), st.integers(1, 12), st.integers(0, 400))
def test_so_many_months_earlier_is_so_many_steps_back(year: int, month: int, back: int) -> None:
    found = year * 100 + month
    for _ in range(back):
        found = found - 1 if found % 100 > 1 else found - 89
    assert month_before(year * 100 + month, back) == found


def test_the_periods_are_runs_of_bands() -> None:
    starts = band_starts(202602)
    assert starts == (202602, 202601, 202512, 202503)
    assert starts[BANDS_OF_PERIOD[Period.MONTH] - 1] == 202602
    assert starts[BANDS_OF_PERIOD[Period.QUARTER] - 1] == 202512
    assert starts[BANDS_OF_PERIOD[Period.YEAR] - 1] == 202503


def test_over_all_courses_a_person_counts_once_for_each_measure() -> None:
    counts = counts_of(
        [
            Facts(1, 202601, 202605, 202605, None),
            Facts(2, 202602, 202603, 202603, 202604),
            Facts(3, 202512, 202512, None, None),
        ]
    )
    over_all = {(measure, month) for measure, course, month in counts if course == 0}
    assert over_all == {
        (Measure.ENROLLED, 202512),
        (Measure.ACTIVE, 202605),
        (Measure.COMPLETED, 202603),
        (Measure.CERTIFIED, 202604),
    }
    assert len(counts) == 4 + 3 + 3 + 2 + 1
    assert counts_of([]) == frozenset()


@given(
    st.builds(
        Filters,
        course=st.text(max_size=5),
        country=st.text(max_size=5),
        agency=st.text(max_size=5),
        period=st.sampled_from(Period),
        by=st.none() | st.sampled_from(Grouping),
        people=st.sampled_from(Shown),
        page=st.integers(1, 999999),
    )
)
def test_an_address_says_what_was_asked_for(filters: Filters) -> None:
    assert filters_of(dict(parse_qsl(filters.query(), keep_blank_values=True))) == filters


def test_the_usual_filters_make_a_plain_address() -> None:
    assert Filters().href() == "/statistics"
    assert Filters(course="cft").file_href("groups.csv", page=1) == "/statistics/groups.csv?course=cft"
    assert Filters(page=3).href("people", page=4) == "/statistics?page=4#people"


@pytest.mark.parametrize(
    "wrong", [{"period": "week"}, {"by": "person"}, {"people": "x"}, {"page": "0"}, {"page": "²"}, {"page": "9999999"}]
)
def test_what_is_no_choice_is_refused_with_its_name(wrong: dict[str, str]) -> None:
    with pytest.raises(NotAChoice, match=f"«{next(iter(wrong.values()))}».*«{next(iter(wrong))}»"):
        filters_of(wrong)

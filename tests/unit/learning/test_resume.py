"""Going on where one stopped: exactly there while it is unread, else at the next unread section."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.learning.rules import OutcomeKind, Tally, places, resume_at, tally_of
from tests.unit.learning.shapes import a_course

COURSE = a_course()
ALL = [place.unit for place in places(COURSE)]


def after_reading(*units: str) -> Tally:
    """The tally of these sections read."""
    return tally_of((OutcomeKind.SECTION_READ, unit, None) for unit in units)


@pytest.mark.parametrize(
    ("read", "place", "expected"),
    [
        ([], None, "law/opening"),
        ([], "analysis/triage", "analysis/triage"),
        (["law/opening"], "law/opening", "law/offence"),
        (["law/opening", "law/offence"], "law/offence", "law/assets"),
        (["law/assets"], "law/assets", "analysis/opening"),
        (["law/opening"], "law/assets", "law/assets"),
        (["analysis/triage"], "analysis/triage", "law/opening"),  # nothing unread after it: the first that is
        (["law/opening", "law/assets", "analysis/triage"], "law/assets", "analysis/opening"),
        (["law/opening"], None, "law/offence"),
        (ALL, "law/assets", "law/assets"),
        (ALL, None, "law/opening"),
        (["law/opening"], "gone/section", "law/offence"),
        (ALL, "gone/section", "law/opening"),
        ([], "", "law/opening"),
    ],
)
def test_one_goes_on_at(read: list[str], place: str | None, expected: str) -> None:
    assert resume_at(COURSE, after_reading(*read), place).unit == expected


@given(st.lists(st.sampled_from(ALL)), st.none() | st.sampled_from([*ALL, "gone/section"]))
def test_one_goes_on_at_something_unread_while_there_is_anything(read: list[str], place: str | None) -> None:
    found = resume_at(COURSE, after_reading(*read), place)

    assert found.unit in ALL
    assert (found.unit in read) == (set(read) == set(ALL))
    if place in ALL and place not in read:
        assert found.unit == place

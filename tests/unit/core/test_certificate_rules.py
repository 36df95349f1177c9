"""How long a certificate holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.certificates.rules import State, months_later, state_of


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 24), 24, date(2028, 11, 24)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_so_many_months_later_lies_in_the_right_month(day: date, months: int) -> None:
    later = months_later(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later.replace(day=later.day).month != date.fromordinal(later.toordinal() + 1).month)


LAST = date(2028, 11, 24)


@pytest.mark.parametrize(
    ("valid_until", "is_revoked", "today", "state"),
    [
        (LAST, False, date(2028, 11, 23), State.VALID),
        (LAST, False, LAST, State.VALID),
        (LAST, False, date(2028, 11, 25), State.EXPIRED),
        (None, False, date(2099, 1, 1), State.VALID),
        (LAST, True, date(2028, 11, 23), State.REVOKED),
        (LAST, True, date(2099, 1, 1), State.REVOKED),
        (None, True, date(2026, 1, 1), State.REVOKED),
    ],
)
def test_a_certificate_holds_until_its_last_day_unless_it_was_revoked(
    valid_until: date | None, is_revoked: bool, today: date, state: State
) -> None:
    assert state_of(valid_until=valid_until, is_revoked=is_revoked, today=today) is state

"""Numbers as people type them."""

from decimal import Decimal

import pytest

from elearn.content.numbers import parse_number


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("15000", "15000"),
        (" 15 000 ", "15000"),
        ("15\u202f000,50", "15000.50"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("−7", "-7"),
        ("–7", "-7"),
        ("1’000’000", "1000000"),
    ],
)
def test_commas_points_spaces_and_dashes_are_understood(typed: str, expected: str) -> None:
    assert parse_number(typed) == Decimal(expected)


@pytest.mark.parametrize("typed", ["", "a", "1 5", "1,2,3", "1e5", "NaN", "Infinity", "0x1", "١٢٣a", "9" * 40, "--1"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None

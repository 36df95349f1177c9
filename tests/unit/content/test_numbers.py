"""Numbers as people type them."""

from decimal import Decimal

import pytest

from elearn.content.numbers import parse_number, parse_range


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


@pytest.mark.parametrize(
    ("written", "low", "high", "unit"),
    [
        ("15'000", "15000", "15000", None),
        ("1’000’000 EUR", "1000000", "1000000", "EUR"),
        ("15'000 ± 1'000 EUR", "14000", "16000", "EUR"),
        ("1'000..2'000", "1000", "2000", None),
        ("5 %", "5", "5", "%"),
        ("15000 +- 10", "14990", "15010", None),
        ("-5..-3", "-5", "-3", None),
    ],
)
def test_a_range_is_read_with_its_thousands_and_its_unit(written: str, low: str, high: str, unit: str | None) -> None:
    found = parse_range(written)
    assert found is not None
    assert (found.low, found.high, found.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize("written", ["5'", "15'00", "5..3", "5 ± -1", "UNSCR 1373", "1e400", "NaN ± 1"])
def test_what_is_no_range_of_numbers_is_none(written: str) -> None:
    assert parse_range(written) is None

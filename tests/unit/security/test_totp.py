"""Codes of authenticator apps by RFC 6238, and the tickets between the steps of signing in."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.security.totp import (
    TICKET_LIVES,
    matching_step,
    read_ticket,
    step_of,
    step_ticket,
    ticket_owner,
    totp_address,
    totp_key,
)

SECRET = b"s" * 32
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RFC_KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, the last six of its eight digits."""
    at = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(RFC_KEY, code, at) == step_of(at)


def test_a_key_belongs_to_one_installation_one_person_and_one_seed() -> None:
    keys = {totp_key(secret, person, seed) for secret in (SECRET, b"t" * 32) for person in "ab" for seed in ("c", "d")}
    assert len(keys) == 8
    assert all(len(base64.b32decode(key)) == 20 for key in keys)


def test_the_app_is_told_the_site_and_the_name() -> None:
    address = totp_address(RFC_KEY, name="a.serikova", issuer="FIU Training")
    assert address.startswith("otpauth://totp/FIU%20Training:a.serikova?secret=GEZD")


@given(st.booleans(), st.integers(min_value=0, max_value=2000))
def test_a_ticket_says_what_was_put_in_until_it_is_over(is_shared: bool, seconds: int) -> None:
    ticket = step_ticket(SECRET, "person", "hash", is_shared_device=is_shared, now=NOON)
    found = read_ticket(SECRET, ticket, "hash", now=NOON + timedelta(seconds=seconds))
    assert found == (is_shared if seconds < TICKET_LIVES.total_seconds() else None)
    assert ticket_owner(ticket) == "person"


@given(st.text(max_size=120))
def test_nothing_typed_is_a_ticket(text: str) -> None:
    assert read_ticket(SECRET, text, "hash", now=NOON) is None


def test_a_ticket_of_another_installation_or_password_is_refused() -> None:
    ticket = step_ticket(SECRET, "person", "hash", is_shared_device=False, now=NOON)
    assert read_ticket(b"t" * 32, ticket, "hash", now=NOON) is None
    assert read_ticket(SECRET, ticket, "another", now=NOON) is None

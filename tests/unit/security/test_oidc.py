"""What a browser carries to the identity provider and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.addresses import is_guarded
from elearn.security.oidc import FLOW_LIVES, LONGEST_NEXT, begin_flow, challenge_of, read_flow

SECRET = b"s" * 32
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@given(st.text(max_size=200), st.booleans(), st.text(max_size=64), st.integers(min_value=0, max_value=2000))
def test_a_way_says_what_was_put_in_until_it_is_over(wanted: str, is_shared: bool, owner: str, seconds: int) -> None:
    flow = begin_flow(SECRET, next_path=wanted, is_shared_device=is_shared, owner=owner, now=NOON)
    found = read_flow(SECRET, flow.cookie, now=NOON + timedelta(seconds=seconds))
    assert found == (flow if seconds < FLOW_LIVES.total_seconds() else None)
    assert read_flow(b"t" * 32, flow.cookie, now=NOON) is None


def test_a_cookie_stays_smaller_than_browsers_keep() -> None:
    for letter in ("x", "я", '"', "\U0001f511"):
        longest = letter * (LONGEST_NEXT // len(letter.encode()))
        flow = begin_flow(SECRET, next_path=longest, is_shared_device=True, owner="o" * 64, now=NOON)
        assert flow.next == longest
        assert len(flow.cookie) < 3800
        assert begin_flow(SECRET, next_path=longest + "x", is_shared_device=False, now=NOON).next == ""


@given(st.text(max_size=120))
def test_nothing_written_is_a_way(text: str) -> None:
    assert read_flow(SECRET, text, now=NOON) is None


@given(st.data())
def test_a_cookie_changed_anywhere_is_no_way(data: st.DataObject) -> None:
    cookie = begin_flow(SECRET, next_path="/notes", is_shared_device=False, now=NOON).cookie
    at = data.draw(st.integers(min_value=0, max_value=len(cookie) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_=.").filter(lambda one: one != cookie[at]))
    assert read_flow(SECRET, cookie[:at] + letter + cookie[at + 1 :], now=NOON) is None


def test_no_two_ways_and_no_two_words_of_one_are_the_same() -> None:
    flows = [begin_flow(SECRET, next_path="", is_shared_device=False, now=NOON) for _ in range(2)]
    words = {flow.word(SECRET, name) for flow in flows for name in ("state", "nonce", "verifier")}
    assert len(words) == 6
    assert {len(word) for word in words} == {43}  # the least that RFC 7636, 4.1 asks of a verifier
    assert flows[0].is_answered_by(SECRET, flows[0].word(SECRET, "state"))
    assert not flows[0].is_answered_by(SECRET, flows[1].word(SECRET, "state"))


def test_the_challenge_is_that_of_rfc_7636() -> None:
    """Appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("address", "guarded"),
    [
        ("https://login.unit.example", True),
        ("http://127.0.0.1:8080/realm", True),
        ("http://[::1]:8080", True),
        ("http://localhost", True),
        ("http://login.unit.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
        ("login.unit.example", False),
    ],
)
def test_a_line_is_guarded_by_https_or_within_this_machine(address: str, guarded: bool) -> None:
    assert is_guarded(address) is guarded

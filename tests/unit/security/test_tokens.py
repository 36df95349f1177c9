"""A form's token belongs to one session of one installation, and looks different on every page."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.security.oidc import begin_flow, read_flow
from elearn.security.tokens import csrf_token, is_csrf_token
from elearn.security.totp import read_ticket, step_ticket

SECRET = b"s" * 32


@given(st.binary(min_size=1, max_size=64), st.text(max_size=80))
def test_a_token_belongs_to_its_session(secret: bytes, session: str) -> None:
    assert is_csrf_token(secret, session, csrf_token(secret, session))


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_token_of_another_session_is_refused(session: str, other: str) -> None:
    assert is_csrf_token(SECRET, other, csrf_token(SECRET, session)) == (session == other)


def test_a_token_of_another_installation_is_refused() -> None:
    assert not is_csrf_token(SECRET, "session", csrf_token(b"t" * 32, "session"))


def test_no_token_is_good_for_another_purpose() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    form = csrf_token(SECRET, "session")
    ticket = step_ticket(SECRET, "person", "hash", is_shared_device=False, now=now)
    way = begin_flow(SECRET, next_path="", is_shared_device=False, now=now)
    words = [way.word(SECRET, name) for name in ("state", "nonce", "verifier")]
    for other in (ticket, way.cookie, *words):
        assert not is_csrf_token(SECRET, "session", other)
    for other in (form, way.cookie, *words):
        assert read_ticket(SECRET, other, "hash", now=now) is None
    for other in (form, ticket, *words):
        assert read_flow(SECRET, other, now=now) is None
    # The same words sealed as a way are no ticket: each kind is sealed with a word of its own.
    body = ticket.rpartition(".")[0]
    foreign = hmac.new(SECRET, f"oidc:{body}:hash".encode(), hashlib.sha256).hexdigest()
    assert read_ticket(SECRET, f"{body}.{foreign}", "hash", now=now) is None
    assert [way.is_answered_by(SECRET, word) for word in words] == [True, False, False]


def test_every_page_masks_the_token_anew() -> None:
    tokens = [csrf_token(SECRET, "session") for _ in range(50)]

    assert len(set(tokens)) == 50
    assert len({token[:20] for token in tokens}) == 50
    assert len({token[-20:] for token in tokens}) == 50


@given(st.text(max_size=200))
def test_nothing_typed_is_a_token(text: str) -> None:
    assert not is_csrf_token(SECRET, "session", text)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 63, 65, 128])
def test_bytes_of_another_length_are_refused(length: int) -> None:
    assert not is_csrf_token(SECRET, "session", base64.urlsafe_b64encode(b"\0" * length).decode())


@given(st.integers(0, 511))
def test_one_bit_changed_is_refused(bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(csrf_token(SECRET, "session")))
    raw[bit // 8] ^= 1 << bit % 8

    assert not is_csrf_token(SECRET, "session", base64.urlsafe_b64encode(bytes(raw)).decode())

"""A form's token belongs to one session of one installation, and looks different on every page."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.security.tokens import csrf_token, is_csrf_token

SECRET = b"s" * 32


@given(st.binary(min_size=1, max_size=64), st.text(max_size=80))
def test_a_token_belongs_to_its_session(secret: bytes, session: str) -> None:
    assert is_csrf_token(secret, session, csrf_token(secret, session))


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_token_of_another_session_is_refused(session: str, other: str) -> None:
    assert is_csrf_token(SECRET, other, csrf_token(SECRET, session)) == (session == other)


def test_a_token_of_another_installation_is_refused() -> None:
    assert not is_csrf_token(SECRET, "session", csrf_token(b"t" * 32, "session"))


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

"""Tokens that prove a form came from a page of ours."""

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache


def csrf_token(secret: bytes, session: str) -> str:
    """A token for a session: one secret per session without a time limit, masked anew on every page.

    The mask keeps a compressed page from telling the secret by its size (BREACH).
    """
    proof = _proof(secret, session)
    pad = secrets.token_bytes(len(proof))
    return base64.urlsafe_b64encode(pad + _xor(pad, proof)).decode()


def is_csrf_token(secret: bytes, session: str, token: str) -> bool:
    """Whether the token belongs to the session, compared in constant time."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return False
    proof = _proof(secret, session)
    return len(raw) == 2 * len(proof) and hmac.compare_digest(_xor(raw[: len(proof)], raw[len(proof) :]), proof)


def browser_mark(secret: bytes, person: str) -> str:
    """What a browser remembers of the person last signed in there: enough to know them again, and no more."""
    return hmac.new(secret, b"browser:" + person.encode(), hashlib.sha256).hexdigest()[:32]


def name_mark(secret: bytes, name: str) -> str:
    """By what the audit log knows again a sign-in name that nobody has; people type passwords there by mistake."""
    return hmac.new(secret, b"sign-in-name:" + name.encode(errors="replace"), hashlib.sha256).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _proof(secret: bytes, session: str) -> bytes:
    return hmac.digest(secret, b"csrf:" + session.encode(), hashlib.sha256)


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))

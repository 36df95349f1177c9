"""Signing in by OpenID Connect: what a browser carries to the provider and back, and what an ID token proves. Pure.

What is sent along (``state``, ``nonce``, PKCE's verifier) is computed from the installation's secret and what the
browser carries in a sealed cookie, so that nothing has to be kept on the server and nothing secret is in the cookie.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from elearn.core.identifiers import new_token

FLOW_LIVES = timedelta(minutes=10)
SKEW_SECONDS = 60
"""So far apart may the clocks of the provider and of this site be."""
LONGEST_NEXT = 1000
"""Bytes of an address to go on to; browsers keep cookies of 4096."""
LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, 2: the subject has at most 255 ASCII characters."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a key pair. ``none`` proves nothing; HS256 could be made with a key that everybody can read."""
KEY_PAIRS = ("RSA", "EC")


class BadToken(Exception):
    """An ID token proves nothing; the words are for the log, without anything of the token."""


class UnknownKey(BadToken):
    """The key that signed is not among those known; there may be new ones."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A way to the provider and back. ``cookie`` is what the browser carries.

    ``next`` is where one wanted to go. ``owner`` is the session of somebody who links their account, empty for a
    sign-in.
    """

    cookie: str
    next: str
    is_shared_device: bool
    owner: str

    def word(self, secret: bytes, name: str) -> str:
        """A word of this way, of 256 bits: ``state``, ``nonce``, ``verifier``."""
        made = hmac.digest(secret, f"oidc-{name}:{self.cookie}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def is_answered_by(self, secret: bytes, state: str) -> bool:
        """Whether an answer belongs to this way."""
        return hmac.compare_digest(self.word(secret, "state").encode(), state.encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Proven:
    """Who an ID token says it is. ``email`` only where the provider has verified it.

    ``is_second_proven``: more than a password was asked for.
    """

    issuer: str
    subject: str
    email: str | None
    is_second_proven: bool


def begin_flow(secret: bytes, *, next_path: str, is_shared_device: bool, now: datetime, owner: str = "") -> Flow:
    """A new way, which is over after FLOW_LIVES."""
    wanted = next_path if len(next_path.encode()) <= LONGEST_NEXT else ""
    parts = [new_token(), int(now.timestamp()), is_shared_device, owner, wanted]
    said = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    body = base64.urlsafe_b64encode(said.encode()).decode()
    return Flow(f"{body}.{_seal(secret, body)}", wanted, is_shared_device, owner)


def read_flow(secret: bytes, cookie: str, *, now: datetime) -> Flow | None:
    """The way that a cookie tells of; None if it is not ours, or is over."""
    body, _, seal = cookie.rpartition(".")
    if not cookie.isascii() or not hmac.compare_digest(_seal(secret, body), seal):
        return None
    try:
        _number, stamp, is_shared, owner, wanted = json.loads(base64.urlsafe_b64decode(body))
    except (binascii.Error, ValueError):
        return None
    is_fresh = -1 <= now.timestamp() - stamp < FLOW_LIVES.total_seconds()
    return Flow(cookie, wanted, is_shared, owner) if is_fresh else None


def _seal(secret: bytes, body: str) -> str:
    return hmac.new(secret, f"oidc:{body}".encode(), hashlib.sha256).hexdigest()


def challenge_of(verifier: str) -> str:
    """What the provider is told of the verifier before it sees it (PKCE, S256)."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return str(create_s256_code_challenge(verifier))


def proven_by(
    id_token: str,
    keys: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    strong: Collection[str],
    now: datetime,
) -> Proven:
    """Who an ID token says it is, after everything of it was checked (OpenID Connect Core 1.0, 3.1.3.7).

    ``keys`` is the provider's JSON Web Key Set; ``strong`` are the values of ``acr`` that mean a second step. Raises
    UnknownKey, BadToken.
    """
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet

    pairs = [key for key in keys.get("keys", ()) if isinstance(key, dict) and key.get("kty") in KEY_PAIRS]
    try:
        known = KeySet.import_key_set({"keys": [key for key in pairs if key.get("use", "sig") == "sig"]})
        token = jwt.decode(id_token, known, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=SKEW_SECONDS)
    except InvalidKeyIdError as problem:
        raise UnknownKey(type(problem).__name__) from problem
    except (JoseError, ValueError, TypeError) as problem:
        # The text of these errors may hold what stood in the token.
        raise BadToken(f"{type(problem).__name__} {getattr(problem, 'claim', '')}".strip()) from None
    return _told(claims, issuer, strong)


def _told(claims: Mapping[str, Any], issuer: str, strong: Collection[str]) -> Proven:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isascii():
        raise BadToken("sub")
    ways, level = claims.get("amr") or [], claims.get("acr")
    return Proven(
        issuer=issuer,
        subject=subject,
        email=email if isinstance(email, str) and claims.get("email_verified") is True else None,
        is_second_proven="mfa" in ways or (isinstance(level, str) and level in strong),
    )

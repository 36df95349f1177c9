"""Time-based one-time codes (RFC 6238), and the tickets that carry a sign-in from its first step to its second.

A key of such codes is not kept anywhere: it is computed from the installation's secret and a random seed that is kept
with the person. The database alone makes no codes.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from pyotp import HOTP, TOTP

from elearn.core.identifiers import new_public_id

DIGITS = 6
STEP_SECONDS = 30
TICKET_LIVES = timedelta(minutes=10)


def totp_key(secret: bytes, public_id: str, seed: str) -> str:
    """The key of a person's codes for a seed, in base32: 160 bits, as RFC 4226 (4, R6) advises."""
    proof = hmac.digest(secret, f"totp:{public_id}:{seed}".encode(), hashlib.sha256)
    return base64.b32encode(proof[:20]).decode()


def step_of(now: datetime) -> int:
    """The number of the half minute that an instant falls in, since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(key: str, typed: str, now: datetime) -> int | None:
    """The half minute whose code was typed: this one, the last or the next (a phone's clock may be off), or None."""
    here = step_of(now)
    found = [step for step in (here - 1, here, here + 1) if hmac.compare_digest(HOTP(key).at(step), typed)]
    return found[-1] if found else None


def totp_address(key: str, *, name: str, issuer: str) -> str:
    """What an authenticator app reads from the picture: an ``otpauth:`` address."""
    return TOTP(key).provisioning_uri(name=name, issuer_name=issuer)


def step_ticket(secret: bytes, public_id: str, stored: str, *, is_shared_device: bool, now: datetime) -> str:
    """A ticket that says that a person's password was right just now; ``stored`` is its hash.

    It is over after TICKET_LIVES, and when the password changes. No two are the same, as a passkey has to sign it.
    """
    body = f"{public_id}.{int(now.timestamp())}.{int(is_shared_device)}.{new_public_id()}"
    return f"{body}.{_seal(secret, body, stored)}"


def ticket_owner(ticket: str) -> str:
    """The public id of whom a ticket claims to be for; :func:`read_ticket` tells whether that is so."""
    return ticket.partition(".")[0]


def ticket_time(ticket: str) -> datetime:
    """When a good ticket was made, to the second."""
    return datetime.fromtimestamp(int(ticket.split(".")[1]), UTC)


def read_ticket(secret: bytes, ticket: str, stored: str, *, now: datetime) -> bool | None:
    """Whether the computer is shared, as a good ticket says; None if it is not good (any more)."""
    body, _, seal = ticket.rpartition(".")
    parts = body.split(".")
    if not ticket.isascii() or len(parts) != 4 or not hmac.compare_digest(_seal(secret, body, stored), seal):
        return None
    age = now.timestamp() - int(parts[1])
    return parts[2] == "1" if -1 <= age < TICKET_LIVES.total_seconds() else None


def _seal(secret: bytes, body: str, stored: str) -> str:
    return hmac.new(secret, f"step:{body}:{stored}".encode(), hashlib.sha256).hexdigest()

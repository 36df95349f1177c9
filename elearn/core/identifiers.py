"""Identifiers that cannot be guessed, and codes that people can type."""

import hashlib
import secrets
import uuid

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: 32 letters, five bits each


def new_token() -> str:
    """A secret of 256 bits, safe in a URL or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256 in hex (a token has too much chance in it to need a slow hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_public_id() -> str:
    """A public, unguessable identifier of a row for use in a URL: 22 characters, 128 bits.

    None begins with a hyphen, because at a command line that would be an option.
    """
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made


def new_client_id() -> uuid.UUID:
    """An identifier that a client gives to a fact before it sends it."""
    return uuid.uuid4()


def new_seed() -> int:
    """A seed for a draw: 63 bits, so that every database can store it."""
    return secrets.randbits(63)


def new_code(groups: int = 4) -> str:
    """A code that a person can type, of 20 bits a group: ``CK7Q-4M2X-9RTD-H6WP``."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(groups))


def normal_code(typed: str, groups: int = 4) -> str | None:
    """The code a person meant (case, spaces and hyphens do not matter), or None if it cannot be one."""
    letters = "".join(letter for letter in typed.upper() if letter not in " -–—\u00a0")
    if len(letters) != 4 * groups or any(letter not in CODE_ALPHABET for letter in letters):
        return None
    return "-".join(letters[i : i + 4] for i in range(0, 4 * groups, 4))

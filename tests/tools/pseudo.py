"""The pseudo-locale en-XA: English made 40 % longer and accented, so that a page shows what longer words break.

``[Ţĥîš~~…]``: brackets show where a message is cut off, accents what is not translated at all.
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog

from tests.tools.translations import said, write

LANGUAGE = "en-XA"
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥíĵķłɱñöþɋřšţúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶŁṀÑÖÞɊŘŠŢÚṼŴẊÝŽ",
)
_KEPT = re.compile(r"%\(\w+\)[sd]|%%|<[^>]+>|&\w+;")
_LONGER = 0.4


def pseudo(text: str) -> str:
    """A message in the pseudo-locale: as a long language would say it, words and not one string of letters."""
    found, end = [], 0
    for kept in _KEPT.finditer(text):
        found += [text[end : kept.start()].translate(_LETTERS), kept.group()]
        end = kept.end()
    longer = max(2, round(_LONGER * len(_KEPT.sub("", text))))
    # The first added letters lengthen the last word, as endings do; the rest are words of nine letters.
    added = "".join("ö" if place < 4 or (place - 4) % 10 else " " for place in range(longer))
    return f"[{''.join([*found, text[end:].translate(_LETTERS)])}{added.rstrip()}]"


def write_pseudo(folder: Path) -> Path:
    """Write the catalogue of the pseudo-locale below ``folder``; its path."""
    made = Catalog(locale="en", project="elearn", charset="utf-8")
    made.fuzzy = False
    for message in said():
        strings = pseudo(message) if isinstance(message, str) else tuple(map(pseudo, message))
        made.add(message, strings)
    return write(made, folder / LANGUAGE / "messages.po")

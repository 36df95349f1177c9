"""Text as it stands on paper."""

import re
import unicodedata
from typing import Final

_SAME_ON_PAPER: Final = str.maketrans({"\u2010": "-", "\u2011": "-", "\u202f": "\u00a0"})
"""Letters that the typefaces lack and that look like others they have."""


def printable(text: str) -> str:
    """Give a text as it stands on paper: composed letters, single spaces, no invisible controls.

    A line break becomes a space, and a control that would turn the direction of the words is left out, so that
    what is printed can be read in one way only.
    """
    composed = unicodedata.normalize("NFC", text).translate(_SAME_ON_PAPER)
    spaced = (" " if letter in "\t\n\v\f\r\x85\u2028\u2029" else letter for letter in composed)
    visible = (letter for letter in spaced if unicodedata.category(letter) not in {"Cc", "Cf"})
    return re.sub(" +", " ", "".join(visible)).strip(" ")

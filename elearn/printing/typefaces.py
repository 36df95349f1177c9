"""The typefaces of printed pages: Onest for text, Source Serif 4 for titles. Those of the system are never used."""

from functools import cache
from pathlib import Path
from typing import Final

import typst

from elearn.printing.letters import letters_of

FOLDER: Final = Path(__file__).parent / "fonts"
TEXT: Final = "Onest"
SERIF: Final = "SourceSerif4"


@cache
def typefaces(*, with_monospace: bool = False) -> typst.Fonts:
    """The typefaces, read once; with the one for code that comes with typst, if asked for."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=with_monospace, font_paths=[str(FOLDER)])


@cache
def letters_in(family: str) -> frozenset[str]:
    """The letters that every weight of a typeface has."""
    return frozenset.intersection(*(letters_of(font.read_bytes()) for font in FOLDER.glob(f"{family}-*.ttf")))


def missing_letters(text: str, *families: str) -> str:
    """The letters of a text that one of the typefaces lacks, in order and each once."""
    return "".join(sorted({letter for family in families for letter in set(text) - letters_in(family)}))

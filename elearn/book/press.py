"""Prints a book as PDF/A-2a and PDF/UA-1: tagged, with bookmarks; equal bytes for equal contents and instants."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from elearn.book.contents import Book
from elearn.core.refusals import Invalid
from elearn.printing.typefaces import typefaces

_TEMPLATE: Final = (Path(__file__).parent / "book.typ").read_bytes()
_UNDRAWN: Final = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|(.)[^"]*)"` could not be displayed')
_INSTEAD: Final = "\u25a1"  # what printers have always put in place of a letter that they lack
_MOST_LACKING: Final = 20


class BookLettersMissing(Invalid):
    """The typefaces lack more letters of the course than a book can do without."""

    message = "The book cannot be printed: its typefaces lack too many letters of the course, such as %(letters)s."


def print_book(book: Book, *, now: datetime) -> bytes:
    """The book as PDF, dated ``now``. A letter that no typeface has becomes a hollow square.

    Raises BookLettersMissing if there are more than a few such letters.
    """
    pictures = {name: _for_paper(data) for name, data in book.pictures.items()}
    data, lacking = json.dumps(book.data, ensure_ascii=False), ""
    while len(lacking) <= _MOST_LACKING:
        files = {"main.typ": _TEMPLATE, "data.json": data.encode(), **pictures}
        try:
            document = typst.compile(  # type: ignore[call-overload] # its stub lacks several files as a dict
                files,
                font_paths=typefaces(with_monospace=True),
                format="pdf",
                pdf_standards=["a-2a", "ua-1"],
                timestamp=int(now.timestamp()),
            )
        except typst.TypstError as error:
            found = _UNDRAWN.search(error.message)
            if found is None:
                raise
            letter = chr(int(found[1], 16)) if found[1] else found[2]
            written = json.dumps(letter, ensure_ascii=False)[1:-1]
            if letter in lacking or written not in data:
                raise
            data, lacking = data.replace(written, _INSTEAD), lacking + letter
            continue
        assert isinstance(document, bytes), "a PDF is one file"
        return document
    raise BookLettersMissing(letters=", ".join(f"U+{ord(letter):04X}" for letter in lacking))


def _for_paper(data: bytes) -> bytes:
    """A drawing with the colours of its classes on paper."""
    head, sign, rest = data.partition(b">")
    return head + sign + f"<style>{_STYLE}</style>".encode() + rest


_COLOURS: Final = {
    "paper": "#fff",
    "card": "#fff",
    "sunk": "#f3f1ea",
    "ink": "#16222b",
    "muted": "#52606b",
    "hair": "#c2c6c4",
    "control": "#7a8791",
    "primary": "#0b5d66",
    "tint": "#e3f0f0",
    "tint-2": "#cfe5e5",
    "on-primary": "#fff",
    "lapis": "#1f4e8c",
    "lapis-ground": "#e9eff7",
    "amber": "#8a4b00",
    "amber-ground": "#fbf0dc",
    "danger": "#a4262c",
    "danger-ground": "#faecea",
    "success": "#1f6b3b",
    "success-ground": "#e7f1e9",
}
_STYLE: Final = "".join(
    [
        "svg{fill:none;stroke:none;stroke-width:2;stroke-linejoin:round}",
        "text{fill:#16222b;stroke:none;font-family:Onest;font-size:15px}",
        *(f".f-{name}{{fill:{colour}}}.s-{name}{{stroke:{colour}}}" for name, colour in _COLOURS.items()),
        ".f-none{fill:none}.s-thin{stroke-width:1}.dashed{stroke-dasharray:4 3}",
        ".dotted{stroke-dasharray:1 4;stroke-linecap:round}",
        ".t-13{font-size:13px}.t-17{font-size:17px}.b{font-weight:600}",
    ]
)

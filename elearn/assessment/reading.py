"""What people type, made comparable: words folded, numbers read as people of seven languages write them. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import re2

LONGEST_NUMBER = 60  # characters; nobody types more digits than that
_SAME = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("’‘ʻʼ`´′", "'") | dict.fromkeys("“”„«»″", '"'))
_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|.", re.DOTALL)  # an escape, a class, a letter
_NUMBER = re2.compile(r"^([^0-9.,+-]*)([+-]?) ?([0-9.,](?:[0-9., ]|'[0-9])*)(.*)$")
_GROUPED = re2.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
_PLAIN = re2.compile(r"[0-9]+")


def folded_text(text: str, *, fold_yo: bool = False) -> str:
    """Text as compared: Unicode form, case, spaces, kinds of dashes and quotes do not count, nor ``ё`` on request."""
    folded = _folded_letters(text)
    if fold_yo:
        folded = folded.replace("ё", "е")
    return " ".join(folded.split())


def _folded_letters(text: str) -> str:
    # Folded twice: taking case away can undo the Unicode form.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) != "Cf").translate(_SAME)


def is_pattern_match(pattern: str, folded: str, *, fold_yo: bool = False) -> bool:
    """Whether a pattern matches a folded text from end to end. RE2: its time is linear whatever the pattern."""
    compiled = _compiled(pattern.replace("ё", "е").replace("Ё", "Е") if fold_yo else pattern)
    return compiled is not None and compiled.fullmatch(folded) is not None


@lru_cache(maxsize=2000)
def _compiled(pattern: str) -> "re2._Regexp | None":
    try:
        return re2.compile(_folded_pattern(pattern), options=_OPTIONS)
    except re2.error:
        return None  # the compiler of courses refuses such a pattern


def _folded_pattern(pattern: str) -> str:
    """A pattern whose letters are folded as the text is that it is to match: in that there is no ``№`` nor ``’``."""
    pieces: list[str] = _PIECE.findall(unicodedata.normalize("NFC", pattern))
    return "".join(piece if piece.isascii() else _folded_piece(piece) for piece in pieces)


def _folded_piece(piece: str) -> str:
    """A letter, or a class of letters, of which those stay that fold to more than one or to none."""
    if len(piece) == 1:
        return f"(?:{re2.escape(_folded_letters(piece))})"
    folded = ((letter, letter if letter.isascii() else _folded_letters(letter)) for letter in piece)
    return "".join(letter if letter == to or len(to) != 1 else re2.escape(to) for letter, to in folded)


def is_unit(typed: str, expected: str | None) -> bool:
    """Whether a unit that was typed is the one expected; a bare number expects none."""
    if expected is None:
        return False
    return _folded_unit(typed) == _folded_unit(expected)


def _folded_unit(unit: str) -> str:
    return folded_text(unit).replace(" ", "").rstrip(".")


def number_readings(text: str) -> Iterator[tuple[Decimal, str | None]]:
    """The numbers that a text may mean, each with the unit typed before or after it; none if it is no number.

    A comma or a point is the decimal mark; spaces of any kind, an apostrophe and the other mark part the thousands:
    ``15 000``, ``15'000``, ``1,450.50``, ``1.450,50``. ``15,000`` may be fifteen thousand or fifteen: both are given.
    A minus may be a hyphen, a dash or the true sign.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())
    if len(plain) > LONGEST_NUMBER:
        return
    found = _NUMBER.match(plain)
    if found is None:
        return
    before, sign, body, after = found.groups()
    units = [unit.strip() for unit in (before, after) if unit.strip()]
    if len(units) > 1:
        return
    for value in _values(body.replace("'", " ").strip()):
        yield (-value if sign == "-" else value), (units[0] if units else None)


def _values(body: str) -> Iterator[Decimal]:
    if body.endswith((".", ",")) and len(body) > 1:
        body = body[:-1]  # the full stop of a sentence
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        yield from _whole(body)
        return
    if points and commas:
        decimal = max(".", ",", key=body.rfind)
        other = "," if decimal == "." else "."
        if body.count(decimal) == 1 and " " not in body:
            yield from _decimal(*body.split(decimal), separator=other)
        return
    mark = "." if points else ","
    if body.count(mark) > 1:
        yield from _whole(body.replace(mark, " ") if " " not in body else "")
        return
    yield from _decimal(*body.split(mark), separator=" ")
    if " " not in body and not body.startswith("0"):
        yield from _grouped(body.replace(mark, " "))


def _whole(body: str) -> Iterator[Decimal]:
    if _PLAIN.fullmatch(body):
        yield Decimal(body)
    else:
        yield from _grouped(body)


def _grouped(body: str) -> Iterator[Decimal]:
    if _GROUPED.fullmatch(body):
        yield Decimal(body.replace(" ", ""))


def _decimal(whole: str, part: str, *, separator: str) -> Iterator[Decimal]:
    if not _PLAIN.fullmatch(part):
        return
    for value in _whole(whole.replace(separator, " ")) if whole else [Decimal(0)]:
        yield value + Decimal(f"0.{part}")

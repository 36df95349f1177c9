"""Numbers as people type them: a comma or a point, spaces in thousands, a minus of any form. Decimal, never float."""

import re
from dataclasses import dataclass
from decimal import Decimal

_SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?\Z")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+\Z")
_DASHES = str.maketrans({"−": "-", "–": "-", "‒": "-"})
_POWER = re.compile(r"[+-]?\d[\d.,]*[eE][+-]?\d+\Z")
_UNIT = re.compile(r"(?![eE]\d)(?:[^\W\d_][\w./²³-]{0,15}|%|‰|°[CF]?|[$€£₸₽])\Z")
_NUMBER = r"[+-]?[\d][\d.,'’ \u00a0\u2009\u202f]*"
_WITH_TOLERANCE = re.compile(
    rf"(?P<number>{_NUMBER}?)\s*(?:±|\+-|\+/-)\s*(?P<tolerance>{_NUMBER}?)(?P<unit>\s*[^\d\s.,'’].*)?\Z"
)
_RANGE = re.compile(rf"(?P<low>{_NUMBER}?)\s*\.\.\s*(?P<high>{_NUMBER}?)(?P<unit>\s*[^\d\s.,'’].*)?\Z")
_ALONE = re.compile(rf"(?P<number>{_NUMBER}?)(?P<unit>\s*[^\d\s.,'’].*)?\Z")


def parse_number(text: str) -> Decimal | None:
    """The number somebody typed, or None: ``1,5`` and ``1.5`` are one and a half, ``15 000`` fifteen thousand."""
    if len(text) > 60:
        return None
    plain = _SPACES.sub("", text.strip().translate(_DASHES))
    return Decimal(plain.replace(",", ".")) if _PLAIN.match(plain) else None


def is_ambiguous(text: str) -> bool:
    """Whether a number could be read with thousands: ``15,000`` may be fifteen or fifteen thousand."""
    return _THOUSANDS.match(text.strip().translate(_DASHES)) is not None


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, in a unit. ``is_spanned``: written with a tolerance or as a range."""

    low: Decimal
    high: Decimal
    unit: str | None
    is_spanned: bool
    is_ambiguous: bool = False


def looks_spanned(text: str) -> bool:
    """Whether there is a tolerance or a range in a text that may be no number."""
    return re.search(r"±|\+-\s*\d|\+/-|\d\s*\.\.\s*\d", text) is not None


def looks_scientific(text: str) -> bool:
    """Whether a text is a number with a power of ten, such as ``1e6``, which is not read."""
    return _POWER.match(text.strip().translate(_DASHES)) is not None


def parse_range(text: str) -> Range | None:
    """``15000 ± 10 EUR``, ``12..15``, ``5 %`` or ``1999`` as a range, or None."""
    text = text.strip().translate(_DASHES)
    if len(text) > 80:
        return None
    for pattern, names in (
        (_RANGE, ("low", "high")),
        (_WITH_TOLERANCE, ("number", "tolerance")),
        (_ALONE, ("number",)),
    ):
        found = pattern.match(text)
        if found is None:
            continue
        numbers = [parse_number(found.group(name)) for name in names]
        unit = (found.group("unit") or "").strip() or None
        if None in numbers or (unit is not None and not _UNIT.match(unit)):
            continue
        return _range(names, [n for n in numbers if n is not None], unit, [found.group(name) for name in names])
    return None


def _range(names: tuple[str, ...], numbers: list[Decimal], unit: str | None, written: list[str]) -> Range | None:
    doubtful = any(is_ambiguous(text) for text in written)
    if names == ("low", "high"):
        low, high = numbers
        return Range(low, high, unit, True, doubtful) if low <= high else None
    if names == ("number", "tolerance"):
        number, tolerance = numbers
        return Range(number - tolerance, number + tolerance, unit, True, doubtful) if tolerance >= 0 else None
    return Range(numbers[0], numbers[0], unit, False, doubtful)

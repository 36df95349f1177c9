"""Moodle's embedded answers: ``{1:MULTICHOICE:=right~wrong}`` inside a text."""

import re
from decimal import Decimal

from elearn.banks.gift_writer import words_of
from elearn.banks.keys import plain_number, shares_of, single_from, texts_from
from elearn.banks.model import ALL, Choices, Cloze, Gap, LeftOut, Losses, NumberKey, Numbers, Texts
from elearn.banks.texts import escaped, plain_of
from elearn.content.numbers import parse_number

_GAP = re.compile(r"\{(\d*):([A-Z]+)(_[A-Z]+)?:((?:[^{}\\]|\\.)*)\}", re.DOTALL)
_KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), "text"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(("MULTICHOICE", "MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"), "choice"),
}
_ROW = re.compile(r"((?:[^~\\]|\\.)*)(?:~|\Z)", re.DOTALL)
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%")
MARKER = "GapNumber{}InTheText"


def taken_out(text: str, losses: Losses) -> tuple[str, list[Gap]]:
    """A text with a word in place of each gap, so that it can be converted, and the gaps."""
    gaps: list[Gap] = []

    def take(found: re.Match[str]) -> str:
        gaps.append(_gap(found, losses))
        return MARKER.format(len(gaps) - 1)

    made = _GAP.sub(take, text)
    if not gaps:
        raise LeftOut("Its text has no embedded answers that can be read.")
    return made, gaps


def put_back(markdown: str, gaps: list[Gap]) -> Cloze:
    """The converted text cut at the words that stand for the gaps."""
    pieces: list[str | Gap] = []
    rest = markdown
    for number, gap in enumerate(gaps):
        before, found, rest_after = rest.partition(MARKER.format(number))
        if not found:
            raise LeftOut("A gap stands where it cannot be kept. Move it into running text.")
        pieces += [before, gap]
        rest = rest_after
    return Cloze((*pieces, rest))


def _gap(found: re.Match[str], losses: Losses) -> Gap:
    weight, name, suffix, inside = found.groups()
    kind = _KINDS.get(name)
    if kind is None:
        raise LeftOut(f"Embedded answers of the kind {name}{suffix or ''} are not known. Ask it by itself.")
    if weight not in ("", "1"):
        losses.add("the weight of a gap", "Here all gaps count alike.")
    rows = [_cut(row, losses) for row in _ROW.findall(inside) if row.strip()]
    if kind == "choice":
        return Gap(single_from([(escaped(words), share, "") for words, share in rows], losses))
    if kind == "text":
        return Gap(texts_from([(words, share, "") for words, share in rows], losses))
    return Gap(_numbers(rows))


def _cut(row: str, losses: Losses) -> tuple[str, Decimal]:
    words, mark, feedback = re.sub(r"\\(#)", "\ue012", row).partition("#")
    if mark and feedback.strip():
        losses.add("feedback inside a text with gaps", "Gaps have none. Put it into the explanation.")
    words = words.strip()
    share = Decimal(0)
    weight = _WEIGHT.match(words)
    if words.startswith("="):
        share, words = ALL, words[1:]
    elif weight is not None:
        share, words = Decimal(weight.group(1)), words[weight.end() :]
    return re.sub(r"\\([~=}{#/\"'\\])", r"\1", words).replace("\ue012", "#").strip(), max(-ALL, min(ALL, share))


def _numbers(rows: list[tuple[str, Decimal]]) -> Numbers:
    keys = []
    for words, share in rows:
        value, _, reach = words.partition(":")
        number, tolerance = parse_number(value), parse_number(reach) if reach.strip() else Decimal(0)
        if number is None or tolerance is None or share <= 0:
            continue
        keys.append(NumberKey(number - abs(tolerance), number + abs(tolerance), weight=share if share < ALL else None))
    if not any(key.weight is None for key in keys):
        raise LeftOut("A gap has no right number.")
    return Numbers(tuple(keys))


def embedded(gap: Gap, losses: Losses) -> str:
    """A gap in Moodle's form."""
    match gap.body:
        case Choices(answers):
            rows = [(plain_of(row.text), share) for row, share in zip(answers, shares_of(answers), strict=True)]
            return _written("MULTICHOICE", rows)
        case Texts(keys):
            typed = [
                (words, key.weight if key.weight is not None else ALL)
                for key in keys
                if key.is_right
                for words in words_of(key, losses)
            ]
            if not typed:
                raise LeftOut("A gap accepts only patterns that Moodle does not know. List the words.")
            return _written("SHORTANSWER", typed)
        case Numbers(numbers):
            spans = []
            for number in numbers:
                middle = (number.low + number.high) / 2
                if number.is_right:
                    span = f"{plain_number(middle)}:{plain_number(number.high - middle)}"
                    spans.append((span, number.weight if number.weight is not None else ALL))
            if any(number.unit for number in numbers):
                losses.add("the unit of a gap", "Write it behind the gap.")
            return _written("NUMERICAL", spans)


def _written(kind: str, rows: list[tuple[str, Decimal]]) -> str:
    marks = ("=" if share == ALL else f"%{plain_number(share)}%" if share else "" for _, share in rows)
    said = (re.sub(r"([~=}{#\\])", r"\\\1", words) if kind != "NUMERICAL" else words for words, _ in rows)
    return f"{{1:{kind}:{'~'.join(mark + words for mark, words in zip(marks, said, strict=True))}}}"

"""Gaps of a cloze text: what stands between ``[[`` and ``]]``, in the marks of the course format."""

import re
from decimal import Decimal

from elearn.banks.keys import escaped_pattern, plain_number, typed_body, written_number, written_text
from elearn.banks.model import Answer, Choices, Cloze, Gap, LeftOut, Numbers, TextKey, Texts
from elearn.content.answers import GAP_OPEN
from elearn.markup.inline import without_code

_PATTERN = re.compile(r"\s*/.{1,300}?/(?=\s*(?:`[^`]*`)?\s*(?:\\?\||\]\]))")
_MARK = re.compile(r"\(([ xX]?)\)\s+|\[([ xX]?)\]\s+|(!?=)\s*")
_BAR = re.compile(r"\\?\|")  # a bar ends an answer of a gap, even behind a backslash
_CHIP = re.compile(r"\s*`([+−–-]?)(\d{1,4}(?:\.\d{1,4})?) ?%`\s*$")


def cloze_of(text: str) -> Cloze:
    """A cloze text cut at its gaps."""
    pieces: list[str | Gap] = []
    mask, end = without_code(text), 0
    while (opened := GAP_OPEN.search(mask, end)) is not None:
        answers, close = _answers(text, opened.end())
        pieces += [text[end : opened.start()], Gap(_gap(answers))]
        end = close
    return Cloze((*pieces, text[end:]))


def _answers(text: str, at: int) -> tuple[list[str], int]:
    """The answers of a gap that begins there, and where it ends; what stands in a pattern parts nothing."""
    answers: list[str] = []
    begin = at
    while at < len(text) and text[at] != "\n":
        if (at == begin or text[at - 1] == "=") and (pattern := _PATTERN.match(text, at)):
            at = pattern.end()
        if text.startswith("]]", at):
            return [*answers, text[begin:at].strip()], at + 2
        if text[at] == "|":
            answers.append(text[begin:at].removesuffix("\\").strip())
            begin = at + 1
        at += 1
    raise LeftOut("A gap is not closed. Write ]] after it on the same line.")


def _gap(answers: list[str]) -> Choices | Texts | Numbers:
    rows: list[tuple[str, str, Decimal | None]] = []
    for written in answers:
        chip = _CHIP.search(written)
        part = written[: chip.start()].strip() if chip is not None else written.strip()
        weight = None
        if chip is not None:
            weight = Decimal(chip.group(2)) * (-1 if chip.group(1) in ("-", "−", "–") else 1)
        mark = _MARK.match(part)
        sign = "=" if mark is None else next(group for group in mark.groups() if group is not None).strip().lower()
        rows.append((sign, part[mark.end() :].strip() if mark else part, weight))
    if any(not words for _, words, _ in rows):
        raise LeftOut("A gap holds nothing. Write the word to fill in: [[word]].")
    signs = {sign for sign, _, _ in rows}
    if signs <= {"=", "!="}:
        return typed_body([(words, sign == "=", weight, "") for sign, words, weight in rows])
    if not signs <= {"x", ""}:
        raise LeftOut("A gap mixes words to type and words to choose. Use one of the two.")
    return Choices(tuple(Answer(words, sign == "x", weight) for sign, words, weight in rows), is_single=True)


def written_gap(gap: Gap, *, in_table: bool = False) -> str:
    """A gap as the course format writes it."""
    match gap.body:
        case Choices(answers):
            rows = [(f"({'x' if row.is_right else ' '}) {_BAR.sub('&#124;', row.text)}", row.weight) for row in answers]
        case Texts(keys):
            rows = [(f"{'=' if key.is_right else '!='} {_typed(key)}", key.weight) for key in keys]
        case Numbers(numbers):
            rows = [(f"{'=' if key.is_right else '!='} {written_number(key)}", key.weight) for key in numbers]
    chips = (f"{words} `{plain_number(weight)}%`" if weight is not None else words for words, weight in rows)
    separator = " \\| " if in_table else " | "
    return f"[[{separator.join(chips)}]]"


def _typed(key: TextKey) -> str:
    """Words to be typed; as a pattern where they hold what ends an answer or a gap."""
    if not key.is_pattern and ("|" in key.text or "]]" in key.text):
        return f"/{escaped_pattern(' '.join(key.text.split()))}/"
    return written_text(key)


def written_cloze(cloze: Cloze) -> str:
    """A cloze text as the course format writes it."""
    pieces = []
    line = ""
    for piece in cloze.pieces:
        text = piece if isinstance(piece, str) else written_gap(piece, in_table=line.lstrip().startswith("|"))
        pieces.append(text)
        line = (line + text).rpartition("\n")[2]
    return "".join(pieces)

"""Answer blocks: the shape that says the kind of a question, and the rows of a list of answers."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from elearn.content.reporting import Report
from elearn.markup.blocks import Block, Heading, List, ListItem, Paragraph, Picture, Quote, Table, blocks_of
from elearn.markup.inline import without_code
from elearn.markup.text import Line, trimmed


class Shape(StrEnum):
    """What an answer block looks like."""

    ROUND = "a list of ( ) and (x)"
    SQUARE = "a list of [ ] and [x]"
    TYPED = "a list of = answers"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    LEDGER = "ledger"
    BRANCHING = "branching"
    HOTSPOT = "hotspot"
    OPEN = "open"


_ROUND = re.compile(r"\((.{0,3}?)\)( +|$)?")
_SQUARE = re.compile(r"\[(?!\[)(.{0,3}?)\](?![(\[:])( +|$)?")
_TYPED = re.compile(r"(!?=)(?!=)( *)")
_ARROW = re.compile(r"(?:^| )(?:→|->)(?= |$)")
_CHOICE = re.compile(r"\[[^\]]*\]\(#[^)]+\)(?: *`[^`]*`)*\s*$")
_LINKED = re.compile(r"\[[^\]]*\]\(#")
_AREA = re.compile(r"`(?:#[\w-]+|(?:rect|circle|poly)\b[^`]*)`")
GAP_OPEN = re.compile(r"(?<!\\)\[\[(?![^\[\]]*\]\]\()")  # but [[1]](https://…) is a link
_LEDGER_ROW = re.compile(r" {0,3}\|? *\[[ xX]\] *\|")
_POINTS = re.compile(r"\d{1,2}(?:[.,]\d)?")  # in the head of a rubric
_CSV_LINK = re.compile(r"\[[^\]]*\]\(<?([^\s()<>]+\.csv)>?\)\Z")
_CHIP = re.compile(r" *`([+−–-]?)(\d{1,4}(?:\.\d{1,4})?) ?%`\s*$")
_BAD_CHIP = re.compile(r"`[+−–-]?[\d.,]+ ?%`\s*$|`%[\d.]+`\s*$")
_LONGEST_LIST = 40  # rows without a mark: nobody matches or sorts more, and each costs a field with as many options


def shape_of(block: Block, *, is_last: bool) -> Shape | None:
    """What kind of answer block this is, if any. Only the last block can be an ordered list to be sorted."""
    match block:
        case List(start=None):
            return _shape_of_list(block) or _shape_of_text(line for item in block.items for line in item.lines)
        case List():
            gaps = _shape_of_text(line for item in block.items for line in item.lines)
            return gaps or (Shape.ORDERING if is_last else None)
        case Table():
            return _shape_of_table(block) or _shape_of_text(block.lines)
        case Paragraph():
            if csv_address(block) is not None:
                return Shape.LEDGER
            return _shape_of_text(block.lines)
        case Quote(kind=None):
            return _shape_of_text(block.lines)
    return None


def _shape_of_text(lines: Iterable[Line]) -> Shape | None:
    return Shape.CLOZE if GAP_OPEN.search(without_code("\n".join(line.text for line in lines))) else None


def _shape_of_list(block: List) -> Shape | None:
    firsts = [item.lines[0].text for item in block.items]
    for pattern, shape in ((_ROUND, Shape.ROUND), (_SQUARE, Shape.SQUARE), (_TYPED, Shape.TYPED)):
        if any(pattern.match(text) for text in firsts):
            marked = [found.string[found.end() :] for text in firsts if (found := pattern.match(text))]
            is_area = shape is not Shape.TYPED and 2 * sum(bool(_AREA.match(text)) for text in marked) > len(marked)
            return Shape.HOTSPOT if is_area else shape
    if 2 * sum(_ARROW.search(without_code(text)) is not None for text in firsts) > len(firsts):
        return Shape.MATCHING
    if all(_CHOICE.match(text) for text in firsts):
        return Shape.BRANCHING
    return None


def _shape_of_table(block: Table) -> Shape | None:
    rows = [line.text for line in block.lines]
    heads = [cell.strip() for cell in rows[0].strip().strip("|").split("|")]
    has_reasons = any(head.startswith(">") for head in heads)
    if has_reasons or any(_LEDGER_ROW.match(row) for row in rows[2:]):
        return Shape.LEDGER
    if len(heads) > 2 and all(_POINTS.fullmatch(head) for head in heads[1:]):
        return _shape_of_text(block.lines) or Shape.OPEN
    return None


def csv_address(block: Block) -> str | None:
    """The address of a paragraph that is only a link to a CSV file."""
    found = _CSV_LINK.match(block.lines[0].text.strip()) if isinstance(block, Paragraph) else None
    return found[1] if found is not None and isinstance(block, Paragraph) and len(block.lines) == 1 else None


def find_answers(blocks: Sequence[Block]) -> tuple[int, Shape] | None:
    """Which of a question's blocks is its answer block: the last that has the shape of one.

    That of a branching case stands before its scenes, which are headings and may hold anything. A cloze is all the text
    from its first gap on, whatever list or table stands in it.
    """
    scenes = next((index for index, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
    for index in range(scenes - 1, -1, -1) if scenes < len(blocks) else ():
        if is_list_of_choices(blocks[index]):
            return index, Shape.BRANCHING
    found: tuple[int, Shape] | None = None
    gaps: int | None = None
    for index in range(len(blocks) - 1, -1, -1):
        shape = shape_of(blocks[index], is_last=index == len(blocks) - 1)
        if shape is Shape.SQUARE and index > 0 and csv_address(blocks[index - 1]) is not None:
            return index - 1, Shape.LEDGER
        if shape in (Shape.ROUND, Shape.SQUARE, Shape.TYPED):
            return index, shape
        if shape is Shape.CLOZE:
            gaps = index
        if shape is not None and found is None:
            found = index, shape
    if found is not None and gaps is not None and found[1] in (Shape.CLOZE, Shape.ORDERING, Shape.OPEN):
        return gaps, Shape.CLOZE
    return found


def is_list_of_choices(block: Block) -> bool:
    """Whether a block is a list in which some item begins with a link to a scene."""
    if not isinstance(block, List) or block.start is not None:
        return False
    return any(_LINKED.match(item.lines[0].text.lstrip()) for item in block.items)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its mark (``x``, a space, ``=``, ``!=``), its words, its weight in per cent, its feedback."""

    mark: str
    text: tuple[Line, ...]
    weight: Decimal | None
    feedback: tuple[Line, ...]
    place: Line

    @property
    def words(self) -> str:
        """The words as written."""
        return " ".join(line.text.strip() for line in self.text).strip()


_MARKS = {Shape.ROUND: _ROUND, Shape.SQUARE: _SQUARE, Shape.TYPED: _TYPED}
_FORMS = {
    Shape.ROUND: "Begin it with ( ) or (x) and a space.",
    Shape.SQUARE: "Begin it with [ ] or [x] and a space.",
    Shape.TYPED: "Begin it with = or != and a space.",
}


MARKED = frozenset(_MARKS)
"""Shapes that are lists whose items begin with a mark."""


def rows_of(block: List, shape: Shape, path: str, report: Report) -> tuple[Row, ...] | None:
    """The rows of a list of answers, or None if one of them cannot be read."""
    rows = [_row(item, shape, path, report) for item in block.items]
    return tuple(row for row in rows if row is not None) if None not in rows else None


def _row(item: ListItem, shape: Shape, path: str, report: Report) -> Row | None:
    first = item.lines[0].stripped()
    found = _MARKS[shape].match(first.text)
    mark = found.group(1).strip().lower() if found else None
    if found is None or mark not in ("x", "", "=", "!="):
        report.at(path, first, "Q008", f"This answer does not have the form of the others. {_FORMS[shape]}")
        return None
    if not found.group(2) and found.end() < len(first.text):
        report.at(path, first, "Q008", f"A space is missing after the mark. {_FORMS[shape]}")
        return None
    lines, rest = _split(item.lines[1:])
    text, weight = without_chip((first.cut(found.end()), *lines), path, report)
    if not any(not line.is_blank for line in text):
        report.at(path, first, "Q009", "This answer is empty. Write its words after the mark.")
        return None
    return Row(mark, text, weight, _feedback(rest, path, report), first)


def unmarked_rows(block: Block, path: str, report: Report) -> tuple[Row, ...] | None:
    """The rows of a list whose items have no mark, or None if one of them cannot be read."""
    assert isinstance(block, List), "only lists have rows"
    if len(block.items) > _LONGEST_LIST:
        message = f"The list has more than {_LONGEST_LIST} lines. Shorten it, or make two questions of it."
        report.at(path, block.items[_LONGEST_LIST].place, "Q045", message)
        return None
    rows = [_unmarked_row(item, path, report) for item in block.items]
    return tuple(row for row in rows if row is not None) if None not in rows else None


def _unmarked_row(item: ListItem, path: str, report: Report) -> Row | None:
    first = item.lines[0].stripped()
    lines, rest = _split(item.lines[1:])
    text, weight = without_chip((first, *lines), path, report)
    if weight is not None:
        report.at(path, first, "Q015", "The answers of this kind share the points equally. Delete the weight.")
        return None
    if not any(not line.is_blank for line in text):
        report.at(path, first, "Q009", "This answer is empty. Write its words, or delete it.")
        return None
    return Row("", text, None, _feedback(rest, path, report), first)


def sides_of(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """What stands between the arrows of a row, each side without the blank around it; arrows in code are words."""
    sides: list[tuple[Line, ...]] = []
    side: list[Line] = []
    bare = without_code("\n".join(line.text for line in lines)).split("\n")
    for line, plain in zip(lines, bare, strict=True):
        start = 0
        for found in _ARROW.finditer(plain):
            sides.append(trimmed([*side, line.cut(start, found.start()).stripped()]))
            side, start = [], found.end()
        side.append(line.cut(start).stripped())
    return [*sides, trimmed(side)]


def _split(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The rest of an answer's paragraph, and what follows it."""
    for index, line in enumerate(lines):
        if line.is_blank or line.text.lstrip().startswith(">"):
            return tuple(lines[:index]), trimmed(lines[index:])
    return tuple(lines), ()


def _feedback(lines: Sequence[Line], path: str, report: Report) -> tuple[Line, ...]:
    kept: list[Line] = []
    for block in blocks_of(lines)[0]:
        if isinstance(block, Quote) and block.kind is None:
            kept += [*block.lines, Line("", block.place.number)]
        elif isinstance(block, Quote):
            message = "Hints and notes stand after the answers, not inside one. Remove the two spaces before it."
            report.at(path, block.place, "Q021", message)
        else:
            place = block.lines[0] if isinstance(block, Paragraph | Table) else getattr(block, "place", lines[0])
            message = "Only feedback may stand under an answer. Begin the line with two spaces and >."
            report.at(path, place.stripped(), "Q021", message)
    return trimmed(kept)


def without_chip(lines: tuple[Line, ...], path: str, report: Report) -> tuple[tuple[Line, ...], Decimal | None]:
    """The words of an answer without the chip at their end, and the weight in per cent that it gives."""
    last = lines[-1]
    found = _CHIP.search(last.text)
    if found is None:
        if _BAD_CHIP.search(last.text):
            report.at(path, last.stripped(), "Q015", "This weight cannot be read. Write it as `50%` or `-25%`.")
        return lines, None
    weight = Decimal(found.group(2)) * (-1 if found.group(1) in ("-", "−", "–") else 1)
    if not -100 <= weight <= 100:
        report.at(path, last.cut(found.start()).stripped(), "Q015", "A weight lies between -100% and 100%.")
        weight = Decimal(0)
    return (*lines[:-1], last.cut(0, found.start())), weight


def answer_id(words: str) -> str:
    """The id of an answer: made from its words, so that neither order nor mark can be told from it."""
    folded = " ".join(words.casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()[:8]


def place_of(block: Block) -> Line:
    """Where a block begins."""
    match block:
        case Paragraph() | Table():
            return block.lines[0].stripped()
        case Quote() | List() | Heading() | Picture():
            return block.place
        case _:
            return getattr(block, "place", Line("", 1))

"""The blocks of a text, cut as a git host cuts them: paragraphs, lists, quotes, code, tables, pictures.

A list's item and a quote keep their inner lines, without the marks but with their places, and are cut further by
whoever needs to look inside. Nothing here is HTML.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN
from elearn.markup.text import Fault, Line, trimmed


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; also what only the renderer tells from it (definition lists, footnotes, link addresses)."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table: head, rule, rows."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Fenced or indented code."""

    lines: tuple[Line, ...]
    place: Line


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote. ``kind`` is the word of ``[!KIND]`` on its first line, ``title`` what follows it there."""

    lines: tuple[Line, ...]
    place: Line
    kind: str | None = None
    title: Line | None = None


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list; ``place`` is its marker, ``lines`` what stands in it."""

    lines: tuple[Line, ...]
    place: Line


@dataclass(frozen=True, slots=True)
class List:
    """A bulleted or numbered list; ``start`` is the first number (None: bullets)."""

    items: tuple[ListItem, ...]
    start: int | None
    is_tight: bool
    place: Line


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a text."""

    level: int
    title: Line
    place: Line


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""

    place: Line


@dataclass(frozen=True, slots=True)
class Picture:
    """A paragraph that is only a picture. ``caption`` is the title in quotes after its address."""

    alt: str
    address: str
    caption: str
    place: Line


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that the caller fills later."""

    name: str


Block = Paragraph | Table | Code | Quote | List | Heading | Rule | Picture | Slot

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ ]+|$)")
_QUOTE = re.compile(r" {0,3}>[ ]?")
_ALERT = re.compile(r"[ ]*\[!([^\]\s]{1,40})\](?:[ ]+|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ ]*){3,}|(?:-[ ]*){3,}|(?:_[ ]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ ]*$")
_MARKER = re.compile(r"( {0,3})([-*+]|(\d{1,9})[.)])( +|$)")
_TABLE_RULE = re.compile(r" {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_DEFINITION = re.compile(r" {0,3}(?::[ ]|\[\^)")
_PICTURE = re.compile(r'[ ]*!\[(?P<alt>.*)\]\(<?(?P<address>[^\s()<>"]*)>?(?:[ ]+"(?P<caption>.*)")?[ ]*\)[ ]*$')


def heading_title(line: Line, start: int) -> Line:
    """The words of a heading that begin at ``start``, without the closing ``##`` some write."""
    text = line.text.rstrip()
    bare = text.rstrip("#")
    if bare.endswith(" ") or len(bare) <= start:
        text = bare.rstrip()
    return line.cut(start, max(start, len(text)))


def blocks_of(lines: Sequence[Line]) -> tuple[tuple[Block, ...], tuple[Fault, ...]]:
    """The blocks of a text and what is wrong with how they stand."""
    cutter = _Cutter(tuple(lines))
    cutter.run()
    return tuple(cutter.blocks), tuple(cutter.faults)


def spans_of(lines: Sequence[Line]) -> tuple[tuple[Block, int, int], ...]:
    """The blocks with where each begins and ends among the lines (its blank lines included, end exclusive)."""
    cutter = _Cutter(tuple(lines))
    cutter.run()
    ends = [*cutter.starts, len(cutter.lines)][1:]
    return tuple(zip(cutter.blocks, cutter.starts, ends, strict=True))


class _Cutter:
    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.at = 0
        self.begin = 0
        self.open: list[Line] = []
        self.is_table = False
        self.blocks: list[Block] = []
        self.starts: list[int] = []
        self.faults: list[Fault] = []

    def run(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.text
            self.begin = self.at
            if line.is_blank:
                self._close()
                self.at += 1
            elif text.startswith(SLOT_OPEN):
                self._close()
                self._add(Slot(text.strip(SLOT_OPEN + SLOT_CLOSE)))
                self.at += 1
            elif line.indent >= 4 and not self.open:
                self._indented()
            elif line.indent < 4 and self._begins_block(line):
                continue
            else:
                self._continue_paragraph(line)
                self.at += 1
        self._close()

    def _add(self, block: Block, start: int | None = None) -> None:
        self.blocks.append(block)
        self.starts.append(self.begin if start is None else start)

    def _begins_block(self, line: Line) -> bool:
        """Take the block that begins on this line, or answer that none does."""
        text = line.text
        first = text[line.indent]
        if first in "`~" and (fence := _FENCE.match(text)) and not (first == "`" and "`" in fence.group(2)):
            self._close()
            self._fenced(line, fence.group(1))
        elif first == "#" and (heading := _HEADING.match(text)):
            self._close()
            self._add(Heading(len(heading.group(1)), heading_title(line, heading.end()), line))
            self.at += 1
        elif first == ">":
            self._close()
            self._quoted(line)
        elif first in "=-" and self.open and not self.is_table and _UNDERLINE.match(text):
            message = "An underlined heading is not part of the format. Write ## before the heading instead."
            self.faults.append(Fault(line.number, line.column + line.indent, "S003", message))
            self._close()
            self.at += 1
        elif first in "*-_" and _RULE.match(text):
            self._close()
            self._add(Rule(line))
            self.at += 1
        elif (marker := _MARKER.match(text)) and self._may_interrupt(marker):
            self._close()
            self._listed(line, marker)
        else:
            return False
        return True

    def _may_interrupt(self, marker: re.Match[str]) -> bool:
        if not self.open:
            return True
        return marker.end() < len(marker.string) and marker.group(3) in (None, "1")

    def _continue_paragraph(self, line: Line) -> None:
        if not self.is_table and self.open and "|" in self.open[-1].text and _TABLE_RULE.match(line.text):
            head = self.open.pop()
            self._close(before=self.at - 1)
            self.open, self.is_table = [head], True
        self.open.append(line)

    def _close(self, before: int | None = None) -> None:
        """End the paragraph or table that is open, which ends before that line (the present one)."""
        lines, self.open = tuple(self.open), []
        is_table, self.is_table = self.is_table, False
        if not lines:
            return
        start = (self.at if before is None else before) - len(lines)
        if is_table:
            self._add(Table(lines), start)
            return
        picture = _PICTURE.match(lines[0].text) if len(lines) == 1 and "![" in lines[0].text else None
        if picture is not None and "](" not in picture.group("alt"):
            alt, address, caption = (picture.group(name) or "" for name in ("alt", "address", "caption"))
            self._add(Picture(alt.strip(), address, caption.strip(), lines[0].stripped()), start)
        else:
            self._add(Paragraph(lines), start)

    def _indented(self) -> None:
        start = self.at
        while self.at < len(self.lines) and (self.lines[self.at].is_blank or self.lines[self.at].indent >= 4):
            self.at += 1
        lines = trimmed(self.lines[start : self.at])
        before = self.blocks[-1] if self.blocks else None
        if isinstance(before, Paragraph) and any(_DEFINITION.match(line.text) for line in before.lines):
            # a further paragraph of a footnote or a definition, not code
            self.blocks[-1] = Paragraph((*before.lines, Line("", lines[0].number), *lines))
            return
        self._add(Code(tuple(line.cut(4) for line in lines), lines[0]))

    def _fenced(self, line: Line, fence: str) -> None:
        self.at += 1
        inner: list[Line] = []
        while self.at < len(self.lines):
            later = self.lines[self.at]
            self.at += 1
            mark = later.text.strip()
            if later.indent < 4 and len(mark) >= len(fence) and mark == fence[0] * len(mark):
                break
            inner.append(later.cut(min(line.indent, later.indent)))
        else:
            message = f"The code is not closed. End it with a line that holds only {fence}."
            self.faults.append(Fault(line.number, line.column + line.indent, "S012", message))
        self._add(Code(tuple(inner), line))

    def _quoted(self, first: Line) -> None:
        inner: list[Line] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            found = _QUOTE.match(line.text)
            if found is not None:
                inner.append(line.cut(found.end()))
            elif inner[-1].is_blank or line.is_blank or self._is_start(line):
                break
            else:
                inner.append(line.stripped())  # a git host takes it into the quote as well
            self.at += 1
        alert = _ALERT.match(inner[0].text)
        place = first.stripped()
        if alert is None:
            self._add(Quote(tuple(inner), place))
            return
        title = inner[0].cut(alert.end()).stripped()
        self._add(Quote(tuple(inner[1:]), place, alert.group(1), title if title.text else None))

    def _listed(self, first: Line, marker: re.Match[str]) -> None:
        sign = marker.group(2)[-1]
        start = int(marker.group(3)) if marker.group(3) else None
        items: list[ListItem] = []
        is_tight = True
        while self.at < len(self.lines):
            line = self.lines[self.at]
            found = _MARKER.match(line.text) if not line.is_blank else None
            if found is None or found.group(2)[-1] != sign or _RULE.match(line.text):
                break
            item, was_loose = self._item(line, found)
            items.append(item)
            more = self._next_marker(sign)
            is_tight = is_tight and not was_loose and not (more and self.lines[self.at].is_blank)
            if not more:
                break
            while self.lines[self.at].is_blank:
                self.at += 1
        self._add(List(tuple(items), start, is_tight, first.stripped()))

    def _item(self, line: Line, marker: re.Match[str]) -> tuple[ListItem, bool]:
        """The item that begins on this line, and whether blank lines part what stands in it."""
        spaces = len(marker.group(4))
        inside = marker.end(2) + (spaces if 1 <= spaces <= 4 else 1)
        inner = [line.cut(min(inside, len(line.text)))]
        is_loose = False
        self.at += 1
        blanks: list[Line] = []
        while self.at < len(self.lines):
            later = self.lines[self.at]
            if later.is_blank:
                blanks.append(later.cut(len(later.text)))
            elif later.indent >= inside:
                is_loose = is_loose or bool(blanks)
                inner += [*blanks, later.cut(inside)]
                blanks = []
            elif blanks or inner[-1].is_blank or self._is_start(later):
                break
            else:
                inner.append(later.stripped())
            self.at += 1
        self.at -= len(blanks)
        return ListItem(tuple(inner), line.cut(marker.start(2))), is_loose

    def _next_marker(self, sign: str) -> bool:
        at = self.at
        while at < len(self.lines) and self.lines[at].is_blank:
            at += 1
        if at == len(self.lines):
            return False
        found = _MARKER.match(self.lines[at].text)
        return found is not None and found.group(2)[-1] == sign and not _RULE.match(self.lines[at].text)

    def _is_start(self, line: Line) -> bool:
        """Whether a block begins here that ends a paragraph."""
        if line.text.startswith(SLOT_OPEN):
            return True
        text = line.text
        if line.indent >= 4:
            return False
        patterns = (_FENCE, _HEADING, _QUOTE, _RULE)
        if any(pattern.match(text) for pattern in patterns):
            return True
        marker = _MARKER.match(text)
        return marker is not None and marker.end() < len(text)

"""Render a text: lines to safe HTML with slots for what only the course knows (links, pictures, icons, parts).

Rendering is pure and kept by the words of the text, so that a course is compiled again in a moment after a small
change.
"""

import html
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from xml.etree import ElementTree

from markdown.util import AtomicString

from elearn.markup.blocks import (
    Block,
    Code,
    Heading,
    List,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Slot,
    Table,
    blocks_of,
    heading_title,
)
from elearn.markup.callouts import put_callout
from elearn.markup.inline import tag_faults, without_code
from elearn.markup.labels import labels_in
from elearn.markup.sanitise import sanitised
from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN
from elearn.markup.text import Fault, Line
from elearn.markup.tree import Found, Machine, put_atom, put_paragraph

SLOT_TAG = "h6"  # no <p>, which a definition after it would take for its term
DEEPEST = 6  # lists and quotes inside one another
MOST_TAGS = 20  # reported of one paragraph
LONGEST_PARAGRAPH = 12_000  # characters
MOST_MARKS = 600  # brackets, stars and the like in one paragraph: beyond it rendering would take too long
_MARKS = re.compile(r"[\[\]*_`!<&\\^|~]")
_SIMPLE = re.compile(
    r"(?:[^\W\d_]|[«“‘(])[^\W_]*(?:[ ,.;:?!'\"()%/=+«»“”‘’–—…№§€$@±→·-][^\W_]*)*"
)  # no mark of Markdown in it
_ANSWER = re.compile(r"(?:\([ xX]?\)|\[[ xX]\](?!\())(?: |$)")
_machines = threading.local()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a text, as its author wrote the address."""

    address: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML with slots (see :mod:`elearn.markup.slots`), and what its slots are."""

    html: str
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    faults: tuple[Fault, ...]


def render(lines: Sequence[Line], *, language: str, page: str = "") -> Rendered:
    """Render blocks. ``page`` makes the ids of footnotes the page's own."""
    return _placed(_rendered(tuple(line.text for line in lines), language, page), lines)


def render_inline(lines: Sequence[Line], *, language: str) -> Rendered:
    """Render one paragraph without its ``<p>``; anything else in it is a fault (Q021)."""
    return _placed(_rendered_inline(tuple(line.text for line in lines), language), lines)


def _placed(rendered: Rendered, lines: Sequence[Line]) -> Rendered:
    """The same with places in the file instead of places in the piece."""

    def line_at(number: int) -> Line:
        return lines[min(number, len(lines)) - 1] if lines else Line("", 1)

    links = tuple(
        Link(link.address, line_at(link.line).number, line_at(link.line).column + link.column - 1)
        for link in rendered.links
    )
    pictures = tuple(
        Picture(
            picture.alt,
            picture.address,
            picture.caption,
            Line(
                picture.place.text,
                line_at(picture.place.number).number,
                line_at(picture.place.number).column + picture.place.column - 1,
            ),
        )
        for picture in rendered.pictures
    )
    faults = tuple(
        Fault(
            line_at(fault.line).number,
            line_at(fault.line).column + fault.column - 1,
            fault.code,
            fault.message,
        )
        for fault in rendered.faults
    )
    return Rendered(rendered.html, links, pictures, faults)


@lru_cache(maxsize=20_000)
def _rendered(texts: tuple[str, ...], language: str, page: str) -> Rendered:
    if len(texts) == 1 and _SIMPLE.fullmatch(texts[0].strip()):
        return Rendered(f"<p>{html.escape(texts[0].strip(), quote=False)}</p>", (), (), ())
    builder = _Builder(texts, language)
    try:
        produced, found = _machine(language).html(builder.build, page, labels_in(language).table)
    except Exception as error:
        # Python-Markdown stumbles over a few malformed texts; a trainer must learn of it, not a stack trace
        _machines.__dict__.clear()
        message = f"This text cannot be rendered ({type(error).__name__}). Simplify its marks."
        return Rendered("", (), (), (*builder.faults, Fault(1, 1, "S017", message)))
    links = _located(found, texts)
    for address in found.pictures:
        line, column = _place_of(f"]({address}", texts, 0, 0)
        message = "A picture stands in a paragraph of its own. Put blank lines around it."
        builder.faults.append(Fault(line, column, "P003", message))
    return Rendered(sanitised(produced), links, tuple(builder.pictures), tuple(builder.faults))


@lru_cache(maxsize=20_000)
def _rendered_inline(texts: tuple[str, ...], language: str) -> Rendered:
    if len(texts) == 1 and _SIMPLE.fullmatch(texts[0].strip()):
        return Rendered(html.escape(texts[0].strip(), quote=False), (), (), ())
    blocks, _ = blocks_of([Line(text, number) for number, text in enumerate(texts, start=1)])
    if not all(isinstance(block, Paragraph) for block in blocks) or len(blocks) > 1:
        # what would be a list or a quote elsewhere is text here: 1999. is a year
        guarded = tuple(re.sub(r"^\s*(\d+(?=[.)])|(?=[-+*>#=~`|!]))", r"\1\\", text) for text in texts if text.strip())
        blocks, _ = blocks_of([Line(text, number) for number, text in enumerate(guarded, start=1)])
        if len(texts) > 1 or len(blocks) != 1 or not isinstance(blocks[0], Paragraph):
            fault = Fault(1, 1, "Q021", "Only one paragraph may stand here. Move the rest before the answers.")
            return Rendered(html.escape(" ".join(texts), quote=False), (), (), (fault,))
        texts = guarded
    rendered = _rendered(texts, language, "")
    body = rendered.html.strip()
    if body.startswith("<p>") and body.endswith("</p>") and body.count("<p>") == 1:
        return Rendered(body[3:-4], rendered.links, rendered.pictures, rendered.faults)
    if not body:
        return rendered
    fault = Fault(1, 1, "Q021", "Only running text may stand here. Move tables, lists and notes before the answers.")
    return Rendered(html.escape(" ".join(texts), quote=False), (), (), (*rendered.faults, fault))


def _machine(language: str) -> Machine:
    """One Python-Markdown a thread and language: it is not made for threads, and costs more to make than to use."""
    label = labels_in(language).back_to_text
    machine: Machine | None = getattr(_machines, language.replace("-", "_"), None)
    if machine is None:
        machine = Machine(label)
        setattr(_machines, language.replace("-", "_"), machine)
    return machine


def _located(found: Found, texts: tuple[str, ...]) -> tuple[Link, ...]:
    links: list[Link] = []
    texts = tuple(without_code(text) for text in texts) if found.links else ()
    line, column = 1, 1
    for address in found.links:
        line, column = _place_of(address, texts, line - 1, column - 1)
        links.append(Link(address, line, column))
        column += 1
    return tuple(links)


def _place_of(address: str, texts: tuple[str, ...], row: int, offset: int) -> tuple[int, int]:
    """Where an address stands in the source from there on, or else anywhere, or else the beginning."""
    for first, start in ((row, offset), (0, 0)):
        for index in range(first, len(texts)):
            place = texts[index].find(address, start if index == first else 0)
            if place >= 0 and address:
                return index + 1, place + 1
    return row + 1, 1


class _Builder:
    """Puts blocks into the tree and notes what is wrong with them."""

    def __init__(self, texts: tuple[str, ...], language: str) -> None:
        self.lines = [Line(text, number) for number, text in enumerate(texts, start=1)]
        self.language = language
        self.labels = labels_in(language)
        self.pictures: list[Picture] = []
        self.faults: list[Fault] = []

    def build(self, root: ElementTree.Element) -> None:
        self.put_lines(root, self.lines, 0)

    def fault(self, place: Line, code: str, message: str) -> None:
        self.faults.append(Fault(place.number, place.column, code, message))

    def put_lines(
        self, parent: ElementTree.Element, lines: Sequence[Line], depth: int, *, is_tight: bool = False
    ) -> None:
        """Cut the lines into blocks and put them under the element."""
        if depth > DEEPEST:
            self.fault(
                lines[0], "S018", f"Lists and quotes stand more than {DEEPEST} deep in one another. Flatten them."
            )
            return
        blocks, faults = blocks_of(lines)
        self.faults.extend(faults)
        for index, block in enumerate(blocks):
            self._put(parent, block, depth, is_bare=is_tight and index == 0)

    def _put(self, parent: ElementTree.Element, block: Block, depth: int, *, is_bare: bool) -> None:
        match block:
            case Paragraph() | Table():
                self._put_text(parent, block, is_bare=is_bare)
            case Code():
                pre = ElementTree.SubElement(parent, "pre")
                text = "\n".join(line.text for line in block.lines) + "\n"
                put_atom(pre, "code", html.escape(text, quote=False))  # or &amp; would be taken for an entity
            case Quote():
                if block.kind is None:
                    self.put_lines(ElementTree.SubElement(parent, "blockquote"), block.lines, depth + 1)
                else:
                    put_callout(parent, block, self, depth)
            case List():
                element = ElementTree.SubElement(parent, "ul" if block.start is None else "ol")
                if block.start not in (None, 1):
                    element.set("start", str(block.start))
                self._warn_of_answers(block)
                for item in block.items:
                    inner = ElementTree.SubElement(element, "li")
                    self.put_lines(inner, item.lines, depth + 1, is_tight=block.is_tight)
            case Heading():
                self._put_heading(parent, block, depth)
            case Rule():
                ElementTree.SubElement(parent, "hr")
            case Picture():
                put_atom(parent, SLOT_TAG, f"{SLOT_OPEN}picture:{len(self.pictures)}{SLOT_CLOSE}")
                self.pictures.append(block)
            case Slot():
                put_atom(parent, SLOT_TAG, f"{SLOT_OPEN}{block.name}{SLOT_CLOSE}")

    def _put_text(self, parent: ElementTree.Element, block: Paragraph | Table, *, is_bare: bool) -> None:
        self.faults.extend(islice(tag_faults(block.lines), MOST_TAGS))
        text = "\n".join(line.text for line in block.lines)
        if _is_too_much(text, MOST_MARKS * (5 if isinstance(block, Table) else 1)):
            self.fault(block.lines[0], "S017", "The paragraph is too long or has too many marks. Break it up.")
            put_atom(parent, "p", text[:LONGEST_PARAGRAPH])
            return
        if isinstance(block, Table):
            block_text = "\n".join(line.text.strip() for line in block.lines)
            _machine(self.language).parser.parseBlocks(parent, [block_text])
        elif is_bare:
            parent.text = "\n".join(line.text.lstrip() for line in block.lines)
        else:
            pieces = text.split("\n\n")
            if len(pieces) == 1 and not _needs_parser(text):
                put_paragraph(parent, "\n".join(line.text.lstrip() for line in block.lines))
            else:
                _machine(self.language).parser.parseBlocks(parent, pieces)

    def _put_heading(self, parent: ElementTree.Element, block: Heading, depth: int) -> None:
        if depth > 0:
            self.fault(block.place, "S004", "A heading cannot stand in a list or a quote. Move it out, or use bold.")
        elif block.level < 4:
            message = "A heading of this level has no place here. Use bold, or #### for a small heading."
            self.fault(block.place, "S001", message)
        element = ElementTree.SubElement(parent, f"h{max(block.level, 4)}" if depth == 0 else "p")
        self.put_words(element, block.title)

    def put_words(self, element: ElementTree.Element, line: Line) -> None:
        """Let an element say a line of Markdown, or say that it is too much."""
        if _is_too_much(line.text, MOST_MARKS):
            self.fault(line, "S017", "The line is too long or has too many marks. Make it simpler.")
            element.text = AtomicString(line.text[:LONGEST_PARAGRAPH])
        else:
            element.text = line.text

    def _warn_of_answers(self, block: List) -> None:
        marked = [item.lines[0] for item in block.items if _ANSWER.match(item.lines[0].text)]
        if marked:
            message = (
                "These look like answers, but no question is open. Write <!-- q: some-id --> on the heading above."
            )
            self.fault(marked[0], "S019", message)


def _is_too_much(text: str, most: int) -> bool:
    """Whether rendering would take too long: the time for open brackets grows with the square of how many there are."""
    marks = len(_MARKS.findall(without_code(text) if "`" in text else text))
    is_open = text.count("[") - text.count("]") > 20
    return len(text) > LONGEST_PARAGRAPH or marks > most or text.count("`") > most or is_open


_DEFINITIONS = re.compile(r"^ {0,3}(?:\[|\*\[|:[ ])", re.MULTILINE)


def _needs_parser(text: str) -> bool:
    """Whether a paragraph may be more: a definition list, a footnote, an abbreviation, the address of a link."""
    return _DEFINITIONS.search(text) is not None


__all__ = ["Link", "Rendered", "heading_title", "render", "render_inline"]

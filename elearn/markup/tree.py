"""Blocks become an element tree through Python-Markdown, which renders what stands inside paragraphs and tables.

Lists, quotes and code are built from our own blocks, because Python-Markdown cuts them otherwise than a git host does;
HTML in the source is text here, as its two HTML processors are not registered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from elearn.markup.source import SLOT_CLOSE, SLOT_OPEN

DOCUMENT = f"{SLOT_OPEN}document{SLOT_CLOSE}"
_FOOTNOTE_ID = re.compile(r"#?fn(?:ref\d*)?:")


@dataclass(slots=True)
class Found:
    """What the tree holds that is filled in later: addresses of links, and of pictures inside text."""

    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


class Machine(Markdown):
    """Python-Markdown with our blocks. ``build`` is set before each use and puts the blocks under the root."""

    def __init__(self, back_to_text: str) -> None:
        self.build: Callable[[ElementTree.Element], None] = lambda _: None
        self.found = Found()
        self.page = ""
        self.table_label = "Table"
        footnotes = FootnoteExtension(
            BACKLINK_TITLE=back_to_text, PLACE_MARKER=f"{SLOT_OPEN}notes{SLOT_CLOSE}", USE_DEFINITION_ORDER=False
        )
        tables = TableExtension(use_align_attribute=True)
        super().__init__(extensions=[tables, footnotes, DefListExtension(), AbbrExtension(), _Ours()])

    def html(self, build: Callable[[ElementTree.Element], None], page: str, table_label: str) -> tuple[str, Found]:
        """Render what ``build`` makes; ids of footnotes carry ``page``."""
        self.reset()
        self.build, self.found, self.page, self.table_label = build, Found(), page, table_label
        return self.convert(DOCUMENT), self.found


class _Ours(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        for name in ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote"):
            md.parser.blockprocessors.deregister(name)
        assert isinstance(md, Machine)
        md.parser.blockprocessors.register(_Document(md), "document", 200)
        md.treeprocessors.register(_Finish(md), "finish", -10)


class _Document(BlockProcessor):
    def __init__(self, machine: Machine) -> None:
        super().__init__(machine.parser)
        self.machine = machine

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        return block == DOCUMENT

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        blocks.pop(0)
        self.machine.build(parent)


class _Finish(Treeprocessor):
    """Classes instead of alignment, a frame around tables, slots instead of addresses."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.machine = machine

    def run(self, root: ElementTree.Element) -> None:
        self._walk(root)

    def _walk(self, parent: ElementTree.Element) -> None:
        for index, element in enumerate(list(parent)):
            if element.tag == "table":
                parent[index] = self._framed(element)
            elif element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self.machine.found.pictures.append(element.get("src", ""))
                parent[index] = replacement = ElementTree.Element("em")
                replacement.text, replacement.tail = element.get("alt", ""), element.tail
            identifier = element.get("id")
            if identifier is not None:
                element.set("id", self._footnote(identifier))
            self._walk(element)

    def _framed(self, table: ElementTree.Element) -> ElementTree.Element:
        heads = []
        for cell in table.iter():
            align = cell.attrib.pop("align", None)
            if align in ("right", "center"):
                cell.set("class", f"align-{align}")
            if cell.tag == "code" and cell.text and "\\|" in cell.text:
                cell.text = AtomicString(cell.text.replace("\\|", "|"))  # as a git host shows it
            if cell.tag == "th":
                heads.append("".join(cell.itertext()).strip())
                if not heads[-1]:
                    cell.tag = "td"  # an empty header cell says nothing to a screen reader
        frame = ElementTree.Element("div", {"class": "table-scroll", "tabindex": "0", "role": "region"})
        frame.set("aria-label", f"{self.machine.table_label}: {', '.join(filter(None, heads))}")
        frame.tail, table.tail = table.tail, None
        frame.append(table)
        return frame

    def _link(self, element: ElementTree.Element) -> None:
        href = element.get("href", "")
        if (element.get("class") or "").startswith("footnote-"):
            element.set("href", self._footnote(href))
            return
        title_free = {"href": f"link-{len(self.machine.found.links)}"}
        self.machine.found.links.append(href)
        element.attrib.clear()
        element.attrib.update(title_free)

    def _footnote(self, value: str) -> str:
        """``fn:1`` becomes ``fn-page-1``, so that several pages can stand in one document."""
        found = _FOOTNOTE_ID.match(value)
        if found is None:
            return value
        mark = found.group().removesuffix(":")
        name = "".join(letter if letter.isalnum() else "-" for letter in value[found.end() :])
        return f"{mark}-{self.machine.page}-{name}" if self.machine.page else f"{mark}-{name}"


def put_paragraph(parent: ElementTree.Element, text: str) -> ElementTree.Element:
    """Add a paragraph of Markdown."""
    element = ElementTree.SubElement(parent, "p")
    element.text = text
    return element


def put_atom(parent: ElementTree.Element, tag: str, text: str, css: str | None = None) -> ElementTree.Element:
    """Add an element whose text is no Markdown."""
    element = ElementTree.SubElement(parent, tag, {"class": css} if css else {})
    element.text = AtomicString(text)
    return element

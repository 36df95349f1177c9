"""Markdown as the XHTML that may stand in a QTI item: its elements, its attributes, pictures by their path."""

import re
from html import unescape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from elearn.banks.model import Losses
from elearn.banks.texts import plain_of, portable
from elearn.markup.render import render, render_inline
from elearn.markup.slots import fill
from elearn.markup.text import Line

PICTURE = re.compile(r"!\[([^\]]*)\]\(<?([^\s()<>\"]+)>?(?:\s+\"[^\"]*\")?\)")
_EMPTY = re.compile(r"<(br|hr)>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)(\w+);")
_BLOCKS = frozenset({
    "address", "blockquote", "caption", "col", "colgroup", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "br", "cite", "code", "dfn", "em", "i", "img", "kbd", "q", "samp", "small", "span", "strong",
    "sub", "sup", "tt", "var",
})  # fmt: skip
_HELD = frozenset({"aside", "figure", "figcaption", "section", "article", "details", "summary"})  # become a div
_ATTRIBUTES = frozenset({"href", "src", "alt", "colspan", "rowspan", "scope"})


def xhtml_of(markdown: str, losses: Losses, *, inline: bool = False) -> Element:
    """A ``div`` that holds the text; what QTI has no element for keeps its words."""
    text = portable(markdown, losses)
    lines = [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]
    rendered = (render_inline if inline else render)(lines, language="en")
    html = fill(rendered.html, lambda _: None, lambda _: "")
    html = _ENTITY.sub(lambda found: unescape(found.group()), _EMPTY.sub(r"<\1/>", html))
    try:
        made = ElementTree.fromstring(f"<div>{html}</div>")  # noqa: S314  # nosec B314  # sanitised by us
    except ElementTree.ParseError:
        losses.add("the look of a text", "It could not be written as XHTML; its words were kept.")
        made = Element("div")
        ElementTree.SubElement(made, "p").text = plain_of(text)
    for element in made.iter():
        _conform(element)
    return made


def _conform(element: Element) -> None:
    """Make an element one that the schema of QTI knows."""
    if element.tag == "a" and "href" not in element.attrib:
        element.tag = "span"
    if element.tag not in _BLOCKS and element.tag not in _INLINE:
        element.tag = "div" if element.tag in _HELD else "span"
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]


def put(parent: Element, made: Element) -> None:
    """Put what a ``div`` holds at the end of an element."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + (made.text or "")
    else:
        parent.text = (parent.text or "") + (made.text or "")
    parent.extend(made)


def replaced(parent: Element, marker: str, made: Element) -> bool:
    """Put an element in the place of a word."""
    if parent.text and marker in parent.text:
        parent.text, _, made.tail = parent.text.partition(marker)
        parent.insert(0, made)
        return True
    for index, child in enumerate(parent):
        if child.tail and marker in child.tail:
            child.tail, _, made.tail = child.tail.partition(marker)
            parent.insert(index + 1, made)
            return True
        if replaced(child, marker, made):
            return True
    return False

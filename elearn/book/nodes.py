"""Safe HTML of a compiled course as a tree of plain values, which the template of the book draws.

A node is a text, or ``{"k": kind, "c": [nodes]}`` with what the kind needs: ``to`` (a place in the book) or ``url``
of a link, ``start`` of a list, ``align`` of a cell, ``callout``, ``image`` and ``alt`` of a figure. What only a screen
needs (icons, the narrow twin of a drawing, the way back from a footnote) is left out.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from elearn.markup.raster import read_raster

Node = str | dict[str, Any]

_ICON = re.compile(r'<svg class="icon.*?</svg>', re.DOTALL)
_NARROW = re.compile(r'<div class="drawing narrow">.*?</svg></div>', re.DOTALL)
_DRAWING = re.compile(r"<svg .*?</svg>", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
_DESC = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r]+")
_VOID = frozenset({"br", "hr", "img"})
_UNWRAPPED = frozenset({"abbr", "div", "tbody", "html", "body", "section"})
_ALIGN = {"align-right": "right", "align-center": "center"}


@dataclass
class Pictures:
    """The pictures of a book by the name under which the press is given them; ``media`` are those of the course.

    ``media`` maps the name in a picture's address (``<digest>.png``) to its bytes.
    """

    media: Callable[[str], bytes | None]
    files: dict[str, bytes] = field(default_factory=dict)

    def drawing(self, svg: str) -> str:
        """Keep a drawing; its name."""
        data = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace("&nbsp;", "\u00a0").encode()
        return self._keep(f"{hashlib.sha256(data).hexdigest()[:16]}.svg", data)

    def photograph(self, address: str) -> str | None:
        """Keep a picture of the course in a drawing, as the press takes texts alone; its name, or None without one."""
        name = address.rpartition("/")[2]
        data = self.media(name)
        raster = read_raster(data) if data is not None else None
        if data is None or raster is None:
            return None
        size = f'width="{raster.width}" height="{raster.height}"'
        source = f"data:{raster.media_type};base64,{base64.b64encode(data).decode()}"
        box = f'viewBox="0 0 {raster.width} {raster.height}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}><image {size} href="{source}"/></svg>'
        return self._keep(f"{name.partition('.')[0][:16]}.svg", svg.encode())

    def _keep(self, name: str, data: bytes) -> str:
        self.files[name] = data
        return name


@dataclass(frozen=True)
class Places:
    """Where links lead: ``in_book`` gives the place of an address of the site, or None."""

    in_book: Callable[[str], str | None]


def nodes_of(html: str, pictures: Pictures, places: Places) -> list[Node]:
    """The nodes of some safe HTML."""
    reader = _Reader(pictures, places)
    reader.feed(_NARROW.sub("", _ICON.sub("", html)))
    return reader.nodes()


class _Reader(HTMLParser):
    """Reads HTML that nests soundly, as all of ours does."""

    def __init__(self, pictures: Pictures, places: Places) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures = pictures
        self._places = places
        self._root: dict[str, Any] = {"k": "root", "c": []}
        self._open: list[dict[str, Any]] = [self._root]
        self._preformatted = 0

    def feed(self, data: str) -> None:
        """Read the text; drawings, which are XML, are kept as they are."""
        at = 0
        for found in _DRAWING.finditer(data):
            super().feed(data[at : found.start()])
            self._add_drawing(found[0])
            at = found.end()
        super().feed(data[at:])
        self.close()

    def nodes(self) -> list[Node]:
        """What was read."""
        return _tidy(self._root["c"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._add_photograph(values)
        elif tag in _VOID:
            self._open[-1]["c"].append({"k": tag, "c": []})
        else:
            node = self._node(tag, values)
            self._open[-1]["c"].append(node)
            self._open.append(node)
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._open.pop()
            self._preformatted -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self._open[-1]["c"].append(data if self._preformatted else _SPACE.sub(" ", data))

    def _node(self, tag: str, values: dict[str, str]) -> dict[str, Any]:
        classes = values.get("class", "").split()
        node: dict[str, Any] = {"k": tag, "c": []}
        if tag == "a":
            if "footnote-backref" in classes:
                node["k"] = "nothing"
            else:
                node |= self._target(values.get("href", ""))
        elif tag == "aside":
            node["callout"] = next((name for name in classes if name != "callout"), "note")
        elif tag == "ol" and "start" in values:
            node["start"] = int(values["start"])
        elif tag in ("td", "th"):
            node["align"] = next((_ALIGN[name] for name in classes if name in _ALIGN), "left")
        elif tag in ("p", "span", "div") and classes and classes[0] in _NAMED:
            node["k"] = classes[0]
        if tag in _UNWRAPPED and node["k"] == tag:
            node["k"] = "group"
        return node

    def _target(self, address: str) -> dict[str, str]:
        if address.startswith(("https://", "http://")):
            return {"url": address}
        place = self._places.in_book(address)
        return {"to": place} if place is not None else {}

    def _add_drawing(self, svg: str) -> None:
        told = [_SPACE.sub(" ", found[1]).strip() for found in (_TITLE.search(svg), _DESC.search(svg)) if found]
        alt = ". ".join(text.rstrip(".") for text in told if text)
        self._open[-1]["c"].append({"k": "image", "image": self._pictures.drawing(svg), "alt": alt, "c": []})

    def _add_photograph(self, values: dict[str, str]) -> None:
        name = self._pictures.photograph(values.get("src", ""))
        if name is not None:
            self._open[-1]["c"].append({"k": "image", "image": name, "alt": values.get("alt", ""), "c": []})


_NAMED = frozenset(
    {"callout-head", "callout-kind", "callout-source", "callout-title", "callout-body", "footnote", "figure-number"}
)


def _tidy(nodes: list[Node]) -> list[Node]:
    """Without what draws nothing: dropped nodes, groups around groups, and the space between blocks."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            if made and isinstance(made[-1], str):
                made[-1] += node
            else:
                made.append(node)
        elif node["k"] == "group":
            made += _tidy(node["c"])
        elif node["k"] not in ("nothing", "hr"):
            made.append(node | {"c": _tidy(node["c"])})
    if any(isinstance(node, dict) and node["k"] in _BLOCKS for node in made):
        return [node for node in made if not isinstance(node, str) or node.strip()]
    return made


_BLOCKS = frozenset(
    {
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tr",
        "td",
        "th",
        "aside",
        "figure",
        "blockquote",
        "pre",
    }
    | {"h2", "h3", "h4", "h5", "h6", "callout-head", "callout-title", "callout-body", "footnote", "figcaption", "image"}
)

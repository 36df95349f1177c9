"""Course drawings: SVG through an allow-list into markup of ours, so that it follows the theme and can do no harm.

The file is parsed by expat with places; nothing of it is copied: each element and attribute is checked and written
anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from elearn.markup.text import Fault

LARGEST = 100_000  # bytes
NARROW = 360  # units: a drawing this wide can be read on a phone
_DEEPEST = 24
_MOST_ELEMENTS = 2_000
_SVG = "http://www.w3.org/2000/svg"

_FILLS = (
    "none paper card sunk ink muted primary tint tint-2 on-primary lapis lapis-ground amber amber-ground danger "
    "danger-ground success success-ground"
)
_STROKES = "ink muted hair control primary lapis amber danger success thin"
CLASSES = frozenset(
    [f"f-{name}" for name in _FILLS.split()]
    + [f"s-{name}" for name in _STROKES.split()]
    + ["dashed", "t-13", "t-15", "t-17", "b", "num"]
)
_ELEMENTS = frozenset(
    ["svg", "g", "title", "desc", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "tspan"]
)
_TEXTS = frozenset(["title", "desc", "text", "tspan"])

_NUMBER = r"[+-]?(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})"
_LENGTH = re.compile(rf"{_NUMBER}%?\Z")
_LENGTHS = re.compile(rf"{_NUMBER}(?:[ ,]+{_NUMBER})*\Z")
_GEOMETRY = dict.fromkeys(["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2"], _LENGTH)
_VALUES: Mapping[str, re.Pattern[str]] = {
    **_GEOMETRY,
    "x": _LENGTHS,
    "y": _LENGTHS,
    "dx": _LENGTHS,
    "dy": _LENGTHS,
    "points": re.compile(r"[\d\s.,+-]*\Z"),
    "d": re.compile(r"[MmLlHhVvCcSsQqTtAaZz\d\s.,+-]*\Z"),
    "transform": re.compile(r"(?:(?:translate|rotate)\([\d\s.,+-]{1,60}\)[\s,]*){1,4}\Z"),
    "text-anchor": re.compile(r"(?:start|middle|end)\Z"),
    "dominant-baseline": re.compile(r"(?:auto|middle|central|hanging|alphabetic|text-before-edge|text-after-edge)\Z"),
    "id": re.compile(r"[A-Za-z][\w-]{0,60}\Z"),
    "viewBox": re.compile(rf"{_NUMBER}(?:[ ,]+{_NUMBER}){{3}}\Z"),
    "role": re.compile(r"(?:img|group|presentation)\Z"),
    "aria-labelledby": re.compile(r"[A-Za-z][\w-]{0,60}(?: +[A-Za-z][\w-]{0,60}){0,3}\Z"),
    "class": re.compile(r"[\w -]*\Z"),
}


@dataclass(slots=True)
class Node:
    """An element of a drawing; ``children`` are elements and text in their order."""

    tag: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A checked drawing. ``width`` is that of its view box in units; ``root`` None: it cannot be shown."""

    root: Node | None
    width: float
    faults: tuple[Fault, ...]


class _RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_drawing(data: bytes) -> Drawing:
    """Check a drawing against the allow-list; all that is refused is a fault with its place in the file."""
    if len(data) > LARGEST:
        message = f"The drawing is larger than {LARGEST // 1000} KB. Draw less, or round its numbers."
        return Drawing(None, 0, (Fault(1, 1, "P011", message),))
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except _RefusedError as refused:
        reader.fault(refused.code, refused.message)
    except (expat.ExpatError, ValueError, LookupError) as error:
        message = f"The drawing is not well-formed XML ({expat.errors.messages.get(getattr(error, 'code', 0), error)})."
        line, column = getattr(error, "lineno", 1), getattr(error, "offset", 0) + 1
        reader.faults.append(Fault(line, column, "P006", message))
    root = reader.root
    if root is None or any(fault.code in ("P006", "P011") for fault in reader.faults):
        return Drawing(None, 0, tuple(reader.faults))
    width = _check_root(root, reader)
    return Drawing(root if not reader.faults else None, width, tuple(reader.faults))


def _check_root(root: Node, reader: "_Reader") -> float:
    box = [float(number) for number in re.split(r"[ ,]+", root.attributes.get("viewBox", ""))[:4] if number]
    if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
        message = 'The drawing needs viewBox="0 0 width height" on <svg>.'
        reader.faults.append(Fault(1, 1, "P009", message))
        return 0
    return box[2]


class _Reader:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.faults: list[Fault] = []
        self.count = 0
        self.ids: set[str] = set()
        self.skipping = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.buffer_text = True

    def fault(self, code: str, message: str) -> None:
        self.faults.append(Fault(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, code, message))

    def _doctype(self, *_: object) -> None:
        raise _RefusedError("P006", "A drawing has no DOCTYPE and no entities. Delete these lines.")

    def _instruction(self, *_: object) -> None:
        self.fault("P007", "A drawing has no processing instructions. Delete this line.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > _MOST_ELEMENTS or len(self.open) + self.skipping > _DEEPEST:
            raise _RefusedError("P011", "The drawing has too many elements, or they stand too deep. Simplify it.")
        space, _, tag = name.rpartition(" ")
        if self.skipping or space != _SVG or tag not in _ELEMENTS or (tag == "svg") != (self.root is None):
            if not self.skipping:
                hint = ' Begin with <svg xmlns="http://www.w3.org/2000/svg">.' if self.root is None else ""
                known = "g, title, desc, rect, circle, ellipse, line, polyline, polygon, path, text, tspan"
                self.fault("P007", f"<{tag[:40]}> is not allowed here in a drawing. Use {known}.{hint}")
                if self.root is None:
                    raise _RefusedError("P006", "This is not a drawing in SVG.")
            self.skipping += 1
            return
        node = Node(tag, {})
        for attribute, value in attributes.items():
            self._take(node, attribute, value)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def _take(self, node: Node, attribute: str, value: str) -> None:
        pattern = _VALUES.get(attribute)
        if pattern is None:
            hint = (
                " Colours and lines are said by class."
                if attribute in ("style", "fill", "stroke", "stroke-width")
                else ""
            )
            self.fault(
                "P008", f'The attribute "{attribute.rpartition(" ")[2][:40]}" is not allowed in a drawing.{hint}'
            )
            return
        value = " ".join(value.split())
        if not pattern.match(value):
            self.fault("P009", f'{attribute}="{value[:40]}" is not allowed in a drawing.')
            return
        if attribute == "class":
            for name in value.split():
                if name not in CLASSES:
                    self.fault(
                        "P014",
                        f'There is no class "{name[:40]}" for drawings. See the list of fills, strokes and texts.',
                    )
                    return
        if attribute == "id":
            if value in self.ids:
                self.fault("P012", f'The id "{value}" stands twice in this drawing.')
                return
            self.ids.add(value)
        node.attributes[attribute] = value

    def _end(self, _: str) -> None:
        if self.skipping:
            self.skipping -= 1
        else:
            self.open.pop()

    def _text(self, text: str) -> None:
        if self.skipping or not self.open:
            return
        if self.open[-1].tag in _TEXTS:
            self.open[-1].children.append(re.sub(r"\s+", " ", text))
        elif text.strip():
            self.fault("P007", "Text in a drawing stands in <text>, <tspan>, <title> or <desc>.")


def drawing_html(root: Node, prefix: str, alternative: str) -> str:
    """The drawing as markup; its ids begin with ``prefix``, and it is named by its title or else by ``alternative``."""
    title, desc = _own_text(root, "title"), _own_text(root, "desc")
    title = title or alternative
    desc = desc or (alternative if alternative != title else "")
    _, _, width, height = re.split(r"[ ,]+", root.attributes["viewBox"])
    labels = f"{prefix}-title" + (f" {prefix}-desc" if desc else "")
    size = f'viewBox="{root.attributes["viewBox"]}" width="{width}" height="{height}"'
    head = f'<svg {size} role="img" aria-labelledby="{labels}">'
    pieces = [head, f'<title id="{prefix}-title">{escape(title, quote=False)}</title>']
    if desc:
        pieces.append(f'<desc id="{prefix}-desc">{escape(desc, quote=False)}</desc>')
    for child in root.children:
        if isinstance(child, Node) and child.tag not in ("title", "desc"):
            _write(child, prefix, pieces)
    pieces.append("</svg>")
    return "".join(pieces)


def drawing_words(root: Node) -> str:
    """The title and the description of a drawing."""
    return " ".join(filter(None, (_own_text(root, "title"), _own_text(root, "desc"))))


def _own_text(root: Node, tag: str) -> str:
    for child in root.children:
        if isinstance(child, Node) and child.tag == tag:
            return "".join(text for text in child.children if isinstance(text, str)).strip()
    return ""


def _write(node: Node, prefix: str, pieces: list[str]) -> None:
    attributes = dict(node.attributes)
    if "id" in attributes:
        attributes["id"] = f"{prefix}-{attributes['id']}"
    if "aria-labelledby" in attributes:
        attributes["aria-labelledby"] = " ".join(f"{prefix}-{name}" for name in attributes["aria-labelledby"].split())
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    pieces.append(f"<{node.tag}{written}>")
    for child in node.children:
        if isinstance(child, str):
            pieces.append(escape(child, quote=False))
        else:
            _write(child, prefix, pieces)
    pieces.append(f"</{node.tag}>")

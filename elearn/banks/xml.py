"""XML from anywhere as a small tree with lines; document types, entities, depth and size are refused in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from elearn.banks.model import Unreadable

LARGEST = 50_000_000  # bytes: banks with pictures in them
LARGEST_TEXT = 2_000_000  # characters, pictures not counted: more than a pool may hold
_DEEPEST = 60
_MOST_ELEMENTS = 1_000_000


@dataclass(slots=True)
class Element:
    """An element; ``text`` is what stands in it outside of its children, ``comments`` those before its end."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text."""
        return "".join(self.pieces)

    def all(self, name: str) -> Iterator["Element"]:
        """Its children of that name."""
        return (child for child in self.children if child.name == name)

    def get(self, name: str) -> "Element | None":
        """Its first child of that name."""
        return next(self.all(name), None)

    def said(self, *names: str) -> str:
        """The text at the end of a path of children, stripped; empty if there is none."""
        element: Element | None = self
        for name in names:
            element = element.get(name) if element is not None else None
        return element.text.strip() if element is not None else ""


def read_xml(data: bytes) -> Element:
    """The root of a document; raises Unreadable with a sentence and a line."""
    if len(data) > LARGEST:
        raise Unreadable(f"The file has more than {LARGEST // 1_000_000} MB. Split it.")
    reader = _Reader()
    try:
        reader.parser.Parse(data.lstrip(), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "malformed")
        raise Unreadable(f"Line {error.lineno}: the file is not well-formed XML ({reason}).") from error
    except (ValueError, LookupError) as error:
        raise Unreadable("The file's encoding is not known. Save it as UTF-8.") from error
    return reader.root.children[0]


class _Reader:
    def __init__(self) -> None:
        self.root = Element("", 1)
        self.open = [self.root]
        self.count = 0
        self.length = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._comment

    def _refuse(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise Unreadable(f"Line {line}: document types and entities are not allowed in a bank. Delete the DOCTYPE.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > _DEEPEST or self.count > _MOST_ELEMENTS:
            line = self.parser.CurrentLineNumber
            raise Unreadable(f"Line {line}: the file has too many elements, or too many inside one another.")
        element = Element(name, self.parser.CurrentLineNumber, attributes)
        self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, _: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        if self.open[-1].name != "file":
            self.length += len(text)
            if self.length > LARGEST_TEXT:
                raise Unreadable(f"The file has more than {LARGEST_TEXT // 1_000_000} million characters. Split it.")
        self.open[-1].pieces.append(text)

    def _comment(self, text: str) -> None:
        self.open[-1].comments.append(text)

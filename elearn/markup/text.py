"""Lines of a text that know where they stand, and faults found in them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or what is left of it after its marks; ``column`` is where ``text`` begins, counted from 1."""

    text: str
    number: int
    column: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on it."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """How many spaces it begins with."""
        return len(self.text) - len(self.text.lstrip(" "))

    def cut(self, start: int, end: int | None = None) -> "Line":
        """The piece ``text[start:end]`` at its place."""
        return Line(self.text[start:end], self.number, self.column + start)

    def stripped(self) -> "Line":
        """The line without the spaces around it."""
        return self.cut(self.indent, len(self.text.rstrip())) if not self.is_blank else self.cut(len(self.text))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong at a place of a text; ``code`` is one of :mod:`elearn.content.codes`."""

    line: int
    column: int
    code: str
    message: str


def trimmed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without the blank ones at both ends."""
    start, end = 0, len(lines)
    while start < end and lines[start].is_blank:
        start += 1
    while end > start and lines[end - 1].is_blank:
        end -= 1
    return tuple(lines[start:end])

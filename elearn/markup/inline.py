"""What stands inside a paragraph, as far as it can be told from the source: code spans, tags, attribute lists."""

import re
from collections.abc import Iterator, Sequence

from elearn.markup.text import Fault, Line

_TICKS = re.compile(r"`+")
_TAG = re.compile(r"(?<!\\)<(?P<what>/?[A-Za-z][A-Za-z0-9:-]*(?:[\s/][^<>]*)?|![A-Za-z\[][^<>]*|\?[^<>]*)>")
_ATTRIBUTES = re.compile(r"\{:?[ ]*(?:[#.][\w-]+|[\w-]+=[^{}\s]+)(?:[ ]+[^{}]*)?\}[ ]*$", re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:[^\s<>]*$|[\w.+-]+@[\w.-]+$")  # a link, or what Markdown takes for one


def without_code(text: str) -> str:
    """The text with spaces in place of its code spans, so that places stay the same."""
    if "`" not in text:
        return text
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}  # the runs of each length that are still to come, last first
    for index in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[index][1] - runs[index][0], []).append(index)
    pieces: list[str] = []
    end, index = 0, 0
    while index < len(runs):
        start, stop = runs[index]
        waiting = later[stop - start]
        while waiting and waiting[-1] <= index:
            waiting.pop()
        if (start > 0 and text[start - 1] == "\\") or not waiting:
            index += 1
            continue
        closing = waiting[-1]
        close = runs[closing][1]
        pieces.append(text[end:start])
        pieces.append("".join("\n" if letter == "\n" else " " for letter in text[start:close]))
        end, index = close, closing + 1
    pieces.append(text[end:])
    return "".join(pieces)


def tag_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """What a paragraph must not hold: HTML tags and attribute lists."""
    joined = "\n".join(line.text for line in lines)
    if "<" not in joined and "{" not in joined:
        return
    text = without_code(joined)
    for found in _TAG.finditer(text):
        what = found.group("what")
        if not _ADDRESS.match(what):
            name = what.split()[0][:20]
            message = f"HTML tags are not part of the format: write <{name}> in Markdown, or put it in backticks."
            yield _at(lines, joined, found.start(), "S011", message)
    for found in _ATTRIBUTES.finditer(text):
        message = "Attribute lists are not part of the format. Delete the braces and what is in them."
        yield _at(lines, joined, found.start(), "S020", message)


def _at(lines: Sequence[Line], joined: str, place: int, code: str, message: str) -> Fault:
    index = joined.count("\n", 0, place)
    offset = place - (joined.rfind("\n", 0, place) + 1)
    return Fault(lines[index].number, lines[index].column + offset, code, message)

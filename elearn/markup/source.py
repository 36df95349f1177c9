"""A Markdown file as lines: decoded, cleaned, its front matter and its comments taken out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from elearn.markup.inline import without_code
from elearn.markup.text import Fault, Line

LONGEST_LINE = 10_000
MOST_COMMENTS = 8  # on one line
MOST_LINES = 8_000  # of one file
MOST_MARKS = 20_000  # of one file: a lesson of two hours has a thousand; beyond it rendering would take too long

SLOT_OPEN, SLOT_CLOSE = "\ue000", "\ue001"  # private use: marks of our own between the stages, refused in sources

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001\ufffe\uffff]"
)
HEADING_START = re.compile(r"#{1,6}(?:[ ]|$)")
_MARKS = re.compile(r"[\[\]*_`!<&\\^|~]")
_FENCE = re.compile(r"[ ]{0,3}(?:(?:>|[-*+]|\d{1,9}[.)])[ ]*)*(`{3,}|~{3,})(.*)$")


@dataclass(frozen=True, slots=True)
class Comment:
    """What stands between ``<!--`` and ``-->``; the place is that of the comment's first sign."""

    text: Line
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a course. ``front`` is what stands between the ``---`` lines (None: no front matter).

    ``body`` is the rest without comments; ``comments`` are those on heading lines, by line number. A body line keeps
    its columns, as a comment leaves spaces behind.
    """

    front: tuple[Line, ...] | None
    body: tuple[Line, ...]
    comments: Mapping[int, tuple[Comment, ...]]
    faults: tuple[Fault, ...]


def read_source(data: bytes) -> Source:
    """Read a file of a course; what cannot be read becomes a fault, never an exception."""
    faults: list[Fault] = []
    texts = _decoded(data, faults)
    lines = [Line(text, number) for number, text in enumerate(texts, start=1)]
    front, body = _split_front_matter(lines, faults)
    body, comments = _without_comments(body, faults)
    return Source(front, tuple(body), comments, tuple(faults))


def _decoded(data: bytes, faults: list[Fault]) -> list[str]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        message = "The file is not UTF-8 here. Save it again as UTF-8."
        faults.append(Fault(before.count(b"\n") + 1, column, "X002", message))
        text = data.decode(errors="replace")
    texts = [_tabless(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    marks = 0
    for number, whole in enumerate(texts, start=1):
        marks += len(_MARKS.findall(whole)) if len(whole) <= LONGEST_LINE else 0
        if number > MOST_LINES or marks > MOST_MARKS:
            faults.append(
                Fault(number, 1, "S017", "The file is too long or has too many marks. Split it before this line.")
            )
            return texts[: number - 1]
        line = whole[:LONGEST_LINE]
        if len(whole) > LONGEST_LINE:
            message = f"The line has more than {LONGEST_LINE:,} characters. Break it into paragraphs."
            faults.append(Fault(number, LONGEST_LINE + 1, "S017", message))
            texts[number - 1] = line
        found = _UNWANTED.search(line)
        if found is not None:
            message = f"The character U+{ord(found.group()):04X} cannot be seen and is not allowed. Delete it."
            faults.append(Fault(number, found.start() + 1, "X007", message))
            texts[number - 1] = _UNWANTED.sub("\ufffd", line)
    return texts


def _tabless(line: str) -> str:
    return line.expandtabs(4) if "\t" in line else line


def _split_front_matter(lines: list[Line], faults: list[Fault]) -> tuple[tuple[Line, ...] | None, list[Line]]:
    if not lines or lines[0].text.rstrip() != "---":
        return None, lines
    for index in range(1, len(lines)):
        if lines[index].text.rstrip() == "---":
            return tuple(lines[1:index]), lines[index + 1 :]
    faults.append(Fault(1, 1, "F002", "The front matter is not closed. End it with a line that holds only ---."))
    return (), []


def _without_comments(lines: list[Line], faults: list[Fault]) -> tuple[list[Line], dict[int, tuple[Comment, ...]]]:
    """The lines with spaces where comments were, and the comments of heading lines."""
    kept: list[Line] = []
    comments: dict[int, tuple[Comment, ...]] = {}
    fence: str | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        fence, is_code = fence_after(fence, line.text)
        if is_code or "<!--" not in line.text:
            kept.append(line)
            continue
        # Judged by what stands before the comment, as it will be read: ``##<!-- id: a -->`` is a heading without words.
        is_heading = HEADING_START.match(line.text.partition("<!--")[0]) is not None
        text = line.text
        if text.count("<!--") > MOST_COMMENTS:
            message = "There are too many comments on this line. Leave one."
            faults.append(Fault(line.number, text.find("<!--") + 1, "S009", message))
            text = text[: text.find("<!--")]
        while (start := without_code(text).find("<!--")) >= 0:
            end = text.find("-->", start + 4)
            if end >= 0:
                comment = Comment(Line(text[start + 4 : end], line.number, start + 5), line.number, start + 1)
                text = text[:start] + " " * (end + 3 - start) + text[end + 3 :]
                if is_heading:
                    comments[line.number] = (*comments.get(line.number, ()), comment)
                else:
                    faults.append(_unknown_comment(comment))
                continue
            last = _line_of_end(lines, index)
            if last is None or is_heading:
                message = "The comment is not closed. Write --> after it."
                faults.append(Fault(line.number, start + 1, "S008", message))
                text = text[:start]
                break
            comment = Comment(Line(text[start + 4 :], line.number, start + 5), line.number, start + 1)
            faults.append(_unknown_comment(comment))
            kept.append(Line(text[:start], line.number))
            kept.extend(Line("", between.number) for between in lines[index:last])
            line = lines[last]
            close = line.text.find("-->") + 3
            text = " " * close + line.text[close:]
            index = last + 1
        kept.append(Line(text, line.number))
    return kept, comments


def _unknown_comment(comment: Comment) -> Fault:
    message = "A comment may only stand on a heading (id, q, points …). Delete this one or move it to its heading."
    return Fault(comment.line, comment.column, "S009", message)


def _line_of_end(lines: list[Line], index: int) -> int | None:
    for later in range(index, min(index + 200, len(lines))):
        if "-->" in lines[later].text:
            return later
    return None


def fence_after(fence: str | None, text: str) -> tuple[str | None, bool]:
    """The fence that is open after this line, and whether the line is code or a fence."""
    if fence is not None:
        closed = text.strip(" >") == fence[0] * len(text.strip(" >")) and len(text.strip(" >")) >= len(fence)
        return (None if closed else fence), True
    found = _FENCE.match(text) if "```" in text or "~~~" in text else None
    if found is None or (found.group(1)[0] == "`" and "`" in found.group(2)):
        return None, False
    return found.group(1), True

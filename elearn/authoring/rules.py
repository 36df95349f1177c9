"""What drafts are. Pure: texts and names in, decisions out."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from elearn.content.files import LARGEST_TEXT
from elearn.content.names import ID, LANGUAGE, MODULE_FOLDER, RESERVED
from elearn.core.refusals import Conflict, Invalid, NotFound

LONGEST_PATH = 200
MATCHED_LINES = 1_500  # a longer stretch of changed lines is shown as taken out and put in, without looking for pairs
SHOWN_LINES = 400  # lines of a comparison that are shown


class EditedMeanwhile(Conflict):
    """The file is not as it was when the editor was opened."""

    message = "«%(path)s» was changed by somebody else while you were editing it."


class NoSuchFile(NotFound):
    """The course has no such file."""

    message = "This course has no file «%(path)s»."


class NotEditable(Invalid):
    """Only Markdown is edited in the browser."""

    message = "«%(path)s» is not a Markdown file; only those can be edited here."


class TextTooLong(Invalid):
    """The text is larger than the compiler reads."""

    message = "The text has %(size)s bytes; %(limit)s are allowed. Split it into two files."


class BadText(Invalid):
    """The text holds a character that no file and no database keeps."""

    message = "The text holds an invisible character that cannot be saved. Copy it as plain text and paste it again."


class ReservedName(Invalid):
    """A module would have the name of a page of the platform's own."""

    message = "The platform has pages of its own called «%(name)s». Give this folder another name."


class BadFileName(Invalid):
    """A course has no place for a file of that name."""

    message = (
        "A course has no place for a file «%(path)s». Name it like 08-banks/module.md, 08-banks/quiz.md, "
        "pools/banks.md, glossary.md, exam.md or pretest.md; a translation like 08-banks/module.ru.md."
    )


class NothingToGoWith(Invalid):
    """A quiz needs its module, a translation its source."""

    message = "«%(path)s» belongs to «%(source)s», which this course does not have. Add that file first."


class NumberTaken(Invalid):
    """Two modules would have the same number or the same id."""

    message = "The module folder «%(folder)s» has that number or that name already. Choose another for «%(path)s»."


class FileExists(Conflict):
    """The course has the file already."""

    message = "This course has a file «%(path)s» already."


class NoDraft(Conflict):
    """There is no draft to discard."""

    message = "«%(path)s» has no draft; it is as it was published."


class DraftsChanged(Conflict):
    """Somebody saved a draft, or published, after the page was made on which one pressed Publish."""

    message = "Somebody saved or published since you opened this page. Look at what is there now, then publish."


class DraftsBehind(Conflict):
    """Drafts were begun from files that were published anew since."""

    message = (
        "«%(path)s» was published anew after its draft was begun. Open it, compare the two, and save the draft "
        "again or discard it."
    )


class BadRevision(Invalid):
    """The mark of what one started from did not come from our page."""

    message = "The form does not say which text it started from. Load the page again."


class FileState(StrEnum):
    """How a file stands to the current release."""

    PUBLISHED = "published"
    CHANGED = "changed"
    NEW = "new"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Revision:
    """What an editor had before them: the text (a digest; "" if there was no file) and the published file (its blob).

    A save is refused unless the text is still that one. That the published file is another one does not stop a draft
    from being saved, but it stays behind until somebody has seen both.
    """

    text: str
    base: str | None

    def __str__(self) -> str:
        return f"{self.text}-{self.base or ''}"


NO_FILE = Revision("", None)
_REVISION = re.compile(r"(|[0-9a-f]{64})-(|[0-9a-f]{64})\Z")


def revision_of(text: str | None, base: str | None) -> Revision:
    """The revision of a text with the published file it stands beside."""
    return Revision(hashlib.sha256(text.encode()).hexdigest() if text is not None else "", base)


def read_revision(sent: str) -> Revision:
    """The revision a form sent back. Raises BadRevision."""
    found = _REVISION.match(sent)
    if found is None:
        raise BadRevision
    return Revision(found[1], found[2] or None)


def text_of(data: bytes) -> str:
    """A published file as an editor shows it: without a byte-order mark, lines ended by a line feed alone."""
    return plain_lines(data.decode("utf-8", "replace").removeprefix("\ufeff"))


def version_named(text: str) -> str | None:
    """The version in the front matter of a ``course.md``, as far as one line tells it; None: there is none."""
    front = re.match(r"---\n(.*?)^---", text, re.DOTALL | re.MULTILINE)
    found = re.search(r"^version:\s*[\"']?([^\s\"'#]+)", front[1], re.MULTILINE) if front is not None else None
    return found[1] if found is not None else None


def plain_lines(text: str) -> str:
    """The text with every line ended as on Unix; browsers send two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def checked_text(text: str) -> str:
    """The text as it is kept. Raises TextTooLong, BadText."""
    kept = plain_lines(text).removeprefix("\ufeff")
    try:
        size = len(kept.encode())
    except UnicodeEncodeError as problem:
        raise BadText from problem
    if size > LARGEST_TEXT:
        raise TextTooLong(size=f"{size:,}", limit=f"{LARGEST_TEXT:,}")
    if "\x00" in kept:
        raise BadText
    return kept


def checked_editable(path: str) -> str:
    """The path if it is of a Markdown file. Raises NotEditable."""
    if not path.endswith(".md"):
        raise NotEditable(path=path[:LONGEST_PATH])
    return path


_TOP = ("glossary.md", "exam.md", "pretest.md")
_TRANSLATION = re.compile(r"(?P<stem>.+)\.(?P<language>[A-Za-z-]+)\.md\Z")


def checked_new_path(typed: str, files: Collection[str]) -> str:
    """The path of a file to add to a course of these files, as it was typed.

    Raises BadFileName, ReservedName, FileExists, NothingToGoWith, NumberTaken.
    """
    path = typed.strip()
    if len(path) > LONGEST_PATH:
        raise BadFileName(path=f"{path[:40]}…")
    if path in files:
        raise FileExists(path=path)
    translation = _TRANSLATION.match(path)
    if translation is not None:
        source = f"{translation['stem']}.md"
        if not LANGUAGE.match(translation["language"]):
            raise BadFileName(path=path)
        if source not in files:
            _checked_place(source, path)
            raise NothingToGoWith(path=path, source=source)
        return path
    _checked_place(path, path)
    folder, _, name = path.rpartition("/")
    if name == "quiz.md" and f"{folder}/module.md" not in files:
        raise NothingToGoWith(path=path, source=f"{folder}/module.md")
    if name == "module.md":
        _checked_number(folder, path, files)
    return path


def _checked_place(path: str, typed: str) -> None:
    """Raise BadFileName or ReservedName unless the compiler looks for a file there."""
    folder, _, name = path.rpartition("/")
    module = MODULE_FOLDER.match(folder) if name in ("module.md", "quiz.md") else None
    if module is not None and module[2] in RESERVED:
        raise ReservedName(name=module[2])
    is_known = (
        path in _TOP
        or (folder == "pools" and name.endswith(".md") and ID.match(name.removesuffix(".md")) is not None)
        or module is not None
    )
    if not is_known:
        raise BadFileName(path=typed)


def _checked_number(folder: str, path: str, files: Collection[str]) -> None:
    wanted = MODULE_FOLDER.match(folder)
    for other in sorted({known.split("/")[0] for known in files if known.endswith("/module.md")}):
        found = MODULE_FOLDER.match(other)
        if found and wanted and (int(found[1]) == int(wanted[1]) or found[2] == wanted[2]):
            raise NumberTaken(folder=other, path=path)


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison; a gap stands for lines that are the same in both."""

    kind: LineKind
    text: str


def compared(old: str, new: str, *, context: int = 1) -> tuple[DiffLine, ...]:
    """What changed between two texts, by line, with ``context`` lines around each change; empty if they are equal.

    At most ``SHOWN_LINES``; a gap at the end says that there is more.
    """
    before, after = old.splitlines(), new.splitlines()
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    changed: list[DiffLine] = []
    if max(map(len, middle)) > MATCHED_LINES:
        changed += [DiffLine(LineKind.REMOVED, line) for line in middle[0]]
        changed += [DiffLine(LineKind.ADDED, line) for line in middle[1]]
    else:
        for kind, a, b, c, d in SequenceMatcher(None, *middle).get_opcodes():
            if kind == "equal":
                changed += [DiffLine(LineKind.SAME, line) for line in middle[0][a:b]]
            changed += [DiffLine(LineKind.REMOVED, line) for line in middle[0][a:b] if kind != "equal"]
            changed += [DiffLine(LineKind.ADDED, line) for line in middle[1][c:d] if kind != "equal"]
    if not changed:
        return ()
    same_before = [DiffLine(LineKind.SAME, line) for line in before[:head]]
    same_after = [DiffLine(LineKind.SAME, line) for line in before[len(before) - tail :]]
    return _folded([*same_before, *changed, *same_after], context)


def _common(one: list[str], other: list[str]) -> int:
    """How many lines the two begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _folded(lines: list[DiffLine], context: int) -> tuple[DiffLine, ...]:
    """The changes with their context; what lies between is one gap."""
    near = {
        at + offset
        for at, line in enumerate(lines)
        if line.kind is not LineKind.SAME
        for offset in range(-context, context + 1)
    }
    shown: list[DiffLine] = []
    for at, line in enumerate(lines):
        if at in near:
            shown.append(line)
        elif not shown or shown[-1].kind is not LineKind.GAP:
            shown.append(DiffLine(LineKind.GAP, ""))
        if len(shown) >= SHOWN_LINES:
            return (*shown, DiffLine(LineKind.GAP, ""))
    return tuple(shown)

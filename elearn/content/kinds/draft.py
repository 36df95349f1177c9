"""A question cut into its pieces, and what the readers of the kinds share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypedDict

from elearn.content.answers import Row, Shape, answer_id
from elearn.content.outline import Head
from elearn.content.question import Credit, Item, QuestionText
from elearn.content.reporting import Report
from elearn.content.writing import Writer, Written
from elearn.markup.blocks import Block
from elearn.markup.text import Line, trimmed

_BETWEEN = re.compile(r"(?<!\\)\|")


class Common(TypedDict):
    """The fields that every question has."""

    id: str
    points: Decimal
    tags: tuple[str, ...]
    credit: Credit
    texts: dict[str, QuestionText]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A question cut into its pieces, before its kind is read.

    ``block`` is the answer block, ``rows`` its rows if it is a list with marks, ``after`` the lines that follow it.
    ``lines`` is the answer block as written, ``stem`` what stands before it. ``text`` lacks the answers still.
    """

    head: Head
    shape: Shape
    block: Block
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    after: tuple[Line, ...]
    text: QuestionText
    writer: Writer
    common: Common
    shuffle: bool
    fold_yo: bool
    stem: tuple[Line, ...] = ()

    @property
    def report(self) -> Report:
        """Where problems go."""
        return self.writer.report

    def wrong(self, place: Line, code: str, message: str) -> None:
        """Note a problem."""
        self.report.at(self.writer.path, place, code, message)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row that is shown to the officer: its id and its words in HTML and plain."""

    id: str
    row: Row
    words: Written


def shown_rows(draft: Draft) -> list[Shown] | None:
    """The rows with their words rendered; None if two are the same or there are too few."""
    if len(draft.rows) < 2:
        draft.wrong(draft.rows[0].place, "Q011", "There is only one answer to choose. Add others.")
        return None
    shown: list[Shown] = []
    for row in draft.rows:
        words = draft.writer.inline(trimmed(row.text))
        shown.append(Shown(answer_id(words.plain or row.words), row, words))
        if row.mark != "x" and not row.feedback:
            warn_of_silence(draft, row)
    return shown if refuse_doubles(draft, [item.id for item in shown]) else None


def refuse_doubles(draft: Draft, names: list[str]) -> bool:
    """Whether all rows differ; notes the first that does not."""
    for index, name in enumerate(names):
        if name in names[:index]:
            draft.wrong(draft.rows[index].place, "Q010", "This answer is there already. Change or delete one of them.")
            return False
    return True


def one_is_right(draft: Draft, rights: list[Row]) -> bool:
    """Whether some row is right; notes it if none is."""
    if rights:
        return True
    mark = {Shape.ROUND: "(x)", Shape.SQUARE: "[x]", Shape.TYPED: "="}[draft.shape]
    draft.wrong(draft.rows[0].place, "Q012", f"No answer is marked as right. Write {mark} before the right one.")
    return False


def warn_of_silence(draft: Draft, row: Row) -> None:
    """Note that a wrong answer says nothing to who gives it."""
    message = (
        "This wrong answer has no feedback. Write under it, after two spaces and >, why it tempts and why it is wrong."
    )
    draft.wrong(row.place, "Q030", message)


def with_answers(draft: Draft, shown: list[Shown]) -> Common:
    """The question's common part, with the words of the answers and their feedback."""
    feedback = {item.id: draft.writer.block(item.row.feedback).html for item in shown if item.row.feedback}
    answers = {item.id: item.words.html for item in shown}
    return completed(draft, replace(draft.text, answers=answers, feedback=feedback))


def with_feedback(draft: Draft, names: list[str]) -> Common:
    """The question's common part, with the feedback of answers that are not shown."""
    pairs = zip(names, draft.rows, strict=True)
    feedback = {name: draft.writer.block(row.feedback).html for name, row in pairs if row.feedback}
    return completed(draft, replace(draft.text, feedback=feedback))


def cells_of(line: Line) -> list[Line]:
    """The cells of a line of a table, each at its place."""
    row = line.stripped()
    start = 1 if row.text.startswith("|") else 0
    cells: list[Line] = []
    for found in _BETWEEN.finditer(row.text, start):
        cells.append(row.cut(start, found.start()).stripped())
        start = found.end()
    if start < len(row.text) or not cells:
        cells.append(row.cut(start).stripped())
    return cells


def unescaped(cell: Line) -> Line:
    """A cell with the signs that would have ended it."""
    return Line(cell.text.replace("\\|", "|"), cell.number, cell.column)


def only_text(question: Item) -> QuestionText:
    """The words of a question that was read from one file."""
    return next(iter(question.texts.values()))


def renamed(text: QuestionText, names: Mapping[str, str]) -> QuestionText:
    """A translation's words under the ids of the source's answers."""
    return replace(
        text,
        answers={names[name]: html for name, html in text.answers.items()},
        feedback={names[name]: html for name, html in text.feedback.items()},
    )


def completed(draft: Draft, text: QuestionText) -> Common:
    """The question's common part with its words."""
    common = draft.common.copy()
    common["texts"] = {draft.writer.language: text}
    return common

"""The kinds of questions: one function reads each, chosen by the shape of the answer block.

To add a kind: give its shape a name in :mod:`elearn.content.answers`, write its function here, and put it into
``READERS``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypedDict

import re2

from elearn.content.answers import Row, Shape, answer_id
from elearn.content.course import (
    Choice,
    Credit,
    Number,
    NumberAnswer,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)
from elearn.content.numbers import Range, looks_spanned, parse_range
from elearn.content.outline import Head
from elearn.content.reporting import Report
from elearn.content.weights import right_weights
from elearn.content.writing import Writer, Written
from elearn.markup.labels import labels_in
from elearn.markup.text import Line, trimmed

_PATTERN = re.compile(r"/(.*)/\Z", re.DOTALL)
_LONGEST_PATTERN = 200


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
    """A question cut into its pieces, before its kind is read. ``text`` lacks the answers still."""

    head: Head
    shape: Shape
    rows: tuple[Row, ...]
    text: QuestionText
    writer: Writer
    common: Common
    shuffle: bool
    fold_yo: bool

    @property
    def report(self) -> Report:
        """Where problems go."""
        return self.writer.report

    def wrong(self, place: Line, code: str, message: str) -> None:
        """Note a problem."""
        self.report.at(self.writer.path, place, code, message)


# --- kinds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row that is shown to the officer: its id and its words in HTML and plain."""

    id: str
    row: Row
    words: Written


def _read_round(draft: Draft) -> Question | None:
    shown = _shown(draft)
    if shown is None or not _one_is_right(draft, [row for row in draft.rows if row.mark == "x"]):
        return None
    rights = [item for item in shown if item.row.mark == "x"]
    if len(rights) > 1:
        message = "Several answers are marked (x), but only one can be chosen. Leave one, or use [x] for several."
        draft.wrong(rights[1].row.place, "Q013", message)
        return None
    statement = _statement(draft, shown)
    if statement is not None:
        return statement
    _warn_of_longest(draft, shown)
    if rights[0].row.weight not in (None, 100):
        draft.wrong(rights[0].row.place, "Q014", "The right answer earns 100%. Delete its weight.")
    for item in shown:
        if item.row.mark != "x" and item.row.weight is not None and item.row.weight >= 100:
            draft.wrong(
                item.row.place, "Q014", "A wrong answer earns less than 100%. Lower its weight, or mark it (x)."
            )
    choices = tuple(
        Choice(item.id, item.row.mark == "x", Decimal(1) if item.row.mark == "x" else _share(item.row.weight))
        for item in shown
    )
    return SingleChoice(**_with_answers(draft, shown), choices=choices, shuffle=draft.shuffle)


def _statement(draft: Draft, shown: list[_Shown]) -> TrueFalse | None:
    """True/false, if the answers are exactly these two words."""
    words = {"true": {labels_in("en").true}, "false": {labels_in("en").false}}
    words["true"].add(labels_in(draft.writer.language).true)
    words["false"].add(labels_in(draft.writer.language).false)
    named = {name: item for item in shown for name, said in words.items() if item.words.plain in said}
    if len(shown) != 2 or len(named) != 2:
        return None
    renamed = [_Shown(name, named[name].row, named[name].words) for name in ("true", "false")]
    return TrueFalse(**_with_answers(draft, renamed), is_true=named["true"].row.mark == "x")


def _read_square(draft: Draft) -> Question | None:
    shown = _shown(draft)
    rights = [row for row in draft.rows if row.mark == "x"]
    if shown is None or not _one_is_right(draft, rights):
        return None
    weights = right_weights([row.weight for row in rights])
    if weights is None:
        message = "The weights of the right answers must add up to 100%. Change them, or leave one or all out."
        draft.wrong(rights[0].place, "Q014", message)
        return None
    for row in draft.rows:
        if row.mark != "x" and row.weight is not None and row.weight > 0:
            draft.wrong(
                row.place, "Q014", "A wrong answer cannot earn points. Put a minus before its weight, or mark it [x]."
            )
        if row.mark == "x" and row.weight is not None and row.weight <= 0:
            draft.wrong(row.place, "Q014", "A right answer earns more than 0%. Change its weight, or mark it [ ].")
    shares = iter(weights)
    choices = tuple(
        Choice(item.id, item.row.mark == "x", next(shares) if item.row.mark == "x" else _share(item.row.weight))
        for item in shown
    )
    return SeveralChoice(**_with_answers(draft, shown), choices=choices, shuffle=draft.shuffle)


def _read_typed(draft: Draft) -> Question | None:
    rights = [row for row in draft.rows if row.mark == "="]
    if not _one_is_right(draft, rights):
        return None
    for row in draft.rows:
        if row.mark == "!=" and row.weight is not None:
            draft.wrong(row.place, "Q015", "A refused answer (!=) has no weight. Delete it.")
        if row.mark == "=" and row.weight is not None and row.weight <= 0:
            draft.wrong(row.place, "Q015", "An accepted answer (=) earns more than 0%. Use != for a wrong one.")
        if row.mark == "!=" and not row.feedback:
            _warn_of_silence(draft, row)
    ranges = [parse_range(row.words) for row in draft.rows]
    if all(found is not None for found in ranges):
        return _read_number(draft, [found for found in ranges if found is not None])
    return _read_text(draft)


def _read_number(draft: Draft, ranges: list[Range]) -> Question:
    answers: list[NumberAnswer] = []
    for row, found in zip(draft.rows, ranges, strict=True):
        if found.is_ambiguous:
            message = "This could be read with thousands or as a fraction. Write it without the comma, as in 15000."
            draft.wrong(row.place, "Q017", message)
        name = answer_id(f"{found.low}..{found.high} {found.unit}")
        is_refused = row.mark == "!="
        weight = Decimal(0) if is_refused else _accepted(row.weight)
        answers.append(NumberAnswer(name, found.low, found.high, found.unit, is_refused, weight))
    _refuse_doubles(draft, [answer.id for answer in answers])
    if not any(answer.weight == 1 for answer in answers):
        draft.wrong(draft.rows[0].place, "Q014", "One answer must earn 100%. Delete the weight of the best one.")
    return Number(**_with_feedback(draft, [answer.id for answer in answers]), answers=tuple(answers))


def _read_text(draft: Draft) -> Question | None:
    answers: list[TextAnswer] = []
    for row in draft.rows:
        words = row.words
        pattern = _PATTERN.match(words)
        if pattern is None and looks_spanned(words) and parse_range(words) is None and words[0] in "+-−0123456789":
            draft.wrong(row.place, "Q017", "This number cannot be read. Write 15000, 1.5, 12..15 or 15000 ± 10 EUR.")
            return None
        if pattern is None and looks_spanned(words):
            draft.wrong(
                row.place, "Q016", "A tolerance or a range needs numbers in all answers. Delete it, or write numbers."
            )
            return None
        if pattern is not None:
            words = pattern.group(1)
            if not _is_usable(words, row, draft):
                return None
        elif words.startswith("`") and words.endswith("`") and len(words) > 2:
            words = words.strip("`").strip()
        is_refused = row.mark == "!="
        weight = Decimal(0) if is_refused else _accepted(row.weight)
        answers.append(TextAnswer(answer_id(row.words), words, pattern is not None, is_refused, weight))
    _refuse_doubles(draft, [answer.id for answer in answers])
    if not any(answer.weight == 1 for answer in answers):
        draft.wrong(draft.rows[0].place, "Q014", "One answer must earn 100%. Delete the weight of the best one.")
    named = _with_feedback(draft, [answer.id for answer in answers])
    return ShortText(**named, answers=tuple(answers), fold_yo=draft.fold_yo)


def _is_usable(pattern: str, row: Row, draft: Draft) -> bool:
    """Whether RE2 takes a pattern and it asks for something."""
    if len(pattern) > _LONGEST_PATTERN:
        draft.wrong(row.place, "Q018", f"The pattern has more than {_LONGEST_PATTERN} characters. Shorten it.")
        return False
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "it is malformed"
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        message = f"The pattern cannot be used ({reason[:80]}). Patterns run on RE2: no (?=…), no \\1."
        draft.wrong(row.place, "Q018", message)
        return False
    if compiled.fullmatch("") is not None or compiled.fullmatch("zq 7 жщ") is not None:
        draft.wrong(row.place, "Q019", "The pattern accepts nothing or everything. Ask for something in it.")
        return False
    return True


# --- what kinds share ------------------------------------------------------------------------------------------------


def _shown(draft: Draft) -> list[_Shown] | None:
    """The rows with their words rendered; None if two are the same or there are too few."""
    if len(draft.rows) < 2:
        draft.wrong(draft.rows[0].place, "Q011", "There is only one answer to choose. Add others.")
        return None
    shown: list[_Shown] = []
    for row in draft.rows:
        words = draft.writer.inline(trimmed(row.text))
        shown.append(_Shown(answer_id(words.plain or row.words), row, words))
        if row.mark != "x" and not row.feedback:
            _warn_of_silence(draft, row)
    return shown if _refuse_doubles(draft, [item.id for item in shown]) else None


def _refuse_doubles(draft: Draft, names: list[str]) -> bool:
    for index, name in enumerate(names):
        if name in names[:index]:
            draft.wrong(draft.rows[index].place, "Q010", "This answer is there already. Change or delete one of them.")
            return False
    return True


def _one_is_right(draft: Draft, rights: list[Row]) -> bool:
    if rights:
        return True
    mark = {Shape.ROUND: "(x)", Shape.SQUARE: "[x]", Shape.TYPED: "="}[draft.shape]
    draft.wrong(draft.rows[0].place, "Q012", f"No answer is marked as right. Write {mark} before the right one.")
    return False


def _warn_of_silence(draft: Draft, row: Row) -> None:
    message = (
        "This wrong answer has no feedback. Write under it, after two spaces and >, why it tempts and why it is wrong."
    )
    draft.wrong(row.place, "Q030", message)


def _warn_of_longest(draft: Draft, shown: list[_Shown]) -> None:
    right = next(item for item in shown if item.row.mark == "x")
    longest = max(len(item.words.plain) for item in shown if item is not right)
    if len(right.words.plain) > 40 and len(right.words.plain) > Decimal("1.4") * longest:
        message = "The right answer is by far the longest, which gives it away. Shorten it or lengthen the others."
        draft.wrong(right.row.place, "Q031", message)


def _share(weight: Decimal | None) -> Decimal:
    return Decimal(0) if weight is None else weight / 100


def _accepted(weight: Decimal | None) -> Decimal:
    return Decimal(1) if weight is None else weight / 100


def _with_answers(draft: Draft, shown: list[_Shown]) -> Common:
    """The question's common part, with the words of the answers and their feedback."""
    feedback = {item.id: draft.writer.block(item.row.feedback).html for item in shown if item.row.feedback}
    answers = {item.id: item.words.html for item in shown}
    return _completed(draft, replace(draft.text, answers=answers, feedback=feedback))


def _with_feedback(draft: Draft, names: list[str]) -> Common:
    pairs = zip(names, draft.rows, strict=True)
    feedback = {name: draft.writer.block(row.feedback).html for name, row in pairs if row.feedback}
    return _completed(draft, replace(draft.text, feedback=feedback))


def _completed(draft: Draft, text: QuestionText) -> Common:
    common = draft.common.copy()
    common["texts"] = {draft.writer.language: text}
    return common


DEFAULT_CREDIT = {
    Shape.ROUND: Credit.EXACT,
    Shape.SQUARE: Credit.PROPORTIONAL_CORRECT,
    Shape.TYPED: Credit.EXACT,
}
READERS: dict[Shape, Callable[[Draft], Question | None]] = {
    Shape.ROUND: _read_round,
    Shape.SQUARE: _read_square,
    Shape.TYPED: _read_typed,
}

"""Write GIFT, with texts in Markdown, which Moodle knows as a format of its own."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import assert_never

from elearn.banks.carried import moodle_notes, note_settings, written_settings
from elearn.banks.keys import plain_number, shares_of, wildcards_of
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Gap,
    LeftOut,
    Loss,
    Losses,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Ordering,
    Own,
    TextKey,
    Texts,
    Truth,
)
from elearn.banks.own import as_choices, note_unsaid
from elearn.banks.texts import guarded, joined, plain_of, portable

_RESERVED = re.compile(r"[\\#=~{}:]")
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")


def write_gift(bank: Bank) -> tuple[str, tuple[Loss, ...]]:
    """The bank as GIFT, and what of it GIFT cannot hold."""
    losses = Losses()
    pieces = [f"$CATEGORY: $course$/top/{bank.title.replace('/', '//')}\n"] if bank.title else []
    for question in bank.questions:
        losses.begin(question.line, question.title)
        with losses.guard():
            pieces.append(_written(question, losses))
    return "\n".join(pieces), losses.all()


def _written(question: BankQuestion, losses: Losses) -> str:
    question = as_choices(question, losses)
    for text, what in ((question.hint, "the hint"), (question.note, "the note for trainers")):
        if text:
            losses.add(what, "GIFT has no place for it.")
    note_unsaid(question.body, losses)
    note_settings(question, losses, has_points=False, has_unit=False, has_shuffle=False)
    texts = _Texts(losses)
    general = f"\t####{texts.block(question.explanation)}\n" if question.explanation else ""
    comments = [moodle_notes(question), written_settings(question, has_points=False, has_unit=False, has_shuffle=False)]
    name = f"::{_escaped(plain_of(question.title))}::"
    if isinstance(question.body, Cloze):
        before, gap, after = _one_gap(question.body)
        body = _body(gap.body, texts) + general
        stem = texts.block(joined(guarded(question.title), question.stem))
        before = f"{stem}\\n\\n{texts.raw(before)}" if stem else texts.raw(before)
        line = f"{name}[markdown]{before}{{{body}}}{texts.raw(after)}"
    else:
        stem = texts.block(joined(guarded(question.title), question.stem))
        line = f"{name}[markdown]{stem}{{{_body(question.body, texts)}{general}}}"
    return "\n".join([*(f"// {comment}" for comment in comments if comment), line]) + "\n"


def _one_gap(cloze: Cloze) -> tuple[str, Gap, str]:
    gaps = [piece for piece in cloze.pieces if isinstance(piece, Gap)]
    if len(gaps) != 1:
        raise LeftOut("GIFT knows one gap in a text. Export it as Moodle XML or QTI.")
    index = cloze.pieces.index(gaps[0])
    before, after = (
        "".join(piece for piece in part if isinstance(piece, str))
        for part in (cloze.pieces[:index], cloze.pieces[index + 1 :])
    )
    if not re.sub(r"[.?!…\s]", "", after):
        raise LeftOut(
            "GIFT takes a gap at the end for a question after the text. Put words after it, or use Moodle XML."
        )
    return before, gaps[0], after


def _escaped(text: str) -> str:
    return _RESERVED.sub(lambda found: f"\\{found.group()}", text).replace("\n", "\\n")


class _Texts:
    """Markdown as it stands in GIFT."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses

    def raw(self, text: str) -> str:
        """A text whose outer spaces matter."""
        if "![" in text:
            self.losses.add("a picture", "GIFT holds no files; its alternative text was kept.")
            text = _PICTURE.sub(r"\1", text)
        return _escaped(portable(text, self.losses))

    def block(self, text: str) -> str:
        """A whole text."""
        return self.raw(text.strip("\n"))

    def row(self, text: str) -> str:
        """The words of a row; what would be read as its format or its weight is guarded."""
        words = self.block(text)
        return f"[markdown]{words}" if words.startswith(("[", "%")) else words

    def said(self, feedback: str) -> str:
        """Feedback, which must not hold an arrow: Moodle would take the answers for pairs."""
        return f"#{self.row(feedback).replace('->', '-&gt;')}" if feedback else ""


def _body(body: Choices | Truth | Texts | Numbers | Matching | Ordering | Cloze | Open | Own, texts: _Texts) -> str:
    match body:
        case Choices(answers, is_single):
            return _lines(
                _choice(row, share, texts, is_single=is_single)
                for row, share in zip(answers, shares_of(answers), strict=True)
            )
        case Truth(is_true, if_true, if_false):
            wrong, right = (if_false, if_true) if is_true else (if_true, if_false)
            said = f"#{texts.row(wrong)}" if wrong or right else ""
            return f"{'TRUE' if is_true else 'FALSE'}{said}{texts.said(right)}"
        case Texts(keys):
            return _lines(row for key in keys for row in _typed(key, texts))
        case Numbers(numbers):
            return f"#{_lines(_number(key, texts) for key in numbers)}"
        case Matching(pairs):
            return _lines(
                f"={texts.row(pair.left).replace('->', '→')} -> {_escaped(plain_of(pair.right))}" for pair in pairs
            )
        case Open(rubric):
            if rubric:
                texts.losses.add("the rubric", "GIFT has no place for it.")
            return ""
        case Ordering():
            raise LeftOut("GIFT has no ordering. Export it as Moodle XML or QTI.")
        case Own(kind, _):
            raise LeftOut(f"GIFT has no {kind}.")
        case Cloze():
            raise LeftOut("GIFT has no text with several gaps.")
        case _:
            assert_never(body)


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"\n\t{row}" for row in rows) + "\n"


def _choice(row: Answer, share: Decimal, texts: _Texts, *, is_single: bool) -> str:
    weight = f"~%{plain_number(share)}%" if share else "~"
    mark = "=" if is_single and row.is_right else weight
    return f"{mark}{texts.row(row.text)}{texts.said(row.feedback)}"


def _typed(key: TextKey, texts: _Texts) -> list[str]:
    said = texts.said(key.feedback)
    return [f"=%{_percent(key)}%{_escaped(words)}{said}" for words in words_of(key, texts.losses)]


def words_of(key: TextKey, losses: Losses) -> list[str]:
    """An answer as Moodle compares it, with ``*`` for anything; none if it is a pattern beyond that."""
    if not key.is_pattern:
        return [key.text.replace("*", "\\*")]
    words = wildcards_of(key.text)
    if words is None:
        losses.add(f"the pattern /{key.text[:60]}/", "Moodle knows only * for anything. List the words instead.")
        return []
    if len(words) > 1:
        losses.add(f"the pattern /{key.text[:60]}/", "Its alternatives were written as answers of their own.")
    return words


def _number(key: NumberKey, texts: _Texts) -> str:
    if key.is_range:
        span = f"{plain_number(key.low)}..{plain_number(key.high)}"
    else:
        middle = (key.low + key.high) / 2
        span = f"{plain_number(middle)}:{plain_number(key.high - middle)}"
    return f"=%{_percent(key)}%{span}{texts.said(key.feedback)}"


def _percent(key: TextKey | NumberKey) -> str:
    return "0" if not key.is_right else plain_number(key.weight) if key.weight is not None else "100"

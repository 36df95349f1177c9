"""Our own Markdown as a bank: a quiz's or a pool's file, read as the compiler reads it but kept as it is written."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from elearn.banks.gaps import cloze_of
from elearn.banks.keys import typed_body
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Body,
    Choices,
    Item,
    LeftOut,
    Losses,
    Matching,
    Open,
    Ordering,
    Own,
    OwnKind,
    Pair,
    Truth,
)
from elearn.content.answers import Row, Shape, find_answers, rows_of, unmarked_rows
from elearn.content.frontmatter import read_fields
from elearn.content.outline import Unit, grouped, outline_of
from elearn.content.reporting import Report
from elearn.markup.blocks import Block, List, Quote, spans_of
from elearn.markup.inline import without_code
from elearn.markup.labels import labels_in
from elearn.markup.source import read_source
from elearn.markup.text import Line, trimmed

_ROLES = {"TIP": "hint", "NOTE": "explanation", "IMPORTANT": "note"}
_ARROW = re.compile(r"(?:^| )(?:→|->)(?= |$)")
_OWN = {Shape.LEDGER: OwnKind.LEDGER, Shape.BRANCHING: OwnKind.BRANCHING, Shape.HOTSPOT: OwnKind.HOTSPOT}
_COMMON = ("id", "q", "points", "tags", "credit", "shuffle", "fold", "of")
_PICTURE = re.compile(r"!\[[^\]]*\]\(<?([^\s()<>\"]+)")


def language_of(course: bytes) -> str:
    """The language that a course is written in, from its course.md."""
    fields = read_fields(read_source(course).front or (), "", Report())
    found = getattr(fields.values.get("language"), "text", "") if fields is not None else ""
    return found or "en"


def read_markdown(data: bytes, *, language: str = "en", files: Mapping[str, bytes] | None = None) -> Bank:
    """The questions of a quiz or a pool. ``files`` are those that its pictures may be, by path relative to it."""
    report, losses = Report(), Losses()
    source = read_source(data)
    report.faults("", source.faults)
    fields = read_fields(source.front or (), "", report)
    values = fields.values if fields is not None else {}
    names = [getattr(values.get(key), "text", "") for key in ("title", "pool", "quiz")]
    if "draw" in values:
        losses.begin(1, names[0])
        losses.add("questions drawn from pools", "Export each pool for itself.")
    _, units = grouped(outline_of(source, "", report), 2)
    questions: list[BankQuestion] = []
    for unit in units:
        losses.begin(unit.head.place.number, unit.head.title.text)
        with losses.guard():
            questions.append(_question(unit, report, language))
    images = {path: files[path] for path in _PICTURE.findall(data.decode(errors="replace")) if files and path in files}
    return Bank(tuple(questions), next(filter(None, names), ""), losses.all(), images)


def _question(unit: Unit, report: Report, language: str) -> BankQuestion:
    head = unit.head
    roles: dict[str, str] = {}
    others: list[tuple[Block, int, int]] = []
    for block, start, end in spans_of(unit.lines):
        if isinstance(block, Quote) and block.kind in _ROLES:
            inner = block.lines if block.title is None else (block.title, *block.lines)
            roles[_ROLES[block.kind]] = _text(inner)
        else:
            others.append((block, start, end))
    found = find_answers([block for block, _, _ in others])
    if found is None:
        raise LeftOut("It has no answers. Mend it first: elearn course check says how.")
    index, shape = found
    settings = {key: value.text for key, value in head.settings.items()}
    points = settings.get("points", "1")
    stem = [line for _, start, end in others[:index] for line in unit.lines[start:end]]
    own = [line for _, start, end in others[index:] for line in unit.lines[start:end]]
    return BankQuestion(
        title=head.title.text.strip(),
        stem=_text(stem),
        body=_body(shape, others[index][0], _text(own), report, language),
        id=settings.get("id") or settings.get("q"),
        points=Decimal(points) if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", points) and Decimal(points) else Decimal(1),
        tags=tuple(filter(None, (tag.strip() for tag in settings.get("tags", "").split(",")))),
        credit=settings.get("credit"),
        shuffle=settings.get("shuffle") != "no",
        fold_yo="fold" in settings,
        settings=tuple((key, value) for key, value in settings.items() if key not in _COMMON),
        hint=roles.get("hint", ""),
        explanation=roles.get("explanation", ""),
        note=roles.get("note", ""),
        line=head.place.number,
    )


def _text(lines: Sequence[Line]) -> str:
    """Lines as text; two spaces at a line's end are a break and stay."""
    return "\n".join(line.text if line.text.endswith("  ") else line.text.rstrip() for line in trimmed(lines)).rstrip()


def _body(shape: Shape, block: Block, written: str, report: Report, language: str) -> Body:
    if shape in (Shape.ROUND, Shape.SQUARE, Shape.TYPED) and isinstance(block, List):
        rows = rows_of(block, shape, "", report)
        if rows is None:
            raise LeftOut(report.problems()[-1].message)
        return _listed(shape, rows, language)
    if shape is Shape.MATCHING and isinstance(block, List):
        return Matching(tuple(_pair(row) for row in _unmarked(block, report)))
    if shape is Shape.ORDERING and isinstance(block, List):
        return Ordering(tuple(Item(_words(row), _text(row.feedback)) for row in _unmarked(block, report)))
    if shape is Shape.CLOZE:
        return cloze_of(written)
    return Open(written) if shape is Shape.OPEN else Own(_OWN[shape], written)


def _unmarked(block: List, report: Report) -> tuple[Row, ...]:
    rows = unmarked_rows(block, "", report)
    if rows is None:
        raise LeftOut(report.problems()[-1].message)
    return rows


def _pair(row: Row) -> Pair:
    text = " ".join(_words(row).split())
    found = _ARROW.search(without_code(text))
    if found is None:
        raise LeftOut("A pair has no arrow. Write: - left → right.")
    return Pair(text[: found.start()].strip(), text[found.end() :].strip(), _text(row.feedback))


def _listed(shape: Shape, rows: Sequence[Row], language: str) -> Body:
    if shape is Shape.TYPED:
        return typed_body([(row.words, row.mark == "=", row.weight, _text(row.feedback)) for row in rows])
    answers = tuple(Answer(_words(row), row.mark == "x", row.weight, _text(row.feedback)) for row in rows)
    truth = _truth(answers, language) if shape is Shape.ROUND else None
    return truth or Choices(answers, shape is Shape.ROUND)


def _words(row: Row) -> str:
    return "\n".join(line.text.strip() for line in trimmed(row.text))


def _truth(answers: tuple[Answer, ...], language: str) -> Truth | None:
    labels = (labels_in("en"), labels_in(language))
    true = next((answer for answer in answers if answer.text in {label.true for label in labels}), None)
    false = next((answer for answer in answers if answer.text in {label.false for label in labels}), None)
    if true is None or false is None or len(answers) != 2:
        return None
    return Truth(true.is_right, true.feedback, false.feedback)

"""A question: heading, settings, stem, answer block, alerts. What its kind makes of the answers is in ``kinds``."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from elearn.content.answers import MARKED, Shape, find_answers, place_of, rows_of
from elearn.content.kinds import DEFAULT_CREDIT, READERS
from elearn.content.kinds.draft import Common, Draft
from elearn.content.kinds.ledger import SETTINGS as LEDGER_SETTINGS
from elearn.content.kinds.open import SETTINGS as OPEN_SETTINGS
from elearn.content.names import ID, did_you_mean
from elearn.content.outline import Head
from elearn.content.question import Credit, Question, QuestionText
from elearn.content.writing import Writer
from elearn.markup.blocks import Block, Heading, List, Paragraph, Quote, spans_of
from elearn.markup.text import Line, trimmed

SETTINGS = ("id", "points", "tags", "credit", "shuffle", "fold", "of")
KIND_SETTINGS = dict.fromkeys(LEDGER_SETTINGS, Shape.LEDGER) | dict.fromkeys(OPEN_SETTINGS, Shape.OPEN)
_ROLES = {"TIP": "hint", "NOTE": "explanation", "IMPORTANT": "trainer_note"}
_ROLE_NAMES = {"TIP": "hint", "NOTE": "explanation", "IMPORTANT": "note for trainers"}
_SHAPES_HELP = (
    "Give the answers as a list: - ( ) and - (x) for one, - [ ] and - [x] for several, - = for a word or a number, "
    "- left → right for pairs, 1. and 2. for an order; or as a table with points in its head, for an open answer."
)


def read_question(
    head: Head, lines: tuple[Line, ...], writer: Writer, *, key: str = "id", credit: Credit | None = None
) -> Question | None:
    """The question under a heading, or None (with problems) if it cannot be asked.

    ``key`` is the setting that holds its id (``q`` in lessons), ``credit`` what the quiz says for partly right answers.
    """
    report, path = writer.report, writer.path
    identifier = _identifier(head, key, writer)
    writer.name = identifier
    for name, value in head.settings.items():
        if name not in (*SETTINGS, *KIND_SETTINGS, key):
            hint = did_you_mean(name, (key, *SETTINGS[1:-1]))
            report.at(path, value, "Q003", f'"{name}" is not a setting of a question.{hint}')
    if not head.title.text:
        report.at(path, head.place, "Q023", "The question has no title. Write the question after the #.")
    pieces = _pieces(lines, writer)
    if pieces is None:
        report.at(path, head.place, "Q005", f"This question has no answers. {_SHAPES_HELP}")
        return None
    stem, answers, written, after, shape, text = pieces
    for name, value in head.settings.items():
        if KIND_SETTINGS.get(name, shape) is not shape:
            message = f'"{name}" is a setting of {KIND_SETTINGS[name].value} questions alone. Delete it.'
            report.at(path, value, "Q003", message)
    rows = rows_of(answers, shape, path, report) if isinstance(answers, List) and shape in MARKED else ()
    if rows is None:
        return None
    title = writer.inline([head.title])
    text = replace(text, title=title.html, stem=writer.block(stem).html)
    common = Common(
        id=identifier,
        points=_points(head, writer),
        tags=_tags(head),
        credit=_credit(head, writer) or credit or DEFAULT_CREDIT[shape],
        texts={writer.language: text},
        path=path,
        line=head.place.number,
    )
    shuffle = _flag(head, "shuffle", {"yes": True, "no": False}, True, writer)
    fold_yo = _flag(head, "fold", {"yo": True, "ё": True}, False, writer)
    draft = Draft(head, shape, answers, written, rows, after, text, writer, common, shuffle, fold_yo, stem)
    return READERS[shape](draft)


def _pieces(
    lines: tuple[Line, ...], writer: Writer
) -> tuple[tuple[Line, ...], Block, tuple[Line, ...], tuple[Line, ...], Shape, QuestionText] | None:
    """The stem's lines, the answer block, its lines and those after it, its shape, what the alerts say; or None."""
    spans = spans_of(lines)
    roles: dict[str, str] = {}
    others = []
    for block, start, end in spans:
        if isinstance(block, Quote) and block.kind in _ROLES:
            role = _ROLES[block.kind]
            if role in roles:
                message = f"The question has a second {_ROLE_NAMES[block.kind]} ([!{block.kind}]). Join the two."
                writer.report.at(writer.path, block.place, "Q022", message)
            inner = block.lines if block.title is None else (block.title, *block.lines)
            roles[role] = writer.block(trimmed(inner)).html
        else:
            others.append((block, start, end))
    found = find_answers([block for block, _, _ in others])
    if found is None:
        return None
    index, shape = found
    stem = [line for _, start, end in others[:index] for line in lines[start:end]]
    after = [line for _, start, end in others[index + 1 :] for line in lines[start:end]]
    if shape not in (Shape.BRANCHING, Shape.CLOZE):
        # Under the link to a ledger's file stands the list of its right rows.
        has_list = isinstance(others[index][0], Paragraph) and shape is Shape.LEDGER
        has_list = has_list and index + 1 < len(others) and isinstance(others[index + 1][0], List)
        for block, _, _ in others[index + 1 + has_list :]:
            _report_stray(block, writer)
    text = QuestionText(
        title="",
        stem="",
        hint=roles.get("hint"),
        explanation=roles.get("explanation"),
        trainer_note=roles.get("trainer_note"),
    )
    block, start, end = others[index]
    return trimmed(stem), block, lines[start:end], trimmed(after), shape, text


def _report_stray(block: Block, writer: Writer) -> None:
    place = place_of(block)
    if isinstance(block, Quote) and block.kind is None:
        message = "This feedback belongs to no answer. Put two spaces before > so that it stands under its answer."
        writer.report.at(writer.path, place, "Q020", message)
    elif isinstance(block, Heading):
        message = "A heading cannot stand after the answers. Begin a new question with ##."
        writer.report.at(writer.path, place, "Q006", message)
    else:
        message = "Text after the answers. Move it before them, or into an alert such as > [!NOTE]."
        writer.report.at(writer.path, place, "Q006", message)


# --- settings --------------------------------------------------------------------------------------------------------


def _identifier(head: Head, key: str, writer: Writer) -> str:
    value = head.settings.get(key)
    if value is None:
        message = "The question has no id. Write <!-- id: some-id --> on the heading, or run elearn course check --fix."
        writer.report.at(writer.path, head.place, "Q001", message)
        return f"line-{head.place.number}"
    if not ID.match(value.text):
        message = f'"{value.text[:40]}" is no id: use small letters a–z, digits and hyphens.'
        writer.report.at(writer.path, value, "S006", message)
        return f"line-{head.place.number}"
    return value.text


def _points(head: Head, writer: Writer) -> Decimal:
    value = head.settings.get("points")
    if value is None:
        return Decimal(1)
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", value.text) or not 0 < Decimal(value.text) <= 100:
        writer.report.at(writer.path, value, "Q004", "Points are a number above 0, at most 100.")
        return Decimal(1)
    return Decimal(value.text)


def _tags(head: Head) -> tuple[str, ...]:
    value = head.settings.get("tags")
    return tuple(dict.fromkeys(filter(None, (tag.strip() for tag in value.text.split(","))))) if value else ()


def _credit(head: Head, writer: Writer) -> Credit | None:
    value = head.settings.get("credit")
    if value is None:
        return None
    if value.text not in list(Credit):
        hint = did_you_mean(value.text, list(Credit))
        writer.report.at(writer.path, value, "Q004", f'"{value.text[:40]}" is not a way of credit.{hint}')
        return None
    return Credit(value.text)


def _flag(head: Head, key: str, values: Mapping[str, bool], default: bool, writer: Writer) -> bool:
    value = head.settings.get(key)
    if value is None:
        return default
    if value.text not in values:
        message = f'"{value.text[:40]}" is not allowed for {key}: write {" or ".join(values)}.'
        writer.report.at(writer.path, value, "Q004", message)
        return default
    return values[value.text]

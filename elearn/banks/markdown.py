"""A bank as a file of the course format."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from elearn.banks.gaps import written_cloze
from elearn.banks.keys import plain_number, written_number, written_text
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Item,
    Matching,
    Numbers,
    Open,
    Ordering,
    Own,
    OwnKind,
    Texts,
    Truth,
)
from elearn.banks.texts import one_line
from elearn.content.names import ID, free_id, id_of
from elearn.markup.blocks import List, blocks_of
from elearn.markup.text import Line

NO_RUBRIC = "| Criterion | 0 | 1 |\n|---|---|---|\n| The question is answered | no | yes |"
_CHIP = re.compile(r"`([+−–-]?[\d.,]+ ?%|%[\d.]+)`(?=\s*$)")


def write_pool(bank: Bank, pool_id: str) -> str:
    """A pool's file with all questions of a bank; questions without an id, or with one that is taken, get one."""
    title = one_line(bank.title)
    quoted = title.replace("\\", "").replace('"', "'")
    front = f'---\npool: {pool_id}\ntitle: "{quoted}"\n---\n' if title else f"---\npool: {pool_id}\n---\n"
    return "\n".join([front, *(written_question(question) for question in with_ids(bank.questions))])


def with_ids(questions: Iterable[BankQuestion]) -> list[BankQuestion]:
    """The questions, each with an id of its own."""
    taken: set[str] = set()
    named: list[BankQuestion] = []
    for question in questions:
        wanted = question.id if question.id and ID.match(question.id) else id_of(question.id or question.title)
        name = free_id(wanted, taken)
        taken.add(name)
        named.append(replace(question, id=name))
    return named


def written_question(question: BankQuestion) -> str:
    """A question with its heading, ending in a line end."""
    alerts = [
        _alert(kind, text)
        for kind, text in (("TIP", question.hint), ("NOTE", question.explanation), ("IMPORTANT", question.note))
        if text.strip()
    ]
    body = _body(question)
    is_case = isinstance(question.body, Own) and question.body.kind is OwnKind.BRANCHING
    parts = [_heading(question), question.stem, *(alerts if is_case else ()), body, *(() if is_case else alerts)]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _heading(question: BankQuestion) -> str:
    title = one_line(question.title).replace("<!--", "&lt;!--") or "Question"
    if title.endswith("#"):
        title = f"{title[:-1]}\\#"
    settings = [
        ("id", question.id),
        ("points", plain_number(question.points) if question.points != 1 else None),
        ("tags", ", ".join(map(_tag, question.tags)) or None),
        ("credit", question.credit),
        ("shuffle", None if question.shuffle else "no"),
        ("fold", "yo" if question.fold_yo else None),
        *question.settings,
    ]
    said = " | ".join(f"{key}: {value}" for key, value in settings if value is not None)
    return f"## {title} <!-- {said} -->"


def _tag(tag: str) -> str:
    """A tag without what would end it or its comment."""
    return one_line(re.sub(r"[,|<>]|--+", " ", tag))


def _alert(kind: str, text: str) -> str:
    return f"> [!{kind}]\n{_quoted(text)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() if not line.endswith("  ") else f"> {line}" for line in text.split("\n"))


def _body(question: BankQuestion) -> str:
    bullet, point = _signs(question.stem)
    match question.body:
        case Choices(answers, is_single):
            return "\n".join(_choice(answer, bullet, is_single=is_single) for answer in answers)
        case Truth(is_true, if_true, if_false):
            truth = (Answer("True", is_true, None, if_true), Answer("False", not is_true, None, if_false))
            return "\n".join(_choice(answer, bullet, is_single=True) for answer in truth)
        case Texts(keys):
            return "\n".join(_typed(written_text(key), bullet, key.is_right, key.weight, key.feedback) for key in keys)
        case Numbers(numbers):
            return "\n".join(
                _typed(written_number(key), bullet, key.is_right, key.weight, key.feedback) for key in numbers
            )
        case Matching(pairs):
            lines = (one_line(f"{bullet} {one_line(pair.left)} → {one_line(pair.right)}") for pair in pairs)
            return "\n".join(_row(line, None, pair.feedback) for line, pair in zip(lines, pairs, strict=True))
        case Ordering(items):
            rows = (_numbered(number, point, item) for number, item in enumerate(items, start=1))
            return "\n".join(rows)
        case Cloze():
            return written_cloze(question.body)
        case Open(rubric):
            return rubric or NO_RUBRIC
        case Own(_, text):
            return text


def _numbered(number: int, point: str, item: Item) -> str:
    mark = f"{number}{point} "
    said = f"\n{_indented(_quoted(item.feedback), len(mark))}" if item.feedback.strip() else ""
    return f"{mark}{one_line(item.text)}{said}"


def _indented(text: str, width: int) -> str:
    return "\n".join(f"{' ' * width}{line}" for line in text.split("\n"))


def _signs(stem: str) -> tuple[str, str]:
    """The bullet and the sign after a number that begin a new list after the stem, even if that ends with one."""
    blocks, _ = blocks_of([Line(line, number) for number, line in enumerate(stem.split("\n"), start=1)])
    last = blocks[-1] if blocks else None
    if not isinstance(last, List):
        return "-", "."
    sign = last.place.text.lstrip()
    return ("*" if sign.startswith("-") else "-"), (")" if re.match(r"\d+\.", sign) else ".")


def _choice(answer: Answer, bullet: str, *, is_single: bool) -> str:
    mark = ("(x)" if answer.is_right else "( )") if is_single else ("[x]" if answer.is_right else "[ ]")
    words = _CHIP.sub(r"\1", one_line(answer.text))  # a figure in code at the end would be read as the weight
    return _row(f"{bullet} {mark} {words}", answer.weight, answer.feedback)


def _typed(words: str, bullet: str, is_right: bool, weight: Decimal | None, feedback: str) -> str:
    return _row(f"{bullet} {'=' if is_right else '!='} {words}", weight, feedback)


def _row(line: str, weight: Decimal | None, feedback: str) -> str:
    chip = f" `{plain_number(weight)}%`" if weight is not None else ""
    said = f"\n{_indented(_quoted(feedback), 2)}" if feedback.strip() else ""
    return f"{line}{chip}{said}"

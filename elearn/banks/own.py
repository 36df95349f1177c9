"""Kinds that only the course format has, as nearly as others can ask them."""

import re
from dataclasses import replace

from elearn.banks.model import (
    Answer,
    BankQuestion,
    Body,
    Choices,
    Item,
    LeftOut,
    Losses,
    Matching,
    Ordering,
    Own,
    OwnKind,
    Pair,
)
from elearn.banks.texts import joined

_CELL = re.compile(r"(?<!\\)\|")


def as_choices(question: BankQuestion, losses: Losses) -> BankQuestion:
    """A ledger as a question with its table in the stem and its rows to choose; any other question as it is."""
    if not isinstance(question.body, Own) or question.body.kind is not OwnKind.LEDGER:
        return question
    table = [_cells(line) for line in question.body.text.split("\n") if line.strip()]
    if len(table) < 3 or not question.body.text.lstrip().startswith("|"):
        raise LeftOut("Its rows stand in a file of their own, which a question of another system cannot show.")
    why = next((index for index, head in enumerate(table[0]) if head.startswith(">")), None)
    shown = [index for index in range(1, len(table[0])) if index != why]
    rows = [[*cells, *[""] * (len(table[0]) - len(cells))] for cells in table[2:]]
    answers = tuple(
        Answer(
            f"{number}. {' · '.join(row[index] for index in shown if row[index])}",
            row[0].strip().lower() == "[x]",
            None,
            row[why] if why is not None else "",
        )
        for number, row in enumerate(rows, start=1)
    )
    lines = [["No.", *(table[0][index] for index in shown)], ["---"] * (len(shown) + 1)]
    lines += [[str(number), *(row[index] for index in shown)] for number, row in enumerate(rows, start=1)]
    written = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    losses.add("the ledger's own form", "It became a table with its rows to choose; precision and recall are lost.")
    return replace(question, stem=joined(question.stem, written), body=Choices(answers, is_single=False), settings=())


def note_unsaid(body: Body, losses: Losses) -> None:
    """Note feedback of pairs and of items to sort, for which no format has a place."""
    rows: tuple[Pair | Item, ...] = ()
    if isinstance(body, Matching):
        rows = body.pairs
    elif isinstance(body, Ordering):
        rows = body.items
    if any(row.feedback for row in rows):
        losses.add("feedback of single pairs or items", "The format has no place for it. Say it in the explanation.")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(line.strip().removeprefix("|").removesuffix("|"))]

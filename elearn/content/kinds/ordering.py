"""Ordering: items that the author wrote in the right order."""

import re
from dataclasses import replace

from elearn.content.answers import answer_id, unmarked_rows
from elearn.content.kinds.draft import Draft, completed, only_text, renamed
from elearn.content.question import Ordering
from elearn.markup.blocks import Block, List
from elearn.markup.text import Line, trimmed

_NUMBER = re.compile(r"\d+")


def read_ordering(draft: Draft) -> Ordering | None:
    """A numbered list; the order of its lines is the right one."""
    rows = unmarked_rows(draft.block, draft.writer.path, draft.report)
    if rows is None:
        return None
    if len(rows) < 2:
        draft.wrong(rows[0].place, "Q011", "There is only one item to put in order. Add others.")
        return None
    odd = _not_counted(draft.block)
    if odd is not None:
        message = "The numbers do not count up; the order of the lines is the right one. Number them 1, 2, 3."
        draft.wrong(odd, "Q046", message)
        return None
    answers: dict[str, str] = {}
    feedback: dict[str, str] = {}
    for row in rows:
        words = draft.writer.inline(trimmed(row.text))
        name = answer_id(words.plain or row.words)
        if name in answers:
            draft.wrong(row.place, "Q010", "This item is there already. Change or delete one of them.")
            return None
        answers[name] = words.html
        if row.feedback:
            feedback[name] = draft.writer.block(row.feedback).html
    text = replace(draft.text, answers=answers, feedback=feedback)
    return Ordering(**completed(draft, text), items=tuple(answers))


def _not_counted(block: Block) -> Line | None:
    """The first item whose number is not the one before it and one; that all are 1 is usual in Markdown."""
    assert isinstance(block, List), "only a list has the shape of ordering"
    found = [(item.place, _NUMBER.match(item.place.text)) for item in block.items]
    numbers = [int(number.group()) if number is not None else 0 for _, number in found]
    if set(numbers) == {1}:
        return None
    return next((place for at, (place, _) in enumerate(found) if numbers[at] != numbers[0] + at), None)


def merged_ordering(ours: Ordering, theirs: Ordering, language: str) -> Ordering | None:
    """Our question with a translation's words, item by item, or None if they are not as many."""
    if len(ours.items) != len(theirs.items):
        return None
    names = dict(zip(theirs.items, ours.items, strict=True))
    return replace(ours, texts={**ours.texts, language: renamed(only_text(theirs), names)})

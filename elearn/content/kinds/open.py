"""Open answers: a table whose head gives points, one row for each thing that a trainer looks at."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from elearn.content.answers import answer_id
from elearn.content.kinds.draft import Draft, cells_of, completed, only_text, renamed, unescaped
from elearn.content.names import did_you_mean
from elearn.content.question import Criterion, OpenAnswer
from elearn.markup.blocks import Table
from elearn.markup.text import Line

SETTINGS = ("words", "upload")
UPLOADS = ("pdf", "png", "jpg")
MOST_WORDS = 2_500  # as many as fit into the longest text that is kept, marking.open.LONGEST_TEXT
MOST_CRITERIA = 20
MOST_LEVELS = 10


def read_open(draft: Draft) -> OpenAnswer | None:
    """A rubric: the head has the points of each level, a row has a criterion and the words of its levels."""
    assert isinstance(draft.block, Table), "only a table has the shape of a rubric"
    head, *rows = [cells_of(line) for line in (draft.block.lines[0], *draft.block.lines[2:])]
    words, uploads = _words(draft), _uploads(draft)
    levels = tuple(Decimal(cell.text.replace(",", ".")) for cell in head[1:])
    if not _rise(draft, head[1:], levels) or not _fits(draft, head, rows):
        return None
    criteria: list[Criterion] = []
    answers: dict[str, str] = {}
    for cells in rows:
        if not _is_whole(draft, cells, len(head)):
            return None
        name = draft.writer.inline([unescaped(cells[0])])
        criterion = Criterion(answer_id(name.plain or cells[0].text), levels)
        if criterion.id in answers:
            draft.wrong(cells[0], "Q062", "This criterion is there already. Change or delete one of the two rows.")
            return None
        answers[criterion.id] = name.html
        for index, cell in enumerate(cells[1:]):
            answers[criterion.level_id(index)] = draft.writer.inline([unescaped(cell)]).html
        criteria.append(criterion)
    text = replace(draft.text, answers=answers)
    return OpenAnswer(**completed(draft, text), criteria=tuple(criteria), words=words, uploads=uploads)


def _rise(draft: Draft, places: Sequence[Line], levels: Sequence[Decimal]) -> bool:
    """Whether each level is worth more than the one before it; notes the first that is not."""
    for place, lower, higher in zip(places[1:], levels, levels[1:], strict=False):
        if higher <= lower:
            message = "The points in the head of a rubric rise from left to right, such as 0, 1, 2. Put them in order."
            draft.wrong(place, "Q060", message)
            return False
    return True


def _fits(draft: Draft, head: Sequence[Line], rows: Sequence[Sequence[Line]]) -> bool:
    """Whether a rubric has neither too little nor too much; notes it if not."""
    if not rows:
        message = "This rubric has no criterion. Add a row for each: what is looked at, then words for each level."
        draft.wrong(head[0], "Q061", message)
        return False
    if len(rows) > MOST_CRITERIA or len(head) - 1 > MOST_LEVELS:
        message = f"A rubric has at most {MOST_CRITERIA} criteria and {MOST_LEVELS} levels. Shorten it."
        draft.wrong(head[0], "Q064", message)
        return False
    return True


def _is_whole(draft: Draft, cells: Sequence[Line], width: int) -> bool:
    """Whether a row has a criterion and the words of each level; notes what it lacks."""
    if len(cells) != width:
        message = f"This row has {len(cells)} cells, the head {width}. Add or delete a |; write \\| for a sign."
        draft.wrong(cells[0], "Q064", message)
        return False
    empty = next((index for index, cell in enumerate(cells) if not cell.text), None)
    if empty is None:
        return True
    what = "what is looked at" if empty == 0 else "how an answer of this level looks"
    draft.wrong(cells[empty], "Q063", f"This cell is empty. Write in it {what}.")
    return False


def _words(draft: Draft) -> int | None:
    value = draft.head.settings.get("words")
    if value is None:
        return None
    if not (value.text.isascii() and value.text.isdigit() and 1 <= int(value.text[:6]) <= MOST_WORDS):
        message = f"The most words are a whole number from 1 to {MOST_WORDS:,}, such as words: 150."
        draft.wrong(value, "Q004", message)
        return None
    return int(value.text)


def _uploads(draft: Draft) -> tuple[str, ...]:
    value = draft.head.settings.get("upload")
    names = [name.strip().lower().removeprefix(".") for name in value.text.split(",")] if value is not None else []
    for name in names:
        if value is not None and name not in UPLOADS:
            hint = did_you_mean(name, UPLOADS)
            draft.wrong(value, "Q004", f'"{name[:20]}" is no kind of file that can be attached.{hint}')
    return tuple(name for name in UPLOADS if name in names)


def merged_open(ours: OpenAnswer, theirs: OpenAnswer, language: str) -> OpenAnswer | None:
    """Our question with a translation's words, row by row, or None if its rubric is not ours."""
    if [criterion.levels for criterion in ours.criteria] != [criterion.levels for criterion in theirs.criteria]:
        return None
    names: dict[str, str] = {}
    for our, their in zip(ours.criteria, theirs.criteria, strict=True):
        names[their.id] = our.id
        names |= {their.level_id(index): our.level_id(index) for index in range(len(our.levels))}
    return replace(ours, texts={**ours.texts, language: renamed(only_text(theirs), names)})

"""Matching: left sides, each with the right side that belongs to it, and right sides that belong to none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from elearn.content.answers import Row, answer_id, sides_of, unmarked_rows
from elearn.content.kinds.draft import Draft, completed, only_text, renamed
from elearn.content.question import Matching, Pair
from elearn.markup.text import Line, trimmed


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a row: the id and the HTML of its words."""

    id: str
    html: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A row with its sides; ``left`` None: a distractor."""

    row: Row
    left: _Side | None
    right: _Side


def read_matching(draft: Draft) -> Matching | None:
    """A list of ``left → right``; an empty left side makes a distractor.

    Two left sides may have the same right side: it is then one choice that is right twice.
    """
    rows = unmarked_rows(draft.block, draft.writer.path, draft.report)
    sides = [_read(draft, row) for row in rows or ()]
    read = [each for each in sides if each is not None]
    if rows is None or len(read) < len(rows) or not _differ(draft, read):
        return None
    if sum(each.left is not None for each in read) < 2:
        draft.wrong(rows[0].place, "Q011", "Matching needs at least two left sides. Add pairs: left → right.")
        return None
    if len({each.right.id for each in read}) < 2:
        message = "There is only one right side to choose. Add others, or a distractor: nothing, →, its words."
        draft.wrong(rows[0].place, "Q011", message)
        return None
    answers = {side.id: side.html for each in read for side in (each.left, each.right) if side is not None}
    feedback = {
        (each.left or each.right).id: draft.writer.block(each.row.feedback).html for each in read if each.row.feedback
    }
    return Matching(
        **completed(draft, replace(draft.text, answers=answers, feedback=feedback)),
        pairs=tuple(Pair(each.left.id, each.right.id) for each in read if each.left is not None),
        distractors=tuple(each.right.id for each in read if each.left is None),
    )


def _read(draft: Draft, row: Row) -> _Read | None:
    """The sides of a row, or None with a problem."""
    sides = sides_of(row.text)
    if len(sides) == 1:
        draft.wrong(row.place, "Q040", "This answer has no arrow. Write it as left → right, or left -> right.")
        return None
    if len(sides) > 2:
        message = "This pair has two arrows. Leave one; put an arrow that belongs to the words into backticks."
        draft.wrong(row.place, "Q041", message)
        return None
    left, right = sides
    if not right:
        message = "Nothing stands right of the arrow. Write there what belongs to the left side, or delete the line."
        draft.wrong(row.place, "Q042", message)
        return None
    # The ids tell the sides apart, so that the same words may stand on both.
    return _Read(row, _side(draft, left, "{} →") if left else None, _side(draft, right, "→ {}"))


def _side(draft: Draft, lines: Sequence[Line], form: str) -> _Side:
    words = draft.writer.inline(trimmed(lines))
    plain = words.plain or " ".join(line.text.strip() for line in lines)
    return _Side(answer_id(form.format(plain)), words.html)


def _differ(draft: Draft, read: Sequence[_Read]) -> bool:
    """Whether every left side and every distractor stands once; notes the first that does not."""
    lefts: dict[str, str] = {}
    others = {each.right.id for each in read if each.left is not None}
    for each in read:
        if each.left is None:
            if each.right.id in others:
                message = "This distractor stands on another line as well. Change it, or delete one of them."
                draft.wrong(each.row.place, "Q044", message)
                return False
            others.add(each.right.id)
        elif each.left.id in lefts:
            message = (
                "This pair is there already. Delete one of them."
                if lefts[each.left.id] == each.right.id
                else "This left side is there already, and each has one right side. Change or delete one of them."
            )
            draft.wrong(each.row.place, "Q043", message)
            return False
        else:
            lefts[each.left.id] = each.right.id
    return True


def merged_matching(ours: Matching, theirs: Matching, language: str) -> Matching | None:
    """Our question with a translation's words, or None if its pairs are not ours."""
    if _pattern(ours) != _pattern(theirs):
        return None
    pairs = list(zip(theirs.pairs, ours.pairs, strict=True))
    names = {their.left: our.left for their, our in pairs} | {their.right: our.right for their, our in pairs}
    names |= dict(zip(theirs.distractors, ours.distractors, strict=True))
    return replace(ours, texts={**ours.texts, language: renamed(only_text(theirs), names)})


def _pattern(question: Matching) -> tuple[list[int], int]:
    """Which pairs share a right side, and how many distractors there are."""
    rights = [pair.right for pair in question.pairs]
    return [rights.index(right) for right in rights], len(question.distractors)

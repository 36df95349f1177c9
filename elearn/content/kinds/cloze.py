"""Cloze: a text with gaps, each filled with a word, a number or one of a few choices.

Inside ``[[ ]]`` stand the marks of lists of answers, with ``|`` between the answers; no mark means ``=``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from elearn.content.answers import GAP_OPEN, Row, Shape, answer_id, without_chip
from elearn.content.kinds.draft import Draft, completed, one_is_right, only_text, refuse_doubles, renamed
from elearn.content.kinds.typed import typed_answers, with_units_of
from elearn.content.question import Choice, ChoiceGap, Cloze, Gap, NumberAnswer, NumberGap, TextAnswer, TextGap
from elearn.markup.blocks import Code, List, Quote, Table, spans_of
from elearn.markup.inline import without_code
from elearn.markup.slots import gap_mark, split_at_gaps
from elearn.markup.source import fence_after
from elearn.markup.text import Line

MOST_GAPS = 50
_MOVE = "Move it into plain text: not into code, a link, a picture or a footnote."
_CHOICE = re.compile(r"\(([ xX]?)\)(?: +|$)")
_TIGHT = re.compile(r"\([ xX]?\)(?=\S)|!?=(?=[^\s=])")
_TYPED = re.compile(r"(!?=)(?!=) *")
_PATTERN = re.compile(r" */.{1,300}?/(?= *(?:`[^`]*`)? *(?:\\?\||\]\]))")


@dataclass(frozen=True, slots=True)
class _Slot:
    """A gap as it is written: where it stands, and its answers."""

    place: Line
    answers: tuple[Line, ...]


def read_cloze(draft: Draft) -> Cloze | None:
    """The text from the first gap on."""
    lines, slots = _cut_gaps(draft, (*draft.lines, *draft.after))
    if not slots:
        draft.wrong(draft.lines[0].stripped(), "Q053", f"The gap of this text is inside code. {_MOVE}")
        return None
    if len(slots) > MOST_GAPS:
        draft.wrong(slots[MOST_GAPS].place, "Q054", f"There are more than {MOST_GAPS} gaps. Make two questions of it.")
        return None
    gaps: list[Gap | None] = []
    answers: dict[str, str] = {}
    for number, slot in enumerate(slots, start=1):
        gaps.append(_gap(draft, slot, number, answers))
    written = draft.writer.page(lines, draft.writer.name, lambda _: "")
    pieces, found = split_at_gaps(written.html)
    if list(found) != list(range(len(slots))):
        lost = next((number for number in range(len(slots)) if found[number : number + 1] != (number,)), 0)
        draft.wrong(slots[lost].place, "Q053", f"No gap can stand here. {_MOVE}")
        return None
    known = tuple(gap for gap in gaps if gap is not None)
    if len(known) < len(gaps):
        return None
    text = replace(draft.text, answers=answers, passage=pieces)
    return Cloze(**completed(draft, text), gaps=known, fold_yo=draft.fold_yo, shuffle=draft.shuffle)


# --- the text --------------------------------------------------------------------------------------------------------


def _cut_gaps(draft: Draft, lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[_Slot, ...]]:
    """The lines with marks where the gaps were, and the gaps; code is left as it is."""
    kept: list[Line] = []
    slots: list[_Slot] = []
    for block, start, end in spans_of(lines):
        piece = lines[start:end]
        if isinstance(block, Code):
            kept += piece
            continue
        fence: str | None = None
        masks = without_code("\n".join(line.text for line in piece)).split("\n")
        for line, mask in zip(piece, masks, strict=True):
            fence, is_code = fence_after(fence, line.text)
            is_code = is_code and isinstance(block, List | Quote)  # only they hold more than running text
            kept.append(line if is_code else _cut_line(draft, line, mask, slots, is_table=isinstance(block, Table)))
    return tuple(kept), tuple(slots)


def _cut_line(draft: Draft, line: Line, mask: str, slots: list[_Slot], *, is_table: bool) -> Line:
    """The line with marks where its gaps were; ``mask`` is its text without code."""
    made, at = "", 0
    while (opened := GAP_OPEN.search(mask, at)) is not None:
        place = line.cut(opened.start())
        bars, end = _bars(line.text, opened.end())
        if end is None:
            draft.wrong(place, "Q050", "The gap is not closed. Write ]] after it on the same line.")
            slots.append(_Slot(place, ()))
            return Line(made + line.text[at : opened.start()] + gap_mark(len(slots) - 1), line.number, line.column)
        for bar in bars:
            if is_table and line.text[bar - 1] != "\\":
                draft.wrong(line.cut(bar), "Q052", r"In a table this would end the cell. Write \| instead of |.")
        starts = (opened.end(), *(bar + 1 for bar in bars))
        ends = (*(bar - (line.text[bar - 1] == "\\") for bar in bars), end)
        answers = (line.cut(*cut).stripped() for cut in zip(starts, ends, strict=True))
        made += line.text[at : opened.start()] + gap_mark(len(slots))
        slots.append(_Slot(place, tuple(_unescaped(answer) if is_table else answer for answer in answers)))
        at = end + 2
    return Line(made + line.text[at:], line.number, line.column)


def _unescaped(answer: Line) -> Line:
    return Line(answer.text.replace("\\|", "|"), answer.number, answer.column)


def _bars(text: str, at: int) -> tuple[list[int], int | None]:
    """Where the answers of a gap end that begins there, and where the gap does; None if it is not closed.

    What stands in a pattern ends neither.
    """
    bars: list[int] = []
    begin = at
    while at < len(text):
        if (at == begin or text[at - 1] in "=|") and (pattern := _PATTERN.match(text, at)):
            at = pattern.end()
        if text.startswith("]]", at):
            return bars, at
        if text[at] == "|":
            bars.append(at)
        at += 1
    return bars, None


# --- a gap -----------------------------------------------------------------------------------------------------------


def _gap(draft: Draft, slot: _Slot, number: int, answers: dict[str, str]) -> Gap | None:
    """The gap of that number; the words of its choices are put among the answers."""
    rows = list(_rows(draft, slot))
    if not rows or len(rows) < len(slot.answers):
        return None
    is_choice = [row.mark in ("x", "") for row in rows]
    if any(is_choice) and not all(is_choice):
        other = rows[is_choice.index(not is_choice[0])]
        draft.wrong(other.place, "Q051", "A gap is either chosen, ( ) and (x), or typed, =. Write one of the two.")
        return None
    if is_choice[0]:
        return _choice_gap(replace(draft, shape=Shape.ROUND, rows=tuple(rows)), number, answers)
    typed = typed_answers(replace(draft, shape=Shape.TYPED, rows=tuple(rows)))
    if typed is None:
        return None
    numbers = tuple(answer for answer in typed if isinstance(answer, NumberAnswer))
    texts = tuple(answer for answer in typed if isinstance(answer, TextAnswer))
    return NumberGap(numbers) if numbers else TextGap(texts)


def _rows(draft: Draft, slot: _Slot) -> Iterator[Row]:
    """The answers of a gap that can be read."""
    for answer in slot.answers:
        chosen, typed = _CHOICE.match(answer.text), _TYPED.match(answer.text)
        found = chosen or typed
        if found is None and _TIGHT.match(answer.text):
            draft.wrong(answer, "Q008", "A space is missing after the mark. Begin it with ( ) or (x) and a space.")
            continue
        mark = chosen[1].strip().lower() if chosen else typed[1] if typed else "="
        words = answer.cut(found.end() if found else 0)
        text, weight = without_chip((words,), draft.writer.path, draft.report)
        if all(line.is_blank for line in text):
            place = answer if answer.text else slot.place
            draft.wrong(place, "Q009", "This gap has an empty answer. Write its words, or delete the |.")
            continue
        yield Row(mark, text, weight, (), answer)


def _choice_gap(draft: Draft, number: int, answers: dict[str, str]) -> ChoiceGap | None:
    rights = [row for row in draft.rows if row.mark == "x"]
    if len(draft.rows) < 2:
        draft.wrong(draft.rows[0].place, "Q011", "There is only one answer to choose. Add others after a |.")
        return None
    if not one_is_right(draft, rights):
        return None
    if len(rights) > 1:
        draft.wrong(rights[1].place, "Q013", "Several answers of this gap are marked (x). Leave one.")
        return None
    choices: list[Choice] = []
    words: dict[str, str] = {}
    for row in draft.rows:
        is_right = row.mark == "x"
        if row.weight is not None and (is_right or not 0 <= row.weight < 100):
            draft.wrong(row.place, "Q014", "The right answer earns 100%, a wrong one less. Change the weight.")
        written = draft.writer.inline(row.text)
        # the number keeps the same words in two gaps apart, whose translations may differ
        name = answer_id(f"{number} {written.plain or row.words}")
        words[name] = written.html
        share = Decimal(1) if is_right else (row.weight or Decimal(0)) / 100
        choices.append(Choice(name, is_right, share))
    if not refuse_doubles(draft, [choice.id for choice in choices]):
        return None
    answers.update(words)
    return ChoiceGap(tuple(choices))


# --- translations ----------------------------------------------------------------------------------------------------


def merged_cloze(ours: Cloze, theirs: Cloze, language: str) -> Cloze | None:
    """Our question with a translation's words, or None if its gaps are not ours, one by one."""
    if len(ours.gaps) != len(theirs.gaps):
        return None
    gaps: list[Gap] = []
    names: dict[str, str] = {}
    for our, their in zip(ours.gaps, theirs.gaps, strict=True):
        gap = _merged_gap(our, their)
        if gap is None:
            return None
        gaps.append(gap)
        if isinstance(our, ChoiceGap) and isinstance(their, ChoiceGap):
            names |= {second.id: first.id for first, second in zip(our.choices, their.choices, strict=True)}
    text = renamed(only_text(theirs), names)
    return replace(ours, gaps=tuple(gaps), texts={**ours.texts, language: text})


def _merged_gap(our: Gap, their: Gap) -> Gap | None:
    match our, their:
        case ChoiceGap(), ChoiceGap():
            same = [(row.is_right, row.weight) for row in our.choices] == [
                (row.is_right, row.weight) for row in their.choices
            ]
            return our if same else None
        case NumberGap(), NumberGap():
            numbers = with_units_of(our.answers, their.answers)
            return NumberGap(numbers) if numbers is not None else None
        case TextGap(), TextGap():
            weights = [[(row.is_refused, row.weight) for row in gap.answers] for gap in (our, their)]
            known = {answer.id for answer in our.answers}
            # a word accepted in one language is accepted in all, as in a question of its own
            others = (answer for answer in their.answers if answer.id not in known)
            return TextGap((*our.answers, *others)) if weights[0] == weights[1] else None
    return None

"""What is typed: a word or a number."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import re2

from elearn.content.answers import Row, answer_id
from elearn.content.kinds.draft import (
    Draft,
    one_is_right,
    only_text,
    refuse_doubles,
    renamed,
    warn_of_silence,
    with_feedback,
)
from elearn.content.numbers import Range, looks_scientific, looks_spanned, parse_range
from elearn.content.question import Number, NumberAnswer, ShortText, TextAnswer

_PATTERN = re.compile(r"/(.*)/\Z", re.DOTALL)
_LONGEST_PATTERN = 200
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_ENDLESS = re.compile(r"[*+]|\{\d+,\}|\{\d{2,}(?:,\d+)?\}")
_MOST_COMPARED = 50  # accepted answers with every refused one: nobody writes more, and a hostile file could
KeyAnswer = TypeVar("KeyAnswer", TextAnswer, NumberAnswer)


def read_typed(draft: Draft) -> ShortText | Number | None:
    """A list of = and !=: a number if all are numbers."""
    answers = typed_answers(draft)
    if answers is None:
        return None
    for row in draft.rows:
        if row.mark == "!=" and not row.feedback:
            warn_of_silence(draft, row)
    common = with_feedback(draft, [answer.id for answer in answers])
    numbers = tuple(answer for answer in answers if isinstance(answer, NumberAnswer))
    texts = tuple(answer for answer in answers if isinstance(answer, TextAnswer))
    if numbers:
        return Number(**common, answers=numbers)
    return ShortText(**common, answers=texts, fold_yo=draft.fold_yo)


def typed_answers(draft: Draft) -> tuple[TextAnswer, ...] | tuple[NumberAnswer, ...] | None:
    """The answers of the key in rows of = and !=: numbers if all are; None (with problems) if one cannot be read."""
    rights = [row for row in draft.rows if row.mark == "="]
    if not one_is_right(draft, rights):
        return None
    for row in draft.rows:
        if row.mark == "!=" and row.weight is not None:
            draft.wrong(row.place, "Q015", "A refused answer (!=) has no weight. Delete it.")
        if row.mark == "=" and row.weight is not None and row.weight <= 0:
            draft.wrong(row.place, "Q015", "An accepted answer (=) earns more than 0%. Use != for a wrong one.")
    ranges = [parse_range(row.words) for row in draft.rows]
    if all(found is not None for found in ranges):
        numbers = _number_answers(draft, [found for found in ranges if found is not None])
        _refuse_dead(draft, numbers, _number_taker)
        return numbers
    texts = _text_answers(draft)
    if texts is not None:
        _refuse_dead(draft, texts, _text_taker)
    return texts


def _refuse_dead(
    draft: Draft, answers: Sequence[KeyAnswer], taker: Callable[[KeyAnswer], Callable[[KeyAnswer], bool]]
) -> None:
    """Note the first accepted answer that can earn nothing, as one that is refused takes all that it accepts."""
    rows = list(zip(draft.rows, answers, strict=True))
    accepted = [(row, answer) for row, answer in rows if not answer.is_refused][:_MOST_COMPARED]
    for row, refused in rows:
        takes = taker(refused) if refused.is_refused else None
        dead = next((other for other, answer in accepted if takes(answer)), None) if takes is not None else None
        if dead is not None:
            message = f'This refused answer takes all that "{dead.words[:40]}" accepts. Make it narrower, or delete it.'
            draft.wrong(row.place, "Q024", message)
            return


def _number_taker(refused: NumberAnswer) -> Callable[[NumberAnswer], bool]:
    unit = (refused.unit or "").casefold()

    def takes(other: NumberAnswer) -> bool:
        return refused.low <= other.low and other.high <= refused.high and (other.unit or "").casefold() == unit

    return takes


def _text_taker(refused: TextAnswer) -> Callable[[TextAnswer], bool]:
    if not refused.is_pattern:  # the same words twice are a problem of their own
        return lambda _: False
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    pattern = re2.compile(refused.text, options)
    return lambda other: not other.is_pattern and pattern.fullmatch(other.text) is not None


def _number_answers(draft: Draft, ranges: list[Range]) -> tuple[NumberAnswer, ...]:
    answers: list[NumberAnswer] = []
    for row, found in zip(draft.rows, ranges, strict=True):
        if found.is_ambiguous:
            message = "This could be read with thousands or as a fraction. Write it without the comma, as in 15000."
            draft.wrong(row.place, "Q017", message)
        name = answer_id(f"{found.low}..{found.high} {found.unit}")
        is_refused = row.mark == "!="
        weight = Decimal(0) if is_refused else _accepted(row.weight)
        answers.append(NumberAnswer(name, found.low, found.high, found.unit, is_refused, weight))
    refuse_doubles(draft, [answer.id for answer in answers])
    if not any(answer.weight == 1 for answer in answers):
        draft.wrong(draft.rows[0].place, "Q014", "One answer must earn 100%. Delete the weight of the best one.")
    return tuple(answers)


def _text_answers(draft: Draft) -> tuple[TextAnswer, ...] | None:
    answers: list[TextAnswer] = []
    for row in draft.rows:
        words = row.words
        pattern = _PATTERN.match(words)
        is_unread = looks_spanned(words) and parse_range(words) is None and words[0] in "+-−0123456789"
        if pattern is None and (is_unread or looks_scientific(words)):
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
    refuse_doubles(draft, [answer.id for answer in answers])
    if not any(answer.weight == 1 for answer in answers):
        draft.wrong(draft.rows[0].place, "Q014", "One answer must earn 100%. Delete the weight of the best one.")
    return tuple(answers)


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
    if _repeats_a_repetition(pattern):
        message = "The pattern repeats a repetition, as (a+)+ does. Say it once, a+: elsewhere it may run for ever."
        draft.wrong(row.place, "Q025", message)
    return True


def _repeats_a_repetition(pattern: str) -> bool:
    """Whether what is repeated without end, or ten times and more, is a group in which something already is.

    RE2 reads each letter once whatever the pattern says, so this is no danger here, but it is never what was meant,
    and engines that go back take years for it.
    """
    holds_one = [False]  # for each open group, whether something in it is repeated without end
    closed: bool | None = None  # of the group that was closed just now
    for piece in _PIECE.findall(pattern):
        if piece == "(":
            holds_one.append(False)
        elif piece == ")" and len(holds_one) > 1:
            closed = holds_one.pop()
            holds_one[-1] |= closed
            continue
        elif _ENDLESS.fullmatch(piece):
            if closed:
                return True
            holds_one[-1] = True
        closed = None
    return False


def _accepted(weight: Decimal | None) -> Decimal:
    return Decimal(1) if weight is None else weight / 100


def merged_text(ours: ShortText, theirs: ShortText, language: str) -> ShortText | None:
    """Our question with a translation's words, or None if its marks are not ours."""
    if [(row.is_refused, row.weight) for row in ours.answers] != [
        (row.is_refused, row.weight) for row in theirs.answers
    ]:
        return None
    known = {answer.id for answer in ours.answers}
    others = tuple(answer for answer in theirs.answers if answer.id not in known)
    # a word accepted in one language is accepted in all: officers answer in the language they think in
    return replace(ours, answers=(*ours.answers, *others), texts={**ours.texts, language: only_text(theirs)})


def merged_number(ours: Number, theirs: Number, language: str) -> Number | None:
    """The same for a number, whose unit may be written in the translation's own way."""
    answers = with_units_of(ours.answers, theirs.answers)
    if answers is None:
        return None
    text = only_text(theirs)
    names = {their.id: our.id for our, their in zip(ours.answers, theirs.answers, strict=True)}
    feedback = {**text.feedback, **renamed(text, names).feedback}  # under both ids: either unit may be typed
    text = replace(text, feedback=feedback)
    return replace(ours, answers=answers, texts={**ours.texts, language: text})


def with_units_of(ours: tuple[NumberAnswer, ...], theirs: tuple[NumberAnswer, ...]) -> tuple[NumberAnswer, ...] | None:
    """Our answers, and those of a translation in units that we do not have; None if its marks are not ours."""
    marks = [[(row.low, row.high, row.is_refused, row.weight) for row in answers] for answers in (ours, theirs)]
    if marks[0] != marks[1]:
        return None
    units = {our.unit.casefold() for our in ours if our.unit is not None}
    return (*ours, *(their for their in theirs if their.unit is not None and their.unit.casefold() not in units))

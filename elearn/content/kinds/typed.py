"""What is typed: a word or a number."""

import re
from dataclasses import replace
from decimal import Decimal

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
from elearn.content.numbers import Range, looks_spanned, parse_range
from elearn.content.question import Number, NumberAnswer, ShortText, TextAnswer

_PATTERN = re.compile(r"/(.*)/\Z", re.DOTALL)
_LONGEST_PATTERN = 200


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
        return _number_answers(draft, [found for found in ranges if found is not None])
    return _text_answers(draft)


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
        if pattern is None and looks_spanned(words) and parse_range(words) is None and words[0] in "+-−0123456789":
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
    return True


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
    """The same for a number."""
    marks = [[(row.low, row.high, row.is_refused, row.weight) for row in each.answers] for each in (ours, theirs)]
    if marks[0] != marks[1]:
        return None
    names = {their.id: our.id for our, their in zip(ours.answers, theirs.answers, strict=True)}
    return replace(ours, texts={**ours.texts, language: renamed(only_text(theirs), names)})

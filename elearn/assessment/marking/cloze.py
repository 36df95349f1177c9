"""Marking cloze: a word, a number or a choice for each gap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, clean_line, marked
from elearn.assessment.marking.typed import LONGEST_TEXT, accepted_number, accepted_text, met_by_number, met_by_text
from elearn.content.question import ChoiceGap, Cloze, Credit, Gap, NumberGap, TextGap


@dataclass(frozen=True, slots=True)
class Filled:
    """What each gap was filled with, in their order: text, the id of a choice, or "" for nothing; never all blank."""

    values: tuple[str, ...]


def read_cloze(question: Cloze, values: Sequence[str]) -> Filled | None:
    """A value for each gap by its place; choices there are not, and values beyond the last gap, are dropped."""
    sent = [*values[: len(question.gaps)], *[""] * (len(question.gaps) - len(values))]
    kept = tuple(_kept(gap, value) for gap, value in zip(question.gaps, sent, strict=True))
    return Filled(kept) if any(kept) else None


def _kept(gap: Gap, value: str) -> str:
    if isinstance(gap, ChoiceGap):
        return value if any(choice.id == value for choice in gap.choices) else ""
    return clean_line(value, LONGEST_TEXT)


def mark_cloze(question: Cloze, response: Filled | None) -> Marked:
    """What became of each gap, by :func:`gap_id`, and the share of the points that this makes.

    Let n be the gaps and s what each earns, 0 to 1; a blank gap earns nothing and is not wrong.

    ``exact``
        1 if every s = 1, else 0.
    ``proportional``
        Σ s / n: each gap is worth the same (as Moodle's embedded answers and QTI's text entries with equal mappings).
    ``proportional-correct``
        Σ s / n as long as no gap is filled wrongly (s = 0), else 0.
    """
    values = response.values if response is not None else ("",) * len(question.gaps)
    shares = [gap_share(question, gap, value) for gap, value in zip(question.gaps, values, strict=True)]
    verdicts = {
        gap_id(place): _verdict(value, share) for place, (value, share) in enumerate(zip(values, shares, strict=True))
    }
    total = sum(shares, NOTHING) / len(shares)
    is_spoilt = question.credit is Credit.PROPORTIONAL_CORRECT and AnswerVerdict.WRONG in verdicts.values()
    if total < ALL and (question.credit is Credit.EXACT or is_spoilt):
        total = NOTHING
    return marked(question, total, verdicts, is_blank=response is None)


def gap_id(place: int) -> str:
    """The name of the gap at that place (from 0) among the verdicts."""
    return f"gap-{place + 1}"


def gap_share(question: Cloze, gap: Gap, value: str) -> Decimal:
    """What a value earns of its gap, 0 to 1."""
    if not value:
        return NOTHING
    match gap:
        case ChoiceGap():
            chosen = next((choice for choice in gap.choices if choice.id == value), None)
            return NOTHING if chosen is None else ALL if chosen.is_right else max(NOTHING, chosen.weight)
        case TextGap():
            text = met_by_text(gap.answers, value, fold_yo=question.fold_yo)
            return NOTHING if text is None or text.is_refused else text.weight
        case NumberGap():
            number = met_by_number(gap.answers, value)
            return NOTHING if number is None or number.is_refused else number.weight
        case _:
            assert_never(gap)


def _verdict(value: str, share: Decimal) -> AnswerVerdict:
    if not value:
        return AnswerVerdict.MISSED
    return AnswerVerdict.HIT if share > 0 else AnswerVerdict.WRONG


def right_cloze(question: Cloze) -> Filled:
    """What earns all points in every gap."""
    return Filled(tuple(_right_value(gap) for gap in question.gaps))


def _right_value(gap: Gap) -> str:
    match gap:
        case ChoiceGap():
            return next(choice.id for choice in gap.choices if choice.is_right)
        case TextGap():
            return accepted_text(gap.answers)
        case NumberGap():
            return accepted_number(gap.answers)
        case _:
            assert_never(gap)

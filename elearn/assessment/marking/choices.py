"""Marking choices: one row, several rows, true or false. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, marked
from elearn.content.question import Choice, Credit, Hotspot, SeveralChoice, SingleChoice, TrueFalse


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows chosen, by id, in the order the question has them; never empty."""

    ids: tuple[str, ...]


def truth_choices(question: TrueFalse) -> tuple[Choice, ...]:
    """True and false as rows."""
    return (_truth("true", question.is_true), _truth("false", not question.is_true))


def _truth(answer_id: str, is_right: bool) -> Choice:
    return Choice(answer_id, is_right, ALL if is_right else NOTHING)


def read_one(choices: Sequence[Choice], values: Sequence[str]) -> Chosen | None:
    """The first row sent that there is."""
    known = {choice.id for choice in choices}
    first = next((value for value in values if value in known), None)
    return Chosen((first,)) if first is not None else None


def read_several(choices: Sequence[Choice], values: Sequence[str]) -> Chosen | None:
    """The rows sent that there are, in the order of the question."""
    sent = set(values)
    ids = tuple(choice.id for choice in choices if choice.id in sent)
    return Chosen(ids) if ids else None


def mark_one(
    question: SingleChoice | TrueFalse | Hotspot, choices: Sequence[Choice], response: Chosen | None
) -> Marked:
    """The right row earns all points; a wrong row its own weight, if the author gave it one."""
    chosen = response.ids if response is not None else ()
    share = max((ALL if row.is_right else row.weight for row in choices if row.id in chosen), default=NOTHING)
    return marked(question, share, verdicts_on(choices, chosen), is_blank=response is None)


def mark_several(question: SeveralChoice | Hotspot, response: Chosen | None) -> Marked:
    """See :func:`share_of_choices`."""
    chosen = response.ids if response is not None else ()
    share = share_of_choices(question.choices, chosen, question.credit)
    return marked(question, share, verdicts_on(question.choices, chosen), is_blank=response is None)


def share_of_choices(choices: Sequence[Choice], chosen: Sequence[str], credit: Credit) -> Decimal:
    """The share of the points, 0 to 1, that choosing these rows earns.

    Let R be the rows that are right and C those chosen; w is the weight of a row (the right ones' weights make 1).

    ``exact``
        1 if C = R, else 0.
    ``proportional``
        max(0, Σ w(C ∩ R) − Σ p(C ∖ R)): what is right earns its weight, what is wrong costs its price p: the weight
        below zero that the author gave it, else an equal share of the whole, 1 / |wrong rows|. Choosing everything
        earns nothing.
    ``proportional-correct``
        The same, but a wrong row to which the author gave no price takes everything: Σ w(C ∩ R) as long as no such row
        is chosen, else 0.
    """
    right = {choice.id for choice in choices if choice.is_right}
    picked = {choice.id for choice in choices if choice.id in chosen}
    if picked == right:
        return ALL if right else NOTHING
    if credit is Credit.EXACT:
        return NOTHING
    wrong = [choice for choice in choices if choice.id not in right]
    unpriced = ALL if credit is Credit.PROPORTIONAL_CORRECT else ALL / max(len(wrong), 1)
    earned = sum((choice.weight for choice in choices if choice.id in picked & right), NOTHING)
    lost = sum((-choice.weight if choice.weight < 0 else unpriced for choice in wrong if choice.id in picked), NOTHING)
    return max(NOTHING, min(ALL, earned) - lost)


def verdicts_on(choices: Sequence[Choice], chosen: Sequence[str]) -> dict[str, AnswerVerdict]:
    """What became of each row."""
    return {
        choice.id: (AnswerVerdict.HIT if choice.is_right else AnswerVerdict.WRONG)
        if choice.id in chosen
        else (AnswerVerdict.MISSED if choice.is_right else AnswerVerdict.LEFT)
        for choice in choices
    }

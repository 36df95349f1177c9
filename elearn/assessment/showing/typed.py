"""Showing what is typed: after marking, the words one might have written and what is said to this one."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.marking import Marked
from elearn.content.question import Number, NumberAnswer, QuestionText, ShortText, TextAnswer
from elearn.markup.safe import compiled
from elearn.web.i18n import number


def accepted(question: ShortText | Number) -> tuple[str, ...]:
    """The answers that earn all points, in words."""
    return accepted_words(question.answers)


def accepted_words(answers: Sequence[TextAnswer | NumberAnswer]) -> tuple[str, ...]:
    """Those of a key that earn all points, in words."""
    words = (_accepted_words(answer) for answer in answers if not answer.is_refused and answer.weight == 1)
    return tuple(word for word in words if word is not None)


def feedback_on(text: QuestionText, marked: Marked) -> Markup | None:
    """What is said to the answer of the key that was met."""
    found = next((text.feedback[met] for met in marked.answers if met in text.feedback), None)
    return compiled(found) if found else None


def _accepted_words(answer: TextAnswer | NumberAnswer) -> str | None:
    """How a right answer is shown; a pattern is no word and is left out."""
    if isinstance(answer, TextAnswer):
        return None if answer.is_pattern else answer.text
    value = _exact(answer.low) if answer.low == answer.high else f"{_exact(answer.low)}–{_exact(answer.high)}"
    return f"{value}\u00a0{answer.unit}" if answer.unit else value


def _exact(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    has_few_places = isinstance(exponent, int) and exponent >= -3
    return number(value) if has_few_places else f"{value.normalize():f}"

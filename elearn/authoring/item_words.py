"""Words of item analysis: figures, answers, and what they suggest."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from markupsafe import Markup

from elearn.assessment.analysis import JUDGED_FROM, Concern, ItemFigures
from elearn.authoring.items import Order
from elearn.content.question import (
    ChoiceGap,
    Cloze,
    Gap,
    Number,
    NumberAnswer,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
)
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, marked, number

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORDERS: Mapping[Order, str] = {
    Order.ATTENTION: marked("What needs attention first"),
    Order.QUIZ: marked("As in the quiz"),
    Order.FACILITY: marked("The hardest first"),
    Order.DISCRIMINATION: marked("What tells least first"),
}


def percent(share: float) -> str:
    """A share in whole per cent, as a page shows it."""
    return f"{number(round(share * 100))}\u00a0%"


def strength(discrimination: float | None) -> str:
    """A correlation with two places; a dash where there is none. A hair under nought is nought."""
    if discrimination is None:
        return "–"
    mark = number(0.5)[1:-1]  # what stands between 0 and 5
    return f"{round(discrimination, 2) + 0.0:.2f}".replace(".", mark).replace("-", "−")


def time_words(seconds: int | None) -> str:
    """A time as one says it: seconds up to two minutes."""
    if seconds is None:
        return "–"
    if seconds < 120:
        return gettext("%(seconds)s s", seconds=seconds)
    return gettext("%(minutes)s min", minutes=round(seconds / 60))


def letters_of(question: Question) -> dict[str, str]:
    """The letter of each row one may choose, in the author's order."""
    if not isinstance(question, SingleChoice | SeveralChoice):
        return {}
    return {choice.id: letter for choice, letter in zip(question.choices, LETTERS, strict=False)}


def answer_words(question: Question, text: QuestionText, source: QuestionText, option_id: str) -> Markup | str:
    """What an answer says: a row's words, what is typed, or which gap it is and what belongs into it."""
    if isinstance(question, ShortText | Number):
        return next(_typed_words(answer) for answer in question.answers if answer.id == option_id)
    words = {**source.answers, **text.answers}
    if isinstance(question, Cloze):
        place = int(option_id.removeprefix("gap-"))
        return gettext("Gap %(number)s: %(words)s", number=place, words=_gap_words(question.gaps[place - 1], words))
    return compiled(words.get(option_id, option_id))


def _gap_words(gap: Gap, words: Mapping[str, str]) -> str:
    """What earns all in a gap: the first of several."""
    if isinstance(gap, ChoiceGap):
        return next(compiled(words[choice.id]).striptags() for choice in gap.choices if choice.is_right)
    return next(_typed_words(answer) for answer in gap.answers if answer.weight == 1)


def _typed_words(answer: TextAnswer | NumberAnswer) -> str:
    if isinstance(answer, TextAnswer):
        return f"/{answer.text}/" if answer.is_pattern else answer.text
    value = f"{answer.low:f}" if answer.low == answer.high else f"{answer.low:f}–{answer.high:f}"
    return f"{value}\u00a0{answer.unit}" if answer.unit else value


def sentences(question: Question, figures: ItemFigures) -> Iterator[tuple[Concern, str]]:
    """What the figures suggest, one sentence a concern."""
    letters = letters_of(question)
    for concern, flags in groupby(figures.flags, lambda flag: flag.concern):
        options = ", ".join(letters[flag.option_id] for flag in flags if flag.option_id is not None)
        yield concern, _sentence(concern, options, figures.people)


def _sentence(concern: Concern, options: str, people: int) -> str:
    match concern:
        case Concern.KEY:
            return gettext("Those who do well in the other questions fail this one. Check the key.")
        case Concern.RIVAL:
            return gettext(
                "Those who do well in the other questions choose %(options)s. Check whether it is right, too.",
                options=options,
            )
        case Concern.HARD:
            return gettext("Hardly anybody is right. Check the key, and whether the lesson teaches this.")
        case Concern.WEAK:
            return gettext(
                "It hardly tells who knows the rest. Make the wrong answers tempting for those who have not read."
            )
        case Concern.SKIPPED:
            return gettext("Many leave it blank. Check that it is clear and that there is time enough.")
        case Concern.NOBODY:
            return gettext("Nobody chooses %(options)s. Replace it with a mistake that people make.", options=options)
        case Concern.IDLE:
            return gettext(
                "Hardly anybody chooses %(options)s. Replace it with a mistake that people make.", options=options
            )
        case Concern.EASY:
            return gettext("Nearly everybody is right. Keep it if it must be known; it tells nobody apart.")
        case Concern.FEW:
            return gettext(
                "Too few answers to judge: there are %(count)s, and it takes %(needed)s.",
                count=people,
                needed=JUDGED_FROM,
            )

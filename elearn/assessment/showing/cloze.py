"""Showing cloze: the text with a field in each gap, and after marking what became of each."""

from dataclasses import dataclass, replace
from typing import assert_never

from markupsafe import Markup

from elearn.assessment.marking import AnswerVerdict, Filled, Marked, Response
from elearn.assessment.marking.base import ALL
from elearn.assessment.marking.cloze import gap_id, gap_share
from elearn.assessment.showing.typed import accepted_words
from elearn.content.question import ChoiceGap, Cloze, Gap, NumberGap, QuestionText, TextGap
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext


@dataclass(frozen=True, slots=True)
class OptionView:
    """A choice of a gap."""

    id: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap: ``label`` names its field, ``kind`` is text, number or choice, ``value`` what it is filled with, in words.

    The rest is empty before marking: ``css``, ``icon`` and ``words`` say the verdict, ``accepted`` what is right.
    """

    number: int
    label: str
    kind: str
    value: str
    options: tuple[OptionView, ...]
    css: str = ""
    icon: str = ""
    words: str = ""
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClozeView:
    """A text with gaps: ``parts`` are a piece of HTML and the gap behind it; ``end`` is what follows the last one."""

    parts: tuple[tuple[Markup, GapView], ...]
    end: Markup


def cloze_body(
    question: Cloze,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> ClozeView:
    """The text with its gaps; choices as the paper has put them (``order``); nothing of the key without ``marked``."""
    values = response.values if isinstance(response, Filled) else ("",) * len(question.gaps)
    words = {**source.answers, **text.answers}
    gaps = [
        _gap_view(question, place, value, words, order, marked)
        for place, value in enumerate(values[: len(question.gaps)])
    ]
    pieces = [compiled(piece) for piece in text.passage]
    return ClozeView(tuple(zip(pieces, gaps, strict=False)), pieces[-1])


def _gap_view(
    question: Cloze, place: int, value: str, words: dict[str, str], order: tuple[str, ...], marked: Marked | None
) -> GapView:
    gap, count = question.gaps[place], len(question.gaps)
    choices = gap.choices if isinstance(gap, ChoiceGap) else ()
    plain = {choice.id: str(compiled(words[choice.id]).striptags()) for choice in choices}
    view = GapView(
        number=place + 1,
        label=gettext("Gap %(number)s of %(count)s", number=place + 1, count=count),
        kind=gap.kind,
        value=plain.get(value, "") if isinstance(gap, ChoiceGap) else value,
        options=tuple(
            OptionView(name, plain[name], name == value)
            for name in [name for name in order if name in plain] or list(plain)
        ),
    )
    if marked is None:
        return view
    verdict = marked.answers[gap_id(place)]
    is_partial = verdict is AnswerVerdict.HIT and gap_share(question, gap, value) < ALL
    css, icon, said = _verdict_words(verdict, is_partial=is_partial)
    return replace(view, css=css, icon=icon, words=said, accepted=_accepted(gap, plain))


def _verdict_words(verdict: AnswerVerdict, *, is_partial: bool) -> tuple[str, str, str]:
    """The class, the icon and the words of a gap's verdict."""
    if is_partial:
        return "is-part", "circle-dot", gettext("Right in part")
    if verdict is AnswerVerdict.HIT:
        return "is-right", "check", gettext("Right")
    return "is-wrong", "x", gettext("Wrong") if verdict is AnswerVerdict.WRONG else gettext("Left blank")


def _accepted(gap: Gap, plain: dict[str, str]) -> tuple[str, ...]:
    match gap:
        case ChoiceGap():
            return tuple(plain[choice.id] for choice in gap.choices if choice.is_right)
        case TextGap() | NumberGap():
            return accepted_words(gap.answers)
        case _:
            assert_never(gap)

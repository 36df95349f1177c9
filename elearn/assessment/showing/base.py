"""What every question shows, whatever its kind."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.marking import Verdict
from elearn.web.i18n import gettext, number

ICONS = {
    Verdict.RIGHT: ("is-right", "circle-check"),
    Verdict.PARTLY: ("is-part", "circle-dot"),
    Verdict.WRONG: ("is-wrong", "circle-x"),
    Verdict.BLANK: ("is-wrong", "circle"),
}


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A row to choose. ``verdict`` is "" before marking; ``words`` say it, ``feedback`` is for who chose it."""

    id: str
    html: Markup
    is_chosen: bool
    verdict: str = ""
    words: str = ""
    icon: str = ""
    feedback: Markup | None = None


@dataclass(frozen=True, slots=True)
class MarkedView:
    """What a response earned, for who may see it. ``accepted`` lists what one might have typed."""

    verdict: Verdict
    css: str
    icon: str
    words: str
    accepted: tuple[str, ...]
    feedback: Markup | None
    explanation: Markup | None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question in the language of the page, or in its own with ``fallback`` saying so.

    ``kind`` is that of the course format, but ``one`` where one row is chosen (single, true or false). ``form`` names
    the template of ``assessment/kinds`` that draws it, ``is_group`` that it has several fields under one legend.
    ``answers`` and ``typed`` are for choices and single fields, ``body`` is what another kind's template is given.
    ``plain_title`` has no marks. ``marked`` None: nothing of the key is in here.
    """

    id: str
    kind: str
    form: str
    is_group: bool
    title: Markup
    plain_title: str
    stem: Markup | None
    lang: str
    fallback: str | None
    help: str
    hint: Markup | None
    answers: tuple[AnswerView, ...]
    typed: str
    body: object | None
    marked: MarkedView | None


def points_words(verdict: Verdict, points: Decimal, out_of: Decimal) -> str:
    """A verdict with its points; where a question is worth one point, only a part of it is counted."""
    said = {
        Verdict.RIGHT: gettext("Right"),
        Verdict.PARTLY: gettext("In part"),
        Verdict.WRONG: gettext("Wrong"),
        Verdict.BLANK: gettext("Not answered"),
    }[verdict]
    if out_of == 1 and verdict is not Verdict.PARTLY:
        return said
    got = number(points.quantize(Decimal("0.01")))
    if out_of == 1:
        return gettext("%(verdict)s, %(points)s of 1 point", verdict=said, points=got)
    whole = number(out_of)
    return gettext("%(verdict)s, %(points)s of %(out_of)s points", verdict=said, points=got, out_of=whole)

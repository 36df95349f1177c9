"""Questions as templates are given them: before an answer without a trace of the key, after it with what may be shown.

The key (which answers are right, feedback, accepted words) enters a view through ``marked`` alone, and who builds a
view decides by the quiz's policy whether to pass it. Weights and trainers' notes never enter.
"""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.marking import (
    AnswerVerdict,
    Chosen,
    Marked,
    Response,
    Typed,
    Verdict,
    choices_of,
    mark,
)
from elearn.content.course import (
    Number,
    NumberAnswer,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    text_in,
)
from elearn.markup.safe import compiled
from elearn.web.csrf import form_token
from elearn.web.i18n import NAMES, gettext, number

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

    ``kind`` is ``one``, ``several``, ``text`` or ``number``; ``plain_title`` has no marks. ``marked`` None: nothing of
    the key is in here.
    """

    id: str
    kind: str
    title: Markup
    plain_title: str
    stem: Markup | None
    lang: str
    fallback: str | None
    help: str
    hint: Markup | None
    answers: tuple[AnswerView, ...]
    typed: str
    marked: MarkedView | None


def question_view(
    question: Question,
    language: str,
    source: str,
    *,
    order: tuple[str, ...] = (),
    response: Response | None = None,
    marked: Marked | None = None,
) -> QuestionView:
    """A question for a template; ``order`` has the ids of its choices as the paper shows them (empty: as written)."""
    text, found_in = text_in(question.texts, language, source)
    kind, words = _kind(question)
    return QuestionView(
        id=question.id,
        kind=kind,
        title=compiled(text.title),
        plain_title=compiled(text.title).striptags(),
        stem=compiled(text.stem) if text.stem else None,
        lang=found_in,
        fallback=_fallback_words(language, found_in) if found_in != language else None,
        help=words,
        hint=compiled(text.hint) if text.hint else None,
        answers=_answers(question, text, question.texts[source], order, response, marked),
        typed=response.text if isinstance(response, Typed) else "",
        marked=_marked_view(question, text, marked) if marked is not None else None,
    )


def _kind(question: Question) -> tuple[str, str]:
    match question:
        case SingleChoice() | TrueFalse():
            return "one", gettext("Choose one.")
        case SeveralChoice():
            return "several", gettext("Choose every answer that is right.")
        case ShortText():
            return "text", gettext("Write a word or a few words.")
        case Number():
            return "number", gettext("Write a number; its unit is not needed.")


def _fallback_words(wanted: str, found: str) -> str:
    return gettext(
        "This question is not yet translated into %(wanted)s. It is shown in %(found)s.",
        wanted=NAMES[wanted],
        found=NAMES.get(found, found),
    )


def _answers(
    question: Question,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> tuple[AnswerView, ...]:
    chosen = response.ids if isinstance(response, Chosen) else ()
    ids = order or tuple(choice.id for choice in choices_of(question))
    made: list[AnswerView] = []
    for answer_id in ids:
        html = compiled(text.answers.get(answer_id) or source.answers[answer_id])
        is_chosen = answer_id in chosen
        if marked is None:
            made.append(AnswerView(answer_id, html, is_chosen))
            continue
        verdict = marked.answers[answer_id]
        words, icon = _verdict_words(verdict, is_several=isinstance(question, SeveralChoice))
        feedback = text.feedback.get(answer_id) if is_chosen else None
        made.append(
            AnswerView(answer_id, html, is_chosen, verdict, words, icon, compiled(feedback) if feedback else None)
        )
    return tuple(made)


def _verdict_words(verdict: AnswerVerdict, *, is_several: bool) -> tuple[str, str]:
    match verdict:
        case AnswerVerdict.HIT:
            return gettext("Your answer, right"), "check"
        case AnswerVerdict.WRONG:
            return gettext("Your answer, wrong"), "x"
        case AnswerVerdict.MISSED:
            return (gettext("Right, not chosen"), "minus") if is_several else (gettext("Right"), "check")
        case AnswerVerdict.LEFT:
            return "", ""


def _marked_view(question: Question, text: QuestionText, marked: Marked) -> MarkedView:
    css, icon = ICONS[marked.verdict]
    feedback = None
    accepted: tuple[str, ...] = ()
    if isinstance(question, ShortText | Number):
        feedback = next((text.feedback[met] for met in marked.answers if met in text.feedback), None)
        words = (_accepted_words(answer) for answer in question.answers if not answer.is_refused and answer.weight == 1)
        accepted = tuple(word for word in words if word is not None)
    return MarkedView(
        verdict=marked.verdict,
        css=css,
        icon=icon,
        words=points_words(marked.verdict, marked.points, marked.out_of),
        accepted=accepted,
        feedback=compiled(feedback) if feedback else None,
        explanation=compiled(text.explanation) if text.explanation else None,
    )


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


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check-yourself question in a lesson. ``error`` is why an answer could not be taken."""

    question: QuestionView
    anchor: str
    action: str
    again_href: str
    position: str
    error: str | None

    @property
    def csrf_token(self) -> str:
        """The token of its form; made when the form is drawn."""
        return form_token()


def unanswered_check(
    question: Question, language: str, source: str, action: str, position: int, count: int
) -> CheckView:
    """A check-yourself question to answer; ``action`` is where its form goes, ``position`` its place of ``count``."""
    return _check(question_view(question, language, source), action, position, count, None)


def answered_check(
    question: Question,
    language: str,
    source: str,
    action: str,
    position: int,
    count: int,
    response: Response | None,
) -> CheckView:
    """The same with what was right; a blank response is asked for again."""
    if response is None:
        view = question_view(question, language, source)
        return _check(view, action, position, count, missing_words(view))
    marked = mark(question, response)
    view = question_view(question, language, source, response=response, marked=marked)
    return _check(view, action, position, count, None)


def missing_words(view: QuestionView) -> str:
    """What to do first where nothing was answered."""
    if view.kind in ("one", "several"):
        return gettext("Choose an answer first.")
    return gettext("Write an answer first.")


def _check(view: QuestionView, action: str, position: int, count: int, error: str | None) -> CheckView:
    anchor = f"check-{view.id}"
    return CheckView(
        question=view,
        anchor=anchor,
        action=f"{action}#{anchor}",
        again_href=f"{action.partition('/checks/')[0]}#{anchor}",
        position=gettext("%(position)s of %(count)s in this section", position=position, count=count)
        if count > 1
        else "",
        error=error,
    )

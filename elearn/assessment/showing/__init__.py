"""Questions as templates are given them: before an answer without a trace of the key, after it with what may be shown.

The key (which answers are right, feedback, accepted words) enters a view through ``marked`` alone, and who builds a
view decides by the quiz's policy whether to pass it. Weights and trainers' notes never enter. One module for each
family of kinds, and here what chooses among them.
"""

from dataclasses import dataclass

from elearn.assessment.marking import Marked, Response, Typed, mark, right_response
from elearn.assessment.showing.base import ICONS, AnswerView, MarkedView, QuestionView, points_words
from elearn.assessment.showing.choices import choice_rows
from elearn.assessment.showing.typed import accepted, feedback_on
from elearn.content.course import (
    Number,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TrueFalse,
    text_in,
)
from elearn.markup.safe import compiled
from elearn.web.csrf import form_token
from elearn.web.i18n import NAMES, gettext

__all__ = [
    "AnswerView",
    "CheckView",
    "MarkedView",
    "QuestionView",
    "answered_check",
    "key_view",
    "missing_words",
    "points_words",
    "question_view",
    "unanswered_check",
]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a kind is filled in: see :class:`QuestionView`."""

    kind: str
    template: str
    is_group: bool
    help: str


def question_view(
    question: Question,
    language: str,
    source: str,
    *,
    order: tuple[str, ...] = (),
    response: Response | None = None,
    marked: Marked | None = None,
) -> QuestionView:
    """A question for a template; ``order`` has the ids that its paper put into an order (empty: as written)."""
    text, found_in = text_in(question.texts, language, source)
    form = _form(question)
    is_choice = isinstance(question, SingleChoice | SeveralChoice | TrueFalse)
    return QuestionView(
        id=question.id,
        kind=form.kind,
        form=form.template,
        is_group=form.is_group,
        title=compiled(text.title),
        plain_title=compiled(text.title).striptags(),
        stem=compiled(text.stem) if text.stem else None,
        lang=found_in,
        fallback=_fallback_words(language, found_in) if found_in != language else None,
        help=form.help,
        hint=compiled(text.hint) if text.hint else None,
        answers=choice_rows(question, text, question.texts[source], order, response, marked) if is_choice else (),
        typed=response.text if isinstance(response, Typed) else "",
        body=None,
        marked=_marked_view(question, text, marked) if marked is not None else None,
    )


def key_view(question: Question, language: str, source: str) -> QuestionView:
    """A question answered rightly, for who writes it."""
    right = right_response(question)
    return question_view(question, language, source, response=right, marked=mark(question, right))


def _form(question: Question) -> _Form:
    match question:
        case SingleChoice() | TrueFalse():
            return _Form("one", "choices", True, gettext("Choose one."))
        case SeveralChoice():
            return _Form("several", "choices", True, gettext("Choose every answer that is right."))
        case ShortText():
            return _Form("text", "typed", False, gettext("Write a word or a few words."))
        case Number():
            return _Form("number", "typed", False, gettext("Write a number; its unit is not needed."))


def _marked_view(question: Question, text: QuestionText, marked: Marked) -> MarkedView:
    css, icon = ICONS[marked.verdict]
    is_typed = isinstance(question, ShortText | Number)
    return MarkedView(
        verdict=marked.verdict,
        css=css,
        icon=icon,
        words=points_words(marked.verdict, marked.points, marked.out_of),
        accepted=accepted(question) if isinstance(question, ShortText | Number) else (),
        feedback=feedback_on(text, marked) if is_typed else None,
        explanation=compiled(text.explanation) if text.explanation else None,
    )


def _fallback_words(wanted: str, found: str) -> str:
    return gettext(
        "This question is not yet translated into %(wanted)s. It is shown in %(found)s.",
        wanted=NAMES[wanted],
        found=NAMES.get(found, found),
    )


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

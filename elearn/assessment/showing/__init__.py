"""Questions as templates are given them: before an answer without a trace of the key, after it with what may be shown.

The key (which answers are right, feedback, accepted words) enters a view through ``marked`` alone, and who builds a
view decides by the quiz's policy whether to pass it. Weights and trainers' notes never enter. One module for each
family of kinds, and here what chooses among them.
"""

from dataclasses import dataclass, replace

from elearn.assessment.marking import (
    Marked,
    Response,
    Typed,
    best_levels,
    is_complete,
    is_marked_by_hand,
    mark,
    mark_rubric,
    right_response,
)
from elearn.assessment.showing.base import ICONS, AnswerView, MarkedView, QuestionView, points_words
from elearn.assessment.showing.branching import case_view
from elearn.assessment.showing.choices import choice_rows
from elearn.assessment.showing.cloze import cloze_body
from elearn.assessment.showing.hotspot import sheet_views
from elearn.assessment.showing.ledger import ledger_view
from elearn.assessment.showing.matching import MatchingView, matching_body
from elearn.assessment.showing.matching import with_all_feedback as with_feedback_on_pairs
from elearn.assessment.showing.open import for_oneself, open_help, open_view
from elearn.assessment.showing.ordering import OrderingView, ordering_body
from elearn.assessment.showing.ordering import with_all_feedback as with_feedback_on_items
from elearn.assessment.showing.typed import accepted, feedback_on
from elearn.assessment.variants import varied
from elearn.content.course import text_in
from elearn.content.question import (
    BranchingCase,
    Cloze,
    Hotspot,
    Ledger,
    Matching,
    Number,
    OpenAnswer,
    Ordering,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TrueFalse,
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
    if isinstance(question, Ledger) and order:
        text = varied(question, text, question.texts[source], order[0])
    form = _form(question)
    is_choice = isinstance(question, SingleChoice | SeveralChoice | TrueFalse | Hotspot)
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
        body=_body(question, text, question.texts[source], order, response, marked),
        marked=_marked_view(question, text, marked) if marked is not None else None,
    )


def _body(
    question: Question,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> object | None:
    """What the template of a kind is given beside what every question has."""
    if isinstance(question, Ledger):
        return ledger_view(question, text, source, response, marked)
    if isinstance(question, BranchingCase):
        return case_view(question, text, source, response, marked)
    if isinstance(question, Hotspot):
        return sheet_views(text, source, choice_rows(question, text, source, order, response, marked))
    if isinstance(question, Matching):
        return matching_body(question, text, source, order, response, marked)
    if isinstance(question, Cloze):
        return cloze_body(question, text, source, order, response, marked)
    if isinstance(question, Ordering):
        return ordering_body(question, text, source, order, response, marked)
    if isinstance(question, OpenAnswer):
        return open_view(question, text, source, response, marked)
    return None


def key_view(question: Question, language: str, source: str) -> QuestionView:
    """A question answered rightly, for who writes it, with the feedback that others would get."""
    if isinstance(question, OpenAnswer):
        return question_view(question, language, source, marked=mark_rubric(question, best_levels(question)))
    right = right_response(question)
    view = question_view(question, language, source, response=right, marked=mark(question, right))
    text, _ = text_in(question.texts, language, source)
    match view.body:
        case MatchingView():
            return replace(view, body=with_feedback_on_pairs(view.body, text))
        case OrderingView():
            return replace(view, body=with_feedback_on_items(view.body, text))
    return view


def _form(question: Question) -> _Form:
    match question:
        case SingleChoice() | TrueFalse():
            return _Form("one", "choices", True, gettext("Choose one."))
        case SeveralChoice():
            return _Form("several", "choices", True, gettext("Choose every answer that is right."))
        case Hotspot():
            if question.is_several:
                said = gettext("Choose every place that is right, on the picture or in the list.")
                return _Form("several", "hotspot", True, said)
            return _Form("one", "hotspot", True, gettext("Choose one place, on the picture or in the list."))
        case ShortText():
            return _Form("text", "typed", False, gettext("Write a word or a few words."))
        case Number():
            return _Form("number", "typed", False, gettext("Write a number; its unit is not needed."))
        case Matching():
            words = gettext("Choose what belongs to each. An answer may be right for several, or for none.")
            return _Form("matching", "matching", True, words)
        case Cloze():
            return _Form("cloze", "cloze", True, gettext("Fill in every gap."))
        case Ordering():
            words = gettext("Give each its place, from 1 to %(count)s.", count=len(question.items))
            return _Form("ordering", "ordering", True, words)
        case Ledger():
            return _Form("ledger", "ledger", True, gettext("Pick the rows that matter and leave the others."))
        case BranchingCase():
            return _Form("case", "branching", True, gettext("Choose what you do next."))
        case OpenAnswer():
            return _Form("open", "open", False, open_help(question))


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
    """A check-yourself question in a lesson. ``error`` is why an answer could not be taken.

    ``report_href`` leads to where a mistake in it is reported.
    """

    question: QuestionView
    anchor: str
    action: str
    again_href: str
    report_href: str
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
    return _check(for_oneself(question_view(question, language, source)), action, position, count, None)


def answered_check(
    question: Question,
    language: str,
    source: str,
    action: str,
    position: int,
    count: int,
    response: Response | None,
    *,
    is_missing: bool,
) -> CheckView:
    """The same with what was right; where an answer, or the next decision of a case, is missing, it is asked for."""
    if is_missing:
        view = for_oneself(question_view(question, language, source, response=response))
        return _check(view, action, position, count, missing_words(view))
    if is_marked_by_hand(question):
        text, _ = text_in(question.texts, language, source)
        view = question_view(question, language, source, response=response)
        return _check(for_oneself(view, compared_by=text), action, position, count, None)
    if not is_complete(question, response):
        return _check(question_view(question, language, source, response=response), action, position, count, None)
    marked = mark(question, response)
    view = question_view(question, language, source, response=response, marked=marked)
    return _check(view, action, position, count, None)


def missing_words(view: QuestionView) -> str:
    """What to do first where nothing was answered."""
    if view.kind == "case":
        return gettext("Choose what you do, then decide.")
    if view.kind in ("one", "several", "matching", "ordering"):
        return gettext("Choose an answer first.")
    if view.kind == "cloze":
        return gettext("Fill in a gap first.")
    if view.kind == "ledger":
        return gettext("Pick a row first.")
    return gettext("Write an answer first.")


def _check(view: QuestionView, action: str, position: int, count: int, error: str | None) -> CheckView:
    anchor = f"check-{view.id}"
    lesson = action.partition("/checks/")[0]
    _, courses, slug, unit = lesson.split("/", 3)
    return CheckView(
        question=view,
        anchor=anchor,
        action=f"{action}#{anchor}",
        again_href=f"{lesson}#{anchor}",
        report_href=f"/{courses}/{slug}/mistakes/new?at={unit}/{view.id}",
        position=gettext("%(position)s of %(count)s in this section", position=position, count=count)
        if count > 1
        else "",
        error=error,
    )

"""Showing choices: the rows, and after marking what became of each."""

from elearn.assessment.marking import AnswerVerdict, Chosen, Marked, Response, choices_of
from elearn.assessment.showing.base import AnswerView
from elearn.content.question import Hotspot, Question, QuestionText, SeveralChoice
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext


def choice_rows(
    question: Question,
    text: QuestionText,
    source: QuestionText,
    order: tuple[str, ...],
    response: Response | None,
    marked: Marked | None,
) -> tuple[AnswerView, ...]:
    """The rows in the order of the paper (``order`` empty: as written); nothing of the key where ``marked`` is None."""
    chosen = response.ids if isinstance(response, Chosen) else ()
    ids = order or tuple(choice.id for choice in choices_of(question))
    is_several = isinstance(question, SeveralChoice) or (isinstance(question, Hotspot) and question.is_several)
    made: list[AnswerView] = []
    for answer_id in ids:
        html = compiled(text.answers.get(answer_id) or source.answers[answer_id])
        is_chosen = answer_id in chosen
        if marked is None:
            made.append(AnswerView(answer_id, html, is_chosen))
            continue
        verdict = marked.answers[answer_id]
        words, icon = _verdict_words(verdict, is_several=is_several)
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

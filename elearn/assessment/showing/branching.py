"""Showing branching cases: the scenes that were visited and the one to decide in; after marking, the closing report.

Scenes that were not visited, what a choice earns and where it leads are in no view before marking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from elearn.assessment.marking import Marked, Response, Walked
from elearn.content.cases import Decision, SceneText, Sum, is_over, sum_of, walked
from elearn.content.question import BranchingCase, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, ngettext, number


@dataclass(frozen=True, slots=True)
class PastScene:
    """A scene that was visited, and what was decided in it. The opening scene has no words here: it is the stem."""

    title: Markup | None
    body: Markup | None
    decided: Markup


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """Something one may decide to do."""

    id: str
    html: Markup


@dataclass(frozen=True, slots=True)
class ReportStep:
    """A decision in the closing report. ``gains`` are its points, evidence and days; ``icon`` goes with ``words``."""

    html: Markup
    gains: str
    words: str
    icon: str
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of the comparison: what is counted, on this path and on the model path."""

    label: str
    own: str
    model: str


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The closing report: the decisions taken, those of the model path, and the two compared."""

    steps: tuple[ReportStep, ...]
    model: tuple[ReportStep, ...]
    rows: tuple[ReportRow, ...]
    is_unfinished: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as far as it went. ``path`` are the decisions taken, ``choices`` what may be decided in the scene shown.

    ``title`` and ``body`` are those of that scene, None in the opening one. ``past_words`` count the decisions.
    ``report`` None: nothing of the key is in here.
    """

    path: tuple[str, ...]
    past: tuple[PastScene, ...]
    past_words: str
    title: Markup | None
    body: Markup | None
    choices: tuple[CaseChoice, ...]
    is_over: bool
    report: CaseReport | None


def case_view(
    case: BranchingCase, text: QuestionText, source: QuestionText, response: Response | None, marked: Marked | None
) -> CaseView:
    """The case as far as a response went; with the closing report if ``marked`` is there."""
    path = response.path if isinstance(response, Walked) else ()
    taken, here = walked(case.scenes, path)
    over = is_over(taken, here)
    shown = _scene_text(text, source, here.id)
    return CaseView(
        path=path,
        past=_past(case, text, source, taken),
        past_words=ngettext("One decision so far", "%(count)s decisions so far", len(taken)),
        title=compiled(shown.title) if shown is not None else None,
        body=compiled(shown.body) if shown is not None and shown.body else None,
        choices=() if over else tuple(CaseChoice(each.id, _words(text, source, each.id)) for each in here.decisions),
        is_over=over,
        report=_report(case, text, source, taken, is_unfinished=not over) if marked is not None else None,
    )


def gains_words(decision: Decision) -> str:
    """What a decision earns, finds and takes, in words; empty if nothing."""
    gains: list[str] = []
    if decision.points:
        sign = "+" if decision.points > 0 else "\u2212"
        points = abs(decision.points)
        whole = ngettext("%(points)s point", "%(points)s points", _plural(points), points=number(points))
        gains.append(f"{sign}{whole}")
    if decision.evidence:
        gains.append(evidence_words(decision.evidence))
    if decision.days:
        gains.append(days_words(decision.days))
    return ", ".join(gains)


def case_sums(case: BranchingCase) -> str:
    """What the model path of a case earns, finds and takes, in words."""
    best = sum_of(walked(case.scenes, case.model_path)[0])
    return gains_words(Decision("", "", best.points, best.evidence, best.days))


def _plural(points: object) -> int:
    """The number that decides the plural: broken ones go with two."""
    whole = int(str(points).partition(".")[0])
    return whole if str(whole) == str(points) else 2


def evidence_words(count: int) -> str:
    """So many pieces of evidence."""
    return ngettext("one piece of evidence", "%(count)s pieces of evidence", count)


def days_words(count: int) -> str:
    """So many days."""
    return ngettext("one day", "%(count)s days", count)


def _words(text: QuestionText, source: QuestionText, decision_id: str) -> Markup:
    return compiled(text.answers.get(decision_id) or source.answers[decision_id])


def _scene_text(text: QuestionText, source: QuestionText, scene_id: str) -> SceneText | None:
    return text.scenes.get(scene_id) or source.scenes.get(scene_id)


def _past(
    case: BranchingCase, text: QuestionText, source: QuestionText, taken: Sequence[Decision]
) -> tuple[PastScene, ...]:
    at, past = case.scenes[0].id, []
    for decision in taken:
        said = _scene_text(text, source, at)
        past.append(
            PastScene(
                compiled(said.title) if said is not None else None,
                compiled(said.body) if said is not None and said.body else None,
                _words(text, source, decision.id),
            )
        )
        at = decision.leads_to
    return tuple(past)


def _report(
    case: BranchingCase,
    text: QuestionText,
    source: QuestionText,
    taken: Sequence[Decision],
    *,
    is_unfinished: bool,
) -> CaseReport:
    model, _ = walked(case.scenes, case.model_path)
    steps: list[ReportStep] = []
    for index, decision in enumerate(taken):
        is_again = decision in taken[:index]
        if is_again:
            words, icon = gettext("Taken before, earns nothing more"), "rotate-ccw"
        elif decision.id in case.model_path:
            words, icon = gettext("As on the model path"), "check"
        else:
            words, icon = gettext("Not on the model path"), "minus"
        gains = gains_words(Decision(decision.id, "", days=decision.days) if is_again else decision)
        feedback = text.feedback.get(decision.id)
        steps.append(
            ReportStep(_words(text, source, decision.id), gains, words, icon, compiled(feedback) if feedback else None)
        )
    best = tuple(ReportStep(_words(text, source, each.id), gains_words(each), "", "", None) for each in model)
    return CaseReport(tuple(steps), best, _rows(sum_of(taken), sum_of(model)), is_unfinished)


def _rows(own: Sum, model: Sum) -> tuple[ReportRow, ...]:
    """The comparison; what the case does not count is left out."""
    rows = [ReportRow(gettext("Points in the case"), number(own.points), number(model.points))]
    if own.evidence or model.evidence:
        rows.append(ReportRow(gettext("Pieces of evidence"), number(own.evidence), number(model.evidence)))
    if own.days or model.days:
        rows.append(ReportRow(gettext("Days"), number(own.days), number(model.days)))
    return tuple(rows)

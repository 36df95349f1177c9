"""Showing ledgers: the table to pick rows from, and after marking what was found, missed and wrongly picked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from markupsafe import Markup

from elearn.assessment.marking import AnswerVerdict, Detection, Marked, Picked, Response, detection
from elearn.content.question import ColumnKind, Credit, Ledger, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, ngettext, number

ALL_SHOWN = 60  # rows of a ledger that are all shown after marking; of a longer one, those that matter or were picked


class HeadView(NamedTuple):
    """The head of a column; ``kind`` says how it is sorted.

    ``label`` is what each cell of the column is called where no head stands above it: on a phone, and to who hears a
    row. It is "" for the only column of text, which says what it is.
    """

    words: str
    kind: ColumnKind
    label: str


class LedgerRowView(NamedTuple):
    """A row: its id, its label (its key or its number), its other cells. The rest is empty before marking."""

    id: str
    label: str
    cells: tuple[str, ...]
    is_picked: bool
    css: str = ""
    words: str = ""
    icon: str = ""
    why: Markup | None = None


@dataclass(frozen=True, slots=True)
class CostView:
    """What was found, missed or wrongly picked, and what that costs."""

    css: str
    icon: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class LedgerView:
    """A ledger. ``costs`` and ``score`` (F1 in words) are empty before marking.

    ``left_words`` tells of rows that are not shown: neither picked nor right.
    """

    label_head: str
    heads: tuple[HeadView, ...]
    rows: tuple[LedgerRowView, ...]
    count: int
    costs: tuple[CostView, ...] = ()
    score: str = ""
    left_words: str = ""


def ledger_view(
    question: Ledger, text: QuestionText, source: QuestionText, response: Response | None, marked: Marked | None
) -> LedgerView:
    """A ledger for its template; nothing of the key where ``marked`` is None."""
    table = text.ledger or source.ledger
    assert table is not None, "the source of a ledger has its table"
    picked = frozenset(response.ids if isinstance(response, Picked) else ())
    start = 1 if question.is_keyed else 0
    heads = _heads(table.heads[start:], question.columns[start:])
    rows = [
        LedgerRowView(name, cells[0] if start else str(place), cells[start:], name in picked)
        for place, (name, cells) in enumerate(zip(question.row_ids, table.rows, strict=True), start=1)
    ]
    label_head = table.heads[0] if start else gettext("Row")
    if marked is None:
        return LedgerView(label_head, heads, tuple(rows), len(rows))
    found = detection(question, response if isinstance(response, Picked) else None)
    shown = [row for row in rows if len(rows) <= ALL_SHOWN or marked.answers[row.id] is not AnswerVerdict.LEFT]
    left = len(rows) - len(shown)
    return LedgerView(
        label_head=label_head,
        heads=heads,
        rows=tuple(_with_verdict(row, marked.answers[row.id], text) for row in shown),
        count=len(rows),
        costs=_costs(question, found),
        score=_score_words(question, found),
        left_words=ngettext("One other row was rightly left.", "%(count)s other rows were rightly left.", left)
        if left
        else "",
    )


def _heads(words: Sequence[str], kinds: Sequence[ColumnKind]) -> tuple[HeadView, ...]:
    """The heads of the columns, the key's left out."""
    is_only_text = kinds.count(ColumnKind.TEXT) == 1
    return tuple(
        HeadView(each, kind, "" if is_only_text and kind is ColumnKind.TEXT else each)
        for each, kind in zip(words, kinds, strict=True)
    )


def _with_verdict(row: LedgerRowView, verdict: AnswerVerdict, text: QuestionText) -> LedgerRowView:
    css, words, icon = {
        AnswerVerdict.HIT: ("is-found", gettext("Found"), "circle-check"),
        AnswerVerdict.MISSED: ("is-missed", gettext("Missed"), "circle-alert"),
        AnswerVerdict.WRONG: ("is-alarm", gettext("False alarm"), "circle-x"),
        AnswerVerdict.LEFT: ("is-left", gettext("Rightly left"), "minus"),
    }[verdict]
    why = text.feedback.get(row.id)
    return row._replace(css=css, words=words, icon=icon, why=compiled(why) if why else None)


def _costs(question: Ledger, found: Detection) -> tuple[CostView, ...]:
    return (
        CostView(
            "is-found",
            "circle-check",
            ngettext("One row found", "%(count)s rows found", found.hits) if found.hits else gettext("No row found"),
            ngettext("One row matters.", "%(count)s rows matter.", found.hits + found.misses),
        ),
        CostView("is-missed", "circle-alert", *_missed_words(question, found)),
        CostView("is-alarm", "circle-x", *_alarm_words(question, found)),
    )


def _missed_words(question: Ledger, found: Detection) -> tuple[str, str]:
    if not found.misses:
        return gettext("No row missed"), gettext("Nothing that matters stays out of your report.")
    title = ngettext("One row missed", "%(count)s rows missed", found.misses)
    one_or_more = min(found.misses, 2)  # a pronoun: 21 rows are «they», whatever Russian does with the numeral
    if question.missed_days is None:
        return title, ngettext(
            "What it shows stays out of your report.", "What they show stays out of your report.", one_or_more
        )
    later = ngettext("one day later", "%(count)s days later", question.missed_days)
    return title, ngettext(
        "It is found %(later)s, if at all.", "They are found %(later)s, if at all.", one_or_more, later=later
    )


def _alarm_words(question: Ledger, found: Detection) -> tuple[str, str]:
    if not found.alarms:
        return gettext("No false alarm"), gettext("Nobody is looked into without a reason.")
    alarms = ngettext("One false alarm", "%(count)s false alarms", found.alarms)
    hours = ngettext("one analyst hour", "%(count)s analyst hours", found.alarms * question.alarm_hours)
    return f"{alarms} = {hours}", gettext(
        "Somebody is looked into without a reason, and the time is missing elsewhere."
    )


def _score_words(question: Ledger, found: Detection) -> str:
    """F1 in a sentence, and what it earns."""
    if not found.hits + found.alarms:
        return gettext("You picked no row, so precision, recall and their mean F1 are 0.")
    said = gettext(
        "Precision: %(hits)s of %(picked)s rows picked matter, %(precision)s. "
        "Recall: %(hits)s of %(right)s rows that matter were picked, %(recall)s. "
        "F1, the harmonic mean of the two, is %(f1)s: it is high only if both are.",
        hits=found.hits,
        picked=found.hits + found.alarms,
        right=found.hits + found.misses,
        precision=_per_cent(found.precision),
        recall=_per_cent(found.recall),
        f1=_per_cent(found.f1),
    )
    earned = {
        Credit.PROPORTIONAL: gettext("F1 is the share of the points you earn."),
        Credit.PROPORTIONAL_CORRECT: gettext(
            "F1 is the share of the points you earn, but a false alarm takes them all."
        ),
        Credit.EXACT: gettext("Points are earned by exactly the rows that matter."),
    }[question.credit]
    return f"{said} {earned}"


def _per_cent(share: Decimal) -> str:
    return f"{number((share * 100).quantize(Decimal(1), ROUND_HALF_UP))}\u00a0%"

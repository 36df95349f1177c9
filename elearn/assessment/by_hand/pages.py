"""What the pages of marking by hand are given. Nothing in them tells whose an answer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.by_hand.forms import RubricForm, rubric_form
from elearn.assessment.by_hand.queries import GivenAnswer, Returned, Waiting
from elearn.assessment.by_hand.rules import HandMark, MarkKind, Marks, State, final_mark
from elearn.assessment.by_hand.words import ago_words, kind_of_mark
from elearn.assessment.marking import best_levels, mark_rubric, word_count
from elearn.assessment.showing import question_view
from elearn.assessment.showing.open import LevelView, OpenView
from elearn.assessment.words import question_title
from elearn.content.course import text_in
from elearn.content.question import Criterion, OpenAnswer
from elearn.learning.pages import title_in
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, instant, language, ngettext, number
from elearn.web.shell import Link, Shell, shell
from elearn.web.sizes import size_words

HERE = "/marking"
LABEL = 8  # characters of an answer's public id that name it to people


# --- the queue -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An answer in the queue. ``href`` None: it waits for somebody else. ``state`` is the kind of its tag."""

    label: str
    href: str | None
    course: Markup
    quiz: Markup
    question: Markup
    when: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """An answer that was returned."""

    label: str
    href: str
    course: Markup
    question: Markup
    when: str
    points: str
    by: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The answers that wait (``rows``) or those returned last (``returned``; None: the queue is shown)."""

    shell: Shell
    lead: str
    tabs: tuple[Link, ...]
    filters: tuple[Link, ...]
    rows: tuple[QueueRow, ...]
    returned: tuple[ReturnedRow, ...] | None
    more: str | None
    done: str | None


def queue_page(
    waiting: Sequence[Waiting],
    counts: Sequence[tuple[str, int]],
    *,
    slug: str | None,
    done: str | None = None,
    now: datetime,
) -> QueuePage:
    """The page of what waits; ``counts`` has the number of answers by course, ``done`` what was just done."""
    total = sum(count for _, count in counts)
    here = dict(counts).get(slug, 0) if slug is not None else total
    more = here - len(waiting)
    return QueuePage(
        shell=shell(),
        lead=ngettext("One answer waits for marks.", "%(count)s answers wait for marks.", total)
        if total
        else gettext("No answer waits for marks."),
        tabs=_tabs(is_returned=False),
        filters=_filters(counts, slug, total) if slug is not None or len(counts) > 1 else (),
        rows=tuple(_queue_row(row, now) for row in waiting),
        returned=None,
        more=ngettext("One more waits.", "%(count)s more wait.", more) if more > 0 else None,
        done=_done_words(done),
    )


def returned_page(returned: Sequence[Returned]) -> QueuePage:
    """The page of what was returned last."""
    return QueuePage(
        shell=shell(),
        lead=gettext("The answers that were returned last, with who marked them."),
        tabs=_tabs(is_returned=True),
        filters=(),
        rows=(),
        returned=tuple(_returned_row(row) for row in returned),
        more=None,
        done=None,
    )


def _tabs(*, is_returned: bool) -> tuple[Link, ...]:
    return (
        Link(HERE, gettext("Waiting"), not is_returned),
        Link(f"{HERE}?show=returned", gettext("Returned"), is_returned),
    )


def _filters(counts: Sequence[tuple[str, int]], slug: str | None, total: int) -> tuple[Link, ...]:
    return (
        Link(HERE, gettext("All courses, %(count)s", count=total), slug is None),
        *(Link(f"{HERE}?course={each}", f"{each}, {count}", each == slug) for each, count in counts),
    )


def _queue_row(row: Waiting, now: datetime) -> QueueRow:
    state, words = _state_words(row)
    return QueueRow(
        label=row.public_id[:LABEL],
        href=f"{HERE}/{row.public_id}" if row.is_mine else None,
        course=title_in(row.course.texts, row.course.language),
        quiz=title_in(row.quiz.texts, row.course.language),
        question=question_title(row.question, row.course.language),
        when=ago_words(row.opened_at, now),
        state=state,
        words=words,
    )


def _state_words(row: Waiting) -> tuple[str, str]:
    match row.state:
        case State.SECOND_WANTED if row.is_mine:
            return "due", gettext("second marker wanted")
        case State.SECOND_WANTED:
            return "later", gettext("you marked it, a second marker is wanted")
        case State.DIFFERENT if row.is_mine:
            return "due", gettext("you and the other marker differ: agree")
        case State.DIFFERENT:
            return "later", gettext("two markers have yet to agree")
        case _:
            return "not-started", gettext("not marked yet")


def _returned_row(row: Returned) -> ReturnedRow:
    final = final_mark(row.marks)
    return ReturnedRow(
        label=row.public_id[:LABEL],
        href=f"{HERE}/{row.public_id}",
        course=title_in(row.course.texts, row.course.language),
        question=question_title(row.question, row.course.language),
        when=instant(row.returned_at),
        points=_points(final.points, row.question.points),
        by=", ".join(dict.fromkeys(mark.by for mark in row.marks.values())),
    )


def _done_words(done: str | None) -> str | None:
    return {
        State.RETURNED.value: gettext("The answer is returned to the officer."),
        State.SECOND_WANTED.value: gettext("Your marks are kept. The answer waits for a second marker."),
        State.DIFFERENT.value: gettext(
            "Your marks are kept. The first marker gave other points. Open the answer and record what you agree on."
        ),
    }.get(done or "")


# --- an answer -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level to choose; ``value`` is what its button sends."""

    value: str
    points: str
    html: Markup
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion with its levels; ``name`` is that of its buttons, ``error`` what is missing."""

    id: str
    name: str
    html: Markup
    levels: tuple[LevelChoice, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark that this marker may see: the words of the levels by criterion, in the order of the rubric."""

    title: str
    by: str
    when: str
    points: str
    levels: tuple[LevelView, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the answer, under a name that tells nothing."""

    href: str
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """An answer to mark. ``form`` None: there is nothing to mark here for this person, and ``notice`` says why.

    ``part`` is which mark one gives. ``model`` and ``explanation`` are what the course tells trainers and officers.
    ``waive_action`` is where one does without the second marker one asked for.
    ``kept_comment`` is a comment that could not be saved and has no field any more.
    """

    shell: Shell
    label: str
    course: Markup
    quiz: Markup
    title: Markup
    stem: Markup | None
    lang: str
    written: str
    length: str
    files: tuple[FileRow, ...]
    model: Markup | None
    explanation: Markup | None
    criteria: tuple[CriterionRow, ...]
    marks: tuple[ShownMark, ...]
    form: RubricForm | None
    part: MarkKind | None
    lead: str
    action: str
    may_ask: bool
    waive_action: str | None
    notice: str | None
    refusal: str | None
    kept_comment: str


def form_of(found: GivenAnswer) -> type[RubricForm]:
    """The form of an answer's rubric, with the words in the language of the page."""
    rubric = _rubric(found)
    names = {criterion.id: str(html.striptags()) for criterion, html, _ in rubric}
    words = {criterion.id: [str(level.html.striptags()) for level in levels] for criterion, _, levels in rubric}
    return rubric_form(found.question, names, words)


def marking_page(
    found: GivenAnswer,
    form: RubricForm,
    *,
    person_id: int,
    part: MarkKind | None,
    notice: str | None = None,
    refusal: str | None = None,
) -> MarkingPage:
    """The page of an answer for one who may give it that mark (None: none, as ``notice`` says)."""
    text, found_in = text_in(found.question.texts, language(), found.course.language)
    if part is not None:
        form.kind.data = part.value
    rubric = _rubric(found)
    return MarkingPage(
        shell=shell(),
        label=found.public_id[:LABEL],
        course=title_in(found.course.texts, found.course.language),
        quiz=title_in(found.quiz.texts, found.course.language),
        title=compiled(text.title),
        stem=compiled(text.stem) if text.stem else None,
        lang=found_in,
        written=found.written.text if found.written is not None else "",
        length=_length(found),
        files=_file_rows(found),
        model=compiled(text.trainer_note) if text.trainer_note else None,
        explanation=compiled(text.explanation) if text.explanation else None,
        criteria=tuple(_criterion_row(criterion, html, levels, form) for criterion, html, levels in rubric),
        marks=tuple(_shown(mark, found.question, rubric) for mark in _seen_by(person_id, found.marks, found.state)),
        form=form if part is not None else None,
        part=part,
        lead=_lead(part),
        action=f"{HERE}/{found.public_id}/mark",
        may_ask=part is MarkKind.FIRST,
        waive_action=f"{HERE}/{found.public_id}/waive" if found.may_waive(person_id) else None,
        notice=notice,
        refusal=refusal,
        kept_comment=form.comment.data or "" if part is None else "",
    )


Rubric = Sequence[tuple[Criterion, Markup, Sequence[LevelView]]]


def _rubric(found: GivenAnswer) -> Rubric:
    question = found.question
    marked = mark_rubric(question, best_levels(question))
    body = question_view(question, language(), found.course.language, marked=marked).body
    assert isinstance(body, OpenView), "what is marked by hand is an open answer"
    return [
        (criterion, view.html, view.levels) for criterion, view in zip(question.criteria, body.criteria, strict=True)
    ]


def _criterion_row(criterion: Criterion, html: Markup, levels: Sequence[LevelView], form: RubricForm) -> CriterionRow:
    field = form.level_of(criterion)
    return CriterionRow(
        id=field.id,
        name=field.name,
        html=html,
        levels=tuple(
            LevelChoice(str(index), _worth(points), level.html, field.data == str(index))
            for index, (points, level) in enumerate(zip(criterion.levels, levels, strict=True))
        ),
        error=next(iter(field.errors), None),
    )


def _seen_by(person_id: int, marks: Marks, state: State) -> Sequence[HandMark]:
    """The marks that a person may see: all once they are final, both while the two markers settle, else their own."""
    is_marker = person_id in {mark.by_id for mark in marks.values()}
    if state is State.RETURNED or (state is State.DIFFERENT and is_marker):
        return list(marks.values())
    return [mark for mark in marks.values() if mark.by_id == person_id]


def _shown(mark: HandMark, question: OpenAnswer, rubric: Rubric) -> ShownMark:
    return ShownMark(
        title=kind_of_mark(mark.kind),
        by=mark.by,
        when=instant(mark.at),
        points=_points(mark.points, question.points),
        levels=tuple(levels[mark.levels[criterion.id]] for criterion, _, levels in rubric),
        comment=mark.comment,
    )


def _lead(part: MarkKind | None) -> str:
    match part:
        case MarkKind.FIRST:
            return gettext("You do not see whose answer it is. Choose a level for each criterion.")
        case MarkKind.SECOND:
            return gettext("You are the second marker. You see neither whose answer it is nor what the first one gave.")
        case MarkKind.AGREED:
            return gettext("You two gave different points. Talk it over, then one of you records what you agree on.")
        case None:
            return ""


def _length(found: GivenAnswer) -> str:
    count = word_count(found.written.text) if found.written is not None else 0
    most = found.question.words
    if most is None:
        return gettext("Words: %(count)s", count=number(Decimal(count)))
    return gettext("Words: %(count)s of %(most)s", count=number(Decimal(count)), most=number(Decimal(most)))


def _file_rows(found: GivenAnswer) -> tuple[FileRow, ...]:
    return tuple(
        FileRow(
            href=f"{HERE}/{found.public_id}/files/{file.public_id}",
            name=gettext("File %(number)s, %(kind)s", number=place, kind=file.ending.upper()),
            size=size_words(file.size),
        )
        for place, file in enumerate(found.files, start=1)
    )


def _worth(points: Decimal) -> str:
    if points != points.to_integral_value():
        return gettext("%(points)s points", points=number(points))
    return ngettext("one point", "%(count)s points", int(points))


def _points(points: Decimal, out_of: Decimal) -> str:
    return gettext("%(points)s of %(out_of)s", points=number(points.quantize(Decimal("0.01"))), out_of=number(out_of))

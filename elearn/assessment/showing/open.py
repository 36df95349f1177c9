"""Showing open answers: the field to write in with what will be looked at, and once marked the levels reached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from elearn.assessment.marking import LONGEST_WRITTEN, Marked, Response, Written, word_count
from elearn.assessment.showing.base import QuestionView
from elearn.content.question import Criterion, OpenAnswer, QuestionText
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, ngettext, number


class LevelView(NamedTuple):
    """A level of a criterion: its points, its words, and whether the answer reached it."""

    points: str
    html: Markup
    is_reached: bool


class CriterionView(NamedTuple):
    """What is looked at; ``points`` says how many it gives at most, after marking how many of these were earned.

    ``levels`` is empty before marking: their words tell what to write.
    """

    html: Markup
    points: str
    levels: tuple[LevelView, ...]


class FileView(NamedTuple):
    """A file that was attached; ``remove_href`` is where a form takes it back ("" once the attempt is closed)."""

    name: str
    size: str
    href: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class Uploads:
    """What may be attached: ``accept`` for the file dialogue, ``words`` for the officer; ``href`` takes the form.

    ``room`` False: there are as many files as there may be. ``error`` is why the last one was not taken. ``too_large``
    is said of one with more bytes than ``largest`` before it is sent.
    """

    href: str
    accept: str
    words: str
    largest: int
    too_large: str
    room: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class OpenView:
    """An open answer. ``count`` says how many words it has, ``counts`` the same with places for the numbers.

    ``most_words`` 0: nobody asked for a length. ``scale`` says how the points of the rubric count, "" if as they are.
    ``comment`` is of the trainer who marked it. ``uploads`` None: nothing can be attached here. ``is_compared``: one
    checks oneself, nobody marks it; ``explanation`` is what the course then says to it.
    """

    text: str
    longest: int
    most_words: int
    count: str
    counts: tuple[str, str]
    criteria: tuple[CriterionView, ...]
    scale: str
    comment: str = ""
    files: tuple[FileView, ...] = ()
    uploads: Uploads | None = None
    is_compared: bool = False
    explanation: Markup | None = None


def open_view(
    question: OpenAnswer, text: QuestionText, source: QuestionText, response: Response | None, marked: Marked | None
) -> OpenView:
    """An open answer for its template; not a word of the levels where ``marked`` is None."""
    written = response.text if isinstance(response, Written) else ""
    most = question.words or 0
    counts = _count_words(most)
    return OpenView(
        text=written,
        longest=LONGEST_WRITTEN,
        most_words=most,
        count=_count(written, most, counts),
        counts=counts,
        criteria=tuple(_criterion(criterion, text, source, marked) for criterion in question.criteria),
        scale=_scale_words(question),
    )


def open_help(question: OpenAnswer) -> str:
    """What one is asked to do."""
    if question.words is None:
        return gettext("Write your answer. A trainer reads and marks it.")
    return ngettext(
        "Write your answer in one word. A trainer reads and marks it.",
        "Write your answer, at most %(count)s words. A trainer reads and marks it.",
        question.words,
    )


def for_oneself(view: QuestionView, *, compared_by: QuestionText | None = None) -> QuestionView:
    """A view for who checks oneself: first without what is looked at, then (``compared_by``) with it and why."""
    if not isinstance(view.body, OpenView):
        return view
    told = gettext("Write your answer and compare it. Nobody else sees it, and it is not kept.")
    if compared_by is None:
        return replace(view, help=told, body=replace(view.body, criteria=()))
    explanation = compiled(compared_by.explanation) if compared_by.explanation else None
    return replace(view, help=told, body=replace(view.body, is_compared=True, explanation=explanation))


def with_files(view: QuestionView, files: Sequence[FileView], uploads: Uploads | None = None) -> QuestionView:
    """A view with the files that belong to it, and what else may be attached."""
    if not isinstance(view.body, OpenView):
        return view
    return replace(view, body=replace(view.body, files=tuple(files), uploads=uploads))


def with_comment(view: QuestionView, comment: str) -> QuestionView:
    """A view with what the trainer who marked it has to say."""
    return replace(view, body=replace(view.body, comment=comment)) if isinstance(view.body, OpenView) else view


def _count_words(most: int) -> tuple[str, str]:
    """The number of words in a sentence, up to the most and over it, with places for the figures."""
    if not most:
        return gettext("Words: %(count)s", count="{count}"), ""
    return (
        gettext("Words: %(count)s of %(most)s", count="{count}", most=number(Decimal(most))),
        gettext(
            "Words: %(count)s, %(over)s more than the %(most)s asked for. All of it is kept.",
            count="{count}",
            over="{over}",
            most=number(Decimal(most)),
        ),
    )


def _count(text: str, most: int, counts: tuple[str, str]) -> str:
    count = word_count(text)
    is_over = 0 < most < count
    return counts[is_over].format(count=number(Decimal(count)), over=number(Decimal(count - most)))


def _criterion(criterion: Criterion, text: QuestionText, source: QuestionText, marked: Marked | None) -> CriterionView:
    html = _words(criterion.id, text, source)
    most = criterion.levels[-1]
    if marked is None:
        return CriterionView(html, _most_words(most), ())
    levels = tuple(
        LevelView(
            number(points),
            _words(criterion.level_id(index), text, source),
            criterion.level_id(index) in marked.answers,
        )
        for index, points in enumerate(criterion.levels)
    )
    earned = next((level.points for level in levels if level.is_reached), number(Decimal(0)))
    return CriterionView(html, gettext("%(points)s of %(out_of)s", points=earned, out_of=number(most)), levels)


def _words(name: str, text: QuestionText, source: QuestionText) -> Markup:
    return compiled(text.answers.get(name) or source.answers[name])


def _scale_words(question: OpenAnswer) -> str:
    whole = sum((criterion.levels[-1] for criterion in question.criteria), start=Decimal(0))
    if whole == question.points:
        return ""
    return gettext(
        "Together they are %(rubric)s; here they count as %(points)s.",
        rubric=_points_words(whole),
        points=_points_words(question.points),
    )


def _most_words(points: Decimal) -> str:
    if points != points.to_integral_value():
        return gettext("at most %(points)s points", points=number(points))
    return ngettext("at most one point", "at most %(count)s points", int(points))


def _points_words(points: Decimal) -> str:
    if points != points.to_integral_value():
        return gettext("%(points)s points", points=number(points))
    return ngettext("%(points)s point", "%(points)s points", int(points), points=number(points))

"""What the page of item analysis is given: the figures of each question beside its words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from elearn.assessment.analysis import PARTED, Concern, ItemFigures
from elearn.assessment.answered import MOST_ATTEMPTS
from elearn.assessment.showing import QuestionView, key_view
from elearn.authoring.item_words import ORDERS, answer_words, letters_of, percent, sentences, strength, time_words
from elearn.authoring.items import Analysed, Asked, in_order
from elearn.content.course import text_in
from elearn.content.question import (
    BranchingCase,
    Cloze,
    Hotspot,
    Ledger,
    Number,
    OpenAnswer,
    Ordering,
    Question,
    ShortText,
)
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, language, marked, ngettext, number
from elearn.web.shell import Shell, shell

# A kind of tag, its icon and its word for each concern.
_TAGS = {
    Concern.KEY: ("due", "circle-alert", marked("Check")),
    Concern.RIVAL: ("due", "circle-alert", marked("Check")),
    Concern.HARD: ("due", "circle-alert", marked("Check")),
    Concern.WEAK: ("due", "pencil", marked("Change")),
    Concern.SKIPPED: ("due", "pencil", marked("Change")),
    Concern.NOBODY: ("due", "pencil", marked("Change")),
    Concern.IDLE: ("due", "pencil", marked("Change")),
    Concern.EASY: ("info", "info", marked("Consider")),
    Concern.FEW: ("not-started", "hourglass", marked("Wait")),
}
MOST_SHOWN_ROWS = 100  # of a ledger; a longer one is looked at in the editor
_UNPRESSING = (Concern.EASY, Concern.FEW)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its choices."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer, or a part of a question, with how many gave it; ``width`` is that of its bar, of a hundred.

    ``is_key`` is said beside it, ``is_right`` how its bar is drawn. ``letter`` may be empty. ``lang`` None: the words
    are the platform's.
    """

    letter: str
    words: Markup | str
    lang: str | None
    is_key: bool
    is_right: bool
    share: str
    width: int
    strength: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a figure suggests: a kind of tag with its icon and word, and a sentence."""

    kind: str
    icon: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """A question with its figures, pairs of what they are and what they say.

    ``is_folded``: the stem is long and is opened first. ``whole`` shows a question with its key where rows of a table
    do not say all of it (a picture, a ledger, the scenes of a case). ``answers_head`` and ``share_head`` are the heads
    of the table of answers. ``hidden`` says why there are no figures; ``edit_href`` None: its file is not in the course
    any more.
    """

    title: Markup
    stem: Markup | None
    is_folded: bool
    whole: QuestionView | None
    lang: str
    edit_href: str | None
    figures: tuple[tuple[str, str], ...]
    advice: tuple[Advice, ...]
    answers: tuple[AnswerLine, ...]
    answers_head: str
    share_head: str
    hidden: str | None


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """The questions of a quiz with what the answers say about them. ``empty`` says why there is none to show."""

    shell: Shell
    course_title: str
    course_lang: str
    course_href: str
    action: str
    filters: tuple[Filter, ...]
    quiz_title: str
    quiz_lang: str
    lead: str
    summary: str
    items: tuple[ItemView, ...]
    empty: str | None
    csv_href: str


def items_page(asked: Asked, analysed: Analysed, editable: Collection[str], *, suppress_below: int) -> ItemsPage:
    """The page; ``editable`` are the files that the course has now, ``suppress_below`` as the site hides groups."""
    course, release, quiz = asked.course, asked.release, asked.quiz
    here = language()
    title, title_lang = text_in(course.texts, here, course.language)
    people = release.people.get(quiz.id, 0) if quiz is not None else 0
    address = f"/write/{course.slug}/questions"
    empty = _why_empty(people, suppress_below)
    quiz_text = text_in(quiz.texts, here, course.language) if quiz is not None else None
    return ItemsPage(
        shell=shell(),
        course_title=title.title,
        course_lang=title_lang,
        course_href=f"/write/{course.slug}",
        action=address,
        filters=tuple(_filters(asked)),
        quiz_title=quiz_text[0].title if quiz_text is not None else gettext("No quiz"),
        quiz_lang=quiz_text[1] if quiz_text is not None else here,
        lead=gettext("What the answers say about each question, and what to do about it."),
        summary=_summary(people, analysed) if empty is None else "",
        items=tuple(_item(asked, question, figures, editable) for question, figures in in_order(analysed, asked.order))
        if empty is None
        else (),
        empty=empty,
        csv_href=f"{address}.csv?{urlencode({'release': release.number})}",
    )


def _why_empty(people: int, suppress_below: int) -> str | None:
    if people == 0:
        return gettext("Nobody has handed in this quiz in this release yet.")
    if people < suppress_below:
        return gettext(
            "Fewer than %(count)s people have handed in this quiz in this release, so there are no figures: "
            "they would tell what single people answered.",
            count=suppress_below,
        )
    return None


def _summary(people: int, analysed: Analysed) -> str:
    pressing = sum(
        figures is not None and any(flag.concern not in _UNPRESSING for flag in figures.flags)
        for _, figures in analysed
    )
    counted = ngettext("One first attempt.", "%(count)s first attempts.", people)
    attention = ngettext(
        "One of %(all)s questions needs attention.",
        "%(count)s of %(all)s questions need attention.",
        pressing,
        all=len(analysed),
    )
    if people > MOST_ATTEMPTS:
        counted += " " + gettext("The newest %(count)s are looked at.", count=number(MOST_ATTEMPTS))
    return f"{counted} {attention if pressing else gettext('No question needs attention.')}"


def _filters(asked: Asked) -> Iterable[Filter]:
    course, here = asked.course, language()
    yield Filter(
        "quiz",
        gettext("Quiz"),
        tuple(
            Option(quiz.id, text_in(quiz.texts, here, course.language)[0].title, quiz is asked.quiz)
            for quiz in course.quizzes()
        ),
    )
    yield Filter(
        "release",
        gettext("Release"),
        tuple(
            Option(
                str(release.number),
                gettext("%(number)s, version %(version)s", number=release.number, version=release.version),
                release is asked.release,
            )
            for release in asked.releases
        ),
    )
    yield Filter(
        "order",
        gettext("Order"),
        tuple(Option(order, gettext(words), order is asked.order) for order, words in ORDERS.items()),
    )


def _item(asked: Asked, question: Question, figures: ItemFigures | None, editable: Collection[str]) -> ItemView:
    course = asked.course
    text, lang = text_in(question.texts, language(), course.language)
    is_parted = isinstance(question, PARTED)
    href = f"/write/{course.slug}/files/{question.path}?{urlencode({'line': question.line})}"
    return ItemView(
        title=compiled(text.title),
        stem=compiled(text.stem) if text.stem else None,
        is_folded="<table" in text.stem,
        whole=_whole(question, course.language),
        lang=lang,
        edit_href=href if question.path in editable else None,
        figures=_figures(figures) if figures is not None else (),
        advice=_advice(question, figures) if figures is not None else (),
        answers=tuple(_answers(asked, question, figures)) if figures is not None else (),
        answers_head=gettext("Part") if is_parted else gettext("Answer"),
        share_head=gettext("Right") if is_parted else gettext("Given by"),
        hidden=gettext("Too few people were given this question to show figures.") if figures is None else None,
    )


def _whole(question: Question, source: str) -> QuestionView | None:
    """The question with its key, where the answers do not show it; not a ledger as long as a book."""
    if isinstance(question, Ledger) and len(question.row_ids) > MOST_SHOWN_ROWS:
        return None
    if isinstance(question, Ledger | Hotspot | BranchingCase | Ordering | Cloze | OpenAnswer):
        return key_view(question, language(), source)
    return None


def _figures(figures: ItemFigures) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Answers"), str(figures.people)),
        (gettext("Answered right"), percent(figures.facility)),
        (gettext("Tells strong from weak"), strength(figures.discrimination)),
        (gettext("Left blank"), percent(figures.omitted)),
        (gettext("Median time"), time_words(figures.seconds)),
    )


def _advice(question: Question, figures: ItemFigures) -> tuple[Advice, ...]:
    if not figures.flags:
        return (Advice("done", "circle-check", gettext("Keep"), gettext("Nothing stands out.")),)
    made = []
    for concern, said in sentences(question, figures):
        kind, icon, word = _TAGS[concern]
        made.append(Advice(kind, icon, gettext(word), said))
    return tuple(made)


def _answers(asked: Asked, question: Question, figures: ItemFigures) -> Iterable[AnswerLine]:
    source = question.texts[asked.course.language]
    text, lang = text_in(question.texts, language(), asked.course.language)
    letters = letters_of(question)
    for option in figures.options:
        yield AnswerLine(
            letter=letters.get(option.id, ""),
            words=answer_words(question, text, source, option.id),
            lang=lang,
            is_key=option.is_right and not isinstance(question, PARTED),
            share=percent(option.share),
            width=round(option.share * 100),
            is_right=option.is_right,
            strength=strength(option.discrimination),
        )
    if isinstance(question, ShortText | Number):
        other = max(0.0, 1 - figures.omitted - sum(option.share for option in figures.options))
        yield _of_ours(gettext("Something else"), other)
    if figures.options and figures.omitted and not isinstance(question, PARTED):
        yield _of_ours(gettext("Left blank"), figures.omitted)


def _of_ours(words: str, share: float) -> AnswerLine:
    return AnswerLine("", words, None, False, False, percent(share), round(share * 100), "–")

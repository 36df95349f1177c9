"""The figures of every question of a release as the rows of a file: one row for each answer, or for the question."""

from collections.abc import Iterator, Sequence

from elearn.assessment.analysis import ItemFigures
from elearn.authoring.item_words import answer_words, letters_of, sentences
from elearn.authoring.items import Analysed
from elearn.content.course import Course, Quiz, text_in
from elearn.content.question import Question
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, language
from elearn.web.spreadsheets import Row, Value


def items_head() -> Sequence[str]:
    """The head of the table. Shares are from 0 to 1."""
    return [
        gettext("Quiz"),
        gettext("Id of the question"),
        gettext("Question"),
        gettext("Answers"),
        gettext("Answered right"),
        gettext("Tells strong from weak"),
        gettext("Left blank"),
        gettext("Median time, seconds"),
        gettext("What this suggests"),
        gettext("Option"),
        gettext("Words"),
        gettext("Key"),
        gettext("Chosen by"),
        gettext("Goes with the rest"),
    ]


def items_rows(course: Course, quizzes: Sequence[tuple[Quiz, Analysed]], *, hidden: str) -> Iterator[Row]:
    """The rows; ``hidden`` stands where too few people answered to show a figure."""
    for quiz, analysed in quizzes:
        title = text_in(quiz.texts, language(), course.language)[0].title
        for question, figures in analysed:
            text = text_in(question.texts, language(), course.language)[0]
            about: list[Value] = [title, question.id, compiled(text.title).striptags()]
            if figures is None:
                yield [*about, hidden, *[None] * 10]
            else:
                yield from _lines(course, question, figures, about)


def _lines(course: Course, question: Question, figures: ItemFigures, about: list[Value]) -> Iterator[Row]:
    own: list[Value] = [
        *about,
        figures.people,
        _exact(figures.facility),
        _exact(figures.discrimination),
        _exact(figures.omitted),
        figures.seconds,
        " ".join(said for _, said in sentences(question, figures)),
    ]
    text = text_in(question.texts, language(), course.language)[0]
    letters = letters_of(question)
    for option in figures.options:
        words = answer_words(question, text, question.texts[course.language], option.id)
        yield [
            *own,
            letters.get(option.id),
            words.striptags() if hasattr(words, "striptags") else words,
            gettext("yes") if option.is_right else gettext("no"),
            _exact(option.share),
            _exact(option.discrimination),
        ]
    if not figures.options:
        yield [*own, *[None] * 5]


def _exact(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4) + 0.0

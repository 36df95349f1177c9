"""What the preview of a file is given: what the file makes, as officers see it, and the keys of its questions.

Only people who write courses get these views; they hold what no learner's page may.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from elearn.assessment.marking import Verdict, choices_of
from elearn.assessment.showing import AnswerView, MarkedView, QuestionView, key_view
from elearn.content.course import Course, Html, Module, Quiz, Section, Term, text_in
from elearn.content.question import (
    Choice,
    Credit,
    Hotspot,
    Number,
    NumberAnswer,
    Question,
    QuestionText,
    SeveralChoice,
    ShortText,
    TextAnswer,
)
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, ngettext, number


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """An answer that may be typed. ``is_accepted``: it earns points; a pattern is shown as it is written."""

    words: str
    is_pattern: bool
    is_accepted: bool
    verdict: str
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """A question with its key. ``choices`` is for the macros of the assessment; None where the answer is typed."""

    id: str
    line: int
    title: Markup
    stem: Markup | None
    lang: str
    facts: str
    choices: QuestionView | None
    typed: tuple[TypedAnswer, ...]
    hint: Markup | None
    explanation: Markup | None
    trainer_note: Markup | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a lesson: HTML, or a check-yourself question with its key."""

    html: Markup | None
    check: KeyQuestion | None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as it is read; ``lang`` is the language its text is in, which may be the source's."""

    id: str
    number: str
    title: str
    lang: str
    pieces: tuple[Piece, ...]
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a file makes: sections of a lesson, questions, terms or the landing page; all empty if it makes nothing.

    ``draws`` say in words what a quiz draws from pools; ``left_out`` that questions with an error are missing.
    """

    lang: str
    title: str = ""
    lead: str = ""
    landing: Markup | None = None
    introduction: Markup | None = None
    sections: tuple[SectionView, ...] = ()
    questions: tuple[KeyQuestion, ...] = ()
    draws: tuple[str, ...] = ()
    left_out: str = ""
    terms: tuple[tuple[Term, Markup], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.title or self.landing or self.sections or self.questions or self.draws or self.terms)


def preview_of(course: Course | None, path: str, *, has_errors: bool) -> PreviewView:
    """What the file ``path`` makes in a course that may have errors; ``has_errors``: this file has."""
    if course is None:
        return PreviewView("en")
    view = _view(course, path)
    if has_errors and not (view.sections or view.terms or view.landing is not None):
        said = gettext("A question with an error is left out here until it is mended. Officers cannot get it.")
        return replace(view, left_out=said)
    return view


def _view(course: Course, path: str) -> PreviewView:
    source, language = _source_and_language(path, course)
    if source == "course.md":
        text, found = text_in(course.texts, language, course.language)
        return PreviewView(found, title=text.title, lead=text.lead, landing=compiled(text.landing))
    if source == "glossary.md":
        found = language if language in course.glossary else course.language
        terms = tuple((term, compiled(term.definition)) for term in course.glossary.get(found, ()))
        return PreviewView(found, terms=terms)
    for module in course.modules:
        if module.path == source:
            return _lesson(course, module, language)
    for quiz in course.quizzes():
        if quiz.path == source:
            return _quiz(course, quiz, language)
    for pool in course.pools:
        if pool.path == source:
            return PreviewView(language, questions=_keys(pool.questions, language, course.language))
    return PreviewView(language)


def _source_and_language(path: str, course: Course) -> tuple[str, str]:
    """The file of which this one is a translation, or itself; and the language it is in."""
    stem, _, language = path.removesuffix(".md").rpartition(".")
    if stem and language in course.languages:
        return f"{stem}.md", language
    return path, course.language


def _lesson(course: Course, module: Module, language: str) -> PreviewView:
    sections = tuple(_section(course, module, section, language) for section in module.sections)
    return PreviewView(language, sections=sections)


def _section(course: Course, module: Module, section: Section, language: str) -> SectionView:
    text, found = text_in(section.texts, language, course.language)
    module_text, _ = text_in(module.texts, language, course.language)
    pieces: list[Piece] = []
    for piece in text.body:
        if isinstance(piece, Html):
            pieces.append(Piece(compiled(piece.html), None))
            continue
        question = module.check(piece.question)
        if question is not None:
            pieces.append(Piece(None, key_question(question, language, course.language)))
    return SectionView(
        id=section.id,
        number=section.number,
        title=text.title or module_text.title,
        lang=found,
        pieces=tuple(pieces),
        objectives=module_text.objectives if section is module.sections[0] else (),
    )


def _quiz(course: Course, quiz: Quiz, language: str) -> PreviewView:
    text, found = text_in(quiz.texts, language, course.language)
    return PreviewView(
        found,
        title=text.title,
        introduction=compiled(text.introduction) if text.introduction else None,
        questions=_keys(quiz.questions, language, course.language),
        draws=tuple(
            ngettext(
                "Then one question drawn from %(pool)s",
                "Then %(count)s questions drawn from %(pool)s",
                draw.count,
                pool=draw.pool,
            )
            + (f" ({', '.join(draw.tags)})" if draw.tags else "")
            for draw in quiz.draws
        ),
    )


def _keys(questions: Sequence[Question], language: str, source: str) -> tuple[KeyQuestion, ...]:
    return tuple(key_question(question, language, source) for question in questions)


def key_question(question: Question, language: str, source: str) -> KeyQuestion:
    """A question with its key, in a language or in the source's."""
    text, found = text_in(question.texts, language, source)
    explanation = compiled(text.explanation) if text.explanation else None
    title = compiled(text.title)
    return KeyQuestion(
        id=question.id,
        line=question.line,
        title=title,
        stem=compiled(text.stem) if text.stem else None,
        lang=found,
        facts=_facts(question),
        choices=_choices(question, text, question.texts[source], found, explanation),
        typed=_typed(question, text),
        hint=compiled(text.hint) if text.hint else None,
        explanation=explanation,
        trainer_note=compiled(text.trainer_note) if text.trainer_note else None,
    )


def _facts(question: Question) -> str:
    """Points, credit and tags in words; what is usual is left unsaid."""
    facts: list[str] = []
    if question.points != 1:
        facts.append(gettext("%(points)s points", points=number(question.points)))
    if isinstance(question, SeveralChoice):
        facts.append(
            {
                Credit.EXACT: gettext("all or nothing"),
                Credit.PROPORTIONAL: gettext("in proportion, less what is wrong"),
                Credit.PROPORTIONAL_CORRECT: gettext("in proportion, nothing with a wrong row"),
            }[question.credit]
        )
    if question.tags:
        facts.append(gettext("tags: %(tags)s", tags=", ".join(question.tags)))
    return " · ".join(facts)


def _choices(
    question: Question, text: QuestionText, source: QuestionText, found: str, explanation: Markup | None
) -> QuestionView | None:
    if isinstance(question, ShortText | Number):
        return None
    rows = choices_of(question)
    if not rows or isinstance(question, Hotspot):
        return key_view(question, found, found)
    is_several = isinstance(question, SeveralChoice)
    return QuestionView(
        id=question.id,
        kind="several" if is_several else "one",
        form="choices",
        is_group=True,
        title=compiled(text.title),
        plain_title="",
        stem=None,
        lang=found,
        fallback=None,
        help="",
        hint=None,
        answers=tuple(_row(row, text, source, is_several=is_several) for row in rows),
        typed="",
        body=None,
        marked=MarkedView(Verdict.RIGHT, "", "", "", (), None, explanation),
    )


def _row(row: Choice, text: QuestionText, source: QuestionText, *, is_several: bool) -> AnswerView:
    share = f"{number(row.weight * 100)}\u00a0%" if is_several and row.weight else ""
    words = gettext("Key") if row.is_right else ""
    feedback = text.feedback.get(row.id)
    return AnswerView(
        id=row.id,
        html=compiled(text.answers.get(row.id) or source.answers.get(row.id, row.id)),
        is_chosen=False,
        verdict="hit" if row.is_right else "left",
        words=", ".join(word for word in (words, share) if word),
        icon="check" if row.is_right else "minus",
        feedback=compiled(feedback) if feedback else None,
    )


def _typed(question: Question, text: QuestionText) -> tuple[TypedAnswer, ...]:
    if not isinstance(question, ShortText | Number):
        return ()
    made: list[TypedAnswer] = []
    for answer in question.answers:
        if answer.is_refused:
            verdict = gettext("Refused")
        elif answer.weight == 1:
            verdict = gettext("Key")
        else:
            verdict = gettext("Key, %(share)s %%", share=number(answer.weight * 100))
        feedback = text.feedback.get(answer.id)
        made.append(
            TypedAnswer(
                words=_words(answer),
                is_pattern=isinstance(answer, TextAnswer) and answer.is_pattern,
                is_accepted=not answer.is_refused,
                verdict=verdict,
                feedback=compiled(feedback) if feedback else None,
            )
        )
    return tuple(made)


def _words(answer: TextAnswer | NumberAnswer) -> str:
    if isinstance(answer, TextAnswer):
        return answer.text
    value = f"{answer.low:f}" if answer.low == answer.high else f"{answer.low:f}–{answer.high:f}"
    return f"{value}\u00a0{answer.unit}" if answer.unit else value

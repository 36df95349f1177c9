"""What a compiled course is: frozen values, equal by content, the same in every process.

What depends on the language of the reader is kept in ``texts``, one entry a language that has it; the rest (ids, marks,
weights, order) is said once, by the source files. A unit without a text in some language falls back to the language
of the course: see :func:`text_in`.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from elearn.content.question import Question
from elearn.core.alphabets import order_in
from elearn.core.languages import chain

T = TypeVar("T")


class Feedback(StrEnum):
    """When an officer sees what was right, and why."""

    IMMEDIATELY = "immediately"
    AFTER_ATTEMPT = "after-attempt"
    AFTER_CLOSE = "after-close"
    NEVER = "never"


class Level(StrEnum):
    """How much the course expects one to know."""

    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


def text_in(texts: Mapping[str, T], language: str, source: str) -> tuple[T, str]:
    """The text in the language asked for, or in the first it falls back to, at last the source; with its language."""
    found = language_in(texts, language, source)
    return texts[found], found


def language_in(texts: Container[str], language: str, source: str) -> str:
    """The language that a reader of ``language`` finds ``texts`` in, of which there is one in ``source``."""
    if language in texts:  # nearly always, and asked for by every title of a page
        return language
    return next((each for each in chain(language) if each in texts), source)


# --- quizzes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuizText:
    """The words of a quiz in one language: plain title, HTML introduction."""

    title: str
    introduction: str


@dataclass(frozen=True, slots=True)
class Draw:
    """``count`` questions from a pool, only those that carry all ``tags``."""

    pool: str
    count: int
    tags: tuple[str, ...] = ()

    def fits(self, question: Question) -> bool:
        """Whether a question of the pool may be drawn."""
        return set(self.tags) <= set(question.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A set of questions taken in attempts.

    ``pass_mark`` is in per cent of the points (None: nothing to pass). ``attempts`` None: no limit. Durations are in
    seconds. Questions that stand in the file come first, then what is drawn. ``has_forms``: it draws from one half of
    each pool, see ``forms``.
    """

    id: str
    texts: dict[str, QuizText]
    questions: tuple[Question, ...]
    draws: tuple[Draw, ...]
    pass_mark: int | None
    attempts: int | None
    time_limit_seconds: int | None
    wait_between_seconds: int | None
    shuffle_questions: bool
    shuffle_answers: bool
    feedback: Feedback
    path: str
    has_forms: bool = False

    @property
    def question_count(self) -> int:
        """How many questions an attempt has."""
        return len(self.questions) + sum(draw.count for draw in self.draws)


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions that quizzes draw from; ``path`` is relative to the course."""

    id: str
    path: str
    questions: tuple[Question, ...]


# --- lessons ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """An H3 inside a section: where "on this page" leads. ``number`` is ``5.3.1``."""

    id: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """A glossary term that a section uses, for its margin."""

    id: str
    term: str
    definition: str


@dataclass(frozen=True, slots=True)
class Html:
    """A piece of a section's body: safe HTML, rendered at publication."""

    html: str
    kind: Literal["html"] = "html"


@dataclass(frozen=True, slots=True)
class Check:
    """A check-yourself question at this place of the body, by id (see ``Module.checks``)."""

    question: str
    kind: Literal["check"] = "check"


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section in one language. ``body`` is shown in order; ``plain`` is its text without marks, for search."""

    title: str
    body: tuple[Html | Check, ...]
    parts: tuple[Part, ...]
    words: tuple[GlossaryWord, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a module; ``number`` is ``5.3``, or ``5`` for the module's opening page (id ``opening``)."""

    id: str
    number: str
    minutes: int
    texts: dict[str, SectionText]


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The words of a module's front matter in one language."""

    title: str
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A lesson of several sections and, if it has one, its quiz. ``id`` is the folder's name without its number."""

    id: str
    number: int
    minutes: int
    texts: dict[str, ModuleText]
    themes: tuple[str, ...]
    requires: tuple[str, ...]
    sections: tuple[Section, ...]
    checks: tuple[Question, ...]
    quiz: Quiz | None
    path: str

    def section(self, section_id: str) -> Section | None:
        """The section of that id."""
        return next((section for section in self.sections if section.id == section_id), None)

    def check(self, question_id: str) -> Question | None:
        """The check-yourself question of that id."""
        return next((question for question in self.checks if question.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry in one language; ``definition`` is HTML, ``plain`` the same without marks."""

    id: str
    term: str
    also: tuple[str, ...]
    definition: str
    plain: str


@dataclass(frozen=True, slots=True)
class CourseText:
    """The words of the course's front matter and landing page in one language; ``lead`` is plain, ``landing`` HTML.

    ``origin`` is where the course comes from, None if it says nothing of that in this language.
    """

    title: str
    lead: str
    landing: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What completes the course.

    Every module read (``modules``), every module quiz passed (``quizzes``), and at least ``exam`` per cent in the exam
    (None: no exam is asked).
    """

    modules: bool
    quizzes: bool
    exam: int | None


@dataclass(frozen=True, slots=True)
class Certification:
    """That the course awards a certificate, valid so many months (None: for good)."""

    valid_months: int | None


@dataclass(frozen=True, slots=True)
class Asset:
    """What pages of the course show or link to; ``digest`` is its SHA-256 in hex, ``size`` is in bytes.

    ``path`` is the file that it is, or the picture that it was made of: there may be two of one.
    """

    path: str
    media_type: str
    digest: str
    size: int

    @property
    def name(self) -> str:
        """What the file is called in its address, whatever its author called it."""
        return f"{self.digest}.{_ENDINGS[self.media_type]}"


_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/csv": "csv",
}


@dataclass(frozen=True, slots=True)
class Stale:
    """The ids of what changed in the source after it was translated; of sections ``module/section``."""

    sections: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A compiled course. ``digest`` is the SHA-256 over its source files; equal sources are equal courses.

    ``stale`` says by language what of its translation is behind the source.
    """

    slug: str
    digest: str
    version: str
    language: str
    languages: tuple[str, ...]
    hours: Decimal
    level: Level
    origin: str | None
    themes: tuple[str, ...]
    texts: dict[str, CourseText]
    modules: tuple[Module, ...]
    glossary: dict[str, tuple[Term, ...]]
    pools: tuple[Pool, ...]
    pretest: Quiz | None
    exam: Quiz | None
    completion: Completion
    certification: Certification | None
    assets: tuple[Asset, ...]
    stale: dict[str, Stale] = field(default_factory=dict)

    def module(self, module_id: str) -> Module | None:
        """The module of that id."""
        return next((module for module in self.modules if module.id == module_id), None)

    def pool(self, path: str) -> Pool | None:
        """The pool of that path."""
        return next((pool for pool in self.pools if pool.path == path), None)

    def quiz(self, quiz_id: str) -> Quiz | None:
        """The quiz of that id: of a module, before the course, or the exam."""
        return next((quiz for quiz in self.quizzes() if quiz.id == quiz_id), None)

    def quizzes(self) -> tuple[Quiz, ...]:
        """Every quiz, in the order an officer meets them."""
        asked = (self.pretest, *(module.quiz for module in self.modules), self.exam)
        return tuple(quiz for quiz in asked if quiz is not None)


def glossary_in(course: Course, language: str) -> list[tuple[Term, str]]:
    """Every term of the glossary for a reader of ``language``, with the language it was found in.

    They stand by the alphabet of the language that the glossary as a whole is found in, whatever the order of the file.
    """
    found: dict[str, tuple[Term, str]] = {}
    for each in (*chain(language), course.language):
        for term in course.glossary.get(each, ()):
            found.setdefault(term.id, (term, each))
    order = language_in(course.glossary, language, course.language)
    return sorted(found.values(), key=lambda each: order_in(order, each[0].term))

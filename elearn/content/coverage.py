"""How much of a course is translated into a language, and how much of that is behind the source."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from elearn.content.course import Course, Stale
from elearn.content.question import Question


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``all`` units so many are ``translated``; ``stale`` of these before their source changed."""

    all: int
    translated: int
    stale: int

    @property
    def missing(self) -> int:
        """How many are shown in another language."""
        return self.all - self.translated


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a translation of a course is. Questions that draws take from pools count once each."""

    language: str
    sections: Share
    questions: Share
    terms: Share

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing or stale."""
        return not any(share.missing or share.stale for share in (self.sections, self.questions, self.terms))


def coverage_of(course: Course, language: str) -> Coverage:
    """How far the translation of a course into one of its languages is; of its source language, everything."""
    sections = [section for module in course.modules for section in module.sections]
    questions = list(_questions(course))
    terms = course.glossary.get(course.language, ())
    there = {term.id for term in course.glossary.get(language, ())}
    stale = course.stale.get(language, Stale())
    return Coverage(
        language,
        Share(len(sections), sum(language in section.texts for section in sections), len(stale.sections)),
        Share(len(questions), sum(language in question.texts for question in questions), len(stale.questions)),
        Share(len(terms), sum(term.id in there for term in terms), len(stale.terms)),
    )


def _questions(course: Course) -> Iterator[Question]:
    """Every question of the course: of its quizzes, its pools and its lessons."""
    return chain(
        chain.from_iterable(quiz.questions for quiz in course.quizzes()),
        chain.from_iterable(pool.questions for pool in course.pools),
        chain.from_iterable(module.checks for module in course.modules),
    )

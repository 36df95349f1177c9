"""What an editor asks of a course and a compiler cannot refuse: how it reads, what is said twice, where the keys are.

Readability is the Flesch–Kincaid grade, years of schooling at which a text reads easily. English: 0.39 · words per
sentence + 11.8 · syllables per word − 15.59 (Kincaid and others, 1975). Russian: 0.5 and 8.4 in place of the first two
(Oborneva, 2006), because its words are longer and its sentences shorter for the same difficulty. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from elearn.content.course import Course, Module, Pool, Quiz, text_in
from elearn.content.question import Question, SingleChoice

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?…])[\"”»’)]*\s+|\n+")
_TAG = re.compile(r"<[^>]+>")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "ru": re.compile(r"[аеёиоуыэюя]")}
_SILENT = re.compile(r"[^aeioul]e$|[^aeioudt]ed$|[aeiou]le$")
_GRADE = {"en": (0.39, 11.8), "ru": (0.5, 8.4)}
_SHORT = 6
"""Sentences of so few words may be said twice: "See the law of your State." """


@dataclass(frozen=True, slots=True)
class ModuleReview:
    """A module in one language. ``grade`` None: nobody has a formula for the language."""

    module: str
    language: str
    words: int
    grade: float | None


@dataclass(frozen=True, slots=True)
class KeyReview:
    """The single choices of one file: how often each place is right, and how often the right answer is the longest."""

    path: str
    places: tuple[int, ...]
    longest: int
    count: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A sentence that stands in several places, as ``module/section``."""

    sentence: str
    places: tuple[str, ...]


def module_reviews(course: Course) -> tuple[ModuleReview, ...]:
    """Every module in every language that the course is written in."""
    return tuple(_module_review(course, module, language) for language in course.languages for module in course.modules)


def _module_review(course: Course, module: Module, language: str) -> ModuleReview:
    text = "\n".join(_prose(course, module, language))
    return ModuleReview(module.id, language, len(_WORD.findall(text)), grade(text, language))


def _prose(course: Course, module: Module, language: str) -> Iterable[str]:
    """The text of the sections in a language, without those that only list sources."""
    return (
        section.texts[language].plain
        for section in module.sections
        if language in section.texts and section.id != "sources"
    )


def grade(text: str, language: str) -> float | None:
    """The Flesch–Kincaid grade of a text; None without a formula for the language or without words."""
    words = [word.lower() for word in _WORD.findall(text)]
    if language not in _GRADE or not words:
        return None
    sentences = [piece for piece in _END.split(text) if len(_WORD.findall(piece)) > 1]
    syllables = sum(_syllables(word, language) for word in words)
    by_length, by_syllables = _GRADE[language]
    return by_length * len(words) / max(1, len(sentences)) + by_syllables * syllables / len(words) - 15.59


def _syllables(word: str, language: str) -> int:
    """Vowels in Russian; in English groups of vowels, without the silent e of *case* and of *asked*."""
    count = len(_VOWELS[language].findall(word))
    is_silent = language == "en" and _SILENT.search(word) is not None
    return max(1, count - is_silent)


def repeated_sentences(course: Course, language: str) -> tuple[Repeated, ...]:
    """Sentences of more than a few words that stand in more than one place."""
    found: dict[str, list[str]] = {}
    for module in course.modules:
        for section in module.sections:
            if language not in section.texts:
                continue
            for sentence in _END.split(section.texts[language].plain):
                if len(_WORD.findall(sentence)) > _SHORT:
                    found.setdefault(" ".join(sentence.split()), []).append(f"{module.id}/{section.id}")
    return tuple(Repeated(sentence, tuple(places)) for sentence, places in found.items() if len(places) > 1)


def key_reviews(course: Course) -> tuple[KeyReview, ...]:
    """Where the right answers of single choices stand, file by file."""
    files: Mapping[str, tuple[Question, ...]] = {
        each.path: each.questions for each in chain[Quiz | Pool](course.quizzes(), course.pools) if each.questions
    }
    return tuple(_key_review(path, questions, course.language) for path, questions in files.items())


def _key_review(path: str, questions: Iterable[Question], source: str) -> KeyReview:
    places: Counter[int] = Counter()
    longest = count = 0
    for question in questions:
        if not isinstance(question, SingleChoice):
            continue
        text, _ = text_in(question.texts, source, source)
        lengths = [len(_TAG.sub("", text.answers[choice.id])) for choice in question.choices]
        right = next(place for place, choice in enumerate(question.choices) if choice.is_right)
        places[right] += 1
        count += 1
        longest += lengths[right] == max(lengths) and lengths.count(max(lengths)) == 1
    return KeyReview(path, tuple(places[place] for place in range(max(places, default=-1) + 1)), longest, count)

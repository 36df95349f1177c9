"""What a book of a course holds, as plain values for its template. Pure.

``book.typ`` says what is drawn of it. Places are called ``module-3``, ``section-3-money``,
``term-hawala``, ``answer-3-cash``.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from elearn.book.nodes import Node, Pictures, Places, nodes_of
from elearn.book.questions import answer_nodes, question_nodes
from elearn.content.course import Check, Course, Html, Module, Section, glossary_in, text_in


@dataclass(frozen=True)
class Words:
    """The words of the book itself, in its language; ``number`` writes a number as the language does."""

    contents: str
    module: str
    objectives: str
    check: str
    answers: str
    answer_on: str
    glossary: str
    also: str
    version: str
    about: str
    go_to_scene: str
    number: Callable[[Decimal], str]


@dataclass(frozen=True)
class Book:
    """``data`` for the template, and the ``pictures`` that it names."""

    title: str
    language: str
    data: dict[str, Any]
    pictures: dict[str, bytes]


def book_of(course: Course, language: str, words: Words, media: Callable[[str], bytes | None]) -> Book:
    """The book of a course in a language; what is not translated stands in the course's own.

    ``media`` gives the bytes of a picture by the name in its address.
    """
    return _Writer(course, language, words, Pictures(media)).book()


class _Writer:
    def __init__(self, course: Course, language: str, words: Words, pictures: Pictures) -> None:
        self._course = course
        self._language = language
        self._words = words
        self._pictures = pictures
        self._sections = {
            f"/courses/{course.slug}/{module.id}/{section.id}": _place(module, section)
            for module in course.modules
            for section in module.sections
        }
        self._terms = [term for term, _ in glossary_in(course, language)]
        self._in_glossary = {f"/courses/{course.slug}/glossary#{term.id}": f"term-{term.id}" for term in self._terms}
        self._answers: list[dict[str, Any]] = []

    def book(self) -> Book:
        course = self._course
        text, _ = text_in(course.texts, self._language, course.language)
        modules = [self._module(module) for module in course.modules]
        words = self._words
        data = {
            "lang": self._language.partition("-")[0],  # Typst knows languages, and no scripts
            "title": text.title,
            "lead": text.lead,
            "landing": self._draw(text.landing),
            "origin": text.origin or course.origin,
            "version": f"{words.version} {course.version}",
            "modules": modules,
            "answers": self._answers,
            "glossary": [
                {
                    "place": f"term-{term.id}",
                    "term": term.term,
                    "also": ", ".join(term.also),
                    "definition": self._draw(term.definition),
                }
                for term in self._terms
            ],
            "words": {each.name: getattr(words, each.name) for each in fields(words) if each.name != "number"},
        }
        return Book(text.title, self._language, data, self._pictures.files)

    def _draw(self, html: str) -> list[Node]:
        return nodes_of(html, self._pictures, Places(self._place_of))

    def _place_of(self, address: str) -> str | None:
        return self._in_glossary.get(address) or self._sections.get(address.partition("#")[0])

    def _module(self, module: Module) -> dict[str, Any]:
        text, _ = text_in(module.texts, self._language, self._course.language)
        opening, *sections = module.sections
        return {
            "place": f"module-{module.number}",
            "number": module.number,
            "title": text.title,
            "objectives": list(text.objectives),
            "opening": self._body(module, opening),
            "opening_place": _place(module, opening),
            "sections": [self._section(module, section) for section in sections],
        }

    def _section(self, module: Module, section: Section) -> dict[str, Any]:
        text, _ = text_in(section.texts, self._language, self._course.language)
        return {
            "place": _place(module, section),
            "number": section.number,
            "title": text.title,
            "body": self._body(module, section),
        }

    def _body(self, module: Module, section: Section) -> list[Node]:
        text, _ = text_in(section.texts, self._language, self._course.language)
        made: list[Node] = []
        for piece in text.body:
            match piece:
                case Html():
                    made += self._draw(piece.html)
                case Check():
                    made.append(self._check(module, piece.question))
        return made

    def _check(self, module: Module, question_id: str) -> Node:
        course, question = self._course, module.check(question_id)
        assert question is not None, "a lesson names only questions that it has"
        text, _ = text_in(question.texts, self._language, course.language)
        place = f"answer-{module.number}-{question_id}"
        title = self._draw(text.title)
        self._answers.append(
            {
                "place": place,
                "module": module.number,
                "title": title,
                "nodes": answer_nodes(question, self._language, course.language, self._draw, self._words.number),
            }
        )
        return {
            "k": "check",
            "to": place,
            "title": title,
            "c": question_nodes(question, self._language, course.language, self._draw),
        }


def _place(module: Module, section: Section) -> str:
    return f"section-{module.number}-{section.id}"

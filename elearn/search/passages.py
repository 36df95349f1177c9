"""What of a course can be found, in each of its languages, and what is shown of it. Pure.

Only what the pages of the reader show to everybody: titles, bodies, glossary. Questions stand beside the bodies of
sections, not in them (``content.course.Check``), so no quiz, key, feedback or note can get here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from elearn.content.course import Course, Html, Module, Section, Term
from elearn.learning.rules import places, unit_of
from elearn.markup.slots import plain_text

_PART = re.compile(
    r'<section class="part" id="([^"]+)">\s*<h2><span class="number">[^<]*</span>(.*?)</h2>|</section>', re.DOTALL
)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


class Kind(StrEnum):
    """What a passage is."""

    COURSE = "course"
    SECTION = "section"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a passage's text; ``anchor`` is the id of the part of the section it stands in, if of one."""

    anchor: str | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be found, in one language.

    ``place`` is ``module/section`` of a section, the id of a term, and empty for the course itself; ``number`` is that
    of a section. ``context`` is the title of its module, or the other names of a term.
    """

    kind: Kind
    place: str
    language: str
    number: str
    title: str
    context: str
    parts: tuple[Part, ...]

    @property
    def headings(self) -> str:
        """The titles around its text that are not its own."""
        return " ".join(filter(None, (self.context, *(part.title for part in self.parts))))

    @property
    def text(self) -> str:
        """Its text without titles."""
        return " ".join(part.text for part in self.parts)


def passages_of(course: Course) -> Iterator[Passage]:
    """Everything of a course that can be found, in the order of its pages, in every language."""
    for language in course.texts:
        yield _course(course, language)
    for place in places(course):
        for language in place.section.texts:
            yield _section(course, place.module, place.section, language)
    for language, terms in course.glossary.items():
        for term in terms:
            yield _term(term, language)


def passage_at(course: Course, kind: Kind, place: str, language: str) -> Passage | None:
    """The passage of that place in that language, if the course has it."""
    if kind is Kind.COURSE:
        return _course(course, language) if language in course.texts else None
    if kind is Kind.TERM:
        terms = course.glossary.get(language, ())
        return next((_term(term, language) for term in terms if term.id == place), None)
    module_id, _, section_id = place.partition("/")
    module = course.module(module_id)
    section = module.section(section_id) if module is not None else None
    if module is None or section is None or language not in section.texts:
        return None
    return _section(course, module, section, language)


def languages_at(course: Course, kind: Kind, place: str) -> frozenset[str]:
    """The languages in which a passage of a course is there."""
    return frozenset(language for language in course.languages if passage_at(course, kind, place, language))


def _course(course: Course, language: str) -> Passage:
    text = course.texts[language]
    parts = (Part(None, "", text.lead), Part(None, "", _words(text.landing)))
    return Passage(Kind.COURSE, "", language, "", text.title, "", parts)


def _section(course: Course, module: Module, section: Section, language: str) -> Passage:
    text = section.texts[language]
    module_title = (module.texts.get(language) or module.texts[course.language]).title
    title = text.title or module_title
    return Passage(
        kind=Kind.SECTION,
        place=unit_of(module, section),
        language=language,
        number=section.number,
        title=title,
        context=module_title if title != module_title else "",
        parts=tuple(_parts(piece.html for piece in text.body if isinstance(piece, Html))),
    )


def _term(term: Term, language: str) -> Passage:
    parts = (Part(None, "", term.plain),)
    return Passage(Kind.TERM, term.id, language, "", term.term, ", ".join(term.also), parts)


def _parts(pieces: Iterator[str]) -> Iterator[Part]:
    """The text of a section's body, cut where its parts begin and end."""
    for html in pieces:
        anchor, title, start = None, "", 0
        for found in _PART.finditer(html):
            yield from _part(anchor, title, html[start : found.start()])
            anchor, title = found[1], _words(found[2] or "")
            start = found.end()
        yield from _part(anchor, title, html[start:])


def _part(anchor: str | None, title: str, html: str) -> Iterator[Part]:
    text = _words(html)
    if text or title:
        yield Part(anchor, title, text)


def _words(html: str) -> str:
    return plain_text(_DRAWING.sub(" ", html))

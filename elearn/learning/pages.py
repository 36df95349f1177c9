"""What the templates of courses and lessons are given, and the functions that build it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from elearn.content.course import Course, Module, Quiz, Section, Term, glossary_in, language_in, text_in
from elearn.learning.rules import (
    Place,
    Progress,
    unit_of,
)
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, language, said
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class Turn:
    """A link to the previous or next page."""

    href: str
    label: Markup
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section in an outline of a course."""

    unit: str
    number: str
    title: Markup
    href: str
    minutes: int


def title_in(texts: Mapping[str, Any], source: str) -> Markup:
    """The title of a part of a course in the language of the page, or marked as being in the course's."""
    text, found_in = text_in(texts, language(), source)
    return said(text.title, found_in)


def section_title(course: Course, module: Module, section: Section) -> Markup:
    """The title of a section; the opening page of a module has that of the module."""
    return title_in(section.texts, course.language) or title_in(module.texts, course.language)


def outline_sections(course: Course, module: Module) -> tuple[OutlineSection, ...]:
    """The sections of a module."""
    return tuple(
        OutlineSection(
            unit=unit_of(module, section),
            number=section.number,
            title=section_title(course, module, section),
            href=f"/courses/{course.slug}/{unit_of(module, section)}",
            minutes=section.minutes,
        )
        for section in module.sections
    )


def whole(score: Decimal) -> int:
    """A score as it is shown: whole per cent, never rounded up over a pass mark."""
    return int(score)


def segments_of(progress: Progress) -> tuple[str, ...]:
    """The segmented bar of a course: for each module the CSS classes of its width in minutes and of what is read."""
    return tuple(
        f"w-{min(max(module.module.minutes, 1), 60)}{share_class(module.share)}" for module in progress.modules
    )


def share_class(share: float) -> str:
    """The CSS classes of a segment of which a share was read, 0 to 1."""
    if share >= 1:
        return " is-done"
    return f" is-current fill-{round(share * 20) * 5}" if share > 0 else ""


def turn_to(course: Course, place: Place) -> Turn:
    """A link to a section."""
    label = numbered(place.section.number, section_title(course, place.module, place.section))
    return Turn(f"/courses/{course.slug}/{place.unit}", label, place.section.minutes)


def numbered(number: object, title: Markup) -> Markup:
    """A title after its number."""
    return escape(" ").join((str(number), title))


def turn_to_quiz(course: Course, quiz: Quiz) -> Turn:
    """A link to the start page of a quiz."""
    return Turn(f"/courses/{course.slug}/quizzes/{quiz.id}", title_in(quiz.texts, course.language))


def origin_of(course: Course, *, is_short: bool = False) -> Markup | None:
    """Where a course comes from, if it says so; ``is_short``: without place and date."""
    text, found_in = text_in(course.texts, language(), course.language)
    origin, found_in = (text.origin, found_in) if text.origin else (course.origin, course.language)
    if origin is None:
        return None
    return said(origin.partition(",")[0] if is_short else origin, found_in)


def level_name(course: Course) -> str:
    """The level in words."""
    return {"basic": gettext("Basic"), "intermediate": gettext("Intermediate"), "advanced": gettext("Advanced")}[
        course.level
    ]


def modules_words(read: int, count: int) -> str:
    """How far, as a count: 4 of 7 modules read."""
    return gettext("%(read)s of %(all)s modules read", read=read, all=count)


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """The glossary of a course: terms with their definition, as HTML, and its language; most are in one."""

    shell: Shell
    course_title: Markup
    course_href: str
    terms: tuple[tuple[Term, Markup, str], ...]
    text_language: str


def glossary_page(course: Course) -> GlossaryPage:
    """The glossary in the language of the page, or in what it falls back to, by the alphabet of that language."""
    found_in = language_in(course.glossary, language(), course.language)
    return GlossaryPage(
        shell=shell(),
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        terms=tuple((term, compiled(term.definition), lang) for term, lang in glossary_in(course, language())),
        text_language=found_in,
    )

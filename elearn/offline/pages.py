"""What the templates of kept modules are given, and the functions that build it."""

import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from elearn.assessment.showing import QuestionView, question_view
from elearn.content.course import Check, Course, Html, Module, Section, text_in
from elearn.learning.pages import Turn, title_in
from elearn.learning.queries import Learning
from elearn.learning.rules import unit_of
from elearn.markup.safe import compiled
from elearn.web.i18n import day, language
from elearn.web.shell import Shell, nobodys_shell, shell

_HEADING = re.compile(r"<(/?)h([2-5])(?=[\s>])")


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check-yourself question without its key; ``href`` is where it is checked."""

    anchor: str
    question: QuestionView
    href: str


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A piece of a lesson: HTML, or a check-yourself question."""

    html: Markup | None
    check: KeptCheck | None


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A section among the others of its module; ``href`` is its own page."""

    id: str
    number: str
    title: Markup
    minutes: int
    href: str
    text_language: str
    pieces: tuple[KeptPiece, ...]


@dataclass(frozen=True, slots=True)
class ModulePage:
    """A module on one page. ``is_copy``: for a browser to keep, without a person, a form or a link that needs one."""

    shell: Shell
    is_copy: bool
    course_title: Markup
    course_href: str
    title: Markup
    number: int
    minutes: int
    version: str
    today: str
    sections: tuple[KeptSection, ...]
    read_action: str
    is_read: bool
    quiz: Turn | None


def module_page(course: Course, learning: Learning, module: Module, *, is_copy: bool, now: datetime) -> ModulePage:
    """A module on one page, in the language of the page."""
    href = f"/courses/{course.slug}"
    quiz = module.quiz
    return ModulePage(
        shell=nobodys_shell() if is_copy else shell(),
        is_copy=is_copy,
        course_title=title_in(course.texts, course.language),
        course_href=href,
        title=title_in(module.texts, course.language),
        number=module.number,
        minutes=module.minutes,
        version=course.version,
        today=day(now),
        sections=tuple(_section(course, module, section) for section in module.sections),
        read_action=f"{href}/offline/{module.id}/read",
        is_read=all(unit_of(module, section) in learning.tally.read for section in module.sections),
        quiz=Turn(f"{href}/quizzes/{quiz.id}", title_in(quiz.texts, course.language)) if quiz is not None else None,
    )


def _section(course: Course, module: Module, section: Section) -> KeptSection:
    text, found_in = text_in(section.texts, language(), course.language)
    return KeptSection(
        id=section.id,
        number=section.number,
        title=title_in(section.texts, course.language),
        minutes=section.minutes,
        href=f"/courses/{course.slug}/{unit_of(module, section)}",
        text_language=found_in,
        pieces=tuple(_piece(course, module, section, piece) for piece in text.body),
    )


def _piece(course: Course, module: Module, section: Section, piece: Html | Check) -> KeptPiece:
    if isinstance(piece, Html):
        # The section's own heading stands above those of its text.
        return KeptPiece(compiled(_HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", piece.html)), None)
    question = module.check(piece.question)
    if question is None:
        return KeptPiece(None, None)
    anchor = f"check-{question.id}"
    href = f"/courses/{course.slug}/{unit_of(module, section)}#{anchor}"
    return KeptPiece(None, KeptCheck(anchor, question_view(question, language(), course.language), href))


@dataclass(frozen=True, slots=True)
class KeepingPage:
    """What this browser keeps; the script that knows fills it in."""

    shell: Shell

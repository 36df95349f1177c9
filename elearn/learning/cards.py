"""A course in the catalogue, and the catalogue."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from elearn.content.course import Course, text_in
from elearn.learning.pages import level_name, modules_words, origin_of, segments_of, whole
from elearn.learning.queries import Learning
from elearn.learning.rules import Progress, Tally, progress_of
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import NAMES, gettext, language, ngettext, number, said
from elearn.web.shell import Shell


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in the catalogue. ``state``: done, under-way, not-started (enrolled) or None (not enrolled)."""

    href: str
    title: Markup
    lead: Markup
    origin: Markup | None
    facts: str
    languages: tuple[tuple[str, str], ...]
    cover: Markup
    segments: tuple[str, ...]
    segments_text: str
    state: str | None
    state_text: str


@dataclass(frozen=True, slots=True)
class CoursesPage:
    """The catalogue."""

    shell: Shell
    cards: tuple[CourseCard, ...]


def _hours_words(hours: Decimal) -> str:
    if hours == int(hours):
        return ngettext("one hour", "%(count)s hours", int(hours))
    return gettext("%(hours)s hours", hours=number(hours))


def course_facts(course: Course) -> str:
    """How long a course is, and for whom."""
    modules = ngettext("one module", "%(count)s modules", len(course.modules))
    return ", ".join((modules, _hours_words(course.hours), level_name(course)))


def course_card(course: Course, learning: Learning | None) -> CourseCard:
    """A course as the catalogue shows it, with where the person stands."""
    text, found_in = text_in(course.texts, language(), course.language)
    progress = progress_of(course, learning.tally if learning is not None else Tally())
    state, words = course_state(learning, progress)
    return CourseCard(
        href=f"/courses/{course.slug}",
        title=said(text.title, found_in),
        lead=said(text.lead, found_in),
        origin=origin_of(course, is_short=True),
        facts=course_facts(course),
        languages=tuple((code, NAMES[code]) for code in course.languages if code in NAMES),
        cover=compiled(cover_svg(course.slug, 144, 192, prefix=f"cover-{course.slug}")),
        segments=segments_of(progress) if learning is not None else (),
        segments_text=modules_words(progress.modules_read, len(progress.modules)),
        state=state,
        state_text=words,
    )


def course_state(learning: Learning | None, progress: Progress) -> tuple[str | None, str]:
    """Where the person stands, as the kind of a tag (None: not enrolled) and in words."""
    if learning is None:
        return None, gettext("Open to you")
    if learning.completed_at is not None:
        if progress.exam_score is not None:
            return "done", gettext("Completed, %(score)s of 100", score=whole(progress.exam_score))
        return "done", gettext("Completed")
    if any(module.is_begun for module in progress.modules):
        return "under-way", modules_words(progress.modules_read, len(progress.modules))
    return "not-started", gettext("Enrolled, not started")

"""What the home page is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from elearn.certificates.pages import CertificateRow
from elearn.content.course import Course
from elearn.learning.pages import (
    CourseCard,
    course_card,
    modules_words,
    numbered,
    section_title,
    segments_of,
    title_in,
)
from elearn.learning.queries import Learning
from elearn.learning.rules import progress_of, resume_at
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, ngettext, zone
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class Continue:
    """The one thing to go on with. ``is_exam``: every lesson is read and the exam waits."""

    course_title: Markup
    course_href: str
    title: Markup
    left: str
    href: str
    action: str
    segments: tuple[str, ...]
    segments_text: str
    cover: Markup
    band: Markup


@dataclass(frozen=True, slots=True)
class HomePage:
    """Home: greeting, what to go on with, the other courses begun, the newest certificates."""

    shell: Shell
    today: datetime
    greeting: str
    going_on: Continue | None
    courses: tuple[CourseCard, ...]
    certificates: tuple[CertificateRow, ...]
    is_new: bool


def home_page(
    name: str, mine: Sequence[tuple[Course, Learning]], certificates: Sequence[CertificateRow], *, now: datetime
) -> HomePage:
    """The home page; ``mine`` is every enrolment with its course, the last active first."""
    open_ones = [(course, learning) for course, learning in mine if learning.completed_at is None]
    going_on = _continue(*open_ones[0]) if open_ones else None
    shown = open_ones[0][1].enrolment_id if open_ones else None
    rest = [(course, learning) for course, learning in mine if learning.enrolment_id != shown]
    return HomePage(
        shell=shell(),
        today=now,
        greeting=_greeting(name, len(open_ones), now),
        going_on=going_on,
        courses=tuple(course_card(course, learning) for course, learning in rest),
        certificates=tuple(certificates[:3]),
        is_new=not mine,
    )


def _greeting(name: str, open_count: int, now: datetime) -> str:
    hour = now.astimezone(zone()).hour
    if 5 <= hour < 12:
        words = gettext("Good morning, %(name)s.", name=name)
    elif 12 <= hour < 18:
        words = gettext("Good afternoon, %(name)s.", name=name)
    else:
        words = gettext("Good evening, %(name)s.", name=name)
    if open_count:
        words += " " + ngettext("One course is under way.", "%(count)s courses are under way.", open_count)
    return words


def _continue(course: Course, learning: Learning) -> Continue:
    progress = progress_of(course, learning.tally)
    cover, band = cover_svg(course.slug, 208, 266, prefix="cover"), cover_svg(course.slug, 328, 96, prefix="band")
    href = f"/courses/{course.slug}"
    read_all = progress.modules_read == len(progress.modules)
    if read_all and course.exam is not None:
        heading = title_in(course.exam.texts, course.language)
        left = gettext("All modules are read; the exam is what remains")
        target, action = f"{href}/quizzes/{course.exam.id}", gettext("Go to the exam")
    else:
        place = resume_at(course, learning.tally, learning.place)
        heading = numbered(place.section.number, section_title(course, place.module, place.section))
        minutes = progress.of(place.module).minutes_left
        left = ngettext("One minute left in this module", "%(count)s minutes left in this module", minutes)
        target = f"{href}/{place.unit}"
        action = gettext("Continue at %(number)s", number=place.section.number)
    return Continue(
        course_title=title_in(course.texts, course.language),
        course_href=href,
        title=heading,
        left=left,
        href=target,
        action=action,
        segments=segments_of(progress),
        segments_text=modules_words(progress.modules_read, len(progress.modules)),
        cover=compiled(cover),
        band=compiled(band),
    )

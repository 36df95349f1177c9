"""What the home page is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from markupsafe import Markup

from elearn.assessment.competence import Level, MarkedAttempt, Standing, competence
from elearn.certificates.pages import CertificateRow
from elearn.content.course import Course
from elearn.learning.cards import CourseCard, course_card
from elearn.learning.deadlines import Deadline, deadline
from elearn.learning.pages import (
    Turn,
    modules_words,
    numbered,
    section_title,
    segments_of,
    title_in,
)
from elearn.learning.queries import Learning
from elearn.learning.rules import place_of, progress_of, resume_at, unit_of
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import gettext, marked, ngettext, number, zone
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
class CompetenceRow:
    """How sure somebody is of a module: ``cells`` of five, and the word for it; ``right`` is a dash without answers."""

    title: Markup
    href: str
    cells: int
    word: str
    right: str
    reread: Turn | None


@dataclass(frozen=True, slots=True)
class CompetenceMap:
    """The competence in the modules of a course, and how many answers say so."""

    course_title: Markup
    course_href: str
    rows: tuple[CompetenceRow, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class CompetencePage:
    """The competence in every course begun, the last active first."""

    shell: Shell
    maps: tuple[CompetenceMap, ...]


@dataclass(frozen=True, slots=True)
class DueRow:
    """A course that is to be completed by a day, and how far it is."""

    href: str
    title: Markup
    deadline: Deadline
    note: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Home: greeting, what to go on with, the competence in it, the other courses begun, the newest certificates.

    ``due`` is what is to be completed by a day, the nearest first; ``competence`` that of the course to go on with,
    else of the one last active.
    """

    shell: Shell
    today: datetime
    greeting: str
    going_on: Continue | None
    due: tuple[DueRow, ...]
    competence: CompetenceMap | None
    courses: tuple[CourseCard, ...]
    certificates: tuple[CertificateRow, ...]
    is_new: bool


def in_front(mine: Sequence[Learning]) -> Learning | None:
    """The enrolment that home is about: the last active one to go on with, else the last active one."""
    return next((learning for learning in mine if learning.completed_at is None), mine[0] if mine else None)


def home_page(
    name: str,
    mine: Sequence[tuple[Course, Learning]],
    attempts: Sequence[MarkedAttempt],
    certificates: Sequence[CertificateRow],
    *,
    now: datetime,
) -> HomePage:
    """The home page.

    ``mine`` is every enrolment with its course, the last active first; ``attempts`` are those of the one in front.
    """
    front = in_front([learning for _, learning in mine])
    course = next((course for course, learning in mine if learning is front), None)
    open_count = sum(learning.completed_at is None for _, learning in mine)
    is_open = front is not None and front.completed_at is None
    going_on = _continue(course, front) if course is not None and front is not None and is_open else None
    rest = [(other, learning) for other, learning in mine if not is_open or learning is not front]
    return HomePage(
        shell=shell(),
        today=now,
        greeting=_greeting(name, open_count, now),
        going_on=going_on,
        due=_due(mine, now),
        competence=_competence_map(course, front, attempts) if course is not None and front is not None else None,
        courses=tuple(course_card(course, learning) for course, learning in rest),
        certificates=tuple(certificates[:3]),
        is_new=not mine,
    )


def _due(mine: Sequence[tuple[Course, Learning]], now: datetime) -> tuple[DueRow, ...]:
    waiting = [(found.due_on, course, found) for course, found in mine if found.due_on and found.completed_at is None]
    rows = []
    for due_on, course, found in sorted(waiting, key=lambda each: (each[0], each[1].slug)):
        progress = progress_of(course, found.tally)
        note = modules_words(progress.modules_read, len(progress.modules))
        title = title_in(course.texts, course.language)
        rows.append(DueRow(f"/courses/{course.slug}", title, deadline(due_on, now), note))
    return tuple(rows)


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


LEVELS = {
    Level.NOT_STARTED: marked("Not started"),
    Level.NEW: marked("New"),
    Level.AWARE: marked("Aware"),
    Level.WORKING: marked("Working"),
    Level.SURE: marked("Sure"),
    Level.CAN_TEACH: marked("Can teach"),
}


def competence_page(
    mine: Sequence[tuple[Course, Learning]], attempts: Mapping[int, Sequence[MarkedAttempt]]
) -> CompetencePage:
    """The page of the competence in these courses; ``attempts`` by enrolment."""
    return CompetencePage(
        shell=shell(),
        maps=tuple(_competence_map(course, found, attempts.get(found.enrolment_id, ())) for course, found in mine),
    )


def _competence_map(course: Course, learning: Learning, attempts: Sequence[MarkedAttempt]) -> CompetenceMap:
    standings = competence(course, learning.tally, attempts)
    return CompetenceMap(
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        rows=tuple(_competence_row(course, each) for each in standings),
        evidence=_evidence_words(sum(each.asked for each in standings)),
    )


def _evidence_words(asked: int) -> str:
    if not asked:
        return gettext("Quizzes and the exam fill it in")
    return ngettext("From your last answer to one question", "From your last answers to %(count)s questions", asked)


def _competence_row(course: Course, found: Standing) -> CompetenceRow:
    module = found.module
    place = place_of(course, *found.reread.split("/")) if found.reread is not None else None
    return CompetenceRow(
        title=numbered(module.number, title_in(module.texts, course.language)),
        href=f"/courses/{course.slug}/{unit_of(module, module.sections[0])}",
        cells=found.level,
        word=gettext(LEVELS[found.level]),
        right=gettext("%(right)s of %(asked)s", right=number(_tenths(found.right)), asked=number(found.asked))
        if found.asked
        else "–",
        reread=Turn(
            f"/courses/{course.slug}/{place.unit}",
            numbered(place.section.number, section_title(course, place.module, place.section)),
            place.section.minutes,
        )
        if place is not None
        else None,
    )


def _tenths(value: Decimal) -> Decimal:
    """To a tenth, and never up to a whole that was not reached."""
    return value.quantize(Decimal("0.1"), rounding=ROUND_DOWN)

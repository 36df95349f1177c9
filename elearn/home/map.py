"""The competence map of a course: in two stages (see ``web.staged``), for home and for a page of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from flask import render_template, request
from markupsafe import Markup

from elearn.assessment.competence import Level, MarkedAttempt, competence, rereads
from elearn.content.course import Course, Module
from elearn.learning.pages import Turn, numbered, title_in, turn_to
from elearn.learning.queries import Learning
from elearn.learning.rules import place_of
from elearn.web.i18n import gettext, marked, ngettext, number
from elearn.web.identity import identity
from elearn.web.shell import Shell, frame_key, shell, whole_standing_of
from elearn.web.staged import Stage, slot

_pages = Stage(256)  # about 12 KB each

LEVELS = {
    Level.NOT_STARTED: marked("Not started"),
    Level.NEW: marked("New"),
    Level.AWARE: marked("Aware"),
    Level.WORKING: marked("Working"),
    Level.SURE: marked("Sure"),
    Level.CAN_TEACH: marked("Can teach"),
}


@dataclass(frozen=True, slots=True)
class CompetenceRow:
    """How sure somebody is of a module.

    Choices: one of ``levels`` (name, cells filled of five, word), and one of ``rereads`` (name, section) or none.
    ``right`` is a slot.
    """

    title: Markup
    levels: tuple[tuple[str, int, str], ...]
    right: Markup
    rereads: tuple[tuple[str, Turn], ...]


@dataclass(frozen=True, slots=True)
class CompetenceMap:
    """The competence in the modules of a course, and how many answers say so (a slot)."""

    course_title: Markup
    course_href: str
    rows: tuple[CompetenceRow, ...]
    evidence: Markup


@dataclass(frozen=True, slots=True)
class CompetencePage:
    """The competence in every course begun, the last active first."""

    shell: Shell
    maps: tuple[CompetenceMap, ...]


def competence_html(mine: Sequence[tuple[Course, Learning]], attempts: Mapping[int, Sequence[MarkedAttempt]]) -> str:
    """The page of the competence in these courses; ``attempts`` by enrolment."""
    person = identity()

    def render() -> str:
        page = CompetencePage(shell(), tuple(competence_map(course) for course, _ in mine))
        return render_template("home/competence.html", page=page)

    key = (tuple(course.digest for course, _ in mine), frame_key(person))
    staged = _pages.page(key, render, keeps=not request.query_string)
    state, slots = whole_standing_of(person)
    for course, found in mine:
        tell_competence(course, found, attempts.get(found.enrolment_id, ()), state, slots)
    return staged.fill(state, slots)


# ---- For everybody ----


def competence_map(course: Course) -> CompetenceMap:
    """The map of a course, with the slots and choices of :func:`tell_competence`."""
    return CompetenceMap(
        course_title=title_in(course.texts, course.language),
        course_href=f"/courses/{course.slug}",
        rows=tuple(_row(course, module) for module in course.modules),
        evidence=slot(f"evidence:{course.slug}"),
    )


def _row(course: Course, module: Module) -> CompetenceRow:
    name = _name(course, module)
    units = rereads(course, module)
    return CompetenceRow(
        title=numbered(module.number, title_in(module.texts, course.language)),
        levels=tuple((f"{name}:{level}", int(level), gettext(word)) for level, word in LEVELS.items()),
        right=slot(f"{name}:right"),
        rereads=tuple((f"{name}:{unit}", turn_to(course, place_of(course, *unit.split("/")))) for unit in units),
    )


def _name(course: Course, module: Module) -> str:
    """How the slots and choices of a module begin; courses may have modules of the same id."""
    return f"competence:{course.slug}/{module.id}"


# ---- For one ----


def tell_competence(
    course: Course,
    learning: Learning,
    attempts: Sequence[MarkedAttempt],
    state: set[str],
    slots: dict[str, str],
) -> None:
    """Add to the choices and slots of a page those of the map of a course for one person."""
    asked = 0
    for found in competence(course, learning.tally, attempts):
        name = _name(course, found.module)
        asked += found.asked
        state.add(f"{name}:{found.level}")
        if found.reread is not None:
            state.add(f"{name}:{found.reread}")
        slots[f"{name}:right"] = (
            gettext("%(right)s of %(asked)s", right=number(_tenths(found.right)), asked=number(found.asked))
            if found.asked
            else "–"
        )
    slots[f"evidence:{course.slug}"] = (
        ngettext("From your last answer to one question", "From your last answers to %(count)s questions", asked)
        if asked
        else gettext("Quizzes and the exam fill it in")
    )


def _tenths(value: Decimal) -> Decimal:
    """To a tenth, and never up to a whole that was not reached."""
    return value.quantize(Decimal("0.1"), rounding=ROUND_DOWN)

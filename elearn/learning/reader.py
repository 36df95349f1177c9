"""The reader: one section a page, made in two stages (see ``web.staged``), because it is what people open most."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import render_template, request
from markupsafe import Markup, escape

from elearn.content.course import Check, Course, GlossaryWord, Html, Module, Part, Quiz, text_in
from elearn.content.question import Question
from elearn.learning.pages import (
    OutlineSection,
    Turn,
    modules_words,
    outline_sections,
    share_class,
    title_in,
    turn_to,
    turn_to_quiz,
)
from elearn.learning.pictures import shown
from elearn.learning.queries import Learning
from elearn.learning.rules import Place, Tally, is_passed, places, unit_of
from elearn.markup.safe import compiled
from elearn.web.i18n import NAMES, gettext, language
from elearn.web.identity import identity_or_none
from elearn.web.reading import reading_settings
from elearn.web.shell import Shell, frame_key, shell, whole_standing_of
from elearn.web.staged import Stage

# Makes what the template of a check-yourself question is given; set in ``wiring``, because questions live above
# lessons. (question, language of the page, language of the course, address to send the answer to, its number, how
# many) -> view
CheckView = Callable[[Question, str, str, str, int, int], object]
unanswered_check: list[CheckView] = []

# What else of one reader stands on the page of a section, as choices and slots (see ``web.staged``); set in
# ``wiring``, because notes live above lessons.
Personal = Callable[[Learning, Place], tuple[AbstractSet[str], Mapping[str, str]]]
personal: list[Personal] = []

_sections = Stage(1024)  # about 20 KB each


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """A module in the reader's outline; it has ``sections`` only where it is open."""

    id: str
    number: int
    title: Markup
    href: str
    minutes: int
    is_open: bool
    sections: tuple[OutlineSection, ...]
    quiz_id: str | None
    quiz: "Turn | None"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a lesson: HTML, or a check-yourself question."""

    html: Markup | None
    check: object | None


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section in the reader, for every reader: what is one person's is drawn as slots and choices.

    Choices: the unit of each section read, ``module:ID`` (read to its end), ``passed:QUIZ``, ``scored:QUIZ``.
    """

    shell: Shell
    course_title: Markup
    course_href: str
    version: str
    module_count: int
    modules: tuple[OutlineModule, ...]
    module: Module
    is_opening: bool
    objectives: tuple[str, ...]
    unit: str
    number: str
    title: str
    position: int
    section_count: int
    minutes: int
    pieces: tuple[Piece, ...]
    parts: tuple[Part, ...]
    words: tuple[tuple[GlossaryWord, Markup], ...]
    text_language: str
    fallback: str | None
    href: str
    read_action: str
    report_href: str
    previous: Turn | None
    following: Turn
    quiz_first: Turn | None


def section_html(
    course: Course, learning: Learning, place: Place, *, answered: Mapping[str, object] | None = None
) -> str:
    """The page of a section for one reader.

    ``answered`` holds the views of check-yourself questions just answered, by id; such a page is made for once.
    """
    person = identity_or_none()
    reads = reading_settings(person.reading if person is not None else None)

    def render() -> str:
        page = _section_page(course, place, answered or {}, saves_data=reads.saves_data)
        return render_template("learning/section.html", page=page)

    key = (learning.release_id, course.digest, place.unit, reads.saves_data, frame_key(person))
    staged = _sections.page(key, render, keeps=not (answered or request.query_string))
    state, slots = _standing(_shape(course), learning.tally)
    of_page, slots_of_page = whole_standing_of(person)
    state |= of_page
    slots |= slots_of_page
    for theirs in personal:
        more_state, more_slots = theirs(learning, place)
        state |= more_state
        slots.update(more_slots)
    return staged.fill(state, slots)


@dataclass(frozen=True, slots=True)
class _ModuleShape:
    """What of a module the standing of a reader is reckoned from, with the names of its slots and choices."""

    units: frozenset[str]
    minutes: tuple[tuple[str, int], ...]
    whole: int
    quiz: Quiz | None
    read_name: str
    share_name: str


_shapes: dict[str, tuple[_ModuleShape, ...]] = {}  # by digest; a few hundred bytes a release


def _shape(course: Course) -> tuple[_ModuleShape, ...]:
    found = _shapes.get(course.digest)
    if found is None:
        found = _shapes[course.digest] = _shape_of(course)
    return found


def _shape_of(course: Course) -> tuple[_ModuleShape, ...]:
    return tuple(
        _ModuleShape(
            units=frozenset(unit_of(module, section) for section in module.sections),
            minutes=tuple((unit_of(module, section), section.minutes) for section in module.sections),
            whole=sum(section.minutes for section in module.sections),
            quiz=module.quiz,
            read_name=f"module:{module.id}",
            share_name=f"share:{module.id}",
        )
        for module in course.modules
    )


def _standing(modules: tuple[_ModuleShape, ...], tally: Tally) -> tuple[set[str], dict[str, str]]:
    """The choices and the slots of one reader."""
    state = set(tally.read)
    slots: dict[str, str] = {}
    count = 0
    for module in modules:
        read = module.units & tally.read
        if len(read) == len(module.units):
            state.add(module.read_name)
            share = 1.0
            count += 1
        else:
            share = sum([minutes for unit, minutes in module.minutes if unit in read]) / module.whole if read else 0.0
        slots[module.share_name] = share_class(share)
        quiz = module.quiz
        if quiz is not None and quiz.id in tally.scores:
            state.add(f"scored:{quiz.id}")
            if is_passed(quiz, tally.scores[quiz.id]):
                state.add(f"passed:{quiz.id}")
    slots["modules read"] = modules_words(count, len(modules))
    return state, slots


def _section_page(course: Course, place: Place, answered: Mapping[str, object], *, saves_data: bool) -> SectionPage:
    here, source = language(), course.language
    module, section = place.module, place.section
    text, found_in = text_in(section.texts, here, source)
    module_text, _ = text_in(module.texts, here, source)
    order = places(course)
    at = next(index for index, found in enumerate(order) if found.unit == place.unit)
    quiz = module.quiz if section is module.sections[-1] else None
    return SectionPage(
        shell=shell(),
        course_title=title_in(course.texts, source),
        course_href=f"/courses/{course.slug}",
        version=course.version,
        module_count=len(course.modules),
        modules=tuple(_outline_module(course, found, is_open=found is module) for found in course.modules),
        module=module,
        is_opening=section is module.sections[0],
        objectives=module_text.objectives,
        unit=place.unit,
        number=section.number,
        title=text.title or module_text.title,
        position=module.sections.index(section),
        section_count=len(module.sections) - 1,
        minutes=section.minutes,
        pieces=_pieces(course, place, text.body, here, answered, saves_data=saves_data),
        parts=text.parts,
        words=tuple((word, compiled(word.definition)) for word in text.words),
        text_language=found_in,
        fallback=_fallback_words(here, found_in) if found_in != here else None,
        href=f"/courses/{course.slug}/{place.unit}",
        read_action=f"/courses/{course.slug}/{place.unit}/read",
        report_href=f"/courses/{course.slug}/mistakes/new?at={place.unit}",
        previous=turn_to(course, order[at - 1]) if at else None,
        following=_after(course, order, at),
        quiz_first=turn_to_quiz(course, quiz) if quiz is not None else None,
    )


def _outline_module(course: Course, module: Module, *, is_open: bool) -> OutlineModule:
    return OutlineModule(
        id=module.id,
        number=module.number,
        title=title_in(module.texts, course.language),
        href=f"/courses/{course.slug}/{unit_of(module, module.sections[0])}",
        minutes=module.minutes,
        is_open=is_open,
        sections=outline_sections(course, module) if is_open else (),
        quiz_id=module.quiz.id if module.quiz is not None else None,
        quiz=turn_to_quiz(course, module.quiz) if module.quiz is not None else None,
    )


def _pieces(
    course: Course,
    place: Place,
    body: tuple[Html | Check, ...],
    here: str,
    answered: Mapping[str, object],
    *,
    saves_data: bool,
) -> tuple[Piece, ...]:
    count = sum(isinstance(piece, Check) for piece in body)
    made: list[Piece] = []
    asked = 0
    for piece in body:
        if isinstance(piece, Html):
            made.append(Piece(shown(course, piece.html, saves_data=saves_data), None))
            continue
        asked += 1
        view = answered.get(piece.question)
        question = place.module.check(piece.question)
        if view is None and question is not None and unanswered_check:
            action = f"/courses/{course.slug}/{place.unit}/checks/{question.id}"
            view = unanswered_check[0](question, here, course.language, action, asked, count)
        made.append(Piece(None, view))
    return tuple(made)


def _fallback_words(wanted: str, found: str) -> str:
    return gettext(
        "This section is not yet translated into %(wanted)s. It is shown in %(found)s; your progress is kept.",
        wanted=NAMES[wanted],
        found=NAMES.get(found, found),
    )


def _after(course: Course, order: tuple[Place, ...], at: int) -> Turn:
    """The next section, or from the last one back to the course."""
    if at + 1 < len(order):
        return turn_to(course, order[at + 1])
    return Turn(f"/courses/{course.slug}", escape(gettext("Back to the course")))


def following_href(course: Course, learning: Learning, place: Place) -> str:
    """Where reading on leads: at the end of a module to its quiz if that was not taken, else to the next section."""
    quiz = place.module.quiz
    if quiz is not None and place.section is place.module.sections[-1] and quiz.id not in learning.tally.scores:
        return turn_to_quiz(course, quiz).href
    order = places(course)
    at = next(index for index, found in enumerate(order) if found.unit == place.unit)
    return _after(course, order, at).href

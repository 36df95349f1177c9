"""The page of a course: what it is, what completes it, where one stands, its outline.

It is made in two stages (see ``web.staged``): all who are at the same step share a page, and what is one person's is
filled in. Whatever has a state is told by the slots of :meth:`_Standing.tell`.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from flask import render_template, request
from markupsafe import Markup

from elearn.content.course import Course, Module, Quiz, text_in
from elearn.learning.deadlines import deadline
from elearn.learning.pages import (
    OutlineSection,
    level_name,
    numbered,
    origin_of,
    outline_sections,
    title_in,
    turn_to,
    whole,
)
from elearn.learning.pictures import shown
from elearn.learning.queries import Learning
from elearn.learning.rules import ModuleProgress, Place, Progress, Tally, is_passed, progress_of, resume_at, unit_of
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.security.identity import Identity
from elearn.web.i18n import NAMES, gettext, language, ngettext, number, said
from elearn.web.identity import identity
from elearn.web.reading import reading_settings
from elearn.web.shell import Shell, frame_key, shell, whole_standing_of
from elearn.web.staged import Stage

_overviews = Stage(512)  # about 25 KB each

ICONS = {
    **{"done": "circle-check", "under-way": "circle-dot", "not-started": "circle", "locked": "lock"},
    **{"due": "hourglass", "overdue": "circle-alert", "later": "calendar"},
}
CLASSES = {"done": "is-done", "under-way": "is-current"}


class Step(StrEnum):
    """What there is to do next in a course."""

    ENROL = "enrol"
    CONTINUE = "continue"
    TAKE_EXAM = "take-exam"
    LOOK_BACK = "look-back"


@dataclass(frozen=True, slots=True)
class OutlineQuiz:
    """A quiz in the outline of a course; ``name`` begins the names of its slots and choices."""

    name: str
    title: Markup
    href: str
    question_count: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """A module in the outline of a course; ``sections`` and ``quiz`` only where one goes on."""

    name: str
    number: int
    title: Markup
    href: str
    minutes: int
    sections: tuple[OutlineSection, ...]
    quiz: OutlineQuiz | None


@dataclass(frozen=True, slots=True)
class WholeModule:
    """A module on one page, which a browser may keep; ``mark`` is another where it would say something else."""

    href: str
    label: Markup
    mark: str


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course, for everybody who is at the same step of it: what is one person's is drawn as slots and choices.

    Slots: those of :meth:`_Standing.tell` for ``due``, each of ``conditions``, each module and quiz by its ``name``;
    ``resume``, ``resume number``, ``resume title`` and ``left``. Choices: the unit of each section read; for each
    section of the module where one goes on ``here:UNIT``, ``past:UNIT`` (read) or ``ahead:UNIT``; ``passed:NAME``.

    ``may_keep``: whether this browser may keep modules; one that several people use may not.
    """

    shell: Shell
    step: Step
    slug: str
    title: str
    crumb: Markup
    lead: str
    landing: Markup
    text_language: str
    cover: Markup
    band: Markup
    hours: str
    module_count: int
    level: str
    languages: tuple[tuple[str, str], ...]
    origin: Markup | None
    version: str
    completion_rule: tuple[str, ...]
    certificate_rule: str | None
    conditions: tuple[str, ...]
    is_enrolled: bool
    is_due: bool
    enrol_action: str
    modules: tuple[OutlineModule, ...]
    exam: OutlineQuiz | None
    reading_minutes: int
    has_glossary: bool
    certificate_href: str | None
    whole_modules: tuple[WholeModule, ...]
    may_keep: bool


def course_html(course: Course, release_id: int, learning: Learning | None, *, now: datetime) -> str:
    """The page of a release of a course, for somebody enrolled in it or not."""
    person = identity()
    tally = learning.tally if learning is not None else Tally()
    progress = progress_of(course, tally)
    place = resume_at(course, tally, learning.place) if learning is not None else None
    step = _step(progress, learning)
    is_due = learning is not None and learning.due_on is not None and learning.completed_at is None
    saves_data = reading_settings(person.reading).saves_data
    shape = _Shape(step, place.module if place is not None else None, is_due, saves_data)

    def render() -> str:
        return render_template("learning/course.html", page=_course_page(course, release_id, shape, person))

    key = (release_id, course.digest, shape.key, frame_key(person))
    staged = _overviews.page(key, render, keeps=not request.query_string)  # which stands in the links of the head
    standing = _Standing(*whole_standing_of(person))
    standing.state |= tally.read
    if learning is not None and place is not None:
        standing.of_learning(course, progress, place, learning, now)
    return staged.fill(standing.state, standing.slots)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes the pages of a release different from each other; ``module`` is where one goes on."""

    step: Step
    module: Module | None
    is_due: bool
    saves_data: bool

    @property
    def key(self) -> Hashable:
        return (self.step, self.module.id if self.module is not None else None, self.is_due, self.saves_data)


def _step(progress: Progress, learning: Learning | None) -> Step:
    if learning is None:
        return Step.ENROL
    if learning.completed_at is not None:
        return Step.LOOK_BACK
    exam = progress.course.exam
    if exam is not None and progress.is_exam_open and not is_passed(exam, progress.exam_score):
        return Step.TAKE_EXAM
    return Step.CONTINUE


# ---- For everybody ----


def _course_page(course: Course, release_id: int, shape: _Shape, person: Identity) -> CoursePage:
    text, found_in = text_in(course.texts, language(), course.language)
    is_enrolled = shape.step is not Step.ENROL
    return CoursePage(
        shell=shell(),
        step=shape.step,
        slug=course.slug,
        title=text.title,
        crumb=origin_of(course) or said(text.title, found_in),
        lead=text.lead,
        landing=shown(course, text.landing, saves_data=shape.saves_data),
        text_language=found_in,
        cover=compiled(cover_svg(course.slug, 336, 400, prefix="cover")),
        band=compiled(cover_svg(course.slug, 328, 140, prefix="band")),
        hours=number(course.hours),
        module_count=len(course.modules),
        level=level_name(course),
        languages=tuple((code, NAMES[code]) for code in course.languages if code in NAMES),
        origin=origin_of(course),
        version=course.version,
        completion_rule=completion_words(course),
        certificate_rule=certificate_words(course),
        conditions=_conditions(course) if is_enrolled else (),
        is_enrolled=is_enrolled,
        is_due=shape.is_due,
        enrol_action=f"/courses/{course.slug}/enrol",
        modules=tuple(
            _module(course, module, is_open=module is shape.module, is_enrolled=is_enrolled)
            for module in course.modules
        ),
        exam=_quiz(course, course.exam) if course.exam is not None else None,
        reading_minutes=sum(module.minutes for module in course.modules),
        has_glossary=bool(course.glossary),
        certificate_href=f"/courses/{course.slug}/certificate" if course.certification is not None else None,
        whole_modules=_whole_modules(course, release_id) if is_enrolled else (),
        may_keep=not person.is_shared_device,
    )


def _module(course: Course, module: Module, *, is_open: bool, is_enrolled: bool) -> OutlineModule:
    sections = outline_sections(course, module)
    return OutlineModule(
        name=_name(module),
        number=module.number,
        title=title_in(module.texts, course.language),
        href=sections[0].href if is_enrolled else "",
        minutes=module.minutes,
        sections=sections if is_open else (),
        quiz=_quiz(course, module.quiz) if module.quiz is not None and is_open else None,
    )


def _name(part: Module | Quiz) -> str:
    """How the slots and choices of a part of the course begin; a quiz may have the id of a module."""
    return f"{'module' if isinstance(part, Module) else 'quiz'}:{part.id}"


def _quiz(course: Course, quiz: Quiz) -> OutlineQuiz:
    return OutlineQuiz(
        name=_name(quiz),
        title=title_in(quiz.texts, course.language),
        href=f"/courses/{course.slug}/quizzes/{quiz.id}",
        question_count=quiz.question_count,
        minutes=quiz.time_limit_seconds // 60 if quiz.time_limit_seconds else None,
    )


def _whole_modules(course: Course, release_id: int) -> tuple[WholeModule, ...]:
    return tuple(
        WholeModule(
            href=f"/courses/{course.slug}/offline/{module.id}",
            label=numbered(module.number, title_in(module.texts, course.language)),
            # Not its digest, which is made of the keys, too: who guesses them could tell by it that they are right.
            mark=f"{course.version}-{release_id}-{language()}",
        )
        for module in course.modules
    )


def completion_words(course: Course) -> tuple[str, ...]:
    """The completion rule as clauses that follow "You complete this course when you have"; joined by "and"."""
    clauses: list[str] = []
    count = len(course.modules)
    if course.completion.modules:
        clauses.append(ngettext("read the module", "read all %(count)s modules", count))
    if course.completion.quizzes:
        clauses.append(gettext("passed the quiz of each module"))
    if course.completion.exam is not None:
        clauses.append(gettext("scored %(mark)s or more in the exam", mark=course.completion.exam))
    return tuple(clauses)


def certificate_words(course: Course) -> str | None:
    """What the rule adds on attempts and the certificate, in a sentence or two."""
    sentences: list[str] = []
    exam = course.exam
    if exam is not None and exam.attempts is not None:
        sentence = ngettext(
            "You have one attempt at the exam.", "You have %(count)s attempts at the exam.", exam.attempts
        )
        if exam.attempts > 1 and exam.wait_between_seconds:
            sentence = ngettext(
                "You have %(attempts)s attempts at the exam, at least one hour apart.",
                "You have %(attempts)s attempts at the exam, at least %(count)s hours apart.",
                -(-exam.wait_between_seconds // 3600),
                attempts=exam.attempts,
            )
        sentences.append(sentence)
    if course.certification is not None:
        months = course.certification.valid_months
        sentences.append(
            gettext("Your certificate is then valid for good.")
            if months is None
            else ngettext(
                "Your certificate is then valid for one month.",
                "Your certificate is then valid for %(count)s months.",
                months,
            )
        )
    return " ".join(sentences) or None


CONDITIONS = ("rule:modules", "rule:quizzes", "rule:exam")
"""The clauses of a completion rule, as their slots are named."""


def _conditions(course: Course) -> tuple[str, ...]:
    rule = course.completion
    asked = (rule.modules, rule.quizzes, rule.exam is not None)
    return tuple(name for name, is_asked in zip(CONDITIONS, asked, strict=True) if is_asked)


# ---- For one ----


@dataclass(slots=True)
class _Standing:
    """The choices and slots of one person."""

    state: set[str]
    slots: dict[str, str] = field(default_factory=dict)

    def tell(self, name: str, state: str, words: str) -> None:
        """What has a state: ``NAME state`` and its ``NAME icon``, ``NAME class`` and ``NAME words``."""
        self.slots[f"{name} state"] = state
        self.slots[f"{name} icon"] = ICONS[state]
        self.slots[f"{name} class"] = CLASSES.get(state, "")
        self.slots[f"{name} words"] = words

    def of_learning(self, course: Course, progress: Progress, place: Place, learning: Learning, now: datetime) -> None:
        """Where somebody enrolled stands."""
        for found in progress.modules:
            self.tell(_name(found.module), *_module_state(found))
        self._of_open_module(progress.of(place.module), place)
        if course.exam is not None:
            self.tell(_name(course.exam), *_exam_state(course.exam, progress))
        self._of_rule(course, progress)
        if learning.due_on is not None:
            last = deadline(learning.due_on, now)
            self.tell("due", last.tag, last.when)
        turn, left = turn_to(course, place), progress.of(place.module).minutes_left
        self.slots |= {
            "resume": turn.href,
            "resume number": place.section.number,
            "resume title": turn.label,
            "left": " · " + ngettext("one minute left in this module", "%(num)s minutes left in this module", left)
            if left
            else "",
        }

    def _of_open_module(self, found: ModuleProgress, place: Place) -> None:
        """The sections and the quiz of the module where one goes on."""
        for section in found.module.sections:
            unit = unit_of(found.module, section)
            here = "here" if section is place.section else "past" if section.id in found.read else "ahead"
            self.state.add(f"{here}:{unit}")
        quiz = found.module.quiz
        if quiz is not None:
            state, words = _quiz_state(quiz, found.score)
            self.tell(_name(quiz), state, words)
            if state == "done":
                self.state.add(f"passed:{_name(quiz)}")

    def _of_rule(self, course: Course, progress: Progress) -> None:
        """How far each clause of the completion rule is met."""
        rule = course.completion
        modules, quizzes, exam = CONDITIONS
        count = len(progress.modules)
        if rule.modules:
            read = progress.modules_read
            begun = any(module.is_begun for module in progress.modules)
            self.tell(
                modules,
                "done" if read == count else "under-way" if begun else "not-started",
                gettext("Modules: %(read)s of %(all)s read", read=read, all=count),
            )
        if rule.quizzes:
            asked = [module for module in progress.modules if module.module.quiz is not None]
            passed = sum(module.is_quiz_passed for module in asked)
            self.tell(
                quizzes,
                "done" if passed == len(asked) else "under-way" if passed else "not-started",
                gettext("Quizzes: %(passed)s of %(all)s passed", passed=passed, all=len(asked)),
            )
        if rule.exam is not None:
            self.tell(exam, *_exam_clause(rule.exam, progress))


def _exam_clause(mark: int, progress: Progress) -> tuple[str, str]:
    score = progress.exam_score
    if score is not None and score >= mark:
        return "done", gettext("Exam: passed with %(score)s", score=whole(score))
    if score is not None:
        return "under-way", gettext("Exam: %(score)s, %(mark)s are needed", score=whole(score), mark=mark)
    if progress.is_exam_open:
        return "not-started", gettext("Exam: open")
    return "locked", gettext("Exam: opens when all modules are read")


def _exam_state(exam: Quiz, progress: Progress) -> tuple[str, str]:
    if not progress.is_exam_open:
        return "locked", gettext("Opens when all modules are read")
    return _quiz_state(exam, progress.exam_score)


def _module_state(progress: ModuleProgress) -> tuple[str, str]:
    if progress.is_read and progress.score is not None:
        score = number(whole(progress.score))
        words = (
            gettext("Done, %(score)s", score=score)
            if progress.is_quiz_passed
            else gettext("Read, quiz %(score)s", score=score)
        )
        return "done", words
    if progress.is_read:
        return "done", gettext("Read")
    if progress.is_begun:
        return "under-way", gettext(
            "%(read)s of %(all)s read", read=len(progress.read), all=len(progress.module.sections)
        )
    return "not-started", gettext("Not started")


def _quiz_state(quiz: Quiz, score: Decimal | None) -> tuple[str, str]:
    if score is None:
        return "not-started", gettext("Not started")
    if is_passed(quiz, score):
        return "done", gettext("Passed, %(score)s", score=number(whole(score)))
    return "under-way", gettext("%(score)s, not passed yet", score=number(whole(score)))

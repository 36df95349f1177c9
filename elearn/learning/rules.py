"""What progress and completion mean. Pure: facts in, progress out.

Outcomes are facts in any order, perhaps repeated. A *tally* is what they amount to; it only grows: a section once
read stays read, of the scores in a quiz the best counts. Progress in a course is the tally seen through a release of
it, by ids: a section that is moved or renumbered stays read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from elearn.content.course import Course, Module, Quiz, Section
from elearn.core.refusals import Conflict, NotAllowed, NotFound

_READING = UUID("6f2b6a0e-6a9b-4d0c-9d53-9f3f8f0f2c11")


class OutcomeKind(StrEnum):
    """What an outcome is about."""

    SECTION_READ = "section-read"
    QUIZ_SCORED = "quiz-scored"


class NotEnrolled(NotAllowed):
    """Lessons and quizzes are for people enrolled in the course."""

    message = "Enrol in the course first."


class AlreadyEnrolled(Conflict):
    """The person is enrolled in the course."""

    message = "You are enrolled in this course already."


class NoSuchSection(NotFound):
    """The course has no such section."""

    message = "This course has no such section."


@dataclass(frozen=True, slots=True)
class Tally:
    """What the outcomes of an enrolment amount to: units read, and the best score in each quiz, in per cent."""

    read: frozenset[str] = frozenset()
    scores: Mapping[str, Decimal] = field(default_factory=dict)

    def with_outcome(self, kind: OutcomeKind, unit: str, score: Decimal | None) -> "Tally":
        """The tally with one more outcome; the same outcome twice changes nothing."""
        if kind is OutcomeKind.SECTION_READ:
            return self if unit in self.read else Tally(self.read | {unit}, self.scores)
        best = self.scores.get(unit)
        if score is None or (best is not None and best >= score):
            return self
        return Tally(self.read, {**self.scores, unit: score})

    def stored(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return {"read": sorted(self.read), "scores": {quiz: str(score) for quiz, score in sorted(self.scores.items())}}


def stored_tally(stored: Mapping[str, Any]) -> Tally:
    """The tally that was stored."""
    return Tally(
        frozenset(stored.get("read", ())), {q: Decimal(score) for q, score in stored.get("scores", {}).items()}
    )


def tally_of(outcomes: Iterable[tuple[OutcomeKind, str, Decimal | None]]) -> Tally:
    """The tally of all outcomes, in whatever order they came."""
    tally = Tally()
    for kind, unit, score in outcomes:
        tally = tally.with_outcome(kind, unit, score)
    return tally


def unit_of(module: Module, section: Section) -> str:
    """The id of a section in outcomes and in addresses: ``module/section``."""
    return f"{module.id}/{section.id}"


def reading_id(enrolment_id: int, unit: str) -> UUID:
    """The id of the outcome "this section was read": the same however often it is said, so that it counts once."""
    return uuid5(_READING, f"{enrolment_id}:{unit}")


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """How far one module is. ``score`` is the best in its quiz, per cent."""

    module: Module
    read: frozenset[str]  # ids of sections
    score: Decimal | None

    @property
    def is_read(self) -> bool:
        """Whether every section was read."""
        return len(self.read) == len(self.module.sections)

    @property
    def is_begun(self) -> bool:
        """Whether some section was read."""
        return bool(self.read)

    @property
    def is_quiz_passed(self) -> bool:
        """Whether its quiz was passed, or there is none to pass."""
        return is_passed(self.module.quiz, self.score)

    @property
    def share(self) -> float:
        """The share of its minutes that was read, 0 to 1."""
        whole = sum([section.minutes for section in self.module.sections])
        return sum([section.minutes for section in self.module.sections if section.id in self.read]) / whole

    @property
    def minutes_left(self) -> int:
        """The minutes of the sections not yet read."""
        return sum(section.minutes for section in self.module.sections if section.id not in self.read)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a course. ``percent`` is between 0 and 100, and 100 only when the course is complete."""

    course: Course
    modules: tuple[ModuleProgress, ...]
    exam_score: Decimal | None
    is_complete: bool
    percent: int

    @property
    def modules_read(self) -> int:
        """How many modules were read to the end."""
        return sum(module.is_read for module in self.modules)

    @property
    def is_exam_open(self) -> bool:
        """The exam opens when every module the completion rule asks for was read."""
        return not self.course.completion.modules or self.modules_read == len(self.modules)

    def of(self, module: Module) -> ModuleProgress:
        """The progress in one module; its number is of no help, because folders may leave numbers out."""
        return next(found for found in self.modules if found.module.id == module.id)


def is_passed(quiz: Quiz | None, score: Decimal | None) -> bool:
    """Whether a score passes a quiz; what has no pass mark is passed by any score, no quiz by none."""
    if quiz is None:
        return True
    return score is not None and (quiz.pass_mark is None or score >= quiz.pass_mark)


def progress_of(course: Course, tally: Tally) -> Progress:
    """The progress that a tally makes in a course; what the course does not have counts for nothing."""
    modules = tuple(
        ModuleProgress(
            module,
            frozenset([section.id for section in module.sections if unit_of(module, section) in tally.read]),
            tally.scores.get(module.quiz.id) if module.quiz is not None else None,
        )
        for module in course.modules
    )
    exam_score = tally.scores.get(course.exam.id) if course.exam is not None else None
    rule = course.completion
    done, asked = 0, 0
    if rule.modules:
        asked += sum(len(module.module.sections) for module in modules)
        done += sum(len(module.read) for module in modules)
    if rule.quizzes:
        asked += sum(module.module.quiz is not None for module in modules)
        done += sum(module.module.quiz is not None and module.is_quiz_passed for module in modules)
    if rule.exam is not None:
        asked += 1
        done += exam_score is not None and exam_score >= rule.exam
    is_complete = asked > 0 and done == asked
    return Progress(
        course, modules, exam_score, is_complete, 100 if is_complete else min(99, done * 100 // max(asked, 1))
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A section of a course with its module."""

    module: Module
    section: Section

    @property
    def unit(self) -> str:
        """Its id."""
        return unit_of(self.module, self.section)


def places(course: Course) -> tuple[Place, ...]:
    """Every section in reading order."""
    return tuple(Place(module, section) for module in course.modules for section in module.sections)


def place_of(course: Course, module_id: str, section_id: str) -> Place:
    """The place with these ids. Raises NoSuchSection."""
    module = course.module(module_id)
    section = module.section(section_id) if module is not None else None
    if module is None or section is None:
        raise NoSuchSection
    return Place(module, section)


def resume_at(course: Course, tally: Tally, place: str | None) -> Place:
    """Where to go on.

    The place last opened if it is unread, else the first unread one after it, else the first unread one, else the place
    last opened, else the start.
    """
    order = [(unit_of(module, section), module, section) for module in course.modules for section in module.sections]
    at = next((number for number, found in enumerate(order) if found[0] == place), None)
    candidates = [*order[at:], *order[:at]] if at is not None else order
    unread = next((found for found in candidates if found[0] not in tally.read), None)
    _, module, section = unread or order[at or 0]
    return Place(module, section)

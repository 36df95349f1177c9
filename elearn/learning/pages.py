"""What the templates of courses and lessons are given, and the functions that build it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from elearn.content.course import Course, Module, Quiz, Section, Term, glossary_in, language_in, text_in
from elearn.learning.deadlines import Deadline, deadline
from elearn.learning.pictures import shown
from elearn.learning.queries import Learning
from elearn.learning.rules import (
    ModuleProgress,
    Place,
    Progress,
    Tally,
    is_passed,
    progress_of,
    resume_at,
    unit_of,
)
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import NAMES, gettext, language, ngettext, number, said
from elearn.web.identity import identity
from elearn.web.shell import Shell, shell


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section in an outline."""

    number: str
    title: Markup
    href: str
    minutes: int
    is_read: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module in an outline; ``sections`` only where it is open. ``state``: done, under-way or not-started."""

    number: int
    title: Markup
    href: str
    minutes: int
    state: str
    state_text: str
    is_current: bool
    sections: tuple[SectionRow, ...]
    quiz: "QuizRow | None"


@dataclass(frozen=True, slots=True)
class QuizRow:
    """A quiz in an outline. ``state``: done, under-way (tried), not-started or locked."""

    title: Markup
    href: str
    question_count: int
    minutes: int | None
    state: str
    state_text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A link to the previous or next page."""

    href: str
    label: Markup
    minutes: int | None = None


def title_in(texts: Mapping[str, Any], source: str) -> Markup:
    """The title of a part of a course in the language of the page, or marked as being in the course's."""
    text, found_in = text_in(texts, language(), source)
    return said(text.title, found_in)


def section_title(course: Course, module: Module, section: Section) -> Markup:
    """The title of a section; the opening page of a module has that of the module."""
    return title_in(section.texts, course.language) or title_in(module.texts, course.language)


def _section_rows(
    course: Course, module: Module, progress: ModuleProgress, current: str | None
) -> tuple[SectionRow, ...]:
    return tuple(
        SectionRow(
            number=section.number,
            title=section_title(course, module, section),
            href=f"/courses/{course.slug}/{unit_of(module, section)}",
            minutes=section.minutes,
            is_read=section.id in progress.read,
            is_current=unit_of(module, section) == current,
        )
        for section in module.sections
    )


def _module_row(course: Course, progress: ModuleProgress, *, current: Place | None, href: bool = True) -> ModuleRow:
    module = progress.module
    is_open = current is not None and current.module is module
    state, words = _module_state(progress)
    return ModuleRow(
        number=module.number,
        title=title_in(module.texts, course.language),
        href=f"/courses/{course.slug}/{unit_of(module, module.sections[0])}" if href else "",
        minutes=module.minutes,
        state=state,
        state_text=words,
        is_current=is_open,
        sections=_section_rows(course, module, progress, current.unit if current else None) if is_open else (),
        quiz=_quiz_row(course, module.quiz, progress.score) if module.quiz is not None else None,
    )


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


def _quiz_row(course: Course, quiz: Quiz, score: Decimal | None, *, locked: str | None = None) -> QuizRow:
    if locked is not None:
        state, words = "locked", locked
    elif score is None:
        state, words = "not-started", gettext("Not started")
    elif is_passed(quiz, score):
        state, words = "done", gettext("Passed, %(score)s", score=number(whole(score)))
    else:
        state, words = "under-way", gettext("%(score)s, not passed yet", score=number(whole(score)))
    return QuizRow(
        title=title_in(quiz.texts, course.language),
        href=f"/courses/{course.slug}/quizzes/{quiz.id}",
        question_count=quiz.question_count,
        minutes=quiz.time_limit_seconds // 60 if quiz.time_limit_seconds else None,
        state=state,
        state_text=words,
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


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of where the person stands in the completion rule."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class WholeModule:
    """A module on one page, which a browser may keep; ``mark`` is another where it would say something else."""

    href: str
    label: Markup
    mark: str


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course: what it is, what completes it, where one stands, its outline. ``resume`` None: not enrolled.

    ``may_keep``: whether this browser may keep modules; one that several people use may not.
    """

    shell: Shell
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
    conditions: tuple[Condition, ...]
    is_enrolled: bool
    is_complete: bool
    deadline: Deadline | None
    enrol_action: str
    resume: Turn | None
    resume_number: str
    minutes_left: int
    modules: tuple[ModuleRow, ...]
    exam: QuizRow | None
    reading_minutes: int
    has_glossary: bool
    certificate_href: str | None
    whole_modules: tuple[WholeModule, ...]
    may_keep: bool


def origin_of(course: Course, *, is_short: bool = False) -> Markup | None:
    """Where a course comes from, if it says so; ``is_short``: without place and date."""
    text, found_in = text_in(course.texts, language(), course.language)
    origin, found_in = (text.origin, found_in) if text.origin else (course.origin, course.language)
    if origin is None:
        return None
    return said(origin.partition(",")[0] if is_short else origin, found_in)


def course_page(course: Course, learning: Learning | None, *, now: datetime) -> CoursePage:
    """The page of a course, for somebody enrolled or not."""
    text, found_in = text_in(course.texts, language(), course.language)
    tally = learning.tally if learning is not None else Tally()
    progress = progress_of(course, tally)
    resume = resume_at(course, tally, learning.place) if learning is not None else None
    is_complete = learning is not None and learning.completed_at is not None
    return CoursePage(
        shell=shell(),
        slug=course.slug,
        title=text.title,
        crumb=origin_of(course) or said(text.title, found_in),
        lead=text.lead,
        landing=shown(course, text.landing, saves_data=shell().saves_data),
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
        conditions=_conditions(course, progress) if learning is not None else (),
        is_enrolled=learning is not None,
        is_complete=is_complete,
        deadline=deadline(learning.due_on, now)
        if learning is not None and learning.due_on is not None and not is_complete
        else None,
        enrol_action=f"/courses/{course.slug}/enrol",
        resume=turn_to(course, resume) if resume is not None else None,
        resume_number=resume.section.number if resume is not None else "",
        minutes_left=progress.of(resume.module).minutes_left if resume is not None else 0,
        modules=tuple(
            _module_row(course, found, current=resume, href=learning is not None) for found in progress.modules
        ),
        exam=_exam_row(course, progress),
        reading_minutes=sum(module.minutes for module in course.modules),
        has_glossary=bool(course.glossary),
        certificate_href=f"/courses/{course.slug}/certificate"
        if is_complete and course.certification is not None
        else None,
        whole_modules=_whole_modules(course, learning) if learning is not None else (),
        may_keep=not identity().is_shared_device,
    )


def _whole_modules(course: Course, learning: Learning) -> tuple[WholeModule, ...]:
    return tuple(
        WholeModule(
            href=f"/courses/{course.slug}/offline/{module.id}",
            label=numbered(module.number, title_in(module.texts, course.language)),
            # Not its digest, which is made of the keys, too: who guesses them could tell by it that they are right.
            mark=f"{course.version}-{learning.release_id}-{language()}",
        )
        for module in course.modules
    )


def _exam_row(course: Course, progress: Progress) -> QuizRow | None:
    if course.exam is None:
        return None
    locked = None if progress.is_exam_open else gettext("Opens when all modules are read")
    return _quiz_row(course, course.exam, progress.exam_score, locked=locked)


def level_name(course: Course) -> str:
    """The level in words."""
    return {"basic": gettext("Basic"), "intermediate": gettext("Intermediate"), "advanced": gettext("Advanced")}[
        course.level
    ]


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


def _conditions(course: Course, progress: Progress) -> tuple[Condition, ...]:
    found: list[Condition] = []
    count = len(progress.modules)
    if course.completion.modules:
        read = progress.modules_read
        state = "done" if read == count else "under-way" if any(m.is_begun for m in progress.modules) else "not-started"
        found.append(Condition(state, gettext("Modules: %(read)s of %(all)s read", read=read, all=count)))
    if course.completion.quizzes:
        quizzes = [module for module in progress.modules if module.module.quiz is not None]
        passed = sum(module.is_quiz_passed for module in quizzes)
        state = "done" if passed == len(quizzes) else "under-way" if passed else "not-started"
        found.append(
            Condition(state, gettext("Quizzes: %(passed)s of %(all)s passed", passed=passed, all=len(quizzes)))
        )
    if course.completion.exam is not None:
        score = progress.exam_score
        if score is not None and score >= course.completion.exam:
            found.append(Condition("done", gettext("Exam: passed with %(score)s", score=whole(score))))
        elif score is not None:
            found.append(
                Condition(
                    "under-way",
                    gettext("Exam: %(score)s, %(mark)s are needed", score=whole(score), mark=course.completion.exam),
                )
            )
        elif progress.is_exam_open:
            found.append(Condition("not-started", gettext("Exam: open")))
        else:
            found.append(Condition("locked", gettext("Exam: opens when all modules are read")))
    return tuple(found)


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

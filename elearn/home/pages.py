"""The home page, in two stages (see ``web.staged``): who has the same courses before them shares a page.

Which courses stand there, how each stands and where one goes on is the page's shape; names, counts, days and what was
read are slots.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from markupsafe import Markup

from elearn.assessment.competence import MarkedAttempt
from elearn.certificates.pages import CertificateRow
from elearn.content.course import Course
from elearn.home.map import CompetenceMap, competence_map, tell_competence
from elearn.learning.cards import course_facts, course_state
from elearn.learning.deadlines import deadline
from elearn.learning.pages import modules_words, segments_of, title_in, turn_to
from elearn.learning.queries import Learning
from elearn.learning.rules import Place, progress_of, resume_at
from elearn.markup.lattice import cover_svg
from elearn.markup.safe import compiled
from elearn.web.i18n import day, gettext, ngettext, zone
from elearn.web.identity import identity
from elearn.web.shell import Shell, frame_key, shell, whole_standing_of
from elearn.web.staged import Stage, slot

_homes = Stage(512)  # about 15 KB each

MOST_CERTIFICATES = 3


@dataclass(frozen=True, slots=True)
class Continue:
    """The one thing to go on with: a section, or the exam where every lesson is read."""

    course_title: Markup
    course_href: str
    title: Markup
    left: Markup
    href: str
    action: str
    segments: tuple[Markup, ...]
    segments_text: Markup
    cover: Markup
    band: Markup


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with the kind of a tag and its words, and a note beside."""

    href: str
    title: Markup
    state: str
    state_text: Markup
    note: str | Markup


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A certificate with the kind of a tag and its words."""

    href: Markup
    course_title: Markup
    completed_on: Markup
    state: str
    state_text: Markup
    cover: Markup


@dataclass(frozen=True, slots=True)
class HomePage:
    """Home: greeting, what to go on with, the competence in it, the other courses begun, the newest certificates.

    ``due`` is what is to be completed by a day, the nearest first; ``competence`` that of the course to go on with,
    else of the one last active. Whatever is Markup and no title is a slot.
    """

    shell: Shell
    today: Markup
    greeting: Markup
    going_on: Continue | None
    due: tuple[CourseRow, ...]
    competence: CompetenceMap | None
    courses: tuple[CourseRow, ...]
    certificates: tuple[PaperRow, ...]
    is_new: bool


def in_front(mine: Sequence[Learning]) -> Learning | None:
    """The enrolment that home is about: the last active one to go on with, else the last active one."""
    return next((learning for learning in mine if learning.completed_at is None), mine[0] if mine else None)


def home_html(
    mine: Sequence[tuple[Course, Learning]],
    attempts: Sequence[MarkedAttempt],
    certificates: Sequence[CertificateRow],
    *,
    now: datetime,
) -> str:
    """The home page.

    ``mine`` is every enrolment with its course, the last active first; ``attempts`` are those of the one in front.
    """
    person = identity()
    standing = _Standing(*whole_standing_of(person))
    shape = standing.of_home(mine, attempts, certificates[:MOST_CERTIFICATES], now)
    standing.slots["greeting"] = _greeting(person.full_name.split()[0], [found for _, found in mine], now)
    standing.slots["today"] = day(now, "full")

    def render() -> str:
        return render_template("home/home.html", page=_home_page(shape))

    staged = _homes.page((shape.key, frame_key(person)), render, keeps=not request.query_string)
    return staged.fill(standing.state, standing.slots)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A course in a list, with the kind of its tag."""

    course: Course
    state: str

    @property
    def key(self) -> Hashable:
        return self.course.slug, self.course.digest, self.state


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes home pages different from each other; nothing of it is one person's alone.

    ``front`` is the course that home is about, if there is any. ``place`` is where one goes on in it; None with
    ``is_exam``: to its exam, else nothing is open. ``papers`` are the kinds of the tags of certificates.
    """

    front: Course | None
    place: Place | None
    is_exam: bool
    due: tuple[_Listed, ...]
    rest: tuple[_Listed, ...]
    papers: tuple[str, ...]

    @property
    def key(self) -> Hashable:
        front = (self.front.slug, self.front.digest) if self.front is not None else None
        place = self.place.unit if self.place is not None else None
        return (
            *(front, place, self.is_exam, self.papers),
            *(tuple(each.key for each in self.due), tuple(each.key for each in self.rest)),
        )


# ---- For everybody ----


def _home_page(shape: _Shape) -> HomePage:
    return HomePage(
        shell=shell(),
        today=slot("today"),
        greeting=slot("greeting"),
        going_on=_continue(shape.front, shape.place, is_exam=shape.is_exam) if shape.front is not None else None,
        due=tuple(_row(each, f"due:{each.course.slug}", slot(f"due:{each.course.slug}:note")) for each in shape.due),
        competence=competence_map(shape.front) if shape.front is not None else None,
        courses=tuple(_row(each, f"course:{each.course.slug}", course_facts(each.course)) for each in shape.rest),
        certificates=tuple(_paper(f"paper:{at}", state) for at, state in enumerate(shape.papers)),
        is_new=shape.front is None,
    )


def _continue(course: Course, place: Place | None, *, is_exam: bool) -> Continue | None:
    href = f"/courses/{course.slug}"
    if is_exam and course.exam is not None:
        title, target = title_in(course.exam.texts, course.language), f"{href}/quizzes/{course.exam.id}"
        action = gettext("Go to the exam")
    elif place is not None:
        turn = turn_to(course, place)
        title, target = turn.label, turn.href
        action = gettext("Continue at %(number)s", number=place.section.number)
    else:
        return None
    return Continue(
        course_title=title_in(course.texts, course.language),
        course_href=href,
        title=title,
        left=slot("left"),
        href=target,
        action=action,
        segments=tuple(slot(f"segment:{module.id}") for module in course.modules),
        segments_text=slot("read"),
        cover=compiled(cover_svg(course.slug, 208, 266, prefix="cover")),
        band=compiled(cover_svg(course.slug, 328, 96, prefix="band")),
    )


def _row(listed: _Listed, name: str, note: str | Markup) -> CourseRow:
    course = listed.course
    title = title_in(course.texts, course.language)
    return CourseRow(f"/courses/{course.slug}", title, listed.state, slot(name), note)


def _paper(name: str, state: str) -> PaperRow:
    href, title, completed_on = slot(f"{name}:href"), slot(f"{name}:title"), slot(f"{name}:day")
    return PaperRow(href, title, completed_on, state, slot(f"{name}:state"), slot(f"{name}:cover"))


# ---- For one ----


@dataclass(frozen=True, slots=True)
class _Standing:
    """The choices and slots of one person."""

    state: set[str]
    slots: dict[str, str]

    def of_home(
        self,
        mine: Sequence[tuple[Course, Learning]],
        attempts: Sequence[MarkedAttempt],
        papers: Sequence[CertificateRow],
        now: datetime,
    ) -> _Shape:
        """Put down what is this person's; what is left is the shape of the page."""
        found = in_front([learning for _, learning in mine])
        front = next((course for course, learning in mine if learning is found), None)
        rest, place, is_exam = mine, None, False
        if front is not None and found is not None:
            tell_competence(front, found, attempts, self.state, self.slots)
            if found.completed_at is None:
                place, is_exam = self._of_front(front, found)
                rest = [each for each in mine if each[1] is not found]
        return _Shape(
            front=front,
            place=place,
            is_exam=is_exam,
            due=self._of_due(mine, now),
            rest=tuple(self._of_course(*each) for each in rest),
            papers=tuple(self._of_paper(f"paper:{at}", each) for at, each in enumerate(papers)),
        )

    def _of_front(self, course: Course, learning: Learning) -> tuple[Place | None, bool]:
        """Where one goes on, and whether that is the exam."""
        progress = progress_of(course, learning.tally)
        read = progress.modules_read
        self.slots["read"] = modules_words(read, len(progress.modules))
        for module, classes in zip(course.modules, segments_of(progress), strict=True):
            self.slots[f"segment:{module.id}"] = classes
        if read == len(progress.modules) and course.exam is not None:
            self.slots["left"] = gettext("All modules are read; the exam is what remains")
            return None, True
        place = resume_at(course, learning.tally, learning.place)
        minutes = progress.of(place.module).minutes_left
        self.slots["left"] = ngettext(
            "One minute left in this module", "%(count)s minutes left in this module", minutes
        )
        return place, False

    def _of_due(self, mine: Sequence[tuple[Course, Learning]], now: datetime) -> tuple[_Listed, ...]:
        waiting = [(found.due_on, course, found) for course, found in mine if found.due_on and not found.completed_at]
        listed = []
        for due_on, course, found in sorted(waiting, key=lambda each: (each[0], each[1].slug)):
            progress, last = progress_of(course, found.tally), deadline(due_on, now)
            self.slots[f"due:{course.slug}"] = last.when
            self.slots[f"due:{course.slug}:note"] = modules_words(progress.modules_read, len(progress.modules))
            listed.append(_Listed(course, last.tag))
        return tuple(listed)

    def _of_course(self, course: Course, learning: Learning) -> _Listed:
        state, words = course_state(learning, progress_of(course, learning.tally))
        self.slots[f"course:{course.slug}"] = words
        return _Listed(course, state or "not-started")

    def _of_paper(self, name: str, row: CertificateRow) -> str:
        theirs: dict[str, str] = {
            f"{name}:href": row.href,
            f"{name}:title": row.course_title,
            f"{name}:day": day(row.completed_on),
            f"{name}:state": row.state_text,
            f"{name}:cover": row.cover,
        }
        self.slots.update(theirs)
        return row.state


def _greeting(name: str, mine: Sequence[Learning], now: datetime) -> str:
    hour = now.astimezone(zone()).hour
    if 5 <= hour < 12:
        words = gettext("Good morning, %(name)s.", name=name)
    elif 12 <= hour < 18:
        words = gettext("Good afternoon, %(name)s.", name=name)
    else:
        words = gettext("Good evening, %(name)s.", name=name)
    under_way = sum(learning.completed_at is None for learning in mine)
    if under_way:
        words += " " + ngettext("One course is under way.", "%(count)s courses are under way.", under_way)
    return words

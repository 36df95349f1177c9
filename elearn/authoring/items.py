"""Which questions an address of item analysis asks for, and in which order. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from elearn.assessment.analysis import ItemFigures
from elearn.assessment.answered import AnsweredRelease
from elearn.content.course import Course, Quiz
from elearn.content.question import Question
from elearn.core.refusals import NotFound

Found = TypeVar("Found")
Analysed = Sequence[tuple[Question, ItemFigures | None]]


class NoSuchItems(NotFound):
    """The address names a release, a quiz or an order that there is not."""

    message = "The address asks for a release, a quiz or an order of questions that this course does not have."


class Order(StrEnum):
    """How the questions are sorted."""

    ATTENTION = "attention"  # the most pressing first
    QUIZ = "quiz"  # as they stand there
    FACILITY = "facility"  # the hardest first
    DISCRIMINATION = "discrimination"  # what tells least first


@dataclass(frozen=True, slots=True)
class Asked:
    """A release among the others, its course, one of its quizzes (None: the course has none), and an order."""

    releases: Sequence[AnsweredRelease]
    release: AnsweredRelease
    course: Course
    quiz: Quiz | None
    order: Order


def release_asked(releases: Sequence[AnsweredRelease], number: str | None) -> AnsweredRelease:
    """The release of that number; without one the newest that was answered. Raises NoSuchItems."""
    if number:
        return _first(release for release in releases if str(release.number) == number)
    return next((release for release in releases if release.people), releases[0])


def quiz_asked(course: Course, release: AnsweredRelease, quiz_id: str | None) -> Quiz | None:
    """The quiz of that id; without one the first that was answered, else the first. Raises NoSuchItems."""
    quizzes = course.quizzes()
    if quiz_id:
        return _first(quiz for quiz in quizzes if quiz.id == quiz_id)
    answered = [quiz for quiz in quizzes if release.people.get(quiz.id)]
    return next(iter((*answered, *quizzes)), None)


def order_asked(order: str | None) -> Order:
    """The order of that name; without one what needs attention first. Raises NoSuchItems."""
    return _first(one for one in Order if one == order) if order else Order.ATTENTION


def in_order(items: Analysed, order: Order) -> Analysed:
    """Questions sorted; those without figures stand last, and what is equal stays as it stands in the quiz."""

    def place(item: tuple[Question, ItemFigures | None]) -> tuple[bool, float, float]:
        figures = item[1]
        if figures is None:
            return True, 0, 0
        match order:
            case Order.ATTENTION:
                return False, *figures.urgency
            case Order.FACILITY:
                return False, figures.facility, 0
            case Order.DISCRIMINATION:
                return False, 2 if figures.discrimination is None else figures.discrimination, 0
            case Order.QUIZ:
                return False, 0, 0

    return items if order is Order.QUIZ else sorted(items, key=place)


def _first(found: Iterable[Found]) -> Found:
    for one in found:
        return one
    raise NoSuchItems

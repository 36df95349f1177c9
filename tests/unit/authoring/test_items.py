"""Which questions an address of item analysis asks for, and in which order."""

from dataclasses import replace

import pytest

from elearn.assessment.analysis import Concern, Flag, ItemFigures
from elearn.assessment.answered import AnsweredRelease
from elearn.authoring.items import Analysed, NoSuchItems, Order, in_order, order_asked, quiz_asked, release_asked
from elearn.content.question import Question
from tests.quiz_course import compiled

COURSE = compiled()
QUESTIONS = COURSE.quizzes()[0].questions
SOUND = ItemFigures(30, 0.5, 0.4, 0.0, None, (), ())
ANALYSED: Analysed = [
    (QUESTIONS[0], replace(SOUND, facility=0.9, discrimination=None)),
    (QUESTIONS[1], None),
    (QUESTIONS[2], replace(SOUND, facility=0.7, discrimination=0.1, flags=(Flag(Concern.IDLE), Flag(Concern.EASY)))),
    (QUESTIONS[3], replace(SOUND, facility=0.8, discrimination=-0.3, flags=(Flag(Concern.KEY),))),
    (QUESTIONS[4], replace(SOUND, facility=0.6, discrimination=1.0)),
]


def places(order: Order) -> list[int]:
    asked: list[Question] = list(QUESTIONS)
    return [asked.index(question) for question, _ in in_order(ANALYSED, order)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.QUIZ, [0, 1, 2, 3, 4]),
        (Order.ATTENTION, [3, 2, 4, 0, 1]),
        (Order.FACILITY, [4, 2, 3, 0, 1]),
        (Order.DISCRIMINATION, [3, 2, 4, 0, 1]),
    ],
)
def test_questions_are_sorted_and_those_without_figures_stand_last(order: Order, expected: list[int]) -> None:
    assert places(order) == expected


def test_what_is_equal_stays_as_in_the_quiz() -> None:
    equal: Analysed = [(question, SOUND) for question in QUESTIONS[::-1]]
    for order in Order:
        assert in_order(equal, order) == equal


def a_release(number: int, **people: int) -> AnsweredRelease:
    return AnsweredRelease(number, number, f"{number}.0.0", "", people)


def test_without_a_number_the_newest_release_that_was_answered_is_meant() -> None:
    releases = [a_release(3), a_release(2, quiz=1), a_release(1, quiz=9)]
    assert release_asked(releases, None).number == 2
    assert release_asked(releases, "1").number == 1
    assert release_asked([a_release(3), a_release(2)], "").number == 3
    with pytest.raises(NoSuchItems):
        release_asked(releases, "4")


def test_without_an_id_the_first_quiz_that_was_answered_is_meant() -> None:
    first, second, *_ = COURSE.quizzes()
    assert quiz_asked(COURSE, AnsweredRelease(1, 1, "1", "", {second.id: 1}), None) is second
    assert quiz_asked(COURSE, a_release(1), None) is first
    assert quiz_asked(COURSE, a_release(1), second.id) is second
    with pytest.raises(NoSuchItems):
        quiz_asked(COURSE, a_release(1), "none")


def test_an_unknown_order_is_refused() -> None:
    assert order_asked(None) is Order.ATTENTION
    assert order_asked("facility") is Order.FACILITY
    with pytest.raises(NoSuchItems):
        order_asked("random")

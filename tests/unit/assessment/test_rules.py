"""When attempts may start, end and show what was right."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from elearn.assessment.rules import (
    GRACE,
    AttemptFacts,
    NextAttemptLater,
    NoAttemptsLeft,
    due_at,
    feedback_visible,
    handed_in_at,
    is_attempt_passed,
    is_closed,
    is_over,
    may_start,
    next_attempt_at,
    outcome_id,
    pass_mark_of,
    score_of,
)
from elearn.content.course import Completion, Feedback, Quiz
from tests.factories import NOON
from tests.quiz_course import compiled

COURSE = compiled()


def a_quiz(**changes: object) -> Quiz:
    found = COURSE.quiz("small-quiz")
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def an_attempt(number: int = 1, *, submitted_at: datetime | None = NOON) -> AttemptFacts:
    return AttemptFacts(f"id{number}", number, NOON - timedelta(minutes=9), None, submitted_at, Decimal(50), False)


def test_the_first_attempt_may_start() -> None:
    assert may_start(a_quiz(attempts=1), [], NOON) is None


def test_after_the_last_attempt_none_may_start() -> None:
    assert isinstance(may_start(a_quiz(attempts=1), [an_attempt()], NOON), NoAttemptsLeft)


def test_without_a_limit_attempts_go_on() -> None:
    assert may_start(a_quiz(attempts=None), [an_attempt(number) for number in range(1, 50)], NOON) is None


def test_the_waiting_time_counts_from_the_last_handing_in_and_names_its_end() -> None:
    quiz = a_quiz(attempts=3, wait_between_seconds=86400)
    refusal = may_start(quiz, [an_attempt()], NOON + timedelta(hours=23, minutes=59))
    assert isinstance(refusal, NextAttemptLater)
    assert refusal.not_before == NOON + timedelta(days=1) == next_attempt_at(quiz, [an_attempt()])
    assert may_start(quiz, [an_attempt()], NOON + timedelta(days=1)) is None


def test_an_open_attempt_starts_no_waiting_time() -> None:
    assert next_attempt_at(a_quiz(wait_between_seconds=60), [an_attempt(submitted_at=None)]) is None


def test_the_time_limit_is_counted_from_the_start() -> None:
    assert due_at(a_quiz(time_limit_seconds=2400), NOON) == NOON + timedelta(minutes=40)
    assert due_at(a_quiz(time_limit_seconds=None), NOON) is None


@pytest.mark.parametrize(("percent", "minutes"), [(0, 40), (25, 50), (50, 60), (75, 70), (100, 80)])
def test_extra_time_is_added_to_the_limit_and_nothing_to_none(percent: int, minutes: int) -> None:
    assert due_at(a_quiz(time_limit_seconds=2400), NOON, percent) == NOON + timedelta(minutes=minutes)
    assert due_at(a_quiz(time_limit_seconds=None), NOON, percent) is None


def test_an_answer_on_its_way_at_the_end_still_counts() -> None:
    assert not is_over(NOON, NOON + GRACE)
    assert is_over(NOON, NOON + GRACE + timedelta(seconds=1))
    assert not is_over(None, NOON)


def test_nobody_hands_in_later_than_the_end() -> None:
    assert handed_in_at(NOON, NOON + timedelta(hours=5)) == NOON
    assert handed_in_at(NOON, NOON - timedelta(hours=5)) == NOON - timedelta(hours=5)
    assert handed_in_at(None, NOON) == NOON


@pytest.mark.parametrize(
    ("points", "score"),
    [
        ([("1", "1"), ("2", "2")], "100"),
        ([("2", "3")], "66.6666"),
        ([("79.9996", "100")], "79.9996"),
        ([("0.3333", "1")] * 3, "33.33"),
        ([("0", "1")], "0"),
        ([], "0"),
    ],
)
def test_a_score_is_in_per_cent_and_never_rounded_up(points: list[tuple[str, str]], score: str) -> None:
    assert score_of((Decimal(got), Decimal(out_of)) for got, out_of in points) == Decimal(score)


@pytest.mark.parametrize(
    ("points", "score"),
    [
        ([("0.3333", "1")] * 3 + [("1", "1")], "50"),  # three thirds of a point and one whole are half of four
        ([("0.6667", "1")] * 3 + [("0", "1")], "50"),
        ([("0.1429", "1")] * 7 + [("1", "1")], "25"),
        ([("0.3333", "1")] * 50 + [("1", "1")] * 50, "66.665"),  # two thirds of a hundred are no whole per cent
        ([("0.7999", "1")], "79.99"),
        ([("0.80", "1"), ("0.79", "1")] * 2, "79.5"),
        ([("399.98", "500")], "79.996"),  # nothing was rounded here
        ([("0.8", "1")] * 249 + [("0.79", "1")], "79.996"),
    ],
)
def test_what_rounding_took_from_points_costs_no_pass(points: list[tuple[str, str]], score: str) -> None:
    assert score_of((Decimal(got), Decimal(out_of)) for got, out_of in points) == Decimal(score)


def test_a_score_on_the_mark_passes_and_one_below_it_does_not() -> None:
    assert is_attempt_passed(80, Decimal(80)) is True
    assert is_attempt_passed(80, Decimal("79.9999")) is False
    assert is_attempt_passed(None, Decimal(0)) is None


def test_what_completes_the_course_passes_the_exam() -> None:
    course = replace(COURSE, completion=Completion(modules=True, quizzes=False, exam=90))
    assert course.exam is not None
    assert pass_mark_of(course, course.exam) == 90
    assert pass_mark_of(course, a_quiz()) == 70


@pytest.mark.parametrize(
    ("feedback", "during", "answered", "after", "closed"),
    [
        (Feedback.IMMEDIATELY, False, True, True, True),
        (Feedback.AFTER_ATTEMPT, False, False, True, True),
        (Feedback.AFTER_CLOSE, False, False, False, True),
        (Feedback.NEVER, False, False, False, False),
    ],
)
def test_each_policy_shows_what_was_right_when_it_says(
    feedback: Feedback, during: bool, answered: bool, after: bool, closed: bool
) -> None:
    quiz = a_quiz(feedback=feedback)
    assert feedback_visible(quiz, is_submitted=False) is during
    assert feedback_visible(quiz, is_submitted=False, is_answered=True) is answered
    assert feedback_visible(quiz, is_submitted=False, is_answered=True, is_closed=True) is answered
    assert feedback_visible(quiz, is_submitted=True) is after
    assert feedback_visible(quiz, is_submitted=True, is_closed=True) is closed


def test_a_quiz_is_closed_when_its_last_attempt_was_handed_in() -> None:
    quiz = a_quiz(attempts=2)
    assert not is_closed(quiz, [an_attempt(1)])
    assert not is_closed(quiz, [an_attempt(1), an_attempt(2, submitted_at=None)])
    assert is_closed(quiz, [an_attempt(1), an_attempt(2)])
    assert not is_closed(a_quiz(attempts=None), [an_attempt(1)])


def test_the_outcome_of_an_attempt_always_has_the_same_id() -> None:
    assert outcome_id("a") == outcome_id("a") != outcome_id("b")

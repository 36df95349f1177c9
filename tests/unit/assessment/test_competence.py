"""How sure somebody is of a module: levels from answers, and which answers count."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.competence import Level, MarkedAttempt, Standing, competence, level_of, surely
from elearn.assessment.rules import AttemptFacts
from elearn.learning.rules import Tally
from tests.factories import NOON
from tests.quiz_course import compiled

BEGUN = Tally(frozenset({"one/opening"}))


def an_attempt(
    number: int = 1, quiz: str = "small-quiz", *, is_submitted: bool = True, **shares: float
) -> MarkedAttempt:
    """An attempt whose answers earned these shares of their points."""
    at = NOON + timedelta(hours=number)
    facts = AttemptFacts(f"a{number}", number, at, None, at if is_submitted else None, Decimal(50), None)
    named = {name.replace("_", "-"): Decimal(str(share)) for name, share in shares.items()}
    return MarkedAttempt(quiz, facts if is_submitted else replace(facts, score=None), named)


def standing(*attempts: MarkedAttempt, quiz: str = "attempts: 3", tally: Tally = BEGUN) -> Standing:
    """The standing in the one module of the small course."""
    return competence(compiled(quiz), tally, attempts)[0]


@pytest.mark.parametrize(
    ("right", "asked", "level"),
    [
        (22, 24, Level.SURE),
        (15, 20, Level.WORKING),
        (18, 20, Level.SURE),
        (16, 22, Level.WORKING),
        (7, 12, Level.AWARE),
        (19, 19, Level.CAN_TEACH),
        (17, 18, Level.SURE),
        (3, 3, Level.AWARE),
        (1, 1, Level.NEW),
        (0, 30, Level.NEW),
    ],
)
def test_a_level_is_what_the_answers_prove(right: int, asked: int, level: Level) -> None:
    assert level_of(right, asked, is_begun=True) is level


def test_without_an_answer_the_reading_tells_new_from_not_started() -> None:
    assert standing(tally=Tally()).level is Level.NOT_STARTED
    assert standing().level is Level.NEW


def test_the_lower_end_is_that_of_wilson() -> None:
    """Brown, Cai and DasGupta, Statistical Science 16 (2001): x = 7 of n = 10 gives (.397, .892)."""
    assert surely(7, 10) == pytest.approx(0.3968, abs=5e-4)


@given(st.integers(1, 200), st.data())
def test_a_right_answer_more_never_lowers_a_level(asked: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, asked - 1))
    assert 0 <= surely(right, asked) <= surely(right + 1, asked) <= 1
    assert level_of(right, asked, is_begun=True) <= level_of(right + 1, asked, is_begun=True)


def test_of_a_question_the_last_answer_counts() -> None:
    found = standing(an_attempt(1, single=1, word=0), an_attempt(2, single=0))
    assert (found.right, found.asked) == (Decimal(0), 2)


def test_partly_right_counts_in_part() -> None:
    found = standing(an_attempt(several=0.6, single=1))
    assert (found.right, found.asked) == (Decimal("1.6"), 2)


def test_an_attempt_still_open_counts_for_nothing() -> None:
    assert standing(an_attempt(single=1, is_submitted=False)).asked == 0


@pytest.mark.parametrize("feedback", ["never", "after-close"])
def test_an_attempt_whose_feedback_is_held_back_counts_for_nothing(feedback: str) -> None:
    assert standing(an_attempt(single=1), quiz=f"attempts: 2\nfeedback: {feedback}").asked == 0


def test_once_a_quiz_is_closed_its_attempts_count() -> None:
    attempts = (an_attempt(1, single=0), an_attempt(2, single=1))
    assert standing(*attempts, quiz="attempts: 2\nfeedback: after-close").right == 1


def test_a_question_of_the_exam_counts_for_the_module_that_its_explanation_leads_to() -> None:
    found = standing(an_attempt(1, "the-exam", pool_1=0, pool_2=1))
    assert (found.right, found.asked, found.reread) == (Decimal(1), 2, "one/a-section")


def test_a_question_that_the_course_has_no_longer_counts_for_nothing() -> None:
    assert standing(an_attempt(gone=1), an_attempt(2, "gone-quiz", single=1)).asked == 0


def test_what_explains_most_of_what_was_missed_is_to_be_read_again() -> None:
    assert standing(an_attempt(single=0, statement=1)).reread == "one/a-section"
    assert standing(an_attempt(single=1)).reread is None

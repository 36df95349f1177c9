"""``elearn attempt replay`` and ``remark`` on both databases."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select

from elearn.assessment.models import Attempt, Remark
from elearn.catalogue.services import publish
from elearn.db.engine import Database
from tests.database.conftest import Ran
from tests.database.test_disputes import JUST_PASSED, LATER, PLUMS, WITH_PLUMS, files_with, take
from tests.quiz_course import SLUG

Run = Callable[..., Ran]


@pytest.fixture
def run(elearn: Run) -> Run:
    """Runs ``elearn attempt`` with these words."""
    return partial(elearn, "attempt")


@pytest.fixture
def attempts(database: Database) -> tuple[str, str]:
    """The numbers of an attempt that a corrected key raises, and of one that it would fail."""
    with database.writing() as session:
        raised, failing = (take(session, given).attempt.public_id for given in (WITH_PLUMS, JUST_PASSED))
        publish(session, SLUG, files_with(PLUMS), now=LATER)
        session.commit()
    return raised, failing


def scores(database: Database) -> list[int]:
    """The whole score of every attempt."""
    with database.reading() as session:
        return [int(score or 0) for score in session.scalars(select(Attempt.score).order_by(Attempt.id))]


def test_without_apply_the_changes_are_listed_and_nothing_is_written(
    run: Run, database: Database, attempts: tuple[str, str]
) -> None:
    ran = run("remark", SLUG, "small-quiz")
    assert ran.code == 0
    assert "corrected: single, Which one is it?" in ran.out
    assert f"rises: 1\n  {attempts[0]}  83.3333 -> 100" in ran.out
    assert f"would no longer be passed: 1\n  {attempts[1]}  83.3333 -> 66.6666" in ran.out
    assert scores(database) == [83, 83]


def test_with_apply_a_pass_is_kept_unless_it_is_included(
    run: Run, database: Database, attempts: tuple[str, str]
) -> None:
    ran = run("remark", SLUG, "small-quiz", "--apply", "--reason", "Plums.")
    assert "Marked again: 1. Left as they were passed: 1." in ran.out
    assert scores(database) == [100, 83]
    run("remark", SLUG, "small-quiz", "--apply", "--reason", "Agreed.", "--include", attempts[1])
    assert scores(database) == [100, 66]
    with database.reading() as session:
        assert list(session.scalars(select(Remark.reason).order_by(Remark.id))) == ["Plums.", "Agreed."]


def test_marks_are_not_changed_without_a_reason(run: Run, database: Database, attempts: tuple[str, str]) -> None:
    ran = run("remark", SLUG, "small-quiz", "--apply")
    assert (ran.code, ran.err) == (2, "elearn: Write why the marks are changed, in at most 500 characters.\n")
    with database.reading() as session:
        assert session.scalar(select(func.count(Remark.id))) == 0


def test_including_an_attempt_that_would_not_fail_is_refused_and_nothing_is_done(
    run: Run, database: Database, attempts: tuple[str, str]
) -> None:
    ran = run("remark", SLUG, "small-quiz", "--apply", "--reason", "x", "--include", attempts[0])
    assert ran.code == 2
    assert "would not fail" in ran.err
    assert scores(database) == [83, 83]


def test_a_replay_is_told_without_a_name(run: Run, database: Database, attempts: tuple[str, str]) -> None:
    run("remark", SLUG, "small-quiz", "--apply", "--reason", "Plums.")
    ran = run("replay", attempts[0])
    assert ran.code == 0
    assert "release 1 (1.0.0), seed 7" in ran.out
    assert "paper drawn again from the seed: the same" in ran.out
    assert "answers marked again: the same marks" in ran.out
    assert "by the command line, release 2, 83.3333 -> 100: Plums." in ran.out
    assert "answer 2026-11-21 12:00:00+00:00: Plums  [counts]" in ran.out
    assert "key of release 2 (1.0.0): the answer earns 1 of 1  [the mark is by it]" in ran.out
    assert "Person Number" not in ran.out


def test_an_attempt_that_is_not_there_is_refused(run: Run, attempts: tuple[str, str]) -> None:
    assert run("replay", "nothing").err == "elearn: There is no such attempt.\n"

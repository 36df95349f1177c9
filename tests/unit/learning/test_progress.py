"""Progress is between 0 and 100, never falls, and is the same after any order and repetition of its facts."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.content.course import Completion, Course
from elearn.learning.rules import (
    NoSuchSection,
    OutcomeKind,
    Tally,
    is_passed,
    place_of,
    places,
    progress_of,
    reading_id,
    stored_tally,
    tally_of,
)
from tests.unit.learning.shapes import TWO_MODULES, ModuleShape, a_course, a_quiz

Fact = tuple[OutcomeKind, str, Decimal | None]
READ, SCORED = OutcomeKind.SECTION_READ, OutcomeKind.QUIZ_SCORED

_names = st.sampled_from(["law", "fatf", "fiu", "typologies", "red-flags", "sanctions", "analysis"])
_sections = st.lists(
    st.tuples(st.sampled_from(["opening", "a", "b", "c", "d"]), st.integers(1, 30)),
    min_size=1,
    max_size=4,
    unique_by=lambda section: section[0],
)
_shapes = st.builds(
    ModuleShape,
    _names,
    _sections.map(tuple),
    st.booleans(),
    st.none() | st.integers(0, 100),
)
_scores = st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Any course, with any completion rule."""
    shapes = draw(st.lists(_shapes, min_size=1, max_size=4, unique_by=lambda shape: shape.id))
    has_exam = draw(st.booleans())
    rule = Completion(
        modules=draw(st.booleans()),
        quizzes=draw(st.booleans()),
        exam=draw(st.none() | st.integers(0, 100)) if has_exam else None,
    )
    return a_course(shapes, completion=rule, has_exam=has_exam)


def facts(course: Course) -> st.SearchStrategy[list[Fact]]:
    """Any facts about the course, and some about what is not in it."""
    units = [place.unit for place in places(course)] + ["law/gone", "gone/opening", ""]
    quizzes = [quiz.id for quiz in course.quizzes()] + ["gone-quiz"]
    read = st.tuples(st.just(READ), st.sampled_from(units), st.none())
    scored = st.tuples(st.just(SCORED), st.sampled_from(quizzes), st.none() | _scores)
    return st.lists(read | scored, max_size=40)


@st.composite
def learnt(draw: st.DrawFn) -> tuple[Course, list[Fact]]:
    """A course and facts about it."""
    course = draw(courses())
    return course, draw(facts(course))


def everything(course: Course) -> list[Fact]:
    """All that can be done in a course, done perfectly."""
    read: list[Fact] = [(READ, place.unit, None) for place in places(course)]
    return read + [(SCORED, quiz.id, Decimal(100)) for quiz in course.quizzes()]


def of(course: Course, done: list[Fact]) -> int:
    """The progress these facts make."""
    return progress_of(course, tally_of(done)).percent


@given(learnt())
def test_progress_is_between_0_and_100_and_100_only_if_complete(case: tuple[Course, list[Fact]]) -> None:
    course, done = case
    progress = progress_of(course, tally_of(done))

    assert 0 <= progress.percent <= 100
    assert (progress.percent == 100) == progress.is_complete
    for module in progress.modules:
        assert 0 <= module.share <= 1
        assert (module.share == 1) == module.is_read == (module.minutes_left == 0)


@given(learnt(), st.data())
def test_progress_never_falls_when_facts_are_added(case: tuple[Course, list[Fact]], data: st.DataObject) -> None:
    course, done = case
    more = data.draw(facts(course))
    before, after = progress_of(course, tally_of(done)), progress_of(course, tally_of(done + more))

    assert after.percent >= before.percent
    assert after.is_complete >= before.is_complete
    assert after.modules_read >= before.modules_read
    for one, other in zip(before.modules, after.modules, strict=True):
        assert one.read <= other.read
        assert (other.score or 0) >= (one.score or 0)


@given(learnt(), st.randoms(use_true_random=False))
def test_progress_is_the_same_after_any_order_and_repetition(
    case: tuple[Course, list[Fact]], chance: random.Random
) -> None:
    course, done = case
    again = [*done, *(chance.choice(done) for _ in range(len(done)))] if done else []
    chance.shuffle(again)

    assert tally_of(again) == tally_of(done)
    assert progress_of(course, tally_of(again)) == progress_of(course, tally_of(done))


@given(learnt())
def test_a_tally_comes_back_from_the_database_as_it_was(case: tuple[Course, list[Fact]]) -> None:
    _, done = case
    assert stored_tally(tally_of(done).stored()) == tally_of(done)


@given(courses())
def test_all_read_and_all_scored_with_100_completes_any_course_that_asks_for_anything(course: Course) -> None:
    rule = course.completion
    asks = rule.modules or rule.exam is not None or (rule.quizzes and any(m.quiz for m in course.modules))

    assert progress_of(course, tally_of(everything(course))).is_complete == asks


@given(learnt(), st.randoms(use_true_random=False))
def test_ids_carry_progress_not_positions(case: tuple[Course, list[Fact]], chance: random.Random) -> None:
    course, done = case
    modules = list(course.modules)
    chance.shuffle(modules)
    moved = replace(
        course,
        modules=tuple(
            replace(module, number=number, sections=tuple(chance.sample(module.sections, len(module.sections))))
            for number, module in enumerate(modules, start=7)
        ),
    )
    before, after = progress_of(course, tally_of(done)), progress_of(moved, tally_of(done))

    assert after.percent == before.percent
    assert after.is_complete == before.is_complete
    for module in course.modules:
        assert before.of(module).read == after.of(module).read


def test_a_section_that_came_in_with_a_new_release_is_unread_and_the_others_stay_read() -> None:
    tally = tally_of([(READ, "law/opening", None), (READ, "law/offence", None), (READ, "law/assets", None)])
    wider = a_course(
        (ModuleShape("law", (("opening", 2), ("new", 4), ("offence", 7), ("assets", 3))), TWO_MODULES[1]),
    )
    law = progress_of(wider, tally).modules[0]

    assert law.read == {"opening", "offence", "assets"}
    assert law.minutes_left == 4


def test_a_section_of_the_same_name_in_another_module_is_another_section() -> None:
    progress = progress_of(a_course(), tally_of([(READ, "law/opening", None)]))

    assert progress.modules[0].read == {"opening"}
    assert progress.modules[1].read == set()


def test_modules_may_leave_numbers_out() -> None:
    course = a_course(numbers=(2, 5))
    progress = progress_of(course, tally_of([(READ, "analysis/triage", None)]))

    assert [progress.of(module).module.id for module in course.modules] == ["law", "analysis"]
    assert progress.of(course.modules[1]).read == {"triage"}


@pytest.mark.parametrize(
    ("done", "percent"),
    [
        ([], 0),
        ([(READ, "law/opening", None)], 12),  # one of five sections, two quizzes and the exam
        ([(READ, "law/opening", None), (SCORED, "law-quiz", Decimal(70))], 25),
        ([(READ, "law/opening", None), (SCORED, "law-quiz", Decimal("69.9999"))], 12),
        (everything(a_course())[:-1], 87),
        (everything(a_course()), 100),
    ],
)
def test_progress_counts_sections_quizzes_and_the_exam_alike(done: list[Fact], percent: int) -> None:
    assert of(a_course(), done) == percent


def test_a_course_of_a_thousand_sections_is_not_complete_when_one_is_missing() -> None:
    course = a_course(
        (ModuleShape("law", tuple((f"s{number}", 1) for number in range(1000)), quiz=False),), has_exam=False
    )
    done = [(READ, place.unit, None) for place in places(course)]

    assert of(course, list(done[:-1])) == 99
    assert of(course, list(done)) == 100


def test_an_exam_below_the_mark_of_the_completion_rule_does_not_complete() -> None:
    course = a_course(completion=Completion(modules=False, quizzes=False, exam=80))

    assert not progress_of(course, tally_of([(SCORED, "demo-exam", Decimal("79.9999"))])).is_complete
    assert progress_of(course, tally_of([(SCORED, "demo-exam", Decimal(80))])).is_complete


def test_of_several_scores_the_best_counts_whenever_it_came() -> None:
    scores: list[Fact] = [(SCORED, "law-quiz", Decimal(score)) for score in (60, 90, 75)]

    assert progress_of(a_course(), tally_of(scores)).modules[0].score == 90
    assert progress_of(a_course(), tally_of(scores[::-1])).modules[0].score == 90


def test_the_exam_opens_when_every_module_is_read() -> None:
    course = a_course()
    read: list[Fact] = [(READ, place.unit, None) for place in places(course)]

    assert not progress_of(course, tally_of(read[:-1])).is_exam_open
    assert progress_of(course, tally_of(read)).is_exam_open
    free = a_course(completion=Completion(modules=False, quizzes=False, exam=80))
    assert progress_of(free, Tally()).is_exam_open


@pytest.mark.parametrize(
    ("pass_mark", "score", "passed"),
    [
        (70, None, False),
        (70, Decimal("69.9999"), False),
        (70, Decimal(70), True),
        (None, None, False),
        (None, Decimal(0), True),
        (0, Decimal(0), True),
    ],
)
def test_a_quiz_is_passed_at_its_mark(pass_mark: int | None, score: Decimal | None, passed: bool) -> None:
    assert is_passed(a_quiz("q", pass_mark), score) is passed


def test_no_quiz_asks_for_nothing() -> None:
    assert is_passed(None, None)


def test_the_outcome_of_reading_has_the_same_id_each_time_and_another_for_another_section() -> None:
    assert reading_id(1, "law/opening") == reading_id(1, "law/opening")
    assert len({reading_id(1, "law/opening"), reading_id(2, "law/opening"), reading_id(1, "law/offence")}) == 3


def test_a_place_is_found_by_ids_and_refused_when_there_is_none() -> None:
    course = a_course()

    assert place_of(course, "law", "offence").section.minutes == 7
    for module_id, section_id in (("law", "triage"), ("gone", "opening"), ("", ""), ("LAW", "offence")):
        with pytest.raises(NoSuchSection):
            place_of(course, module_id, section_id)

"""Papers of attempts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.drawing import draw_paper, paper_stored, questions_of, stored_paper
from elearn.content.course import Course, Draw, Quiz
from tests.quiz_course import compiled

COURSE = compiled(quiz="shuffle: [questions, answers]", exam="shuffle: [questions, answers]")
seeds = st.integers(0, 2**63 - 1)


def quiz_of(quiz_id: str, **changes: object) -> Quiz:
    found = COURSE.quiz(quiz_id)
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def ids(course: Course, quiz: Quiz, seed: int) -> list[str]:
    return [item.question_id for item in draw_paper(course, quiz, seed)]


@given(seeds)
def test_the_same_seed_draws_the_same_paper(seed: int) -> None:
    exam = quiz_of("the-exam")
    assert draw_paper(COURSE, exam, seed) == draw_paper(COURSE, exam, seed)


def test_other_seeds_draw_other_papers() -> None:
    exam = quiz_of("the-exam")
    assert len({tuple(ids(COURSE, exam, seed)) for seed in range(40)}) > 10


@given(seeds)
def test_no_question_comes_twice(seed: int) -> None:
    exam = quiz_of("the-exam", draws=(Draw("pools/things.md", 3), Draw("pools/things.md", 3)))
    drawn = ids(COURSE, exam, seed)
    assert len(drawn) == len(set(drawn)) == 6


@given(seeds)
def test_a_draw_without_tags_leaves_the_tagged_ones_to_the_draw_that_asks_for_them(seed: int) -> None:
    exam = quiz_of("the-exam", draws=(Draw("pools/things.md", 3), Draw("pools/things.md", 3, ("odd",))))
    drawn = ids(COURSE, exam, seed)
    assert len(drawn) == 6
    pool = COURSE.pool("pools/things.md")
    assert pool is not None
    assert sorted(drawn) == sorted(question.id for question in pool.questions)


@given(seeds)
def test_a_draw_keeps_to_its_tags(seed: int) -> None:
    exam = quiz_of("the-exam", draws=(Draw("pools/things.md", 2, ("even",)),))
    assert set(ids(COURSE, exam, seed)) <= {"pool-2", "pool-4", "pool-6"}


def test_every_question_of_a_pool_is_drawn_about_as_often_as_another() -> None:
    exam = quiz_of("the-exam")
    times = dict.fromkeys((f"pool-{number}" for number in range(1, 7)), 0)
    for seed in range(3000):
        for question_id in ids(COURSE, exam, seed):
            times[question_id] += 1
    assert all(1300 < count < 1700 for count in times.values())


@given(seeds)
def test_shuffled_choices_are_the_same_choices(seed: int) -> None:
    quiz = quiz_of("small-quiz")
    questions = questions_of(COURSE, quiz)
    for item in draw_paper(COURSE, quiz, seed):
        answers = questions[item.question_id].texts["en"].answers
        assert sorted(item.order) == sorted(answers)


def test_true_and_false_keep_their_places() -> None:
    quiz = quiz_of("small-quiz")
    for seed in range(20):
        item = next(item for item in draw_paper(COURSE, quiz, seed) if item.question_id == "statement")
        assert item.order == ("true", "false")


def test_a_quiz_that_does_not_shuffle_keeps_the_order_of_its_file() -> None:
    quiz = quiz_of("small-quiz", shuffle_questions=False, shuffle_answers=False)
    paper = draw_paper(COURSE, quiz, 7)
    assert [item.question_id for item in paper] == [question.id for question in quiz.questions]
    assert list(paper[0].order) == list(quiz.questions[0].texts["en"].answers)


def test_a_paper_is_the_same_after_it_was_stored() -> None:
    paper = draw_paper(COURSE, quiz_of("small-quiz"), 5)
    assert paper_stored(stored_paper(paper)) == paper


def test_a_paper_drawn_long_ago_is_drawn_the_same_today() -> None:
    """A change here lets no dispute about an older attempt be replayed: then keep both ways of drawing."""
    assert stored_paper(draw_paper(COURSE, quiz_of("the-exam"), 1)) == [
        ["pool-6", ["5a5a5653", "2708c675"]],
        ["pool-3", ["ddd8adab", "10736a03"]],
        ["pool-4", ["ff1377e2", "b31568c7"]],
    ]
    assert stored_paper(draw_paper(COURSE, quiz_of("small-quiz"), 1)) == [
        ["statement", ["true", "false"]],
        ["word", []],
        ["amount", []],
        ["single", ["f5903f51", "db2ca3cb", "ed086a3a"]],
        ["several", ["8bf991c1", "254a82f4", "7cc44eb1"]],
    ]

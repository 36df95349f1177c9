"""Item analysis: the figures of a table computed by hand, and what they suggest."""

import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.analysis import (
    JUDGED_FROM,
    MOST_OPTIONS,
    PARTED,
    Concern,
    Flag,
    Given,
    ItemFigures,
    OptionFigures,
    correlation,
    flags_of,
    item_figures,
    median,
    seconds_by_question,
)
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import mark, read_response, response_stored, right_response, stored_form
from elearn.content.compiler import compile_course
from elearn.content.files import read_folder
from elearn.content.question import Matching, Question
from tests.quiz_course import compiled, values_of
from tests.unit.content.making import a_question

COURSE = compiled()
QUIZ = COURSE.quizzes()[0]
QUESTIONS = questions_of(COURSE, QUIZ)

_SLUG, _FILES, _ = read_folder(Path(__file__).parents[2] / "courses" / "good" / "every-construct")
_EVERY = compile_course(_SLUG, _FILES).course
PARTED_QUESTIONS = [
    question
    for quiz in (_EVERY.quizzes() if _EVERY is not None else ())
    for question in quiz.questions
    if isinstance(question, PARTED)
]

# Six people, four questions of one point; by hand, with x the points of an item and y those of the other three:
#   r = Sxy / √(Sxx·Syy), Sxy = Σxy − ΣxΣy/6, Sxx = Σx² − (Σx)²/6, Syy = Σy² − (Σy)²/6
TABLE = (
    (1, 1, 1, 1),
    (1, 1, 1, 0),
    (1, 1, 0, 0),
    (1, 0, 1, 0),
    (0, 1, 0, 0),
    (0, 0, 0, 1),
)
BY_HAND = (
    (Fraction(4, 6), 0.4629),  # y 3 2 1 1 1 1: Sxy 7 − 4·9/6 = 1,   Sxx 4/3, Syy 17 − 81/6 = 7/2:   1/√(14/3)
    (Fraction(4, 6), 0.0000),  # y 3 2 1 2 0 1: Sxy 6 − 4·9/6 = 0
    (Fraction(3, 6), 0.4472),  # y 3 2 2 1 1 1: Sxy 6 − 3·10/6 = 1,  Sxx 3/2, Syy 20 − 100/6 = 10/3: 1/√5
    (Fraction(2, 6), -0.2209),  # y 3 3 2 2 1 0: Sxy 3 − 2·11/6 = −2/3, Sxx 4/3, Syy 27 − 121/6 = 41/6: −(2/3)/√(82/9)
)


def a_response(question: Question, words: list[str]) -> str | None:
    """A response as it is kept, by its words; None for none."""
    if not words:
        return None
    values = values_of(COURSE, QUIZ.id, question.id, words)
    return json.dumps({"chosen": values} if question.kind != "text" else {"text": values[0]})


def gave(question: Question, words: list[str], people: int, *, rest: int = 5) -> Given:
    """So many people who gave this response and earned ``rest`` of 10 points elsewhere."""
    kept = a_response(question, words)
    marked = mark(question, response_stored(question, json.loads(kept)) if kept else None)
    points, out_of = int(marked.points * 10_000), int(marked.out_of * 10_000)
    return Given(question.id, kept, points, out_of, points + rest * 10_000, out_of + 100_000, people)


def figures(name: str, answers: Sequence[tuple[list[str], int, int]]) -> ItemFigures:
    """The figures of a question of the course; ``answers`` are words, how many gave them, and their rest score."""
    question = QUESTIONS[name]
    made = [gave(question, words, people, rest=rest) for words, people, rest in answers]
    found = item_figures(question, made, {}, suppress_below=5)
    assert found is not None
    return found


def concerns(found: ItemFigures) -> list[Concern]:
    """What was flagged."""
    return [flag.concern for flag in found.flags]


@pytest.mark.parametrize("item", range(4))
def test_figures_agree_with_a_table_computed_by_hand(item: int) -> None:
    question = QUESTIONS["single"]
    answers = [Given("single", None, row[item], 1, sum(row), 4, 1) for row in TABLE]
    found = item_figures(question, answers, {}, suppress_below=5)
    assert found is not None and found.discrimination is not None
    ease, strength = BY_HAND[item]
    assert found.facility == pytest.approx(float(ease), abs=1e-12)
    assert found.discrimination == pytest.approx(strength, abs=5e-5)
    own = [row[item] for row in TABLE]
    assert found.discrimination == pytest.approx(
        statistics.correlation(own, [sum(row) - row[item] for row in TABLE]), abs=1e-12
    )


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=12))
def test_counted_pairs_correlate_like_the_pairs_one_by_one(pairs: list[tuple[int, int, int]]) -> None:
    found = correlation((x / 4, y / 9, count) for x, y, count in pairs)
    xs = [x / 4 for x, _, count in pairs for _ in range(count)]
    ys = [y / 9 for _, y, count in pairs for _ in range(count)]
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        assert found is None
    else:
        assert found is not None
        assert found == pytest.approx(statistics.correlation(xs, ys), abs=1e-9)
        assert -1 <= found <= 1


@given(st.lists(st.integers(0, 600), min_size=1, max_size=30))
def test_the_median_of_counts_is_that_of_the_numbers(numbers: list[int]) -> None:
    assert median(Counter(numbers)) == int(statistics.median(numbers))


def test_nothing_has_no_median() -> None:
    assert median({}) is None


def test_an_item_is_not_correlated_with_itself() -> None:
    """Two questions that have nothing to do with each other: uncorrected, each would show 0.71."""
    answers = [Given("single", None, own, 1, own + other, 2, 5) for own in (0, 1) for other in (0, 1)]
    found = item_figures(QUESTIONS["single"], answers, {}, suppress_below=5)
    assert found is not None
    assert found.discrimination == pytest.approx(0)
    uncorrected = correlation((given.share, given.total / 2, given.people) for given in answers)
    assert uncorrected == pytest.approx(1 / sqrt(2))


def test_a_quiz_of_one_question_tells_no_discrimination() -> None:
    found = item_figures(
        QUESTIONS["single"], [Given("single", None, x, 1, x, 1, 20) for x in (0, 1)], {}, suppress_below=5
    )
    assert found is not None
    assert found.discrimination is None
    assert found.facility == 0.5


def test_under_the_threshold_there_is_no_figure_at_all() -> None:
    answers = [Given("single", None, 1, 1, 2, 4, 4)]
    assert item_figures(QUESTIONS["single"], answers, {30: 4}, suppress_below=5) is None
    assert item_figures(QUESTIONS["single"], [], {}, suppress_below=1) is None
    assert item_figures(QUESTIONS["single"], answers, {30: 4}, suppress_below=4) is not None


def test_the_time_of_few_is_hidden_where_many_answered() -> None:
    answers = [Given("single", None, 1, 1, 2, 4, 40)]
    hidden = item_figures(QUESTIONS["single"], answers, {30: 4}, suppress_below=5)
    shown = item_figures(QUESTIONS["single"], answers, {30: 4, 50: 5}, suppress_below=5)
    assert hidden is not None and shown is not None
    assert (hidden.seconds, shown.seconds) == (None, 50)


def test_shares_of_answers_and_blanks_make_a_whole() -> None:
    found = figures("single", [(["Pears"], 30, 8), (["Apples"], 12, 4), (["Plums"], 6, 3), ([], 12, 2)])
    assert [round(option.share, 4) for option in found.options] == [0.2, 0.5, 0.1]
    assert [option.is_right for option in found.options] == [False, True, False]
    assert found.omitted == 0.2
    assert sum(option.share for option in found.options) + found.omitted == pytest.approx(1)
    assert found.people == 60


def test_a_taken_back_answer_is_a_blank() -> None:
    taken_back = Given("single", "{}", 0, 10_000, 50_000, 60_000, 30)
    found = item_figures(QUESTIONS["single"], [taken_back], {}, suppress_below=5)
    assert found is not None
    assert found.omitted == 1


def test_several_answers_are_counted_one_by_one() -> None:
    found = figures("several", [(["Kites", "Drums"], 30, 8), (["Kites"], 10, 5), (["Kites", "Bells"], 10, 2)])
    assert [round(option.share, 2) for option in found.options] == [1.0, 0.6, 0.2]


def test_typed_words_count_for_the_answer_of_the_key_that_they_meet() -> None:
    found = figures(
        "word", [(["ZqKeyword"], 10, 8), (["zqpattern"], 5, 6), (["wrongword"], 4, 2), (["whatever"], 1, 2)]
    )
    assert [round(option.share, 2) for option in found.options] == [0.5, 0.25, 0.2]
    assert [option.is_right for option in found.options] == [True, True, False]


@pytest.mark.parametrize("question", PARTED_QUESTIONS, ids=lambda question: question.kind)
def test_of_a_question_in_parts_each_part_is_counted_by_who_got_it_right(question: Question) -> None:
    kept = json.dumps(stored_form(right_response(question)))
    answers = [Given(question.id, kept, 1, 1, 5, 9, 15), Given(question.id, None, 0, 1, 3, 9, 5)]
    found = item_figures(question, answers, {}, suppress_below=5)
    assert found is not None
    assert len(found.options) > 1
    assert {option.share for option in found.options} == {0.75}
    assert {option.discrimination for option in found.options} == {found.discrimination}


def test_a_part_that_is_wrong_does_not_count() -> None:
    question = next(question for question in PARTED_QUESTIONS if isinstance(question, Matching))
    lefts, rights = [pair.left for pair in question.pairs], [pair.right for pair in question.pairs]
    twisted = read_response(question, [f"{lefts[0]}:{rights[0]}", f"{lefts[1]}:{rights[0]}"])
    found = item_figures(
        question, [Given(question.id, json.dumps(stored_form(twisted)), 1, 3, 5, 9, 20)], {}, suppress_below=5
    )
    assert found is not None
    assert [option.share for option in found.options][:2] == [1, 0]


def test_a_good_question_needs_no_attention() -> None:
    found = figures(
        "single", [(["Pears"], 40, 8), (["Pears"], 10, 4), (["Apples"], 15, 4), (["Plums"], 10, 3), (["Plums"], 2, 8)]
    )
    assert found.flags == ()


def test_an_answer_that_nobody_chooses_is_named() -> None:
    found = figures("single", [(["Pears"], 20, 8), (["Apples"], 20, 3)])
    plums = found.options[2].id
    assert found.flags == (Flag(Concern.NOBODY, plums),)


def test_an_answer_that_hardly_anybody_chooses_is_named() -> None:
    found = figures("single", [(["Pears"], 50, 8), (["Apples"], 48, 3), (["Plums"], 2, 3)])
    assert found.flags == (Flag(Concern.IDLE, found.options[2].id),)


def test_where_the_best_fail_the_key_is_doubted_before_all_else() -> None:
    found = figures("single", [(["Apples"], 20, 9), (["Pears"], 20, 2), (["Plums"], 5, 2)])
    assert concerns(found)[:2] == [Concern.KEY, Concern.RIVAL]
    assert found.flags[1].option_id == found.options[0].id
    assert found.urgency[0] == Concern.KEY


def test_where_nearly_everybody_is_right_nothing_else_is_said() -> None:
    found = figures("single", [(["Pears"], 98, 8), (["Apples"], 1, 3), (["Apples"], 1, 9)])
    assert concerns(found) == [Concern.EASY]


def test_a_question_that_hardly_anybody_gets_right_is_hard() -> None:
    found = figures("single", [(["Pears"], 5, 9), (["Apples"], 40, 4), (["Plums"], 40, 4)])
    assert concerns(found) == [Concern.HARD]


def test_a_question_that_tells_little_is_weak() -> None:
    found = figures("statement", [(["True"], 15, 6), (["True"], 14, 4), (["False"], 14, 6), (["False"], 15, 4)])
    assert found.discrimination is not None and 0 < found.discrimination < 0.2
    assert concerns(found) == [Concern.WEAK]


def test_chance_alone_condemns_no_question() -> None:
    """Of 25 people a correlation strays by 0.2: a little under nought says nothing, of 2500 it does."""
    few = [(["True"], 8, 4), (["True"], 6, 6), (["False"], 5, 4), (["False"], 6, 6)]
    found = figures("statement", few)
    assert found.discrimination is not None and -0.2 < found.discrimination < -0.08
    assert concerns(found) == [Concern.WEAK]
    assert concerns(figures("statement", [(words, 100 * people, rest) for words, people, rest in few])) == [Concern.KEY]


def test_a_question_left_blank_by_many_is_named() -> None:
    found = figures("word", [(["zqkeyword"], 30, 8), (["wrongword"], 20, 3), ([], 10, 2)])
    assert concerns(found) == [Concern.SKIPPED]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([["Pears"], ["Apples"], ["Plums"], []]), st.integers(1, JUDGED_FROM), st.integers(0, 10)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_figures_stay_in_their_bounds_and_few_answers_are_never_judged(
    answers: list[tuple[list[str], int, int]],
) -> None:
    question = QUESTIONS["single"]
    made = [gave(question, words, people, rest=rest) for words, people, rest in answers]
    found = item_figures(question, made, {}, suppress_below=5)
    people = sum(count for _, count, _ in answers)
    if people < 5:
        assert found is None
        return
    assert found is not None
    assert found.people == people
    assert 0 <= found.facility <= 1 and 0 <= found.omitted <= 1
    assert found.discrimination is None or -1 <= found.discrimination <= 1
    assert all(0 <= option.share <= 1 for option in found.options)
    if people < JUDGED_FROM:
        assert found.flags == (Flag(Concern.FEW),)
    else:
        assert Concern.FEW not in concerns(found)


def test_seconds_are_gathered_by_question() -> None:
    assert seconds_by_question([("a", 10, 2), ("a", 20, 1), ("b", -3, 1)]) == {
        "a": {10: 2, 20: 1},
        "b": {0: 1},
    }


def test_what_concerns_has_an_order_and_nothing_shares_a_place() -> None:
    names = ["KEY", "RIVAL", "HARD", "WEAK", "SKIPPED", "NOBODY", "IDLE", "EASY", "FEW"]
    assert [concern.name for concern in Concern] == names
    assert list(Concern) == sorted(Concern)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"discrimination": -0.201}, [Concern.KEY]),
        ({"discrimination": -0.199}, [Concern.WEAK]),
        ({"discrimination": -0.001}, [Concern.WEAK]),
        ({"discrimination": 0.001}, []),
        ({"facility": 0.2}, []),
        ({"facility": 0.199}, [Concern.HARD]),
        ({"facility": 0.95}, []),
        ({"facility": 0.951}, [Concern.EASY]),
        ({"facility": 0.951, "discrimination": -0.1}, [Concern.EASY]),
        ({"omitted": 0.1}, []),
        ({"omitted": 0.101}, [Concern.SKIPPED]),
        ({"options": (0.05, 0.299)}, []),
        ({"options": (0.05, 0.301)}, [Concern.RIVAL]),
        ({"options": (0.049, 0.9)}, [Concern.IDLE]),
        ({"options": (0.0, None)}, [Concern.NOBODY]),
        ({"options": (0.0, None), "facility": 0.96}, [Concern.EASY]),
        ({"options": (0.3, 0.5), "facility": 0.1, "discrimination": -0.5}, [Concern.KEY, Concern.RIVAL, Concern.HARD]),
        ({"people": 19, "discrimination": -1.0}, [Concern.FEW]),
    ],
)
def test_every_bound_is_where_it_is_said_to_be(changes: dict[str, Any], found: list[Concern]) -> None:
    """Of 26 people a correlation has a standard error of 1 / √25 = 0.2."""
    share, strength = changes.pop("options", (0.2, -0.1))
    options = (OptionFigures("right", True, 0.5, 0.5), OptionFigures("wrong", False, share, strength))
    sound = ItemFigures(26, 0.5, 0.4, 0.0, None, options, ())
    assert [flag.concern for flag in flags_of(QUESTIONS["single"], replace(sound, **changes))] == found


def test_a_long_table_is_not_taken_apart() -> None:
    rows = ["- (x) right", *(f"- ( ) row {number}\n  > No." for number in range(MOST_OPTIONS))]
    question = a_question("\n".join(rows))
    answers = [Given("one", None, 1, 1, 2, 4, 9)]
    found, shorter = (
        item_figures(each, answers, {}, suppress_below=5) for each in (question, a_question("\n".join(rows[:-1])))
    )
    assert found is not None and shorter is not None
    assert (len(found.options), len(shorter.options)) == (0, MOST_OPTIONS)

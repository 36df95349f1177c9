"""The order of the choices in the gaps of a cloze."""

import pytest

from elearn.assessment.drawing import draw_paper
from elearn.content.course import Quiz
from elearn.content.question import ChoiceGap, Cloze
from tests.unit.content.making import a_course

BODY = "[[(x) a | ( ) b | ( ) c | ( ) d]] and [[word]] and [[( ) e | ( ) f | (x) g | ( ) h]]\n"


def drawn(front: str, setting: str = "", *, seed: int = 1) -> tuple[Cloze, tuple[str, ...]]:
    quiz = f"---\nquiz: quiz\ntitle: Quiz\n{front}---\n## Which? <!-- id: one{setting} -->\n\n{BODY}"
    course = a_course(quiz=quiz)
    found = course.modules[0].quiz
    assert isinstance(found, Quiz)
    question = found.questions[0]
    assert isinstance(question, Cloze)
    return question, draw_paper(course, found, seed)[0].order


def ids(question: Cloze) -> list[list[str]]:
    return [[choice.id for choice in gap.choices] for gap in question.gaps if isinstance(gap, ChoiceGap)]


def test_choices_are_shuffled_within_their_gap_as_the_quiz_says() -> None:
    orders = {drawn("shuffle: [answers]\n", seed=seed)[1] for seed in range(20)}
    assert len(orders) > 10
    question, order = drawn("shuffle: [answers]\n")
    first, second = ids(question)
    assert sorted(order[:4]) == sorted(first)
    assert sorted(order[4:]) == sorted(second)


@pytest.mark.parametrize(("front", "setting"), [("", ""), ("shuffle: [answers]\n", " | shuffle: no")])
def test_choices_stand_as_written_where_nothing_is_shuffled(front: str, setting: str) -> None:
    assert drawn(front, setting)[1] == ()

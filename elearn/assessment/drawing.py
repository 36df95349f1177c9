"""Drawing the paper of an attempt: which questions, in which order, with their choices in which order. Pure.

The seed decides everything, so a paper can be drawn again and looked at when somebody disputes it.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from elearn.assessment.marking import choices_of
from elearn.content.course import Course, Draw, Pool, Question, Quiz, SeveralChoice, SingleChoice


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A question of a paper; ``order`` has the ids of its choices as they are shown (nothing where one types)."""

    question_id: str
    order: tuple[str, ...]


Paper = tuple[PaperItem, ...]


def draw_paper(course: Course, quiz: Quiz, seed: int) -> Paper:
    """The paper of that seed: the quiz's own questions, then what it draws from pools; shuffled as the quiz says.

    No question comes twice. Where draws of one pool compete for the same questions, they are dealt out so that each
    gets its count whenever that is possible at all.
    """
    chance = random.Random(seed)  # noqa: S311  # a draw, not a secret: it must come out the same again
    questions = [*quiz.questions, *_drawn(course, quiz, chance)]
    if quiz.shuffle_questions:
        chance.shuffle(questions)
    return tuple(PaperItem(question.id, _order(quiz, question, chance)) for question in questions)


def _order(quiz: Quiz, question: Question, chance: random.Random) -> tuple[str, ...]:
    ids = [choice.id for choice in choices_of(question)]
    if quiz.shuffle_answers and isinstance(question, SingleChoice | SeveralChoice) and question.shuffle:
        chance.shuffle(ids)
    return tuple(ids)


def _drawn(course: Course, quiz: Quiz, chance: random.Random) -> list[Question]:
    own = {question.id for question in quiz.questions}
    slots: list[list[Question]] = []  # for each place on the paper, what may fill it, the dearest first
    for draw in quiz.draws:
        pool = course.pool(draw.pool)
        fitting = [question for question in _fitting(pool, draw) if question.id not in own]
        chance.shuffle(fitting)
        slots.extend([fitting] * draw.count)
    return _dealt(slots)


def _fitting(pool: Pool | None, draw: Draw) -> Iterator[Question]:
    for question in pool.questions if pool is not None else ():
        if set(draw.tags) <= set(question.tags):
            yield question


def _dealt(slots: Sequence[Sequence[Question]]) -> list[Question]:
    """One question for each slot, none twice: a later slot may ask an earlier one to take another (Kuhn's matching)."""
    holder: dict[str, int] = {}
    held: dict[int, Question] = {}

    def fill(slot: int, asked: set[str]) -> bool:
        for question in slots[slot]:
            if question.id in asked:
                continue
            asked.add(question.id)
            if question.id not in holder or fill(holder[question.id], asked):
                holder[question.id], held[slot] = slot, question
                return True
        return False

    for slot in range(len(slots)):
        fill(slot, set())
    return [held[slot] for slot in sorted(held)]


def question_of(course: Course, quiz: Quiz, question_id: str) -> Question:
    """The question of that id that stands on a paper of the quiz."""
    pools = (course.pool(draw.pool) for draw in quiz.draws)
    there = chain(quiz.questions, *(pool.questions for pool in pools if pool is not None))
    return next(question for question in there if question.id == question_id)


def questions_of(course: Course, quiz: Quiz) -> Mapping[str, Question]:
    """Every question that may stand on a paper of the quiz, by id."""
    pools = (course.pool(draw.pool) for draw in quiz.draws)
    drawn = [question for pool in pools if pool is not None for question in pool.questions]
    return {question.id: question for question in (*drawn, *quiz.questions)}


def stored_paper(paper: Iterable[PaperItem]) -> list[Any]:
    """A paper as it is kept."""
    return [[item.question_id, list(item.order)] for item in paper]


def paper_stored(stored: Iterable[Any]) -> Paper:
    """The paper that was kept."""
    return tuple(PaperItem(question_id, tuple(order)) for question_id, order in stored)

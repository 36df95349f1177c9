"""Drawing the paper of an attempt: which questions, in which order, with their choices in which order. Pure.

The seed decides everything, so a paper can be drawn again and looked at when somebody disputes it.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from elearn.assessment.marking import choices_of
from elearn.assessment.marking.matching import rights_of
from elearn.content.course import Course, Draw, Pool, Quiz
from elearn.content.dealing import dealt
from elearn.content.forms import Form, form_by, forms_of
from elearn.content.question import (
    ChoiceGap,
    Cloze,
    Hotspot,
    Ledger,
    Matching,
    OpenAnswer,
    Ordering,
    Question,
    SeveralChoice,
    SingleChoice,
)


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A question of a paper; ``order`` has the ids of its choices or items as they are shown (none where one types)."""

    question_id: str
    order: tuple[str, ...]


Paper = tuple[PaperItem, ...]


def draw_paper(course: Course, quiz: Quiz, seed: int, form: Form | None = None) -> Paper:
    """The paper of that seed: the quiz's own questions, then what it draws from pools; shuffled as the quiz says.

    With a ``form`` it draws from that half of each pool.

    No question comes twice. Where draws of one pool compete for the same questions, they are dealt out so that each
    gets its count whenever that is possible at all.
    """
    chance = random.Random(seed)  # noqa: S311  # a draw, not a secret: it must come out the same again
    questions = [*quiz.questions, *_drawn(course, quiz, chance, form)]
    if quiz.shuffle_questions:
        chance.shuffle(questions)
    return tuple(PaperItem(question.id, _order(quiz, question, chance)) for question in questions)


def _order(quiz: Quiz, question: Question, chance: random.Random) -> tuple[str, ...]:
    if isinstance(question, Matching | Ordering):
        return disordered(question, chance)
    if isinstance(question, Ledger) and question.variant is not None:
        return (f"{chance.getrandbits(60):x}",)  # the seed of its dates, names and amounts
    if isinstance(question, Cloze):
        return _gap_order(question, chance) if quiz.shuffle_answers and question.shuffle else ()
    ids = [choice.id for choice in choices_of(question)]
    if quiz.shuffle_answers and isinstance(question, SingleChoice | SeveralChoice | Hotspot) and question.shuffle:
        chance.shuffle(ids)
    return tuple(ids)


def _gap_order(question: Cloze, chance: random.Random) -> tuple[str, ...]:
    """The choices of every gap, shuffled among themselves."""
    ids: list[str] = []
    for gap in question.gaps:
        choices = [choice.id for choice in gap.choices] if isinstance(gap, ChoiceGap) else []
        chance.shuffle(choices)
        ids += choices
    return tuple(ids)


def disordered(question: Matching | Ordering, chance: random.Random) -> tuple[str, ...]:
    """The right sides of a matching, or the items to put in order, shuffled whatever the quiz says.

    The author's order is the key, so it is not even what is shuffled: who knows the chance cannot work back to it.
    Three items and more never come in the right order; of two, either may come first, or one would know which does.
    """
    ids = sorted(rights_of(question) if isinstance(question, Matching) else question.items)
    chance.shuffle(ids)
    while isinstance(question, Ordering) and len(ids) > 2 and tuple(ids) == question.items:
        chance.shuffle(ids)
    return tuple(ids)


def own_order(question: Question) -> tuple[str, ...]:
    """The order for a question that stands on no paper: always the same, and not the author's where that is the key."""
    if isinstance(question, Matching | Ordering):
        return disordered(question, random.Random(question.id))  # noqa: S311
    return tuple(choice.id for choice in choices_of(question))


def _drawn(course: Course, quiz: Quiz, chance: random.Random, form: Form | None) -> list[Question]:
    own = {question.id for question in quiz.questions}
    asked: list[tuple[list[Question], int]] = []  # for each draw what it may take, the dearest first
    for draw in quiz.draws:
        pool = course.pool(draw.pool)
        fitting = [question for question in _fitting(pool, draw, form) if question.id not in own]
        chance.shuffle(fitting)
        asked.append((fitting, draw.count))
    return dealt(asked)


def _fitting(pool: Pool | None, draw: Draw, form: Form | None) -> Iterator[Question]:
    questions = pool.questions if pool is not None else ()
    forms = forms_of(questions) if form is not None else {}
    for question in questions:
        if draw.fits(question) and forms.get(question.id) is form:
            yield question


def form_for(course: Course, quiz: Quiz, enrolment_id: int) -> Form | None:
    """The form that somebody meets in a quiz: one before the course, the other in its exam; None: it has no forms."""
    if not quiz.has_forms:
        return None
    before = form_by(f"{course.slug}/{enrolment_id}")
    return before.other if course.exam is not None and quiz.id == course.exam.id else before


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


def has_open_answers(course: Course, quiz: Quiz) -> bool:
    """Whether a paper of the quiz may have a question that is marked by hand."""
    return any(isinstance(question, OpenAnswer) for question in questions_of(course, quiz).values())


def stored_paper(paper: Iterable[PaperItem]) -> list[Any]:
    """A paper as it is kept."""
    return [[item.question_id, list(item.order)] for item in paper]


def paper_stored(stored: Iterable[Any]) -> Paper:
    """The paper that was kept."""
    return tuple(PaperItem(question_id, tuple(order)) for question_id, order in stored)

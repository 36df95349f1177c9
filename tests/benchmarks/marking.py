"""What marking an attempt of fifty questions costs: ``-m tests.benchmarks marking``.

Every kind of question that the course «every-construct» has, in turn; each response is read from the form in which it
is kept, as when an attempt is handed in.
"""

import json
import statistics
import time
from itertools import chain, cycle, islice
from pathlib import Path

from elearn.assessment.marking import mark, response_stored, right_response, stored_form
from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.question import Question

COURSE = Path(__file__).parents[1] / "courses" / "good" / "every-construct"
QUESTIONS, AT_ONCE = 50, 20
GOAL = 5  # milliseconds of processor time


def paper() -> list[Question]:
    """Fifty questions, each kind as often as the others."""
    slug, files, _ = read_folder(COURSE)
    course = compile_course(slug, files).course
    assert course is not None, f"{COURSE} has errors"
    kinds: dict[str, list[Question]] = {}
    for question in _questions(course):
        kinds.setdefault(question.kind, []).append(question)
    turns = cycle([cycle(questions) for questions in kinds.values()])
    return [next(questions) for questions in islice(turns, QUESTIONS)]


def _questions(course: Course) -> list[Question]:
    own = chain.from_iterable(quiz.questions for quiz in course.quizzes())
    pooled = chain.from_iterable(pool.questions for pool in course.pools)
    checks = chain.from_iterable(module.checks for module in course.modules)
    return [*own, *pooled, *checks]


def measure(rounds: int) -> list[float]:
    """Milliseconds of processor time that an attempt costs, round by round."""
    questions = paper()
    kept = [json.dumps(stored_form(right_response(question))) for question in questions]
    spent: list[float] = []
    for number in range(rounds + 1):
        before = time.process_time()
        for _ in range(AT_ONCE):
            for question, response in zip(questions, kept, strict=True):
                mark(question, response_stored(question, json.loads(response)))
        if number:  # the first one compiles patterns
            spent.append((time.process_time() - before) * 1000 / AT_ONCE)
    return spent


def show(rounds: int) -> None:
    """Measure and print."""
    spent = measure(rounds)
    kinds = len({question.kind for question in paper()})
    print(f"\nMarking an attempt of {QUESTIONS} questions of {kinds} kinds (goal: under {GOAL} ms of CPU)")
    print(f"{'median of the rounds':40} {statistics.median(spent):9.2f} ms, slowest {max(spent):.2f} ms")

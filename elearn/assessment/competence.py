"""How sure somebody is of each module of a course, from their last answers. Pure.

Of every question that was marked the last answer counts, whichever quiz asked it; partly right counts in part. Attempts
whose feedback the quiz still holds back count for nothing, so that the map tells no more than the results do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from math import sqrt

from elearn.assessment.drawing import questions_of
from elearn.assessment.rules import AttemptFacts, feedback_visible, is_closed
from elearn.assessment.teaching import module_about, sections_linked
from elearn.content.course import Course, Module, Quiz
from elearn.content.question import Question
from elearn.learning.rules import Tally, unit_of


class Level(IntEnum):
    """How sure; the number is how many of five cells are filled."""

    NOT_STARTED = 0
    NEW = 1
    AWARE = 2
    WORKING = 3
    SURE = 4
    CAN_TEACH = 5


LEAST = ((0.8, Level.CAN_TEACH), (2 / 3, Level.SURE), (0.5, Level.WORKING), (0.25, Level.AWARE))
"""The share of right answers that a level asks for with a confidence of 95 %, see :func:`surely`."""
_Z = 1.96


@dataclass(frozen=True, slots=True)
class MarkedAttempt:
    """An attempt with the share of its points that each answer earned, 0 to 1; none while a mark is missing."""

    quiz_id: str
    facts: AttemptFacts
    shares: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Standing:
    """How sure somebody is of a module, by ``right`` of ``asked`` questions.

    ``reread`` is the unit of the section that explains most of what was missed, where it is worth reading again.
    """

    module: Module
    level: Level
    right: Decimal
    asked: int
    reread: str | None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a question is about: its module, and the units of the sections that explain it."""

    module: Module
    explained_in: tuple[str, ...]


_subjects: dict[tuple[str, str], Mapping[str, _Subject]] = {}  # by digest and quiz; a few KB a release


def competence(course: Course, tally: Tally, attempts: Sequence[MarkedAttempt]) -> tuple[Standing, ...]:
    """The standing in each module of a course; ``attempts`` are all those of an enrolment, the oldest first."""
    last: dict[str, dict[str, tuple[_Subject, Decimal]]] = {module.id: {} for module in course.modules}
    for attempt, quiz in _open(course, attempts):
        subjects = _subjects_of(course, quiz)
        for question_id, share in attempt.shares.items():
            subject = subjects.get(question_id)
            if subject is not None:
                last[subject.module.id][question_id] = (subject, share)
    return tuple(_standing(module, tally, list(last[module.id].values())) for module in course.modules)


def _open(course: Course, attempts: Sequence[MarkedAttempt]) -> Iterator[tuple[MarkedAttempt, Quiz]]:
    """The attempts at quizzes of the course whose feedback is open."""
    of_quiz: dict[str, list[AttemptFacts]] = {}
    for attempt in attempts:
        of_quiz.setdefault(attempt.quiz_id, []).append(attempt.facts)
    for attempt in attempts:
        quiz, facts = course.quiz(attempt.quiz_id), attempt.facts
        if quiz is None or facts.score is None:
            continue
        is_submitted = facts.submitted_at is not None
        if feedback_visible(quiz, is_submitted=is_submitted, is_closed=is_closed(quiz, of_quiz[quiz.id])):
            yield attempt, quiz


def _subjects_of(course: Course, quiz: Quiz) -> Mapping[str, _Subject]:
    """What the questions of a quiz are about: its module's, if it has one; else each has a module of its own."""
    key = (course.digest, quiz.id)
    found = _subjects.get(key)
    if found is None:
        owner = next(
            (module for module in course.modules if module.quiz is not None and module.quiz.id == quiz.id), None
        )
        asked = questions_of(course, quiz)
        about = {name: owner or module_about(course, quiz, question) for name, question in asked.items()}
        found = _subjects[key] = {
            name: _Subject(module, _explained_in(course, asked[name]))
            for name, module in about.items()
            if module is not None
        }
    return found


def _explained_in(course: Course, question: Question) -> tuple[str, ...]:
    explanation = question.texts[course.language].explanation or ""
    return tuple(place.unit for place in sections_linked(course, (explanation,)))


def _standing(module: Module, tally: Tally, answers: Sequence[tuple[_Subject, Decimal]]) -> Standing:
    right = sum((share for _, share in answers), Decimal(0))
    is_begun = any(unit_of(module, section) in tally.read for section in module.sections)
    level = level_of(float(right), len(answers), is_begun=is_begun)
    missed = Counter(unit for subject, share in answers if share < 1 for unit in subject.explained_in)
    most = missed.most_common(1) if level < Level.SURE else []
    return Standing(module, level, right, len(answers), most[0][0] if most else None)


def rereads(course: Course, module: Module) -> tuple[str, ...]:
    """The units that a standing in a module may say to read again."""
    subjects = (subject for quiz in course.quizzes() for subject in _subjects_of(course, quiz).values())
    found = (unit for subject in subjects if subject.module.id == module.id for unit in subject.explained_in)
    return tuple(dict.fromkeys(found))


def level_of(right: float, asked: int, *, is_begun: bool) -> Level:
    """The level that answers earn; who has answered nothing is new to a module once they have begun to read it."""
    if not asked:
        return Level.NEW if is_begun else Level.NOT_STARTED
    share = surely(right, asked)
    return next((level for least, level in LEAST if share >= least), Level.NEW)


def surely(right: float, asked: int) -> float:
    """The lower end of Wilson's interval of 95 % for ``right`` of ``asked``, 0 to 1: few answers prove little.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    share, square = right / asked, _Z * _Z
    spread = _Z * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    return max(0.0, (share + square / (2 * asked) - spread) / (1 + square / asked))

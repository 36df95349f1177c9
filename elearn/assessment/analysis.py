"""Item analysis: what the answers say about a question, in the classical way. Pure.

Each person counts once for each quiz, with the first attempt they handed in: later attempts are of people who may have
seen what was right, which makes every question look easier and its wrong answers look useless.

Shares are from 0 to 1. Below so many people as the site hides small groups there are no figures at all, and below
:data:`JUDGED_FROM` nothing is concluded from them. A correlation counts as beyond a bound when it is so by its standard
error, 1 / √(n − 1): nobody is to mend a good question because of chance.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from elearn.assessment.marking import AnswerVerdict, choices_of, is_marked_by_hand, mark, response_stored
from elearn.assessment.marking.cloze import gap_id
from elearn.content.question import Cloze, Matching, Number, Ordering, Question, SeveralChoice, ShortText, SingleChoice

JUDGED_FROM = 20
"""People from whom on a question is judged; over fewer, the standard error of a correlation is more than 0.23."""
WEAK_BELOW = 0.2
"""Ebel & Frisbie, Essentials of Educational Measurement (5th ed. 1991), p. 232: under 0.2 is poor."""
EASY_ABOVE, HARD_BELOW = 0.95, 0.2
"""Outside of these a question tells hardly anything about anybody."""
IDLE_BELOW = 0.05
"""Haladyna & Downing, Educational and Psychological Measurement 53 (1993), 1000: a wrong answer chosen by under 5 %
distracts nobody."""
RIVAL_ABOVE = 0.1
"""A wrong answer that goes with doing well in the rest to this degree may be right."""
SKIPPED_ABOVE = 0.1
"""Left blank by more than this share, a question is unclear or stands where the time runs out."""
PARTED = (Matching, Ordering, Cloze)
"""Kinds of several parts; on a mistake in one of them one sees which part is hard."""
MOST_OPTIONS = 12
"""Questions with more answers than this (long tables) are not taken apart."""


class Given(NamedTuple):
    """So many ``people`` gave the same response to a question and scored the same.

    ``response`` is JSON as it is kept; None: nothing was given. ``points`` were earned of ``out_of`` here, ``total`` of
    ``whole`` in all of the attempt; only their proportions matter.
    """

    question_id: str
    response: str | None
    points: int
    out_of: int
    total: int
    whole: int
    people: int

    @property
    def share(self) -> float:
        """The share of the question's points."""
        return self.points / self.out_of

    @property
    def rest(self) -> float | None:
        """The share of the points of all other questions; None where there is no other."""
        whole = self.whole - self.out_of
        return (self.total - self.points) / whole if whole > 0 else None


class Concern(IntEnum):
    """What a figure suggests, the most pressing first."""

    KEY = 1  # the better people are, the oftener they fail here
    RIVAL = 2  # a wrong answer is chosen by the better ones
    HARD = 3  # hardly anybody is right
    WEAK = 4  # it hardly tells who knows the rest
    SKIPPED = 5  # many leave it blank
    NOBODY = 6  # nobody chooses this wrong answer
    IDLE = 7  # hardly anybody chooses this wrong answer
    EASY = 8  # nearly everybody is right
    FEW = 9  # too few answers to judge


@dataclass(frozen=True, slots=True)
class Flag:
    """A concern, with the answer it is about (None: the question as a whole)."""

    concern: Concern
    option_id: str | None = None


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """How an answer fared: the share that gave it, and how giving it goes with the rest score (None: no telling).

    Where a question has parts, each with a right answer of its own (:data:`PARTED`), the share that got the part right.
    """

    id: str
    is_right: bool
    share: float
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What the answers say about a question.

    ``people`` had it in their first attempt. ``facility`` is the mean share of its points; ``discrimination`` the
    corrected point-biserial, from -1 to 1; ``omitted`` the share that gave nothing; ``seconds`` the median time (see
    :func:`median`). None: it cannot be known.
    """

    people: int
    facility: float
    discrimination: float | None
    omitted: float
    seconds: int | None
    options: tuple[OptionFigures, ...]
    flags: tuple[Flag, ...]

    @property
    def urgency(self) -> tuple[int, float]:
        """What sorts questions by how much they need attention."""
        return min((flag.concern for flag in self.flags), default=len(Concern) + 1), self.facility


def facility(answers: Iterable[tuple[float, int]]) -> float:
    """The mean share of the points (item difficulty *p*; Crocker & Algina 1986, ch. 14): Σ c·x / Σ c.

    ``answers`` are pairs of a share x and how many people c earned it.
    """
    pairs = list(answers)
    return math.fsum(share * count for share, count in pairs) / sum(count for _, count in pairs)


def correlation(pairs: Iterable[tuple[float, float, int]]) -> float | None:
    """Pearson's r of x and y over pairs that occur c times each; None where x or y is the same for all.

    r = Σ c(x − x̄)(y − ȳ) / √(Σ c(x − x̄)² · Σ c(y − ȳ)²). With x the share of an item's points and y the share of the
    points of all *other* items, this is the corrected item-total correlation: Henrysson, Psychometrika 28 (1963), 211;
    where x is 0 or 1, the corrected point-biserial. Without the correction an item would be correlated with itself,
    which flatters every item of a short quiz. Shares of points, not points, because papers that are drawn from a pool
    differ; on equal papers the two give the same.
    """
    found = list(pairs)
    if len({x for x, _, _ in found}) < 2 or len({y for _, y, _ in found}) < 2:
        return None
    count = sum(c for _, _, c in found)
    mean_x = math.fsum(c * x for x, _, c in found) / count
    mean_y = math.fsum(c * y for _, y, c in found) / count
    both = math.fsum(c * (x - mean_x) * (y - mean_y) for x, y, c in found)
    own = math.fsum(c * (x - mean_x) ** 2 for x, _, c in found) * math.fsum(c * (y - mean_y) ** 2 for _, y, c in found)
    return max(-1.0, min(1.0, both / math.sqrt(own)))


def median(counts: Mapping[int, int]) -> int | None:
    """The median of whole numbers that occur so often each (rounded down between two); None of nothing.

    Of an item's seconds. The time of an attempt is shared among its questions: what passes between two saved answers
    belongs to the question whose answer is saved at its end, and what passes before the first save to that one. So
    reading, thinking and coming back to change an answer are in it; looking at a question without an answer is in the
    time of the next one that gets one; and so is a pause, which is why it is the median and not the mean.
    """
    total = sum(counts.values())
    if total == 0:
        return None
    ordered = sorted(counts.items())
    low, high = (_at(ordered, (total - 1) // 2), _at(ordered, total // 2))
    return (low + high) // 2


def _at(ordered: Sequence[tuple[int, int]], place: int) -> int:
    """The number at a place (from 0) of a sorted list given by its counts."""
    for value, count in ordered:
        place -= count
        if place < 0:
            return value
    raise IndexError(place)


def item_figures(
    question: Question, answers: Sequence[Given], seconds: Mapping[int, int], *, suppress_below: int
) -> ItemFigures | None:
    """The figures of a question from all that was given to it; None where fewer people than that had it.

    ``seconds`` tells how many people took how long.
    """
    people = sum(given.people for given in answers)
    if people < max(1, suppress_below):
        return None
    given_by = [(given, _options_given(question, given.response)) for given in answers]
    ease = facility((given.share, given.people) for given in answers)
    found = correlation((given.share, given.rest, given.people) for given in answers if given.rest is not None)
    omitted = sum(given.people for given, options in given_by if options is None) / people
    options = tuple(
        OptionFigures(
            id=option_id,
            is_right=is_right,
            share=sum(given.people for given, chosen in given_by if chosen and option_id in chosen) / people,
            discrimination=correlation(
                (float(bool(chosen) and option_id in (chosen or ())), given.rest, given.people)
                for given, chosen in given_by
                if given.rest is not None
            ),
        )
        for option_id, is_right in options_of(question)
    )
    timed = sum(seconds.values()) >= max(1, suppress_below)
    figures = partial(ItemFigures, people, ease, found, omitted, median(seconds) if timed else None, options)
    return figures(flags_of(question, figures(())))


def options_of(question: Question) -> tuple[tuple[str, bool], ...]:
    """The answers that are counted one by one: id, and whether it is right. For what is typed, those of the key."""
    match question:
        case ShortText() | Number():
            rows = tuple((answer.id, not answer.is_refused) for answer in question.answers)
        case Matching():
            rows = tuple((pair.left, True) for pair in question.pairs)
        case Ordering():
            rows = tuple((item, True) for item in question.items)
        case Cloze():
            rows = tuple((gap_id(place), True) for place in range(len(question.gaps)))
        case _:
            rows = tuple((choice.id, choice.is_right) for choice in choices_of(question))
    return rows if len(rows) <= MOST_OPTIONS else ()


def _options_given(question: Question, kept: str | None) -> Collection[str] | None:
    """The answers that a response holds, or meets where it is typed, or its right parts; None if nothing was given."""
    response = response_stored(question, json.loads(kept)) if kept is not None else None
    if response is None:
        return None
    if is_marked_by_hand(question):
        return ()
    verdicts = mark(question, response).answers
    counted = {AnswerVerdict.HIT} if isinstance(question, PARTED) else {AnswerVerdict.HIT, AnswerVerdict.WRONG}
    return {option for option, verdict in verdicts.items() if verdict in counted}


def flags_of(question: Question, figures: ItemFigures) -> tuple[Flag, ...]:
    """What the figures suggest, the most pressing first; of few people nothing but that they are few."""
    if figures.people < JUDGED_FROM:
        return (Flag(Concern.FEW),)
    flags: list[Flag] = []
    is_easy = figures.facility > EASY_ABOVE
    error = _standard_error(figures.people)
    if figures.discrimination is not None:
        if figures.discrimination < -error:
            flags.append(Flag(Concern.KEY))
        elif figures.discrimination < WEAK_BELOW - error and not is_easy:
            flags.append(Flag(Concern.WEAK))
    if figures.facility < HARD_BELOW:
        flags.append(Flag(Concern.HARD))
    if is_easy:
        flags.append(Flag(Concern.EASY))
    if figures.omitted > SKIPPED_ABOVE:
        flags.append(Flag(Concern.SKIPPED))
    if isinstance(question, SingleChoice | SeveralChoice):
        flags += _flags_of_options(figures, is_easy=is_easy)
    return tuple(sorted(flags, key=lambda flag: flag.concern))


def _flags_of_options(figures: ItemFigures, *, is_easy: bool) -> Iterable[Flag]:
    """What the wrong answers suggest. Where nearly everybody is right, none of them can be chosen often."""
    bound = RIVAL_ABOVE + _standard_error(figures.people)
    for option in figures.options:
        if option.is_right:
            continue
        strength = option.discrimination
        if option.share >= IDLE_BELOW and strength is not None and strength > bound:
            yield Flag(Concern.RIVAL, option.id)
        elif option.share == 0 and not is_easy:
            yield Flag(Concern.NOBODY, option.id)
        elif option.share < IDLE_BELOW and not is_easy:
            yield Flag(Concern.IDLE, option.id)


def _standard_error(people: int) -> float:
    """That of a correlation of nought."""
    return 1 / math.sqrt(people - 1)


def seconds_by_question(rows: Iterable[tuple[str, int, int]]) -> dict[str, Counter[int]]:
    """Rows of question, seconds and how many people took so long, by question."""
    found: dict[str, Counter[int]] = {}
    for question_id, seconds, people in rows:
        found.setdefault(question_id, Counter())[max(0, seconds)] += people
    return found

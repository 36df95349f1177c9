"""Marking branching cases: the decisions taken, against the best that could be taken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elearn.assessment.marking.base import ALL, NOTHING, AnswerVerdict, Marked, marked
from elearn.content.cases import is_over, sum_of, walked
from elearn.content.question import BranchingCase, Credit


@dataclass(frozen=True, slots=True)
class Walked:
    """The decisions taken in a case so far, by id, in the order they were taken; never empty."""

    path: tuple[str, ...]


def read_path(case: BranchingCase, values: Sequence[str]) -> Walked | None:
    """The decisions sent, as far as each could be taken where the one before it led."""
    taken, _ = walked(case.scenes, values)
    return Walked(tuple(decision.id for decision in taken)) if taken else None


def is_case_over(case: BranchingCase, response: Walked | None) -> bool:
    """Whether a case has come to its end."""
    return is_over(*walked(case.scenes, response.path if response is not None else ()))


def stands(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether every decision of the case in a stored response stands in the later one: it may only go on from there.

    True, too, where the first is no response to a case.
    """
    path: list[str] = before.get("path", [])
    return list(after.get("path", []))[: len(path)] == path


def mark_case(case: BranchingCase, response: Walked | None) -> Marked:
    """The share max(0, e) / m of the points, where e is what the path earned and m what the model path earns.

    A decision earns once (see ``content.cases``); a case left half-way keeps what was earned until there. With
    ``exact`` credit only a path that earns all of m is paid. A decision taken is a hit if the model path takes it, too.
    """
    path = response.path if response is not None else ()
    best = sum_of(walked(case.scenes, case.model_path)[0]).points
    earned = sum_of(walked(case.scenes, path)[0]).points
    share = max(NOTHING, min(ALL, earned / best))
    if case.credit is Credit.EXACT and share < ALL:
        share = NOTHING
    verdicts = dict.fromkeys(case.model_path, AnswerVerdict.MISSED)
    verdicts |= {name: AnswerVerdict.HIT if name in case.model_path else AnswerVerdict.WRONG for name in path}
    return marked(case, share, verdicts, is_blank=response is None)


def right_path(case: BranchingCase) -> Walked:
    """The model path."""
    return Walked(case.model_path)

"""Branching cases: what a path through the scenes amounts to, and the best path there is. Pure.

A *path* is the ids of the decisions taken, from the opening scene on. A decision earns its points and its evidence
the first time it is taken; taken again, on the way back through a loop, it earns nothing more, but its days pass again.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

LONGEST_PATH = 100  # decisions; a case ends there, so that nobody walks in a circle for ever
MOST_STEPS = 20_000  # looked at in search of the model path


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice in a scene: where it leads, the points it earns (or costs), the evidence it finds, the days it takes."""

    id: str
    leads_to: str
    points: Decimal = Decimal(0)
    evidence: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of a branching case; one without decisions ends it."""

    id: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class SceneText:
    """The words of a scene: its title (inline) and what happens in it, as safe HTML."""

    title: str
    body: str


class TooManyWaysError(Exception):
    """The best path was not found within the steps allowed."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a path earns, finds and takes."""

    points: Decimal
    evidence: int
    days: int


def sum_of(decisions: Sequence[Decision]) -> Sum:
    """What the decisions of a path amount to, in points, pieces of evidence and days."""
    once = {decision.id: decision for decision in decisions}.values()
    return Sum(
        sum((decision.points for decision in once), Decimal(0)),
        sum(decision.evidence for decision in once),
        sum(decision.days for decision in decisions),
    )


def walked(scenes: Sequence[Scene], path: Iterable[str]) -> tuple[tuple[Decision, ...], Scene]:
    """The decisions of a path as far as it can be gone, and the scene that it leads to."""
    by_id = {scene.id: scene for scene in scenes}
    here = scenes[0]
    taken: list[Decision] = []
    for decision_id in path:
        decision = next((each for each in here.decisions if each.id == decision_id), None)
        if decision is None or len(taken) == LONGEST_PATH:
            break
        taken.append(decision)
        here = by_id[decision.leads_to]
    return tuple(taken), here


def is_over(decisions: Sequence[Decision], here: Scene) -> bool:
    """Whether a path has come to an end: at a scene without decisions, or at :data:`LONGEST_PATH`."""
    return not here.decisions or len(decisions) >= LONGEST_PATH


def reached(scenes: Sequence[Scene], start: str) -> set[str]:
    """The scenes that can be reached from a scene, itself included."""
    by_id = {scene.id: scene for scene in scenes}
    found, waiting = {start}, [start]
    while waiting:
        for decision in by_id[waiting.pop()].decisions:
            if decision.leads_to not in found:
                found.add(decision.leads_to)
                waiting.append(decision.leads_to)
    return found


def best_path(scenes: Sequence[Scene]) -> tuple[str, ...]:
    """The path to an end with the most points; of equals that with the fewest days, then with the fewest decisions.

    A search over pairs of a scene and the scoring decisions taken before it, as far as those could be taken twice (they
    lie in a loop); a pair reached anew on a better path is looked at again (Bellman and Ford). Going round a loop earns
    nothing and takes a decision at least, so the search ends. Raises TooManyWaysError after :data:`MOST_STEPS`.
    """
    by_id = {scene.id: scene for scene in scenes}
    reachable = {scene.id: reached(scenes, scene.id) for scene in scenes}
    in_loop = {
        decision.id
        for scene in scenes
        for decision in scene.decisions
        if decision.points and scene.id in reachable[decision.leads_to]
    }
    start = (scenes[0].id, frozenset[str]())
    best: dict[tuple[str, frozenset[str]], tuple[Decimal, int, int]] = {start: (Decimal(0), 0, 0)}
    paths: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {start: ()}
    waiting, steps = deque([start]), 0
    while waiting:
        state = waiting.popleft()
        scene_id, taken = state
        cost, days, length = best[state]
        for decision in by_id[scene_id].decisions if length < LONGEST_PATH else ():
            steps += 1
            if steps > MOST_STEPS:
                raise TooManyWaysError
            earned = Decimal(0) if decision.id in taken else decision.points
            further = (decision.leads_to, taken | ({decision.id} & in_loop))
            value = (cost - earned, days + decision.days, length + 1)
            if further not in best or value < best[further]:
                best[further], paths[further] = value, (*paths[state], decision.id)
                waiting.append(further)
    ends = [state for state in best if not by_id[state[0]].decisions]
    return paths[min(ends, key=lambda state: best[state])] if ends else ()

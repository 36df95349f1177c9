"""Dealing the questions of a pool out to the draws that compete for them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from elearn.content.question import Question


def dealt(draws: Sequence[tuple[Sequence[Question], int]]) -> list[Question]:
    """Questions for draws, each given as those that fit it and how many it takes; none comes twice.

    Every draw gets its count whenever that is possible at all: one that finds all that fit it taken asks another draw
    to take something else instead (Kuhn's augmenting paths; H. W. Kuhn, "The Hungarian method for the assignment
    problem", Naval Research Logistics Quarterly 2, 1955). What stands first is asked for first.
    """
    deal = _Deal([fitting for fitting, count in draws for _ in range(count)])
    for place in range(len(deal.wanted)):
        deal.fill(place)
    return [deal.held[place] for place in sorted(deal.held)]


@dataclass(slots=True)
class _Deal:
    """Which place holds which question; ``wanted`` are the questions that fit each place."""

    wanted: list[Sequence[Question]]
    holder: dict[str, int] = field(default_factory=dict)
    held: dict[int, Question] = field(default_factory=dict)

    def fill(self, place: int) -> None:
        """Give a place a question, moving others if need be; none if nothing can be freed. No recursion: it is deep."""
        asked: set[str] = set()
        left: dict[int, Iterator[Question]] = {}  # places of one draw want the same and ask for nothing twice
        trail: list[tuple[int, Question]] = []
        while True:
            wanted = self.wanted[place]
            rest = left.setdefault(id(wanted), iter(wanted))
            question = next((each for each in rest if each.id not in asked), None)
            if question is None:
                if not trail:
                    return
                place, _ = trail.pop()
                continue
            asked.add(question.id)
            if question.id not in self.holder:
                break
            trail.append((place, question))
            place = self.holder[question.id]
        for taker, taken in ((place, question), *trail):
            self.holder[taken.id], self.held[taker] = taker, taken

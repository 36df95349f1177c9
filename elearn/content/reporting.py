"""Where the compiler writes down problems."""

from collections.abc import Iterable
from itertools import chain

from elearn.content.codes import severity_of
from elearn.content.problem import Problem, Severity
from elearn.markup.text import Fault, Line

MOST = 1_000  # errors kept of one course, and as many warnings; nobody mends more at once


class Report:
    """The problems found so far, each once."""

    def __init__(self) -> None:
        # Apart, so that warnings never crowd out an error: a course is published if it has none.
        self._problems: dict[Severity, set[Problem]] = {severity: set() for severity in Severity}

    def add(self, path: str, line: int, column: int, code: str, message: str) -> None:
        """Note a problem."""
        problem = Problem(path, line, column, code, message, severity_of(code))
        kept = self._problems[problem.severity]
        if len(kept) < MOST:
            kept.add(problem)

    def at(self, path: str, place: Line, code: str, message: str) -> None:
        """Note a problem where a piece of a line begins."""
        self.add(path, place.number, place.column, code, message)

    def faults(self, path: str, faults: Iterable[Fault]) -> None:
        """Note the faults of a text."""
        for fault in faults:
            self.add(path, fault.line, fault.column, fault.code, fault.message)

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of files and lines."""
        return tuple(sorted(chain.from_iterable(self._problems.values())))

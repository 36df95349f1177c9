"""Problems of a course's files: where, what, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a course from being published; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem. ``path`` is relative to the course's folder, ``line`` and ``column`` count from 1.

    ``message`` is an English sentence that says what is wrong and what to do; ``code`` (``Q012``) names its kind and
    never changes.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    severity: Severity = Severity.ERROR

"""What ``elearn doctor`` finds, in words."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one place. ``advice`` says what to do; it is empty where all is well."""

    level: Level
    check: str
    says: str
    advice: str = ""


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, check, says)


def warning(check: str, says: str, advice: str) -> Finding:
    """Something should be better."""
    return Finding(Level.WARNING, check, says, advice)


def problem(check: str, says: str, advice: str) -> Finding:
    """Something does not work, or will not for long."""
    return Finding(Level.PROBLEM, check, says, advice)

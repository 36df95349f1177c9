"""What a last day means. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from elearn.core.refusals import Invalid, NotFound

SOON = timedelta(days=7)
"""So many days before the last one it is shown as near, and people are reminded when they sign in."""
LATEST_YEARS = 5


class DueInThePast(Invalid):
    """Nobody could keep this day."""

    message = "This day is over. Choose today or a later one, or leave it empty."


class DueTooLate(Invalid):
    """A last day lies so far ahead that a year was mistyped."""

    message = "Choose a last day within the next five years, or leave it empty."


class NobodyToEnrol(NotFound):
    """The cohort or the agency has nobody within reach."""

    message = "Nobody within your reach belongs to it, so nobody was enrolled."


class Nearness(StrEnum):
    """How near a last day is; the words are kinds of tags."""

    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"


def nearness(due_on: date, today: date) -> Nearness:
    """How near a last day is; the day itself is still good."""
    if due_on < today:
        return Nearness.OVERDUE
    return Nearness.DUE if due_on - today < SOON else Nearness.LATER


def checked_due(due_on: date | None, today: date) -> date | None:
    """A last day that can be kept, or None for none. Raises DueInThePast, DueTooLate."""
    if due_on is not None and due_on < today:
        raise DueInThePast
    if due_on is not None and due_on.year > today.year + LATEST_YEARS:
        raise DueTooLate
    return due_on

"""What a report of a mistake is: where it may be, how long it may be, what becomes of it. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from elearn.content.names import ID
from elearn.core.refusals import Conflict, Invalid, NotFound

SHORTEST = 10
"""Characters that say what is wrong; fewer say nothing."""
LONGEST = 2_000
"""Characters of what is wrong, of a suggestion, and of an answer."""
LONGEST_VERSION = 40
MOST_A_DAY = 20
"""Reports of one person in :data:`A_DAY`: nobody finds more, and a list that is flooded helps nobody."""
A_DAY = timedelta(days=1)


class State(StrEnum):
    """What became of a report."""

    OPEN = "open"
    FIXED = "fixed"
    NO_MISTAKE = "no-mistake"
    DUPLICATE = "duplicate"


ANSWERS = (State.FIXED, State.NO_MISTAKE, State.DUPLICATE)
"""What a trainer may answer."""


class NoSuchUnit(NotFound):
    """The course has no such place, or this person has not been shown it."""

    message = "There is nothing here in which you could report a mistake."


class NoSuchReport(NotFound):
    """No report has that number, or not in this course."""

    message = "There is no such report."


class ReportedBefore(Conflict):
    """The same person's report of the same unit still waits."""

    message = "You reported a mistake here already, and it waits for an answer."


class TooManyReports(Conflict):
    """The person reported as many mistakes as one may in a day."""

    message = "You reported %(most)s mistakes within a day. Thank you; report further ones tomorrow."


class NoSuchVersion(Invalid):
    """Neither a release nor the draft of the course has that version."""

    message = "Neither a release nor the draft of this course has the version «%(version)s»."


class NoWhy(Invalid):
    """An answer that it is no mistake says why."""

    message = "Say why it is not a mistake; the officer reads it."


class TooShort(Invalid):
    """What is wrong was not said."""

    message = "Say in a sentence what is wrong: at least %(least)s characters."


class TooLong(Invalid):
    """A text is longer than what is kept."""

    message = "Shorten it to %(most)s characters; it has %(count)s."


@dataclass(frozen=True, slots=True)
class SectionUnit:
    """A section of a lesson."""

    module_id: str
    section_id: str

    def __str__(self) -> str:
        return f"{self.module_id}/{self.section_id}"


@dataclass(frozen=True, slots=True)
class CheckUnit:
    """A check-yourself question of a section."""

    module_id: str
    section_id: str
    question_id: str

    def __str__(self) -> str:
        return f"{self.module_id}/{self.section_id}/{self.question_id}"


@dataclass(frozen=True, slots=True)
class QuizUnit:
    """A question of a quiz."""

    quiz_id: str
    question_id: str

    def __str__(self) -> str:
        return f"quizzes/{self.quiz_id}/{self.question_id}"


Unit = SectionUnit | CheckUnit | QuizUnit


def unit_read(text: str) -> Unit:
    """The unit that an address or a row names; no module is called «quizzes». Raises NoSuchUnit."""
    parts = text.split("/")
    if not all(ID.match(part) for part in parts):
        raise NoSuchUnit
    match parts:
        case ["quizzes", quiz_id, question_id]:
            return QuizUnit(quiz_id, question_id)
        case [module_id, section_id]:
            return SectionUnit(module_id, section_id)
        case [module_id, section_id, question_id]:
            return CheckUnit(module_id, section_id, question_id)
    raise NoSuchUnit


def checked_message(text: str) -> str:
    """What is wrong, if it says enough and not too much. Raises TooShort, TooLong."""
    if len(text) < SHORTEST:
        raise TooShort(least=SHORTEST)
    return checked_length(text)


def checked_length(text: str) -> str:
    """A text that can be kept whole. Raises TooLong."""
    if len(text) > LONGEST:
        raise TooLong(most=LONGEST, count=len(text))
    return text

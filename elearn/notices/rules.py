"""What a notice is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from elearn.content.course import Course
from elearn.core.refusals import NotFound

KEPT = timedelta(days=180)
"""How long a notice is there."""


class Kind(StrEnum):
    """What a notice tells."""

    MISTAKE_ANSWERED = "mistake-answered"
    ANSWER_RETURNED = "answer-returned"
    MARKS_CORRECTED = "marks-corrected"
    CERTIFICATE_EXPIRING = "certificate-expiring"
    COURSE_ASSIGNED = "course-assigned"
    COURSE_DUE = "course-due"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    EMAIL_CHANGED = "email-changed"
    SECOND_STEP_ON = "second-step-on"
    SECOND_STEP_OFF = "second-step-off"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    RECOVERY_CODE_USED = "recovery-code-used"
    IDENTITY_LINKED = "identity-linked"
    IDENTITY_UNLINKED = "identity-unlinked"
    LETTER_NOT_SENT = "letter-not-sent"


class NoSuchNotice(NotFound):
    """The person has no such notice, or no longer."""

    message = "There is no such notice."


@dataclass(frozen=True, slots=True)
class About:
    """The course that news are about: its title by language, ``source`` being its own; ``day`` is a date they name.

    There are no titles where no course is meant (NO_COURSE).
    """

    titles: Mapping[str, str]
    source: str
    day: date | None = None

    def stored(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return {
            "titles": dict(self.titles),
            "source": self.source,
            "day": self.day.isoformat() if self.day is not None else None,
        }

    def on(self, day: date | None) -> "About":
        """The same course, naming a day."""
        return replace(self, day=day)

    def title_in(self, language: str) -> tuple[str, str] | None:
        """The title in a language, or in the course's own; and in which it is. None where no course is meant."""
        if not self.titles:
            return None
        found_in = language if language in self.titles else self.source
        return self.titles[found_in], found_in


NO_COURSE = About({}, "")
"""News about one's account."""


def about_stored(stored: Mapping[str, Any]) -> About:
    """What was stored."""
    day = stored["day"]
    return About(stored["titles"], stored["source"], date.fromisoformat(day) if day is not None else None)


def about_course(course: Course) -> About:
    """News about a course."""
    return About({language: text.title for language, text in course.texts.items()}, course.language)


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told. ``key`` is the same for the same news; ``href`` is an address of this site."""

    kind: Kind
    key: str
    href: str
    about: About = field(repr=False)

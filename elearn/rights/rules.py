"""What erasing, merging and keeping mean. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from elearn.core.refusals import Conflict, NotAllowed
from elearn.learning.rules import Tally

REMOVED = "[…]"
"""Stands where a name or a text was. No language owns it."""
SHORTEST_NAME = 3  # letters: a shorter word of a name is too often an ordinary word
AGAIN_AFTER = timedelta(hours=1)
READY_FOR = timedelta(minutes=5)


class Fate(StrEnum):
    """What erasing a person does to what is held about them."""

    GOES = "goes"
    CHANGES = "changes"
    STAYS = "stays"


class Why(StrEnum):
    """Why erasing a person does that; the words stand in ``pages.WHYS``."""

    REFERRED = "referred"
    STATISTICS = "statistics"
    RECORD = "record"
    RECORD_WITHOUT_NAMES = "record-without-names"
    RECORD_WITHOUT_WORDS = "record-without-words"
    OWN_WORDS = "own-words"
    VERIFIABLE = "verifiable"
    CHAINED = "chained"
    PRIVATE = "private"
    ENTRANCE = "entrance"


class AskedTooSoon(Conflict):
    """One's data was made ready a short while ago."""

    message = "Your data was made ready less than an hour ago. Ask again later."


class NotReady(NotAllowed):
    """The time to take the file is over, or nobody asked for it."""

    message = "Ask for your data on the page of your account first. The file can be taken for five minutes."


def initials(name: str) -> str:
    """The first letters of a name's words: enough to compare with a paper, too little to find somebody by."""
    return " ".join(f"{word[0].upper()}." for word in re.findall(r"[^\W\d_]+", name))


def without_names(text: str, names: Iterable[str]) -> str:
    """A text in which none of these names stands as a word, in capitals or not."""
    words = {part for name in names for part in (name, *name.split()) if len(part) >= SHORTEST_NAME}
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", REMOVED, text, flags=re.IGNORECASE)
    return text


def scrubbed(response: Any, names: Iterable[str]) -> Any:
    """A stored response without what was written in the officer's own words, and without names in the rest."""
    kept = tuple(names)
    if isinstance(response, dict):
        return {
            key: REMOVED if key == "written" and value else scrubbed(value, kept) for key, value in response.items()
        }
    if isinstance(response, list):
        return [scrubbed(value, kept) for value in response]
    return without_names(response, kept) if isinstance(response, str) else response


def how_far(completed_at: datetime | None, tally: Tally, active_at: datetime) -> tuple[Any, ...]:
    """Which of two enrolments in a course leads when their accounts become one: the one for which this is greater.

    A completed one before one that is not, of two completed ones the earlier; then the one with more sections read and
    quizzes done, then the one that was active later.
    """
    completed = (completed_at is not None, -completed_at.timestamp() if completed_at is not None else 0.0)
    return (*completed, len(tally.read) + len(tally.scores), active_at)


def kept_since(now: datetime, months: int) -> datetime | None:
    """Before which instant things are not kept any more; None: for good. A month counts 30.44 days."""
    return now - timedelta(days=30.44 * months) if months > 0 else None

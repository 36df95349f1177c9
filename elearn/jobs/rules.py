"""What a job is, and when it is tried again. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from elearn.core.refusals import NotFound

LEASE = timedelta(minutes=3)
"""So long a job belongs to who took it; longer than a mail server may be silent, connecting and answering."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
KEPT = timedelta(days=30)
"""How long a job that ended can be seen."""
MOST_WAITING = 200
"""So many requests that anybody can make may wait; more are dropped, and people ask again."""


class Kind(StrEnum):
    """What is to be done."""

    LINKS_ASKED = "links-asked"  # look up who has an address, and have a link sent to each
    RESET_LINK = "reset-link"
    INVITATION = "invitation"
    DIGEST = "digest"


class Outcome(StrEnum):
    """How a job ended."""

    DONE = "done"
    FAILED = "failed"  # its time was over
    DISCARDED = "discarded"  # an administrator gave it up


LIVES = {
    Kind.LINKS_ASKED: timedelta(hours=1),
    Kind.RESET_LINK: timedelta(hours=1),
    Kind.INVITATION: timedelta(days=3),
    Kind.DIGEST: timedelta(hours=12),  # the next day has one of its own
}
"""So long a job is tried: nobody waits longer for it."""
REVIVED = (Kind.INVITATION,)
"""What is worth another try after it failed, because nobody else will ask for it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job as who does it gets it. ``person_id`` is whom it is about, ``address`` what somebody typed."""

    id: int
    kind: Kind
    person_id: int | None
    address: str | None


class NoSuchJob(NotFound):
    """No job that waits has this id."""

    message = "This work does not wait any more. Nothing was done."


def key_of(kind: Kind, whom: int | str) -> str:
    """The key under which a job waits: the same work for the same person or address waits once."""
    return f"{kind}:{whom}"


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that failed, one or more: a minute, then twice as long each time."""
    doublings = min(tries - 1, 10)  # more would not change the smaller of the two, only overflow
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))

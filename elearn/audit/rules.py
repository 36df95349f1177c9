"""What an event is, how events are chained, and what can be wrong with a chain. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from elearn.core.refusals import Invalid, Unsound

Detail = str | int | bool | list[str] | None

GENESIS = "0" * 64
"""What stands for the hash before the first event."""
LONGEST_TEXT = 160
"""Characters of an object's id and of each detail; what comes from outside may be longer."""


class Act(StrEnum):
    """What was done."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGNED_OUT = "signed-out"
    SESSIONS_ENDED = "sessions-ended"
    ACCESS_REFUSED = "access-refused"
    EXPORTED = "exported"
    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_DISABLED = "person-disabled"
    PERSON_ENABLED = "person-enabled"
    PERSON_ERASED = "person-erased"
    PEOPLE_MERGED = "people-merged"
    RETENTION_APPLIED = "retention-applied"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # by oneself
    PASSWORD_SET = "password-set"  # noqa: S105  # by somebody else
    PASSWORD_TAKEN = "password-taken"  # noqa: S105  # by somebody else
    RESET_LINK_ASKED = "reset-link-asked"
    INVITED = "invited"
    RESET_CODE_MADE = "reset-code-made"
    PASSWORD_RESET = "password-reset"  # noqa: S105  # by a link or a one-time code
    SECOND_STEP_ON = "second-step-on"
    SECOND_STEP_OFF = "second-step-off"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    RECOVERY_CODE_USED = "recovery-code-used"
    IDENTITY_LINKED = "identity-linked"
    IDENTITY_UNLINKED = "identity-unlinked"
    ROLE_GIVEN = "role-given"
    ROLE_TAKEN = "role-taken"
    EXTRA_TIME_SET = "extra-time-set"
    COURSE_ASSIGNED = "course-assigned"
    AGENCY_ADDED = "agency-added"
    AGENCY_CHANGED = "agency-changed"
    AGENCY_REMOVED = "agency-removed"
    COURSE_PUBLISHED = "course-published"
    ATTEMPT_REMARKED = "attempt-remarked"
    CERTIFICATE_AWARDED = "certificate-awarded"
    CERTIFICATE_REVOKED = "certificate-revoked"
    CERTIFICATE_REPLACED = "certificate-replaced"
    UPLOAD_REFUSED = "upload-refused"  # by the virus scanner
    JOBS_RETRIED = "jobs-retried"
    JOB_DISCARDED = "job-discarded"
    SITE_STARTED = "site-started"
    BACKUP_TAKEN = "backup-taken"
    SITE_RESTORED = "site-restored"
    DATABASE_COPIED = "database-copied"


class Bystander(StrEnum):
    """Who does something without being a person signed in."""

    NOBODY = "nobody"
    COMMAND_LINE = "command-line"
    SITE = "site"


Actor = int | Bystander
"""The internal id of a person, or who else it was."""


class Kind(StrEnum):
    """What kind of thing something was done to."""

    PERSON = "person"
    SIGN_IN_NAME = "sign-in-name"  # which no account has; its id is a mark, because people type passwords there
    PAGE = "page"
    FILE = "file"
    AGENCY = "agency"
    COURSE = "course"
    ATTEMPT = "attempt"
    CERTIFICATE = "certificate"
    SITE = "site"


class Thing(NamedTuple):
    """What something was done to: its kind, and the id by which people know it."""

    kind: Kind
    id: str


def person(public_id: str) -> Thing:
    """A person, by the id in the address of their page."""
    return Thing(Kind.PERSON, public_id)


@dataclass(frozen=True, slots=True)
class Link:
    """An event as it stands in the chain. ``number`` counts from 1 without a gap; the hashes are SHA-256 in hex."""

    number: int
    at: datetime
    actor_id: int | None
    actor_roles: str
    act: str
    thing_kind: str
    thing_id: str
    details: Mapping[str, Detail]
    previous_hash: str
    hash: str

    def as_told(self) -> dict[str, object]:
        """Everything the hash is over."""
        return {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor_id": self.actor_id,
            "actor_roles": self.actor_roles,
            "act": self.act,
            "thing_kind": self.thing_kind,
            "thing_id": self.thing_id,
            "details": dict(self.details),
            "previous_hash": self.previous_hash,
        }

    def as_line(self) -> str:
        """The event with its hash as a line of JSON: whoever has the lines can check the chain without us."""
        return canonical(self.as_told() | {"hash": self.hash})


def canonical(told: Mapping[str, object]) -> str:
    """JSON that is the same for the same values: keys in order, no spaces, ASCII alone."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def hash_of(told: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of an event, in hex."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def clipped(text: str) -> str:
    """A text from outside as it can be kept: what cannot be printed as its escape, and not endless."""
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text[: 2 * LONGEST_TEXT])
    return shown[:LONGEST_TEXT]


class Fault(StrEnum):
    """How a chain is broken at an event, as a sentence of the command line says it."""

    MISSING = "is missing, or its number was changed"
    PARTED = "does not follow from the one before it"
    CHANGED = "was changed: its hash is not that of what it says"


class ChainBroken(Unsound):
    """The log is not what was put down."""

    message = "The audit log is broken: event %(number)s %(fault)s. Compare it with a backup made before."


class AnchorBroken(Unsound):
    """The log is whole in itself, and not the one that an anchor was taken of."""

    message = (
        "The audit log does not hold the anchor of event %(number)s: it was cut or written anew since then."
        " Compare it with a backup made before."
    )


class NotAnAnchor(Invalid):
    """A line of a file of anchors is none."""

    message = "Line %(line)s of the file of anchors is not what «elearn audit anchor» prints."


class Anchor(NamedTuple):
    """The newest event at some time, kept where nobody who can write the database can write."""

    number: int
    hash: str


def checked_links(links: Iterable[Link]) -> Iterator[Link]:
    """The events in their order, each after it was checked against the one before. Raises ChainBroken at the first."""
    expected, previous = 1, GENESIS
    for link in links:
        if link.number != expected:
            raise ChainBroken(number=expected, fault=Fault.MISSING)
        if link.previous_hash != previous:
            raise ChainBroken(number=link.number, fault=Fault.PARTED)
        if hash_of(link.as_told()) != link.hash:
            raise ChainBroken(number=link.number, fault=Fault.CHANGED)
        yield link
        expected, previous = expected + 1, link.hash


def anchors_of(text: str) -> list[Anchor]:
    """The anchors of a file, one a line as ``elearn audit anchor`` prints them. Raises NotAnAnchor."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = re.fullmatch(r"(\d{1,18}) ([0-9a-f]{64})(?: .*)?", line.strip())
        if match is None:
            raise NotAnAnchor(line=number)
        found.append(Anchor(int(match[1]), match[2]))
    return found

"""What a reset of a password is. Pure."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from elearn.core.identifiers import normal_code
from elearn.core.refusals import NotAllowed
from elearn.security.passwords import WeakPassword

CODE_GROUPS = 6
"""Groups of four letters: 120 bits, so that a plain hash of a code is enough (ASVS 5.0, 6.5.2)."""
LETTERS = 3
"""So many letters for one address are sent in the time in which tries are counted."""


class ResetKind(StrEnum):
    """How the right to a new password reaches a person."""

    CODE = "code"
    LINK = "link"
    SLIP = "slip"  # a code, for somebody who never had a password
    INVITATION = "invitation"  # a link, for the same


CODES = (ResetKind.CODE, ResetKind.SLIP)
LINKS = (ResetKind.LINK, ResetKind.INVITATION)
LIVES = {
    ResetKind.CODE: timedelta(hours=24),
    ResetKind.LINK: timedelta(minutes=30),
    ResetKind.SLIP: timedelta(days=7),
    ResetKind.INVITATION: timedelta(days=7),
}


def account_mark(kind: ResetKind, password_hash: str | None, email: str | None) -> str:
    """What a reset remembers of the account: with another password it is void, a link with another address, too."""
    sent_to = email or "" if kind in LINKS else ""
    return hashlib.sha256(f"{password_hash or ''} {sent_to}".encode()).hexdigest()


class PasswordIsCode(WeakPassword):
    """The one-time code was given as the new password (ASVS 5.0, 6.4.1)."""

    message = "A code is no password. Choose one of your own."


def check_no_code(password: str) -> None:
    """Raises PasswordIsCode for what could be a one-time code, however it is typed."""
    if normal_code(password, CODE_GROUPS) is not None:
        raise PasswordIsCode


class WrongReset(NotAllowed):
    """No such code or link, or it was used, or it is over."""

    message = "The code or the link is not right, was used already, or is too old. Ask for a new one."

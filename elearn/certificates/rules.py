"""What a certificate's dates and states mean. Pure."""

from calendar import monthrange
from datetime import date
from enum import StrEnum

from elearn.core.refusals import Conflict, NotFound


class State(StrEnum):
    """Whether a certificate holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class NoSuchCertificate(NotFound):
    """No certificate has this number."""

    message = "No certificate has this number."


class NoPublicAddress(Conflict):
    """Certificates carry the site's address; it is not set."""

    message = (
        "Certificates cannot be printed yet: the administrator must set ELEARN_PUBLIC_URL, "
        "the address people reach this site by, because it stands on every certificate."
    )


class AlreadyRevoked(Conflict):
    """The certificate was revoked before."""

    message = "The certificate %(code)s was revoked before."


def state_of(*, valid_until: date | None, is_revoked: bool, today: date, is_replaced: bool = False) -> State:
    """Whether a certificate holds today; the last day of validity still counts."""
    if is_revoked:
        return State.REVOKED
    if is_replaced:
        return State.REPLACED
    return State.EXPIRED if valid_until is not None and today > valid_until else State.VALID


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

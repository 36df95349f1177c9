"""Putting certificates right: by another that replaces one, or by revoking it. Pure; administrators alone meet this."""

from enum import StrEnum

from elearn.accounts.rules import visible
from elearn.core.refusals import Conflict, Invalid

LONGEST_REASON = 500


class Replacement(StrEnum):
    """Why a certificate was replaced by another."""

    CORRECTED = "corrected"  # the holder's name
    RENEWED = "renewed"  # valid longer
    MERGED = "merged"  # its holder had two accounts, and a certificate of the same course in each


class AlreadyReplaced(Conflict):
    """Another certificate replaced this one."""

    message = "The certificate %(code)s was replaced by another one. Look at that."


class NameIsRight(Conflict):
    """The name on the certificate is that of the account."""

    message = "The certificate carries the name of the account already. Correct the name there first."


class NeverExpires(Conflict):
    """There is nothing to renew."""

    message = "The certificate %(code)s has no last day. It need not be renewed."


class ReasonMissing(Invalid):
    """A certificate is not revoked without saying why: everybody who verifies it reads that."""

    message = "Write the reason in up to 500 characters: everybody who verifies the certificate reads it."


class ReasonUnseen(Invalid):
    """The reason holds what nobody sees, or what reorders the words around it on the page that everybody reads."""

    message = "Leave out line breaks and invisible characters."


def checked_reason(typed: str) -> str:
    """Why a certificate is revoked. Raises ReasonMissing, ReasonUnseen."""
    reason = " ".join(typed.replace("\x00", "").split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing
    if visible(reason) != reason:
        raise ReasonUnseen
    return reason

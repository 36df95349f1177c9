"""How people are invited. Pure."""

from enum import StrEnum

from elearn.accounts.resets.rules import ResetKind
from elearn.core.refusals import NotFound

MOST = 200
"""People invited at once: so many slips are thirty-four sheets of paper."""


class Way(StrEnum):
    """How an invitation reaches a person."""

    SLIPS = "slips"
    LINKS = "links"
    LETTERS = "letters"

    @property
    def kind(self) -> ResetKind:
        """What the person gets: a code to type, or a link."""
        return ResetKind.SLIP if self is Way.SLIPS else ResetKind.INVITATION


class NobodyToInvite(NotFound):
    """Everybody meant has a password, or no e-mail address where letters are sent."""

    message = "Nobody of them is without a password, or may be invited so. Nothing was done."

"""What the second step of signing in means. Pure."""

from collections.abc import Iterable

from elearn.core.refusals import Conflict, NotAllowed
from elearn.security.policy import Grant

RECOVERY_CODES = 10
RECOVERY_GROUPS = 6
"""Groups of four letters: 120 bits, so that a plain hash of a code is enough (ASVS 5.0, 6.5.2)."""


class WrongCode(NotAllowed):
    """No code of this half minute, or one that was used."""

    message = "The code is not right, or it was used already. Wait for the next one and try again."


class StepOver(NotAllowed):
    """Too long after the password, or it was changed meanwhile."""

    message = "Too much time has passed since the password. Sign in again."


class SetUpAlready(Conflict):
    """The second step is set up."""

    message = "The second step is on already."


class StepDemanded(Conflict):
    """A role of the person needs the second step."""

    message = "Your role needs the second step; it cannot be switched off."


class StepMissing(NotAllowed):
    """A role of the person needs the second step, and this session was begun without."""

    message = "Your role needs a second step at sign-in. Set it up to go on."


def is_demanded(grants: Iterable[Grant], roles: Iterable[str]) -> bool:
    """Whether somebody with these grants must have a second step, where these roles must."""
    return not {grant.role.value for grant in grants}.isdisjoint(roles)

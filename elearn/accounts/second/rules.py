"""What the second step of signing in means. Pure."""

from collections.abc import Iterable

from elearn.core.refusals import Conflict, NotAllowed, NotFound
from elearn.security.policy import Grant

RECOVERY_CODES = 10
PASSKEYS = 10
"""So many passkeys a person may have."""
RECOVERY_GROUPS = 6
"""Groups of four letters: 120 bits, so that a plain hash of a code is enough (ASVS 5.0, 6.5.2)."""


class WrongCode(NotAllowed):
    """No code of this half minute, or one that was used."""

    message = "The code is not right, or it was used already. Wait for the next one and try again."


class WrongPasskey(NotAllowed):
    """The answer of a passkey is not right, or it was given before."""

    message = "The passkey is not right, or its answer was used already. Try again, or use a code."


class PasskeyKnown(Conflict):
    """The passkey is somebody's already."""

    message = "This passkey is here already."


class TooManyPasskeys(Conflict):
    """The person has PASSKEYS of them."""

    message = "You have ten passkeys. Remove one before you add another."


class NoSuchPasskey(NotFound):
    """The person has no such passkey, or no longer."""

    message = "This passkey is not here any more."


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

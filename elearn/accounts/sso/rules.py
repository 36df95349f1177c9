"""What can go wrong on the way to an identity provider and back. Pure."""

from elearn.core.refusals import Conflict, NotAllowed, NotFound, Unsound


class ProviderSilent(Unsound):
    """The provider was not reached in time, or does not answer as a provider does."""

    message = "Single sign-on does not answer just now. Try again in a few minutes, or tell your administrator."


class ProviderRefused(NotAllowed):
    """The provider sent an error, or the person stopped there."""

    message = "Single sign-on did not let you in. Try again; if it happens again, tell your administrator."


class NotProven(NotAllowed):
    """What came back proves nothing."""

    message = (
        "What single sign-on sent back could not be trusted. Try again; if it happens again, tell your administrator."
    )


class WayOver(NotAllowed):
    """What came back was not asked for by this browser, or too long ago, or was used."""

    message = "This sign-in was begun too long ago, in another browser, or was used already. Begin again."


class UnknownHere(NotAllowed):
    """Nobody here is linked to this identity."""

    message = (
        "Single sign-on knows you, but no account here is linked to you. If you have one, sign in with its password"
        " and link it under “Your account”; if not, ask your administrator for one."
    )


class LinkedAlready(Conflict):
    """The identity is somebody else's, or the person has one."""

    message = "This is linked already, perhaps to another account. Ask your administrator."


class NotLinked(NotFound):
    """There is nothing to take away."""

    message = "The account is not linked to single sign-on."

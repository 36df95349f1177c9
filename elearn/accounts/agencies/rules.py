"""Where an agency may stand. Pure."""

from elearn.core.refusals import Conflict, Invalid, NotAllowed, NotFound

DEEPEST = 6
"""Levels of agencies, the top included: a ministry, a service, a department, a region, a district, a post."""


class NoAgencyHere(NotFound):
    """No agency within reach has this code; who meets this in a browser has no use for a command."""

    message = "There is no such agency within your reach."


class BelowItself(Conflict):
    """An agency would stand below itself."""

    message = "%(name)s stands below %(below)s already, or is the same; choose another agency."


class TooDeep(Invalid):
    """The tree would have too many levels."""

    message = "Agencies stand at most %(levels)s levels deep; choose one that is higher up."

    def __init__(self) -> None:
        super().__init__(levels=DEEPEST)


class AnotherCountry(Invalid):
    """An agency would stand below one of another country."""

    message = "%(name)s is in another country. An agency stands below one of its own country."


class AgencyInUse(Conflict):
    """An agency is to go to which something belongs."""

    message = "People, roles, records or other agencies belong to %(name)s, so it stays. An empty one can go."


class NotMovable(NotAllowed):
    """The actor does not reach where the agency stands, or where it would stand."""

    message = "You may place agencies below those within your reach alone."

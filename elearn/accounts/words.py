"""Codes that are kept with an account, in words."""

from elearn.accounts.leaving import Leaving
from elearn.accounts.resets.rules import ResetKind
from elearn.accounts.rules import Door
from elearn.security.policy import ScopeKind
from elearn.web.i18n import marked

PLACES = {
    ScopeKind.SELF: marked("For oneself"),
    ScopeKind.AGENCY: marked("Given over an agency"),
    ScopeKind.COUNTRY: marked("Given over a country"),
    ScopeKind.ALL: marked("Given over everything"),
}
"""The places at which a role is given."""

LEAVING = {
    Leaving.RESIGNED: marked("Left the service"),
    Leaving.RETIRED: marked("Retired"),
    Leaving.MOVED: marked("Moved to a service that is not on this site"),
    Leaving.ABSENT: marked("Away for long"),
    Leaving.SECURITY: marked("Disabled for security"),
    Leaving.OTHER: marked("Another reason"),
}
"""Why an account was disabled."""

DOORS = {
    Door.PASSWORD: marked("Password"),
    Door.SECOND_STEP: marked("Second step"),
    Door.ONE_TIME_CODE: marked("One-time code"),
    Door.PROVIDER: marked("Single sign-on"),
    Door.DIRECTORY: marked("Password of the directory"),
    Door.ACCOUNT: marked("Somebody who was signed in already"),
}
"""The ways in."""

RESETS = {
    ResetKind.CODE: marked("One-time code"),
    ResetKind.LINK: marked("Link for a new password"),
    ResetKind.SLIP: marked("Sign-in slip"),
    ResetKind.INVITATION: marked("Invitation"),
}
"""The ways to a new password."""

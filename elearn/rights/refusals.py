"""What those are refused who erase and merge. Pure; administrators alone meet this."""

from elearn.core.refusals import Conflict


class NotConfirmed(Conflict):
    """The sign-in name that confirms is not that of the account."""

    message = "Nothing was done. To confirm, write the sign-in name %(name)s exactly."


class EraseYourself(Conflict):
    """Administrators cannot erase themselves."""

    message = "You cannot erase your own account. Another administrator can."


class AlreadyGone(Conflict):
    """The account was erased or merged before."""

    message = "This account was erased or merged before."


class SameAccount(Conflict):
    """An account cannot be merged with itself."""

    message = "These are not two accounts but one."


class BothUnderWay(Conflict):
    """Both accounts have an attempt of the same quiz under way."""

    message = "Both accounts have an attempt of the quiz %(quiz)s under way. One of them must be handed in first."

"""Why accounts are disabled, and what can no longer be done to one that is gone. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from elearn.core.refusals import Conflict, Invalid

_ONE_DAY = timedelta(days=1)


class Leaving(StrEnum):
    """Why an account was disabled."""

    RESIGNED = "resigned"
    RETIRED = "retired"
    MOVED = "moved"  # to a service that is not on this site
    ABSENT = "absent"  # for long, and expected back
    SECURITY = "security"
    OTHER = "other"


class AccountIsGone(Conflict):
    """The account was erased or merged into another one: nobody may sign in with it again."""

    message = "This account was erased or merged into another one. Nothing is changed in it any more."


class LeftInTheFuture(Invalid):
    """The last day in the service is still to come; the account would be disabled too early."""

    message = "The last day lies in the future. Disable the account on that day, or write an earlier one."


def check_there(erased_at: datetime | None, merged_into_id: int | None) -> None:
    """Raise AccountIsGone for an account that was erased or merged."""
    if erased_at is not None or merged_into_id is not None:
        raise AccountIsGone


def check_last_day(left_on: date | None, now: datetime) -> None:
    """Raise LeftInTheFuture for a day that has begun nowhere yet."""
    if left_on is not None and left_on > (now + _ONE_DAY).date():
        raise LeftInTheFuture

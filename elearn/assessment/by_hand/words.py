"""Words about marks by hand, in the language of the page."""

from datetime import datetime

from elearn.assessment.by_hand.rules import MarkKind
from elearn.web.i18n import clock_time, gettext, ngettext, zone


def kind_of_mark(kind: MarkKind) -> str:
    """Which mark it is."""
    match kind:
        case MarkKind.FIRST:
            return gettext("first marker")
        case MarkKind.SECOND:
            return gettext("second marker")
        case MarkKind.AGREED:
            return gettext("agreed by both")


def ago_words(then: datetime, now: datetime) -> str:
    """How long ago something was, by the calendar: today with its time."""
    days = (now.astimezone(zone()).date() - then.astimezone(zone()).date()).days
    if days <= 0:
        return gettext("today, %(time)s", time=clock_time(then))
    return ngettext("%(count)s day ago", "%(count)s days ago", days)

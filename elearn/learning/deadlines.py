"""A last day in words, for the pages that officers meet."""

from dataclasses import dataclass
from datetime import date, datetime

from elearn.learning.assigning.rules import Nearness, nearness
from elearn.web.i18n import day, gettext, ngettext, zone


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day: the kind of its tag, and when it is, as "in 3 days, on Tuesday"."""

    tag: str
    when: str


def deadline(due_on: date, now: datetime) -> Deadline:
    """A last day as it is seen at an instant: within a week by its day of the week, later by its date."""
    today = now.astimezone(zone()).date()
    near, days = nearness(due_on, today), (due_on - today).days
    if days < 0:
        when = ngettext("%(count)s day ago", "%(count)s days ago", -days)
    elif days == 0:
        when = gettext("today")
    else:
        named = day(due_on, "cccc" if near is Nearness.DUE else "d MMMM")
        when = ngettext("in %(count)s day, on %(day)s", "in %(count)s days, on %(day)s", days, day=named)
    return Deadline(near.value, when)

"""Noticing that somebody else changed a person while a page about them was open: no change is lost without a word."""

import hashlib
from collections.abc import Mapping

from elearn.accounts.forms import PersonForm
from elearn.core.refusals import Conflict


class ChangedByAnother(Conflict):
    """What is written about a person is not what it was when the page was made."""

    message = "Somebody else changed this meanwhile. Now: %(now)s. Save again if yours is to stand."


def mark_of(values: Mapping[str, str]) -> str:
    """A mark of what a form starts from, to be sent along with it."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]


def check_unchanged(form: PersonForm, values: Mapping[str, str]) -> None:
    """Raise ChangedByAnother if a page was made of other values than stand there now, and the form would undo any."""
    if not form.mark.data or form.mark.data == mark_of(values):
        return
    differing = [(form[name].label.text, value) for name, value in values.items() if (form[name].data or "") != value]
    if differing:
        raise ChangedByAnother(now="; ".join(f"{label}: {value or '–'}" for label, value in differing))

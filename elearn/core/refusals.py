"""Refusals: facts that stop a use case. They know no HTTP; ``elearn.web.errors`` maps them to status codes.

Each has a sentence for people. ``message`` is an English source string with ``%(name)s`` places, so that a page can
show it in the reader's language with the same values.
"""

from typing import ClassVar


class Refusal(Exception):
    """A use case was refused. ``str(refusal)`` is an English sentence for a person."""

    message: ClassVar[str] = "This cannot be done."

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message % values if values else self.message)


class NotFound(Refusal):
    """What was asked for does not exist, or not for this person."""

    message = "There is nothing at this address."


class NotAllowed(Refusal):
    """The person may not do this."""

    message = "You may not do this."


class Conflict(Refusal):
    """It clashes with what is already so."""

    message = "This clashes with what is already stored."


class Invalid(Refusal):
    """What was given is malformed."""

    message = "This is not in the form expected."


class Unsound(Refusal):
    """The installation cannot do this: a setting, a folder, a port, a database."""

    message = "The installation cannot do this."

"""What the log says of a request: nothing that could pass for a line of the log."""

from flask import request

LONGEST = 300  # characters of an address


def address() -> str:
    """The address that was asked for, on one line and not endless; what cannot be seen stands there as its escape."""
    shown = (letter if letter.isprintable() else ascii(letter)[1:-1] for letter in request.path[:LONGEST])
    return "".join(shown)

"""Input that no database stores: a NUL in an address or a form."""

from flask import request

from elearn.core.refusals import Invalid, NotFound
from elearn.web.session import SAFE


class NotText(Invalid):
    """What was sent holds a character that cannot be part of a text."""

    message = "What was sent holds a character that cannot be stored. Type it anew instead of pasting."


def refuse_unstorable() -> None:
    """Refuse a NUL, at which PostgreSQL would stop in the middle of a query.

    Raises NotFound for one in the path (there can be no such page), NotText for one in a query or in a field of a form.
    """
    if "\x00" in request.path:
        raise NotFound
    if b"%00" in request.query_string:
        raise NotText
    # A script's JSON holds no fields, and looking for them costs as much as a query.
    has_fields = request.method not in SAFE and request.mimetype != "application/json"
    if has_fields and any("\x00" in value for value in request.form.values()):
        raise NotText

"""Forms of more fields than any of ours has: taking apart millions of them would keep a thread busy for seconds."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from elearn.web.session import SAFE


def refuse_endless_forms() -> None:
    """Refuse such a form before it is taken apart, and before it is asked who sends it.

    Werkzeug counts the parts of ``multipart/form-data`` itself, but not the fields of the usual kind of form.
    """
    if request.method in SAFE or request.mimetype != "application/x-www-form-urlencoded":
        return
    most = request.max_form_parts
    if most is not None and request.get_data().count(b"&") >= most:
        raise RequestEntityTooLarge

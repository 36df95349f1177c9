"""What the log says of a request: which view it was for, and never its address, in which people's names can stand."""

from flask import request


def asked() -> str:
    """The method and the endpoint of the request; the method alone if there is no such page."""
    method = request.method if request.method.isalpha() else "?"
    return f"{method} {request.endpoint}" if request.endpoint else method

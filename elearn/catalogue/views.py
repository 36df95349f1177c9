"""Pictures and data files of courses."""

from flask import Blueprint, Response, current_app, request

from elearn.catalogue.queries import media
from elearn.core.refusals import NotFound
from elearn.web.access import signed_in
from elearn.web.session import session

catalogue = Blueprint("catalogue", __name__)


@catalogue.get("/media/<name>")
@signed_in
def media_file(name: str) -> Response:
    """A file of a published course; its name is its content's hash, so browsers may keep it for good."""
    found = media(session(), name)
    if found is None:
        raise NotFound
    response: Response = current_app.response_class(found.data, content_type=found.media_type)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if not found.media_type.startswith("image/"):
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(name)
    response.make_conditional(request)
    return response

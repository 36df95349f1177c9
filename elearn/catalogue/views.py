"""Pictures and data files of courses."""

from flask import Blueprint, Response

from elearn.catalogue.queries import media
from elearn.core.refusals import NotFound
from elearn.web.access import signed_in
from elearn.web.downloads import content_named
from elearn.web.session import session

catalogue = Blueprint("catalogue", __name__)


@catalogue.get("/media/<name>")
@signed_in
def media_file(name: str) -> Response:
    """A file of a published course."""
    found = media(session(), name)
    if found is None:
        raise NotFound
    return content_named(name, found.media_type, found.data)

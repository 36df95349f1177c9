"""Files given out: those of courses, for pages; those that somebody sent, to be kept and never shown on pages."""

from io import BytesIO

from flask import Response, current_app, request, send_file


def content_named(name: str, media_type: str, body: bytes) -> Response:
    """A file whose name is a hash of its content, so that browsers may keep it for good. Only pictures are shown."""
    response: Response = current_app.response_class(body, content_type=media_type)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if not media_type.startswith("image/"):
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(name)
    response.make_conditional(request)
    return response


def download(name: str, media_type: str, body: bytes) -> Response:
    """A file to keep under a name; the browser neither shows it nor guesses what it is (see ``web.headers``)."""
    response = send_file(BytesIO(body), mimetype=media_type, as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "no-store"
    # Should it be opened as a page all the same, it is one that may do nothing.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response

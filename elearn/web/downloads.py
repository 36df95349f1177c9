"""Files that somebody sent, given out again: to be kept, never to be shown on this site's pages."""

from io import BytesIO

from flask import Response, send_file


def download(name: str, media_type: str, body: bytes) -> Response:
    """A file to keep under a name; the browser neither shows it nor guesses what it is (see ``web.headers``)."""
    response = send_file(BytesIO(body), mimetype=media_type, as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "no-store"
    # Should it be opened as a page all the same, it is one that may do nothing.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response

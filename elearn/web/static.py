"""Static files, served from memory: one stylesheet and one script with their hash in the name, fonts and icons.

They are joined and compressed once, when the process first needs them.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request

from elearn.core.refusals import NotFound
from elearn.shipped import PACKAGE
from elearn.web.access import public

ROOT = PACKAGE / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".png": "image/png",
}
COMPRESSED = frozenset({".css", ".js", ".svg"})
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"

static = Blueprint("static_files", __name__, url_prefix="/static")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent."""

    data: bytes
    packed: bytes | None
    media_type: str
    etag: str
    cache: str


@dataclass(frozen=True, slots=True)
class AssetUrls:
    """Where the stylesheet and the script are."""

    css: str
    js: str


def _stylesheets() -> list[Path]:
    """The stylesheets in the order of their layers."""
    css = ROOT / "css"
    parts = (*sorted((css / "components").glob("*.css")), *sorted((css / "pages").glob("*.css")))
    return [css / "fonts.css", css / "tokens.css", css / "base.css", *parts, css / "print.css"]


def _slim(css: str) -> bytes:
    """A stylesheet without its comments and indentation, which are for us and not for a slow line."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip()).encode()


def _joined_script() -> bytes:
    """The scripts as one module, each in a block of its own so that their names do not meet."""
    return b"\n".join(b"{\n" + path.read_bytes() + b"\n}" for path in sorted((ROOT / "js").glob("*.js")))


@cache
def files() -> dict[str, StaticFile]:
    """Every static file by the name it is served under."""
    found: dict[str, StaticFile] = {}
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and path.suffix in KINDS and path.parent.name not in ("css", "js", "components", "pages"):
            found[path.relative_to(ROOT).as_posix()] = _static_file(path.read_bytes(), path.suffix, FOR_A_DAY)
    for suffix, data in (
        (".css", _slim("\n".join(path.read_text(encoding="utf-8") for path in _stylesheets()))),
        (".js", _joined_script()),
    ):
        name = f"site.{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
        found[name] = _static_file(data, suffix, FOR_GOOD)
    return found


def _static_file(data: bytes, suffix: str, cache_control: str) -> StaticFile:
    packed = gzip.compress(data, 9, mtime=0) if suffix in COMPRESSED else None
    return StaticFile(data, packed, KINDS[suffix], hashlib.sha256(data).hexdigest()[:16], cache_control)


@cache
def asset_urls() -> AssetUrls:
    """The addresses of the stylesheet and of the script."""
    names = [name for name in files() if name.startswith("site.")]
    css = next(name for name in names if name.endswith(".css"))
    js = next(name for name in names if name.endswith(".js"))
    return AssetUrls(f"/static/{css}", f"/static/{js}")


@static.get("/<path:name>")
@public
def file(name: str) -> Response:
    """A static file."""
    found = files().get(name)
    if found is None:
        raise NotFound
    gzipped = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response: Response = current_app.response_class(
        found.packed if gzipped else found.data, mimetype=None, content_type=found.media_type
    )
    response.headers["Cache-Control"] = found.cache
    response.headers["Vary"] = "Accept-Encoding"
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{found.etag}-gz" if gzipped else found.etag)
    response.make_conditional(request)
    return response

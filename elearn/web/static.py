"""Static files, served from memory: stylesheets, scripts, fonts and icons, each with its hash in the name.

Every page has the stylesheet and the script of the site; pages of those who write, manage and administer have those of
the *desk* (``css/desk``, ``js/desk``) as well, so that officers on a thin line do not pay for them; pages where modules
are kept have a script of their own (``js/offline``), and so have pages that ask for a passkey (``js/signing``). They
are joined and compressed once, when the process first needs them.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from elearn.core.refusals import NotFound
from elearn.shipped import STATIC as ROOT
from elearn.shipped import hashed, static_address
from elearn.web.access import public

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
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
    """Where the stylesheets and the scripts are: of every page, of the desk, and of some pages alone."""

    css: str
    js: str
    offline_js: str
    signing_js: str
    desk_css: str
    desk_js: str


def _stylesheets() -> list[Path]:
    """The stylesheets of every page in the order of their layers."""
    css = ROOT / "css"
    parts = (*sorted((css / "components").glob("*.css")), *sorted((css / "pages").glob("*.css")))
    return [css / "fonts.css", css / "tokens.css", css / "base.css", *parts, css / "print.css"]


def _slim(css: str) -> bytes:
    """A stylesheet without its comments, and without the spaces that are for us and not for a slow line.

    Between quotation marks nothing changes, and no space that parts two selectors or two values is taken.
    """
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    pieces = re.split(r'("[^"\n]*")', "".join(line.strip() + "\n" for line in bare.splitlines()))
    for index in range(0, len(pieces), 2):
        piece = re.sub(r"\s*([{};>,])\s*", r"\1", pieces[index])
        pieces[index] = re.sub(r"(?<=[\w-]):\s+", ":", piece)
    return "".join(pieces).encode()


def _joined_style(paths: Iterable[Path]) -> bytes:
    """Stylesheets as one; the fonts that they name get the addresses with their hashes."""
    css = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return _slim(re.sub(r'url\("/static/([^"]+)"\)', lambda found: f'url("{static_address(found[1])}")', css))


def _joined_script(folder: Path) -> bytes:
    """The scripts of a folder as one module, each in a block of its own so that their names do not meet."""
    return b"\n".join(b"{\n" + path.read_bytes() + b"\n}" for path in sorted(folder.glob("*.js")))


@cache
def files() -> dict[str, StaticFile]:
    """Every static file by the name it is served under.

    Fonts and icons have two: pages name the one with the hash, and pages that a browser has kept may know the other.
    """
    found: dict[str, StaticFile] = {}
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and path.suffix in KINDS and not {"css", "js"} & set(path.relative_to(ROOT).parts):
            name, data = path.relative_to(ROOT).as_posix(), path.read_bytes()
            found[name] = _static_file(data, path.suffix, FOR_A_DAY)
            found[hashed(name, data)] = replace(found[name], cache=FOR_GOOD)
    for stem, suffix, data in (
        ("site", ".css", _joined_style(_stylesheets())),
        ("site", ".js", _joined_script(ROOT / "js")),
        ("offline", ".js", _joined_script(ROOT / "js" / "offline")),
        ("signing", ".js", _joined_script(ROOT / "js" / "signing")),
        ("desk", ".css", _joined_style(sorted((ROOT / "css" / "desk").glob("*.css")))),
        ("desk", ".js", _joined_script(ROOT / "js" / "desk")),
    ):
        found[hashed(stem + suffix, data)] = _static_file(data, suffix, FOR_GOOD)
    return found


def _static_file(data: bytes, suffix: str, cache_control: str) -> StaticFile:
    packed = gzip.compress(data, 9, mtime=0) if suffix in COMPRESSED else None
    return StaticFile(data, packed, KINDS[suffix], hashlib.sha256(data).hexdigest()[:16], cache_control)


@cache
def asset_urls() -> AssetUrls:
    """The addresses of the stylesheets and of the scripts."""

    def address(stem: str, suffix: str) -> str:
        return next(f"/static/{name}" for name in files() if name.startswith(stem) and name.endswith(suffix))

    return AssetUrls(
        css=address("site.", ".css"),
        js=address("site.", ".js"),
        offline_js=address("offline.", ".js"),
        signing_js=address("signing.", ".js"),
        desk_css=address("desk.", ".css"),
        desk_js=address("desk.", ".js"),
    )


@static.record_once
def _name_in_templates(state: BlueprintSetupState) -> None:
    """Give templates ``static_address``, and the address of all icons as ``sprite``: a page has a hundred of them."""
    state.app.jinja_env.globals.update(static_address=static_address, sprite=static_address("icons.svg"))


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

"""Pictures of a course: drawings are inlined, wide and narrow; PNG, JPEG and WebP become assets, wide and small."""

import hashlib
import posixpath
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from html import escape
from urllib.parse import unquote

from elearn.content.course import Asset
from elearn.content.reporting import Report
from elearn.markup.blocks import Picture
from elearn.markup.drawing import NARROW, Drawing, Node, drawing_html, read_drawing
from elearn.markup.imaging import MOST_PIXELS, SMALL, BadPicture, Fault, Made, two_sizes
from elearn.markup.labels import labels_in
from elearn.markup.raster import read_raster
from elearn.markup.text import Line

_RASTERS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
# On a phone's screen, however fine, the small picture will do: it is asked for as if it were shown smaller than it is.
_SIZES = "(max-width: 640px) 200px, 592px"
_BAD = {
    Fault.NO_PICTURE: ("P005", "is not the picture its name says. Export it again as PNG, JPEG or WebP."),
    Fault.BROKEN: ("P015", "is damaged or cut short. Export it again from where it was made."),
    Fault.TOO_LARGE: ("P016", f"has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller."),
    Fault.MOVING: ("P017", "moves, and nobody could stop it. Save one picture of it."),
}
KEPT_BYTES = 50_000_000  # of pictures written anew that a process keeps, so that a preview comes at once

_DOWNLOADS = {".pdf": ("application/pdf", b"%PDF-"), ".csv": ("text/csv", b"")}

_drawing = lru_cache(maxsize=512)(read_drawing)


@lru_cache(maxsize=4_096)
def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


_kept: OrderedDict[str, tuple[Made, ...] | Fault] = OrderedDict()
_lock = threading.Lock()


def shown_sizes(data: bytes) -> tuple[Made, ...]:
    """A PNG, JPEG or WebP as pages show it: the wide picture, and the small one if there is. Raises BadPicture."""
    key = digest_of(data)
    found = _kept.get(key)
    if found is None:
        try:
            found = two_sizes(data)
        except BadPicture as bad:
            found = bad.fault
        with _lock:
            _kept[key] = found
            while len(_kept) > 1 and sum(map(_weight, _kept.values())) > KEPT_BYTES:
                _kept.popitem(last=False)
    if isinstance(found, Fault):
        raise BadPicture(found)
    return found


def _weight(kept: tuple[Made, ...] | Fault) -> int:
    return 1_000 if isinstance(kept, Fault) else sum(len(made.data) for made in kept)


def assets_of(path: str, data: bytes) -> dict[Asset, bytes]:
    """What is given out of a file: a picture in its sizes, the widest first; a PDF or CSV as it is. Raises BadPicture.

    Empty if it is none of these.
    """
    extension = posixpath.splitext(path)[1]
    if extension in _RASTERS:
        return {Asset(path, made.media_type, made.digest, len(made.data)): made.data for made in shown_sizes(data)}
    if extension in _DOWNLOADS and data.startswith(_DOWNLOADS[extension][1]):
        return {Asset(path, _DOWNLOADS[extension][0], digest_of(data), len(data)): data}
    return {}


def data_of_assets(assets: Iterable[Asset], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is given out under the name of each asset; ``files`` are those of the course."""
    return {asset.name: assets_of(asset.path, files[asset.path])[asset] for asset in assets}


def asset_named(name: str, files: Mapping[str, bytes]) -> tuple[Asset, bytes] | None:
    """The asset of that name that can be made of one of the files, with its bytes."""
    for path, data in files.items():
        with suppress(BadPicture):
            for asset, made in assets_of(path, data).items():
                if asset.name == name:
                    return asset, made
    return None


@dataclass(frozen=True, slots=True)
class Figure:
    """How a picture is called on its page. ``name`` is its HTML id and the beginning of ids in it."""

    name: str
    number: str | None


@dataclass(frozen=True, slots=True)
class PictureSheet:
    """A picture to lay areas over: its HTML, its view box, and what is drawn on it (None: it is no drawing).

    ``css`` is ``wide`` or ``narrow`` where there are two, else empty.
    """

    html: str
    css: str
    view_box: tuple[Decimal, Decimal, Decimal, Decimal]
    root: Node | None


def _nameless(node: Node) -> Node:
    """A drawing without the ids of its elements: what an author calls an area may tell whether it is right."""
    kept = {key: value for key, value in node.attributes.items() if key not in ("id", "aria-labelledby")}
    return Node(node.tag, kept, [_nameless(each) if isinstance(each, Node) else each for each in node.children])


@dataclass(slots=True)
class Pictures:
    """The pictures of one course, checked once each."""

    files: Mapping[str, bytes]
    report: Report
    assets: dict[str, Asset] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _checked: set[str] = field(default_factory=set)

    def html(self, picture: Picture, path: str, language: str, figure: Figure, caption_html: str) -> str:
        """The ``<figure>`` of a picture that stands in the file ``path``."""
        inner = self._inner(picture, path, language, figure)
        number = (
            f'<span class="figure-number">{labels_in(language).figure} {figure.number}</span>' if figure.number else ""
        )
        caption = f"{number} {caption_html}".strip()
        caption = f"<figcaption>{caption}</figcaption>" if caption else ""
        identifier = f' id="{figure.name}"' if figure.number else ""
        return f'<figure class="figure"{identifier}>{inner}{caption}</figure>\n'

    def sheets(self, picture: Picture, path: str, language: str, figure: Figure) -> list[PictureSheet]:
        """The picture without its frame, wide and narrow if there are two; none with problems if it cannot be shown."""
        html = self._inner(picture, path, language, figure)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(picture.address)))
        stem, extension = posixpath.splitext(target)
        if not html or not picture.alt:
            return []
        if extension != ".svg":
            shown = shown_sizes(self.files[self._localised(stem, extension, language)])[0]
            box = (Decimal(0), Decimal(0), Decimal(shown.width), Decimal(shown.height))
            return [PictureSheet(html.removeprefix('<div class="drawing">').removesuffix("</div>"), "", box, None)]
        wide, narrow = self._localised(stem, ".svg", language), self._localised(f"{stem}.narrow", ".svg", language)
        drawn = [("wide", wide), ("narrow", narrow)] if narrow in self.files else [("", wide)]
        found: list[PictureSheet] = []
        for css, name in drawn:
            root = self._read(name).root
            if root is None:
                return []
            left, top, width, height = (Decimal(each) for each in re.split(r"[ ,]+", root.attributes["viewBox"]))
            prefix = f"{figure.name}-{css}" if css else figure.name
            box = (left, top, width, height)
            found.append(PictureSheet(drawing_html(_nameless(root), prefix, picture.alt), css, box, root))
        return found

    def _inner(self, picture: Picture, path: str, language: str, figure: Figure) -> str:
        place = picture.place
        if not picture.alt:
            message = "The picture has no alternative text. Say between [ and ] what it teaches."
            self.report.at(path, place, "P001", message)
        if ":" in picture.address or picture.address.startswith("/"):
            message = "Pictures lie in the course's folder. Copy the file to images/ and link to it there."
            self.report.at(path, place, "P013", message)
            return ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(picture.address)))
        stem, extension = posixpath.splitext(target)
        if extension != ".svg" and extension not in _RASTERS:
            self.report.at(path, place, "P004", "Pictures are SVG, PNG, JPEG or WebP. Convert the file.")
            return ""
        target = self._localised(stem, extension, language)
        if target not in self.files:
            message = f'The picture "{target[:80]}" does not exist. Put the file there or mend the address.'
            self.report.at(path, place, "P002", message)
            return ""
        if extension == ".svg":
            return self._drawings(target, stem, language, figure, picture.alt)
        return self._image(target, picture.alt, place, path)

    def _localised(self, stem: str, extension: str, language: str) -> str:
        localised = f"{stem}.{language}{extension}"
        return localised if localised in self.files else stem + extension

    def _drawings(self, target: str, stem: str, language: str, figure: Figure, alt: str) -> str:
        wide = self._read(target)
        narrow_path = self._localised(f"{stem}.narrow", ".svg", language)
        if narrow_path not in self.files:
            if wide.width > NARROW:
                twin = posixpath.basename(f"{stem}.narrow.svg")
                message = (
                    f"On phones this drawing is too wide ({wide.width:g} units). Add {twin}, at most {NARROW} wide."
                )
                self.report.add(target, 1, 1, "P010", message)
            html = drawing_html(wide.root, figure.name, alt) if wide.root else ""
            return f'<div class="drawing">{html}</div>'
        narrow = self._read(narrow_path)
        pieces = []
        for css, drawing in (("wide", wide), ("narrow", narrow)):
            html = drawing_html(drawing.root, f"{figure.name}-{css}", alt) if drawing.root else ""
            pieces.append(f'<div class="drawing {css}">{html}</div>')
        return "".join(pieces)

    def _read(self, path: str) -> Drawing:
        self.used.add(path)
        drawing = _drawing(self.files[path])
        if path not in self._checked:
            self._checked.add(path)
            self.report.faults(path, drawing.faults)
        return drawing

    def _image(self, target: str, alt: str, place: Line, path: str) -> str:
        self.used.add(target)
        data = self.files[target]
        raster = read_raster(data)
        try:
            if raster is None or raster.media_type != _RASTERS[posixpath.splitext(target)[1]]:
                raise BadPicture(Fault.NO_PICTURE)
            sizes = shown_sizes(data)
        except BadPicture as bad:
            code, why = _BAD[bad.fault]
            self.report.at(path, place, code, f"The file {target} {why}")
            return ""
        wide, *small = assets_of(target, data)
        self.assets |= {asset.name: asset for asset in (wide, *small)}
        size = f'width="{sizes[0].width}" height="{sizes[0].height}"'
        more = ""
        if small:
            sources = f"/media/{small[0].name} {SMALL}w, /media/{wide.name} {sizes[0].width}w"
            more = f' srcset="{sources}" sizes="{_SIZES}"'
        image = f'<img src="/media/{wide.name}"{more} alt="{escape(alt)}" {size} loading="lazy" decoding="async">'
        return f'<div class="drawing">{image}</div>'

    def data_of(self, target: str, language: str) -> tuple[str, bytes | None]:
        """A file of data that a question is made of, and its path: no page links to it, so it is no asset."""
        path = self._localised(*posixpath.splitext(target), language)
        self.used.add(path)
        return path, self.files.get(path)

    def downloads(self) -> dict[str, str]:
        """Addresses of the files that pages may link to (PDF and CSV), by path."""
        paths = (path for path in self.files if posixpath.splitext(path)[1] in _DOWNLOADS)
        return {path: f"/media/{asset.name}" for path in paths for asset in assets_of(path, self.files[path])}

    def take_download(self, path: str) -> None:
        """Make a linked file an asset."""
        self.used.add(path)
        self.assets |= {asset.name: asset for asset in assets_of(path, self.files[path])}

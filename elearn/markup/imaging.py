"""Pictures as the site gives them out: decoded and written anew, so that nothing but what one sees is left.

Where and with what a photograph was taken, a preview hidden in it, a file behind its end: nothing of that is carried
over. A picture lies as its camera says it was held, in the colours of sRGB, and the same bytes in give the same bytes
out. Names are not trusted, nor is what a picture says of itself: one that would fill the memory is not decoded.
"""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps, JpegImagePlugin

from elearn.markup.raster import Raster, read_raster

WIDE = 1184  # pixels: twice the column of text, for screens with two pixels to one
SMALL = 640
MOST_PIXELS = 25_000_000  # a camera's 24 million; decoded they take a hundred megabytes for a moment
LONGEST_SIDE = 16_000
JPEG_QUALITY = 82
WEBP_QUALITY = 80

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Fault(StrEnum):
    """Why a picture cannot be given out."""

    NO_PICTURE = "no picture"
    BROKEN = "broken"
    TOO_LARGE = "too large"
    MOVING = "moving"


class BadPicture(ValueError):
    """These bytes cannot be given out as a picture."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True)
class Made:
    """A picture written anew; sizes in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        """How the name of such a file ends, without the dot."""
        return _EXTENSIONS[self.media_type]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def rewritten(data: bytes) -> Made:
    """The same picture in its own size, without whatever else is in its file. Raises BadPicture."""
    raster, picture = _decoded(data)
    return _written(picture, raster)


def two_sizes(data: bytes) -> tuple[Made, ...]:
    """The picture for wide screens, at most ``WIDE`` pixels wide, and one of ``SMALL`` if that saves anything.

    Raises BadPicture.
    """
    raster, picture = _decoded(data, widest=WIDE)
    wide = _lightest(_narrowed(picture, WIDE), raster)
    if picture.image.width > SMALL:
        small = _lightest(_narrowed(picture, SMALL), raster)
        if len(small.data) < len(wide.data):
            return wide, small
    return (wide,)


def as_held(data: bytes) -> Raster | None:
    """What the bytes of a picture say (see ``read_raster``), its sides as one sees it: it may have to be turned."""
    raster = read_raster(data)
    if raster is None or raster.media_type != "image/jpeg":
        return raster
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as image:
            is_turned = image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    except Exception:  # as in ``_decoded``
        return None
    return replace(raster, width=raster.height, height=raster.width) if is_turned else raster


@dataclass(frozen=True)
class _Picture:
    """A decoded picture; ``writing`` is how its author's program compressed it, as far as that is to be kept."""

    image: Image.Image
    writing: dict[str, Any]


def _decoded(data: bytes, *, widest: int | None = None) -> tuple[Raster, _Picture]:
    """The picture in its own size, or at least ``widest`` wide where it can be decoded smaller and faster."""
    raster = read_raster(data)
    if raster is None:
        raise BadPicture(Fault.NO_PICTURE)
    if raster.width * raster.height > MOST_PIXELS or max(raster.width, raster.height) > LONGEST_SIDE:
        raise BadPicture(Fault.TOO_LARGE)
    try:
        with Image.open(BytesIO(data), formats=[_FORMATS[raster.media_type]]) as image:
            if image.size != (raster.width, raster.height):
                raise BadPicture(Fault.BROKEN)
            # A JPEG of several pictures is a photograph with a smaller one for previews: its first is what one sees.
            if getattr(image, "is_animated", False) and raster.media_type != "image/jpeg":
                raise BadPicture(Fault.MOVING)
            if widest is not None:
                image.draft(None, (widest, widest))  # does something for JPEG alone
            image.load()
            writing = _writing(image, data, raster)
            return raster, _Picture(_bare(ImageOps.exif_transpose(_in_srgb(image))), writing)
    except BadPicture:
        raise
    except Exception as error:  # Pillow's readers raise whatever comes of a broken file: there is no end to the kinds
        raise BadPicture(Fault.BROKEN) from error


def _writing(image: Image.Image, data: bytes, raster: Raster) -> dict[str, Any]:
    if isinstance(image, JpegImagePlugin.JpegImageFile) and image.mode in ("L", "RGB"):
        kept: dict[str, Any] = {"qtables": image.quantization}
        sampling = JpegImagePlugin.get_sampling(image)
        return kept | {"subsampling": sampling} if sampling >= 0 else kept
    if raster.media_type == "image/webp":
        return {"lossless": _is_lossless(data)}
    return {}


def _is_lossless(webp: bytes) -> bool:
    at = 12
    while at + 8 <= len(webp):
        if webp[at : at + 4] in (b"VP8 ", b"VP8L"):
            return webp[at : at + 4] == b"VP8L"
        size = int.from_bytes(webp[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return False


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in the colours that are meant where nothing is said; as it is if its profile cannot be read."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made if made is not None else image


def _bare(image: Image.Image) -> Image.Image:
    """Only pixels, in a mode that every format of ours can be written from."""
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    transparent = image.info.get("transparency")
    if transparent is not None and image.mode != "P":
        image = image.convert("RGBA")
    elif image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        image = image.convert("RGB")
    bare = image.copy()
    bare.info = {"transparency": transparent} if transparent is not None and image.mode == "P" else {}
    bare.getexif().clear()
    return bare


def _narrowed(picture: _Picture, widest: int) -> _Picture:
    image = picture.image
    if image.width <= widest:
        return picture
    size = widest, max(1, round(image.height * widest / image.width))
    mode = {"1": "L", "P": "RGBA" if "transparency" in image.info else "RGB"}.get(image.mode, image.mode)
    small = image.convert(mode).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if image.mode == "P":  # few colours went in, and few come out: anything else would weigh more than the original
        small = small.quantize(256, Image.Quantize.FASTOCTREE)
    lossless = {key: kept for key, kept in picture.writing.items() if key == "lossless"}
    return _Picture(small, lossless)


def _lightest(picture: _Picture, raster: Raster) -> Made:
    """A picture for pages. A PNG that weighs less than a third as WebP is a photograph, and is given out so."""
    made = _written(picture, raster)
    if raster.media_type == "image/png":
        photograph = _saved(picture.image, "image/webp", quality=WEBP_QUALITY)
        return photograph if 3 * len(photograph.data) < len(made.data) else made
    return made


def _written(picture: _Picture, raster: Raster) -> Made:
    image = picture.image
    match raster.media_type:
        case "image/jpeg":
            image = image if image.mode in ("L", "RGB") else image.convert("RGB")
            how = picture.writing or {"quality": JPEG_QUALITY}
            return _saved(image, "image/jpeg", progressive=True, optimize=True, **how)
        case "image/webp":
            return _saved(image, "image/webp", quality=WEBP_QUALITY, **picture.writing)
        case _:
            return _saved(image, "image/png")


def _saved(image: Image.Image, media_type: str, **how: Any) -> Made:
    made = BytesIO()
    image.save(made, _FORMATS[media_type], **how)
    return Made(made.getvalue(), media_type, image.width, image.height)

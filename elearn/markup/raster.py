"""What a picture's own bytes say: its format and its size in pixels. Names are not trusted."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raster:
    """A PNG, JPEG or WebP picture; sizes in pixels."""

    media_type: str
    extension: str
    width: int
    height: int


def read_raster(data: bytes) -> Raster | None:
    """The format and size of a picture, or None if it is no whole PNG, JPEG or WebP."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            width, height = struct.unpack(">II", data[16:24])
            found = Raster("image/png", "png", width, height)
        elif data.startswith(b"\xff\xd8\xff"):
            width, height = _jpeg_size(data)
            found = Raster("image/jpeg", "jpg", width, height)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            width, height = _webp_size(data)
            found = Raster("image/webp", "webp", width, height)
        else:
            return None
    except (struct.error, IndexError, ValueError):
        return None
    return found if found.width > 0 and found.height > 0 else None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("not a marker")
        marker = data[at + 1]
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if length < 2:
            raise ValueError("not a segment")
        at += 2 + length


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("not a picture")

"""Pictures say by their bytes what they are."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from elearn.markup.raster import Raster, read_raster

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03" * 10
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x7f\x02\x00\xdf\x01\x00"


def test_formats_and_sizes_are_read_from_the_bytes() -> None:
    assert read_raster(PNG) == Raster("image/png", "png", 640, 480)
    assert read_raster(JPEG) == Raster("image/jpeg", "jpg", 640, 480)
    assert read_raster(WEBP) == Raster("image/webp", "webp", 640, 480)


def test_what_is_cut_short_or_something_else_is_no_picture() -> None:
    for data in (b"", b"GIF89a", PNG[:18], JPEG[:6], WEBP[:14], b"<svg/>", PNG.replace(b"\x02\x80", b"\x00\x00")):
        assert read_raster(data) is None


@given(st.sampled_from([b"", b"\xff\xd8\xff", PNG[:16], WEBP[:12]]), st.binary(max_size=60))
def test_any_bytes_can_be_read(head: bytes, rest: bytes) -> None:
    read_raster(head + rest)

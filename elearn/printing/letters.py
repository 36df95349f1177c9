"""Which letters a TrueType font can draw, read from its character map."""

import struct
from typing import Final

_MAP: Final = b"cmap"
_UNICODE_BMP: Final = {(0, 3), (0, 4), (3, 1)}
_SEGMENTS: Final = 4


def letters_of(font: bytes) -> frozenset[str]:
    """List the characters of the basic plane that a font has a glyph for.

    Raises ``ValueError`` for a font without a segmented Unicode map, which is none of those this project ships.
    """
    (table_count,) = struct.unpack_from(">H", font, 4)
    for number in range(table_count):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == _MAP:
            return _mapped(font, start)
    raise ValueError("the font has no character map")


def _mapped(font: bytes, start: int) -> frozenset[str]:
    (map_count,) = struct.unpack_from(">H", font, start + 2)
    for number in range(map_count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if (platform, encoding) in _UNICODE_BMP and form == _SEGMENTS:
            return _segments(font, start + offset)
    raise ValueError("the font has no segmented Unicode map")


def _segments(font: bytes, start: int) -> frozenset[str]:
    (twice,) = struct.unpack_from(">H", font, start + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 2 * twice)
    offsets_at = start + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    letters = []
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", font, offsets_at + 2 * number + offset + 2 * (code - first))
            if (glyph or not offset) and (glyph + delta) & 0xFFFF and code != 0xFFFF:
                letters.append(chr(code))
    return frozenset(letters)

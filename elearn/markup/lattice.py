"""The eight-fold line lattice of course covers, the sign-in page and certificates, drawn as small SVG.

The tiling is 4.8.8, octagons and squares; Hankin's construction sends two lines from every edge midpoint.
A star {8/2} over it shows the same lattice in the other colour. Its numbers were matched to pictures.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin, sqrt
from typing import Final, TypeVar

_BAND_HEIGHT: Final = 150
"""A drawing lower than this, in units of a scale of 1, is a band: its pitch shrinks with its height."""

_NOTCH: Final = 0.7654
"""Radius of the star's notches as a share of its tips'."""


@dataclass(frozen=True)
class Tiling:
    """How the lines run: lengths are for a width of 300, angles in degrees from the inward normal."""

    pitch: float
    deviation: float
    depth: int
    rotation: float = 0
    stroke: float = 1.6


@dataclass(frozen=True)
class Star:
    """Where the star lies, as shares of width and height, and its radius as a share of the shorter side."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Panel:
    """Everything a drawing is made of: colours, widths of its lines, tiling, star, scale of the tiling."""

    ground: str
    line: str
    star_ground: str
    inner_line: str
    thin: float
    outline: float
    opacity: float
    tiling: Tiling
    star: Star
    scale: float
    band_star: float


SIGN_IN: Final = Panel(
    ground="#0B5D66",
    line="#8FCFCE",
    star_ground="#0F7079",
    inner_line="#8FCFCE",
    thin=1,
    outline=2,
    opacity=0.38,
    tiling=Tiling(56, 45, 2, stroke=1.4),
    star=Star(0.5, 0.5, 0.43),
    scale=1.267,
    band_star=1.6,
)
"""The half of the sign-in page that carries no text."""

CERTIFICATE: Final = Panel(
    ground="#0B5D66",
    line="#BFE3E0",
    star_ground="#BFE3E0",
    inner_line="#0B5D66",
    thin=1,
    outline=0,
    opacity=0.5,
    tiling=Tiling(44, 45, 2, stroke=1.2),
    star=Star(0.5, 0.5, 0.42),
    scale=0.983,
    band_star=1,
)
"""The strip at the left edge of a certificate."""

_COVER_BAND_STAR: Final = 1.35

_Colours = tuple[str, str]
_Choice = TypeVar("_Choice")

_COVERS: Final[dict[str, tuple[_Colours, Tiling, Star]]] = {
    "dialogue": (("#DCECEB", "#0B5D66"), Tiling(76, 30, 2, 0), Star(0.50, 0.00, 0.82)),
    "media": (("#7A3E12", "#F2D0A4"), Tiling(56, 34, 1, 22.5), Star(0.10, 0.86, 0.90)),
    "border": (("#1F4E8C", "#C4D8F2"), Tiling(72, 22.5, 3, 45), Star(0.98, 0.30, 0.95)),
    "radicalization": (("#16222B", "#5CC4CC"), Tiling(60, 22.5, 1, 22.5), Star(0.86, 0.82, 0.72)),
    "cft": (("#0B5D66", "#A9DEDB"), Tiling(60, 45, 2, 0), Star(0.50, 0.50, 0.47)),
    "jpoa": (("#EFE6D2", "#1F4E8C"), Tiling(76, 45, 1, 45), Star(0.06, 0.28, 0.86)),
}

_PAIRS: Final = tuple(colours for colours, _, _ in _COVERS.values())
_LINES: Final = ((22.5, 1), (22.5, 3), (30.0, 2), (34.0, 1), (45.0, 1), (45.0, 2))
_PITCHES: Final = (56, 60, 64, 68, 72, 76, 80)
_ROTATIONS: Final = (0, 22.5, 45)
_STARS: Final = tuple(star for _, _, star in _COVERS.values())


@lru_cache(maxsize=512)
def cover_svg(slug: str, width: int, height: int, *, prefix: str) -> str:
    """Draw the cover of the course with this slug, in pixels; every id in the drawing starts with the prefix.

    The prefix has to be a plain word, unlike that of any other drawing on the page.
    """
    (ground, line), tiling, star = _COVERS.get(slug) or _drawn(slug)
    scale = width / 300
    panel = Panel(ground, line, line, ground, 1.2 * scale, 0, 0.55, tiling, star, scale, _COVER_BAND_STAR)
    return _drawing(panel, width, height, prefix)


def panel_svg(panel: Panel, width: int, height: int, *, prefix: str) -> str:
    """Draw the lattice of the sign-in page or a certificate, in pixels; every id starts with the prefix."""
    return _drawing(panel, width, height, prefix)


def _drawing(panel: Panel, width: int, height: int, prefix: str) -> str:
    is_band = height < width
    centre_x, centre_y = panel.star.x * width, panel.star.y * height
    radius = panel.star.radius * min(width, height) * (panel.band_star if is_band else 1)
    scale = min(panel.scale, height / _BAND_HEIGHT) if is_band else panel.scale
    tiling = panel.tiling
    turn = tiling.rotation
    steps = [f"translate({_number(centre_x)} {_number(centre_y)})", f"scale({scale:.4g})"]
    steps += [f"rotate({_number(turn)})"] if turn else []
    place = "".join([*steps, f"translate({_number(-tiling.pitch / 2)} {_number(-tiling.pitch / 2)})"])
    pattern = f'<pattern id="{prefix}%s" width="{_number(tiling.pitch)}" height="{_number(tiling.pitch)}" '
    pattern += f'patternUnits="userSpaceOnUse" patternTransform="{place}" fill="none" '
    pattern += f'stroke="%s" stroke-width="{_number(tiling.stroke)}">'
    halo, outline, inner = (_star(centre_x, centre_y, radius * share, turn) for share in (1.10, 1, 0.93))
    thin = f' stroke-width="{_number(panel.thin)}"' if panel.thin != 1 else ""
    edge = f' stroke="{panel.line}" stroke-width="{_number(panel.outline)}"' if panel.outline else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" '
        'aria-hidden="true" focusable="false"><defs>'
        f'{pattern % ("o", panel.line)}<path id="{prefix}l" d="{_tile(tiling)}"/></pattern>'
        f'{pattern % ("i", panel.inner_line)}<use href="#{prefix}l"/></pattern></defs>'
        f'<path fill="{panel.ground}" d="M0 0H{width}V{height}H0z"/>'
        f'<path fill="url(#{prefix}o)" opacity="{panel.opacity}" d="M0 0H{width}V{height}H0z"/>'
        f'<path fill="{panel.ground}" stroke="{panel.line}"{thin} d="{halo}"/>'
        f'<path fill="{panel.star_ground}"{edge} d="{outline}"/>'
        f'<path fill="url(#{prefix}i)" stroke="{panel.inner_line}"{thin} d="{inner}"/></svg>'
    )


def _tile(tiling: Tiling) -> str:
    """Draw one square tile: the lines of its octagon, then those of the squares cut by its corners."""
    side = tiling.pitch
    half, bend, away = side / 2, radians(22.5 * tiling.depth), radians(tiling.deviation)
    reach = half * sin(away) / sin(bend + away)
    path = []
    for middle in (radians(45 * k) for k in range(8)):
        points = ((reach, middle + bend), (half, middle), (reach, middle - bend))
        path.append(_line([(half + far * cos(angle), half + far * sin(angle)) for far, angle in points]))
    square = side * (sqrt(2) - 1) / 2
    edge, middle = square * sin(away) / sin(radians(45) + away), square / sqrt(2)
    for corner_x, way_x in ((0.0, 1), (side, -1)):
        for corner_y, way_y in ((0.0, 1), (side, -1)):
            steps = ((edge, 0.0), (middle, middle), (0.0, edge))
            path.append(_line([(corner_x + way_x * x, corner_y + way_y * y) for x, y in steps]))
    return "".join(path)


def _star(centre_x: float, centre_y: float, radius: float, rotation: float) -> str:
    """Draw the outline of the star {8/2} as a closed path."""
    points = []
    for k in range(16):
        far, angle = radius * (_NOTCH if k % 2 else 1), radians(rotation + 22.5 * k)
        points.append((centre_x + far * cos(angle), centre_y + far * sin(angle)))
    return _line(points) + "z"


def _line(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """Write a coordinate to one decimal, without a zero that says nothing."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def _drawn(slug: str) -> tuple[_Colours, Tiling, Star]:
    """Draw lots, by the slug, among values that have all been looked at."""
    lots = _Lots(slug)
    colours = lots.pick(_PAIRS)
    deviation, depth = lots.pick(_LINES)
    pitch = lots.pick(_PITCHES)
    rotation = lots.pick(_ROTATIONS)
    return colours, Tiling(pitch, deviation, depth, rotation), lots.pick(_STARS)


class _Lots:
    """Mulberry32, seeded with the FNV-1a digest of a word: the same lots on every machine."""

    def __init__(self, word: str) -> None:
        state = 0x811C9DC5
        for byte in word.encode():
            state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
        self._state = state

    def pick(self, choices: tuple[_Choice, ...]) -> _Choice:
        """Draw one of the choices."""
        self._state = (self._state + 0x6D2B79F5) & 0xFFFFFFFF
        lot = ((self._state ^ self._state >> 15) * (self._state | 1)) & 0xFFFFFFFF
        lot = (lot + ((lot ^ lot >> 7) * (lot | 61) & 0xFFFFFFFF) ^ lot) & 0xFFFFFFFF
        return choices[int((lot ^ lot >> 14) / 0x100000000 * len(choices))]

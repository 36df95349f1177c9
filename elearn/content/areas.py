"""Areas of a picture: read from a chip behind a choice's mark, in the units of the picture. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from elearn.markup.drawing import Node

_PERCENT = r"(\d{1,3}(?:\.\d{1,2})?) ?%"
_SHAPES = {
    "rect": re.compile(rf"rect {_PERCENT} {_PERCENT} {_PERCENT} {_PERCENT}\Z"),
    "circle": re.compile(rf"circle {_PERCENT} {_PERCENT} {_PERCENT}\Z"),
    "poly": re.compile(rf"poly((?: {_PERCENT} {_PERCENT}){{3,12}})\Z"),
}
_NUMBER = re.compile(_PERCENT)


@dataclass(frozen=True, slots=True)
class Area:
    """A shape on a picture, in the units of its view box.

    ``numbers`` of a rect are x, y, width, height; of an ellipse its centre and radii; of a polygon its corners.
    """

    shape: Literal["rect", "ellipse", "polygon"]
    numbers: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture that areas are laid over. ``css``: ``wide`` or ``narrow`` where there are two of it, else empty."""

    html: str
    css: str
    view_box: tuple[Decimal, Decimal, Decimal, Decimal]
    areas: dict[str, Area]


def percent_area(chip: str, view_box: Sequence[Decimal]) -> Area | None:
    """The area of ``rect x y width height``, ``circle x y radius`` or ``poly x y x y x y``, in per cent of the picture.

    A radius is in per cent of the width. None if it cannot be read or does not lie on the picture.
    """
    words = " ".join(chip.split())
    name = words.partition(" ")[0]
    if name not in _SHAPES or not _SHAPES[name].match(words):
        return None
    shares = [Decimal(found) / 100 for found in _NUMBER.findall(words)]
    left, top, width, height = view_box
    if name == "rect":
        x, y, wide, high = shares
        if x + wide > 1 or y + high > 1 or not wide or not high:
            return None
        return Area("rect", _rounded(left + x * width, top + y * height, wide * width, high * height))
    if name == "circle":
        x, y, radius = shares
        if x > 1 or y > 1 or not 0 < radius <= Decimal("0.5"):
            return None
        return Area("ellipse", _rounded(left + x * width, top + y * height, radius * width, radius * width))
    if max(shares) > 1:
        return None
    corners = [left + share * width if place % 2 == 0 else top + share * height for place, share in enumerate(shares)]
    return Area("polygon", _rounded(*corners))


def element_area(root: Node, name: str) -> Area | None:
    """The area of an element of a drawing: a rect, circle, ellipse or polygon that nothing moves; else None.

    None, too, if it has no width or no height.
    """
    found = _find(root, name)
    area = _area_of(found) if found is not None else None
    return area if area is not None and (area.shape == "polygon" or min(area.numbers[2:]) > 0) else None


def _area_of(found: Node) -> Area | None:
    def number(key: str) -> Decimal:
        return Decimal(found.attributes.get(key, "0"))

    try:
        match found.tag:
            case "rect":
                return Area("rect", _rounded(number("x"), number("y"), number("width"), number("height")))
            case "circle":
                return Area("ellipse", _rounded(number("cx"), number("cy"), number("r"), number("r")))
            case "ellipse":
                return Area("ellipse", _rounded(number("cx"), number("cy"), number("rx"), number("ry")))
            case "polygon":
                corners = [Decimal(each) for each in re.split(r"[\s,]+", found.attributes.get("points", "").strip())]
                return Area("polygon", _rounded(*corners)) if len(corners) >= 6 and len(corners) % 2 == 0 else None
    except ArithmeticError:  # a length in per cent, say
        return None
    return None


def has_element(root: Node, name: str) -> bool:
    """Whether a drawing has an element of that id."""
    return root.attributes.get("id") == name or any(
        has_element(child, name) for child in root.children if isinstance(child, Node)
    )


def _find(node: Node, name: str) -> Node | None:
    """The element of that id, unless it or what it stands in is moved or turned."""
    if "transform" in node.attributes:
        return None
    if node.attributes.get("id") == name:
        return node
    inner = (_find(child, name) for child in node.children if isinstance(child, Node))
    return next((found for found in inner if found is not None), None)


def _rounded(*numbers: Decimal) -> tuple[Decimal, ...]:
    return tuple(number.quantize(Decimal("0.01")) for number in numbers)

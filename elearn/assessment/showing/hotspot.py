"""Showing hotspots: the picture with its areas, numbered as the rows of the list that says the same in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from elearn.assessment.showing.base import AnswerView
from elearn.content.areas import Area, Sheet
from elearn.content.question import QuestionText
from elearn.markup.safe import compiled

BADGES = 32  # how many radii of a number's disc go into the width of the picture
LETTERS = Decimal(11)  # the radius that fits the size in which numbers are written


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area to draw: an SVG element and its attributes, and the number of its row at ``x``, ``y``.

    ``verdict`` is that of its row, "" before marking.
    """

    id: str
    number: int
    tag: str
    attributes: Mapping[str, str]
    x: str
    y: str
    verdict: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """A picture with its areas; ``css`` is ``wide`` or ``narrow`` where there are two. ``badge`` is a disc's radius.

    ``scale`` fits a number into its disc.
    """

    html: Markup
    css: str
    view_box: str
    badge: str
    scale: str
    areas: tuple[AreaView, ...]


def sheet_views(text: QuestionText, source: QuestionText, answers: Sequence[AnswerView]) -> tuple[SheetView, ...]:
    """The pictures of a hotspot; areas come in the order of the rows, so that their order tells no more than theirs."""
    return tuple(_sheet(sheet, answers) for sheet in text.sheets or source.sheets)


def _sheet(sheet: Sheet, answers: Sequence[AnswerView]) -> SheetView:
    badge = sheet.view_box[2] / BADGES
    areas: list[AreaView] = []
    for number, answer in enumerate(answers, start=1):
        area = sheet.areas[answer.id]
        x, y = _corner(area)
        # a disc hangs on the area's corner, but stays on the picture
        left, top, width, height = sheet.view_box
        x = min(max(x, left + badge), left + width - badge)
        y = min(max(y, top + badge), top + height - badge)
        tag, attributes = _element(area)
        areas.append(AreaView(answer.id, number, tag, attributes, _plain(x), _plain(y), answer.verdict))
    box = " ".join(_plain(each) for each in sheet.view_box)
    return SheetView(compiled(sheet.html), sheet.css, box, _plain(badge), _plain(badge / LETTERS), tuple(areas))


def _element(area: Area) -> tuple[str, dict[str, str]]:
    numbers = [_plain(each) for each in area.numbers]
    match area.shape:
        case "rect":
            return "rect", dict(zip(("x", "y", "width", "height"), numbers, strict=True))
        case "ellipse":
            return "ellipse", dict(zip(("cx", "cy", "rx", "ry"), numbers, strict=True))
        case "polygon":
            return "polygon", {"points": " ".join(numbers)}


def _corner(area: Area) -> tuple[Decimal, Decimal]:
    """Where the number of an area stands: its upper left corner."""
    match area.shape:
        case "rect":
            return area.numbers[0], area.numbers[1]
        case "ellipse":
            x, y, wide, high = area.numbers
            return x - wide * Decimal("0.7"), y - high * Decimal("0.7")
        case "polygon":
            return area.numbers[0], area.numbers[1]


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"

"""Hotspots as other systems have them: areas in the pixels of a picture. Reading them back from Moodle's markers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from elearn.banks.keys import plain_number
from elearn.banks.model import Answer, BankQuestion, LeftOut, Losses, Own, OwnKind
from elearn.banks.texts import escaped, joined, one_line
from elearn.content.answers import Shape, rows_of
from elearn.content.areas import Area, percent_area
from elearn.content.reporting import Report
from elearn.markup.blocks import List, Picture, blocks_of, spans_of
from elearn.markup.imaging import as_held
from elearn.markup.raster import Raster
from elearn.markup.text import Line, trimmed

_CHIP = re.compile(r"\s*`([^`]*)`\s+")
_POINT = re.compile(r"\s*(-?\d{1,5}(?:\.\d+)?)\s*,\s*(-?\d{1,5}(?:\.\d+)?)\s*\Z")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Spots:
    """A hotspot on a picture of pixels: the picture, the stem without it, and the areas with their answers."""

    path: str
    alt: str
    raster: Raster
    stem: str
    areas: tuple[tuple[Area, Answer], ...]
    is_single: bool


def spots_of(question: BankQuestion, images: Mapping[str, bytes]) -> Spots:
    """The areas of a hotspot in pixels. Raises LeftOut if its picture is none of pixels."""
    assert isinstance(question.body, Own), "only a hotspot has areas"
    lines = _lines(question.stem)
    found = next(
        ((block, start, end) for block, start, end in reversed(spans_of(lines)) if isinstance(block, Picture)), None
    )
    raster = as_held(images.get(found[0].address, b"")) if found is not None else None
    if found is None or raster is None:
        raise LeftOut("Its picture is missing or a drawing (SVG): others want pixels, and areas in per cent.")
    picture, start, end = found
    block = next((block for block in blocks_of(_lines(question.body.text))[0] if isinstance(block, List)), None)
    is_single = question.body.text.lstrip()[2:3] == "("
    report = Report()
    rows = rows_of(block, Shape.ROUND if is_single else Shape.SQUARE, "", report) if block is not None else None
    box = (Decimal(0), Decimal(0), Decimal(raster.width), Decimal(raster.height))
    areas: list[tuple[Area, Answer]] = []
    for row in rows or ():
        words = "\n".join(line.text.strip() for line in trimmed(row.text))
        chip = _CHIP.match(words)
        area = percent_area(chip.group(1), box) if chip else None
        if chip is None or area is None:
            raise LeftOut("One of its areas cannot be read. Check the file with: elearn course check.")
        feedback = "\n".join(line.text for line in trimmed(row.feedback))
        areas.append((area, Answer(words[chip.end() :], row.mark == "x", row.weight, feedback)))
    if len(areas) < 2:
        raise LeftOut("Its areas cannot be read. Check the file with: elearn course check.")
    stem = "\n".join(line.text for line in trimmed([*lines[:start], *lines[end:]]))
    return Spots(picture.address, picture.alt, raster, stem, tuple(areas), is_single)


def whole(number: Decimal) -> str:
    """A length in whole pixels."""
    return str(round(number))


def markers_from(
    name: str, stem: str, picture: str, alt: str, size: Raster, zones: Sequence[tuple[str, str, str]], losses: Losses
) -> list[BankQuestion]:
    """Moodle's markers as one hotspot a marker: ``zones`` are (marker's words, shape, coordinates)."""
    chips = [_chip(shape, coordinates, size) for _, shape, coordinates in zones]
    if len(zones) < 2 or len(set(chips)) < 2:
        raise LeftOut("It has fewer than two areas to choose between. Write a hotspot question with others.")
    losses.add("markers to drag", "Each became a question of its own. Say in words what each area shows.")
    questions = []
    for marker in dict.fromkeys(words for words, _, _ in zones):
        rights = {chip for chip, (words, _, _) in zip(chips, zones, strict=True) if words == marker}
        distinct = list(dict.fromkeys(chips))
        sign = "()" if len(rights) == 1 else "[]"
        if len(rights) == len(distinct):
            raise LeftOut("All its areas are right. Write a hotspot question with areas that are wrong, too.")
        rows = (
            f"- {sign[0]}{'x' if chip in rights else ' '}{sign[1]} `{chip}` Area {number}"
            for number, chip in enumerate(distinct, start=1)
        )
        title = f"{escaped(name)}: {escaped(marker)}" if name else escaped(marker)
        shown = joined(stem, f"![{alt}]({picture})")
        questions.append(BankQuestion(title=one_line(title), stem=shown, body=Own(OwnKind.HOTSPOT, "\n".join(rows))))
    return questions


def _chip(shape: str, coordinates: str, size: Raster) -> str:
    """An area of Moodle (in pixels) as ours (in per cent)."""
    first, _, rest = coordinates.partition(";")
    points = [_POINT.match(point) for point in coordinates.split(";")]
    centre = _POINT.match(first)
    if centre is None:
        raise LeftOut("An area of it cannot be read.")
    x, y = (Decimal(value) for value in centre.groups())
    if shape == "circle" and re.fullmatch(r"\s*\d{1,5}(?:\.\d+)?\s*", rest):
        radius = min(Decimal(rest.strip()) * 100 / size.width, Decimal(50))
        chip = f"circle {_share(x, size.width)} {_share(y, size.height)} {plain_number(radius.quantize(_CENT))}%"
    elif shape == "rectangle" and len(points) == 2 and points[1] is not None:
        wide, high = (Decimal(value) for value in points[1].groups())
        wide, high = min(wide, size.width - x), min(high, size.height - y)
        corner = f"{_share(x, size.width)} {_share(y, size.height)}"
        chip = f"rect {corner} {_share(wide, size.width)} {_share(high, size.height)}"
    elif shape == "polygon" and all(points):
        corners = [(Decimal(point.group(1)), Decimal(point.group(2))) for point in points if point is not None]
        chip = f"poly {' '.join(f'{_share(a, size.width)} {_share(b, size.height)}' for a, b in corners)}"
    else:
        raise LeftOut("An area of it cannot be read.")
    if percent_area(chip, (Decimal(0), Decimal(0), Decimal(100), Decimal(100))) is None:
        raise LeftOut("An area of it does not lie on the picture, or has more than twelve corners.")
    return chip


def _share(length: Decimal, whole_length: int) -> str:
    """A length in per cent, rounded down so that what ends at the edge still lies on the picture."""
    share = max(Decimal(0), min(Decimal(100), length * 100 / whole_length))
    return f"{plain_number(share.quantize(_CENT, rounding='ROUND_DOWN'))}%"


def moodle_coordinates(area: Area) -> tuple[str, str]:
    """Shape and coordinates as Moodle's markers have them."""
    numbers = [whole(number) for number in area.numbers]
    if area.shape == "rect":
        return "rectangle", f"{numbers[0]},{numbers[1]};{numbers[2]},{numbers[3]}"
    if area.shape == "ellipse":
        return "circle", f"{numbers[0]},{numbers[1]};{numbers[2]}"
    return "polygon", ";".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def qti_coordinates(area: Area) -> tuple[str, str]:
    """Shape and coordinates as QTI (and HTML's image maps) have them."""
    if area.shape == "rect":
        x, y, wide, high = area.numbers
        return "rect", ",".join(map(whole, (x, y, x + wide, y + high)))
    if area.shape == "ellipse":
        return "circle", ",".join(map(whole, area.numbers[:3]))
    return "poly", ",".join(map(whole, area.numbers))


def without_picture(question: BankQuestion, spots: Spots) -> BankQuestion:
    """The question with the stem that stands beside its picture."""
    return replace(question, stem=spots.stem)


def _lines(text: str) -> list[Line]:
    return [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]

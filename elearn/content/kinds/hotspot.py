"""Hotspots: a picture, and choices each of which is an area of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from elearn.content.answers import Row, Shape, rows_of
from elearn.content.areas import Area, Sheet, element_area, has_element, percent_area
from elearn.content.kinds.choices import read_round, read_square
from elearn.content.kinds.draft import Draft, only_text, renamed
from elearn.content.pictures import Figure, PictureSheet
from elearn.content.question import Hotspot, SeveralChoice, SingleChoice
from elearn.markup.blocks import List, Picture, spans_of
from elearn.markup.text import Line, trimmed

_CHIP = re.compile(r"\s*`(?P<chip>[^`]*)`(?:\s+|$)")
_HELP = "Write `#id` of the drawing, `rect 10% 40% 25% 60%`, `circle 50% 50% 10%` or `poly 10% 10% 50% 10% 30% 40%`."


@dataclass(frozen=True, slots=True)
class _Chip:
    """The chip of a row and the row without it."""

    words: str
    place: Line
    row: Row


def read_hotspot(draft: Draft) -> Hotspot | None:
    """A list of marks, each with the chip of an area, under a picture."""
    found = _picture(draft)
    chips = _chips(draft)
    if chips is None:
        return None
    if found is None:
        message = "There is no picture to point at. Put one in a paragraph of its own above the choices."
        draft.wrong(draft.head.place, "Q090", message)
        return None
    picture, stem = found
    figure = Figure(f"areas-{draft.writer.name}", None)
    sheets = draft.writer.pictures.sheets(picture, draft.writer.path, draft.writer.language, figure)
    areas = [_areas(draft, chip, sheets) for chip in chips]
    read = _choices(draft, [chip.row for chip in chips])
    sound = [each for each in areas if each is not None]
    if read is None or not sheets or len(sound) < len(areas):
        return None
    text = only_text(read)
    laid = tuple(
        Sheet(
            sheet.html,
            sheet.css,
            sheet.view_box,
            {choice.id: each[place] for choice, each in zip(read.choices, sound, strict=True)},
        )
        for place, sheet in enumerate(sheets)
    )
    text = replace(text, stem=draft.writer.block(stem).html, sheets=laid)
    common = draft.common.copy()
    common["texts"] = {draft.writer.language: text}
    return Hotspot(**common, choices=read.choices, is_several=isinstance(read, SeveralChoice), shuffle=read.shuffle)


def _picture(draft: Draft) -> tuple[Picture, tuple[Line, ...]] | None:
    """The last picture of the stem, and the stem without it."""
    spans = spans_of(draft.stem)
    for block, start, end in reversed(spans):
        if isinstance(block, Picture):
            return block, trimmed([*draft.stem[:start], *draft.stem[end:]])
    return None


def _chips(draft: Draft) -> list[_Chip] | None:
    """The rows with their chips; None with a problem for each that has none."""
    assert isinstance(draft.block, List), "the shape of a hotspot is a list"
    shape = Shape.SQUARE if draft.block.items[0].lines[0].text.lstrip().startswith("[") else Shape.ROUND
    rows = rows_of(draft.block, shape, draft.writer.path, draft.report)
    if rows is None:
        return None
    chips: list[_Chip] = []
    for row in rows:
        found = _CHIP.match(row.text[0].text)
        if found is None:
            draft.wrong(row.place, "Q091", f"This choice has no area. {_HELP}")
            continue
        text = (row.text[0].cut(found.end()), *row.text[1:])
        if not any(not line.is_blank for line in text):
            message = "This area has no words. Say behind the chip what it shows, for who cannot see the picture."
            draft.wrong(row.place, "Q009", message)
            continue
        place = row.text[0].cut(found.start("chip"))
        chips.append(_Chip(found["chip"].strip(), place, replace(row, text=text)))
    return chips if len(chips) == len(rows) else None


def _choices(draft: Draft, rows: Sequence[Row]) -> SingleChoice | SeveralChoice | None:
    """The choices as a question without a picture has them."""
    assert isinstance(draft.block, List)
    is_round = draft.block.items[0].lines[0].text.lstrip().startswith("(")
    inner = replace(draft, shape=Shape.ROUND if is_round else Shape.SQUARE, rows=tuple(rows))
    read = read_round(inner) if is_round else read_square(inner)
    if read is not None and not isinstance(read, SingleChoice | SeveralChoice):
        draft.wrong(rows[0].place, "Q095", "True and False are no areas. Say behind each chip what it shows.")
        return None
    return read


def _areas(draft: Draft, chip: _Chip, sheets: Sequence[PictureSheet]) -> list[Area] | None:
    """The area of a choice on each of the picture's sheets; None with a problem if one has no such area."""
    areas: list[Area] = []
    for sheet in sheets:
        name = chip.words.removeprefix("#")
        if name == chip.words:
            if len(sheets) > 1:
                message = "This picture has a narrow twin, where this area lies elsewhere. Use `#id` of an element."
                draft.wrong(chip.place, "Q094", message)
                return None
            area = percent_area(chip.words, sheet.view_box)
            problem = ("Q092", f"This area cannot be read, or does not lie on the picture. {_HELP}")
        elif sheet.root is None or not has_element(sheet.root, name):
            where = " in its narrow twin" if sheet.css == "narrow" else ""
            area, problem = None, ("Q093", f'The drawing has no element with the id "{name[:60]}"{where}.')
        else:
            area = element_area(sheet.root, name)
            message = "An area is a rect, circle, ellipse or polygon with plain numbers and without a transform."
            problem = ("Q094", message)
        if area is None:
            draft.wrong(chip.place, *problem)
            return None
        areas.append(area)
    return areas


def merged_hotspot(ours: Hotspot, theirs: Hotspot, language: str) -> Hotspot | None:
    """Our question with a translation's words and picture, or None if its marks are not ours."""
    if [(row.is_right, row.weight) for row in ours.choices] != [(row.is_right, row.weight) for row in theirs.choices]:
        return None
    if ours.is_several != theirs.is_several:
        return None
    names = {their.id: our.id for our, their in zip(ours.choices, theirs.choices, strict=True)}
    text = renamed(only_text(theirs), names)
    sheets = tuple(
        replace(sheet, areas={names[name]: area for name, area in sheet.areas.items()}) for sheet in text.sheets
    )
    return replace(ours, texts={**ours.texts, language: replace(text, sheets=sheets)})

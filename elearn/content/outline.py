"""A file cut at its headings, with what the comments on the headings say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from elearn.content.names import did_you_mean
from elearn.content.reporting import Report
from elearn.markup.blocks import heading_title
from elearn.markup.source import HEADING_START, Source, fence_after
from elearn.markup.text import Line

_SETTING = re.compile(r"[ ]*([a-z]+):[ ]*")


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its words, its place, and the settings of its comment by key."""

    level: int
    title: Line
    place: Line
    settings: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading and the lines to the next heading of any level."""

    head: Head
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A file as text before the first heading, and units."""

    preface: tuple[Line, ...]
    units: tuple[Unit, ...]


def outline_of(source: Source, path: str, report: Report) -> Outline:
    """Cut a file at its headings."""
    starts: list[int] = []
    fence: str | None = None
    for index, line in enumerate(source.body):
        fence, is_code = fence_after(fence, line.text)
        if not is_code and HEADING_START.match(line.text):
            starts.append(index)
    ends = [*starts, len(source.body)][1:]
    units = tuple(
        Unit(_head(source, source.body[start], path, report), source.body[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    )
    return Outline(source.body[: starts[0]] if starts else source.body, units)


def _head(source: Source, line: Line, path: str, report: Report) -> Head:
    level = len(line.text) - len(line.text.lstrip("#"))
    title = heading_title(line, min(level + 1, len(line.text))).stripped()
    settings: dict[str, Line] = {}
    for comment in source.comments.get(line.number, ()):
        for key, value in _settings(comment.text, path, report):
            if key in settings:
                report.at(path, value, "S010", f'"{key}" stands twice in the comment. Delete one.')
            settings.setdefault(key, value)
    return Head(level, title, line, settings)


def _settings(text: Line, path: str, report: Report) -> Iterable[tuple[str, Line]]:
    """``id: fee | points: 2`` as keys and values at their places."""
    start = 0
    for piece in text.text.split("|"):
        found = _SETTING.match(piece)
        if found is None:
            message = (
                "A heading's comment holds settings only: <!-- id: some-id --> or <!-- id: some-id | points: 2 -->."
            )
            report.at(path, text.cut(start), "S010", message)
        else:
            yield found.group(1), text.cut(start + found.end(), start + len(piece)).stripped()
        start += len(piece) + 1


def check_settings(head: Head, known: Sequence[str], code: str, path: str, report: Report) -> None:
    """Report settings that have no meaning on this heading."""
    for key, value in head.settings.items():
        if key not in known:
            report.at(path, value, code, f'"{key}" is not a setting here.{did_you_mean(key, known)}')


def grouped(outline: Outline, level: int) -> tuple[tuple[Line, ...], tuple[Unit, ...]]:
    """The outline with only headings down to ``level``; deeper ones and their lines stand among the lines again."""
    preface = list(outline.preface)
    kept: list[tuple[Head, list[Line]]] = []
    for unit in outline.units:
        if unit.head.level <= level:
            kept.append((unit.head, list(unit.lines)))
        else:
            lines = kept[-1][1] if kept else preface
            lines += [unit.head.place, *unit.lines]
    return tuple(preface), tuple(Unit(head, tuple(lines)) for head, lines in kept)

"""The geometry of a chart of bars: where what stands, for a template to draw. Pure; lengths are in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

LINE = 18
BAR = 20
ROW = 36
LETTER = 7.4  # the mean width of a letter at 14 px, measured generously
TOP = 24  # the line of words above the bars
MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Pair:
    """A group's two numbers: all of it, and the part that is filled; None where hidden."""

    label: str
    whole: int | None
    part: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at its baseline."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart. Widths None: the number is hidden and a dotted line stands for it."""

    label: tuple[Text, ...]
    y: float
    whole: float | None
    part: float | None
    value: Text
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its size, where the bars begin and end, the grid, the rows, and the words above the values."""

    width: int
    height: float
    left: float
    right: float
    top: float
    bottom: float
    bar: int
    grid: tuple[Text, ...]
    bars: tuple[Bar, ...]
    heading: Text


def drawing(pairs: Sequence[Pair], heading: str, *, width: int, label: int, value: int) -> Chart:
    """The drawing of these groups, ``width`` wide. ``label`` is the width of the column of names; 0: names stand above.

    ``value`` is the width of the column of numbers at the right.
    """
    left = float(label + 16 if label else 0)
    right = float(width - value)
    most, step = scale(max((n for pair in pairs for n in (pair.whole, pair.part) if n is not None), default=0))
    y, bars = float(TOP), []
    for pair in pairs:
        lines = wrapped(pair.label, label or width)
        if label:
            height = max(ROW, len(lines) * LINE + 10)
            top = y + (height - len(lines) * LINE) / 2
            middle = y + height / 2
        else:
            height = len(lines) * LINE + BAR + 20
            top, middle = y + 4, y + 4 + len(lines) * LINE + 6 + BAR / 2
        bars.append(
            Bar(
                label=tuple(Text(0, top + number * LINE + 14, words) for number, words in enumerate(lines)),
                y=middle - BAR / 2,
                whole=_length(pair.whole, most, right - left),
                part=_length(pair.part, most, right - left),
                value=Text(width, middle + 5, pair.words),
                is_hidden=pair.whole is None and pair.part is None,
            )
        )
        y += height
    # Where names stand above the bars a grid would run through them; the numbers stand beside each bar anyway.
    marks = range(0, most + 1, step) if label else ()
    grid = tuple(Text(round(left + (right - left) * n / most, 1), y + 20, str(n)) for n in marks)
    return Chart(width, y + 28 if label else y, left, right, TOP, y, BAR, grid, tuple(bars), Text(width, 14, heading))


def _length(number: int | None, most: int, room: float) -> float | None:
    return None if number is None else round(room * number / most, 1)


def scale(most: int) -> tuple[int, int]:
    """The end of an axis that reaches ``most``, and the round step of its grid: at most four, none under one."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * 4 >= most:
                count = max(1, -(-most // step))
                return step * count, step
        size *= 10


def wrapped(label: str, width: float) -> tuple[str, ...]:
    """A name in lines of about that width, broken between words; nothing of it is left out."""
    room = max(8, int(width / LETTER))
    lines = [""]
    for word in label.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line of months, 96 by 36: the points, and where the last one stands."""

    points: str
    x: float
    y: float


def sparkline(numbers: Sequence[int]) -> Sparkline | None:
    """The line of some numbers, oldest first; None where there is nothing to see."""
    most = max(numbers, default=0)
    if most == 0 or len(numbers) < 2:
        return None
    step = 88 / (len(numbers) - 1)
    spots = [(round(4 + step * place, 1), round(32 - 28 * number / most, 1)) for place, number in enumerate(numbers)]
    return Sparkline(" ".join(f"{x:g},{y:g}" for x, y in spots), *spots[-1])

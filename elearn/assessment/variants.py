"""Ledgers that vary: each attempt has its own dates, names and amounts, and the right rows stay right. Pure.

From the seed on the paper come three changes for the whole ledger, the same in every language:

- Dates move by so many whole weeks, so that what falls on one day, on a weekend or days apart still does. Dates
  without a year stay within it.
- Amounts grow by one factor and are rounded to the coarsest step that all of them have, so that their order, what is
  equal and what is even stays. An amount below the ``limit`` stays below it; one at or above it can only move away.
- Surnames of people (``A. Dorn``) are exchanged one for one for invented ones, in the question's words as well.

Keys, other texts and the columns that the author keeps do not change.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from elearn.content.cells import SOME_YEAR, Amount, amount_of, day_of, surname_of
from elearn.content.question import ColumnKind, Ledger, LedgerText, LedgerVariant, QuestionText

_MOST_WEEKS = 26
_FACTORS = tuple(Decimal(hundredths) / 100 for hundredths in range(103, 161))
_SMALL_FACTORS = (Decimal("1.01"), Decimal("1.02"))  # where a limit leaves no more room
_STEPS = tuple(
    map(Decimal, ("1000", "500", "100", "50", "10", "5", "1", "0.5", "0.1", "0.05", "0.01", "0.005", "0.001", "0.0001"))
)
# Invented; all end in a consonant, so that endings of Russian cases fit one as they fit the other.
_SURNAMES: list[tuple[str, str]] = re.findall(
    r"(\w+)/(\w+)",
    "Aldern/Альдерн Arvel/Арвел Barsk/Барск Belt/Бельт Brand/Бранд Brisk/Бриск Corvin/Корвин Darrel/Даррел "
    "Dask/Даск Delm/Дельм Drost/Дрост Elgar/Эльгар Embert/Эмберт Falk/Фальк Fenn/Фенн Forst/Форст Gant/Гант "
    "Gelder/Гельдер Grest/Грест Harn/Харн Hest/Хест Holt/Хольт Ivert/Иверт Jarl/Ярл Jostin/Йостин Kald/Кальд "
    "Kerrin/Керрин Kolt/Кольт Krent/Крент Lamm/Ламм Lester/Лестер Lorn/Лорн Marl/Марл Mesk/Меск Mordal/Мордал "
    "Nest/Нест Norvin/Норвин Ostrel/Острел Pell/Пелл Perrin/Перрин Quist/Квист Rand/Ранд Rolf/Рольф Rusk/Руск "
    "Sarn/Сарн Selt/Сельт Sorrel/Соррел Tarn/Тарн Telm/Тельм Torvin/Торвин Ulm/Ульм Urdan/Урдан Varrel/Варрел "
    "Vest/Вест Voss/Восс Wendel/Вендел Wolt/Вольт Yarrin/Яррин Zell/Зелл Zorn/Цорн",
)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What of a ledger may change: its columns, whether the first is the key, and how the author lets it vary."""

    columns: tuple[ColumnKind, ...]
    is_keyed: bool
    variant: LedgerVariant

    def varies(self, index: int) -> bool:
        """Whether a column may change."""
        return not (self.is_keyed and index == 0) and index not in self.variant.kept

    def cells(self, table: LedgerText, kind: ColumnKind) -> Iterable[str]:
        """The cells of that kind that may change, row by row."""
        indexes = [index for index, found in enumerate(self.columns) if found is kind and self.varies(index)]
        return (row[index] for row in table.rows for index in indexes if row[index])


@dataclass(frozen=True, slots=True)
class _Changes:
    """What changes in a ledger: all dates, all amounts (to multiples of ``step``), and the order of invented names."""

    shift: timedelta
    factor: Decimal
    step: Decimal
    names: Sequence[tuple[str, str]]


def varied(question: Ledger, text: QuestionText, source: QuestionText, seed: str) -> QuestionText:
    """The words of a ledger as the attempt with that seed has them; ``source`` are those of the source language."""
    table, ours = text.ledger or source.ledger, source.ledger
    if question.variant is None or table is None or ours is None:
        return text
    made, exchanged = _varied(_Pattern(question.columns, question.is_keyed, question.variant), table, ours, seed)
    renamed = _renaming(exchanged)
    return replace(
        text,
        title=renamed(text.title),
        stem=renamed(text.stem),
        feedback={row: renamed(html) for row, html in text.feedback.items()},
        hint=renamed(text.hint) if text.hint else None,
        explanation=renamed(text.explanation) if text.explanation else None,
        ledger=made,
    )


@lru_cache(maxsize=16)
def _varied(
    pattern: _Pattern, table: LedgerText, ours: LedgerText, seed: str
) -> tuple[LedgerText, tuple[tuple[str, str], ...]]:
    """A table as that seed has it, and the surnames that were exchanged; kept for who looks at a page again."""
    changes = _changes(pattern, ours, seed)
    surnames = _surnames(pattern, table)
    exchanged = tuple(
        (surname, cyrillic if re.match("[А-ЯЁ]", surname) else latin)
        for surname, (latin, cyrillic) in zip(surnames, changes.names, strict=False)  # more than there are stay
    )
    renamed = _renaming(exchanged)
    columns = [_column(pattern, index, table, changes, renamed) for index in range(len(pattern.columns))]
    return LedgerText(table.heads, tuple(zip(*columns, strict=True))), exchanged


def _changes(pattern: _Pattern, table: LedgerText, seed: str) -> _Changes:
    chance = random.Random(f"ledger:{seed}")  # noqa: S311  # a draw, not a secret: it must come out the same again
    shift = timedelta(weeks=chance.choice(_weeks(pattern, table)))
    amounts = [abs(found.value) for cell in pattern.cells(table, ColumnKind.NUMBER) if (found := amount_of(cell))]
    step = next((step for step in _STEPS if all(amount % step == 0 for amount in amounts)), _STEPS[-1])
    limit = pattern.variant.limit
    below = max((amount for amount in amounts if limit is not None and amount < limit), default=None)
    factors = [
        factor
        for factor in (*_SMALL_FACTORS, *_FACTORS)
        if below is None or limit is None or _rounded(below * factor, step) < limit
    ]
    factor = chance.choice([each for each in factors if each not in _SMALL_FACTORS] or factors or [Decimal(1)])
    taken = set(_surnames(pattern, table))
    names = [pair for pair in _SURNAMES if taken.isdisjoint(pair)]
    chance.shuffle(names)
    return _Changes(shift, factor, step, names)


def _weeks(pattern: _Pattern, table: LedgerText) -> list[int]:
    """By how many weeks the dates may move."""
    days = [found for cell in pattern.cells(table, ColumnKind.DATE) if (found := day_of(cell)) is not None]
    bare = [day.on for day in days if not day.has_year]
    ends = (min(bare), max(bare)) if bare else ()
    weeks = [
        count
        for count in range(-_MOST_WEEKS, _MOST_WEEKS + 1)
        if count and all((end + timedelta(weeks=count)).year == SOME_YEAR for end in ends)
    ]
    return weeks or [0]


def _rounded(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _column(
    pattern: _Pattern, index: int, table: LedgerText, changes: _Changes, renamed: Callable[[str], str]
) -> list[str]:
    """A column as it is in the attempt."""
    cells = [row[index] for row in table.rows]
    if not pattern.varies(index):
        return cells
    match pattern.columns[index]:
        case ColumnKind.DATE:
            return [_moved(cell, changes.shift) for cell in cells]
        case ColumnKind.NUMBER:
            return _grown(cells, changes)
        case ColumnKind.TEXT:
            return [renamed(cell) for cell in cells]


def _moved(cell: str, shift: timedelta) -> str:
    day = day_of(cell)
    try:
        return day.written(day.on + shift) if day is not None else cell
    except OverflowError:  # a year that no ledger has
        return cell


def _grown(cells: Sequence[str], changes: _Changes) -> list[str]:
    """The amounts of a column times the factor, written as the column is."""
    amounts = [amount_of(cell) for cell in cells]
    separator = next((amount.separator for amount in amounts if amount is not None and amount.separator), "")
    mark = next((amount.mark for amount in amounts if amount is not None and amount.mark), ".")
    places = max((amount.places for amount in amounts if amount is not None), default=0)

    def grown(amount: Amount) -> str:
        value = _rounded(abs(amount.value) * changes.factor, changes.step)
        shown = places if amount.places or value % 1 else 0
        whole, _, part = f"{value:.{shown}f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", separator)
        return amount.sign + grouped + (mark + part if part else "")

    return [grown(amount) if amount is not None else cell for amount, cell in zip(amounts, cells, strict=True)]


def _surnames(pattern: _Pattern, table: LedgerText) -> list[str]:
    """The surnames of people in a ledger, each once, in the order they come in."""
    found = (surname_of(cell) for cell in pattern.cells(table, ColumnKind.TEXT))
    return list(dict.fromkeys(name for name in found if name is not None))


def _renaming(exchanged: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """A function that exchanges the surnames in a text."""
    if not exchanged:
        return lambda text: text
    names = dict(exchanged)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?=(?:а|у|ом|е)?\b)")
    return lambda text: pattern.sub(lambda found: names[found[1]], text)

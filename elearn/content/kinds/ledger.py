"""Ledgers: a table with a mark before each row, or a CSV file and the list of its right rows by key."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import unquote

from elearn.content.answers import Row, Shape, answer_id, csv_address, rows_of
from elearn.content.cells import amount_of, day_of, kind_of_column, surname_of
from elearn.content.kinds.draft import Draft, cells_of, completed, only_text, renamed, unescaped
from elearn.content.names import did_you_mean
from elearn.content.question import ColumnKind, Ledger, LedgerText, LedgerVariant
from elearn.content.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, UnreadableTable, clean_cell, read_table
from elearn.markup.blocks import List, Table, blocks_of
from elearn.markup.text import Line

SETTINGS = ("variant", "limit", "keep", "hours", "days")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,40}\Z")  # 5,000 of them fit into a form
_MARKED_UP = re.compile(r"[\\`*_\[\]<>&]")


@dataclass(slots=True)
class _Read:
    """What a ledger's file or table holds; ``feedback`` is HTML by row."""

    heads: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]
    right_ids: tuple[str, ...]
    feedback: dict[str, str]
    is_keyed: bool


def read_ledger(draft: Draft) -> Ledger | None:
    """A table whose first column is [x] or [ ], or a link to a CSV file with the list of its right rows."""
    found = _read_inline(draft, draft.block) if isinstance(draft.block, Table) else _read_linked(draft)
    if found is None:
        return None
    if not found.right_ids:
        mark = "List its key under the link as - [x] T0042." if found.is_keyed else "Write [x] in its first column."
        draft.wrong(_first_line(draft), "Q012", f"No row of this ledger is right. {mark}")
        return None
    columns = tuple(kind_of_column(cells) for cells in zip(*found.rows.values(), strict=True))
    if found.is_keyed:
        columns = (ColumnKind.TEXT, *columns[1:])
    text = replace(draft.text, feedback=found.feedback, ledger=LedgerText(found.heads, tuple(found.rows.values())))
    return Ledger(
        **completed(draft, text),
        columns=columns,
        row_ids=tuple(found.rows),
        right_ids=found.right_ids,
        is_keyed=found.is_keyed,
        variant=_variant(draft, found, columns),
        alarm_hours=_whole(draft, "hours", 40) or 1,
        missed_days=_whole(draft, "days", 1_000),
    )


def _first_line(draft: Draft) -> Line:
    block = draft.block
    return block.lines[0].stripped() if isinstance(block, Table) else getattr(block, "lines", (draft.head.place,))[0]


def _fits(draft: Draft, place: tuple[str, int], heads: Sequence[str], count: int) -> bool:
    """Whether a ledger has neither too few nor too many rows and columns; notes it if not."""
    path, line = place
    if count < 2:
        draft.report.add(path, line, 1, "Q074", "A ledger needs at least two rows under its head. Add them.")
    elif count > MOST_ROWS:
        message = f"The ledger has {count:,} rows; {MOST_ROWS:,} are allowed. Leave some out."
        draft.report.add(path, line, 1, "Q076", message)
    elif not heads or len(heads) > MOST_COLUMNS:
        message = f"A ledger has 1 to {MOST_COLUMNS} columns of data; this one has {len(heads)}. Change that."
        draft.report.add(path, line, 1, "Q076", message)
    else:
        return True
    return False


# --- a table in the text ---------------------------------------------------------------------------------------------


def _read_inline(draft: Draft, table: Table) -> _Read | None:
    head, *lines = [cells_of(line) for line in (table.lines[0], *table.lines[2:])]
    why = next((index for index, cell in enumerate(head) if cell.text.startswith(">")), None)
    shown = [index for index in range(1, len(head)) if index != why]
    heads = tuple(_words(draft, head[index]) for index in shown)
    if not _fits(draft, (draft.writer.path, table.lines[0].number), heads, len(lines)):
        return None
    found = _Read(heads, {}, (), {}, is_keyed=False)
    is_sound = True
    for cells in lines:
        mark = cells[0].text.lower()
        if mark not in ("[x]", "[ ]"):
            draft.wrong(cells[0], "Q008", "A row of a ledger begins with [x] or [ ] in its first column. Write one.")
            is_sound = False
        elif len(cells) != len(head):
            message = f"This row has {len(cells)} cells, the head {len(head)}. Add or delete a |; write \\| for a sign."
            draft.wrong(cells[0], "Q071", message)
            is_sound = False
        else:
            words = tuple(_words(draft, cells[index]) for index in shown)
            is_sound = _long_is_fine(draft, (draft.writer.path, cells[0].number), words) and is_sound
            name = answer_id(" | ".join(words))
            if name in found.rows:
                message = "This row is there already, and nobody could tell the two apart. Change or delete one."
                draft.wrong(cells[0], "Q073", message)
                is_sound = False
            found.rows[name] = words
            found.right_ids += (name,) if mark == "[x]" else ()
            if why is not None and cells[why].text:
                found.feedback[name] = draft.writer.block([unescaped(cells[why])]).html
    return found if is_sound else None


def _words(draft: Draft, cell: Line) -> str:
    """A cell's words without marks."""
    is_plain = _MARKED_UP.search(cell.text) is None
    return clean_cell(cell.text if is_plain else draft.writer.inline([unescaped(cell)]).plain)


def _long_is_fine(draft: Draft, place: tuple[str, int], cells: Sequence[str]) -> bool:
    if all(len(cell) <= LONGEST_CELL for cell in cells):
        return True
    message = f"A cell of this row is longer than {LONGEST_CELL} characters. Shorten it."
    draft.report.add(*place, 1, "Q075", message)
    return False


# --- a file ----------------------------------------------------------------------------------------------------------


def _read_linked(draft: Draft) -> _Read | None:
    marked = _marked_rows(draft)
    found = _read_file(draft)
    if marked is None or found is None:
        return None
    rights: set[str] = set()
    seen: set[str] = set()
    for row in marked:
        key = row.words.strip("`")
        if row.weight is not None:
            draft.wrong(row.place, "Q015", "A row of a ledger has no weight. Delete it.")
        if key not in found.rows:
            hint = did_you_mean(key, found.rows)
            message = f'The ledger has no row with the key "{key[:40]}".{hint if "mean" in hint else " Mend the key."}'
            draft.wrong(row.place, "Q072", message)
        elif key in seen:
            draft.wrong(row.place, "Q010", "This row is listed already. Delete one of the two.")
        else:
            seen.add(key)
            if row.mark == "x":
                rights.add(key)
            if row.feedback:
                found.feedback[key] = draft.writer.block(row.feedback).html
    if any(row.words.strip("`") not in found.rows for row in marked):
        return None
    found.right_ids = tuple(key for key in found.rows if key in rights)
    return found


def _marked_rows(draft: Draft) -> tuple[Row, ...] | None:
    """The list under the link."""
    block = next(iter(blocks_of(draft.after)[0]), None)
    return rows_of(block, Shape.SQUARE, draft.writer.path, draft.report) if isinstance(block, List) else ()


def _read_file(draft: Draft) -> _Read | None:
    """The rows of the file that the link names, by key; problems in it are noted at its own lines."""
    address = csv_address(draft.block) or ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(draft.writer.path), unquote(address)))
    path, data = draft.writer.pictures.data_of(target, draft.writer.language)
    if data is None:
        message = f'The ledger "{target[:80]}" does not exist. Put the file there or mend the address.'
        draft.wrong(_first_line(draft), "Q070", message)
        return None
    try:
        rows = read_table(data)
    except UnreadableTable as problem:
        draft.report.add(path, problem.line, 1, "Q075", problem.message)
        return None
    head = rows[0].cells if rows else ()
    if not _fits(draft, (path, 1), head, len(rows) - 1):
        return None
    found = _Read(head, {}, (), {}, is_keyed=True)
    is_sound = True
    for row in rows[1:]:
        key = row.cells[0]
        message, code = "", "Q073"
        if len(row.cells) != len(head):
            code = "Q071"
            message = f"This row has {len(row.cells)} cells, the head {len(head)}. Add or delete a cell."
        elif not _KEY.match(key):
            message = "A row begins with its key: letters a–z, digits, point, hyphen and underscore, at most 40."
        elif key in found.rows:
            message = f'The key "{key}" stands in the ledger already. Give each row a key of its own.'
        if message:
            draft.report.add(path, row.line, 1, code, message)
        is_sound = not message and _long_is_fine(draft, (path, row.line), row.cells) and is_sound
        found.rows[key] = row.cells
    return found if is_sound else None


# --- settings --------------------------------------------------------------------------------------------------------


def _whole(draft: Draft, name: str, most: int) -> int | None:
    value = draft.head.settings.get(name)
    if value is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}", value.text, re.ASCII) or int(value.text) > most:
        draft.wrong(value, "Q004", f'"{name}" is a whole number from 1 to {most}.')
        return None
    return int(value.text)


def _variant(draft: Draft, found: _Read, columns: Sequence[ColumnKind]) -> LedgerVariant | None:
    settings = draft.head.settings
    value = settings.get("variant")
    if value is None:
        for name in ("limit", "keep"):
            if name in settings:
                draft.wrong(settings[name], "Q004", f'"{name}" is for ledgers that vary. Add variant: seeded.')
        return None
    if value.text != "seeded":
        draft.wrong(value, "Q004", f'"{value.text[:40]}" is no way to vary a ledger. Write variant: seeded.')
        return None
    variant = LedgerVariant(_limit(draft), _kept(draft, found))
    varied = [index for index in range(int(found.is_keyed), len(columns)) if index not in variant.kept]
    if not any(columns[index] is not ColumnKind.TEXT for index in varied) and not any(
        surname_of(cells[index]) for cells in found.rows.values() for index in varied
    ):
        message = (
            "Nothing in this ledger can vary: it has no column of dates or amounts, and no names such as A. Dorn. "
            "Write some, or delete variant."
        )
        draft.wrong(value, "Q077", message)
    return variant


def _limit(draft: Draft) -> Decimal | None:
    value = draft.head.settings.get("limit")
    amount = amount_of(value.text) if value is not None else None
    if value is not None and (amount is None or amount.value <= 0):
        draft.wrong(value, "Q004", "The limit is an amount above 0, such as 1000.")
        return None
    return amount.value if amount is not None else None


def _kept(draft: Draft, found: _Read) -> tuple[int, ...]:
    value = draft.head.settings.get("keep")
    names = [name.strip() for name in value.text.split(",")] if value is not None else []
    for name in names:
        if value is not None and name not in found.heads:
            hint = did_you_mean(name, found.heads)
            draft.wrong(value, "Q004", f'The ledger has no column "{name[:40]}".{hint}')
    return tuple(index for index, head in enumerate(found.heads) if head in names)


# --- translations ----------------------------------------------------------------------------------------------------


def merged_ledger(ours: Ledger, theirs: Ledger, language: str) -> Ledger | None:
    """Our ledger with a translation's words; None if its marks, keys, numbers or dates are not ours."""
    names = dict(zip(theirs.row_ids, ours.row_ids, strict=False))
    our_text, their_text = only_ledger(ours), only_ledger(theirs)
    if (
        len(ours.row_ids) != len(theirs.row_ids)
        or len(ours.columns) != len(theirs.columns)
        or ours.is_keyed != theirs.is_keyed
        or (ours.is_keyed and ours.row_ids != theirs.row_ids)
        or ours.right_ids != tuple(names[name] for name in theirs.right_ids)
        or not _are_same_figures(ours, our_text, their_text)
    ):
        return None
    text = replace(renamed(only_text(theirs), names), ledger=None if our_text == their_text else their_text)
    return replace(ours, texts={**ours.texts, language: text})


def only_ledger(ledger: Ledger) -> LedgerText:
    """The table of the source language."""
    table = only_text(ledger).ledger
    assert table is not None, "the source of a ledger has its table"
    return table


def _are_same_figures(ours: Ledger, our_text: LedgerText, their_text: LedgerText) -> bool:
    """Whether numbers and dates are the same, however a language writes them."""
    for index, kind in enumerate(ours.columns):
        if kind is ColumnKind.TEXT:
            continue
        for our, their in zip(our_text.rows, their_text.rows, strict=True):
            if _figure(our[index], kind) != _figure(their[index], kind):
                return False
    return True


def _figure(cell: str, kind: ColumnKind) -> object:
    if kind is ColumnKind.NUMBER:
        amount = amount_of(cell)
        return amount.value if amount is not None else cell
    day = day_of(cell)
    return (day.on.month, day.on.day, day.on.year) if day is not None else cell

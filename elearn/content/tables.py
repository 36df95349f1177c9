"""Tables of data in a course's folder: a CSV file as rows that know their lines."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO

MOST_ROWS = 5_000
MOST_COLUMNS = 12
LONGEST_CELL = 200  # characters


@dataclass(frozen=True, slots=True)
class DataRow:
    """A row of a file; ``line`` is where it ends there."""

    line: int
    cells: tuple[str, ...]


class UnreadableTable(Exception):
    """A file that is no table; says why, and on which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@lru_cache(maxsize=64)
def read_table(data: bytes) -> tuple[DataRow, ...]:
    """The rows of a CSV file, its head first; blank lines are left out. Raises UnreadableTable.

    It is UTF-8 with or without a byte order mark; cells are parted by commas, semicolons or tabs, whichever its first
    line has most of. What is no letter, digit or sign in a cell counts as a space.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise UnreadableTable(line, "This file is not UTF-8. Save it again as CSV UTF-8.") from problem
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[DataRow] = []
    try:
        for cells in reader:
            kept = tuple(clean_cell(cell) for cell in cells)
            if any(kept):
                rows.append(DataRow(reader.line_num, kept))
    except csv.Error as problem:
        message = "This line cannot be read as CSV. Mend its quotation marks, or save the file again as CSV UTF-8."
        raise UnreadableTable(max(1, reader.line_num), message) from problem
    return tuple(rows)


def clean_cell(cell: str) -> str:
    """The words of a cell on one line, without what cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cell).split())

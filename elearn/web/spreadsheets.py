"""Tables as CSV and XLSX that open right in a spreadsheet, and that cannot make it do anything.

CSV is UTF-8 with a byte-order mark, without which Excel reads it in the old code page. Excel splits it at the
separator of Windows' regional settings, which is a semicolon wherever numbers are written with a decimal comma; and
it stops honouring the mark once a first line says ``sep=``. So the separator follows the language of the page: a
comma in English, a semicolon in the languages that write 0,5.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, also full-width and after
spaces or tabs; and, where it splits a line at another separator than ours, also what stands after one inside a cell.
An apostrophe is put before all these, and every cell is quoted.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import SEEK_END, StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from werkzeug.wrappers import Response

Value = str | int | float | date | None
Row = Sequence[Value]

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY = 1024 * 1024  # bytes of a file that are kept in memory; more of it goes to the disk
PIECE = 64 * 1024  # bytes of a file sent at a time
COLUMN_WIDTHS = (10, 48)  # the narrowest and the widest, in letters

_FORMULA = r"[\s\u200b-\u200f\u2060\ufeff\x00-\x1f\"']*[=+\-@＝＋－＠]"  # perhaps behind what is not seen
_LEADING = re.compile(rf"^(?={_FORMULA})|^(?=[\t\r\n])")
_INSIDE = re.compile(rf"([;,|\t\r\n])(?={_FORMULA})")


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet could take what follows for a formula."""
    return _INSIDE.sub(r"\1'", _LEADING.sub("'", text))


def csv_file(head: Sequence[str], rows: Iterable[Row], *, separator: str) -> IO[bytes]:
    """A table as CSV, at its beginning; large ones are kept on the disk. The caller closes it."""
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent and closed by the answer
    file.write(b"\xef\xbb\xbf")
    line = StringIO()
    write = csv.writer(line, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    write.writerow([harmless(words) for words in head])
    for row in rows:
        write.writerow([_plain(value, separator) for value in row])
        if line.tell() > IN_MEMORY // 16:
            file.write(line.getvalue().encode())
            line.seek(0)
            line.truncate()
    file.write(line.getvalue().encode())
    file.seek(0)
    return file


def _plain(value: Value, separator: str) -> str:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, float) and separator == ";":
        return str(value).replace(".", ",")  # such a language writes 0,5, and its spreadsheets read nothing else
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def xlsx_file(
    head: Sequence[str], rows: Iterable[Row], *, sheet: str, about: str, notes: Iterable[Row], made_on: date
) -> IO[bytes]:
    """A table as XLSX, at its beginning, with a second sheet ``about`` of notes. The caller closes it.

    It is written row by row through the disk, so that its size costs no memory. Text is written as text, never as a
    formula.
    """
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent and closed by the answer
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": made_on})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    table = book.add_worksheet(_sheet_name(sheet))
    table.freeze_panes(1, 1)
    narrow, wide = COLUMN_WIDTHS
    for column, words in enumerate(head):
        longest = max((len(word) for word in words.split()), default=0)
        table.set_column(column, column, 32 if column == 0 else max(narrow, min(wide, longest + 4, len(words) + 2)))
        table.write_string(0, column, harmless(words), bold)
    count = 0
    for count, row in enumerate(rows, 1):
        _write_row(table, count, row, day)
    if head:
        table.autofilter(0, 0, max(count, 1), len(head) - 1)
    sheet_about = book.add_worksheet(_sheet_name(about))
    sheet_about.set_column(0, 0, 24)
    sheet_about.set_column(1, 1, 100)
    for number, row in enumerate(notes):
        _write_row(sheet_about, number, row, day)
    book.close()
    file.seek(0)
    return file


def _write_row(sheet: Any, number: int, row: Row, day: Any) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(number, column, harmless(value))
        elif isinstance(value, date):
            sheet.write_datetime(number, column, value, day)
        elif value is not None:
            sheet.write_number(number, column, value)


def attachment(file: IO[bytes], kind: str, name: str, made_on: date) -> Response:
    """A whole file to keep, ``kind`` csv, xlsx or zip, sent in pieces; the answer closes it, though it be a HEAD's.

    It is whole before the first byte is sent: a fault gives a page, not half a file.
    """
    size = file.seek(0, SEEK_END)
    response = Response(_pieces(file), content_type=MEDIA_TYPES[kind], direct_passthrough=True)
    response.call_on_close(file.close)  # a HEAD request begins no piece, so that none can close it
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename={name}-{made_on:%Y-%m-%d}.{kind}"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file, which is closed after the last, or when nobody wants more."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet_name(words: str) -> str:
    """A name that a spreadsheet accepts."""
    return re.sub(r"[\[\]:*?/\\']", " ", words)[:31].strip() or "1"

"""Reading a table from CSV or XLSX that somebody sent, within bounds. Pure.

CSV is taken as spreadsheets write it: UTF-8 or UTF-16 with a byte-order mark, else UTF-8 if it is that, else
Windows-1251; comma, semicolon or tab, whichever the first line has most of. XLSX is a ZIP file of XML, so its size is
bounded before it is unpacked.
"""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from elearn.core.refusals import Invalid

MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 500
MOST_MEMBERS = 300  # files inside an XLSX
LARGEST = 24 * 1024 * 1024  # bytes of a CSV, or of an XLSX unpacked
RATIO = 150  # times an XLSX may grow; spreadsheets full of repetition grow some 40 times
SEPARATORS = ",;\t"


class NoSheet(Invalid):
    """The file is no table that can be read."""

    message = (
        "This is neither a CSV nor an XLSX file that can be read. Save it anew in your spreadsheet as one of these."
    )


class OldSpreadsheet(Invalid):
    """The file is of the old Excel, or has a password."""

    message = "This is an old .xls file, or one with a password. Save it as XLSX without a password, or as CSV."


class SheetTooLarge(Invalid):
    """The file has more than an import takes."""

    message = "The file is too large. An import takes %(rows)s rows and %(columns)s columns; split the file."

    def __init__(self) -> None:
        super().__init__(rows=MOST_ROWS, columns=MOST_COLUMNS)


class SheetEmpty(Invalid):
    """There is nothing below the head of the table, or no head."""

    message = "The file has no rows below its first line, which names the columns."


class BrokenLine(Invalid):
    """A CSV file whose quotation marks do not close."""

    message = "Line %(line)s of the CSV file cannot be read: a quotation mark is missing or does not belong there."


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: the number a spreadsheet gives it, and its cells without spaces around them."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns and the rows that hold anything."""

    head: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(data: bytes) -> Sheet:
    """The table in a file, whatever its name. Raises NoSheet, OldSpreadsheet, SheetTooLarge, SheetEmpty, BrokenLine."""
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # a compound file: .xls, or an encrypted .xlsx
        raise OldSpreadsheet
    rows = _xlsx_rows(data) if data.startswith(b"PK\x03\x04") else _csv_rows(data)
    found: list[Line] = []
    for number, row in rows:
        cells = [cell.strip(" \t\r\n\u00a0") for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(found) > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise SheetTooLarge
        found.append(Line(number, tuple(cell[: LONGEST_CELL + 1] for cell in cells)))
    if len(found) < 2:
        raise SheetEmpty
    return Sheet(found[0].cells, tuple(found[1:]))


def _csv_rows(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    if len(data) > LARGEST:
        raise SheetTooLarge
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    start = 0
    separator = max(SEPARATORS, key=_outside_quotes(first).count)
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        separator, text, start = first.strip("\r\n")[4:5] or "\t", rest, 1
    if separator not in SEPARATORS:
        raise NoSheet
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = start + 1
    try:
        for row in reader:
            yield line, row
            line = start + reader.line_num + 1
    except csv.Error as problem:
        raise BrokenLine(line=line) from problem


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise NoSheet


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    from openpyxl import load_workbook  # loaded when it is needed: the command line starts fast
    from openpyxl.utils.exceptions import InvalidFileException

    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not believed
            rows = sheet.iter_rows(max_row=MOST_ROWS * 4, max_col=MOST_COLUMNS + 1, values_only=True)
            for number, row in enumerate(rows, 1):
                yield number, [_cell_text(value) for value in row]
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
        EOFError,
    ) as problem:  # what openpyxl lets through of a file that is none; each means the same to who sent it
        raise NoSheet from problem


def _check_archive(data: bytes) -> None:
    """Refuse an archive that would unpack to much, before anything of it is unpacked.

    ``zipfile`` never gives more of a member than the archive says of it, so what it says can be relied on.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            whole = sum(member.file_size for member in members)
            if any(member.flag_bits & 1 for member in members):
                raise OldSpreadsheet
            if len(members) > MOST_MEMBERS or whole > LARGEST or whole > max(len(data), 4096) * RATIO:
                raise SheetTooLarge
            for member in members:
                if _declares_entities(archive.read(member)):
                    raise NoSheet
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as problem:
        raise NoSheet from problem


def _declares_entities(data: bytes) -> bool:
    """Whether XML has a document type, which no spreadsheet writes and where entities are declared."""
    return any("<!DOCTYPE".encode(encoding) in data for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

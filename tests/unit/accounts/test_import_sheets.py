"""Tables that people send: what is read of them, and what is refused before it costs anything."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.accounts.importing.sheets import (
    LARGEST,
    MOST_COLUMNS,
    MOST_ROWS,
    BrokenLine,
    Line,
    NoSheet,
    OldSpreadsheet,
    Sheet,
    SheetEmpty,
    SheetTooLarge,
    read_sheet,
)
from elearn.core.refusals import Refusal

TEXT = "username;full_name\naigul;Айгүл Серікқызы\n"
READ = Sheet(("username", "full_name"), (Line(2, ("aigul", "Айгүл Серікқызы")),))


def an_xlsx(*rows: tuple[object, ...]) -> bytes:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(data: bytes, **changed: bytes) -> bytes:
    """The same archive with the text of some members replaced, named by the last part of their path."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            word = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, changed.get(word, old.read(name)))
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        an_xlsx(("username", "full_name"), ("aigul", "Айгүл Серікқызы")),
    ],
)
def test_a_table_is_read_in_every_form_a_spreadsheet_saves_it(data: bytes) -> None:
    assert read_sheet(data) == READ


def test_windows_1251_is_read() -> None:
    assert read_sheet("username;фио\nivan;Иван Ёлкин".encode("cp1251")).lines[0].cells == ("ivan", "Иван Ёлкин")


def test_a_first_line_that_names_the_separator_is_no_row() -> None:
    sheet = read_sheet(b"sep=;\r\nusername;a,b\r\nx;1")

    assert sheet == Sheet(("username", "a,b"), (Line(3, ("x", "1")),))


def test_rows_keep_the_number_that_a_spreadsheet_gives_them() -> None:
    assert [line.number for line in read_sheet(b"a,b\n\n1,2\n,\n3,4").lines] == [3, 5]
    assert [line.number for line in read_sheet(an_xlsx(("a",), (None,), (1,))).lines] == [3]


def test_numbers_of_a_spreadsheet_are_whole_and_dates_are_days() -> None:
    cells = read_sheet(an_xlsx(("a", "b"), (17.0, True))).lines[0].cells

    assert cells == ("17", "true")


def test_a_table_with_too_many_rows_or_columns_is_refused() -> None:
    assert len(read_sheet(b"a\n" + b"1\n" * MOST_ROWS).lines) == MOST_ROWS
    with pytest.raises(SheetTooLarge):
        read_sheet(b"a\n" + b"1\n" * (MOST_ROWS + 1))
    with pytest.raises(SheetTooLarge):
        read_sheet(b"a,b\n" + b"1," * MOST_COLUMNS + b"1")


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"\n\n", b"\xef\xbb\xbf"])
def test_a_table_without_rows_is_refused(data: bytes) -> None:
    with pytest.raises(SheetEmpty):
        read_sheet(data)


def test_a_quotation_mark_that_does_not_close_is_told_with_its_line() -> None:
    with pytest.raises(BrokenLine) as refused:
        read_sheet(b'a,b\n1,2\n3,"4\n5,6\n')

    assert "Line 3 " in str(refused.value)


def test_an_old_spreadsheet_is_told_from_a_file_that_is_none() -> None:
    with pytest.raises(OldSpreadsheet):
        read_sheet(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    for data in (b"PK\x03\x04 nothing", b"\x00\x01\x02", "x".encode("utf-16") + b"\x00", b"a\x00b,c\n1,2"):
        with pytest.raises(NoSheet):
            read_sheet(data)


def test_an_archive_that_unpacks_to_much_is_refused_before_it_is_unpacked() -> None:
    bomb = rewritten(an_xlsx(("a",), (1,)), sheet1=b" " * (LARGEST + 1))
    dense = rewritten(an_xlsx(("a",), (1,)), sheet1=b" " * 4_000_000)

    for data in (bomb, dense):
        assert len(data) < 100_000
        with pytest.raises(SheetTooLarge):
            read_sheet(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_spreadsheet_that_declares_entities_is_refused(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

    with pytest.raises(NoSheet):
        read_sheet(rewritten(an_xlsx(("a",), (1,)), sheet1=text.encode(encoding)))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"username,a\n"]))
def test_whatever_is_sent_is_read_or_refused_with_a_sentence(data: bytes, start: bytes) -> None:
    try:
        sheet = read_sheet(start + data)
    except Refusal as refusal:
        assert str(refusal).endswith(".")
    else:
        assert sheet.lines


@given(st.data())
def test_a_damaged_spreadsheet_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_sheet(bytes(whole))
    except Refusal as refusal:
        assert str(refusal).endswith(".")


_WHOLE = an_xlsx(("username", "full_name"), ("aigul", "Айгүл"))

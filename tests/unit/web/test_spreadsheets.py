"""No text makes a spreadsheet do anything, and none is lost on the way into a file."""

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.test import EnvironBuilder, run_wsgi_app

from elearn.web.spreadsheets import Row, attachment, csv_file, harmless, xlsx_file

DANGER = "=+-@＝＋－＠"
nasty = st.text(st.sampled_from(list(DANGER + "ab1 ;,|\t\r\n\"'\u200b\ufeff")), max_size=12)


@given(nasty)
def test_no_piece_of_a_cell_begins_a_formula_at_whatever_separator_it_is_split(text: str) -> None:
    cell = harmless(text)
    for separator in (None, ";", ",", "|", "\t", "\n", "\r"):
        for piece in [cell] if separator is None else cell.split(separator):
            assert re.sub(r"^[\s\"\u200b\ufeff]*", "", piece)[:1] not in set(DANGER), (text, cell)


@given(st.text(max_size=30))
def test_a_text_without_such_signs_is_left_alone(text: str) -> None:
    if not any(sign in text for sign in DANGER) and not text.startswith(("\t", "\r", "\n")):
        assert harmless(text) == text


@pytest.mark.parametrize("name", ["Жан-Поль", "Oʻgʻiloy Joʻrayeva", "R. 20 - law", "a@b", "4 of 7", "–", "D’Arcy"])
def test_names_stay_as_they_are(name: str) -> None:
    assert harmless(name) == name


@given(st.lists(st.lists(nasty, min_size=2, max_size=2), max_size=5), st.sampled_from(";,"))
def test_a_csv_file_has_every_row_and_cell(rows: list[list[str]], separator: str) -> None:
    with csv_file(["one", "two"], rows, separator=separator) as file:
        text = file.read().decode("utf-8-sig")
    found = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    assert found == [["one", "two"], *([harmless(cell) for cell in row] for row in rows)]


def test_a_spreadsheet_has_texts_numbers_and_days() -> None:
    head = ["Name", "Many", "Few", "Day"]
    rows: list[Row] = [["Айгүл", 7, None, date(2026, 11, 21)], ["=1+1", 0, 3, None]]
    notes: list[Row] = [["a", "b"]]
    made = date(2026, 1, 2)
    with xlsx_file(head, rows, sheet="People [1]/2", about="About", notes=notes, made_on=made) as file:
        book = load_workbook(BytesIO(file.read()))
    sheet, about = book.worksheets
    assert [[cell.value for cell in row][:3] for row in sheet.iter_rows()] == [
        ["Name", "Many", "Few"],
        ["Айгүл", 7, None],
        ["'=1+1", 0, 3],
    ]
    assert sheet["D2"].is_date
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert [cell.value for cell in about[1]] == ["a", "b"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_file_of_an_answer_is_closed_whether_its_bytes_were_asked_for_or_not(method: str) -> None:
    file = csv_file(["one"], [["two"]], separator=",")
    sent, _, headers = run_wsgi_app(
        attachment(file, "csv", "people", date(2026, 11, 21)), EnvironBuilder(method=method).get_environ()
    )
    whole = b'\xef\xbb\xbf"one"\r\n"two"\r\n'
    assert b"".join(sent) == (whole if method == "GET" else b"")
    sent.close()  # type: ignore[attr-defined]

    assert headers["Content-Length"] == str(len(whole))
    assert file.closed

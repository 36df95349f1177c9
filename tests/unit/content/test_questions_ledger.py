"""Ledgers: tables with marks, and files with a list of right rows."""

from decimal import Decimal

import pytest

from elearn.content.cells import amount_of, day_of, surname_of
from elearn.content.compiler import compile_course
from elearn.content.question import ColumnKind, Credit, Ledger, LedgerVariant, SeveralChoice
from elearn.content.tables import UnreadableTable, read_table
from tests.unit.content.making import QUIZ_HEAD, a_question, compiled, files, question_codes

TABLE = """| Pick | Date  | From    | To      |  Amount | > Why            |
|:----:|-------|---------|---------|--------:|------------------|
| [x]  | 03.05 | Kiosk 4 | A. Dorn |   900   | *third* deposit  |
| [ ]  | 03.05 | Payroll | A. Dorn | 1,450   |                  |
"""
HEAD = (
    "## Which rows? <!-- id: rows | points: 2 | variant: seeded | limit: 1,000 | keep: From | hours: 2 | days: 30 -->"
)
LINKED = "[Ledger of May](data/ledger.csv)\n\n- [x] T2\n  > Why.\n- [ ] T1\n  > Why not.\n"
CSV = "Key;Date;Amount\nT1;2026-05-03;1 450,50\nT2;2026-05-04 14:20;\n"


def a_ledger(body: str = TABLE, head: str = HEAD) -> Ledger:
    question = a_question(body, head)
    assert isinstance(question, Ledger)
    return question


def linked(text: str = LINKED, data: str | bytes = CSV, **more: str | bytes) -> Ledger:
    changes = {"quiz": f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{text}", "01-first/data/ledger.csv": data, **more}
    compilation = compiled(**changes)
    assert compilation.course is not None, compilation.problems
    assert compilation.problems == ()
    quiz = compilation.course.modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Ledger)
    return question


def test_a_table_with_marks_before_its_rows_is_a_ledger() -> None:
    ledger = a_ledger()
    text = ledger.texts["en"]
    assert text.ledger is not None
    assert text.ledger.heads == ("Date", "From", "To", "Amount")
    assert text.ledger.rows == (("03.05", "Kiosk 4", "A. Dorn", "900"), ("03.05", "Payroll", "A. Dorn", "1,450"))
    assert ledger.columns == (ColumnKind.DATE, ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.NUMBER)
    assert ledger.right_ids == ledger.row_ids[:1]
    assert text.feedback == {ledger.row_ids[0]: "<p><em>third</em> deposit</p>"}
    assert ledger.credit is Credit.PROPORTIONAL
    assert not ledger.is_keyed


def test_its_settings_say_how_it_varies_and_what_faults_cost() -> None:
    ledger = a_ledger()
    assert ledger.variant == LedgerVariant(Decimal(1000), (1,))
    assert (ledger.alarm_hours, ledger.missed_days) == (2, 30)
    plain = a_ledger(head="## Which rows? <!-- id: rows -->")
    assert (plain.variant, plain.alarm_hours, plain.missed_days) == (None, 1, None)


def test_the_id_of_a_row_tells_neither_its_place_nor_its_mark() -> None:
    lines = TABLE.replace("[x]", "[?]").replace("[ ]", "[x]").replace("[?]", "[ ]").splitlines()
    turned = a_ledger("\n".join([*lines[:2], lines[3], lines[2]]))
    assert turned.row_ids == a_ledger().row_ids[::-1]


def test_cells_are_plain_words_and_a_sign_may_be_escaped() -> None:
    ledger = a_ledger("| | A |\n|-|-|\n| [x] | *a* \\| `b` |\n| [ ] | c &amp; d |\n", "## Which? <!-- id: rows -->")
    table = ledger.texts["en"].ledger
    assert table is not None
    assert table.rows == (("a | b",), ("c & d",))


def test_a_link_to_a_file_and_a_list_of_keys_are_a_ledger() -> None:
    ledger = linked()
    text = ledger.texts["en"]
    assert ledger.row_ids == ("T1", "T2")
    assert ledger.right_ids == ("T2",)
    assert ledger.is_keyed
    assert ledger.columns == (ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.NUMBER)
    assert text.feedback == {"T2": "<p>Why.</p>", "T1": "<p>Why not.</p>"}
    assert text.ledger is not None
    assert text.ledger.rows == (("T1", "2026-05-03", "1 450,50"), ("T2", "2026-05-04 14:20", ""))


def test_alerts_may_stand_around_the_list() -> None:
    ledger = linked(f"The stem.\n\n{LINKED}\n> [!NOTE]\n> Because.\n")
    assert ledger.texts["en"].stem == "<p>The stem.</p>"
    assert ledger.texts["en"].explanation == "<p>Because.</p>"


def test_a_file_that_is_only_asked_about_is_no_ledger() -> None:
    body = "[Ledger](data/ledger.csv)\n\nWhat holds?\n\n- [x] One\n- [ ] Two\n  > No.\n"
    changes = {"quiz": f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{body}", "01-first/data/ledger.csv": CSV}
    course = compiled(**changes).course
    assert course is not None
    assert course.modules[0].quiz is not None
    assert isinstance(course.modules[0].quiz.questions[0], SeveralChoice)
    assert [asset.path for asset in course.assets] == ["01-first/data/ledger.csv"]


def test_the_file_of_a_ledger_is_used_but_handed_to_nobody() -> None:
    changes = {"quiz": f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{LINKED}", "01-first/data/ledger.csv": CSV}
    compilation = compiled(**changes)
    assert compilation.problems == ()
    assert compilation.course is not None
    assert compilation.course.assets == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_however_a_spreadsheet_saves_it(delimiter: str, mark: bytes, end: str) -> None:
    lines = [["Key", "From"], ["T1", '"Kiosk\n4"'], [], ["T2", '"a ""b"""']]
    rows = read_table(mark + end.join(delimiter.join(cells) for cells in lines).encode())
    assert [row.cells for row in rows] == [("Key", "From"), ("T1", "Kiosk 4"), ("T2", 'a "b"')]
    assert [row.line for row in rows] == [1, 3, 5]


def test_a_file_that_cannot_be_read_says_on_which_line() -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(b"Key\nT1\nT\xff\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"[x]": "[ ]"}, ["Q012"]),
        ({"[ ]": "[y]"}, ["Q008"]),
        ({"1,450   |": "1,450 | 7 |"}, ["Q071"]),
        ({"Payroll": "Kiosk 4", "1,450": "900"}, ["Q073"]),
        ({"Payroll": "x" * 201}, ["Q075"]),
    ],
)
def test_a_mistake_in_a_table_is_one_problem(changes: dict[str, str], expected: list[str]) -> None:
    body = TABLE
    for old, new in changes.items():
        body = body.replace(old, new)
    assert question_codes(body) == expected


def test_a_translation_gives_the_words_and_leaves_the_figures() -> None:
    theirs = TABLE.replace("Payroll", "Зарплата").replace("1,450", "1 450").replace("deposit", "взнос")
    made = translated(TABLE, theirs)
    text = made.texts["ru"]
    assert text.ledger is not None
    assert text.ledger.rows[1] == ("03.05", "Зарплата", "A. Dorn", "1 450")
    assert text.feedback == {made.row_ids[0]: "<p><em>third</em> взнос</p>"}
    assert made.row_ids == a_ledger().row_ids


@pytest.mark.parametrize(("old", "new"), [("1,450", "1,451"), ("| 03.05 | P", "| 04.05 | P"), ("[ ]", "[x]")])
def test_a_translation_with_other_figures_or_marks_is_refused(old: str, new: str) -> None:
    made = compile_course("small", both(TABLE, TABLE.replace(old, new)))
    assert [problem.code for problem in made.problems] == ["T003"]


def test_a_translation_that_repeats_the_table_does_not_keep_it_twice() -> None:
    assert translated(TABLE, TABLE).texts["ru"].ledger is None


def test_a_file_has_a_version_of_its_own_for_a_language() -> None:
    data = {
        "01-first/data/ledger.csv": CSV.encode(),
        "01-first/data/ledger.ru.csv": CSV.replace("Key", "Ключ").encode(),
    }
    made = translated(LINKED, LINKED, data)
    assert made.texts["ru"].ledger is not None
    assert made.texts["ru"].ledger.heads == ("Ключ", "Date", "Amount")
    other = {**data, "01-first/data/ledger.ru.csv": CSV.replace("T1", "T3").encode()}
    theirs = LINKED.replace("T1", "T3")
    codes = [problem.code for problem in compile_course("small", both(LINKED, theirs, other)).problems]
    assert codes == ["T003"]


def both(ours: str, theirs: str, more: dict[str, bytes] | None = None) -> dict[str, bytes]:
    quiz, russian = (f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n{body}" for body in (ours, theirs))
    return {**files(quiz=quiz), "01-first/quiz.ru.md": russian.replace("quiz: quiz\n", "").encode(), **(more or {})}


def translated(ours: str, theirs: str, more: dict[str, bytes] | None = None) -> Ledger:
    compilation = compile_course("small", both(ours, theirs, more))
    assert compilation.problems == ()
    assert compilation.course is not None
    quiz = compilation.course.modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, Ledger)
    return question


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("900", "900"),
        ("1,450", "1450"),
        ("1 450,50", "1450.50"),
        ("−48", "-48"),
        ("+60", "60"),
        ("1.5", "1.5"),
        ("0", "0"),
    ],
)
def test_an_amount_is_read_as_clerks_write_it(cell: str, value: str) -> None:
    found = amount_of(cell)
    assert found is not None
    assert found.value == Decimal(value)


@pytest.mark.parametrize("cell", ["0042", "1,45,0", "900 EUR", "4081 7000", "12345678901234567", "", "-", "1.2.3"])
def test_what_only_looks_like_an_amount_is_text(cell: str) -> None:
    assert amount_of(cell) is None


@pytest.mark.parametrize("cell", ["31.02", "2026-13-01", "3.5", "05/03", "1999", "03.05 noon"])
def test_what_only_looks_like_a_date_is_text(cell: str) -> None:
    assert day_of(cell) is None


def test_a_person_is_known_by_initials() -> None:
    names = ["A. Dorn", "А. Б. Серикова", "K.L. Mett-Voss", "Kiosk 4", "ACME", "A. DORN", "a. Dorn", "Dorn"]
    assert [surname_of(name) for name in names] == ["Dorn", "Серикова", "Mett-Voss", None, None, None, None, None]


def test_a_mistyped_key_is_one_problem_even_if_it_is_the_only_right_row() -> None:
    changes = {
        "quiz": f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n[Ledger](data/ledger.csv)\n\n- [x] T22\n",
        "01-first/data/ledger.csv": CSV,
    }
    (problem,) = compiled(**changes).problems
    assert (problem.code, problem.line, problem.column) == ("Q072", 9, 3)
    assert 'Did you mean "T2"?' in problem.message

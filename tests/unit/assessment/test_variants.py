"""Ledgers that vary: the figures change, the pattern does not."""

import re
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.drawing import draw_paper, paper_stored, stored_paper
from elearn.assessment.variants import varied
from elearn.content.cells import SOME_YEAR, amount_of, day_of
from elearn.content.question import Ledger, LedgerText, QuestionText
from tests.ledger_course import compiled
from tests.unit.content.making import a_question

HEAD = "## Which? <!-- id: rows | variant: seeded | limit: 1000 | keep: Account -->"
TABLE = """A. Dorn is a customer; the limit is 1,000.

| | Day | From | To | Account | Amount | > Why |
|-|-----|------|----|--------:|-------:|-------|
| [x] | 01.05 | Kiosk 4 | A. Dorn | 100 | 900 | A. Dorn, just under |
| [x] | 03.05 | Kiosk 7 | A. Dorn | 100 | 950 | Dorn's card |
| [ ] | 03.05 | K. Mett | A. Dorn | 200 | 1,000 | a friend |
| [ ] | 30.06 | M. Dorn | K. Mett | 300 | −2,500 | 900 is not exchanged here |
| [ ] | 30.06 | Payroll | K. Mett | 300 | 0 | nothing |
"""
SEEDS = st.integers(0, 2**60).map(lambda number: f"{number:x}")


def a_ledger(body: str = TABLE, head: str = HEAD) -> Ledger:
    question = a_question(body, head)
    assert isinstance(question, Ledger)
    return question


def words(question: Ledger, seed: str) -> QuestionText:
    return varied(question, question.texts["en"], question.texts["en"], seed)


def table(text: QuestionText) -> LedgerText:
    assert text.ledger is not None
    return text.ledger


def column(text: QuestionText, head: str) -> list[str]:
    index = table(text).heads.index(head)
    return [row[index] for row in table(text).rows]


def amounts(text: QuestionText, head: str = "Amount") -> list[Decimal]:
    return [found.value for cell in column(text, head) if (found := amount_of(cell)) is not None]


def days(text: QuestionText, head: str = "Day") -> list[date]:
    return [found.on for cell in column(text, head) if (found := day_of(cell)) is not None]


QUESTION = a_ledger()
BEFORE = QUESTION.texts["en"]


@given(SEEDS)
def test_a_seed_always_makes_the_same_ledger(seed: str) -> None:
    assert words(QUESTION, seed) == words(a_ledger(), seed)


def test_attempts_have_figures_of_their_own() -> None:
    made = {table(words(QUESTION, f"{seed}")).rows for seed in range(40)}
    assert len(made) > 30


@given(SEEDS)
def test_all_dates_move_by_the_same_whole_weeks_and_stay_in_their_year(seed: str) -> None:
    before, after = days(BEFORE), days(words(QUESTION, seed))
    shifts = {there - here for here, there in zip(before, after, strict=True)}
    assert len(shifts) == 1
    shift = shifts.pop()
    assert shift % timedelta(weeks=1) == timedelta(0)
    assert shift
    assert {day.year for day in after} == {SOME_YEAR}


@given(SEEDS)
def test_amounts_keep_their_side_of_the_limit_their_sign_and_their_order(seed: str) -> None:
    before, after = amounts(BEFORE), amounts(words(QUESTION, seed))
    assert [abs(amount) < 1000 for amount in after] == [abs(amount) < 1000 for amount in before]
    assert [amount < 0 for amount in after] == [amount < 0 for amount in before]
    ranked = sorted(range(len(before)), key=lambda index: before[index])
    assert [after[index] for index in ranked] == sorted(after)
    assert len(set(after)) == len(set(before))
    assert all(amount % 50 == 0 for amount in after)
    assert after[-1] == 0


@given(SEEDS)
def test_amounts_without_a_limit_grow_by_one_factor(seed: str) -> None:
    question = a_ledger(head="## Which? <!-- id: rows | variant: seeded -->")
    pairs = zip(amounts(question.texts["en"]), amounts(words(question, seed)), strict=True)
    for before, after in pairs:
        assert abs(before) <= abs(after) <= abs(before) * Decimal("1.6") + 25
    assert amounts(words(question, seed)) != amounts(question.texts["en"])


def test_amounts_are_written_as_the_column_is() -> None:
    for seed in range(20):
        written = column(words(QUESTION, f"{seed}"), "Amount")
        assert written[3].startswith("−")
        assert "," in written[3]
        assert written[4] == "0"


@given(SEEDS)
def test_surnames_are_exchanged_one_for_one_in_the_words_as_well(seed: str) -> None:
    text = words(QUESTION, seed)
    dorn = column(text, "To")[0].removeprefix("A. ")
    mett = column(text, "To")[3].removeprefix("K. ")
    assert len({dorn, mett, "Dorn", "Mett"}) == 4
    assert column(text, "From") == ["Kiosk 4", "Kiosk 7", f"K. {mett}", f"M. {dorn}", "Payroll"]
    assert text.stem == f"<p>A. {dorn} is a customer; the limit is 1,000.</p>"
    assert text.feedback[QUESTION.row_ids[0]] == f"<p>A. {dorn}, just under</p>"
    assert text.feedback[QUESTION.row_ids[1]] == f"<p>{dorn}'s card</p>"


@given(SEEDS)
def test_what_is_kept_and_what_is_no_figure_stays(seed: str) -> None:
    question = a_ledger(head="## Which? <!-- id: rows | variant: seeded | keep: Account, To -->")
    text = words(question, seed)
    assert column(text, "Account") == column(BEFORE, "Account")
    assert column(text, "To") == column(BEFORE, "To")
    assert table(text).heads == table(BEFORE).heads
    assert "900 is not exchanged here" in text.feedback[question.row_ids[3]]


@given(SEEDS)
def test_a_translation_has_the_same_people_in_its_letters(seed: str) -> None:
    russian = TABLE.replace("A. Dorn", "А. Дорн").replace("M. Dorn", "М. Дорн").replace("K. Mett", "К. Метт")
    theirs = a_ledger(russian.replace("Dorn's card", "карта Дорна")).texts["en"]
    ours = words(QUESTION, seed)
    text = varied(QUESTION, theirs, BEFORE, seed)
    assert column(text, "Day") == column(ours, "Day")
    assert column(text, "Amount") == column(ours, "Amount")
    dorn = column(text, "To")[0].removeprefix("А. ")
    assert re.fullmatch("[А-ЯЁа-яё]+", dorn)
    assert re.fullmatch("[A-Za-z]+", column(ours, "To")[0].removeprefix("A. "))
    assert f"<p>карта {dorn}а</p>" in text.feedback.values()
    again = varied(QUESTION, theirs, BEFORE, seed)
    assert again == text


def test_a_ledger_that_does_not_vary_is_as_written() -> None:
    question = a_ledger(head="## Which? <!-- id: rows -->")
    assert words(question, "abc") is question.texts["en"]


def test_the_seed_of_a_ledger_stands_on_the_paper() -> None:
    course = compiled()
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    first, second = draw_paper(course, quiz, 1), draw_paper(course, quiz, 2)
    assert draw_paper(course, quiz, 1) == first == paper_stored(stored_paper(first))
    orders = {paper[0].order for paper in (first, second)}
    assert len(orders) == 2
    assert all(len(order) == 1 for order in orders)
    assert first[1].order == ()


@given(SEEDS)
def test_a_fraction_has_the_places_of_its_column_and_a_whole_amount_none_unless_it_must(seed: str) -> None:
    body = (
        TABLE.replace("| 900 |", "| 900,50 |").replace("| 1,000 |", "| 1 000 |").replace("| −2,500 |", "| −2 500,7 |")
    )
    question = a_ledger(body.replace("| 0 |", "| |"), HEAD.replace("limit: 1000", "limit: 999"))
    written = column(words(question, seed), "Amount")
    forms = [r"9\d\d,\d0", r"9\d\d(,\d0)?", r"1 \d{3}(,\d0)?", r"−[23] \d{3},\d0", ""]
    assert all(re.fullmatch(form, cell) for form, cell in zip(forms, written, strict=True)), written


def test_a_ledger_made_long_ago_is_made_the_same_today() -> None:
    assert table(words(QUESTION, "1")).rows == (
        ("08.05", "Kiosk 4", "A. Torvin", "100", "900"),
        ("10.05", "Kiosk 7", "A. Torvin", "100", "950"),
        ("10.05", "K. Telm", "A. Torvin", "200", "1,000"),
        ("07.07", "M. Torvin", "K. Telm", "300", "−2,550"),
        ("07.07", "Payroll", "K. Telm", "300", "0"),
    )

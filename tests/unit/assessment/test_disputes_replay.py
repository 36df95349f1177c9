"""What was answered, in words, for whoever settles a dispute."""

from dataclasses import replace

import pytest

from elearn.assessment.disputes.queries import response_words, row_numbers
from elearn.assessment.marking import right_response, stored_form
from tests.unit.content.making import QUIZ_HEAD, a_course, a_question

TABLE = "| Pick | Amount |\n|:----:|-------:|\n| [x]  | 900    |\n| [ ]  | 1450   |\n| [x]  | 950    |\n"


def test_rows_of_a_ledger_without_keys_go_by_their_numbers() -> None:
    question = a_question(TABLE)
    text = question.texts["en"]
    rows = {name: f"row {number}" for name, number in row_numbers(question).items()}
    assert response_words(replace(text, answers=rows), stored_form(right_response(question))) == "row 1; row 3"


def test_rows_with_a_key_go_by_it() -> None:
    csv = "Key,Amount\nT1,900\nT2,1450\n"
    quiz = f"{QUIZ_HEAD}## Which? <!-- id: one -->\n\n[Ledger](data/l.csv)\n\n- [x] T2\n"
    course = a_course(quiz=quiz, **{"01-first/data/l.csv": csv})
    (question,) = course.quizzes()[0].questions
    assert row_numbers(question) == {}
    assert response_words(question.texts["en"], stored_form(right_response(question))) == "T2"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("- (x) *One*\n- ( ) Two\n  > No.\n", "One"),
        ("- a → b\n- c → d\n", "a → b; c → d"),
        ("- = 0.5 EUR\n", "0.5 EUR"),
        ("It is [[(x) EUR | ( ) KZT]] and [[five]].\n", "EUR; five"),
    ],
)
def test_ids_become_words(body: str, words: str) -> None:
    question = a_question(body)
    assert row_numbers(question) == {}
    assert response_words(question.texts["en"], stored_form(right_response(question))) == words

"""Questions: the shape of the answers says the kind."""

from decimal import Decimal

import pytest

from elearn.content.question import Credit, Number, SeveralChoice, ShortText, SingleChoice, TrueFalse
from elearn.content.weights import right_weights
from tests.unit.content.making import a_question, question_codes

SINGLE = "- ( ) This\n  > Not this.\n- (x) That\n"


def test_round_marks_are_a_single_choice() -> None:
    question = a_question(f"A stem.\n\n{SINGLE}")
    assert isinstance(question, SingleChoice)
    assert [(choice.is_right, choice.weight) for choice in question.choices] == [
        (False, Decimal(0)),
        (True, Decimal(1)),
    ]
    text = question.texts["en"]
    assert list(text.answers.values()) == ["This", "That"]
    assert text.feedback == {question.choices[0].id: "<p>Not this.</p>"}
    assert (text.title, text.stem) == ("Which one?", "<p>A stem.</p>")
    assert question.credit is Credit.EXACT


def test_the_id_of_an_answer_tells_neither_its_place_nor_its_mark() -> None:
    first = a_question("- (x) This\n- ( ) That\n  > No.\n")
    second = a_question("- ( ) That\n  > No.\n- (x) Those\n- ( ) This\n  > No.\n")
    assert isinstance(first, SingleChoice)
    assert isinstance(second, SingleChoice)
    assert first.choices[0].id == second.choices[2].id


def test_square_marks_are_several_answers_and_weights_are_chips() -> None:
    question = a_question("- [x] One `60%`\n- [x] Two `40%`\n- [ ] Three `-25%`\n  > No.\n")
    assert isinstance(question, SeveralChoice)
    assert [choice.weight for choice in question.choices] == [Decimal("0.6"), Decimal("0.4"), Decimal("-0.25")]
    assert list(question.texts["en"].answers.values()) == ["One", "Two", "Three"]
    assert question.credit is Credit.PROPORTIONAL_CORRECT


def test_right_answers_without_a_weight_share_what_the_others_leave() -> None:
    assert right_weights([None, None, None]) == [Decimal("0.333334"), Decimal("0.333333"), Decimal("0.333333")]
    assert right_weights([Decimal(50), None]) == [Decimal("0.5"), Decimal("0.5")]
    assert right_weights([Decimal(60), Decimal(50)]) is None
    assert right_weights([Decimal(60), Decimal(30)]) is None
    assert right_weights([Decimal(100), None]) is None


def test_true_and_false_are_a_statement() -> None:
    question = a_question("- (x) True\n- ( ) False\n  > It is.\n")
    assert isinstance(question, TrueFalse)
    assert question.is_true
    assert question.texts["en"].answers == {"true": "True", "false": "False"}
    assert question.texts["en"].feedback == {"false": "<p>It is.</p>"}


def test_a_third_answer_makes_a_statement_a_choice() -> None:
    assert isinstance(a_question("- (x) True\n- ( ) False\n  > No.\n- ( ) Maybe\n  > No.\n"), SingleChoice)


def test_equal_signs_are_typed_answers() -> None:
    question = a_question("- = hawala\n- = /hundi|hawala[hd]ar/ `50%`\n- != SWIFT\n  > A network.\n")
    assert isinstance(question, ShortText)
    assert [(a.text, a.is_pattern, a.is_refused, a.weight) for a in question.answers] == [
        ("hawala", False, False, 1),
        ("hundi|hawala[hd]ar", True, False, Decimal("0.5")),
        ("SWIFT", False, True, 0),
    ]
    assert question.texts["en"].feedback == {question.answers[2].id: "<p>A network.</p>"}


@pytest.mark.parametrize(
    ("written", "low", "high", "unit"),
    [
        ("15000 ± 0 EUR", "15000", "15000", "EUR"),
        ("15000 +- 10 EUR", "14990", "15010", "EUR"),
        ("12..15", "12", "15", None),
        ("12 .. 15 %", "12", "15", "%"),
        ("1,5", "1.5", "1.5", None),
        ("−3 ± 0.5", "-3.5", "-2.5", None),
        ("15 000", "15000", "15000", None),
        ("15\u00a0000 €", "15000", "15000", "€"),
        ("1267", "1267", "1267", None),
    ],
)
def test_numbers_have_tolerances_ranges_and_units(written: str, low: str, high: str, unit: str | None) -> None:
    question = a_question(f"- = {written}\n")
    assert isinstance(question, Number)
    answer = question.answers[0]
    assert (answer.low, answer.high, answer.unit) == (Decimal(low), Decimal(high), unit)


def test_a_number_among_words_is_a_word() -> None:
    question = a_question("- = 12\n- = twelve\n")
    assert isinstance(question, ShortText)
    assert [answer.text for answer in question.answers] == ["12", "twelve"]


def test_alerts_are_hint_explanation_and_note_for_trainers_wherever_they_stand() -> None:
    text = a_question(
        f"> [!TIP]\n> A hint.\n\nThe stem.\n\n{SINGLE}\n> [!NOTE]\n> Why.\n\n> [!IMPORTANT]\n> Secret.\n"
    ).texts["en"]
    assert (text.hint, text.explanation, text.trainer_note) == ("<p>A hint.</p>", "<p>Why.</p>", "<p>Secret.</p>")
    assert text.stem == "<p>The stem.</p>"


def test_other_callouts_and_tables_belong_to_the_stem() -> None:
    stem = a_question(f"> [!LAW] Art. 2\n> Text.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n{SINGLE}").texts["en"].stem
    assert 'class="callout law"' in stem
    assert "<table>" in stem


def test_the_last_list_of_answers_counts_and_earlier_lists_are_the_stem() -> None:
    question = a_question(f"1. One\n2. Two\n\n- a\n- b\n\nWhich of them?\n\n{SINGLE}")
    assert isinstance(question, SingleChoice)
    assert question.texts["en"].stem.startswith("<ol>")


def test_settings_stand_in_the_comment_of_the_heading() -> None:
    head = "## Which one? <!-- id: fee | points: 2.5 | tags: cash, border | credit: proportional | shuffle: no -->"
    question = a_question(SINGLE, head)
    assert isinstance(question, SingleChoice)
    assert (question.id, question.points, question.tags) == ("fee", Decimal("2.5"), ("cash", "border"))
    assert question.credit is Credit.PROPORTIONAL
    assert not question.shuffle


def test_an_answer_may_run_over_lines_and_hold_marks() -> None:
    answers = (
        a_question("- (x) A *long*\n  answer with `code`\n- ( ) 1999. It is a year\n  > No.\n").texts["en"].answers
    )
    assert list(answers.values()) == ["A <em>long</em>\nanswer with <code>code</code>", "1999. It is a year"]


def test_feedback_may_hold_paragraphs_and_lists() -> None:
    text = a_question("- ( ) This\n  > One.\n  >\n  > - a\n  > - b\n- (x) That\n").texts["en"]
    assert list(text.feedback.values()) == ["<p>One.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- (x)This\n- ( ) That\n  > No.\n", ["Q008"]),
        ("- ( ) This\n  > No.\n- ( ) That\n  > No.\n", ["Q012"]),
        ("- (x) This\n- (x) That\n", ["Q013"]),
        ("- (x) This\n- ( ) That\n", ["Q030"]),
        ("- = hawala ± 2\n", ["Q016"]),
        ("- = 15,000\n", ["Q017"]),
        ("- = /a(b/\n", ["Q018"]),
        ("- = /(a|b)*/\n", ["Q019"]),
        ("- = /.+/\n", ["Q019"]),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_problem(body: str, expected: list[str]) -> None:
    assert question_codes(body) == expected


def test_the_right_answer_is_not_the_longest_by_far() -> None:
    long = "a right answer that explains itself over a whole long line"
    assert question_codes(f"- (x) {long}\n- ( ) short\n  > No.\n") == ["Q031"]
    assert question_codes(f"- (x) {long}\n- ( ) {long[:50]}\n  > No.\n") == []


@pytest.mark.parametrize("written", ["1e6", "1.5E+3", "−1e9"])
def test_a_number_with_a_power_of_ten_is_not_read_as_one_with_a_unit(written: str) -> None:
    assert question_codes(f"- = {written}\n") == ["Q017"]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("- = 15\n- != 10..20\n  > No.\n", ["Q024"]),
        ("- = 15 EUR\n- != 10..20 eur\n  > No.\n", ["Q024"]),
        ("- = 15.0\n- != 15\n  > No.\n", ["Q024"]),
        ("- = hawala\n- != /haw.*/\n  > No.\n", ["Q024"]),
        ("- = 10..20\n- != 15\n  > No.\n", []),
        ("- = 15 EUR\n- != 15 USD\n  > No.\n", []),
        ("- = /haw.*/\n- != hawk\n  > No.\n", []),
    ],
)
def test_an_accepted_answer_that_is_always_refused_is_a_problem(body: str, problems: list[str]) -> None:
    assert question_codes(body) == problems

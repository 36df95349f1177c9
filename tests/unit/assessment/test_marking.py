"""What responses earn."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import (
    AnswerVerdict,
    Chosen,
    Response,
    Typed,
    Verdict,
    choices_of,
    mark,
    read_response,
    response_stored,
    right_response,
    share_of_choices,
    stored_form,
)
from elearn.content.question import (
    Choice,
    Credit,
    Number,
    NumberAnswer,
    Question,
    SeveralChoice,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)


def several(credit: Credit, *rows: tuple[str, bool, str], points: str = "1") -> SeveralChoice:
    return SeveralChoice(
        id="q",
        points=Decimal(points),
        tags=(),
        credit=credit,
        texts={},
        path="quiz.md",
        line=1,
        choices=tuple(Choice(name, is_right, Decimal(weight)) for name, is_right, weight in rows),
    )


def single(*rows: tuple[str, bool, str], points: str = "1") -> SingleChoice:
    return SingleChoice(
        id="q",
        points=Decimal(points),
        tags=(),
        credit=Credit.EXACT,
        texts={},
        path="quiz.md",
        line=1,
        choices=tuple(Choice(name, is_right, Decimal(weight)) for name, is_right, weight in rows),
    )


def statement(*, is_true: bool) -> TrueFalse:
    return TrueFalse(
        id="q", points=Decimal(1), tags=(), credit=Credit.EXACT, texts={}, path="quiz.md", line=1, is_true=is_true
    )


def short_text(*answers: TextAnswer, fold_yo: bool = False) -> ShortText:
    return ShortText(
        id="q",
        points=Decimal(1),
        tags=(),
        credit=Credit.EXACT,
        texts={},
        path="quiz.md",
        line=1,
        answers=answers,
        fold_yo=fold_yo,
    )


def accepted(text: str, weight: str = "1", *, is_pattern: bool = False, is_refused: bool = False) -> TextAnswer:
    return TextAnswer(text, text, is_pattern, is_refused, Decimal(0) if is_refused else Decimal(weight))


def amount(*answers: NumberAnswer) -> Number:
    return Number(
        id="q", points=Decimal(1), tags=(), credit=Credit.EXACT, texts={}, path="quiz.md", line=1, answers=answers
    )


def between(
    low: str, high: str, unit: str | None = None, *, weight: str = "1", is_refused: bool = False
) -> NumberAnswer:
    return NumberAnswer(
        f"{low}..{high}", Decimal(low), Decimal(high), unit, is_refused, Decimal(0) if is_refused else Decimal(weight)
    )


KITES = (("kites", True, "0.6"), ("drums", True, "0.4"), ("bells", False, "0"), ("horns", False, "0"))
PRICED = (("kites", True, "0.6"), ("drums", True, "0.4"), ("bells", False, "-0.25"), ("horns", False, "0"))


def earned(question: Question, *values: str) -> Decimal:
    return mark(question, read_response(question, values)).points


@pytest.mark.parametrize(
    ("credit", "chosen", "share"),
    [
        (Credit.EXACT, ("kites", "drums"), "1"),
        (Credit.EXACT, ("kites",), "0"),
        (Credit.EXACT, ("kites", "drums", "bells"), "0"),
        (Credit.PROPORTIONAL, ("kites", "drums"), "1"),
        (Credit.PROPORTIONAL, ("kites",), "0.6"),
        (Credit.PROPORTIONAL, ("kites", "drums", "bells"), "0.5"),
        (Credit.PROPORTIONAL, ("kites", "bells"), "0.1"),
        (Credit.PROPORTIONAL, ("kites", "drums", "bells", "horns"), "0"),
        (Credit.PROPORTIONAL, ("bells",), "0"),
        (Credit.PROPORTIONAL_CORRECT, ("kites", "drums"), "1"),
        (Credit.PROPORTIONAL_CORRECT, ("drums",), "0.4"),
        (Credit.PROPORTIONAL_CORRECT, ("kites", "drums", "bells"), "0"),
        (Credit.PROPORTIONAL_CORRECT, (), "0"),
    ],
)
def test_each_way_of_credit_pays_what_its_formula_says(credit: Credit, chosen: tuple[str, ...], share: str) -> None:
    assert earned(several(credit, *KITES), *chosen) == Decimal(share)


def test_a_wrong_row_with_a_price_takes_its_price() -> None:
    for credit in (Credit.PROPORTIONAL, Credit.PROPORTIONAL_CORRECT):
        assert earned(several(credit, *PRICED, points="4"), "kites", "drums", "bells") == Decimal(3)


def test_a_wrong_row_without_a_price_takes_everything_where_only_correct_choices_count() -> None:
    assert earned(several(Credit.PROPORTIONAL_CORRECT, *PRICED), "kites", "horns") == 0


def test_three_right_rows_that_share_the_points_make_all_of_them() -> None:
    third = "0.333333"
    rows = (("a", True, third), ("b", True, third), ("c", True, third), ("d", False, "0"))
    question = several(Credit.PROPORTIONAL, *rows)
    assert earned(question, "a", "b", "c") == 1
    assert earned(question, "a", "b") == Decimal("0.6667")


def test_a_single_choice_pays_the_right_row_and_near_misses_their_weight() -> None:
    question = single(("a", True, "1"), ("b", False, "0.5"), ("c", False, "-0.5"), points="2")
    assert [earned(question, name) for name in "abc"] == [2, 1, 0]


def test_every_row_gets_its_verdict() -> None:
    marked = mark(several(Credit.EXACT, *KITES), Chosen(("kites", "bells")))
    assert marked.answers == {
        "kites": AnswerVerdict.HIT,
        "drums": AnswerVerdict.MISSED,
        "bells": AnswerVerdict.WRONG,
        "horns": AnswerVerdict.LEFT,
    }


def test_true_or_false_is_a_choice_of_two() -> None:
    assert earned(statement(is_true=True), "true") == 1
    assert earned(statement(is_true=True), "false") == 0
    assert earned(statement(is_true=False), "false") == 1
    assert [choice.id for choice in choices_of(statement(is_true=False))] == ["true", "false"]


def test_case_spaces_and_unicode_forms_of_a_word_do_not_count() -> None:
    question = short_text(accepted("Хавала и́ хунди"))
    for typed in ("хавала и́ хунди", "  ХАВАЛА   и́ Хунди ", "хавала и́ хунди"):
        assert earned(question, typed) == 1


def test_yo_is_ye_only_on_request() -> None:
    assert earned(short_text(accepted("учёт")), "учет") == 0
    assert earned(short_text(accepted("учёт"), fold_yo=True), "УЧЕТ") == 1
    assert earned(short_text(accepted("учет"), fold_yo=True), "учёт") == 1


def test_a_pattern_must_match_from_end_to_end() -> None:
    question = short_text(accepted("hundi|hawala[hd]ar", "0.5", is_pattern=True))
    assert earned(question, "HUNDI") == Decimal("0.5")
    assert earned(question, "hawaladar") == Decimal("0.5")
    assert earned(question, "a hundi") == 0


def test_a_refused_word_is_wrong_even_if_a_pattern_takes_it() -> None:
    question = short_text(accepted(".*wift.*", is_pattern=True), accepted("SWIFT", is_refused=True))
    marked = mark(question, Typed("swift"))
    assert marked.points == 0
    assert marked.verdict is Verdict.WRONG
    assert marked.answers == {"SWIFT": AnswerVerdict.WRONG}


def test_of_several_accepted_words_the_best_counts() -> None:
    question = short_text(accepted("triage.*", "0.5", is_pattern=True), accepted("triage"))
    assert earned(question, "Triage") == 1
    assert earned(question, "triage of reports") == Decimal("0.5")


@pytest.mark.parametrize(
    "typed",
    [
        "15000", "15 000", "15\u00a0000", "15\u2009000", "15\u202f000", "15,000", "15.000", "15000,0", "15000.00",
        "15 000,00", "15,000.00", "15.000,00", "15000 EUR", "15000EUR", "eur 15000", "15 000 Eur.", "＋15000", "15000.",
    ],
)  # fmt: skip
def test_a_number_is_read_however_people_write_it(typed: str) -> None:
    assert earned(amount(between("15000", "15000", "EUR")), typed) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "", "abc", "15000 USD", "$15000", "1 5 0 0 0", "150 00", "15,00,0", "15000 15000", "1.5.000,0", "−15000", "1e4",
        "∞",
    ],
)  # fmt: skip
def test_what_is_not_that_number_earns_nothing(typed: str) -> None:
    assert earned(amount(between("15000", "15000", "EUR")), typed) == 0


@pytest.mark.parametrize("typed", ["-5", "−5", "–5", "‒ 5", "-5,0"])
def test_a_minus_may_be_a_hyphen_a_dash_or_the_sign(typed: str) -> None:
    assert earned(amount(between("-5", "-5")), typed) == 1


def test_a_bare_number_takes_no_unit() -> None:
    assert earned(amount(between("5", "5")), "5 EUR") == 0


def test_the_ends_of_a_range_belong_to_it() -> None:
    question = amount(between("12", "15"), between("15.01", "16", weight="0.5"))
    assert [earned(question, typed) for typed in ("12", "15", "15,5", "11,99", "16,01")] == [1, 1, Decimal("0.5"), 0, 0]


def test_a_number_with_two_readings_is_read_in_favour_of_who_wrote_it() -> None:
    question = amount(between("1450", "1450"), between("1.45", "1.45", is_refused=True))
    assert earned(question, "1,450") == 1
    assert earned(question, "1,45") == 0
    assert earned(amount(between("1.45", "1.45")), "1,450") == 1


def test_a_blank_response_earns_nothing_and_is_called_blank() -> None:
    for question in (single(("a", True, "1")), amount(between("0", "0")), short_text(accepted("a"))):
        marked = mark(question, None)
        assert marked.points == 0
        assert marked.verdict is Verdict.BLANK


def test_ids_that_the_question_does_not_have_are_dropped() -> None:
    assert read_response(single(("a", True, "1")), ["zz", "a", "b"]) == Chosen(("a",))
    assert read_response(several(Credit.EXACT, *KITES), ["drums", "x", "kites", "kites"]) == Chosen(("kites", "drums"))
    assert read_response(statement(is_true=True), ["maybe"]) is None


def test_typed_text_loses_what_no_page_can_hold() -> None:
    question = short_text(accepted("a"))
    assert read_response(question, ["  a\x00b\n\ud800c\u202e "]) == Typed("a b c")
    typed = read_response(question, ["x" * 100_000])
    assert isinstance(typed, Typed)
    assert len(typed.text) == 500
    assert read_response(question, ["\x00\n "]) is None


KINDS: tuple[Question, ...] = (
    single(("a", True, "1"), ("b", False, "0.3"), ("c", False, "-0.5"), points="3"),
    *(several(credit, *rows, points="2.5") for credit in Credit for rows in (KITES, PRICED)),
    statement(is_true=False),
    short_text(accepted("triage"), accepted("sort.*", "0.5", is_pattern=True), accepted("no", is_refused=True)),
    amount(between("12", "15", "EUR"), between("0", "100", weight="0.25"), between("13", "13", is_refused=True)),
)
names = st.sampled_from(["a", "b", "c", "kites", "drums", "bells", "horns", "true", "false"])
values = st.lists(names | st.text(), max_size=6)


@given(st.sampled_from(KINDS), values)
def test_points_are_never_below_nothing_nor_above_all(question: Question, sent: list[str]) -> None:
    marked = mark(question, read_response(question, sent))
    assert 0 <= marked.points <= marked.out_of == question.points
    assert (marked.verdict is Verdict.RIGHT) == (marked.points == marked.out_of)


@given(st.sampled_from(Credit), st.sampled_from([KITES, PRICED]), st.sets(names))
def test_a_share_is_between_nothing_and_all(
    credit: Credit, rows: tuple[tuple[str, bool, str], ...], chosen: set[str]
) -> None:
    assert 0 <= share_of_choices(several(credit, *rows).choices, tuple(chosen), credit) <= 1


@given(st.sampled_from(KINDS), values, st.randoms())
def test_the_order_of_choosing_does_not_count(question: Question, sent: list[str], chance: object) -> None:
    if not choices_of(question) or isinstance(question, SingleChoice | TrueFalse):
        return
    mixed = list(sent)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert mark(question, read_response(question, sent)) == mark(question, read_response(question, mixed))


@given(st.sampled_from([kind for kind in KINDS if choices_of(kind)]))
def test_all_that_is_right_earns_all(question: Question) -> None:
    right = [choice.id for choice in choices_of(question) if choice.is_right]
    assert mark(question, read_response(question, right)).points == question.points


@given(st.sampled_from(KINDS), values)
def test_a_response_is_the_same_after_it_was_stored(question: Question, sent: list[str]) -> None:
    response: Response | None = read_response(question, sent)
    assert response_stored(question, stored_form(response)) == response


@given(st.text(alphabet="0123456789., −-+EUReur\u00a0\u2009'x", max_size=40))
def test_no_text_breaks_the_reading_of_numbers(typed: str) -> None:
    earned(amount(between("0", "1000000", "EUR")), typed)


@pytest.mark.parametrize("typed", ["ha\u00adwala", "\u200fhawala", "hawa\u200cla", "\ufeffha\u2060wala\u200e"])
def test_what_cannot_be_seen_does_not_part_a_word(typed: str) -> None:
    """Soft hyphens and marks of direction come with what is copied from a page."""
    question = short_text(accepted("hawala"))
    assert read_response(question, [typed]) == Typed("hawala")
    assert earned(question, typed) == 1


@pytest.mark.parametrize(
    ("pattern", "typed"),
    [
        ("№ ?1373", "№ 1373"),
        ("(res )?№+1373", "res №1373"),
        ("straße|gasse", "Straße"),
        ("o’neil", "o'neil"),
        ("[«“]?хавала[»”]?", "«хавала»"),
        ("a[ –—]b", "a—b"),
        ("наи\u0306ти", "найти"),
        (r"\[№\]", "[№]"),
    ],
)
def test_a_pattern_is_folded_as_what_is_typed(pattern: str, typed: str) -> None:
    assert earned(short_text(accepted(pattern, is_pattern=True)), typed) == 1


def test_a_folded_pattern_accepts_no_more_than_before() -> None:
    question = short_text(accepted(r"a[–b]\d№?", is_pattern=True))
    assert [earned(question, typed) for typed in ("a-1", "ab1", "a-1№", "a,1", "a-d", "a-1n")] == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("typed", ["15'000", "15’000 EUR", "15'000,0", "15'000.00"])
def test_an_apostrophe_may_part_thousands(typed: str) -> None:
    assert earned(amount(between("15000", "15000", "EUR")), typed) == 1


def test_an_apostrophe_behind_a_number_is_a_unit() -> None:
    assert earned(amount(between("5", "5")), "5'") == 0
    assert earned(amount(between("15000", "15000")), "15'00") == 0


@pytest.mark.parametrize("low", ["0.0000001", "0.000000", "-0.00000001", "1E+3"])
def test_the_right_number_is_written_as_one_types_it(low: str) -> None:
    question = amount(between(low, "2000"))
    assert mark(question, right_response(question)).points == 1


@pytest.mark.parametrize(
    ("number", "typed", "is_right"),
    [
        ("1234567", "1,234,567", True),
        ("1234567", "1.234.567", True),
        ("1234567", "1,234 567", False),
        ("1234567", "1 234,567", False),
        ("1234.567", "1 234,567", True),
        ("500", "0,500", False),
        ("0.5", "0,500", True),
        ("0.5", ".5", True),
        ("0.5", ",5", True),
        ("1234567", "1,234,56", False),
        ("12345", "12345.", True),
        ("5", "5,.", False),
        ("1.5", "1.5.0", False),
    ],
)
def test_marks_that_part_thousands_are_told_from_decimal_marks(number: str, typed: str, is_right: bool) -> None:
    assert earned(amount(between(number, number)), typed) == is_right


def test_where_a_word_is_accepted_it_stands_for_what_is_right_rather_than_a_pattern() -> None:
    pattern, word = accepted("haw.*", is_pattern=True), accepted("hawala")
    assert right_response(short_text(pattern, word)) == Typed("hawala")
    assert right_response(short_text(accepted("hund", "0.5"), pattern)) == Typed("haw.*")


def test_a_part_of_the_points_is_called_so() -> None:
    question = single(("a", True, "1"), ("b", False, "0.3"), ("c", False, "0"))
    found = {name: mark(question, read_response(question, [name])).verdict for name in "abc"}
    assert found == {"a": Verdict.RIGHT, "b": Verdict.PARTLY, "c": Verdict.WRONG}


def test_a_number_refused_in_a_unit_is_refused_only_in_that_unit() -> None:
    question = amount(between("15", "15", "EUR"), between("15", "15", "USD", is_refused=True))
    assert [earned(question, typed) for typed in ("15", "15 EUR", "15 USD")] == [1, 1, 0]
    assert mark(question, read_response(question, ["15 USD"])).answers != {}


def test_where_a_bare_number_is_refused_the_unit_must_be_typed() -> None:
    question = amount(between("15", "15", "EUR"), between("15", "15", is_refused=True))
    assert [earned(question, typed) for typed in ("15", "15 EUR")] == [0, 1]
    assert mark(question, right_response(question)).points == 1

"""What the gaps of a cloze earn."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import (
    AnswerVerdict,
    Filled,
    Verdict,
    mark,
    read_response,
    response_stored,
    right_response,
    stored_form,
)
from elearn.content.question import Choice, ChoiceGap, Cloze, Credit, Gap, NumberAnswer, NumberGap, TextAnswer, TextGap


def text(*words: str, half: str = "", refused: str = "") -> TextGap:
    answers = [TextAnswer(word, word, False, False, Decimal(1)) for word in words]
    if half:
        answers.append(TextAnswer(half, half, False, False, Decimal("0.5")))
    if refused:
        answers.append(TextAnswer(refused, refused, False, True, Decimal(0)))
    return TextGap(tuple(answers))


def number(low: int, high: int) -> NumberGap:
    return NumberGap((NumberAnswer("n", Decimal(low), Decimal(high), "EUR", False, Decimal(1)),))


CHOICE = ChoiceGap(
    (Choice("eur", True, Decimal(1)), Choice("kzt", False, Decimal(0)), Choice("usd", False, Decimal("0.5")))
)
GAPS: tuple[Gap, ...] = (number(14990, 15010), CHOICE, text("hawala", half="hundi", refused="swift"))


def cloze(credit: Credit = Credit.PROPORTIONAL, gaps: tuple[Gap, ...] = GAPS, points: str = "3") -> Cloze:
    return Cloze(id="q", points=Decimal(points), tags=(), credit=credit, texts={}, path="quiz.md", line=1, gaps=gaps)


def points(credit: Credit, *values: str) -> Decimal:
    question = cloze(credit)
    return mark(question, read_response(question, values)).points


@pytest.mark.parametrize(
    ("values", "earned"),
    [
        (("15 000,0", "eur", "Hawala"), "3"),
        (("15000", "eur", ""), "2"),
        (("15000", "", "SWIFT"), "1"),
        (("14000", "kzt", "bank"), "0"),
        (("", "usd", "hundi"), "1"),
        (("15000",), "1"),
        ((), "0"),
    ],
)
def test_each_gap_earns_its_share(values: tuple[str, ...], earned: str) -> None:
    assert points(Credit.PROPORTIONAL, *values) == Decimal(earned)


def test_exact_credit_pays_for_all_gaps_or_none() -> None:
    assert points(Credit.EXACT, "15000", "eur", "hawala") == 3
    assert points(Credit.EXACT, "15000", "eur", "hundi") == 0


def test_proportional_correct_pays_for_some_gaps_as_long_as_none_is_wrong() -> None:
    assert points(Credit.PROPORTIONAL_CORRECT, "15000", "eur", "") == 2
    assert points(Credit.PROPORTIONAL_CORRECT, "15000", "eur", "bank") == 0


def test_each_gap_has_a_verdict_by_its_place() -> None:
    question = cloze()
    marked = mark(question, read_response(question, ["15000", "kzt"]))
    assert list(marked.answers.items()) == [
        ("gap-1", AnswerVerdict.HIT),
        ("gap-2", AnswerVerdict.WRONG),
        ("gap-3", AnswerVerdict.MISSED),
    ]
    assert marked.verdict is Verdict.PARTLY


def test_values_belong_to_gaps_by_their_place() -> None:
    question = cloze()
    assert read_response(question, ["", "none of these", "a\x00\nb", "beyond"]) == Filled(("", "", "a b"))
    assert read_response(question, ["eur", "15000", ""]) == Filled(("eur", "", ""))


def test_blanks_alone_are_no_response() -> None:
    question = cloze()
    assert read_response(question, [" ", "", "\n"]) is None
    assert mark(question, None).verdict is Verdict.BLANK


gaps = st.lists(st.sampled_from([*GAPS, text("a"), number(0, 0)]), min_size=1, max_size=9).map(tuple)
questions = st.builds(cloze, st.sampled_from(Credit), gaps, st.decimals("0.01", "100", places=2).map(str))
values = st.lists(
    st.one_of(st.text(max_size=12), st.sampled_from(["15000", "eur", "usd", "hawala", "hundi", "a", "0"]))
)


@given(questions, values)
def test_points_lie_between_nothing_and_all_whatever_is_sent(question: Cloze, sent: list[str]) -> None:
    response = read_response(question, sent)
    marked = mark(question, response)
    assert 0 <= marked.points <= marked.out_of
    assert len(marked.answers) == len(question.gaps)
    assert (marked.verdict is Verdict.BLANK) == (response is None)


@given(questions)
def test_everything_right_earns_everything(question: Cloze) -> None:
    marked = mark(question, right_response(question))
    assert marked.points == marked.out_of
    assert set(marked.answers.values()) == {AnswerVerdict.HIT}


@given(questions, values)
def test_a_response_is_kept_as_it_is(question: Cloze, sent: list[str]) -> None:
    response = read_response(question, sent)
    assert response_stored(question, stored_form(response)) == response
    if isinstance(response, Filled):
        assert read_response(question, response.values) == response

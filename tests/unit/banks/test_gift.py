"""GIFT in the corners that parsers miss."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.banks.checked import errors_in
from elearn.banks.formats import Readable, read_bank
from elearn.banks.gift import read_gift
from elearn.banks.markdown import write_pool, written_question
from elearn.banks.model import (
    Answer,
    Bank,
    BankQuestion,
    Choices,
    Cloze,
    Gap,
    Matching,
    NumberKey,
    Numbers,
    Open,
    Pair,
    TextKey,
    Texts,
    Truth,
)


def one(text: str) -> BankQuestion:
    """The only question of a bank without losses."""
    bank = read_gift(text)
    assert (len(bank.questions), bank.losses) == (1, ()), bank.losses
    return bank.questions[0]


def reasons(text: str) -> list[tuple[int, str, str]]:
    """Line, what and why of the losses."""
    return [(loss.line, loss.what, loss.why) for loss in read_gift(text).losses]


def test_a_colon_may_stand_in_a_title_behind_a_backslash() -> None:
    assert one("::R.16\\: wires::Which?{T}").title == "R.16: wires"


def test_a_title_may_go_over_lines() -> None:
    question = one("::A long\ntitle::Is it?{T}")
    assert (question.title, question.stem) == ("A long title", "Is it?")


def test_the_first_feedback_of_true_or_false_is_for_who_chose_wrongly() -> None:
    assert one("A?{T#wrong#right}").body == Truth(True, "right", "wrong")
    assert one("B?{FALSE#wrong#right}").body == Truth(False, "wrong", "right")
    assert one("C?{F}").body == Truth(False, "", "")


def test_negative_and_partial_weights_make_several_answers() -> None:
    body = one("Which?{~%50%a ~%50%b#good ~%-50%c}").body
    assert body == Choices(
        (Answer("a", True), Answer("b", True, None, "good"), Answer("c", False, Decimal(-50))), is_single=False
    )


def test_unequal_weights_are_said() -> None:
    body = one("Which?{~%60%a ~%40%b ~c}").body
    assert [answer.weight for answer in body.answers] == [Decimal(60), Decimal(40), None]  # type: ignore[union-attr]


def test_thirds_are_shared_and_not_rounded() -> None:
    body = one("Which?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}").body
    assert [answer.weight for answer in body.answers] == [None] * 4  # type: ignore[union-attr]


def test_weights_that_do_not_make_a_whole_are_scaled_and_reported() -> None:
    bank = read_gift("Which?{~%100%a ~%100%b ~c}")
    assert [answer.weight for answer in bank.questions[0].body.answers] == [None] * 3  # type: ignore[union-attr]
    assert [loss.what for loss in bank.losses] == ["weights that add up to 200 %"]


def test_a_short_answer_may_earn_a_part_and_a_wrong_one_has_its_feedback() -> None:
    assert one("Who?{=hawala =%25%hundi =%0%SWIFT#a network}").body == Texts(
        (
            TextKey("hawala"),
            TextKey("hundi", weight=Decimal(25)),
            TextKey("SWIFT", is_right=False, feedback="a network"),
        )
    )


def test_a_star_in_a_short_answer_is_a_pattern_and_an_escaped_one_is_a_star() -> None:
    assert one("Who?{=hawala* =a\\\\*b}").body == Texts((TextKey("hawala.*", is_pattern=True), TextKey("a*b")))


def test_words_after_the_answers_make_a_text_with_a_gap() -> None:
    question = one("::Grant::Grant is {~buried =entombed} in Grant's tomb.")
    gap = Gap(Choices((Answer("buried", False), Answer("entombed", True)), is_single=True))
    assert question.body == Cloze(("Grant is ", gap, " in Grant's tomb."))
    assert "Grant is [[( ) buried | (x) entombed]] in Grant's tomb." in written_question(question)


def test_a_gap_with_feedback_becomes_a_choice_with_a_blank() -> None:
    question = one("Grant is {~buried#no =entombed} there.")
    assert question.title == "Grant is \\_\\_\\_\\_\\_ there." or question.title == "Grant is _____ there."
    assert isinstance(question.body, Choices)


def test_a_full_stop_after_the_answers_is_no_gap() -> None:
    assert one("Which is it{=a ~b}?").title == "Which is it?"


def test_every_text_has_its_own_format() -> None:
    body = one("[html]<p>A <b>bold</b> one</p>{=[markdown]*a* ~[plain]*b* ~<i>c</i>#<b>d</b>}").body
    assert body == Choices(
        (Answer("*a*", True), Answer("\\*b\\*", False), Answer("*c*", False, None, "**d**")), is_single=True
    )
    assert one("[plain]1 < 2 <b>{T}").title == "1 < 2 &lt;b>"
    assert one("[moodle]A <em>b</em>{T}").title == "A *b*"


def test_comments_are_passed_over_even_inside_braces() -> None:
    assert one("// first\n// second\nWhich?{\n// between\n=a\n~b\n}").body == Choices(
        (Answer("a", True), Answer("b", False)), is_single=True
    )


def test_a_blank_line_inside_braces_parts_nothing() -> None:
    assert one("Which?{\n\n=a\n\n~b\n\n}").body == Choices((Answer("a", True), Answer("b", False)), is_single=True)


def test_a_mark_of_byte_order_and_windows_line_ends_are_no_text() -> None:
    bank = read_bank("\ufeffWhich?{\r\n=a\r\n~b\r\n}\r\n\r\nIs it?{T}\r\n".encode(), Readable.GIFT)
    assert [question.title for question in bank.questions] == ["Which?", "Is it?"]
    assert bank.losses == ()
    assert [question.line for question in bank.questions] == [1, 6]


def test_an_arrow_in_feedback_makes_no_pairs() -> None:
    assert one("Who?{=a#x -> y =b}").body == Texts((TextKey("a", feedback="x -> y"), TextKey("b")))


def test_a_pair_without_a_left_half_is_a_distractor() -> None:
    assert one("Match.{=Canada -> Ottawa =Japan->Tokyo = -> Chat}").body == Matching(
        (Pair("Canada", "Ottawa"), Pair("Japan", "Tokyo"), Pair("", "Chat"))
    )


def test_general_feedback_stands_after_four_signs() -> None:
    question = one("Which?{=a#yes ~b####See the law.}")
    assert question.explanation == "See the law."
    assert question.body == Choices((Answer("a", True, None, "yes"), Answer("b", False)), is_single=True)


def test_an_open_answer_comes_with_a_word_on_the_rubric_it_lacks() -> None:
    bank = read_gift("Why?{####Because.}")
    assert [(question.body, question.explanation) for question in bank.questions] == [(Open(), "Because.")]
    assert [loss.what for loss in bank.losses] == ["no rubric"]


def test_a_category_names_the_pool_and_its_parts_are_tags() -> None:
    bank = read_gift("$CATEGORY: $course$/top/Channels/Hawala// Hundi\n\nA?{T}\n\n$CATEGORY: $course$/top/Law\n\nB?{F}")
    assert bank.title == "Channels"
    assert [question.tags for question in bank.questions] == [("Hawala/ Hundi",), ("Law",)]


def test_numbers_have_tolerances_ranges_and_weights() -> None:
    assert one("When?{#1822:5}").body == Numbers((NumberKey(Decimal(1817), Decimal(1827)),))
    assert one("How?{#1.5..2.5}").body == Numbers((NumberKey(Decimal("1.5"), Decimal("2.5"), is_range=True),))
    assert one("When?{#=1822:0#Yes. =%50%1822:2}").body == Numbers(
        (
            NumberKey(Decimal(1822), Decimal(1822), feedback="Yes."),
            NumberKey(Decimal(1820), Decimal(1824), weight=Decimal(50)),
        )
    )


def test_what_is_said_to_any_other_number_is_reported() -> None:
    assert [what for _, what, _ in reasons("When?{#=1822:0 ~#No.}")] == ["what is said to any other response"]


def test_ids_and_tags_stand_in_comments() -> None:
    question = one("// question: 7  name: x\n// [id:fee\\]1] [tag:cash] [tag:at border]\nA?{T}")
    assert (question.id, question.tags) == ("fee]1", ("cash", "at border"))
    assert "<!-- id: fee-1 | tags: cash, at border -->" in write_pool(Bank((question,)), "p")


def test_a_backslash_n_is_a_line_and_signs_may_be_escaped() -> None:
    question = one("::T::One\\n\\nTwo \\{x\\} 1\\=1 \\~ \\# a\\\\b{T}")
    assert question.stem == "One\n\nTwo \\{x\\} 1=1 ~ # a\\\\b"


def test_bad_questions_are_left_out_with_line_and_reason_and_the_rest_is_read() -> None:
    bank = read_gift("A text.\n\nWhich?{~a ~b}\n\nOne?{=a ~\n\n::Next::Is it?{T}\n\nTwo {=a} and {=b}.\n\nWhen?{#soon}")
    assert [question.title for question in bank.questions] == ["Next"]
    assert [(loss.line, loss.is_question) for loss in bank.losses] == [(n, True) for n in (1, 3, 5, 9, 11)]
    assert bank.left_out_count == 5
    assert bank.lossy_count == 0
    assert all(loss.why.endswith(".") and loss.question for loss in bank.losses)


def test_two_answers_of_the_same_words_are_one() -> None:
    bank = read_gift("Which?{=a ~A ~b}")
    assert [answer.text for answer in bank.questions[0].body.answers] == ["a", "b"]  # type: ignore[union-attr]
    assert (bank.lossy_count, bank.left_out_count) == (1, 0)


PIECES = st.sampled_from(
    [
        *("{", "}", "=", "~", "#", "####", "%50%", "%-5%", "->", "::", "$CATEGORY:", "//", "\n", "\n\n", "\\", "\\n"),
        *(
            "[html]",
            "[markdown]",
            "<b>",
            "</p>",
            "<img src=x>",
            "a",
            "b ",
            "5",
            "5..6",
            "T",
            "*",
            "_",
            "|",
            "## ",
            "- ",
        ),
        *("\ue010", "\x00", "&amp;", "<!--", "```", "`", "GapInTheText7", "word ", "1. ", "> ", "\ufeff", "[[", "]]"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.lists(PIECES, max_size=40).map("".join),
        st.tuples(*[st.lists(PIECES, max_size=8).map("".join)] * 3).map("::t::{0[0]}{{={0[1]}~{0[2]}}}".format),
        st.tuples(*[st.lists(PIECES, max_size=8).map("".join)] * 2).map("[html]{0[0]}{{=a~{0[1]} ~c}}".format),
    )
)
def test_no_text_makes_the_reader_fall_and_every_loss_has_a_line(text: str) -> None:
    bank = read_gift(text)
    lines = text.count("\n") + 1
    assert all(1 <= loss.line <= lines and loss.what and loss.why for loss in bank.losses)
    if bank.questions:
        for problem in errors_in(write_pool(bank, "bank"), {}):
            assert problem.code not in ("Q001", "Q002", "S001", "S008", "F001", "F002", "F003", "X007"), problem

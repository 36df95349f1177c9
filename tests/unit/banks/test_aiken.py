"""Aiken: a line, letters, ANSWER."""

from hypothesis import given
from hypothesis import strategies as st

from elearn.banks.aiken import read_aiken
from elearn.banks.model import Answer, Choices

GOOD = "Which?\nA) One\nB)Two\nc. Three\nANSWER: B\n"


def test_a_space_after_the_letter_may_be_missing() -> None:
    bank = read_aiken(GOOD)
    assert bank.losses == ()
    assert bank.questions[0].title == "Which?"
    assert bank.questions[0].body == Choices(
        (Answer("One", False), Answer("Two", True), Answer("Three", False)), is_single=True
    )


def test_what_is_not_finished_is_left_out_and_the_rest_is_read() -> None:
    text = (
        "No answers?\nANSWER: A\n\nToo few?\nA) One\nANSWER: A\n\nNo key?\nA) One\nB) Two\n\n"
        f"{GOOD}\nWrong letter?\nA) 1\nB) 2\nANSWER: C\n\nNot finished?\nA) One\n"
    )
    bank = read_aiken(text)
    assert [question.title for question in bank.questions] == ["Which?"]
    assert [(loss.line, loss.question, loss.is_question) for loss in bank.losses] == [
        (1, "No answers?", True),
        (4, "Too few?", True),
        (8, "No key?", True),
        (18, "Wrong letter?", True),
        (23, "Not finished?", True),
    ]
    assert "ANSWER line" in bank.losses[2].why
    assert "ends before" in bank.losses[4].why


def test_words_are_plain_and_show_as_they_are() -> None:
    bank = read_aiken("Is *this* <b>?\nA) a_b_ [x]\nB) 1. two\nANSWER: A")
    assert bank.questions[0].title == "Is \\*this\\* &lt;b>?"


@given(
    st.lists(st.sampled_from(["A) a", "B) b", "ANSWER: A", "ANSWER:", "Which?", "", "A)", "\x00", "é"]), max_size=20)
)
def test_no_text_makes_the_reader_fall(lines: list[str]) -> None:
    bank = read_aiken("\n".join(lines))
    assert all(1 <= loss.line <= max(len(lines), 1) for loss in bank.losses)

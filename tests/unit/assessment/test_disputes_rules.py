"""What a corrected key changes: a question known by its id, with another key, and the same rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.disputes.rules import (
    AttemptChange,
    Effect,
    Keys,
    NoReason,
    Points,
    changes_of,
    changes_stored,
    checked_reason,
    earned,
    is_comparable,
    key_of,
    marking_question,
    score_after,
    stored_changes,
)
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import right_response, stored_form
from elearn.content.compiler import compile_course
from elearn.content.question import Question
from tests.factories import NOON
from tests.quiz_course import SLUG, course_files
from tests.unit.content.making import a_question

PLUMS = ("- (x) Pears\n- ( ) Plums", "- ( ) Pears\n- (x) Plums")


def questions(*changes: tuple[str, str]) -> Mapping[str, Question]:
    """The questions of the small quiz with changes in their source."""
    files = course_files()
    text = files["01-one/quiz.md"].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    course = compile_course(SLUG, {**files, "01-one/quiz.md": text.encode()}).course
    assert course is not None
    quiz = course.quiz("small-quiz")
    assert quiz is not None
    return questions_of(course, quiz)


OWN = questions()
ROWS = {html: row for row, html in OWN["single"].texts["en"].answers.items()}


def corrected(*changes: tuple[str, str], used: Mapping[str, Question] = OWN) -> frozenset[str]:
    """The questions that these changes correct."""
    return Keys(OWN, used, questions(*changes)).corrected


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (PLUMS, {"single"}),
        (("`60%`", "`50%`"), {"several"}),
        (("- (x) True\n- ( ) False", "- ( ) True\n- (x) False"), {"statement"}),
        (("15000 ± 10", "15000 ± 20"), {"amount"}),
        (("- = zqkeyword", "- = keyword"), {"word"}),
        (("points: 2", "points: 3"), {"several"}),
        (("Which one is it?", "Which is it?"), set()),
        (("zqexplanation", "Because"), set()),
        (("zqfeedback for apples", "No"), set()),
    ],
)
def test_what_marking_looks_at_is_the_key_and_words_are_not(change: tuple[str, str], found: set[str]) -> None:
    changes = [change] if change[0] != "`60%`" else [change, ("`40%`", "`50%`")]
    assert corrected(*changes) == found


def test_a_key_that_was_used_already_is_not_corrected_again() -> None:
    assert corrected(PLUMS, used=questions(PLUMS)) == frozenset()
    assert corrected(used=questions(PLUMS)) == {"single"}


def test_a_question_with_other_rows_is_another_question() -> None:
    assert is_comparable(OWN["single"], questions(PLUMS)["single"])
    assert not is_comparable(OWN["single"], questions(("Plums", "Prunes"))["single"])
    assert not is_comparable(OWN["single"], questions(("- ( ) Plums\n", "- ( ) Plums\n- ( ) Figs\n"))["single"])
    assert not is_comparable(OWN["single"], OWN["word"])


def test_a_question_that_was_dropped_is_marked_by_its_own_key() -> None:
    assert marking_question(OWN["single"], None, {}) is OWN["single"]


def test_only_marks_that_become_others_are_changes() -> None:
    keys = Keys(OWN, OWN, questions(PLUMS))
    marks = {"single": Points(Decimal(1), Decimal(1)), "word": Points(Decimal(0), Decimal(1))}
    found = changes_of(marks, {"single": {"chosen": [ROWS["Pears"]]}}, keys)
    assert [(each.question_id, each.old.points, each.new.points) for each in found] == [
        ("single", Decimal(1), Decimal(0))
    ]
    assert score_after(marks, found) == 0
    assert changes_of({"single": Points(Decimal(0), Decimal(1))}, {"single": {"chosen": [ROWS["Apples"]]}}, keys) == ()


def test_a_mark_that_another_version_of_the_program_gave_stays_where_the_key_did() -> None:
    marks = {"single": Points(Decimal("0.5"), Decimal(1))}
    assert changes_of(marks, {"single": {"chosen": [ROWS["Pears"]]}}, Keys(OWN, OWN, questions())) == ()


@given(st.sampled_from([*ROWS.values(), None]), st.booleans())
def test_marking_again_twice_changes_nothing_more(row: str | None, is_used: bool) -> None:
    new = questions(PLUMS)
    stored = {"chosen": [row]} if row is not None else {}
    marks = {"single": earned(OWN["single"], stored)}
    responses = {"single": stored}
    for change in changes_of(marks, responses, Keys(OWN, OWN, new)):
        marks[change.question_id] = change.new
    assert marks["single"] == earned(new["single"], stored)
    assert changes_of(marks, responses, Keys(OWN, new if is_used else OWN, new)) == ()


def change(old: str, new: str, was_passed: bool | None, is_passed: bool | None) -> Effect:
    """What happens to an attempt."""
    return AttemptChange(1, "x", 1, NOON, (), Decimal(old), Decimal(new), was_passed, is_passed).effect


def test_the_effect_says_first_whether_a_pass_is_lost() -> None:
    assert change("80", "60", True, False) is Effect.FAILED
    assert change("80", "75", True, True) is Effect.LOWERED
    assert change("60", "80", False, True) is Effect.RAISED
    assert change("60", "40", False, False) is Effect.LOWERED
    assert change("60", "60", None, None) is Effect.SAME


def test_changes_are_kept_exactly() -> None:
    marks = {"single": Points(Decimal(1), Decimal(1))}
    found = changes_of(marks, {"single": {"chosen": [ROWS["Pears"]]}}, Keys(OWN, OWN, questions(PLUMS)))
    assert changes_stored(stored_changes(found)) == found


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501, "a\x00b"])
def test_a_reason_is_needed_that_can_be_kept(text: str) -> None:
    with pytest.raises(NoReason):
        checked_reason(text)
    assert checked_reason(" The key \n was wrong. ") == "The key was wrong."


KINDS = {
    "matching": (
        "- Placement → cash\n- Layering → trail\n",
        "- Placement → trail\n- Layering → cash\n",
        "→ trail",
        "→ track",
    ),
    "ordering": ("1. First\n2. Second\n3. Third\n", "1. Second\n2. First\n3. Third\n", "Third", "Fourth"),
    "cloze": (
        "It is [[= 15000]] [[(x) EUR | ( ) KZT]].\n",
        "It is [[= 12000]] [[( ) EUR | (x) KZT]].\n",
        "KZT",
        "USD",
    ),
    "ledger": (
        "| Pick | Amount |\n|:----:|-------:|\n| [x]  | 900    |\n| [ ]  | 1450   |\n",
        "| Pick | Amount |\n|:----:|-------:|\n| [ ]  | 900    |\n| [x]  | 1450   |\n",
        "1450",
        "1500",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_marked_again_by_another_key_and_not_after_it_was_reworded(kind: str) -> None:
    body, other_key, old_words, new_words = KINDS[kind]
    question, corrected_one = a_question(body), a_question(other_key)
    reworded = a_question(other_key.replace(old_words, new_words))
    stored = stored_form(right_response(question))
    assert key_of(question) == key_of(a_question(body))
    assert marking_question(question, corrected_one, stored) is corrected_one
    assert earned(corrected_one, stored).points < earned(question, stored).points
    assert earned(corrected_one, stored_form(right_response(corrected_one))).points == 1
    assert marking_question(question, reworded, stored) is question


@pytest.mark.parametrize("setting", ["hours: 2", "days: 30"])
def test_what_a_ledger_says_of_costs_is_no_key(setting: str) -> None:
    body = KINDS["ledger"][0]
    assert key_of(a_question(body)) == key_of(a_question(body, f"## Which one? <!-- id: one | {setting} -->"))


@pytest.mark.parametrize("body", ["- = cash\n- = coins `50%`\n", "- = 1\n- = 2 `50%`\n", "- a → b\n- c → d\n- → e\n"])
def test_the_order_of_rows_is_no_key(body: str) -> None:
    lines = body.splitlines(keepends=True)
    assert key_of(a_question(body)) == key_of(a_question("".join(lines[::-1])))


def test_a_question_that_the_release_used_last_lacks_is_compared_with_its_own_key() -> None:
    used = {name: question for name, question in OWN.items() if name != "single"}
    assert Keys(OWN, used, questions(PLUMS)).corrected == {"single"}
    assert Keys(OWN, used, OWN).corrected == frozenset()


def test_changes_come_in_the_order_of_their_questions() -> None:
    keys = Keys(OWN, OWN, questions(PLUMS, ("- = zqkeyword", "- = keyword"), ("15000 ± 10", "9 ± 1")))
    stored: dict[str, dict[str, Any]] = {
        "single": {"chosen": [ROWS["Pears"]]},
        "word": {"text": "zqkeyword"},
        "amount": {"text": "15000"},
    }
    marks = {name: earned(OWN[name], stored[name]) for name in stored}
    assert [change.question_id for change in changes_of(marks, stored, keys)] == ["amount", "single", "word"]

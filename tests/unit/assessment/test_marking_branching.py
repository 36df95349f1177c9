"""Marking branching cases."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import (
    AnswerVerdict,
    Verdict,
    Walked,
    is_complete,
    mark,
    read_response,
    response_stored,
    right_response,
    stands,
    stored_form,
)
from elearn.content.question import Credit
from tests.case_course import decisions, the_case

CASE = the_case()
ASK, FREEZE, VISIT, BACK, FILE = decisions(
    "Ask for the account history",
    "Freeze at once",
    "Visit the office",
    "Go back to the history",
    "File the report",
)
ALL = [ASK, FREEZE, VISIT, BACK, FILE]
values = st.lists(st.one_of(st.sampled_from(ALL), st.text(max_size=9)), max_size=150)


def points(*path: str) -> Decimal:
    return mark(CASE, read_response(CASE, path)).points


def test_the_share_is_that_of_the_model_paths_points() -> None:
    assert points(ASK, FILE) == 3
    assert points(ASK) == 2
    assert points(ASK, VISIT, BACK) == 2
    assert points(FREEZE) == 0


def test_a_decision_taken_again_earns_nothing_more() -> None:
    assert points(ASK, VISIT, BACK, VISIT, BACK, VISIT) == 2


def test_exact_credit_pays_only_a_path_that_earns_everything() -> None:
    exact = replace(CASE, credit=Credit.EXACT)
    assert mark(exact, Walked((ASK,))).points == 0
    assert mark(exact, Walked((ASK, FILE))).points == 3


def test_a_path_ends_where_it_cannot_go_on() -> None:
    assert read_response(CASE, [ASK, "x", FILE]) == Walked((ASK,))
    assert read_response(CASE, [FILE]) is None
    assert read_response(CASE, [FREEZE, ASK]) == Walked((FREEZE,))


def test_a_case_is_complete_at_a_scene_without_choices() -> None:
    assert not is_complete(CASE, None)
    assert not is_complete(CASE, Walked((ASK,)))
    assert is_complete(CASE, Walked((ASK, FILE)))


def test_nobody_walks_in_a_circle_for_ever() -> None:
    path = read_response(CASE, [ASK, *[VISIT, BACK] * 99])
    assert isinstance(path, Walked)
    assert len(path.path) == 100
    assert is_complete(CASE, path)


def test_a_decision_stands_if_the_later_path_goes_on_from_it() -> None:
    assert stands({"path": [ASK]}, {"path": [ASK, FILE]})
    assert not stands({"path": [ASK]}, {"path": [FREEZE]})
    assert not stands({"path": [ASK]}, {})
    assert stands({"text": "a"}, {})


def test_the_verdicts_name_what_was_taken_and_what_the_model_path_takes() -> None:
    assert mark(CASE, Walked((ASK, VISIT))).answers == {
        ASK: AnswerVerdict.HIT,
        FILE: AnswerVerdict.MISSED,
        VISIT: AnswerVerdict.WRONG,
    }


def test_no_decision_is_blank() -> None:
    assert mark(CASE, None).verdict is Verdict.BLANK


@given(values)
def test_whatever_is_sent_earns_between_nothing_and_everything(sent: list[str]) -> None:
    marked = mark(CASE, read_response(CASE, sent))
    assert 0 <= marked.points <= marked.out_of


@given(values)
def test_what_is_kept_is_read_again_as_it_was(sent: list[str]) -> None:
    response = read_response(CASE, sent)
    assert response_stored(CASE, stored_form(response)) == response


def test_the_model_path_is_right() -> None:
    assert mark(CASE, right_response(CASE)).verdict is Verdict.RIGHT

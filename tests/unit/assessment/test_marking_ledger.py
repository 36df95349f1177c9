"""What picking rows of a ledger earns."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.marking import (
    AnswerVerdict,
    Detection,
    Picked,
    Verdict,
    detection,
    mark,
    read_response,
    response_stored,
    right_response,
    stored_form,
)
from elearn.content.question import ColumnKind, Credit, Ledger

ROWS = tuple(f"T{number}" for number in range(10))


def a_ledger(right: tuple[str, ...] = ROWS[:4], credit: Credit = Credit.PROPORTIONAL, points: str = "1") -> Ledger:
    return Ledger(
        id="q",
        points=Decimal(points),
        tags=(),
        credit=credit,
        texts={},
        path="quiz.md",
        line=1,
        columns=(ColumnKind.TEXT,),
        row_ids=ROWS,
        right_ids=right,
        is_keyed=True,
    )


@pytest.mark.parametrize(
    ("picked", "precision", "recall", "f1"),
    [
        ((0, 1, 2, 3), "1", "1", "1"),
        ((0, 1), "1", "0.5", "0.6667"),
        ((0, 1, 2, 3, 4, 5, 6, 7), "0.5", "1", "0.6667"),
        ((0, 1, 2, 9), "0.75", "0.75", "0.75"),
        ((8, 9), "0", "0", "0"),
        ((), "0", "0", "0"),
        (tuple(range(10)), "0.4", "1", "0.5714"),
    ],
)
def test_points_are_the_harmonic_mean_of_precision_and_recall(
    picked: tuple[int, ...], precision: str, recall: str, f1: str
) -> None:
    question = a_ledger()
    response = read_response(question, [ROWS[index] for index in picked])
    found = detection(question, response if isinstance(response, Picked) else None)
    assert (found.precision, found.recall) == (Decimal(precision), Decimal(recall))
    assert mark(question, response).points == Decimal(f1)


def test_the_short_form_of_f1_is_its_definition() -> None:
    for hits in range(1, 6):
        for alarms in range(6):
            for misses in range(6):
                found = Detection(hits, alarms, misses)
                longer = 2 * found.precision * found.recall / (found.precision + found.recall)
                assert abs(found.f1 - longer) < Decimal("1e-20")


def test_every_row_gets_its_verdict() -> None:
    marked = mark(a_ledger(ROWS[:2]), Picked(("T0", "T9")))
    assert marked.verdict is Verdict.PARTLY
    assert marked.answers["T0"] is AnswerVerdict.HIT
    assert marked.answers["T1"] is AnswerVerdict.MISSED
    assert marked.answers["T9"] is AnswerVerdict.WRONG
    assert {marked.answers[name] for name in ROWS[2:9]} == {AnswerVerdict.LEFT}


def test_exact_credit_pays_all_or_nothing() -> None:
    question = a_ledger(credit=Credit.EXACT)
    assert mark(question, Picked(ROWS[:4])).points == 1
    assert mark(question, Picked(ROWS[:3])).points == 0


def test_where_only_correct_rows_count_a_false_alarm_takes_everything() -> None:
    question = a_ledger(credit=Credit.PROPORTIONAL_CORRECT)
    assert mark(question, Picked(ROWS[:2])).points == Decimal("0.6667")
    assert mark(question, Picked(ROWS[:5])).points == 0


def test_rows_that_the_ledger_does_not_have_are_dropped() -> None:
    question = a_ledger()
    assert read_response(question, ["none", "T3", "T1", "T3"]) == Picked(("T1", "T3"))
    assert read_response(question, ["none", ""]) is None
    assert mark(question, None).verdict is Verdict.BLANK


rights = st.sets(st.sampled_from(ROWS), min_size=1).map(lambda names: tuple(sorted(names)))
sent_values = st.lists(st.sampled_from(ROWS) | st.text(max_size=4), max_size=30)


@given(rights, st.sampled_from(Credit), sent_values, st.sampled_from(["0.01", "1", "3", "100"]))
def test_points_are_between_nothing_and_all(
    right: tuple[str, ...], credit: Credit, sent: list[str], points: str
) -> None:
    question = a_ledger(right, credit, points)
    marked = mark(question, read_response(question, sent))
    assert 0 <= marked.points <= marked.out_of == question.points


@given(rights, st.sampled_from(Credit), st.sampled_from(["0.01", "1", "3", "100"]))
def test_all_rows_that_matter_and_no_other_earn_everything(right: tuple[str, ...], credit: Credit, points: str) -> None:
    question = a_ledger(right, credit, points)
    assert mark(question, right_response(question)).points == question.points


@given(rights, st.sampled_from(Credit), sent_values, st.randoms(use_true_random=False))
def test_the_order_of_picking_does_not_count(
    right: tuple[str, ...], credit: Credit, sent: list[str], chance: random.Random
) -> None:
    question = a_ledger(right, credit)
    shuffled = list(sent)
    chance.shuffle(shuffled)
    assert mark(question, read_response(question, shuffled)) == mark(question, read_response(question, sent))


@given(rights, sent_values)
def test_one_more_hit_never_costs_and_one_more_false_alarm_never_pays(right: tuple[str, ...], sent: list[str]) -> None:
    question = a_ledger(right)
    before = mark(question, read_response(question, sent)).points
    for row in ROWS:
        after = mark(question, read_response(question, [*sent, row])).points
        assert after >= before if row in right else after <= before


@given(rights, sent_values)
def test_a_response_is_the_same_after_it_was_stored(right: tuple[str, ...], sent: list[str]) -> None:
    question = a_ledger(right)
    response = read_response(question, sent)
    assert response_stored(question, stored_form(response)) == response

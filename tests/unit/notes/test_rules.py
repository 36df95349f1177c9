"""What becomes of a note: the last save wins, and nothing that was written is lost unseen."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.notes.rules import (
    LONGEST_NOTE,
    MOST_EARLIER,
    Earlier,
    NoSuchEarlier,
    NoteTooLong,
    TooManyEarlier,
    Written,
    clean_note,
    matches,
    rewritten,
    with_earlier,
    without_earlier,
)
from tests.factories import NOON


def a_note(text: str = "First thoughts.", earlier: tuple[Earlier, ...] = ()) -> Written:
    """A note as it stands."""
    return Written(text, uuid4(), NOON, earlier)


def saved(before: Written | None, text: str, *seen: UUID, revision: UUID | None = None) -> Written:
    """The note after a save."""
    return rewritten(before, text, seen=seen, revision=revision or uuid4(), now=NOON + timedelta(minutes=1))


def said(note: Written) -> list[str]:
    """The earlier texts of a note."""
    return [each.text for each in note.earlier]


def test_the_last_save_wins_and_one_who_knew_what_stood_there_keeps_nothing() -> None:
    before = a_note()
    after = saved(before, "Second thoughts.", before.revision)
    assert (after.text, after.earlier) == ("Second thoughts.", ())


def test_what_another_device_wrote_meanwhile_is_kept() -> None:
    before = a_note("From the office.")
    after = saved(before, "From the train.", uuid4())
    assert after.text == "From the train."
    assert after.earlier == (Earlier("From the office.", NOON),)


def test_a_page_made_before_there_was_a_note_keeps_what_came_meanwhile() -> None:
    assert said(saved(a_note("From the office."), "From the train.")) == ["From the office."]


def test_the_same_save_twice_is_one() -> None:
    before, revision = a_note(), uuid4()
    once = saved(before, "More.", before.revision, revision=revision)
    assert saved(once, "More.", before.revision, revision=revision) == once


def test_the_same_text_from_two_devices_is_no_clash() -> None:
    before = a_note("The same.")
    assert saved(before, "The same.") == before


def test_what_stands_in_the_new_text_need_not_be_kept() -> None:
    assert saved(a_note("Half"), "Half and half").earlier == ()


def test_a_note_emptied_from_a_page_that_did_not_know_it_is_kept() -> None:
    after = saved(a_note("Written elsewhere."), "")
    assert not after.is_empty
    assert said(after) == ["Written elsewhere."]


def test_an_earlier_text_is_added_at_the_end_and_then_no_longer_kept() -> None:
    note = a_note("Now.", (Earlier("Then.", NOON), Earlier("Before that.", NOON)))
    after = with_earlier(note, note.earlier[0].key, revision=uuid4(), now=NOON)
    assert after.text == "Now.\n\nThen."
    assert said(after) == ["Before that."]
    assert said(without_earlier(after, after.earlier[0].key)) == []


def test_adding_what_makes_a_note_too_long_is_refused() -> None:
    note = a_note("x" * 3_000, (Earlier("y" * 2_000, NOON),))
    with pytest.raises(NoteTooLong):
        with_earlier(note, note.earlier[0].key, revision=uuid4(), now=NOON)


def test_an_earlier_text_that_is_gone_is_refused() -> None:
    with pytest.raises(NoSuchEarlier):
        without_earlier(a_note(), "x")
    with pytest.raises(NoSuchEarlier):
        with_earlier(a_note(), "x", revision=uuid4(), now=NOON)


def test_no_earlier_text_is_pushed_out_by_a_newer_one() -> None:
    note = a_note("(0)")
    for number in range(1, MOST_EARLIER + 1):
        note = saved(note, f"({number})")
    with pytest.raises(TooManyEarlier):
        saved(note, "One more.")


@given(st.lists(st.tuples(st.text("ab ", max_size=4), st.booleans()), max_size=15))
def test_whatever_the_order_no_text_that_was_replaced_unseen_is_lost(saves: list[tuple[str, bool]]) -> None:
    note: Written | None = None
    unseen: list[str] = []
    for text, is_seen in saves:
        before = note
        note = saved(before, text, *((before.revision,) if before is not None and is_seen else ()))
        if before is not None and not is_seen and text != before.text:
            unseen.append(before.text)
        # What was in the note and was taken out by one who saw it is theirs to lose.
        kept = [note.text, *said(note)]
        unseen = [lost for lost in unseen if not is_seen or any(lost in each for each in kept)]
        assert all(any(lost in each for each in kept) for lost in unseen)
        assert not any(each in note.text for each in said(note))


def test_a_text_is_stored_as_every_database_can_hold_it() -> None:
    assert clean_note("one\r\ntwo\rthree\x00\x1b[31m\ud800 \n\n") == "one\ntwo\nthree[31m"


def test_a_note_of_the_longest_is_taken_and_one_letter_more_is_refused() -> None:
    assert len(clean_note("ж" * LONGEST_NOTE)) == LONGEST_NOTE
    with pytest.raises(NoteTooLong, match="4,001"):
        clean_note("ж" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize(("words", "is_found"), [("", True), ("ЁЛКА", True), ("игла елк", True), ("сосна", False)])
def test_a_note_is_found_by_all_its_words(words: str, is_found: bool) -> None:
    assert matches(words, "Ёлка", "и игла") is is_found

"""The chain of events: what any tampering with it does, in all places."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.audit.rules import (
    GENESIS,
    LONGEST_TEXT,
    Anchor,
    ChainBroken,
    Link,
    NotAnAnchor,
    anchors_of,
    canonical,
    checked_links,
    clipped,
    hash_of,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def chain(count: int) -> list[Link]:
    """A whole chain of so many events."""
    made: list[Link] = []
    for number in range(1, count + 1):
        link = Link(
            number,
            NOON + timedelta(seconds=number),
            number % 3 or None,
            "officer",
            "signed-in",
            "person",
            f"p{number}",
            {"shared": number % 2 == 0},
            made[-1].hash if made else GENESIS,
            "",
        )
        made.append(replace(link, hash=hash_of(link.as_told())))
    return made


def broken_at(links: list[Link]) -> int | None:
    """The number at which a chain is said to be broken; None if it is whole."""
    try:
        assert list(checked_links(links)) == links
    except ChainBroken as found:
        return int(str(found.values["number"]))
    return None


@given(st.integers(0, 12))
def test_a_chain_as_it_was_made_is_whole(count: int) -> None:
    assert broken_at(chain(count)) is None


@given(
    st.integers(1, 12),
    st.sampled_from(
        [
            {"at": NOON},
            {"actor_id": 77},
            {"actor_roles": "administrator:all"},
            {"act": "signed-out"},
            {"thing_kind": "course"},
            {"thing_id": "another"},
            {"details": {}},
            {"details": {"shared": None}},
            {"hash": "f" * 64},
        ]
    ),
)
def test_any_change_of_an_event_is_found_where_it_was_made(number: int, change: dict[str, object]) -> None:
    links = chain(12)
    links[number - 1] = replace(links[number - 1], **change)  # type: ignore[arg-type]
    assert broken_at(links) == number


@given(st.integers(1, 11))
def test_a_change_with_its_hash_made_anew_is_found_at_the_next_event(number: int) -> None:
    links = chain(12)
    changed = replace(links[number - 1], act="signed-out")
    links[number - 1] = replace(changed, hash=hash_of(changed.as_told()))
    assert broken_at(links) == number + 1


@given(st.integers(1, 11))
def test_an_event_taken_out_is_found(number: int) -> None:
    links = chain(12)
    del links[number - 1]
    assert broken_at(links) == number


@given(st.integers(1, 12))
def test_an_event_put_in_is_found(number: int) -> None:
    links = chain(12)
    links.insert(number - 1, replace(links[number - 1], act="signed-out"))
    assert broken_at(links) in (number, number + 1)


def test_the_hash_does_not_depend_on_the_time_zone_or_the_order_of_keys() -> None:
    link = chain(1)[0]
    elsewhere = replace(link, at=link.at.astimezone(timezone(timedelta(hours=5))))
    assert hash_of(elsewhere.as_told()) == link.hash
    assert canonical({"b": 1, "a": "Айгүл"}) == canonical({"a": "Айгүл", "b": 1})
    assert canonical({"a": "Айгүл"}).isascii()


def test_the_line_of_an_event_is_enough_to_check_it() -> None:
    import hashlib
    import json

    link = chain(1)[0]
    told = json.loads(link.as_line())
    found = told.pop("hash")
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == found


@given(st.text(max_size=400))
def test_what_comes_from_outside_is_kept_on_one_line_and_not_endless(text: str) -> None:
    kept = clipped(text)
    assert len(kept) <= LONGEST_TEXT and kept.isprintable()
    kept.encode()


def test_a_file_of_anchors_is_read_and_what_is_none_is_named() -> None:
    one, two = "a" * 64, "b" * 64
    assert anchors_of(f"3 {one} 2026-11-21 12:00\n\n14 {two}\n") == [Anchor(3, one), Anchor(14, two)]
    for line in ("", "x", f"-1 {one}", f"3 {one[1:]}", f"3 {one.upper()}", f"3 {one}z"):
        if line:
            with pytest.raises(NotAnAnchor, match="Line 2 "):
                anchors_of(f"3 {one}\n{line}\n")

"""Notes and bookmarks in the reader and on their own page: saved, found, taken along, and nobody else's to read."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from elearn.catalogue.queries import current_release
from elearn.learning.models import Enrolment
from elearn.notes.models import Bookmark, Note
from elearn.notes.services import save_note
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.factories import NOON, a_course, an_enrolment, course_files, reading, the_person, writing
from tests.web.conftest import OFFICER

SECTION = "/courses/demo/example/a-section"
HOSTILE = '<script>alert(1)</script> </textarea><img src=x onerror=y> {{ 7*7 }} %(x)s & "quoted" \x02=token\x03'


@pytest.fixture
def reader(taught: Flask, learner: CheckingClient) -> CheckingClient:
    """An officer who is enrolled in the small course."""
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    return learner


def write(client: CheckingClient, text: str, *, seen: str | None = None) -> None:
    """Write a note by the form, as a browser without scripts does."""
    client.get(SECTION)
    told = field(client, "seen") if seen is None else seen
    response = client.send(f"{SECTION}/note", {"text": text, "seen": told}, page=SECTION)
    assert (response.status_code, response.location) == (303, f"{SECTION}#note")


def field(client: CheckingClient, name: str) -> str:
    """The value of a hidden field of the note's form."""
    return str(next(node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("name") == name))


def the_text(client: CheckingClient, path: str = SECTION) -> str:
    """What stands in the field of the note."""
    client.get(path)
    return next(node for node in client.page.iter(f"{HTML}textarea") if node.get("name") == "text").text or ""


def the_note(client: CheckingClient) -> Any:
    """The element that holds the note."""
    client.get(SECTION)
    return next(node for node in client.page.iter(f"{HTML}details") if node.get("id") == "note")


def put(client: CheckingClient, body: Any, path: str = f"{SECTION}/note") -> TestResponse:
    """Save a note as the script does."""
    return client.put(path, json=body, headers={"X-CSRF-Token": client.token(SECTION)})


def count(site: Flask, table: type[Note] | type[Bookmark]) -> int:
    with reading(site) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---- In the reader ----


def test_a_section_without_a_note_has_a_closed_place_for_one(reader: CheckingClient) -> None:
    assert the_note(reader).get("open") is None
    assert the_text(reader) == ""


def test_a_note_written_by_the_form_stands_there_again_and_says_when_it_was_saved(reader: CheckingClient) -> None:
    with time_machine.travel(NOON, tick=False):
        reader.send("/sign-out")
        reader.sign_in(OFFICER)
        write(reader, "Ask Dana about R.20.\n\n\nTwice.")
        assert the_text(reader) == "Ask Dana about R.20.\n\n\nTwice."
        assert the_note(reader).get("open") is not None
        assert "Saved on 21 November 2026, 17:00" in words_of(the_note(reader))
        assert the_text(reader, "/courses/demo/example/callouts") == ""


def test_a_note_that_begins_with_an_empty_line_keeps_it(reader: CheckingClient) -> None:
    write(reader, "\nSecond line.")
    assert the_text(reader) == "\nSecond line."


def test_hostile_text_stays_text_everywhere(reader: CheckingClient) -> None:
    write(reader, HOSTILE)
    shown = HOSTILE.replace("\x02", "").replace("\x03", "")
    assert the_text(reader) == shown
    reader.get("/notes")
    assert shown in text_of(reader.page)
    exported = reader.get("/notes.md").get_data(as_text=True)
    assert f"> {shown}" in exported


def test_another_device_that_saved_meanwhile_loses_nothing_and_it_is_told(
    reader: CheckingClient, taught: Flask
) -> None:
    reader.get(SECTION)
    before = field(reader, "seen")
    write(reader, "From the office.")
    write(reader, "From the train.", seen=before)
    note = words_of(the_note(reader))
    assert "This note was saved from another device meanwhile." in note
    assert "From the office." in note
    assert the_text(reader) == "From the train."
    key = field(reader, "key")
    action = f"{SECTION}/note/earlier"
    assert reader.send(action, {"key": key, "do": "add"}, page=SECTION).location == f"{SECTION}#note"
    assert the_text(reader) == "From the train.\n\nFrom the office."
    assert "meanwhile" not in words_of(the_note(reader)).replace("had saved this note meanwhile", "")
    assert reader.send(action, {"key": key, "do": "discard"}, page=SECTION).status_code == 404


def test_an_earlier_text_can_be_thrown_away(reader: CheckingClient) -> None:
    write(reader, "From the office.")
    write(reader, "From the train.", seen="")
    the_note(reader)
    reader.send(f"{SECTION}/note/earlier", {"key": field(reader, "key"), "do": "discard"}, page=SECTION)
    assert "From the office." not in words_of(the_note(reader))
    assert the_text(reader) == "From the train."


def test_a_note_is_deleted_with_one_click(reader: CheckingClient, taught: Flask) -> None:
    write(reader, "For a day.")
    assert reader.send(f"{SECTION}/note/delete", page=SECTION).location == f"{SECTION}#note"
    assert the_text(reader) == ""
    assert count(taught, Note) == 0


def test_a_note_that_is_too_long_is_refused_in_a_sentence(reader: CheckingClient, taught: Flask) -> None:
    response = reader.send(f"{SECTION}/note", {"text": "x" * 4_001}, page=SECTION)
    assert response.status_code == 422
    assert "at most 4,000 characters; this one would have 4,001" in text_of(reader.page)
    assert count(taught, Note) == 0


def test_a_bookmark_is_set_and_taken_away(reader: CheckingClient, taught: Flask) -> None:
    for on, label in (("1", "Bookmarked (remove)"), ("1", "Bookmarked (remove)"), ("0", "Bookmark (remove)")):
        assert reader.send(f"{SECTION}/bookmark", {"on": on}, page=SECTION).location == SECTION
        reader.get(SECTION)
        button = next(node for node in reader.page.iter(f"{HTML}button") if node.get("name") == "on")
        assert (text_of(button), button.get("value")) == (label, "0" if on == "1" else "1")
        assert count(taught, Bookmark) == int(on)


def test_a_note_stands_beside_a_check_that_was_just_answered(reader: CheckingClient) -> None:
    write(reader, "Still here.")
    reader.get(SECTION)
    action = next(node.get("action") for node in reader.page.iter(f"{HTML}form") if "/checks/" in node.get("action"))
    reader.send(action, {"answer": "x"}, page=SECTION)
    assert "Still here." in text_of(reader.page)


@pytest.mark.parametrize("what", ["note", "note/delete", "note/earlier", "bookmark"])
def test_who_is_not_enrolled_writes_nothing(taught: Flask, learner: CheckingClient, what: str) -> None:
    response = learner.send(f"{SECTION}/{what}", {"text": "x", "on": "1"})
    assert (response.status_code, response.location) == (302, "/courses/demo")
    assert count(taught, Note) == count(taught, Bookmark) == 0


@pytest.mark.parametrize("what", ["note", "bookmark"])
def test_a_section_that_never_was_takes_no_note(reader: CheckingClient, taught: Flask, what: str) -> None:
    response = reader.send(f"/courses/demo/example/nothing/{what}", {"text": "x", "on": "1"}, page=SECTION)
    assert response.status_code == 404
    assert count(taught, Note) == count(taught, Bookmark) == 0


# ---- Saved by the script ----


def test_a_script_saves_a_note_and_is_told_when(reader: CheckingClient, taught: Flask) -> None:
    first, second = str(uuid4()), str(uuid4())
    with time_machine.travel(NOON, tick=False):
        reader.send("/sign-out")
        reader.sign_in(OFFICER)
        for _ in range(2):
            response = put(reader, {"text": "Draft.", "seen": [], "revision": first})
            assert (response.status_code, response.json) == (
                200,
                {"saved_at": "17:00", "revision": first, "earlier": 0},
            )
        response = put(reader, {"text": "Better draft.", "seen": [first], "revision": second})
        assert response.json is not None and response.json["earlier"] == 0
        assert the_text(reader) == "Better draft."
        response = put(reader, {"text": "From elsewhere.", "seen": [first], "revision": str(uuid4())})
        assert response.json is not None and response.json["earlier"] == 1
    assert count(taught, Note) == 1


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"text": 1, "seen": [], "revision": str(uuid4())},
        {"text": "x", "seen": [], "revision": "x"},
        {"text": "x", "seen": "x", "revision": str(uuid4())},
        {"text": "x", "seen": ["x"], "revision": str(uuid4())},
        {"text": "x", "seen": [1], "revision": str(uuid4())},
        {"text": "x", "seen": [str(uuid4())] * 101, "revision": str(uuid4())},
    ],
)
def test_what_is_no_note_is_refused_in_a_sentence(reader: CheckingClient, taught: Flask, body: Any) -> None:
    response = put(reader, body)
    assert response.status_code == 422
    assert response.json is not None and response.json["message"].startswith("This is not a note")
    assert count(taught, Note) == 0


def test_brackets_without_end_are_no_note(reader: CheckingClient) -> None:
    headers = {"X-CSRF-Token": reader.token(SECTION), "Content-Type": "application/json"}
    assert reader.put(f"{SECTION}/note", data="[" * 40_000, headers=headers).status_code == 422


def test_half_a_character_and_a_nul_are_left_out(reader: CheckingClient) -> None:
    assert put(reader, {"text": "a\ud800b\x00c", "seen": [], "revision": str(uuid4())}).status_code == 200
    assert the_text(reader) == "abc"


# ---- One's own page ----


def test_the_page_is_in_the_menu_of_everybody_who_learns(reader: CheckingClient) -> None:
    reader.get("/")
    assert [node.get("href") for node in reader.page.iter(f"{HTML}a")].count("/notes") == 2


def test_somebody_without_notes_is_told_where_to_write_one(learner: CheckingClient) -> None:
    learner.get("/notes")
    assert "None yet." in words_of(learner.page)


def test_notes_and_bookmarks_stand_in_the_order_of_the_course(reader: CheckingClient) -> None:
    reader.send("/courses/demo/example/callouts/bookmark", {"on": "1"}, page=SECTION)
    write(reader, "A thought.")
    reader.send("/courses/demo/example/opening/bookmark", {"on": "1"}, page=SECTION)
    reader.get("/notes")
    found = [link for link in links_of(reader.page) if link.startswith("/courses/demo/")]
    assert found == [f"/courses/demo/example/{name}" for name in ("opening", "a-section", "callouts")]
    assert "3 sections" in words_of(reader.page)
    assert "A small course" in words_of(reader.page)


def test_notes_are_found_by_their_words(reader: CheckingClient) -> None:
    write(reader, "Спросить о ёлке.")
    reader.send("/courses/demo/example/callouts/bookmark", {"on": "1"}, page=SECTION)
    for words, links in (("ЕЛКЕ спросить", [SECTION]), ("callouts", ["/courses/demo/example/callouts"]), ("сосна", [])):
        reader.get("/notes", query_string={"q": words})
        assert [link for link in links_of(reader.page) if link.startswith("/courses/demo/")] == links, words
    assert "Nothing found." in words_of(reader.page)
    reader.get("/notes", query_string={"q": HOSTILE})
    reader.get("/notes", query_string={"q": "x" * 10_000})


def test_notes_and_bookmarks_are_removed_from_there_too(reader: CheckingClient, taught: Flask) -> None:
    write(reader, "For a day.")
    reader.send(f"{SECTION}/bookmark", {"on": "1"}, page=SECTION)
    for path in (f"{SECTION}/note/delete", f"{SECTION}/bookmark"):
        assert reader.send(path, {"back": "/notes", "on": "0"}, page="/notes").location == "/notes"
    assert count(taught, Note) == count(taught, Bookmark) == 0


def test_the_way_back_leads_to_no_other_site(reader: CheckingClient) -> None:
    for back in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        response = reader.send(f"{SECTION}/note/delete", {"back": back}, page=SECTION)
        assert response.location == f"{SECTION}#note"


def test_what_a_newer_release_does_not_have_is_listed_under_its_old_title(
    reader: CheckingClient, taught: Flask
) -> None:
    write(reader, "Kept all the same.")
    with writing(taught) as session:
        files = course_files()
        path = "01-example/module.md"
        files[path] = files[path].replace(b"id: a-section", b"id: another-section")
        release = a_course(session, files=files, now=NOON)
        session.execute(update(Enrolment).values(release_id=release.release_id))
    reader.get("/notes")
    page = words_of(reader.page)
    assert "1.1 A section is one page" in page
    assert "The course has no such section any more" in page
    assert "Kept all the same." in page
    assert SECTION not in links_of(reader.page)
    assert reader.send(f"{SECTION}/note/delete", {"back": "/notes"}, page="/notes").status_code == 303
    assert count(taught, Note) == 0


def test_the_export_holds_everything_and_quotes_what_was_written(reader: CheckingClient) -> None:
    write(reader, "From the office.")
    write(reader, "# No heading\n\n- of ours", seen="")
    reader.send(f"{SECTION}/bookmark", {"on": "1"}, page=SECTION)
    response = reader.get("/notes.md")
    assert response.headers["Content-Disposition"] == "attachment; filename=notes.md"
    assert response.mimetype == "text/markdown"
    lines = response.get_data(as_text=True).splitlines()
    assert lines[0] == "# Your notes"
    assert [line for line in lines if line.startswith("#")][1:] == [
        "## A small course",
        "### 1.1 A section is one page",
    ]
    assert any(line.startswith(f"<http://training.example{SECTION}> · Bookmark · ") for line in lines)
    assert [line for line in lines if line.startswith(">")] == [
        "> # No heading",
        ">",
        "> - of ours",
        "> From the office.",
    ]


def test_two_in_the_same_section_read_each_their_own_note(taught: Flask, client: CheckingClient) -> None:
    with writing(taught) as session:
        for name, text in ((OFFICER, "Of the officer."), ("trainer", "Of the trainer.")):
            enrolment = an_enrolment(session, the_person(session, name), current_release(session, "demo"))
            made = {"title": "1.1", "seen": (), "revision": uuid4(), "now": NOON}
            save_note(session, enrolment.id, "example/a-section", text, **made)  # type: ignore[arg-type]
    for name, own, other in ((OFFICER, "officer", "trainer"), ("trainer", "trainer", "officer")):
        client.sign_in(name)
        for path in (SECTION, "/notes", "/notes.md"):
            text = client.get(path).get_data(as_text=True)
            assert f"Of the {own}." in text and f"Of the {other}." not in text, (name, path)
        client.send("/sign-out")

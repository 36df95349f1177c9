"""Notes and bookmarks as they are stored, on both databases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.notes.models import Bookmark, Note
from elearn.notes.queries import bookmarks_of, notes_of, on_section
from elearn.notes.rules import LONGEST_NOTE
from elearn.notes.services import (
    add_earlier,
    delete_note,
    discard_earlier,
    remove_bookmark,
    save_note,
    set_bookmark,
)
from tests.factories import NOON, a_course, a_person, an_enrolment, course_files
from tests.together import together

UNIT = "example/a-section"


@pytest.fixture
def enrolment(db: Session) -> Enrolment:
    """Somebody in the small course."""
    return an_enrolment(db, a_person(db))


def save(session: Session, enrolment_id: int, text: str, *seen: UUID, title: str = "1.1 A section") -> UUID:
    """Save a note; the id of its revision."""
    made = save_note(session, enrolment_id, UNIT, text, title=title, seen=seen, revision=uuid4(), now=NOON)
    return made.revision


def test_a_note_is_read_as_it_was_written(db: Session, enrolment: Enrolment) -> None:
    revision = save(db, enrolment.id, "Ask about R.20 <b>&\n\nтретий 🙂")
    found = on_section(db, enrolment.id, UNIT)
    assert found.note is not None
    assert (found.note.text, found.note.revision, found.note.saved_at) == (
        "Ask about R.20 <b>&\n\nтретий 🙂",
        revision,
        NOON,
    )
    assert not found.is_bookmarked


def test_the_longest_note_fits(db: Session, enrolment: Enrolment) -> None:
    save(db, enrolment.id, "🙂" * LONGEST_NOTE)
    found = on_section(db, enrolment.id, UNIT).note
    assert found is not None and len(found.text) == LONGEST_NOTE


def test_a_section_has_one_note_and_an_empty_text_takes_it_away(db: Session, enrolment: Enrolment) -> None:
    first = save(db, enrolment.id, "One.")
    second = save(db, enrolment.id, "Two.", first)
    assert db.scalar(select(func.count(Note.id))) == 1
    save(db, enrolment.id, "  \n", second)
    assert db.scalar(select(func.count(Note.id))) == 0


def test_what_was_replaced_unseen_is_kept_until_it_is_settled(db: Session, enrolment: Enrolment) -> None:
    for text in ("From the office.", "From the train.", "From home."):
        save(db, enrolment.id, text)
    note = on_section(db, enrolment.id, UNIT).note
    assert note is not None
    assert [(each.text, each.saved_at) for each in note.earlier] == [
        ("From the office.", NOON),
        ("From the train.", NOON),
    ]
    add_earlier(db, enrolment.id, UNIT, note.earlier[0].key, now=NOON + timedelta(hours=1))
    discard_earlier(db, enrolment.id, UNIT, note.earlier[1].key)
    note = on_section(db, enrolment.id, UNIT).note
    assert note is not None
    assert (note.text, note.earlier) == ("From home.\n\nFrom the office.", ())


def test_a_deleted_note_is_gone_with_all_it_ever_said(db: Session, enrolment: Enrolment) -> None:
    save(db, enrolment.id, "From the office.")
    save(db, enrolment.id, "From the train.")
    delete_note(db, enrolment.id, UNIT)
    delete_note(db, enrolment.id, UNIT)
    assert db.scalar(select(func.count(Note.id))) == 0
    assert on_section(db, enrolment.id, UNIT).note is None


def test_a_bookmark_set_twice_is_one_and_removed_twice_is_none(db: Session, enrolment: Enrolment) -> None:
    for _ in range(2):
        set_bookmark(db, enrolment.id, UNIT, title="1.1 A section", now=NOON)
    assert on_section(db, enrolment.id, UNIT).is_bookmarked
    assert db.scalar(select(func.count()).select_from(Bookmark)) == 1
    for _ in range(2):
        remove_bookmark(db, enrolment.id, UNIT)
    assert not on_section(db, enrolment.id, UNIT).is_bookmarked


def test_notes_stay_when_the_course_is_published_anew(db: Session, enrolment: Enrolment) -> None:
    save(db, enrolment.id, "Mine.")
    set_bookmark(db, enrolment.id, UNIT, title="1.1 A section", now=NOON)
    newer = a_course(db, files=course_files(course=("hours: 1", "hours: 2")), now=NOON)
    db.execute(update(Enrolment).where(Enrolment.id == enrolment.id).values(release_id=newer.release_id))
    assert [(kept.unit, kept.note is not None) for kept in notes_of(db, enrolment.person_id)] == [(UNIT, True)]
    assert [kept.unit for kept in bookmarks_of(db, enrolment.person_id)] == [UNIT]


def test_nobody_reads_what_is_somebody_elses(db: Session, enrolment: Enrolment) -> None:
    save(db, enrolment.id, "Mine.")
    set_bookmark(db, enrolment.id, UNIT, title="1.1 A section", now=NOON)
    other = a_person(db)
    assert notes_of(db, other.id) == bookmarks_of(db, other.id) == []


def test_of_many_devices_that_save_at_once_none_loses_its_text(database: Database) -> None:
    with database.writing() as session:
        number = an_enrolment(session, a_person(session)).id
        session.commit()

    def write(device: int) -> None:
        with database.writing() as session:
            save(session, number, f"Device {device:02}.")
            set_bookmark(session, number, UNIT, title="1.1 A section", now=NOON)
            session.commit()

    together(16, write)
    with database.reading() as session:
        found = on_section(session, number, UNIT)
        assert found.note is not None
        assert {found.note.text, *(each.text for each in found.note.earlier)} == {f"Device {n:02}." for n in range(16)}
        assert session.scalar(select(func.count()).select_from(Bookmark)) == 1

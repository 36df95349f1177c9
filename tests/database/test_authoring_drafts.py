"""Drafts: saved by revision, so that nobody's text is lost, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.authoring.models import DraftFile
from elearn.authoring.queries import Save, draft_files, listed_courses, written_course
from elearn.authoring.rules import (
    BadText,
    EditedMeanwhile,
    FileExists,
    FileState,
    NoDraft,
    NoSuchFile,
    NotEditable,
    Revision,
    TextTooLong,
)
from elearn.authoring.services import add_file, discard_draft, discard_drafts, save_draft
from elearn.catalogue.rules import NoSuchCourse
from elearn.catalogue.services import publish
from elearn.content.scaffold import new_course
from elearn.db.engine import Database
from tests.factories import NOON, a_person

SLUG, LESSON = "demo", "01-example/module.md"


@pytest.fixture
def trainer(db: Session) -> Person:
    """A trainer, and the course ``demo`` published once."""
    trainer = a_person(db, "rustam", full_name="Rustam Dey")
    publish(db, SLUG, new_course(SLUG, "A demonstration", "en"), now=NOON)
    db.commit()
    return trainer


def revision(db: Session, path: str = LESSON) -> Revision:
    """What somebody who opens the editor now has before them."""
    return written_course(db, SLUG).file(path).revision


def save(db: Session, text: str, seen: Revision, person: Person, path: str = LESSON) -> DraftFile | None:
    """Save at noon."""
    return save_draft(db, SLUG, path, text, seen, actor_id=person.id, now=NOON)


def test_a_draft_lies_over_the_release_until_it_is_discarded(db: Session, trainer: Person) -> None:
    before = draft_files(db, SLUG)
    save(db, "New words.\n", revision(db), trainer)

    assert draft_files(db, SLUG) == before | {LESSON: b"New words.\n"}
    assert written_course(db, SLUG).file(LESSON).state is FileState.CHANGED
    discard_draft(db, SLUG, LESSON, revision(db))
    assert draft_files(db, SLUG) == before
    with pytest.raises(NoDraft):
        discard_draft(db, SLUG, LESSON, revision(db))


def test_a_draft_knows_who_saved_it_and_when(db: Session, trainer: Person) -> None:
    save(db, "New words.\n", revision(db), trainer)

    draft = written_course(db, SLUG).file(LESSON).draft
    assert draft is not None
    assert (draft.saved_by, draft.saved_at) == ("Rustam Dey", NOON)
    listed = listed_courses(db)[0]
    assert listed.draft_count == 1
    assert listed.last_save == Save(NOON, trainer.id, "Rustam Dey")


def test_a_text_that_is_as_published_needs_no_draft(db: Session, trainer: Person) -> None:
    published = written_course(db, SLUG).file(LESSON).text
    save(db, "New words.\n", revision(db), trainer)

    assert save(db, published.replace("\n", "\r\n"), revision(db), trainer) is None
    assert written_course(db, SLUG).drafts == []
    assert not written_course(db, SLUG).is_changed


def test_a_browsers_line_ends_are_not_kept(db: Session, trainer: Person) -> None:
    save(db, "one\r\ntwo\rthree\n", revision(db), trainer)
    assert draft_files(db, SLUG)[LESSON] == b"one\ntwo\nthree\n"


def test_a_save_over_a_text_one_has_not_seen_is_refused(db: Session, trainer: Person) -> None:
    seen_by_both = revision(db)
    save(db, "The first.\n", seen_by_both, trainer)

    with pytest.raises(EditedMeanwhile):
        save(db, "The second.\n", seen_by_both, trainer)
    assert draft_files(db, SLUG)[LESSON] == b"The first.\n"
    with pytest.raises(EditedMeanwhile):
        discard_draft(db, SLUG, LESSON, seen_by_both)


def test_the_same_text_sent_twice_is_saved_once(db: Session, trainer: Person) -> None:
    save(db, "The first.\n", revision(db), trainer)
    again = revision(db)
    save(db, "The first.\n", again, trainer)
    assert revision(db) == again


def test_a_text_that_went_through_a_publication_is_not_overwritten_unseen(db: Session, trainer: Person) -> None:
    seen = revision(db)
    files = draft_files(db, SLUG)
    publish(db, SLUG, files | {LESSON: files[LESSON] + b"\nAdded by import.\n"}, now=NOON)

    with pytest.raises(EditedMeanwhile):
        save(db, "Mine.\n", seen, trainer)


def test_a_draft_whose_file_was_published_anew_is_behind_until_it_is_seen(db: Session, trainer: Person) -> None:
    save(db, "Mine.\n", revision(db), trainer)
    opened_before = revision(db)
    files = new_course(SLUG, "A demonstration", "en")
    publish(db, SLUG, files | {LESSON: files[LESSON] + b"\nAdded by import.\n"}, now=NOON)

    assert written_course(db, SLUG).file(LESSON).state is FileState.BEHIND
    save(db, "Mine, better.\n", opened_before, trainer)
    assert written_course(db, SLUG).file(LESSON).state is FileState.BEHIND, "its author has not seen the release"
    save(db, "Mine, better.\n", revision(db), trainer)
    assert written_course(db, SLUG).file(LESSON).state is FileState.CHANGED


def test_what_is_no_text_of_a_course_is_refused(db: Session, trainer: Person) -> None:
    seen = revision(db)
    with pytest.raises(NotEditable):
        save(db, "<svg/>", seen, trainer, "01-example/images/flow.svg")
    with pytest.raises(NoSuchFile):
        save(db, "x", seen, trainer, "../../etc/passwd.md")
    with pytest.raises(NoSuchFile):
        save(db, "x", seen, trainer, "09-new/module.md")
    with pytest.raises(BadText):
        save(db, "a\x00b", seen, trainer)
    with pytest.raises(TextTooLong, match="1,000,001 bytes"):
        save(db, "a" * 1_000_001, seen, trainer)
    with pytest.raises(NoSuchCourse):
        save_draft(db, "other", LESSON, "x", seen, actor_id=trainer.id, now=NOON)
    assert written_course(db, SLUG).drafts == []


def test_a_file_is_added_and_is_gone_when_its_draft_is_discarded(db: Session, trainer: Person) -> None:
    before = draft_files(db, SLUG)
    add_file(db, SLUG, " 02-banks/module.md ", actor_id=trainer.id, now=NOON)

    assert written_course(db, SLUG).file("02-banks/module.md").state is FileState.NEW
    with pytest.raises(FileExists):
        add_file(db, SLUG, "02-banks/module.md", actor_id=trainer.id, now=NOON)
    discard_draft(db, SLUG, "02-banks/module.md", revision(db, "02-banks/module.md"))
    assert draft_files(db, SLUG) == before


def test_all_drafts_are_discarded_only_as_they_were_seen(db: Session, trainer: Person) -> None:
    save(db, "New words.\n", revision(db), trainer)
    add_file(db, SLUG, "02-banks/module.md", actor_id=trainer.id, now=NOON)
    seen = written_course(db, SLUG).digest
    save(db, "Newer words.\n", revision(db), trainer)

    with pytest.raises(Exception, match="Somebody saved or published"):
        discard_drafts(db, SLUG, seen)
    assert discard_drafts(db, SLUG, written_course(db, SLUG).digest) == 2
    assert not written_course(db, SLUG).is_changed


def test_of_sixteen_saves_at_once_one_is_kept_and_fifteen_are_told(
    database: Database, db: Session, trainer: Person
) -> None:
    seen, person_id = revision(db), trainer.id
    db.rollback()

    def one(number: int) -> str | None:
        with database.writing() as session:
            try:
                save_draft(
                    session,
                    SLUG,
                    LESSON,
                    f"Text {number}.\n",
                    seen,
                    actor_id=person_id,
                    now=NOON + timedelta(seconds=number),
                )
            except EditedMeanwhile:
                return None
            session.commit()
            return f"Text {number}.\n"

    with ThreadPoolExecutor(16) as pool:
        kept = [text for text in pool.map(one, range(16)) if text is not None]

    assert len(kept) == 1
    with database.reading() as session:
        assert draft_files(session, SLUG)[LESSON].decode() == kept[0]


def test_sixteen_who_save_until_they_succeed_lose_no_line(database: Database, db: Session, trainer: Person) -> None:
    person_id = trainer.id
    db.rollback()

    def append(number: int) -> None:
        while True:
            with database.reading() as session:
                file = written_course(session, SLUG).file(LESSON)
            with database.writing() as session:
                try:
                    text = f"{file.text}line {number}\n"
                    save_draft(session, SLUG, LESSON, text, file.revision, actor_id=person_id, now=NOON)
                except EditedMeanwhile:
                    continue
                session.commit()
                return

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append, range(16)))

    with database.reading() as session:
        lines = draft_files(session, SLUG)[LESSON].decode().splitlines()
    assert sorted(line for line in lines if line.startswith("line ")) == sorted(f"line {n}" for n in range(16))


def test_of_sixteen_who_add_the_same_file_one_does(database: Database, db: Session, trainer: Person) -> None:
    person_id = trainer.id
    db.rollback()

    def add(_: int) -> bool:
        with database.writing() as session:
            try:
                add_file(session, SLUG, "pools/banks.md", actor_id=person_id, now=NOON)
            except FileExists:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(add, range(16))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftFile)) == 1

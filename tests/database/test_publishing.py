"""Publishing drafts: releases are numbered without gaps, enrolments stay where they are, no text is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.authoring.queries import draft_files, versions_of, written_course
from elearn.authoring.rules import DraftsBehind, DraftsChanged, EditedMeanwhile
from elearn.authoring.services import publish_drafts, save_draft
from elearn.catalogue.models import Release
from elearn.catalogue.queries import compiled_course, current_release, media, source_files
from elearn.catalogue.rules import CourseHasErrors
from elearn.catalogue.services import publish
from elearn.content.compiler import compile_course
from elearn.content.scaffold import new_course
from elearn.db.engine import Database
from elearn.learning.queries import course_of, required_learning
from elearn.learning.rules import OutcomeKind, place_of, progress_of, reading_id
from elearn.learning.services import enrol, record_outcome
from elearn.markup.imaging import two_sizes
from tests.factories import NOON, a_person

SLUG, LESSON = "demo", "01-example/module.md"
# The smallest picture there is: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def trainer(db: Session) -> Person:
    """A trainer, and the course ``demo`` published once."""
    trainer = a_person(db, "rustam", full_name="Rustam Dey")
    publish(db, SLUG, new_course(SLUG, "A demonstration", "en"), now=NOON - timedelta(days=9))
    db.commit()
    return trainer


def edit(db: Session, trainer: Person, old: str, new: str, path: str = LESSON) -> None:
    """Save a draft in which some words are others."""
    file = written_course(db, SLUG).file(path)
    assert old in file.text
    save_draft(db, SLUG, path, file.text.replace(old, new), file.revision, actor_id=trainer.id, now=NOON)


def publish_now(db: Session, trainer: Person) -> int:
    """Publish what is drafted; the release's number."""
    seen = written_course(db, SLUG)
    return publish_drafts(
        db,
        SLUG,
        digest=seen.digest,
        compilation=compile_course(SLUG, seen.sources),
        actor_id=trainer.id,
        now=NOON,
    ).number


def text_seen(db: Session, person: Person) -> str:
    """The first section of the lesson as this person reads it."""
    course = course_of(db, required_learning(db, person.id, SLUG))
    return place_of(course, "example", "a-section").section.texts["en"].plain


def test_publishing_makes_a_release_and_closes_the_drafts(db: Session, trainer: Person) -> None:
    edit(db, trainer, "Each heading with two signs", "Every heading with two signs")

    assert publish_now(db, trainer) == 2
    written = written_course(db, SLUG)
    assert (written.release_number, written.drafts, written.is_changed) == (2, [], False)
    newest, oldest = versions_of(db, written.course_id)
    assert (newest.number, newest.published_by, newest.published_at) == (2, "Rustam Dey", NOON)
    assert (oldest.number, oldest.published_by) == (1, None)


def test_an_enrolment_stays_with_its_release_and_a_new_one_gets_the_newest(db: Session, trainer: Person) -> None:
    early, late = a_person(db), a_person(db)
    enrol(db, early, current_release(db, SLUG), now=NOON)
    edit(db, trainer, "Each heading with two signs", "Every heading with two signs")
    publish_now(db, trainer)
    enrol(db, late, current_release(db, SLUG), now=NOON)

    assert "Each heading with two signs" in text_seen(db, early)
    assert "Every heading with two signs" in text_seen(db, late)
    course_id = written_course(db, SLUG).course_id
    assert [(version.number, version.enrolled_count) for version in versions_of(db, course_id)] == [(2, 1), (1, 1)]


def test_what_was_read_counts_in_the_next_release_by_id(db: Session, trainer: Person) -> None:
    officer = a_person(db)
    enrolment = enrol(db, officer, current_release(db, SLUG), now=NOON)
    record_outcome(
        db,
        enrolment.id,
        client_id=reading_id(enrolment.id, "example/a-section"),
        kind=OutcomeKind.SECTION_READ,
        unit="example/a-section",
        now=NOON,
    )
    edit(
        db,
        trainer,
        "## A section is one page",
        "## First of all <!-- id: first-of-all -->\n\nWords.\n\n## A page is a section",
    )
    publish_now(db, trainer)

    learning = required_learning(db, officer.id, SLUG)
    release = current_release(db, SLUG)
    newest = compiled_course(db, release.release_id, release.digest)
    assert progress_of(newest, learning.tally).modules[0].read == {"a-section"}


def test_the_pictures_of_old_releases_stay(db: Session, trainer: Person) -> None:
    files = new_course(SLUG, "A demonstration", "en")
    shown = files[LESSON] + b"\n![A dot that stands for nothing.](images/dot.png)\n"
    publish(db, SLUG, files | {LESSON: shown, "01-example/images/dot.png": PIXEL}, now=NOON)
    release = current_release(db, SLUG)
    asset = compiled_course(db, release.release_id, release.digest).assets[0]
    publish(db, SLUG, files, now=NOON)

    found = media(db, f"{asset.digest}.png")
    assert found is not None
    assert found.data == two_sizes(PIXEL)[0].data


def test_publishing_twice_makes_one_release(db: Session, trainer: Person) -> None:
    edit(db, trainer, "Each heading", "Every heading")
    seen = written_course(db, SLUG).digest
    first = publish_drafts(db, SLUG, digest=seen, actor_id=trainer.id, now=NOON)
    second = publish_drafts(db, SLUG, digest=seen, actor_id=trainer.id, now=NOON)

    assert (first.number, first.is_new) == (2, True)
    assert (second.number, second.is_new) == (2, False)


def test_a_course_with_errors_is_not_published_and_its_drafts_stay(db: Session, trainer: Person) -> None:
    edit(db, trainer, "[triage](../glossary.md#triage)", "[triage](javascript:alert(1))")
    before = draft_files(db, SLUG)

    with pytest.raises(CourseHasErrors):
        publish_now(db, trainer)
    assert draft_files(db, SLUG) == before
    assert written_course(db, SLUG).release_number == 1


def test_what_is_published_is_what_was_seen(db: Session, trainer: Person) -> None:
    edit(db, trainer, "Each heading", "Every heading")
    seen = written_course(db, SLUG)
    compiled = compile_course(SLUG, seen.sources)
    edit(db, trainer, "Every heading", "All headings")

    with pytest.raises(DraftsChanged):
        publish_drafts(db, SLUG, digest=seen.digest, compilation=compiled, actor_id=trainer.id, now=NOON)
    with pytest.raises(DraftsChanged):
        now_there = written_course(db, SLUG).digest
        publish_drafts(db, SLUG, digest=now_there, compilation=compiled, actor_id=trainer.id, now=NOON)


def test_a_draft_does_not_take_back_what_an_import_published(db: Session, trainer: Person) -> None:
    edit(db, trainer, "Each heading", "Every heading")
    files = new_course(SLUG, "A demonstration", "en")
    imported = files[LESSON].replace(b"Callouts", b"Boxes")
    publish(db, SLUG, files | {LESSON: imported}, now=NOON)

    with pytest.raises(DraftsBehind):
        publish_now(db, trainer)
    file = written_course(db, SLUG).file(LESSON)
    save_draft(db, SLUG, LESSON, imported.decode() + "\nMine.\n", file.revision, actor_id=trainer.id, now=NOON)
    assert publish_now(db, trainer) == 3


def test_drafts_that_say_what_an_import_published_are_closed_without_a_release(db: Session, trainer: Person) -> None:
    edit(db, trainer, "Each heading", "Every heading")
    publish(db, SLUG, draft_files(db, SLUG), now=NOON)

    assert publish_now(db, trainer) == 2
    assert written_course(db, SLUG).drafts == []


def test_racing_publications_number_releases_without_gaps_and_lose_no_text(
    database: Database, db: Session, trainer: Person
) -> None:
    person_id = trainer.id
    db.rollback()
    written = ("Each heading with two signs", "A word of the glossary is a link")

    def change(number: int) -> None:
        for _ in range(200):
            with database.reading() as session:
                file = written_course(session, SLUG).file(LESSON)
            text = file.text.replace(written[0], f"Word{number} {written[0]}", 1)
            with database.writing() as session:
                try:
                    save_draft(session, SLUG, LESSON, text, file.revision, actor_id=person_id, now=NOON)
                except EditedMeanwhile:
                    continue
                session.commit()
                return
        raise AssertionError("never saved")

    def publish_as_seen(_: int) -> None:
        with database.reading() as session:
            seen = written_course(session, SLUG)
        compiled = compile_course(SLUG, seen.sources)
        with database.writing() as session:
            try:
                publish_drafts(session, SLUG, digest=seen.digest, compilation=compiled, actor_id=person_id, now=NOON)
            except (DraftsChanged, DraftsBehind):
                return  # somebody saved since, or saved from what was published before: nothing is published unseen
            session.commit()

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(change if number % 2 else publish_as_seen, number) for number in range(16)]
        for job in jobs:
            job.result()

    with database.writing() as session:
        last = written_course(session, SLUG)
        assert all(f"Word{number} " in last.file(LESSON).text for number in range(1, 16, 2))
        numbers = session.scalars(select(Release.number).order_by(Release.number)).all()
        assert list(numbers) == list(range(1, len(numbers) + 1))
        texts = [source_files(session, release.id)[LESSON] for release in session.scalars(select(Release))]
        assert len(set(texts)) == len(texts), "no release repeats another"


def test_sixteen_imports_of_one_folder_make_one_release(database: Database, db: Session, trainer: Person) -> None:
    db.rollback()
    files = new_course(SLUG, "A demonstration", "en")
    files[LESSON] += b"\nMore.\n"
    compiled = compile_course(SLUG, files)

    def bring(_: int) -> bool:
        with database.writing() as session:
            done = publish(session, SLUG, files, now=NOON, compilation=compiled)
            session.commit()
            return done.is_new

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(bring, range(16))) == 1
    with database.reading() as session:
        assert written_course(session, SLUG).release_number == 2

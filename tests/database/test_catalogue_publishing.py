"""Publishing: immutable releases, no-ops, and what a process keeps in memory."""

import re

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from elearn.catalogue.models import Blob, CourseRecord, MediaFile, Release, SourceFile
from elearn.catalogue.queries import (
    Media,
    compiled_course,
    course_record,
    current_release,
    current_releases,
    media,
    releases_of,
    source_files,
)
from elearn.catalogue.rules import CourseHasErrors, NoSuchCourse
from elearn.catalogue.services import Published, publish
from elearn.content import pictures
from elearn.content.codec import dump_course, load_course
from elearn.content.compiler import compile_course
from elearn.db.engine import Database
from elearn.learning.queries import course_of, required_learning
from elearn.learning.services import enrol
from elearn.markup.imaging import two_sizes
from tests.factories import NOON, a_course, a_person, a_picture, course_files
from tests.pictures import a_photograph, exif_with_place
from tests.together import together


def with_a_picture(red: int = 200) -> dict[str, bytes]:
    """The small course with a photograph in it."""
    files = course_files(module=("### A part of it", "![A red dot.](images/dot.png)\n\n### A part of it"))
    return files | {"01-example/images/dot.png": a_picture(red)}


def count(session: Session, model: type) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_first_publication_is_release_1(db: Session) -> None:
    done = publish(db, "demo", course_files(), now=NOON)
    release = current_release(db, "demo")

    assert done == Published(release.course_id, release.release_id, 1, "0.1.0", is_new=True)
    assert release.number == 1
    assert releases_of(db, release.course_id)[0].published_at == NOON
    assert releases_of(db, release.course_id)[0].title == "A small course"


def test_publishing_the_same_again_changes_nothing(db: Session) -> None:
    first = publish(db, "demo", course_files(), now=NOON)
    rows = [count(db, model) for model in (Release, SourceFile, Blob)]
    again = publish(db, "demo", dict(reversed(course_files().items())), now=NOON)

    assert again == Published(first.course_id, first.release_id, 1, "0.1.0", is_new=False)
    assert [count(db, model) for model in (Release, SourceFile, Blob)] == rows


def test_a_changed_word_makes_a_new_release_and_leaves_the_old_one_as_it_was(db: Session) -> None:
    old = publish(db, "demo", course_files(), now=NOON)
    before = source_files(db, old.release_id)
    new = publish(db, "demo", course_files(module=("Each heading", "Every heading")), now=NOON)

    assert new.is_new
    assert new.number == 2
    assert current_release(db, "demo").release_id == new.release_id
    assert source_files(db, old.release_id) == before == course_files()
    assert [release.number for release in releases_of(db, new.course_id)] == [2, 1]


def test_going_back_to_an_older_text_is_a_release_of_its_own(db: Session) -> None:
    publish(db, "demo", course_files(), now=NOON)
    publish(db, "demo", course_files(course=("hours: 1", "hours: 2")), now=NOON)
    back = publish(db, "demo", course_files(), now=NOON)

    assert back.is_new
    assert back.number == 3


def test_what_is_exported_is_what_was_published(db: Session) -> None:
    files = with_a_picture()
    done = publish(db, "demo", files, now=NOON)

    assert source_files(db, done.release_id) == files
    assert not publish(db, "demo", source_files(db, done.release_id), now=NOON).is_new


def test_files_that_stay_the_same_are_stored_once(db: Session) -> None:
    publish(db, "demo", course_files(), now=NOON)
    blobs = count(db, Blob)
    publish(db, "demo", course_files(course=("hours: 1", "hours: 2")), now=NOON)

    assert count(db, Blob) == blobs + 1
    assert count(db, SourceFile) == 2 * len(course_files())


def test_two_courses_may_hold_the_same_files(db: Session) -> None:
    publish(db, "one", course_files("one"), now=NOON)
    publish(db, "two", course_files("two"), now=NOON)

    assert [release.slug for release in current_releases(db)] == ["one", "two"]


def test_a_course_with_errors_is_not_published_and_nothing_is_half_done(database: Database) -> None:
    broken = course_files(module=("minutes: 12", "minutes: many"))
    with database.writing() as session:
        with pytest.raises(CourseHasErrors, match=r"«demo» has 1 errors .*01-example/module\.md:\d+: ") as caught:
            publish(session, "demo", broken, now=NOON)
        session.commit()

    assert caught.value.problems
    with database.reading() as session:
        assert [count(session, model) for model in (CourseRecord, Release, Blob)] == [0, 0, 0]


def test_a_broken_change_leaves_the_release_before_it_current(db: Session) -> None:
    old = publish(db, "demo", course_files(), now=NOON)
    with pytest.raises(CourseHasErrors):
        publish(db, "demo", course_files(module=("minutes: 12", "minutes: many")), now=NOON)

    assert current_release(db, "demo").release_id == old.release_id


def test_a_course_nobody_published_is_refused_by_its_name(db: Session) -> None:
    with pytest.raises(NoSuchCourse, match="«nowhere»"):
        current_release(db, "nowhere")
    with pytest.raises(NoSuchCourse, match="«nowhere»"):
        course_record(db, "nowhere")


def test_a_stored_course_is_the_compiled_course(db: Session) -> None:
    compiled = compile_course("demo", course_files()).course
    release = a_course(db)

    assert compiled is not None
    assert compiled_course(db, release.release_id, release.digest) == compiled
    assert load_course(dump_course(compiled)) == compiled


def test_a_process_asks_for_the_text_of_a_release_once(database: Database) -> None:
    with database.writing() as session:
        release = a_course(session)
        session.commit()
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    courses = []
    for _ in range(5):
        with database.reading() as session:
            courses.append(compiled_course(session, release.release_id, release.digest))

    assert len(asked) == 1
    assert all(course is courses[0] for course in courses)


def test_an_enrolment_stays_with_its_release_and_a_new_one_gets_the_new(db: Session) -> None:
    early, late = a_person(db), a_person(db)
    enrol(db, early, a_course(db), now=NOON)
    publish(db, "demo", course_files(module=("Each heading", "Every heading")), now=NOON)
    enrol(db, late, current_release(db, "demo"), now=NOON)
    db.flush()

    texts = [
        course_of(db, required_learning(db, person.id, "demo")).modules[0].sections[1].texts["en"].plain
        for person in (early, late)
    ]
    assert ["Each heading" in text for text in texts] == [True, False]
    assert ["Every heading" in text for text in texts] == [False, True]


def test_a_picture_is_kept_under_the_hash_of_its_content(db: Session) -> None:
    a_course(db, files=with_a_picture())
    asset = compiled_course(db, *_ids(db)).assets[0]
    found = media(db, f"{asset.digest}.png")

    assert found is not None
    assert (found.media_type, found.data) == ("image/png", two_sizes(a_picture())[0].data)
    assert media(db, "0" * 64 + ".png") is None


def test_a_photograph_is_kept_under_the_address_that_its_page_gives_whatever_its_ending(db: Session) -> None:
    photograph = a_photograph()
    files = course_files(module=("### A part of it", "![A dot.](images/dot.jpeg)\n\n### A part of it"))
    a_course(db, files=files | {"01-example/images/dot.jpeg": photograph})
    section = compiled_course(db, *_ids(db)).modules[0].sections[1]
    address = re.search(r'src="/media/([^"]+)"', str(section.texts["en"].body))

    assert address is not None
    assert media(db, address[1]) == Media("image/jpeg", two_sizes(photograph)[0].data)


def test_both_sizes_of_a_picture_are_kept_and_none_tells_where_it_was_taken(db: Session) -> None:
    photograph = a_photograph(2000, 1000, exif=exif_with_place())
    files = course_files(module=("### A part of it", "![A desk.](images/desk.jpg)\n\n### A part of it"))
    a_course(db, files=files | {"01-example/images/desk.jpg": photograph})

    given = dict(db.execute(select(MediaFile.name, Blob.data).join(Blob, Blob.digest == MediaFile.blob_digest)).all())
    html = str(compiled_course(db, *_ids(db)).modules[0].sections[1].texts["en"].body)
    assert given.keys() == set(re.findall(r"/media/([0-9a-f]{64}\.jpg)", html))
    assert sorted(given.values(), key=len) == [made.data for made in reversed(two_sizes(photograph))]
    assert not any(b"Dorn" in data for data in given.values())
    assert source_files(db, _ids(db)[0])["01-example/images/desk.jpg"] == photograph, (
        "its author gets it back as it was"
    )


def test_a_course_with_pictures_published_again_makes_no_release(db: Session) -> None:
    files = with_a_picture() | {"01-example/images/dot.png": a_photograph(2000, 1000, "PNG")}
    first = publish(db, "demo", files, now=NOON)
    pictures._kept.clear()
    second = publish(db, "demo", files, now=NOON)
    assert (first.is_new, second.is_new, second.release_id) == (True, False, first.release_id)


def test_a_picture_that_changed_has_another_address_and_the_old_one_still_works(db: Session) -> None:
    a_course(db, files=with_a_picture(200))
    a_course(db, files=with_a_picture(100))
    names = db.scalars(select(MediaFile.name)).all()

    found = [media(db, name) for name in names]
    assert {one.data for one in found if one is not None} == {two_sizes(a_picture(red))[0].data for red in (200, 100)}


def _ids(session: Session) -> tuple[int, str]:
    release = current_release(session, "demo")
    return release.release_id, release.digest


def test_sixteen_publications_of_one_text_at_once_make_one_release(database: Database) -> None:
    compilation = compile_course("demo", course_files())

    def act(_: int) -> bool:
        with database.writing() as session:
            done = publish(session, "demo", course_files(), now=NOON, compilation=compilation)
            session.commit()
            return done.is_new

    assert sum(together(16, act)) == 1
    with database.reading() as session:
        assert count(session, Release) == 1
        assert count(session, CourseRecord) == 1


def test_sixteen_publications_of_sixteen_texts_at_once_are_numbered_without_a_gap(database: Database) -> None:
    texts = [course_files(course=("hours: 1", f"hours: {number + 2}")) for number in range(16)]
    compilations = [compile_course("demo", files) for files in texts]

    def act(number: int) -> int:
        with database.writing() as session:
            done = publish(session, "demo", texts[number], now=NOON, compilation=compilations[number])
            session.commit()
            return done.number

    assert sorted(together(16, act)) == list(range(1, 17))
    with database.reading() as session:
        assert current_release(session, "demo").number == 16

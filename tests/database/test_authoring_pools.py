"""Imported pools with their pictures: in the draft, in a release, and gone without a trace; on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.authoring.bank_rules import PictureTaken
from elearn.authoring.models import DraftFile, DraftPicture
from elearn.authoring.queries import draft_files, written_course
from elearn.authoring.rules import BadFileName, BadText, FileExists, TextTooLong
from elearn.authoring.services import add_pool, discard_draft, discard_drafts, publish_drafts
from elearn.catalogue.models import MediaFile
from elearn.catalogue.queries import Media, media
from elearn.catalogue.services import publish
from elearn.content.pictures import assets_of
from elearn.content.scaffold import new_course
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from tests.factories import NOON, a_person
from tests.unit.banks.test_moodle import PNG

SLUG, POOL, PICTURE = "demo", "pools/fees.md", "pools/images/map.png"
TEXT = "---\npool: fees\n---\n\n## Where? <!-- id: where -->\n\n![A map](images/map.png)\n\n- (x) a\n- ( ) b\n  > No.\n"


@pytest.fixture
def trainer(db: Session) -> Person:
    """A trainer, and the course ``demo`` published once."""
    trainer = a_person(db, "rustam", full_name="Rustam Dey")
    publish(db, SLUG, new_course(SLUG, "A demonstration", "en"), now=NOON)
    db.commit()
    return trainer


def add(
    db: Session, person: Person, path: str = POOL, text: str = TEXT, picture: bytes = PNG, name: str = PICTURE
) -> None:
    """Add a pool with a picture at noon."""
    add_pool(db, SLUG, path, text, {name: picture}, actor_id=person.id, now=NOON)


def pictures(db: Session) -> int:
    """How many pictures the drafts brought."""
    return db.scalar(select(func.count()).select_from(DraftPicture)) or 0


def test_a_pool_and_its_picture_lie_over_the_release_and_no_officer_can_look_at_them(
    db: Session, trainer: Person
) -> None:
    before = draft_files(db, SLUG)
    add(db, trainer)
    assert draft_files(db, SLUG) == before | {POOL: TEXT.encode(), PICTURE: PNG}
    assert db.scalars(select(MediaFile.name)).all() == []


def test_a_published_pool_leaves_no_draft(db: Session, trainer: Person) -> None:
    add(db, trainer)
    written = written_course(db, SLUG)
    assert not written.behind
    published = publish_drafts(db, SLUG, digest=written.digest, actor_id=trainer.id, now=NOON)
    assert (published.number, published.is_new) == (2, True)
    assert draft_files(db, SLUG)[PICTURE] == PNG
    assert pictures(db) == 0
    assert not written_course(db, SLUG).is_changed
    (shown,) = assets_of(PICTURE, PNG)
    assert media(db, shown.name) == Media("image/png", PNG)


def test_a_picture_goes_with_the_last_pool_that_shows_it(db: Session, trainer: Person) -> None:
    before = draft_files(db, SLUG)
    add(db, trainer)
    add(db, trainer, "pools/more.md", TEXT.replace("pool: fees", "pool: more").replace("where", "there"))
    assert pictures(db) == 1
    for path, left in ((POOL, 1), ("pools/more.md", 0)):
        discard_draft(db, SLUG, path, written_course(db, SLUG).file(path).revision)
        assert pictures(db) == left
    assert draft_files(db, SLUG) == before


def test_discarding_all_takes_the_pictures_too(db: Session, trainer: Person) -> None:
    before = draft_files(db, SLUG)
    add(db, trainer)
    discard_drafts(db, SLUG, written_course(db, SLUG).digest)
    assert draft_files(db, SLUG) == before
    assert pictures(db) == 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, FileExists),
        ({"path": "pools/example.md"}, FileExists),
        ({"path": "pools/No Name.md"}, BadFileName),
        ({"path": "other/fees.md"}, BadFileName),
        ({"path": "pools/more.md", "picture": PNG + b"other"}, PictureTaken),
        ({"path": "pools/more.md", "text": "x" * 1_000_001}, TextTooLong),
        ({"path": "pools/more.md", "text": "\x00"}, BadText),
    ],
)
def test_what_is_refused_changes_nothing(
    db: Session, trainer: Person, changes: dict[str, str | bytes], refusal: type[Refusal]
) -> None:
    add(db, trainer)
    db.commit()
    before = draft_files(db, SLUG)
    with pytest.raises(refusal):
        add(db, trainer, **changes)  # type: ignore[arg-type]
    db.rollback()
    assert draft_files(db, SLUG) == before


def test_of_many_who_add_the_same_pool_one_does(database: Database, db: Session, trainer: Person) -> None:
    person_id = trainer.id
    db.commit()

    def one(number: int) -> str:
        with database.writing() as session:
            try:
                add_pool(session, SLUG, POOL, TEXT, {PICTURE: PNG}, actor_id=person_id, now=NOON)
                session.commit()
            except FileExists:
                return "refused"
            return "added"

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, range(8)))
    assert sorted(done) == ["added", *["refused"] * 7]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftFile)) == 1
        assert pictures(session) == 1

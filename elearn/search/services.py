"""Keeping the index: when a release is published, and as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from elearn.catalogue.models import Release
from elearn.catalogue.queries import compiled_course
from elearn.catalogue.services import Published
from elearn.content.course import Course
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.search.engines import Words, full_text, remove_words
from elearn.search.models import IndexedPassage
from elearn.search.passages import Passage, passages_of
from elearn.search.queries import indexed_releases, releases_to_find
from elearn.search.words import indexed


def index_release(session: Session, release_id: int, course: Course) -> int:
    """Index a release, anew if it is indexed already; the number of its passages."""
    prepared = [(passage, _words(passage)) for passage in passages_of(course)]  # before the right to write is taken
    session.execute(select(Release.id).where(Release.id == release_id).with_for_update())  # one at a time
    forget_releases(session, [release_id])
    rows = [
        {
            "release_id": release_id,
            "language": passage.language,
            "is_source": passage.language == course.language,
            "kind": passage.kind.value,
            "place": passage.place,
        }
        for passage, _ in prepared
    ]
    numbers = session.scalars(insert(IndexedPassage).returning(IndexedPassage.id, sort_by_parameter_order=True), rows)
    words = [(number, each) for number, (_, each) in zip(numbers, prepared, strict=True)]
    full_text(session).add(session, words)
    return len(words)


def _words(passage: Passage) -> Words:
    return Words(*(indexed(text, passage.language) for text in (passage.title, passage.headings, passage.text)))


def forget_releases(session: Session, releases: Iterable[int]) -> None:
    """Take releases out of the index."""
    of_them = IndexedPassage.release_id.in_(list(releases))
    remove_words(session, select(IndexedPassage.id).where(of_them))
    session.execute(delete(IndexedPassage).where(of_them))


def follow_publication(session: Session, published: Published, course: Course) -> None:
    """Index a new release; the earlier ones of its course that nobody is enrolled in are not to be found any more.

    The last one before it stays: somebody may be enrolling in it at this moment.
    """
    index_release(session, published.release_id, course)
    enrolled = exists().where(Enrolment.release_id == Release.id)
    old = select(Release.id).where(
        Release.course_id == published.course_id, Release.number < published.number - 1, ~enrolled
    )
    forget_releases(session, session.scalars(old).all())


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: releases indexed and the passages they have; releases taken out."""

    releases: int
    passages: int
    forgotten: int


def rebuild_index(database: Database, *, only_missing: bool = False) -> Rebuilt:
    """Index every release that somebody may read, and take out the others; ``only_missing``: add what is not there.

    Each release in a transaction of its own, so that nobody waits long, and what is there can be found all the time.
    """
    with database.reading() as session:
        wanted, there = releases_to_find(session), indexed_releases(session)
    missing = {release: digest for release, digest in wanted.items() if not only_missing or release not in there}
    passages = 0
    for release, digest in missing.items():
        with database.reading() as session:
            course = compiled_course(session, release, digest)
        with database.writing() as session:
            passages += index_release(session, release, course)
            session.commit()
    unread = set() if only_missing else there - wanted.keys()
    if unread:
        with database.writing() as session:
            forget_releases(session, unread)
            session.commit()
    return Rebuilt(len(missing), passages, len(unread))

"""Asking the index: what a question finds of what a person may read; and what of the index is missing."""

from collections.abc import Sequence

from sqlalchemy import CTE, Select, and_, exists, false, or_, select, true, union_all
from sqlalchemy.orm import Session

from elearn.catalogue.models import CourseRecord, Release
from elearn.learning.models import Enrolment
from elearn.search.engines import FullText, full_text
from elearn.search.models import IndexedPassage
from elearn.search.passages import Kind
from elearn.search.rules import MOST_HITS, Hit
from elearn.search.words import Reading

_IS_CURRENT = and_(Release.course_id == CourseRecord.id, Release.number == CourseRecord.release_count)


def hits(session: Session, readings: Sequence[Reading], *, person_id: int, offered: Sequence[str]) -> Sequence[Hit]:
    """What the readings of a question find for a person, the best first; at most ``MOST_HITS`` and one more.

    Only in languages that pages are ``offered`` in, or that a course was written in: no other text can be opened.
    """
    if not readings:
        return []
    engine, readable = full_text(session), _readable_by(person_id)
    found = union_all(*(_found(engine, reading, readable, offered) for reading in readings)).subquery("found")
    query = (
        select(
            found.c.release_id,
            Release.digest,
            CourseRecord.slug,
            found.c.is_enrolled,
            found.c.language,
            found.c.kind,
            found.c.place,
        )
        .join(Release, Release.id == found.c.release_id)
        .join(CourseRecord, CourseRecord.id == Release.course_id)
        .order_by(found.c.rank, found.c.id)
        .limit(MOST_HITS + 1)
    )
    return [
        Hit(release_id, digest, slug, bool(is_enrolled), language, Kind(kind), place)
        for release_id, digest, slug, is_enrolled, language, kind, place in session.connection().execute(query)
    ]


def _readable_by(person_id: int) -> CTE:
    """The releases that a person may read: those of their enrolments, and the current ones of the other courses."""
    mine = select(Enrolment.release_id.label("release_id"), true().label("is_enrolled")).where(
        Enrolment.person_id == person_id
    )
    is_mine = exists().where(Enrolment.person_id == person_id, Enrolment.course_id == CourseRecord.id)
    others = select(Release.id, false()).join(CourseRecord, _IS_CURRENT).where(~is_mine)
    return union_all(mine, others).cte("readable")


def _found(
    engine: FullText, reading: Reading, readable: CTE, offered: Sequence[str]
) -> Select[int, float, int, bool, str, str, str]:
    words = engine.found(reading).subquery()
    passage = IndexedPassage
    return (
        select(
            passage.id,
            words.c.rank,
            passage.release_id,
            readable.c.is_enrolled,
            passage.language,
            passage.kind,
            passage.place,
        )
        .join(words, words.c.id == passage.id)
        .join(readable, readable.c.release_id == passage.release_id)
        .where(
            passage.language.in_(reading.languages),
            or_(passage.is_source, passage.language.in_(offered)),
        )
    )


def releases_to_find(session: Session) -> dict[int, str]:
    """The releases that somebody may read, which are those to be indexed: id -> digest."""
    current = exists().where(_IS_CURRENT)
    enrolled = exists().where(Enrolment.release_id == Release.id)
    query = select(Release.id, Release.digest).where(or_(current, enrolled)).order_by(Release.id)
    return {release_id: digest for release_id, digest in session.execute(query)}  # noqa: C416 (a row is no pair)


def indexed_releases(session: Session) -> frozenset[int]:
    """The releases of which the index has passages."""
    return frozenset(session.scalars(select(IndexedPassage.release_id).distinct()))

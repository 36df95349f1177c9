"""Reading published courses. Compiled courses stay in memory by release, so pages ask the database for no text."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from elearn.catalogue.models import Blob, CourseRecord, MediaFile, Release, SourceFile
from elearn.catalogue.rules import NoSuchCourse
from elearn.content.codec import load_course
from elearn.content.course import Course
from elearn.db.hot import HotRead

KEPT = 64  # compiled releases a process keeps; cft weighs about a megabyte

_kept: OrderedDict[str, Course] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class CurrentRelease:
    """A course's current release: what a new enrolment would be pinned to."""

    course_id: int
    slug: str
    release_id: int
    number: int
    digest: str


_current = select(CourseRecord.id, CourseRecord.slug, Release.id, Release.number, Release.digest).join(
    Release, and_(Release.course_id == CourseRecord.id, Release.number == CourseRecord.release_count)
)
_CURRENT_ALL = HotRead(_current.order_by(CourseRecord.slug))
_CURRENT_OF = HotRead(_current.where(CourseRecord.slug == bindparam("slug")))


def current_releases(session: Session) -> Sequence[CurrentRelease]:
    """The current release of every course, by slug."""
    return [CurrentRelease(*row) for row in _CURRENT_ALL.rows(session)]


def current_release(session: Session, slug: str) -> CurrentRelease:
    """The current release of a course. Raises NoSuchCourse."""
    rows = _CURRENT_OF.rows(session, slug=slug)
    if not rows:
        raise NoSuchCourse(slug=slug)
    return CurrentRelease(*rows[0])


def compiled_course(session: Session, release_id: int, digest: str) -> Course:
    """The compiled course of a release, from memory if this process has it."""
    key = f"{release_id}:{digest}"
    found = _kept.get(key)
    if found is not None:
        return found
    packed = session.execute(select(Release.compiled).where(Release.id == release_id)).scalar_one()
    return _keep(key, packed)


def _keep(key: str, packed: bytes) -> Course:
    course = load_course(gzip.decompress(packed))
    with _lock:
        _kept[key] = course
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return course


def compiled_courses(session: Session, releases: Mapping[int, str]) -> dict[int, Course]:
    """The compiled courses of several releases (id -> digest); one query for those this process does not have."""
    found = {release: _kept.get(f"{release}:{digest}") for release, digest in releases.items()}
    missing = [release for release, course in found.items() if course is None]
    if missing:
        query = select(Release.id, Release.digest, Release.compiled).where(Release.id.in_(missing))
        found |= {release: _keep(f"{release}:{digest}", packed) for release, digest, packed in session.execute(query)}
    return {release: course for release, course in found.items() if course is not None}


def course_record(session: Session, slug: str) -> CourseRecord:
    """The record of a course. Raises NoSuchCourse."""
    found = session.scalar(select(CourseRecord).where(CourseRecord.slug == slug))
    if found is None:
        raise NoSuchCourse(slug=slug)
    return found


def releases_of(session: Session, course_id: int) -> Sequence[Release]:
    """The releases of a course, newest first."""
    return session.scalars(select(Release).where(Release.course_id == course_id).order_by(Release.number.desc())).all()


def source_files(session: Session, release_id: int) -> dict[str, bytes]:
    """The source folder of a release: path -> bytes."""
    query = (
        select(SourceFile.path, Blob.data)
        .join(Blob, Blob.digest == SourceFile.blob_digest)
        .where(SourceFile.release_id == release_id)
        .order_by(SourceFile.path)
    )
    return {path: data for path, data in session.execute(query)}  # noqa: C416 (a row is no pair to the type checker)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or data file with its bytes."""

    media_type: str
    data: bytes


def media(session: Session, name: str) -> Media | None:
    """A file of a published course by the name in its address."""
    query = (
        select(MediaFile.media_type, Blob.data)
        .join(Blob, Blob.digest == MediaFile.blob_digest)
        .where(MediaFile.name == name)
    )
    row = session.execute(query).first()
    return Media(*row) if row is not None else None

"""Publishing: a course folder becomes an immutable release."""

import gzip
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.audit.rules import Act, Bystander, Kind, Thing
from elearn.audit.services import record
from elearn.catalogue.models import Blob, CourseRecord, MediaFile, Release, SourceFile
from elearn.catalogue.rules import CourseHasErrors
from elearn.content.codec import dump_course
from elearn.content.compiler import Compilation, compile_course
from elearn.content.course import Course, text_in
from elearn.content.pictures import data_of_assets, digest_of


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the release that is current now, and whether it is new."""

    course_id: int
    release_id: int
    number: int
    version: str
    is_new: bool


# Called with a new release and what it was compiled to, in the transaction in which it is published.
ReleasePublished = Callable[[Session, Published, Course], None]

release_published: list[ReleasePublished] = []


def publish(
    session: Session,
    slug: str,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    publisher_id: int | None = None,
    compilation: Compilation | None = None,
) -> Published:
    """Publish the folder as a new release, or do nothing if the current release has the same content.

    ``compilation`` is what ``compile_course(slug, files)`` gave, if the caller has it. Raises CourseHasErrors.
    """
    compiled = compilation or compile_course(slug, files)
    course = compiled.course
    if course is None:
        raise CourseHasErrors(slug, compiled.problems)
    media = data_of_assets(course.assets, files)  # before anything is locked
    found = _locked_record(session, slug, now)
    current = session.execute(
        select(Release.id, Release.digest, Release.version).where(
            Release.course_id == found.id, Release.number == found.release_count
        )
    ).first()
    if current is not None and current.digest == course.digest:
        return Published(found.id, current.id, found.release_count, current.version, is_new=False)
    found.release_count += 1
    release = Release(
        course_id=found.id,
        number=found.release_count,
        digest=course.digest,
        version=course.version,
        title=text_in(course.texts, course.language, course.language)[0].title,
        published_at=now,
        published_by_id=publisher_id,
        compiled=gzip.compress(dump_course(course), 6, mtime=0),
    )
    session.add(release)
    session.flush()
    _store_files(session, release, files, course, media)
    published = Published(found.id, release.id, release.number, release.version, is_new=True)
    record(
        session,
        Act.COURSE_PUBLISHED,
        Thing(Kind.COURSE, slug),
        actor=publisher_id if publisher_id is not None else Bystander.COMMAND_LINE,
        now=now,
        release=release.number,
        version=release.version,
        digest=release.digest,
    )
    for listener in release_published:
        listener(session, published, course)
    return published


def _locked_record(session: Session, slug: str, now: datetime) -> CourseRecord:
    """The course's record, made if need be, locked so that two publications come one after the other."""
    locked = select(CourseRecord).where(CourseRecord.slug == slug).with_for_update()
    found = session.scalar(locked)
    if found is not None:
        return found
    # If another publication makes it at the same moment, that one is found below.
    with suppress(IntegrityError), session.begin_nested():
        session.add(CourseRecord(slug=slug, created_at=now, release_count=0))
    return session.scalars(locked).one()


def _store_files(
    session: Session, release: Release, files: Mapping[str, bytes], course: Course, media: Mapping[str, bytes]
) -> None:
    digests = {path: digest_of(data) for path, data in files.items()}
    assets = {asset.name: asset for asset in course.assets}
    bodies = {digests[path]: data for path, data in files.items()}
    bodies |= {asset.digest: media[name] for name, asset in assets.items()}
    known = set(session.scalars(select(Blob.digest).where(Blob.digest.in_(bodies))))
    session.add_all(Blob(digest=digest, data=data) for digest, data in bodies.items() if digest not in known)
    session.flush()
    session.add_all(
        SourceFile(release_id=release.id, path=path, blob_digest=digest) for path, digest in digests.items()
    )
    there = set(session.scalars(select(MediaFile.name).where(MediaFile.name.in_(assets))))
    session.add_all(
        MediaFile(name=name, media_type=asset.media_type, blob_digest=asset.digest)
        for name, asset in assets.items()
        if name not in there
    )
    session.flush()


def keep_blob(session: Session, data: bytes) -> str:
    """Keep a file before any release has it; its digest."""
    digest = digest_of(data)
    # If another course gets the same file at the same moment, theirs is as good.
    if session.get(Blob, digest) is None:
        with suppress(IntegrityError), session.begin_nested():
            session.add(Blob(digest=digest, data=data))
    return digest

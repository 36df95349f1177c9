"""Use cases of authoring.

Everybody who changes what a course will be takes the lock of its record first, so that saving and publishing come one
after the other and no text is lost between them.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from elearn.authoring.bank_rules import PictureTaken
from elearn.authoring.models import DraftFile, DraftPicture
from elearn.authoring.queries import written_course
from elearn.authoring.rules import (
    DraftsBehind,
    DraftsChanged,
    EditedMeanwhile,
    NoDraft,
    NoSuchFile,
    Revision,
    checked_editable,
    checked_new_path,
    checked_text,
    revision_of,
    text_of,
)
from elearn.authoring.starters import starter
from elearn.catalogue.models import Blob, CourseRecord, Release, SourceFile
from elearn.catalogue.rules import NoSuchCourse
from elearn.catalogue.services import Published, keep_blob, publish
from elearn.content.compiler import Compilation


def save_draft(
    session: Session, slug: str, path: str, text: str, revision: Revision, *, actor_id: int, now: datetime
) -> DraftFile | None:
    """Save a file's text for the next release; None if it says what the current release says, which needs no draft.

    ``revision`` is what the author started from. Raises NoSuchCourse, NotEditable, NoSuchFile, TextTooLong, BadText,
    and EditedMeanwhile if the file has another text by now: nothing is overwritten that its author has not seen.
    """
    kept = checked_text(text)
    course = _locked(session, slug)
    draft, published, base = _found(session, course, checked_editable(path))
    _check_unchanged(path, draft, published, revision)
    if published is not None and kept == published:
        if draft is not None:
            session.delete(draft)
            session.flush()
        return None
    if draft is None:
        draft = DraftFile(course_id=course.id, path=path, base_digest=base)
        session.add(draft)
    draft.text = kept
    draft.base_digest = revision.base  # what they had before them, which the current release may have overtaken
    draft.saved_at = now
    draft.saved_by_id = actor_id
    session.flush()
    return draft


def add_file(session: Session, slug: str, typed_path: str, *, actor_id: int, now: datetime) -> DraftFile:
    """Add a file to the draft course, with a text to begin from.

    Raises NoSuchCourse, BadFileName, FileExists, NothingToGoWith, NumberTaken.
    """
    _locked(session, slug)
    course = written_course(session, slug)
    path = checked_new_path(typed_path, course.files)
    draft = DraftFile(
        course_id=course.course_id,
        path=path,
        text=starter(slug, path, course.sources),
        base_digest=None,
        saved_at=now,
        saved_by_id=actor_id,
    )
    session.add(draft)
    session.flush()
    return draft


def add_pool(
    session: Session,
    slug: str,
    path: str,
    text: str,
    pictures: Mapping[str, bytes],
    *,
    actor_id: int,
    now: datetime,
) -> DraftFile:
    """Add an imported pool to the draft course, with the pictures (paths in the course) that it brings.

    They can be looked at from now on, by who writes the course. Raises NoSuchCourse, BadFileName, FileExists,
    TextTooLong, BadText, and PictureTaken if the course has another picture of such a name by now.
    """
    kept = checked_text(text)
    _locked(session, slug)
    course = written_course(session, slug)
    draft = DraftFile(
        course_id=course.course_id,
        path=checked_new_path(path, course.files),
        text=kept,
        base_digest=None,
        saved_at=now,
        saved_by_id=actor_id,
    )
    session.add(draft)
    for name, data in pictures.items():
        there = course.sources.get(name)
        if there is not None and there != data:
            raise PictureTaken(path=name)
        if there is None:
            digest = keep_blob(session, data)
            session.add(
                DraftPicture(
                    course_id=course.course_id, path=name, blob_digest=digest, saved_at=now, saved_by_id=actor_id
                )
            )
    session.flush()
    return draft


def discard_draft(session: Session, slug: str, path: str, revision: Revision) -> None:
    """Throw one draft away: its file is as published again, or gone if no release has it.

    Raises NoSuchCourse, NotEditable, NoSuchFile, NoDraft, and EditedMeanwhile if the draft is not the one seen.
    """
    course = _locked(session, slug)
    draft, published, _ = _found(session, course, checked_editable(path))
    if draft is None:
        raise NoDraft(path=path)
    _check_unchanged(path, draft, published, revision)
    session.delete(draft)
    session.flush()
    _drop_unused_pictures(session, course)


def _drop_unused_pictures(session: Session, course: CourseRecord) -> None:
    """Forget the pictures that came with a pool which is no more: nobody could delete them by hand."""
    pictures = session.scalars(select(DraftPicture).where(DraftPicture.course_id == course.id)).all()
    if not pictures:
        return
    sources = written_course(session, course.slug).sources
    texts = b"\n".join(data for path, data in sources.items() if path.endswith(".md"))
    for picture in pictures:
        if picture.path.rpartition("/")[2].encode() not in texts:
            session.delete(picture)
    session.flush()


def discard_drafts(session: Session, slug: str, digest: str) -> int:
    """Throw every draft of a course away; how many there were.

    ``digest`` is that of the draft course that was seen. Raises NoSuchCourse, DraftsChanged.
    """
    course = _locked(session, slug)
    written = written_course(session, slug)
    if written.digest != digest:
        raise DraftsChanged
    _close_drafts(session, course)
    return len(written.drafts)


def publish_drafts(
    session: Session, slug: str, *, digest: str, compilation: Compilation | None = None, actor_id: int, now: datetime
) -> Published:
    """Publish the draft course as a new release, and close its drafts. Enrolments stay with the release they have.

    ``digest`` is that of the draft course that was seen, ``compilation`` what compiling it gave (compiling takes long
    and is better done before). Said twice, the second finds the release there and makes no other. Raises
    NoSuchCourse, DraftsChanged, DraftsBehind, CourseHasErrors.
    """
    course = _locked(session, slug)
    written = written_course(session, slug)
    compiled = compilation.course if compilation is not None else None
    if written.digest != digest or (compiled is not None and compiled.digest != digest):
        raise DraftsChanged
    if written.is_changed and written.behind:
        raise DraftsBehind(path=written.behind[0].path)
    published = publish(session, slug, written.sources, now=now, publisher_id=actor_id, compilation=compilation)
    _close_drafts(session, course)
    return published


def _close_drafts(session: Session, course: CourseRecord) -> None:
    session.execute(delete(DraftFile).where(DraftFile.course_id == course.id))
    session.execute(delete(DraftPicture).where(DraftPicture.course_id == course.id))


def _locked(session: Session, slug: str) -> CourseRecord:
    """The course's record, locked until the transaction ends and read after the lock was got."""
    found = session.scalar(
        select(CourseRecord)
        .where(CourseRecord.slug == slug)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchCourse(slug=slug)
    return found


def _found(session: Session, course: CourseRecord, path: str) -> tuple[DraftFile | None, str | None, str | None]:
    """The draft of a file, the text and the blob of the published file. Raises NoSuchFile if there is neither."""
    draft = session.get(DraftFile, (course.id, path), populate_existing=True)
    row = session.execute(
        select(Blob.digest, Blob.data)
        .join(SourceFile, SourceFile.blob_digest == Blob.digest)
        .join(Release, Release.id == SourceFile.release_id)
        .where(Release.course_id == course.id, Release.number == course.release_count, SourceFile.path == path)
    ).first()
    if draft is None and row is None:
        raise NoSuchFile(path=path[:200])
    return draft, text_of(row.data) if row is not None else None, row.digest if row is not None else None


def _check_unchanged(path: str, draft: DraftFile | None, published: str | None, seen: Revision) -> None:
    text = draft.text if draft is not None else published
    if revision_of(text, None).text != seen.text:
        raise EditedMeanwhile(path=path)

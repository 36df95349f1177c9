"""Reading what trainers write: the files of a course with its drafts, its releases, the list of courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.authoring.models import DraftFile, DraftPicture
from elearn.authoring.rules import (
    FileState,
    NoSuchFile,
    Revision,
    checked_editable,
    revision_of,
    text_of,
    version_named,
)
from elearn.catalogue.models import Blob, CourseRecord, Release, SourceFile
from elearn.catalogue.rules import NoSuchCourse
from elearn.content.compiler import digest_of_files
from elearn.learning.models import Enrolment


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a file with who saved it last."""

    text: str
    base_digest: str | None
    saved_at: datetime
    saved_by_id: int
    saved_by: str


@dataclass(frozen=True, slots=True)
class Published:
    """A file of the current release; ``digest`` is its blob's."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of a draft course: as published, as drafted, or both. One of the two is there.

    ``picture`` is one that came with an imported pool. Nobody edits it here, so it is never behind.
    """

    path: str
    published: Published | None
    draft: Draft | None
    picture: bytes | None = None

    @property
    def data(self) -> bytes:
        """The file as it will be in the next release."""
        if self.draft is not None:
            return self.draft.text.encode()
        if self.picture is not None:
            return self.picture
        assert self.published is not None
        return self.published.data

    @property
    def text(self) -> str:
        """The file as an editor shows it."""
        return self.draft.text if self.draft is not None else text_of(self.data)

    @property
    def published_text(self) -> str | None:
        """The published file as an editor shows it; None if no release has it."""
        return text_of(self.published.data) if self.published is not None else None

    @property
    def published_digest(self) -> str | None:
        """The blob of the published file."""
        return self.published.digest if self.published is not None else None

    @property
    def state(self) -> FileState:
        """How it stands to the current release."""
        if self.draft is None:
            return FileState.PUBLISHED
        if self.draft.base_digest != self.published_digest:
            return FileState.BEHIND
        return FileState.NEW if self.published is None else FileState.CHANGED

    @property
    def revision(self) -> Revision:
        """What somebody who opens the editor now has before them."""
        return revision_of(self.text, self.published_digest)


@dataclass(frozen=True)
class WrittenCourse:
    """The draft course: the current release with every draft laid over it."""

    course_id: int
    slug: str
    title: str
    release_number: int
    release_digest: str
    version: str
    files: dict[str, WrittenFile]

    @cached_property
    def sources(self) -> dict[str, bytes]:
        """The folder as it will be in the next release: path -> bytes."""
        return {path: file.data for path, file in self.files.items()}

    @cached_property
    def digest(self) -> str:
        """What identifies these sources; a release of them has the same."""
        return digest_of_files(self.sources)

    @property
    def is_changed(self) -> bool:
        """Whether publishing would make a new release."""
        return self.digest != self.release_digest

    @property
    def drafts(self) -> Sequence[WrittenFile]:
        """The files that have a draft, by path."""
        return [file for file in self.files.values() if file.draft is not None]

    @property
    def behind(self) -> Sequence[WrittenFile]:
        """The drafts that wait for somebody to look at what was published after they were begun."""
        return [file for file in self.drafts if file.state is FileState.BEHIND]

    def file(self, path: str) -> WrittenFile:
        """A Markdown file of the course. Raises NotEditable, NoSuchFile."""
        found = self.files.get(checked_editable(path))
        if found is None:
            raise NoSuchFile(path=path[:200])
        return found


def written_course(session: Session, slug: str) -> WrittenCourse:
    """The draft course of a slug, in four queries. Raises NoSuchCourse."""
    head = session.execute(
        select(
            CourseRecord.id,
            Release.id.label("release_id"),
            Release.number,
            Release.digest,
            Release.version,
            Release.title,
        )
        .join(Release, and_(Release.course_id == CourseRecord.id, Release.number == CourseRecord.release_count))
        .where(CourseRecord.slug == slug)
    ).first()
    if head is None:
        raise NoSuchCourse(slug=slug)
    published = {
        path: Published(digest, data)
        for path, digest, data in session.execute(
            select(SourceFile.path, Blob.digest, Blob.data)
            .join(Blob, Blob.digest == SourceFile.blob_digest)
            .where(SourceFile.release_id == head.release_id)
        )
    }
    drafts = {
        path: Draft(text, base_digest, saved_at, person_id, name)
        for path, text, base_digest, saved_at, person_id, name in session.execute(
            select(
                DraftFile.path,
                DraftFile.text,
                DraftFile.base_digest,
                DraftFile.saved_at,
                DraftFile.saved_by_id,
                Person.full_name,
            )
            .join(Person, Person.id == DraftFile.saved_by_id)
            .where(DraftFile.course_id == head.id)
        )
    }
    pictures = session.execute(
        select(DraftPicture.path, Blob.data)
        .join(Blob, Blob.digest == DraftPicture.blob_digest)
        .where(DraftPicture.course_id == head.id)
    )
    brought = {path: data for path, data in pictures}  # noqa: C416 (rows are no pairs to the type checker)
    paths = sorted(published.keys() | drafts.keys() | brought.keys())
    files = {path: WrittenFile(path, published.get(path), drafts.get(path), brought.get(path)) for path in paths}
    return WrittenCourse(head.id, slug, head.title, head.number, head.digest, head.version, files)


def draft_files(session: Session, slug: str) -> dict[str, bytes]:
    """The folder of a course as it will be in the next release. Raises NoSuchCourse."""
    return written_course(session, slug).sources


def draft_version(session: Session, course_id: int) -> str | None:
    """The version that the draft of a course names; None: its ``course.md`` has no draft, or names none."""
    query = select(DraftFile.text).where(DraftFile.course_id == course_id, DraftFile.path == "course.md")
    text = session.scalar(query)
    return version_named(text) if text is not None else None


def editable_paths(session: Session, slug: str) -> frozenset[str]:
    """The Markdown files that a course has now, those that are drafts included."""
    published = (
        select(SourceFile.path)
        .join(Release, Release.id == SourceFile.release_id)
        .join(CourseRecord, and_(CourseRecord.id == Release.course_id, CourseRecord.release_count == Release.number))
        .where(CourseRecord.slug == slug)
    )
    drafted = (
        select(DraftFile.path)
        .join(CourseRecord, CourseRecord.id == DraftFile.course_id)
        .where(CourseRecord.slug == slug)
    )
    paths = session.connection().execute(published.union(drafted)).scalars()
    return frozenset(path for path in paths if path.endswith(".md"))


@dataclass(frozen=True, slots=True)
class Version:
    """A release in the list of a course. ``published_by`` None: from the command line."""

    number: int
    version: str
    published_at: datetime
    published_by: str | None
    enrolled_count: int


def versions_of(session: Session, course_id: int) -> Sequence[Version]:
    """The releases of a course, newest first, with how many people learn each."""
    enrolled = (
        select(Enrolment.release_id, func.count().label("people"))
        .where(Enrolment.course_id == course_id)
        .group_by(Enrolment.release_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Release.number,
            Release.version,
            Release.published_at,
            Person.full_name,
            func.coalesce(enrolled.c.people, 0),
        )
        .outerjoin(Person, Person.id == Release.published_by_id)
        .outerjoin(enrolled, enrolled.c.release_id == Release.id)
        .where(Release.course_id == course_id)
        .order_by(Release.number.desc())
    )
    return [Version(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Save:
    """When a draft was saved, and by whom."""

    saved_at: datetime
    saved_by_id: int
    saved_by: str


@dataclass(frozen=True, slots=True)
class ListedCourse:
    """A course in the list: its current release, its drafts, and how many people learn each release (newest first)."""

    slug: str
    title: str
    version: str
    release_number: int
    published_at: datetime
    draft_count: int
    last_save: Save | None
    enrolled: tuple[tuple[int, int], ...]


def listed_courses(session: Session) -> Sequence[ListedCourse]:
    """Every course, by title, in three queries."""
    heads = session.execute(
        select(
            CourseRecord.id, CourseRecord.slug, Release.title, Release.version, Release.number, Release.published_at
        ).join(Release, and_(Release.course_id == CourseRecord.id, Release.number == CourseRecord.release_count))
    ).all()
    saves: dict[int, list[Save]] = {}
    for course_id, saved_at, person_id, name in session.execute(
        select(DraftFile.course_id, DraftFile.saved_at, DraftFile.saved_by_id, Person.full_name)
        .join(Person, Person.id == DraftFile.saved_by_id)
        .order_by(DraftFile.saved_at.desc(), DraftFile.path)
    ):
        saves.setdefault(course_id, []).append(Save(saved_at, person_id, name))
    enrolled: dict[int, list[tuple[int, int]]] = {}
    for course_id, number, people in session.execute(
        select(Enrolment.course_id, Release.number, func.count())
        .join(Release, Release.id == Enrolment.release_id)
        .group_by(Enrolment.course_id, Release.number)
        .order_by(Release.number.desc())
    ):
        enrolled.setdefault(course_id, []).append((number, people))
    found = [
        ListedCourse(
            slug=head.slug,
            title=head.title,
            version=head.version,
            release_number=head.number,
            published_at=head.published_at,
            draft_count=len(saves.get(head.id, ())),
            last_save=next(iter(saves.get(head.id, ())), None),
            enrolled=tuple(enrolled.get(head.id, ())),
        )
        for head in heads
    ]
    return sorted(found, key=lambda course: (course.title.casefold(), course.slug))

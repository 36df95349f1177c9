"""Tables of courses, their releases and the files in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from elearn.db.base import Base


class CourseRecord(Base):
    """A course that was published at least once. The release with the highest number is what new enrolments get."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    created_at: Mapped[datetime]
    release_count: Mapped[int]  # the number of the current release


class Release(Base):
    """An immutable publication of a course. ``number`` counts from 1; ``version`` is the author's."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: from the command line
    compiled: Mapped[bytes] = deferred(mapped_column(LargeBinary))  # gzip of content.codec.dump_course

    course: Mapped[CourseRecord] = relationship(lazy="raise")


class Blob(Base):
    """The bytes of a file, once for all releases that hold it; ``digest`` is SHA-256 in hex."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SourceFile(Base):
    """A file of a release's source folder."""

    __tablename__ = "source_file"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))


class MediaFile(Base):
    """A picture, written anew, or a file that pages of published releases link to; served at ``/media/<name>``."""

    __tablename__ = "media_file"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # digest and ending
    media_type: Mapped[str] = mapped_column(String(60))
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))

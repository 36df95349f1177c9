"""The tables of drafts."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.db.base import Base


class DraftFile(Base):
    """A file of a course as it will be in the next release. Files without a draft are as in the current release."""

    __tablename__ = "draft_file"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    # The published file its author had before them, by blob; None: no release has the file. It is not a foreign key: a
    # draft outlives the release it was begun from.
    base_digest: Mapped[str | None] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class DraftPicture(Base):
    """A picture that came with an imported pool and is in no release yet."""

    __tablename__ = "draft_picture"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

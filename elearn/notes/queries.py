"""Reading notes and bookmarks: always those of an enrolment, or of a person, that the caller vouches for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from elearn.db.hot import HotRead
from elearn.learning.models import Enrolment
from elearn.notes.models import Bookmark, Note
from elearn.notes.rules import Earlier, Written

_ON_SECTION = HotRead(
    select(Note.text, Note.revision, Note.saved_at, Note.earlier, Bookmark.made_at)
    .select_from(Enrolment)
    .outerjoin(Note, and_(Note.enrolment_id == Enrolment.id, Note.unit == bindparam("unit")))
    .outerjoin(Bookmark, and_(Bookmark.enrolment_id == Enrolment.id, Bookmark.unit == bindparam("unit")))
    .where(Enrolment.id == bindparam("enrolment_id"))
)


@dataclass(frozen=True, slots=True)
class OnSection:
    """What somebody has on a section: a note, a bookmark, both or neither."""

    note: Written | None
    is_bookmarked: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A note or a bookmark in a list; a bookmark has no note. ``title`` is what the section was called then."""

    enrolment_id: int
    unit: str
    title: str
    note: Written | None


def written(text: str, revision: Any, saved_at: datetime, earlier: Sequence[Sequence[str]]) -> Written:
    """A note from its columns."""
    kept = tuple(Earlier(each, datetime.fromisoformat(instant)) for each, instant in earlier)
    return Written(text, revision, saved_at, kept)


def on_section(session: Session, enrolment_id: int, unit: str) -> OnSection:
    """What an enrolment has on a section."""
    rows = _ON_SECTION.rows(session, enrolment_id=enrolment_id, unit=unit)
    if not rows:
        return OnSection(None, False)
    text, revision, saved_at, earlier, made_at = rows[0]
    note = written(text, revision, saved_at, earlier) if text is not None else None
    return OnSection(note, made_at is not None)


def notes_of(session: Session, person_id: int) -> Sequence[Kept]:
    """Every note of a person."""
    query = (
        select(Note.enrolment_id, Note.unit, Note.title, Note.text, Note.revision, Note.saved_at, Note.earlier)
        .join(Enrolment, Enrolment.id == Note.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Note.saved_at, Note.id)
    )
    rows = session.connection().execute(query)
    return [Kept(enrolment_id, unit, title, written(*note)) for enrolment_id, unit, title, *note in rows]


def bookmarks_of(session: Session, person_id: int) -> Sequence[Kept]:
    """Every bookmark of a person."""
    query = (
        select(Bookmark.enrolment_id, Bookmark.unit, Bookmark.title)
        .join(Enrolment, Enrolment.id == Bookmark.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Bookmark.made_at, Bookmark.unit)
    )
    rows = session.connection().execute(query)
    return [Kept(enrolment_id, unit, title, None) for enrolment_id, unit, title in rows]

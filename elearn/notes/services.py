"""Use cases of notes and bookmarks. They flush, never commit."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from elearn.core.identifiers import new_client_id
from elearn.learning.models import Enrolment
from elearn.notes.models import Bookmark, Note
from elearn.notes.queries import written
from elearn.notes.rules import (
    LONGEST_TITLE,
    NoSuchEarlier,
    Written,
    clean_note,
    rewritten,
    with_earlier,
    without_earlier,
)


def save_note(
    session: Session,
    enrolment_id: int,
    unit: str,
    text: str,
    *,
    title: str,
    seen: Collection[UUID],
    revision: UUID,
    now: datetime,
) -> Written:
    """Save the note on a section; an empty text with nothing kept takes the note away.

    ``seen`` are the revisions that the page knew, ``revision`` is its id of this save. Raises NoteTooLong,
    TooManyEarlier.
    """
    clean = clean_note(text)
    found = _held(session, enrolment_id, unit)
    made = rewritten(_written(found), clean, seen=seen, revision=revision, now=now)
    _store(session, found, enrolment_id, unit, title, made)
    return made


def add_earlier(session: Session, enrolment_id: int, unit: str, key: str, *, now: datetime) -> None:
    """Add an earlier text to the end of the note. Raises NoSuchEarlier, NoteTooLong."""
    found = _held(session, enrolment_id, unit)
    before = _written(found)
    if found is None or before is None:
        raise NoSuchEarlier
    made = with_earlier(before, key, revision=new_client_id(), now=now)
    _store(session, found, enrolment_id, unit, found.title, made)


def discard_earlier(session: Session, enrolment_id: int, unit: str, key: str) -> None:
    """Throw an earlier text away. Raises NoSuchEarlier."""
    found = _held(session, enrolment_id, unit)
    before = _written(found)
    if found is None or before is None:
        raise NoSuchEarlier
    _store(session, found, enrolment_id, unit, found.title, without_earlier(before, key))


def delete_note(session: Session, enrolment_id: int, unit: str) -> None:
    """Delete the note on a section with its earlier texts; one that is not there stays so."""
    session.execute(delete(Note).where(Note.enrolment_id == enrolment_id, Note.unit == unit))


def set_bookmark(session: Session, enrolment_id: int, unit: str, *, title: str, now: datetime) -> None:
    """Mark a section; one that is marked stays so."""
    _hold(session, enrolment_id)
    if session.get(Bookmark, (enrolment_id, unit)) is None:
        session.add(Bookmark(enrolment_id=enrolment_id, unit=unit, title=title[:LONGEST_TITLE], made_at=now))
        session.flush()


def remove_bookmark(session: Session, enrolment_id: int, unit: str) -> None:
    """Take the mark of a section away; one that has none stays so."""
    session.execute(delete(Bookmark).where(Bookmark.enrolment_id == enrolment_id, Bookmark.unit == unit))


def _hold(session: Session, enrolment_id: int) -> None:
    """Let those who write on the same enrolment come one after the other: a first note has no row to lock."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update()).one()


def _held(session: Session, enrolment_id: int, unit: str) -> Note | None:
    _hold(session, enrolment_id)
    return session.scalar(
        select(Note)
        .where(Note.enrolment_id == enrolment_id, Note.unit == unit)
        .execution_options(populate_existing=True)
    )


def _written(found: Note | None) -> Written | None:
    return written(found.text, found.revision, found.saved_at, found.earlier) if found is not None else None


def _store(session: Session, found: Note | None, enrolment_id: int, unit: str, title: str, made: Written) -> None:
    if made.is_empty:
        if found is not None:
            session.delete(found)
    else:
        if found is None:
            found = Note(enrolment_id=enrolment_id, unit=unit)
            session.add(found)
        found.title = title[:LONGEST_TITLE]
        found.text = made.text
        found.revision = made.revision
        found.saved_at = made.saved_at
        found.earlier = [[each.text, each.saved_at.isoformat()] for each in made.earlier]
    session.flush()

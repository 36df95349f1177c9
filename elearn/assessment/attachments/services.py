"""Use cases of files: attach one, take one back. They flush, never commit."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from elearn.assessment.attachments.rules import (
    MOST_FILES,
    NoSuchFile,
    NothingToAttach,
    SentFile,
    TooManyFiles,
    check_kind,
)
from elearn.assessment.models import Attachment
from elearn.assessment.queries import Sitting
from elearn.assessment.rules import AttemptClosed, is_over
from elearn.content.question import OpenAnswer, Question
from elearn.core.identifiers import new_public_id


def attach_file(session: Session, found: Sitting, question: Question, file: SentFile, *, now: datetime) -> Attachment:
    """Attach a file to an open answer of an attempt; the same bytes sent twice are one file.

    ``found`` is from ``queries.sitting_held``, so that nobody attaches at the same moment; ``file`` is from
    ``rules.read_file``. Raises AttemptClosed, NothingToAttach, WrongFile, TooManyFiles.
    """
    _refuse_closed(found, question.id, now)
    if not isinstance(question, OpenAnswer) or not question.uploads:
        raise NothingToAttach
    check_kind(file, question.uploads)
    digest = hashlib.sha256(file.body).hexdigest()
    of_answer = select(Attachment).where(
        Attachment.attempt_id == found.attempt_id, Attachment.question_id == question.id
    )
    there = session.scalars(of_answer).all()
    same = next((each for each in there if each.sha256 == digest), None)
    if same is not None:
        return same
    if len(there) >= MOST_FILES:
        raise TooManyFiles
    attached = Attachment(
        public_id=new_public_id(),
        attempt_id=found.attempt_id,
        question_id=question.id,
        name=file.name,
        media_type=file.media_type,
        size=len(file.body),
        sha256=digest,
        body=file.body,
        received_at=now,
    )
    session.add(attached)
    session.flush()
    return attached


def take_back_file(session: Session, found: Sitting, question_id: str, public_id: str, *, now: datetime) -> None:
    """Delete a file of an answer. ``found`` as for :func:`attach_file`. Raises AttemptClosed, NoSuchFile."""
    _refuse_closed(found, question_id, now)
    named = delete(Attachment).where(
        Attachment.attempt_id == found.attempt_id,
        Attachment.question_id == question_id,
        Attachment.public_id == public_id,
    )
    gone = session.scalar(named.returning(Attachment.id)) if "\x00" not in public_id else None
    if gone is None:
        raise NoSuchFile


def _refuse_closed(found: Sitting, question_id: str, now: datetime) -> None:
    found.number_of(question_id)
    if not found.is_open or is_over(found.due_at, now):
        raise AttemptClosed

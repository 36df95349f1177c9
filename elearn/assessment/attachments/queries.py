"""Reading the files of an attempt; their bodies only one at a time."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from elearn.assessment.attachments.rules import NoSuchFile, SentFile
from elearn.assessment.drawing import questions_of
from elearn.assessment.models import Attachment
from elearn.assessment.queries import GivenFile
from elearn.content.course import Course, Quiz
from elearn.content.question import OpenAnswer

Files = Mapping[str, tuple[GivenFile, ...]]
"""The files of an attempt by question."""
NO_FILES: Files = MappingProxyType({})

_FILES = (
    select(Attachment.question_id, Attachment.public_id, Attachment.name, Attachment.size)
    .where(Attachment.attempt_id == bindparam("attempt_id"))
    .order_by(Attachment.id)
)


def takes_files(course: Course, quiz: Quiz) -> bool:
    """Whether files can be attached to some question of a quiz."""
    return any(isinstance(each, OpenAnswer) and each.uploads for each in questions_of(course, quiz).values())


def files_of(session: Session, course: Course, quiz: Quiz, attempt_id: int) -> Files:
    """The files of an attempt, in the order in which they came; without a query where the quiz takes none."""
    found: dict[str, tuple[GivenFile, ...]] = {}
    if takes_files(course, quiz):
        for question_id, public_id, name, size in session.connection().execute(_FILES, {"attempt_id": attempt_id}):
            found[question_id] = (*found.get(question_id, ()), GivenFile(public_id, name, size))
    return found


def file_of(session: Session, attempt_id: int, public_id: str) -> SentFile:
    """A file of an attempt with its body. Raises NoSuchFile, also for one of another attempt."""
    query = select(Attachment.name, Attachment.media_type, Attachment.body).where(
        Attachment.attempt_id == attempt_id, Attachment.public_id == public_id
    )
    row = session.execute(query).first() if "\x00" not in public_id else None
    if row is None:
        raise NoSuchFile
    return SentFile(*row)

"""Tables of attempts, answers and marks, and of what is marked by hand."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.db.base import Base
from elearn.learning.models import Enrolment


class Attempt(Base):
    """One taking of a quiz. ``paper`` is the list of what was drawn: question ids with the order of their choices."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("enrolment_id", "quiz_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    quiz_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]  # counts from 1 for each enrolment and quiz
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    seed: Mapped[int] = mapped_column(BigInteger)
    form: Mapped[str | None] = mapped_column(String(1))  # A or B: the half of each pool; None: the quiz has no forms
    paper: Mapped[list[Any]]
    flagged: Mapped[list[Any]]  # ids of questions the officer wants to look at again
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # the server's decision; None: no time limit
    submitted_at: Mapped[datetime | None]
    score: Mapped[Decimal | None]  # per cent of the points; None once submitted: an answer waits for marks by hand
    is_passed: Mapped[bool | None]  # None: the quiz has no pass mark, or there is no score yet

    enrolment: Mapped[Enrolment] = relationship(lazy="raise")


class Answer(Base):
    """A response to one question of an attempt, as it was saved. The one with the highest id counts."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client_id"),
        Index("ix_answer_attempt_id_question_id", "attempt_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[UUID]
    response: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class Mark(Base):
    """What the response to one question earned."""

    __tablename__ = "mark"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    points: Mapped[Decimal]
    out_of: Mapped[Decimal]


class Remark(Base):
    """An attempt was marked again by the keys of a later release. Append-only; the newest says whose keys count."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    reason: Mapped[str] = mapped_column(String(500))
    remarked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: from the command line
    remarked_at: Mapped[datetime]
    changes: Mapped[list[Any]]  # see disputes.rules.stored_changes; empty: the new keys give the same marks
    old_score: Mapped[Decimal]
    new_score: Mapped[Decimal]
    was_passed: Mapped[bool | None]
    is_passed: Mapped[bool | None]


class ExtraTime(Base):
    """How much longer a person may take over a quiz with a time limit. Append-only: the newest counts, all are the log.

    Why is not kept: it is often a matter of health.
    """

    __tablename__ = "extra_time"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    percent: Mapped[int]  # of the time limit, on top of it; 0 takes earlier grants back
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]


class HandMarking(Base):
    """An open answer that waits for marks by hand, or got them. A marker knows it by its ``public_id`` alone."""

    __tablename__ = "hand_marking"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_id"),
        Index("ix_hand_marking_returned_at", "returned_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime]  # when the attempt was handed in
    second_wanted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: one marker is enough
    second_wanted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]  # when the marks became final; None: it waits


class RubricMark(Base):
    """The levels of the rubric that a marker chose. Append-only: who marked first, second, and what was agreed."""

    __tablename__ = "rubric_mark"
    __table_args__ = (UniqueConstraint("hand_marking_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_marking_id: Mapped[int] = mapped_column(ForeignKey("hand_marking.id"))
    kind: Mapped[str] = mapped_column(String(6))  # first, second or agreed
    levels: Mapped[list[Any]]  # [[criterion id, index of the level], ...] in the order of the rubric
    points: Mapped[Decimal]
    comment: Mapped[str] = mapped_column(String(4000))  # for the officer; "": none
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]


class Attachment(Base):
    """A file that belongs to an open answer. One that the officer takes back is deleted while the attempt is open."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_attempt_id_question_id", "attempt_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))  # as it is offered for saving
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes of the body
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime]

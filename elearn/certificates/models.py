"""The table of certificates: every printed field, as it was on the day."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.db.base import Base
from elearn.learning.models import Enrolment

_CURRENT = text("replaced_at IS NULL")


class Certificate(Base):
    """A certificate. The fields are copies: later changes of a name or a course do not reach the paper.

    What is wrong on one is put right by another that replaces it; of an enrolment one is not replaced.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("uq_certificate_current", "enrolment_id", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(19), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    holder_name: Mapped[str] = mapped_column(String(200))
    holder_latin_name: Mapped[str | None] = mapped_column(String(200))
    course_slug: Mapped[str] = mapped_column(String(60))
    course_title: Mapped[str] = mapped_column(String(300))
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))  # of the course's text
    hours: Mapped[Decimal]
    score: Mapped[Decimal | None]  # of the exam, per cent; None: the course has no exam
    pass_mark: Mapped[int | None]
    issuer: Mapped[str] = mapped_column(String(200))
    completed_on: Mapped[date]
    valid_until: Mapped[date | None]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revocation_reason: Mapped[str | None] = mapped_column(String(500))
    awarded_at: Mapped[datetime]  # when the first of those it replaces was issued: the statistics count it there
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    replacement: Mapped[str | None] = mapped_column(String(20))  # rules.Replacement: why it was replaced

    enrolment: Mapped[Enrolment] = relationship(lazy="raise")

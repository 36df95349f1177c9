"""Reading certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from elearn.catalogue.models import CourseRecord
from elearn.certificates.models import Certificate
from elearn.certificates.rules import NoSuchCertificate
from elearn.core.identifiers import normal_code
from elearn.db.hot import HotRead
from elearn.learning.models import Enrolment


@dataclass(frozen=True, slots=True)
class Award:
    """A certificate as a page needs it: every printed field."""

    code: str
    person_id: int
    holder_name: str
    holder_latin_name: str | None
    course_slug: str
    course_title: str
    version: str
    language: str
    hours: Decimal
    score: Decimal | None
    pass_mark: int | None
    issuer: str
    completed_on: date
    valid_until: date | None
    issued_at: datetime
    revoked_at: datetime | None
    revocation_reason: str | None
    replaced_at: datetime | None
    replaced_by_id: int | None
    replacement: str | None

    @property
    def is_printed(self) -> bool:
        """Whether its holder may print it: a new paper of one that was revoked or replaced would look as if it held."""
        return self.revoked_at is None and self.replaced_at is None


_AWARD = select(*(getattr(Certificate, name) for name in Award.__dataclass_fields__))
_AWARDS_OF = HotRead(
    _AWARD.where(Certificate.person_id == bindparam("person_id"), Certificate.replaced_at.is_(None)).order_by(
        Certificate.issued_at.desc()
    )
)
_AWARD_BY_CODE = _AWARD.where(Certificate.code == bindparam("code"))
_AWARD_OF_COURSE = (
    _AWARD.join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
    .where(Certificate.person_id == bindparam("person_id"), CourseRecord.slug == bindparam("slug"))
    .where(Certificate.replaced_at.is_(None))
)
_LATER = (
    select(Certificate.code, Certificate.replaced_by_id)
    .where(Certificate.id == bindparam("replaced_by_id"))
    .cte("later", recursive=True)
)
_LATER = _LATER.union_all(
    select(Certificate.code, Certificate.replaced_by_id).where(Certificate.id == _LATER.c.replaced_by_id)
)
_LAST_CODE = select(_LATER.c.code).where(_LATER.c.replaced_by_id.is_(None))
_EARLIER_CODES = (
    select(Certificate.code)
    .where(
        Certificate.replaced_by_id
        == select(Certificate.id).where(Certificate.code == bindparam("code")).scalar_subquery()
    )
    .order_by(Certificate.issued_at.desc())
)


def certificates_of(session: Session, person_id: int) -> Sequence[Award]:
    """The certificates of a person that no other replaces, newest first."""
    return [Award(*row) for row in _AWARDS_OF.rows(session, person_id=person_id)]


def certificate_by_code(session: Session, typed: str) -> Award:
    """The certificate of a number, however it was typed. Raises NoSuchCertificate."""
    code = normal_code(typed)
    row = session.connection().execute(_AWARD_BY_CODE, {"code": code}).first() if code is not None else None
    if row is None:
        raise NoSuchCertificate
    return Award(*row)


def certificate_of_course(session: Session, person_id: int, slug: str) -> Award:
    """The certificate of a person for a course. Raises NoSuchCertificate."""
    row = session.connection().execute(_AWARD_OF_COURSE, {"person_id": person_id, "slug": slug}).first()
    if row is None:
        raise NoSuchCertificate
    return Award(*row)


@dataclass(frozen=True, slots=True)
class Chain:
    """The numbers of the certificates around one: the last that came in its place, and those it replaces."""

    counting: str | None = None
    replaces: tuple[str, ...] = ()


def chain_of(session: Session, award: Award) -> Chain:
    """Which certificate came last in place of this one, and which were replaced by it."""
    last = None
    if award.replaced_by_id is not None:
        last = session.connection().execute(_LAST_CODE, {"replaced_by_id": award.replaced_by_id}).scalar()
    return Chain(last, tuple(session.connection().execute(_EARLIER_CODES, {"code": award.code}).scalars()))


def all_certificates_of(session: Session, person_id: int) -> Sequence[tuple[Award, Chain]]:
    """The certificates of a person with those that were replaced, newest first, each with those around it.

    What replaces a certificate has the same holder, so one query finds all.
    """
    query = (
        _AWARD.add_columns(Certificate.id)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    rows = [(Award(*row[:-1]), row[-1]) for row in session.execute(query)]
    by_id = {award_id: award for award, award_id in rows}
    earlier: dict[int, list[str]] = {}
    for award, _award_id in rows:
        if award.replaced_by_id is not None:
            earlier.setdefault(award.replaced_by_id, []).append(award.code)

    def last(award: Award) -> str | None:
        """The number of the last that came in place of a certificate; None for one that was not replaced."""
        found = None
        while award.replaced_by_id in by_id:
            award = found = by_id[award.replaced_by_id]
        return found.code if found is not None else None

    return [(award, Chain(last(award), tuple(earlier.get(award_id, ())))) for award, award_id in rows]

"""Use cases of certificates: award one when a course is completed, revoke one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.leaving import check_there
from elearn.accounts.models import Person
from elearn.audit.rules import Act, Actor, Bystander, Thing
from elearn.audit.rules import Kind as ThingKind
from elearn.audit.services import record
from elearn.catalogue.models import Release
from elearn.catalogue.queries import compiled_course
from elearn.certificates.models import Certificate
from elearn.certificates.replacing import AlreadyReplaced, NameIsRight, NeverExpires, Replacement
from elearn.certificates.rules import AlreadyRevoked, NoSuchCertificate, months_later
from elearn.content.course import text_in
from elearn.core.identifiers import new_code, normal_code
from elearn.learning.models import Enrolment
from elearn.learning.rules import progress_of, stored_tally
from elearn.notices.rules import About, Kind, News
from elearn.notices.services import notify

EXPIRES_SOON = timedelta(days=60)
"""So long before a certificate expires its holder is told: time enough to take the course again."""

# Called in the transaction of the award with the certificate and the agency that its enrolment is counted in.
CertificateAwarded = Callable[[Session, Certificate, int], None]
certificate_awarded: list[CertificateAwarded] = []
# Called likewise in the transaction in which one is revoked.
certificate_revoked: list[CertificateAwarded] = []
# Called in the transaction of a replacement with the old certificate and the new one.
CertificateReplaced = Callable[[Session, Certificate, Certificate], None]
certificate_replaced: list[CertificateReplaced] = []

_COPIED = (
    "enrolment_id",
    "person_id",
    "holder_name",
    "holder_latin_name",
    "course_slug",
    "course_title",
    "version",
    "language",
    "hours",
    "score",
    "pass_mark",
    "issuer",
    "completed_on",
    "valid_until",
    "awarded_at",
)
"""What a certificate takes over from the one it replaces."""


def award_certificate(
    session: Session, enrolment: Enrolment, now: datetime, *, issuer: str, zone: ZoneInfo
) -> Certificate | None:
    """Award the certificate of a completed enrolment, if its course gives one; an enrolment has one at most."""
    release = session.get_one(Release, enrolment.release_id)
    course = compiled_course(session, release.id, release.digest)
    if course.certification is None:
        return None
    found = session.scalar(
        select(Certificate).where(Certificate.enrolment_id == enrolment.id, Certificate.replaced_at.is_(None))
    )
    if found is not None:
        return found
    person = session.get_one(Person, enrolment.person_id)
    completed_on = (enrolment.completed_at or now).astimezone(zone).date()
    months = course.certification.valid_months
    certificate = Certificate(
        code=new_code(),
        enrolment_id=enrolment.id,
        person_id=person.id,
        holder_name=person.full_name,
        holder_latin_name=person.latin_name,
        course_slug=course.slug,
        course_title=text_in(course.texts, course.language, course.language)[0].title,
        version=course.version,
        language=course.language,
        hours=course.hours,
        score=progress_of(course, stored_tally(enrolment.tally)).exam_score,
        pass_mark=course.completion.exam,
        issuer=issuer,
        completed_on=completed_on,
        valid_until=months_later(completed_on, months) if months is not None else None,
        issued_at=now,
        awarded_at=now,
    )
    session.add(certificate)
    session.flush()
    record(
        session,
        Act.CERTIFICATE_AWARDED,
        Thing(ThingKind.CERTIFICATE, certificate.code),
        actor=Bystander.SITE,
        now=now,
        person=person.public_id,
        course=course.slug,
    )
    for listener in certificate_awarded:
        listener(session, certificate, enrolment.agency_id)
    return certificate


def revoke_certificate(
    session: Session, typed: str, reason: str, *, now: datetime, actor: Actor = Bystander.COMMAND_LINE
) -> Certificate:
    """Revoke a certificate; anybody who verifies it sees that, and why. Raises as :func:`_in_force`."""
    certificate = _in_force(session, typed)
    certificate.revoked_at = now
    certificate.revocation_reason = reason
    session.flush()
    record(session, Act.CERTIFICATE_REVOKED, Thing(ThingKind.CERTIFICATE, certificate.code), actor=actor, now=now)
    agency_id = session.scalars(select(Enrolment.agency_id).where(Enrolment.id == certificate.enrolment_id)).one()
    for listener in certificate_revoked:
        listener(session, certificate, agency_id)
    return certificate


def correct_certificate(
    session: Session, typed: str, *, now: datetime, actor: Actor = Bystander.COMMAND_LINE
) -> Certificate:
    """Replace a certificate by one with the name that its holder's account has now.

    Raises NoSuchCertificate, AlreadyRevoked, AlreadyReplaced, AccountIsGone, NameIsRight.
    """
    old = _in_force(session, typed)
    holder = session.get_one(Person, old.person_id)
    check_there(holder.erased_at, holder.merged_into_id)
    if (holder.full_name, holder.latin_name) == (old.holder_name, old.holder_latin_name):
        raise NameIsRight
    return _replace(
        session,
        old,
        Replacement.CORRECTED,
        actor=actor,
        now=now,
        holder_name=holder.full_name,
        holder_latin_name=holder.latin_name,
    )


def renew_certificate(
    session: Session, typed: str, *, now: datetime, zone: ZoneInfo, actor: Actor = Bystander.COMMAND_LINE
) -> Certificate:
    """Replace a certificate by one that is valid as long from today as the first was from the completion.

    Raises NoSuchCertificate, AlreadyRevoked, AlreadyReplaced, NeverExpires.
    """
    old = _in_force(session, typed)
    release = session.scalars(
        select(Release).join(Enrolment, Enrolment.release_id == Release.id).where(Enrolment.id == old.enrolment_id)
    ).one()
    certification = compiled_course(session, release.id, release.digest).certification
    months = certification.valid_months if certification is not None else None
    if old.valid_until is None or months is None:
        raise NeverExpires(code=old.code)
    until = months_later(now.astimezone(zone).date(), months)
    latest = max(until, old.valid_until)
    return _replace(session, old, Replacement.RENEWED, actor=actor, now=now, valid_until=latest)


def _in_force(session: Session, typed: str) -> Certificate:
    """The certificate of a number, held. Raises NoSuchCertificate, AlreadyRevoked, AlreadyReplaced."""
    certificate = session.scalar(select(Certificate).where(Certificate.code == normal_code(typed)).with_for_update())
    if certificate is None:
        raise NoSuchCertificate
    if certificate.revoked_at is not None:
        raise AlreadyRevoked(code=certificate.code)
    if certificate.replaced_at is not None:
        raise AlreadyReplaced(code=certificate.code)
    return certificate


def _replace(
    session: Session, old: Certificate, why: Replacement, *, actor: Actor, now: datetime, **changes: object
) -> Certificate:
    """Issue a certificate in place of another, alike but for some fields."""
    fields = {name: getattr(old, name) for name in _COPIED} | changes
    # The database allows one certificate of an enrolment that is not replaced: the old one steps back first.
    old.replaced_at, old.replacement = now, why
    session.flush()
    new = Certificate(code=new_code(), issued_at=now, **fields)
    session.add(new)
    session.flush()
    old.replaced_by_id = new.id
    session.flush()
    about = Thing(ThingKind.CERTIFICATE, old.code)
    record(session, Act.CERTIFICATE_REPLACED, about, actor=actor, now=now, by=new.code, why=why.value)
    for listener in certificate_replaced:
        listener(session, old, new)
    return new


def tell_what_expires(session: Session, person_id: int, now: datetime, *, zone: ZoneInfo) -> None:
    """Tell a person which of their certificates expire soon, each once; called when they sign in.

    A certificate that a later one for the same course replaces is not worth a word.
    """
    today = now.astimezone(zone).date()
    held = session.scalars(
        select(Certificate).where(
            Certificate.person_id == person_id, Certificate.revoked_at.is_(None), Certificate.replaced_at.is_(None)
        )
    ).all()
    for certificate in held:
        until = certificate.valid_until
        if until is None or not today <= until <= today + EXPIRES_SOON:
            continue
        others = [each for each in held if each.course_slug == certificate.course_slug and each is not certificate]
        if any(each.valid_until is None or each.valid_until > until for each in others):
            continue
        titles = {certificate.language: certificate.course_title}
        news = News(
            Kind.CERTIFICATE_EXPIRING,
            key=f"expiring:{certificate.code}",
            href="/certificates",
            about=About(titles, certificate.language, until),
        )
        notify(session, person_id, news, now=now)

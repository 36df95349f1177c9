"""A throw-away site with one course, to look at it as an officer would."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from elearn.accounts.agencies.services import add_agency
from elearn.accounts.models import Person
from elearn.accounts.services import add_person
from elearn.catalogue.queries import compiled_course, current_release
from elearn.catalogue.services import publish
from elearn.content.compiler import Compilation
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind, places, reading_id
from elearn.learning.services import enrol, record_outcome

OFFICER = "officer"


def stage_preview(
    database: Database,
    slug: str,
    files: Mapping[str, bytes],
    compilation: Compilation,
    *,
    password_hash: str,
    is_read: bool,
    now: datetime,
) -> None:
    """Publish the course and enrol the one officer in it. Raises CourseHasErrors.

    ``is_read``: every section counts as read, which opens the exam.
    """
    with database.writing() as session:
        agency = add_agency(session, code="preview", name="Preview", country_code="XA", country_name="Arlandia")
        person = add_person(
            session,
            sign_in_name=OFFICER,
            full_name="Officer in a preview",
            agency=agency,
            password_hash=password_hash,
            now=now,
        )
        publish(session, slug, files, now=now, compilation=compilation)
        release = current_release(session, slug)
        enrolment = enrol(session, person, release, now=now)
        course = compiled_course(session, release.release_id, release.digest)
        for place in places(course) if is_read else ():
            record_outcome(
                session,
                enrolment.id,
                client_id=reading_id(enrolment.id, place.unit),
                kind=OutcomeKind.SECTION_READ,
                unit=place.unit,
                now=now,
            )
        session.commit()


def publish_preview(
    database: Database, slug: str, files: Mapping[str, bytes], compilation: Compilation, *, now: datetime
) -> int | None:
    """Publish the changed course, and move the officer to it, which no real site does. Raises CourseHasErrors.

    The number of the release; None if nothing changed.
    """
    with database.writing() as session:
        published = publish(session, slug, files, now=now, compilation=compilation)
        if not published.is_new:
            return None
        person = select(Person.id).where(Person.sign_in_name == OFFICER).scalar_subquery()
        session.execute(
            update(Enrolment)
            .where(Enrolment.person_id == person)
            .values(release_id=published.release_id)
            .execution_options(synchronize_session=False)
        )
        session.commit()
        return published.number

"""Reading whom jobs are about."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.jobs.models import Job


def people_of(session: Session, jobs: Sequence[Job]) -> Mapping[int, tuple[str, str]]:
    """The public id and the name of each person whom the jobs are about, by internal id."""
    ids = {job.person_id for job in jobs if job.person_id is not None}
    if not ids:
        return {}
    query = select(Person.id, Person.public_id, Person.full_name).where(Person.id.in_(ids))
    return {person_id: (public_id, name) for person_id, public_id, name in session.execute(query)}

"""Whom an administrator may enrol together."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.models import Agency, Person
from elearn.accounts.queries import ids_of_cohort, within
from elearn.security.policy import Reach


def ids_in_cohort(session: Session, cohort_id: int, reach: Reach) -> Sequence[int]:
    """The ids of those people of a cohort within reach who have not been disabled."""
    query = (
        select(Person.id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.id.in_(ids_of_cohort(cohort_id)), within(reach), Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    return session.scalars(query).all()

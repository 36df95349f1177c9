"""Use cases of cohorts: make and remove one, let people join and leave. They flush, never commit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.cohorts.queries import has_others
from elearn.accounts.cohorts.rules import CohortHasOthers, CohortNameTaken, NoSuchCohort, cohort_key
from elearn.accounts.models import Cohort, CohortMember
from elearn.accounts.rules import Administrator, checked_cohort_name
from elearn.core.identifiers import new_public_id

AT_ONCE = 500


def add_cohort(session: Session, name: str, *, actor: Administrator, now: datetime) -> Cohort:
    """Make a cohort. Raises BadCohortName, CohortNameTaken."""
    good = checked_cohort_name(name)
    cohort = Cohort(
        public_id=new_public_id(), name=good, key=cohort_key(good), created_at=now, created_by=actor.person_id
    )
    try:
        with session.begin_nested():
            session.add(cohort)
    except IntegrityError as problem:
        raise CohortNameTaken(name=good) from problem
    return cohort


def join_by_name(session: Session, joining: Mapping[str, Iterable[int]], *, actor: Administrator, now: datetime) -> int:
    """Let people join the cohorts of these names, which are made if need be; how many joined one."""
    joined = 0
    for name, people in joining.items():
        cohort = session.scalar(select(Cohort).where(Cohort.key == cohort_key(name)))
        cohort = cohort or add_cohort(session, name, actor=actor, now=now)
        joined += join(session, cohort, list(people), now=now)
    return joined


def join(session: Session, cohort: Cohort, person_ids: Sequence[int], *, now: datetime) -> int:
    """Let people join a cohort; who is in it stays so. How many joined. Raises NoSuchCohort: it was removed."""
    # Two who let people join at the same time come one after the other.
    if session.scalar(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update()) is None:
        raise NoSuchCohort
    new: list[int] = []
    for start in range(0, len(person_ids), AT_ONCE):
        some = person_ids[start : start + AT_ONCE]
        there = select(CohortMember.person_id).where(
            CohortMember.cohort_id == cohort.id, CohortMember.person_id.in_(some)
        )
        known = set(session.scalars(there))
        new.extend(dict.fromkeys(person_id for person_id in some if person_id not in known))
    session.add_all(
        CohortMember(cohort_id=cohort.id, person_id=person_id, joined_at=now) for person_id in dict.fromkeys(new)
    )
    session.flush()
    return len(set(new))


def leave(session: Session, cohort: Cohort, person_id: int) -> None:
    """Take a person out of a cohort; what they learnt stays."""
    session.execute(
        delete(CohortMember).where(CohortMember.cohort_id == cohort.id, CohortMember.person_id == person_id)
    )


def remove_cohort(session: Session, cohort: Cohort, *, actor: Administrator) -> None:
    """Remove a cohort; its people stay, with all they learnt and what they are enrolled in. Raises CohortHasOthers."""
    # Who lets somebody join at the same time waits, and then finds no cohort.
    session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    if has_others(session, cohort.id, actor):
        raise CohortHasOthers
    session.execute(delete(CohortMember).where(CohortMember.cohort_id == cohort.id))
    session.delete(cohort)
    session.flush()

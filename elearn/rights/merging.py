"""Making two accounts of one person one: everything of one moves to the other, for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from elearn.accounts.models import AgencyStay, CohortMember, Person, RoleGrant
from elearn.accounts.queries import grants_held
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.rules import Administrator, PersonBeyondYourReach
from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep
from elearn.accounts.services import disable_person, may_change
from elearn.accounts.sso.models import PersonIdentity
from elearn.assessment.models import Attempt, ExtraTime
from elearn.audit.rules import Act
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.catalogue.models import Release
from elearn.catalogue.queries import compiled_course
from elearn.certificates.models import Certificate
from elearn.certificates.replacing import Replacement
from elearn.jobs.models import Job
from elearn.learning.models import Enrolment, Outcome
from elearn.learning.rules import OutcomeKind, progress_of, stored_tally, tally_of
from elearn.learning.services import course_completed, move_open_enrolments
from elearn.mistakes.models import MistakeReport
from elearn.notes.models import Bookmark, Note
from elearn.notices.models import Notice
from elearn.reporting.services import counted_anew
from elearn.rights.holdings import AUTHORS
from elearn.rights.queries import counts_held
from elearn.rights.refusals import AlreadyGone, BothUnderWay, SameAccount
from elearn.rights.rules import how_far
from elearn.security.policy import ScopeKind

# Called with the id of the account that stays and that of the one that went into it, in the same transaction.
PeopleMerged = Callable[[Session, int, int, Administrator, datetime], None]
people_merged: list[PeopleMerged] = []

LONGEST_REPORT = 2000  # characters of a message, and of a suggestion
MOVED = (Enrolment, Certificate, CohortMember, Notice, ExtraTime, AgencyStay, MistakeReport)
"""What belongs to a person and moves to the other account."""
ENDED = (RoleGrant, SecondStep, Passkey, RecoveryCode, PasswordReset, PersonIdentity, Job)
"""What the account that goes had of its own and nobody needs any more: roles, ways to sign in, letters to send."""
KEPT = ("user_session", "audit_event")
"""What stays with the account that goes: sessions, which are over, and what the log told of it."""
JOINED = (Outcome, Attempt, Note, Bookmark, Certificate)
"""What hangs on an enrolment and is joined with that of the other account."""
_WITH_COURSE = joinedload(Enrolment.course, innerjoin=True)
_FAR = 1_000_000  # added to numbers of attempts while they are put in order: no number may be used twice


@dataclass(frozen=True, slots=True)
class MergeLine:
    """What a merge moves: how many rows of which table."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do.

    ``courses`` are those that both accounts have, with the account whose enrolment leads; ``roles`` counts those that
    end and reach beyond oneself.
    """

    lines: tuple[MergeLine, ...]
    courses: tuple[tuple[str, str], ...]
    roles: int


def merge_plan(session: Session, kept: Person, gone: Person) -> MergePlan:
    """What merging would do. Raises SameAccount, AlreadyGone, BothUnderWay."""
    pairs = _checked(session, kept, gone)
    stays = {"person", *KEPT, *(model.__tablename__ for model in ENDED)}
    counts = counts_held(session, gone.id)
    lines = [MergeLine(each.name, count) for each, count in counts if count and each.name not in stays]
    leaders = ((mine.course.slug, kept if _leads(mine, theirs) else gone) for mine, theirs in pairs)
    beyond = select(func.count()).select_from(RoleGrant).where(RoleGrant.scope != ScopeKind.SELF)
    roles = session.scalar(beyond.where(RoleGrant.person_id == gone.id)) or 0
    return MergePlan(tuple(lines), tuple((slug, leader.sign_in_name) for slug, leader in leaders), roles)


def merge_people(
    session: Session, kept: Person, gone: Person, *, actor: Administrator, zone: ZoneInfo, now: datetime
) -> None:
    """Move everything of one account to the other; the empty one stays disabled, for good.

    Of two enrolments in one course the further one leads (:func:`rules.how_far`) and gets outcomes, attempts, notes,
    bookmarks and certificates of the other; of two last days the later one stands. Roles and ways to sign in do not
    move: the account that stays keeps its own. Raises SameAccount, AlreadyGone, BothUnderWay, PersonBeyondYourReach,
    and what :func:`disable_person` raises.
    """
    _checked(session, kept, gone)
    if kept.id != actor.person_id and not may_change(grants_held(session, [kept.id])[kept.id], actor):
        raise PersonBeyondYourReach
    disable_person(session, gone, actor=actor, now=now)
    completed: list[Enrolment] = []
    with counted_anew(session, [kept.id, gone.id], zone=zone):
        for mine, theirs in _of_both(session, kept, gone, held=True):
            leading, other = (mine, theirs) if _leads(mine, theirs) else (theirs, mine)
            if _join(session, leading, other, now):
                completed.append(leading)
        _move(session, Enrolment, gone, kept)
        session.execute(update(Certificate).where(Certificate.person_id == gone.id).values(person_id=kept.id))
        session.flush()
        move_open_enrolments(session, kept.id, kept.agency_id)
    told = select(Notice.key).where(Notice.person_id == kept.id)
    session.execute(delete(Notice).where(Notice.person_id == gone.id, Notice.key.in_(told)))
    joined = select(CohortMember.cohort_id).where(CohortMember.person_id == kept.id)
    session.execute(delete(CohortMember).where(CohortMember.person_id == gone.id, CohortMember.cohort_id.in_(joined)))
    _move_reports(session, gone, kept)
    for model in (CohortMember, Notice, ExtraTime, AgencyStay):
        _move(session, model, gone, kept)
    for column in AUTHORS:
        session.execute(update(column.table).where(column == gone.id).values({column: kept.id}))
    for ended in ENDED:
        session.execute(delete(ended).where(ended.person_id == gone.id))
    session.execute(update(Person).where(Person.merged_into_id == gone.id).values(merged_into_id=kept.id))
    gone.merged_into_id, gone.password_hash, gone.wants_digest = kept.id, None, False
    session.flush()
    about = the_person(kept.public_id)
    record(session, Act.PEOPLE_MERGED, about, actor=actor.recorded, now=now, gone=gone.public_id)
    for enrolment in completed:
        for completes in course_completed:
            completes(session, enrolment, now)
    for listener in people_merged:
        listener(session, kept.id, gone.id, actor, now)


def _checked(session: Session, kept: Person, gone: Person) -> list[tuple[Enrolment, Enrolment]]:
    """The enrolments in the courses that both have. Raises SameAccount, AlreadyGone, BothUnderWay."""
    if kept.id == gone.id:
        raise SameAccount
    if any(one.erased_at is not None or one.merged_into_id is not None for one in (kept, gone)):
        raise AlreadyGone
    pairs = _of_both(session, kept, gone)
    ids = [enrolment.id for pair in pairs for enrolment in pair]
    query = select(Attempt.enrolment_id, Attempt.quiz_id)
    under_way = session.execute(query.where(Attempt.enrolment_id.in_(ids), Attempt.submitted_at.is_(None))).all()
    for mine, theirs in pairs:
        both = {quiz for owner, quiz in under_way if owner == mine.id} & {
            quiz for owner, quiz in under_way if owner == theirs.id
        }
        if both:
            raise BothUnderWay(quiz=min(both))
    return pairs


def _of_both(session: Session, kept: Person, gone: Person, *, held: bool = False) -> list[tuple[Enrolment, Enrolment]]:
    """The enrolments in the courses that both accounts have; ``held`` against others who learn meanwhile."""
    query = select(Enrolment).where(Enrolment.person_id.in_([kept.id, gone.id])).order_by(Enrolment.id)
    found: dict[int, dict[int, Enrolment]] = {}
    for enrolment in session.scalars(query.with_for_update() if held else query.options(_WITH_COURSE)):
        found.setdefault(enrolment.course_id, {})[enrolment.person_id] = enrolment
    return [(pair[kept.id], pair[gone.id]) for pair in found.values() if len(pair) == 2]


def _leads(mine: Enrolment, theirs: Enrolment) -> bool:
    """Whether the enrolment of the account that stays leads; of two alike it does."""
    return how_far(mine.completed_at, stored_tally(mine.tally), mine.active_at) >= how_far(
        theirs.completed_at, stored_tally(theirs.tally), theirs.active_at
    )


def _join(session: Session, leading: Enrolment, other: Enrolment, now: datetime) -> bool:
    """Give one enrolment all that hangs on another, and take that away; whether both together complete the course."""
    known = select(Outcome.client_id).where(Outcome.enrolment_id == leading.id)
    session.execute(delete(Outcome).where(Outcome.enrolment_id == other.id, Outcome.client_id.in_(known)))
    _rehang(session, Outcome, other, leading)
    facts = session.execute(
        select(Outcome.kind, Outcome.unit, Outcome.score).where(Outcome.enrolment_id == leading.id).order_by(Outcome.id)
    )
    leading.tally = tally_of((OutcomeKind(kind), unit, score) for kind, unit, score in facts).stored()
    leading.enrolled_at = min(leading.enrolled_at, other.enrolled_at)
    leading.active_at = max(leading.active_at, other.active_at)
    leading.due_on = max((day for day in (leading.due_on, other.due_on) if day is not None), default=None)
    _join_attempts(session, leading, other)
    _join_notes(session, leading, other)
    _join_certificates(session, leading, other, now)
    session.delete(other)
    release = session.get_one(Release, leading.release_id)
    course = compiled_course(session, release.id, release.digest)
    newly = leading.completed_at is None and progress_of(course, stored_tally(leading.tally)).is_complete
    if newly:
        leading.completed_at = now
    session.flush()
    return newly


def _join_attempts(session: Session, leading: Enrolment, other: Enrolment) -> None:
    """Number the attempts of both in the order in which they were started."""
    session.execute(update(Attempt).where(Attempt.enrolment_id == leading.id).values(number=Attempt.number + 2 * _FAR))
    session.execute(
        update(Attempt)
        .where(Attempt.enrolment_id == other.id)
        .values(enrolment_id=leading.id, number=Attempt.number + _FAR)
    )
    session.expire_all()
    counts: dict[str, int] = {}
    query = select(Attempt).where(Attempt.enrolment_id == leading.id).order_by(Attempt.started_at, Attempt.id)
    for attempt in session.scalars(query):
        attempt.number = counts[attempt.quiz_id] = counts.get(attempt.quiz_id, 0) + 1
    session.flush()


def _join_notes(session: Session, leading: Enrolment, other: Enrolment) -> None:
    """Move notes and bookmarks; of two notes on a section one stands and the other is among its earlier texts."""
    there = {note.unit: note for note in session.scalars(select(Note).where(Note.enrolment_id == leading.id))}
    for note in session.scalars(select(Note).where(Note.enrolment_id == other.id)).all():
        first = there.get(note.unit)
        if first is None:
            note.enrolment_id = leading.id
            continue
        first.earlier = [*first.earlier, *note.earlier, [note.text, note.saved_at.isoformat()]]
        session.delete(note)
    marked_there = select(Bookmark.unit).where(Bookmark.enrolment_id == leading.id)
    session.execute(delete(Bookmark).where(Bookmark.enrolment_id == other.id, Bookmark.unit.in_(marked_there)))
    session.flush()
    _rehang(session, Bookmark, other, leading)


def _join_certificates(session: Session, leading: Enrolment, other: Enrolment, now: datetime) -> None:
    """Move certificates; of two that hold, that of the leading enrolment replaces the other."""
    current = select(Certificate).where(Certificate.replaced_at.is_(None))
    stays = session.scalar(current.where(Certificate.enrolment_id == leading.id))
    leaves = session.scalar(current.where(Certificate.enrolment_id == other.id))
    if stays is not None and leaves is not None:
        leaves.replaced_at, leaves.replaced_by_id, leaves.replacement = now, stays.id, Replacement.MERGED
        session.flush()
    _rehang(session, Certificate, other, leading)


def _move_reports(session: Session, gone: Person, kept: Person) -> None:
    """Move reported mistakes; where both wait with the same unit, the words of one are added to the other.

    Words that are too many for one report stay with the account that went: trainers answer it all the same.
    """
    waiting = select(MistakeReport).where(MistakeReport.state == "open")
    there = {
        (report.course_id, report.unit): report
        for report in session.scalars(waiting.where(MistakeReport.person_id == kept.id))
    }
    for report in session.scalars(select(MistakeReport).where(MistakeReport.person_id == gone.id)).all():
        first = there.get((report.course_id, report.unit)) if report.state == "open" else None
        if first is None:
            report.person_id = kept.id
            continue
        message = f"{first.message}\n\n{report.message}"
        suggestion = f"{first.suggestion}\n\n{report.suggestion}".strip()
        if max(len(message), len(suggestion)) <= LONGEST_REPORT:
            first.message, first.suggestion = message, suggestion
            session.delete(report)
    session.flush()


def _rehang(session: Session, model: type[Any], other: Enrolment, leading: Enrolment) -> None:
    session.execute(update(model).where(model.enrolment_id == other.id).values(enrolment_id=leading.id))


def _move(session: Session, model: type[Any], gone: Person, kept: Person) -> None:
    session.execute(update(model).where(model.person_id == gone.id).values(person_id=kept.id))

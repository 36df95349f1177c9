"""Every table that holds something about a person: whose a row is, what of it they are handed, what erasing does to it.

Columns are handed out by name, so that nothing new reaches a file by itself; keys of quizzes, what others wrote for
themselves, and what would let somebody in are never among them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, or_, select

from elearn.accounts.models import (
    Agency,
    AgencyStay,
    Cohort,
    CohortMember,
    Person,
    RoleGrant,
    SignInAttempt,
    UserSession,
)
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep
from elearn.accounts.sso.models import PersonIdentity
from elearn.assessment.models import Answer, Attachment, Attempt, ExtraTime, HandMarking, Mark, Remark, RubricMark
from elearn.audit.models import AuditEvent
from elearn.audit.rules import Kind
from elearn.authoring.models import DraftFile, DraftPicture
from elearn.catalogue.models import CourseRecord, Release
from elearn.certificates.models import Certificate
from elearn.db.base import Base
from elearn.jobs.models import Job
from elearn.learning.models import Enrolment, Outcome
from elearn.mistakes.models import MistakeReport
from elearn.notes.models import Bookmark, Note
from elearn.notices.models import Notice
from elearn.rights.rules import Fate, Why

Whose = Callable[[int], ColumnElement[bool]]
"""The condition that a row belongs to the person of an id."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A table about a person. ``key`` is the column by which a row is theirs; ``told`` is what they are handed."""

    name: str
    key: Column[Any]
    whose: Whose
    told: tuple[str, ...]
    fate: Fate
    why: Why
    more: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table."""
        return self.key.table


def _column(model: type[Base], name: str) -> Column[Any]:
    found: Column[Any] = model.__table__.c[name]  # type: ignore[assignment]
    return found


def accounts_of(person_id: int) -> Select[int]:
    """The ids of all accounts of a person: theirs, and those that were merged into it."""
    return select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))


def _own(key: Column[Any]) -> Whose:
    return lambda person_id: key.in_(accounts_of(person_id))


def _enrolments(person_id: int) -> Select[int]:
    return select(Enrolment.id).where(Enrolment.person_id.in_(accounts_of(person_id)))


def _of_enrolment(key: Column[Any]) -> Whose:
    return lambda person_id: key.in_(_enrolments(person_id))


def _of_attempt(key: Column[Any]) -> Whose:
    return lambda person_id: key.in_(select(Attempt.id).where(Attempt.enrolment_id.in_(_enrolments(person_id))))


def _of_marking(key: Column[Any]) -> Whose:
    mine = _of_attempt(_column(HandMarking, "attempt_id"))
    return lambda person_id: key.in_(select(HandMarking.id).where(mine(person_id)))


def _recorded(person_id: int) -> ColumnElement[bool]:
    """What the audit log tells of a person: what they did, and what was done to them or to what is theirs."""
    event, accounts = AuditEvent, accounts_of(person_id)
    codes = select(Certificate.code).where(Certificate.person_id.in_(accounts))
    attempts = select(Attempt.public_id).where(Attempt.enrolment_id.in_(_enrolments(person_id)))
    theirs = (
        (Kind.PERSON, select(Person.public_id).where(Person.id.in_(accounts))),
        (Kind.CERTIFICATE, codes),
        (Kind.ATTEMPT, attempts),
    )
    return or_(
        event.actor_id.in_(accounts),
        *(and_(event.thing_kind == kind, event.thing_id.in_(ids)) for kind, ids in theirs),
    )


_WHOSE = {"person_id": _own, "enrolment_id": _of_enrolment, "attempt_id": _of_attempt, "hand_marking_id": _of_marking}


def _holding(
    model: type[Base],
    by: str,
    told: str,
    fate: Fate,
    why: Why,
    **more: ColumnElement[Any],
) -> Holding:
    key = _column(model, by)
    whose = _recorded if model is AuditEvent else _own(key) if by == "id" else _WHOSE[by](key)
    return Holding(model.__tablename__, key, whose, tuple(told.split()), fate, why, more)


def _course(model: type[Base]) -> ColumnElement[Any]:
    return select(CourseRecord.slug).where(CourseRecord.id == _column(model, "course_id")).scalar_subquery()


def _agency(model: type[Base]) -> ColumnElement[Any]:
    return select(Agency.name).where(Agency.id == _column(model, "agency_id")).scalar_subquery()


HOLDINGS: tuple[Holding, ...] = (
    _holding(
        Person,
        "id",
        "public_id sign_in_name full_name latin_name staff_number email language reading wants_digest created_at"
        " disabled_at leaving left_on data_given_at",
        Fate.CHANGES,
        Why.REFERRED,
        agency=_agency(Person),
    ),
    _holding(
        AgencyStay,
        "person_id",
        "since until",
        Fate.STAYS,
        Why.STATISTICS,
        agency=_agency(AgencyStay),
    ),
    _holding(
        RoleGrant,
        "person_id",
        "role scope country_code",
        Fate.GOES,
        Why.PRIVATE,
        agency=_agency(RoleGrant),
    ),
    _holding(
        CohortMember,
        "person_id",
        "joined_at",
        Fate.GOES,
        Why.PRIVATE,
        name=select(Cohort.name).where(Cohort.id == _column(CohortMember, "cohort_id")).scalar_subquery(),
    ),
    _holding(SecondStep, "person_id", "created_at", Fate.GOES, Why.ENTRANCE),
    _holding(Passkey, "person_id", "created_at used_at", Fate.GOES, Why.ENTRANCE),
    _holding(RecoveryCode, "person_id", "used_at", Fate.GOES, Why.ENTRANCE),
    _holding(PersonIdentity, "person_id", "issuer subject linked_at", Fate.GOES, Why.ENTRANCE),
    _holding(PasswordReset, "person_id", "kind ends_at", Fate.GOES, Why.ENTRANCE),
    _holding(Job, "person_id", "kind made_at tries ended_at outcome", Fate.GOES, Why.PRIVATE),
    _holding(
        UserSession,
        "person_id",
        "door is_shared_device is_second_proven created_at seen_at ends_at ended_at",
        Fate.GOES,
        Why.PRIVATE,
    ),
    _holding(Notice, "person_id", "kind href about created_at read_at mailed_at", Fate.GOES, Why.PRIVATE),
    _holding(
        Enrolment,
        "person_id",
        "enrolled_at active_at completed_at due_on place tally",
        Fate.STAYS,
        Why.STATISTICS,
        course=_course(Enrolment),
        agency=_agency(Enrolment),
    ),
    _holding(
        Outcome,
        "enrolment_id",
        "kind unit score claimed_at received_at",
        Fate.STAYS,
        Why.STATISTICS,
    ),
    _holding(Note, "enrolment_id", "unit title text earlier saved_at", Fate.GOES, Why.PRIVATE),
    _holding(Bookmark, "enrolment_id", "unit title made_at", Fate.GOES, Why.PRIVATE),
    _holding(
        Attempt,
        "enrolment_id",
        "public_id quiz_id number form flagged started_at due_at submitted_at score is_passed",
        Fate.STAYS,
        Why.RECORD,
    ),
    _holding(
        Answer,
        "attempt_id",
        "question_id response received_at",
        Fate.CHANGES,
        Why.OWN_WORDS,
        attempt=select(Attempt.public_id)
        .where(Attempt.id == _column(Answer, "attempt_id"))
        .correlate(Answer)
        .scalar_subquery(),
    ),
    _holding(Mark, "attempt_id", "", Fate.STAYS, Why.RECORD),
    _holding(
        Remark,
        "attempt_id",
        "remarked_at old_score new_score was_passed is_passed",
        Fate.CHANGES,
        Why.RECORD_WITHOUT_NAMES,
    ),
    _holding(HandMarking, "attempt_id", "question_id opened_at returned_at", Fate.STAYS, Why.RECORD),
    _holding(
        RubricMark,
        "hand_marking_id",
        "",
        Fate.CHANGES,
        Why.RECORD_WITHOUT_WORDS,
        comment=select(_column(RubricMark, "comment"))
        .where(
            HandMarking.id == _column(RubricMark, "hand_marking_id"),
            HandMarking.returned_at.is_not(None),
        )
        .correlate(RubricMark)
        .scalar_subquery(),
    ),
    _holding(
        Attachment,
        "attempt_id",
        "public_id question_id name media_type size received_at",
        Fate.GOES,
        Why.PRIVATE,
    ),
    _holding(ExtraTime, "person_id", "percent granted_at", Fate.GOES, Why.PRIVATE),
    _holding(
        MistakeReport,
        "person_id",
        "unit language title message suggestion reported_at state fixed_in answer answered_at",
        Fate.GOES,
        Why.PRIVATE,
        course=_course(MistakeReport),
    ),
    _holding(
        Certificate,
        "person_id",
        "code holder_name holder_latin_name course_title version language hours score pass_mark issuer completed_on"
        " valid_until issued_at revoked_at revocation_reason replaced_at replacement",
        Fate.CHANGES,
        Why.VERIFIABLE,
    ),
    _holding(
        AuditEvent,
        "actor_id",
        "at act actor_roles thing_kind",
        Fate.STAYS,
        Why.CHAINED,
    ),
)

AUTHORS: tuple[Column[Any], ...] = (
    _column(Remark, "remarked_by_id"),
    _column(ExtraTime, "granted_by_id"),
    _column(HandMarking, "second_wanted_by_id"),
    _column(RubricMark, "marked_by_id"),
    _column(MistakeReport, "answered_by_id"),
    _column(DraftFile, "saved_by_id"),
    _column(DraftPicture, "saved_by_id"),
    _column(Cohort, "created_by"),
    _column(Job, "asked_by_id"),
    _column(Release, "published_by_id"),
)
"""Who did something to what is somebody else's. Erased, they are nobody in particular; merged, the other account."""

LOOSE: Mapping[Column[Any], str] = {
    _column(SignInAttempt, "name_hash"): "a mark of a name that was typed, kept for minutes; erasing deletes it",
    _column(Job, "address"): "what somebody typed who wants a new password, kept for an hour at most",
    _column(AuditEvent, "thing_id"): "what the log tells of a person is found by it, too",
}
"""Columns that tell of people without referring to their table, each with how it is looked after."""

CHAINS: tuple[Column[Any], ...] = (_column(Person, "merged_into_id"),)
"""What leads from one account to another."""

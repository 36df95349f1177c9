"""Linking people to a provider. They flush, never commit."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.accounts.queries import grants_held
from elearn.accounts.rules import Administrator, PersonBeyondYourReach, UseYourAccount
from elearn.accounts.services import end_sessions_of, may_change, tell_of_change
from elearn.accounts.sso.models import PersonIdentity
from elearn.accounts.sso.rules import LinkedAlready, NotLinked
from elearn.audit.rules import Act, Actor
from elearn.audit.rules import person as the_person
from elearn.audit.services import record
from elearn.notices.rules import Kind
from elearn.security.oidc import Proven


def link_identity(session: Session, person: Person, proven: Proven, *, by: str, actor: Actor, now: datetime) -> None:
    """Let a person sign in as a provider's subject; ``by`` is how one knows that it is them.

    Raises LinkedAlready.
    """
    identity = PersonIdentity(person_id=person.id, issuer=proven.issuer, subject=proven.subject, linked_at=now)
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError as problem:
        raise LinkedAlready from problem
    about = the_person(person.public_id)
    record(session, Act.IDENTITY_LINKED, about, actor=actor, now=now, issuer=[proven.issuer], by=by)
    tell_of_change(session, person.id, Kind.IDENTITY_LINKED, now=now)


def unlink_identity(session: Session, person: Person, issuer: str | None, *, actor: Actor, now: datetime) -> None:
    """Take the link to a provider away; None: to every one. Raises NotLinked."""
    gone = delete(PersonIdentity).where(PersonIdentity.person_id == person.id).returning(PersonIdentity.issuer)
    if issuer is not None:
        gone = gone.where(PersonIdentity.issuer == issuer)
    issuers = sorted(session.scalars(gone))
    if not issuers:
        raise NotLinked
    about = the_person(person.public_id)
    record(session, Act.IDENTITY_UNLINKED, about, actor=actor, now=now, issuer=issuers)
    tell_of_change(session, person.id, Kind.IDENTITY_UNLINKED, now=now)


def remove_links(session: Session, person: Person, *, actor: Administrator, now: datetime) -> None:
    """Remove every link of somebody to single sign-on; they are signed out everywhere.

    Raises UseYourAccount, PersonBeyondYourReach, NotLinked.
    """
    if person.id == actor.person_id:
        raise UseYourAccount
    if not may_change(grants_held(session, [person.id])[person.id], actor):
        raise PersonBeyondYourReach
    unlink_identity(session, person, None, actor=actor.recorded, now=now)
    end_sessions_of(session, person, now=now)

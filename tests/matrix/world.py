"""A site on which everybody has something of each kind, and the addresses of what is one's own, another's, nobody's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.models import Cohort, Person, UserSession
from elearn.accounts.rules import OPERATOR, session_reference
from elearn.accounts.sso.models import PersonIdentity
from elearn.assessment.models import Attachment, Attempt
from elearn.assessment.services import start_attempt
from elearn.catalogue.queries import current_release
from elearn.certificates.models import Certificate
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_public_id
from elearn.jobs.models import Job
from elearn.jobs.rules import Kind as JobKind
from elearn.jobs.services import queue
from elearn.learning.models import Enrolment
from elearn.learning.queries import required_learning
from elearn.mistakes.models import MistakeReport
from elearn.mistakes.rules import State
from elearn.notices.models import Notice
from elearn.notices.rules import About, Kind, News
from elearn.notices.services import notify
from elearn.security.policy import Role, ScopeKind
from elearn.web.static import files as files_served
from tests.checking import CheckingClient
from tests.factories import (
    a_course,
    a_person,
    an_agency,
    an_enrolment,
    course_files,
    learn,
    reading,
    the_person,
    writing,
)
from tests.open_course import a_file, hand_in, label_of, open_files, the_course
from tests.quiz_course import SLUG

ROLES: Mapping[str, tuple[tuple[Role, ScopeKind], ...]] = {
    "officer": (),
    "trainer": ((Role.TRAINER, ScopeKind.ALL),),
    "manager": ((Role.MANAGER, ScopeKind.AGENCY),),
    "organiser": ((Role.ORGANISER, ScopeKind.COUNTRY),),
    "admin": ((Role.ADMINISTRATOR, ScopeKind.COUNTRY),),
    "chief": ((Role.ADMINISTRATOR, ScopeKind.ALL),),
}
"""Everybody who asks, besides nobody; the reach of «admin» ends at the border, that of «chief» nowhere."""

OWNERSHIPS = ("own", "other", "nobody")
NOBODY = "AAAAAAAAAAAAAAAAAAAAAA"
"""What names no object of any kind."""


@dataclass(frozen=True)
class World:
    """The site, and what addresses of it name: by role, by ownership, by the name of a part of an address."""

    site: Flask
    clients: Mapping[str, CheckingClient]
    values: Mapping[str, Mapping[str, Mapping[str, str]]]

    def address(self, rule: Rule, role: str, ownership: str) -> str:
        """The address of a rule for what is one's own, another's or nobody's."""
        values = self.values[role][ownership]
        path = rule.rule
        for name in rule.arguments:
            value = values.get(f"{rule.endpoint}.{name}", values.get(f"{rule.rule.split('/')[1]}.{name}"))
            path = re.sub(rf"<(?:[^<>]*:)?{name}>", value or values.get(name, NOBODY), path)
        return path


def build(site: Flask) -> World:
    """Bring the people and what each has to an empty site."""
    with writing(site) as session:
        a_course(session)
        a_course(session, "beside", files=course_files("beside"))
        a_course(session, SLUG, files=open_files())
        for name, roles in ROLES.items():
            _furnish(session, a_person(session, name, roles=roles))
        _furnish(session, a_person(session, "other"))
        far = an_agency(session, "far", country="XB")
        _furnish(session, a_person(session, "far", agency=far))
        for name in ("other", "far"):  # a cohort is seen by who reaches one of its people
            cohort = add_cohort(session, name, actor=OPERATOR, now=clock())
            join(session, cohort, [the_person(session, name).id], now=clock())
    clients = {name: signed_in(site, name) for name in (*ROLES, "other")} | {"nobody": _client(site)}
    with reading(site) as session:
        return World(site, clients, {role: _values(session, role) for role in (*ROLES, "nobody")})


def _furnish(session: Session, person: Person) -> None:
    """Give somebody an enrolment with an attempt handed in and one under way, a certificate, a notice, a report."""
    hand_in(session, person=person, attached_to="why")
    learning = required_learning(session, person.id, SLUG)
    course = the_course(session)
    quiz = course.quiz("open-quiz")
    assert quiz is not None
    attempt = start_attempt(session, learning, course, quiz, now=clock(), seed=1)
    session.add(a_file(attempt.id, "why"))
    enrolment = an_enrolment(session, person, current_release(session, "demo"))
    learn(session, enrolment)
    notify(
        session, person.id, News(Kind.MISTAKE_ANSWERED, "n", "/mistakes", About({"en": "A course"}, "en")), now=clock()
    )
    queue(session, JobKind.INVITATION, person.id, now=clock())
    release = current_release(session, "demo")
    session.add(
        MistakeReport(
            public_id=new_public_id(),
            person_id=person.id,
            course_id=release.course_id,
            release_id=release.release_id,
            unit="example/a-section",
            language="en",
            title="A section is one page",
            message="The second date is wrong.",
            suggestion="",
            reported_at=clock(),
            state=State.OPEN,
            answer="",
        )
    )
    session.add(
        PersonIdentity(
            person_id=person.id, issuer="https://login.unit.example", subject=person.sign_in_name, linked_at=clock()
        )
    )
    session.flush()


def _values(session: Session, role: str) -> dict[str, dict[str, str]]:
    mine, others = ("officer" if role == "nobody" else role), "other"
    common = {
        "number": "2",
        "module_id": "example",
        "section_id": "a-section",
        "question_id": "why",
        "quiz_id": "open-quiz",
        "form": "gift",
        "kind": "csv",
        "path": "01-example/quiz.md",
    }
    found: dict[str, dict[str, str]] = {"nobody": {"number": "2", "kind": "csv", "form": "gift"}}
    for ownership, name, slug in (("own", mine, "demo"), ("other", others, "beside")):
        person = the_person(session, name)
        attempts = session.scalars(
            select(Attempt).join(Enrolment).where(Enrolment.person_id == person.id).order_by(Attempt.id)
        ).all()
        files = [
            session.scalars(select(Attachment.public_id).where(Attachment.attempt_id == each.id)).one()
            for each in attempts
        ]
        report = session.scalars(select(MistakeReport.public_id).where(MistakeReport.person_id == person.id)).one()
        far = the_person(session, "far" if ownership == "other" else "other")
        cohort = session.scalars(select(Cohort.public_id).where(Cohort.name == far.sign_in_name)).one()
        found[ownership] = common | {
            "slug": slug,
            "attempts.public_id": attempts[1].public_id,
            "attempts.file_id": files[1],
            "assessment.result.public_id": attempts[0].public_id,
            "assessment.check.question_id": "read-first",
            "assessment.quiz.quiz_id": "example-quiz",
            "assessment.start.quiz_id": "example-quiz",
            "disputes.correction.quiz_id": "example-quiz",
            "disputes.apply.quiz_id": "example-quiz",
            "authoring.case.question_id": "example-case",
            "static_files.file.name": next(iter(files_served())),
            "banks.export_file.path": "01-example/quiz",
            "code": session.scalars(select(Certificate.code).where(Certificate.person_id == person.id)).one(),
            "notices.public_id": session.scalars(
                select(Notice.public_id).where(Notice.person_id == person.id, Notice.key == "n")
            ).one(),
            "background.public_id": session.scalars(select(Job.public_id).where(Job.person_id == person.id)).one(),
            "marking.public_id": label_of(session, attempts[0]),
            "marking.file_id": files[0],
            "people.public_id": far.public_id,
            **{f"cohorts.{view}.public_id": cohort for view in ("one", "let_join", "let_leave", "remove")},
            "agencies.one.code": "fiu" if ownership == "own" else "far",
            "agencies.change.code": "fiu" if ownership == "own" else "far",
            "agencies.remove.code": "fiu" if ownership == "own" else "far",
            "reference": session_reference(
                session.scalars(select(UserSession.token_hash).where(UserSession.person_id == person.id)).one()
            ),
            "mistakes.one.public_id": report,
            "mistakes.answer.public_id": report,
            "disputes.attempt.slug": SLUG if ownership == "own" else "demo",
            "disputes.attempt.public_id": attempts[0].public_id,
        }
    return found


def signed_in(site: Flask, name: str) -> CheckingClient:
    """A client of somebody, whose pages are looked at elsewhere."""
    client = _client(site)
    client.sign_in(name)
    return client


def _client(site: Flask) -> CheckingClient:
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    client.checks = False
    return client

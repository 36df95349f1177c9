"""Plain functions that make what a test needs. Each has defaults; say only what the test is about."""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.accounts.agencies.services import add_agency
from elearn.accounts.models import Agency, Person
from elearn.accounts.services import add_person, grant_role
from elearn.catalogue.models import Release
from elearn.catalogue.queries import CurrentRelease, compiled_course, current_release
from elearn.catalogue.services import publish
from elearn.content.course import Course
from elearn.content.scaffold import new_course
from elearn.core.identifiers import new_client_id
from elearn.db.engine import Database
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind, places, reading_id
from elearn.learning.services import enrol, record_outcome
from elearn.security.passwords import Passwords
from elearn.security.policy import Role, ScopeKind
from tests.checking import PASSWORD

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_numbers = count(1)


@cache
def password_hash() -> str:
    """The hash of PASSWORD at the tests' cost."""
    return Passwords(memory_mib=1, rounds=1).hash(PASSWORD)


def an_agency(
    session: Session, code: str = "fiu", *, country: str = "XA", name: str | None = None, parent: Agency | None = None
) -> Agency:
    """The agency of that code, made if need be."""
    found = session.scalar(select(Agency).where(Agency.code == code))
    if found is not None:
        return found
    return add_agency(
        session,
        code=code,
        name=name or f"Agency {code}",
        country_code=country,
        country_name=f"Country {country}",
        parent=parent,
    )


def a_person(
    session: Session,
    sign_in_name: str | None = None,
    *,
    agency: Agency | None = None,
    roles: tuple[tuple[Role, ScopeKind], ...] = (),
    now: datetime = NOON - timedelta(days=30),
    **changes: Any,
) -> Person:
    """A person who may sign in with PASSWORD; roles of scope agency or country are over their own."""
    number = next(_numbers)
    home = agency or an_agency(session)
    values: dict[str, Any] = {
        "sign_in_name": sign_in_name or f"person{number}",
        "full_name": f"Person Number {number}",
        "password_hash": password_hash(),
    } | changes
    person = add_person(session, agency=home, now=now, **values)
    for role, scope in roles:
        grant_role(session, person, role, scope, agency=home, country_code=home.country_code)
    return person


def the_person(session: Session, sign_in_name: str) -> Person:
    """The person of that name, who is there."""
    return session.scalars(select(Person).where(Person.sign_in_name == sign_in_name)).one()


def course_files(slug: str = "demo", title: str = "A small course", **changed: tuple[str, str]) -> dict[str, bytes]:
    """The files of a small complete course, with text replaced.

    ``course=("hours: 1", "hours: 2")`` changes ``course.md``; ``module``, ``quiz``, ``exam``, ``glossary`` likewise.
    """
    files = new_course(slug, title, "en")
    for name, (old, new) in changed.items():
        path = {"module": "01-example/module.md", "quiz": "01-example/quiz.md"}.get(name, f"{name}.md")
        text = files[path].decode()
        assert old in text, f"{old!r} does not stand in {path}"
        files[path] = text.replace(old, new).encode()
    return files


def a_picture(red: int = 200) -> bytes:
    """A PNG of one dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(bytes([0, red, 10, 10]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def a_course(
    session: Session,
    slug: str = "demo",
    *,
    files: Mapping[str, bytes] | None = None,
    now: datetime = NOON - timedelta(days=20),
) -> CurrentRelease:
    """A published course: the small complete one unless ``files`` are given."""
    publish(session, slug, files or course_files(slug), now=now)
    return current_release(session, slug)


def an_enrolment(
    session: Session,
    person: Person,
    release: CurrentRelease | None = None,
    *,
    now: datetime = NOON - timedelta(days=10),
) -> Enrolment:
    """The person enrolled in the current release of the small course, or of the one given."""
    return enrol(session, person, release or a_course(session), now=now)


def all_there_is(course: Course) -> list[tuple[OutcomeKind, str, Decimal | None]]:
    """Every outcome that completing a course asks for, all of it done perfectly."""
    read: list[tuple[OutcomeKind, str, Decimal | None]] = [
        (OutcomeKind.SECTION_READ, place.unit, None) for place in places(course)
    ]
    return read + [(OutcomeKind.QUIZ_SCORED, quiz.id, Decimal(100)) for quiz in course.quizzes()]


def learn(
    session: Session,
    enrolment: Enrolment,
    done: Iterable[tuple[OutcomeKind, str, Decimal | None]] | None = None,
    *,
    now: datetime = NOON,
) -> Enrolment:
    """Record these outcomes, or all that complete the course."""
    digest = session.scalars(select(Release.digest).where(Release.id == enrolment.release_id)).one()
    course = compiled_course(session, enrolment.release_id, digest)
    for kind, unit, score in all_there_is(course) if done is None else done:
        client_id = reading_id(enrolment.id, unit) if kind is OutcomeKind.SECTION_READ else new_client_id()
        record_outcome(session, enrolment.id, client_id=client_id, kind=kind, unit=unit, score=score, now=now)
    return enrolment


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A session on the application's database that is committed at the end."""
    database: Database = app.extensions["elearn.database"]
    with database.writing() as session:
        yield session
        session.commit()


@contextmanager
def reading(app: Flask) -> Iterator[Session]:
    """A session that reads what the application's database holds now."""
    database: Database = app.extensions["elearn.database"]
    with database.reading() as session:
        yield session

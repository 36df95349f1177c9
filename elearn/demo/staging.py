"""Puts the cast on stage: each person learns through the same use cases as on a real site, at instants in the past."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from elearn.accounts.agencies.services import add_agency
from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.models import Agency, Country, Person
from elearn.accounts.rules import OPERATOR
from elearn.accounts.services import add_person, grant_role
from elearn.assessment.drawing import questions_of
from elearn.assessment.marking import Chosen, Response, Typed, choices_of, right_response
from elearn.assessment.queries import sitting_held
from elearn.assessment.services import save_answer, start_attempt, submit_attempt
from elearn.catalogue.queries import CurrentRelease, compiled_course, current_release
from elearn.catalogue.services import publish
from elearn.content.course import Course, Quiz
from elearn.content.files import read_folder
from elearn.content.question import Question
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.demo.cast import ADMINISTRATOR, AGENCIES, COUNTRIES, MANAGER, OFFICER, PEOPLE, TRAINER, DemoPerson
from elearn.learning.assigning.services import assign_course
from elearn.learning.queries import required_learning
from elearn.learning.rules import OutcomeKind, places, reading_id
from elearn.learning.services import enrol, record_outcome, remember_place
from elearn.security.policy import Role, ScopeKind

ROLES = {
    TRAINER: ((Role.TRAINER, ScopeKind.ALL),),
    # Sees the names of their own agency and compares all agencies.
    MANAGER: ((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.ALL)),
    ADMINISTRATOR: ((Role.ADMINISTRATOR, ScopeKind.ALL),),
}


MAIN_COURSES = {"fiu": "cft", "customs": "border", "border": "border"}
"""The course for the work of an agency, by the kind that its code names."""
COHORT, DUE_IN_DAYS = "Winter workshop", 5
GUIDES = {TRAINER: "guide-trainer", MANAGER: "guide-manager", ADMINISTRATOR: "guide-administrator"}


@dataclass(frozen=True, slots=True)
class _Way:
    """A course that somebody enrolled in so many days ago, and the share of its sections they read."""

    slug: str
    days: int
    sections: float


@dataclass(frozen=True, slots=True)
class Staged:
    """What was made."""

    course_count: int
    people_count: int


def course_folders(courses: Path) -> Iterator[Path]:
    """The course folders in a folder of courses, by name."""
    return (folder for folder in sorted(courses.iterdir()) if (folder / "course.md").is_file())


def stage(database: Database, courses: Path, *, password_hash: str, now: datetime) -> Staged:
    """Publish every course of the folder, and let the cast learn them. The same ``now`` gives the same stage."""
    slugs: list[str] = []
    with database.writing() as session:
        people = _people(session, password_hash, now - timedelta(days=220))
        for folder in course_folders(courses):
            slug, files, _ = read_folder(folder)
            publish(session, slug, files, now=now - timedelta(days=210))
            slugs.append(slug)
        session.commit()
    for cast, person_id in people:
        for way in _ways(cast, slugs):
            with database.writing() as session:
                _learn(session, cast, session.get_one(Person, person_id), way, now)
                session.commit()
    _set_a_last_day(database, people, slugs, now)
    return Staged(len(slugs), len(people))


def _set_a_last_day(
    database: Database, people: Sequence[tuple[DemoPerson, int]], slugs: Sequence[str], now: datetime
) -> None:
    """Those of the units who are still at the course of their work are a cohort, with a last day."""
    slug = MAIN_COURSES["fiu"]
    ids = [who for cast, who in people if cast.agency.endswith("-fiu") and cast.days is not None and cast.sections < 1]
    if slug not in slugs:
        return
    called = now - timedelta(days=2)
    with database.writing() as session:
        cohort = add_cohort(session, COHORT, actor=OPERATOR, now=called)
        join(session, cohort, ids, now=called)
        due_on = (now + timedelta(days=DUE_IN_DAYS)).date()
        assign_course(session, ids, current_release(session, slug), due_on, actor=OPERATOR, now=called)
        session.commit()


def _people(session: Session, password_hash: str, now: datetime) -> list[tuple[DemoPerson, int]]:
    for code, name in COUNTRIES.items():
        session.add(Country(code=code, name=name))
    session.flush()
    agencies: dict[str, Agency] = {
        agency.code: add_agency(
            session,
            code=agency.code,
            name=agency.name,
            country_code=agency.country,
            country_name=COUNTRIES[agency.country],
        )
        for agency in AGENCIES
    }
    made: list[tuple[DemoPerson, int]] = []
    for cast in PEOPLE:
        agency = agencies[cast.agency]
        person = add_person(
            session,
            sign_in_name=cast.sign_in_name,
            full_name=cast.full_name,
            latin_name=cast.latin_name,
            language=cast.language,
            agency=agency,
            password_hash=password_hash,
            now=now,
        )
        for role, scope in ROLES.get(cast.sign_in_name, ()):
            grant_role(session, person, role, scope, agency=agency, country_code=agency.country_code)
        made.append((cast, person.id))
    return made


def _ways(cast: DemoPerson, slugs: Sequence[str]) -> Iterator[_Way]:
    """Which courses somebody learns: that of their work, another one beside it, and the guide to their task here."""
    subjects = [slug for slug in slugs if not slug.startswith("guide-")]
    if cast.days is not None and subjects:
        work = MAIN_COURSES[cast.agency.partition("-")[2]]
        main = work if work in subjects else subjects[0]
        yield _Way(main, cast.days, cast.sections)
        others = [slug for slug in subjects if slug != main]
        if cast.sign_in_name == OFFICER and others:
            yield _Way(others[0], 90, 1)  # so that the first account a visitor sees has a certificate
        elif cast.days >= 60 and others:
            chance = random.Random(f"another:{cast.sign_in_name}")  # noqa: S311 (no secret)
            yield _Way(chance.choice(others), cast.days // 2, chance.choice((0.3, 0.7, 1)))
    guide = GUIDES.get(cast.sign_in_name)
    if guide is not None and guide in slugs:
        yield _Way(guide, 9, 0.5)


def _learn(session: Session, cast: DemoPerson, person: Person, way: _Way, now: datetime) -> None:
    """One person's way through a course: sections, the quiz at the end of each module, the exam at the end of all."""
    slug = way.slug
    release: CurrentRelease = current_release(session, slug)
    course = compiled_course(session, release.release_id, release.digest)
    chance = random.Random(f"{slug}:{cast.sign_in_name}")  # noqa: S311 (the same stage each time; no secret)
    started = now - timedelta(days=way.days, hours=chance.randrange(1, 9))
    enrolment = enrol(session, person, release, now=started)
    order = places(course)
    to_read = round(len(order) * way.sections)
    # People who finish take a third of the time since they enrolled; the others are still at it.
    until = started + (now - started) / 3 if way.sections >= 1 else now - timedelta(hours=chance.randrange(2, 60))
    for number, place in enumerate(order[:to_read]):
        at = started + (until - started) * (number + 1) / max(to_read, 1)
        record_outcome(
            session,
            enrolment.id,
            client_id=reading_id(enrolment.id, place.unit),
            kind=OutcomeKind.SECTION_READ,
            unit=place.unit,
            now=at,
        )
        if place.section is place.module.sections[-1] and place.module.quiz is not None:
            _take(session, person, course, place.module.quiz, cast.skill, chance, at + timedelta(minutes=1))
    if to_read < len(order):
        remember_place(session, enrolment.id, order[to_read].unit)
    elif course.exam is not None:
        at = until + timedelta(days=1)
        while at < now:
            score = _take(session, person, course, course.exam, cast.skill, chance, at)
            if score is None or score >= (course.completion.exam or 0):
                break
            at += timedelta(seconds=(course.exam.wait_between_seconds or 0) + 7200)


def _take(
    session: Session, person: Person, course: Course, quiz: Quiz, skill: float, chance: random.Random, at: datetime
) -> int | None:
    """Take a quiz with this skill; the score, or None if no attempt is left or a trainer has yet to mark this one."""
    learning = required_learning(session, person.id, course.slug)
    try:
        attempt = start_attempt(session, learning, course, quiz, now=at, seed=chance.getrandbits(62))
    except Refusal:
        return None
    questions = questions_of(course, quiz)
    found = sitting_held(session, attempt.public_id, person.id)
    for number, item in enumerate(found.paper, start=1):
        question = questions[item.question_id]
        response = right_response(question) if chance.random() < skill else _wrong(question, chance)
        client_id = UUID(int=chance.getrandbits(128))
        save_answer(
            session, found, quiz, item.question_id, client_id, response, now=at + timedelta(seconds=30 * number)
        )
    done = submit_attempt(session, attempt.id, now=at + timedelta(seconds=30 * (len(found.paper) + 1)))
    return int(done.score) if done.score is not None else None


def _wrong(question: Question, chance: random.Random) -> Response:
    """A response that somebody who does not know would give."""
    wrong = [choice.id for choice in choices_of(question) if not choice.is_right]
    return Chosen((chance.choice(wrong),)) if wrong else Typed("10")

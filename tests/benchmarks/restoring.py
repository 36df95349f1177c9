"""How long a site with 10,000 learners takes to save and to restore: ``-m tests.benchmarks restore``.

It has the courses that come with the product; each learner is in two of them, read twelve sections of each, and handed
in one attempt of twenty questions, whose every answer was saved once. What is told is time by the clock on the wall,
because that is how long people wait for their site.
"""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import Insert, insert, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person
from elearn.assessment.models import Answer, Attempt, Mark
from elearn.audit.rules import Act, person
from elearn.audit.services import record
from elearn.backup.restoring import restore_backup
from elearn.backup.taking import take_backup
from elearn.catalogue.models import Release
from elearn.catalogue.services import publish
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.models import Enrolment, Outcome
from elearn.secret import secret_key
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.benchmarks.searching import compilations
from tests.factories import NOON, an_agency
from tests.postgres import PostgresServer, postgres_programs

LEARNERS, COURSES_EACH, SECTIONS, QUESTIONS, EVENTS_EACH = 10_000, 2, 12, 20, 2
AT_ONCE = 500
GOAL_SECONDS = 60

Row = dict[str, object]


def prepare(settings: Settings, learners: int) -> None:
    """A site with so many learners."""
    settings.data_dir.mkdir(parents=True)
    secret_key(settings.data_dir)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    with database.writing() as session:
        for slug, (files, done) in compilations().items():
            publish(session, slug, files, now=NOON, compilation=done)
        agency = an_agency(session).id
        releases = session.execute(select(Release.course_id, Release.id).order_by(Release.id)).all()
        session.commit()
        chance = random.Random(7)  # noqa: S311
        for start in range(1, learners + 1, AT_ONCE):
            for statement, rows in _rows(range(start, min(start + AT_ONCE, learners + 1)), agency, releases, chance):
                session.execute(statement, rows)
            _record(session, range(start, min(start + AT_ONCE, learners + 1)))
            session.commit()
    database.dispose()


def _record(session: Session, people: range) -> None:
    for number in people:
        for act in (Act.SIGNED_IN, Act.SIGNED_OUT)[:EVENTS_EACH]:
            record(session, act, person(f"p{number}"), actor=number, now=NOON, roles="officer")


def _rows(
    people: range, agency: int, releases: Sequence[tuple[int, int]], chance: random.Random
) -> Iterator[tuple[Insert, list[Row]]]:
    """What the tables hold of these people; ``releases`` are numbers of courses and of their releases."""

    def client_id() -> UUID:
        return UUID(int=chance.getrandbits(128))

    yield (
        insert(Person),
        [
            {
                "id": number,
                "public_id": f"p{number}",
                "sign_in_name": f"p{number}",
                "full_name": f"Learner {number}",
                "agency_id": agency,
                "created_at": NOON,
            }
            for number in people
        ],
    )
    enrolled = [
        (number * COURSES_EACH + at, number, *releases[(number + at) % len(releases)])
        for number in people
        for at in range(COURSES_EACH)
    ]
    yield (
        insert(Enrolment),
        [
            {
                "id": each,
                "person_id": number,
                "course_id": course,
                "release_id": release,
                "agency_id": agency,
                "enrolled_at": NOON,
                "active_at": NOON + timedelta(minutes=number % 5000),
                "tally": {"read": [f"module/section-{at}" for at in range(SECTIONS)], "scores": {}},
            }
            for each, number, course, release in enrolled
        ],
    )
    yield (
        insert(Outcome),
        [
            {
                "enrolment_id": each,
                "client_id": client_id(),
                "kind": "section-read",
                "unit": f"module/section-{at}",
                "received_at": NOON + timedelta(minutes=at),
            }
            for each, *_ in enrolled
            for at in range(SECTIONS)
        ],
    )
    yield (
        insert(Attempt),
        [
            {
                "id": each,
                "public_id": f"a{each}",
                "enrolment_id": each,
                "quiz_id": "exam",
                "number": 1,
                "release_id": release,
                "seed": chance.getrandbits(62),
                "paper": [[f"question-{at}", ["a", "b", "c", "d"]] for at in range(QUESTIONS)],
                "flagged": [],
                "started_at": NOON,
                "submitted_at": NOON,
            }
            for each, _, _, release in enrolled
        ],
    )
    asked = [(each, f"question-{at}") for each, *_ in enrolled for at in range(QUESTIONS)]
    yield (
        insert(Answer),
        [
            {
                "attempt_id": each,
                "question_id": question,
                "client_id": client_id(),
                "response": {"chosen": [f"{chance.getrandbits(40):x}"]},
                "received_at": NOON,
            }
            for each, question in asked
        ],
    )
    points: Row = {"points": Decimal(1), "out_of": Decimal(1)}
    yield insert(Mark), [{"attempt_id": each, "question_id": question} | points for each, question in asked]


def compare(learners: int = LEARNERS, *, on_postgres: bool = True) -> None:
    """Make the site on each database, save it, restore it elsewhere, print how long that took."""
    print(f"\nSaving and restoring a site of {learners:,} learners (goal: restored in less than {GOAL_SECONDS} s)")
    with tempfile.TemporaryDirectory(prefix="elearn-benchmark-") as name:
        folder = Path(name)
        _measure("SQLite", learners, Settings(data_dir=folder / "a"), Settings(data_dir=folder / "b"), folder)
        programs = postgres_programs() if on_postgres else None
        if programs is None:
            return
        with PostgresServer(programs) as server:
            site, place = (Settings(data_dir=folder / each, database_url=server.create(each)) for each in ("c", "d"))
            _measure("PostgreSQL", learners, site, place, folder)


def _measure(title: str, learners: int, site: Settings, place: Settings, folder: Path) -> None:
    prepare(site, learners)
    begun = time.monotonic()
    taken = take_backup(site, folder / f"{title}.tar.gz", passphrase=None, now=clock())
    saved = time.monotonic()
    place.data_dir.mkdir()
    restore_backup(place, taken.path, passphrase=None, replace=False, now=clock())
    restored = time.monotonic()
    print(
        f"{title:12} {taken.manifest.row_count:>12,} rows, {taken.size / 2**20:8.1f} MiB: "
        f"saved in {saved - begun:.1f} s, restored in {restored - saved:.1f} s"
    )

"""What the statistics of a million enrolments cost beside those of ten thousand: ``-m tests.benchmarks statistics``.

Both sites have the same agencies, courses and months; one has a hundred times the people. The pages are asked for in
turn, in one process, and what is compared is processor time.
"""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from elearn.accounts.models import Person
from elearn.app import create_app
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.learning.models import Enrolment
from elearn.reporting import figures
from elearn.reporting.services import rebuild_tallies
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.checking import PASSWORD
from tests.factories import a_course, a_person, an_agency, course_files

SMALL, LARGE = 10_000, 1_000_000
AGENCIES, COUNTRIES, COURSES, OWN_PEOPLE = 40, 5, 6, 200
AT_ONCE = 20_000
GOAL = 1.5


@dataclass(frozen=True, slots=True)
class Site:
    """A site to measure: how many enrolments it has, and a manager signed in on it."""

    enrolments: int
    app: Flask
    client: FlaskClient


def prepare(folder: Path, enrolments: int) -> Site:
    """A site with so many enrolments, each person in all courses; the manager's own agency is the same in every one."""
    folder.mkdir(parents=True)
    settings = Settings(data_dir=folder, password_memory_mib=1, password_rounds=1)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    app = create_app(settings, database)
    with database.writing() as session:
        releases = [
            a_course(session, f"course-{n}", files=course_files(f"course-{n}", f"Course {n}")) for n in range(COURSES)
        ]
        agencies = [an_agency(session, f"agency-{n}", country=f"X{'ABCDE'[n % COUNTRIES]}").id for n in range(AGENCIES)]
        a_person(session, "manager", agency=an_agency(session, "agency-0"), roles=((Role.MANAGER, ScopeKind.ALL),))
        chance = random.Random(7)  # noqa: S311
        people = enrolments // COURSES
        for start in range(0, people, AT_ONCE):
            numbers = range(start + 100, min(start + AT_ONCE, people) + 100)
            session.execute(insert(Person), [_person(number, agencies) for number in numbers])
            session.execute(
                insert(Enrolment),
                [
                    _enrolment(number, release.course_id, release.release_id, agencies, chance)
                    for number in numbers
                    for release in releases
                ],
            )
        rebuild_tallies(session, zone=ZoneInfo(settings.timezone))
        session.commit()
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"csrf_token": token, "sign_in_name": "manager", "password": PASSWORD})
    return Site(enrolments, app, client)


def _agency(number: int, agencies: list[int]) -> int:
    return agencies[0] if number < OWN_PEOPLE + 100 else agencies[1 + number % (AGENCIES - 1)]


def _person(number: int, agencies: list[int]) -> dict[str, object]:
    return {
        "id": number,
        "public_id": f"p{number}",
        "sign_in_name": f"p{number}",
        "full_name": f"Person {number}",
        "agency_id": _agency(number, agencies),
        "created_at": datetime(2024, 1, 1, tzinfo=UTC),
    }


def _enrolment(number: int, course: int, release: int, agencies: list[int], chance: random.Random) -> dict[str, object]:
    enrolled = datetime.now(UTC) - timedelta(days=chance.randrange(1000))
    active = min(datetime.now(UTC), enrolled + timedelta(days=chance.randrange(60)))
    return {
        "person_id": number,
        "course_id": course,
        "release_id": release,
        "agency_id": _agency(number, agencies),
        "enrolled_at": enrolled,
        "active_at": active,
        "completed_at": active if chance.random() < 0.6 else None,
        "tally": json.loads('{"read": ["example/opening"], "scores": {}}'),
    }


def _ask(path: str, *, anew: bool = False) -> Callable[[Site], None]:
    def ask(site: Site) -> None:
        if anew:
            figures._comparison.cache_clear()
        response = site.client.get(path)
        assert response.status_code == 200, f"{path} answered {response.status_code}"
        response.get_data()

    return ask


ASKED: dict[str, Callable[[Site], None]] = {
    "statistics page": _ask("/statistics?by=agency"),
    "the same for one course and a year": _ask("/statistics?by=agency&course=course-1&period=12-months"),
    "the same, deciding anew what to hide": _ask("/statistics?by=agency", anew=True),
    "groups.csv": _ask("/statistics/groups.csv?by=agency"),
    "groups.xlsx": _ask("/statistics/groups.xlsx?by=agency"),
}


def measure(sites: tuple[Site, Site], rounds: int) -> Iterator[tuple[str, float, float]]:
    """What each thing costs on the two sites, in seconds of processor time: the medians of interleaved rounds."""
    for name, ask in ASKED.items():
        spent: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds + 1):
            for site, found in zip(sites, spent, strict=True):
                before = time.process_time()
                ask(site)
                if number:  # the first one fills what is kept in memory
                    found.append(time.process_time() - before)
        yield name, statistics.median(spent[0]), statistics.median(spent[1])


def compare(rounds: int, large: int = LARGE) -> None:
    """Make both sites, measure, print the ratios."""
    with tempfile.TemporaryDirectory(prefix="elearn-benchmark-") as name:
        sites = (prepare(Path(name) / "small", SMALL), prepare(Path(name) / "large", large))
        print(f"\nStatistics, enrolments{SMALL:>30,} {large:>12,}   ratio (goal: at most {GOAL})")
        for what, few, many in measure(sites, rounds):
            print(f"{what:40} {few * 1000:9.1f} ms {many * 1000:9.1f} ms   {many / few:.2f}")
        for site in sites:
            site.app.extensions["elearn.database"].dispose()

"""What a search costs over the courses that come with the product, and over 200: ``-m tests.benchmarks search``.

The two hundred are copies of those, so a word that is anywhere is in many of them. Pages are asked for in turn, in one
process, and what is compared is processor time: with a lesson page of the same site, and with the smaller site.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from elearn.app import create_app
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.content.compiler import Compilation, compile_course
from elearn.content.files import read_folder
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.demo.staging import course_folders
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.checking import PASSWORD
from tests.factories import NOON, a_person, an_enrolment

MANY, AT_ONCE = 200, 3
LESSON = "/courses/cft/law/opening"
QUESTIONS = {
    "a rare word": "hawala",
    "a word of every course": "terrorism",
    "three words": "suspicious transaction report",
    "Russian": "замораживание активов",
    "words that nothing has": "zzzz qqqq",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A site to measure, with an officer signed in on it."""

    app: Flask
    client: FlaskClient

    def ask(self, path: str) -> None:
        """Ask for a page."""
        response = self.client.get(path)
        assert response.status_code == 200, f"{path} answered {response.status_code}"
        response.get_data()


def compilations() -> dict[str, tuple[dict[str, bytes], Compilation]]:
    """The courses that come with the product, by slug: files, and what they compile to."""
    read = (read_folder(folder) for folder in course_folders(shipped("courses")))
    return {slug: (files, compile_course(slug, files)) for slug, files, _ in read}


def prepare(folder: Path, courses: dict[str, tuple[dict[str, bytes], Compilation]], count: int) -> Site:
    """A site with so many courses: the given ones, and copies of them under other names."""
    folder.mkdir(parents=True)
    settings = Settings(data_dir=folder, password_memory_mib=1, password_rounds=1)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    app = create_app(settings, database)
    with database.writing() as session:
        for number, (slug, (files, done)) in enumerate(islice(cycle(courses.items()), count)):
            assert done.course is not None
            name = slug if number < len(courses) else f"copy-{number}"
            copy = replace(done, course=replace(done.course, slug=name))
            publish(session, name, files, now=NOON, compilation=copy)
        an_enrolment(session, a_person(session, "officer"), current_release(session, "cft"))
        session.commit()
    client = app.test_client()
    token = client.get("/sign-in").get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"csrf_token": token, "sign_in_name": "officer", "password": PASSWORD})
    return Site(app, client)


def measure(sites: tuple[Site, Site], rounds: int) -> Iterator[tuple[str, list[float]]]:
    """What each page costs on the two sites, in seconds of processor time: medians of interleaved rounds."""
    asked = {"a lesson page": LESSON} | {name: f"/search?q={question}" for name, question in QUESTIONS.items()}
    for name, path in asked.items():
        spent: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds + 1):
            for site, found in zip(sites, spent, strict=True):
                before = time.process_time()
                for _ in range(AT_ONCE):
                    site.ask(path)
                if number:  # the first one fills what is kept in memory
                    found.append((time.process_time() - before) / AT_ONCE)
        yield name, [statistics.median(found) for found in spent]


def compare(rounds: int, many: int = MANY) -> None:
    """Make both sites, measure, print the ratios."""
    courses = compilations()
    with tempfile.TemporaryDirectory(prefix="elearn-benchmark-") as name:
        sites = (prepare(Path(name) / "few", courses, len(courses)), prepare(Path(name) / "many", courses, many))
        print(f"\nSearch, courses{len(courses):>37,} {many:>12,}   ratio   to a lesson page, each")
        lesson = [0.0, 0.0]
        for what, costs in measure(sites, rounds):
            lesson = lesson if any(lesson) else costs
            few, large = costs
            print(
                f"{what:40} {few * 1000:9.1f} ms {large * 1000:9.1f} ms   {large / few:5.2f}   "
                f"{few / lesson[0]:.1f}, {large / lesson[1]:.1f}"
            )
        for site in sites:
            site.app.extensions["elearn.database"].dispose()

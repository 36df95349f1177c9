"""Nothing of a key reaches anybody below a trainer before its time: every address, every method, every role.

The addresses come from the URL map and from what the pages themselves link to; the markers from
:mod:`tests.secret_course`. A trainer who walks the same way meets almost all markers: what looks for them finds them.
"""

import gzip
import io
import itertools
import json
import logging
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from elearn.accounts.models import Person
from elearn.assessment.models import Attachment, Attempt, HandMarking
from elearn.assessment.services import start_attempt, submit_attempt
from elearn.catalogue.models import MediaFile
from elearn.catalogue.queries import current_release
from elearn.certificates.models import Certificate
from elearn.content.question import BranchingCase
from elearn.learning.models import Enrolment
from elearn.learning.queries import required_learning
from elearn.notes.services import save_note, set_bookmark
from elearn.web.static import files as static_files
from tests.checking import CheckingClient
from tests.factories import NOON, a_course, a_person, an_enrolment, learn, reading, writing
from tests.quiz_course import read_everything
from tests.secret_course import POLICIES, SLUG, SecretCourse, questions_in
from tests.web.conftest import STAFF

SECRET = SecretCourse()
QUIZZES = (*(f"quiz-{policy}" for policy in POLICIES), "the-exam")
MOST_READ = 66  # ways to fill in a rule with what is there; where there are more, so many are drawn
FEW, MANY = 2, 20  # the same for unsafe methods: in every run, and in the drill
MOST_WRONG = 4  # the same with something that is not there, or not theirs
HEADERS: tuple[Mapping[str, str], ...] = (
    {},
    {"X-Fragment": "1"},
    {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest", "X-Fragment": "1"},
    {"Accept": "text/markdown, text/csv", "Accept-Language": "ru"},
)
LAST = ("sign-out", "password", "end-others", "/end")  # what ends the walk of who asks for it
METRICS = "/metrics"
FIGURE = re.compile(r"(?<=\s)[\d.]+$", re.MULTILINE)
CHECK, SUBMIT, AUTOSAVE = "assessment.check", "assessment.submit", "assessment.autosave"
STATIC = "static_files.file"
NOTE = "Nobodyelsemayreadthisnote"  # what an officer wrote for themselves


@pytest.fixture
def school(site: Flask) -> Flask:
    """A site with the course, a course beside it, and people of every kind."""
    with writing(site) as session:
        a_course(session)
        a_course(session, SLUG, files=SECRET.files)
        for name in ("officer", "other", "newcomer", "done"):
            a_person(session, name)
        for name, roles in STAFF:
            a_person(session, name, roles=roles)
        learn(session, an_enrolment(session, the(session, "done"), current_release(session, "demo")))
        for name in ("officer", "other", "manager"):
            an_enrolment(session, the(session, name), current_release(session, SLUG))
            read_everything(session, required_learning(session, the(session, name).id, SLUG), SECRET.course)
    return site


def the(session: Session, name: str) -> Person:
    found = session.scalars(select(Person).where(Person.sign_in_name == name)).one()
    assert isinstance(found, Person)
    return found


def write_note(site: Flask, name: str) -> None:
    """Write a note and set a bookmark, both with the marker, as somebody."""
    with writing(site) as session:
        number = required_learning(session, the(session, name).id, SLUG).enrolment_id
        for module in SECRET.course.modules:
            unit = f"{module.id}/a-section"
            save_note(session, number, unit, f"Note: {NOTE}", title=NOTE, seen=(), revision=uuid4(), now=NOON)
            set_bookmark(session, number, unit, title=NOTE, now=NOON)


def begin(site: Flask, name: str) -> None:
    """Start every quiz as somebody."""
    with writing(site) as session:
        learning = required_learning(session, the(session, name).id, SLUG)
        for quiz in SECRET.course.quizzes():
            start_attempt(session, learning, SECRET.course, quiz, now=NOON, seed=7)


def hand_in(site: Flask, name: str) -> None:
    """Hand in every open attempt of somebody."""
    with writing(site) as session:
        learning = required_learning(session, the(session, name).id, SLUG)
        wanted = select(Attempt).where(Attempt.enrolment_id == learning.enrolment_id, Attempt.submitted_at.is_(None))
        for attempt in session.scalars(wanted).all():
            submit_attempt(session, attempt.id, now=NOON)


# ---- Walking ----


@dataclass
class Crawl:
    """One person who tries every address; ``met`` has the questions of which a marker was sent to them, by address."""

    site: Flask
    name: str | None
    values: tuple[
        Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]
    ]  # what is there, and what else one may try
    most_pressed: int  # as MOST_READ, for unsafe methods
    may_hand_in: bool = True
    spared: tuple[str, ...] = ("-",)  # where the addresses of attempts begin in which nothing is answered
    requests: int = 0
    sizes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    met: dict[str, str] = field(default_factory=dict)
    met_note: str = ""
    linked: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = self.site.test_client()
        assert isinstance(self.client, CheckingClient)
        self.client.checks = False
        self.chance = random.Random(self.name)  # noqa: S311
        self.token = ""
        if self.name is not None:
            self.client.sign_in(self.name)
            self.token = self.client.token("/account")

    @property
    def is_thorough(self) -> bool:
        """Whether there is time for every way to ask."""
        return self.most_pressed > FEW

    def walk(self) -> "Crawl":
        """Read everything, follow every link, then press everything."""
        for rule, path in self._addresses("GET"):
            is_theirs = self.name == "officer" and path.startswith(("/courses", "/attempts")) and self.is_thorough
            for headers in HEADERS if is_theirs else HEADERS[:2]:
                self._ask("GET", path, rule, headers=headers)
        for _ in range(3):  # what leads on from there, too
            for path in sorted(self.linked - self.tried):
                self._ask("GET", path, None)
        unsafe = [
            (method, rule, path)
            for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
            for rule, path in self._addresses(method)
        ]
        for method, rule, path in sorted(unsafe, key=lambda each: each[2].endswith(LAST)):
            if rule.endpoint != SUBMIT or self.may_hand_in:
                self._press(method, rule, path)
        return self

    def _addresses(self, method: str) -> Iterator[tuple[Rule, str]]:
        most = {"GET": MOST_READ, "HEAD": 2, "OPTIONS": 1}.get(method, self.most_pressed) // (
            1 if self.name == "officer" else 4
        )
        for rule in sorted(self.site.url_map.iter_rules(), key=lambda rule: rule.rule):
            if method not in (rule.methods or ()) or (rule.endpoint == STATIC and (method != "GET" or self.name)):
                continue
            if method == "HEAD" and "csv" in rule.rule:
                continue  # werkzeug leaves the file of an answer without a body to the garbage collector, which warns
            names = sorted(rule.arguments, key=rule.rule.index)
            unknown = [name for name in names if _kind(rule, name) not in self.values[0]]
            assert not unknown, f"say in values_at what {unknown} of {rule.rule} may be"
            there, others = [
                list(itertools.product(*(kept[_kind(rule, name)] for name in names))) for kept in self.values
            ]
            ways = there if rule.endpoint == STATIC else self._some(there, most) + self._some(others, MOST_WRONG)
            for way in ways if names else ((),):
                path = rule.rule
                for name, value in zip(names, way, strict=True):
                    path = re.sub(rf"<(?:[^<>]*:)?{name}>", quote(value, safe="/"), path)
                yield rule, path

    def _some(self, ways: list[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
        return self.chance.sample(ways, most) if len(ways) > most else ways

    def _press(self, method: str, rule: Rule, path: str) -> None:
        for form in self._forms(path):
            if rule.endpoint == AUTOSAVE:
                body = {"client_id": str(uuid4()), "response": form.get("answer", [])}
                self._ask(method, path, rule, json=body, headers={"X-CSRF-Token": self.token})
            else:
                for headers in HEADERS[:2] if self.is_thorough else [self.chance.choice(HEADERS[:2])]:
                    self._ask(method, path, rule, data={"csrf_token": self.token, **form}, headers=headers)

    def _forms(self, path: str) -> list[dict[str, list[str]]]:
        """What is sent: nothing, nonsense, and for a case decisions that nobody is offered yet."""
        forms: list[dict[str, list[str]]] = [{}]
        if (path.startswith("/attempts") and not path.startswith(self.spared)) or "/checks/" in path:
            forms += [{"answer": ["x"], "action": ["check"]}, {"answer": LATER_DECISIONS, "action": ["step"]}]
        return forms

    def _ask(self, method: str, path: str, rule: Rule | None, **kwargs: Any) -> None:
        self.tried.add(path)
        response = self.client.open(path, method=method, **kwargs)
        self.requests += 1
        self.statuses[response.status_code] += 1
        for answered in texts_of(response):
            # Of numbers, any may be the time that something took.
            text = FIGURE.sub("", answered) if path == METRICS else answered
            self.sizes += len(text)
            if NOTE in text:
                self.met_note = f"{method} {path} ({response.status_code})"
            for question in SECRET.owners_in(text) - self._told_openly(method, path, rule):
                found = next(form for form, owner in SECRET.markers.items() if owner == question and form in text)
                self.met.setdefault(question, f"{found} in {method} {path} ({response.status_code})")
            if method == "GET" and response.mimetype == "text/html" and response.status_code == 200:
                self.linked |= {
                    found.replace("&amp;", "&").partition("#")[0]
                    for found in re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
                }
        response.close()

    @staticmethod
    def _told_openly(method: str, path: str, rule: Rule | None) -> AbstractSet[str]:
        """The questions whose answers an address is there to tell: the check just taken; those at the end of a book."""
        if rule is None:
            return frozenset()
        if rule.endpoint == CHECK and method == "POST":
            return {path.rpartition("/")[2]}
        return CHECKS if rule.endpoint == "books.book" else frozenset()


def _kind(rule: Rule, name: str) -> str:
    """Under which name the values of a part of an address are kept: where it stands tells what it is."""
    if rule.endpoint == CHECK and name == "question_id":
        return "check_id"
    if rule.rule.startswith("/marking"):
        return "marking"
    if name == "public_id":
        return "person" if rule.rule.startswith("/people") else "attempt"
    return name


def texts_of(response: TestResponse) -> Iterator[str]:
    """What one may read in an answer: its address and headers, its body, what stands in a packed one."""
    yield "\n".join(f"{name}: {value}" for name, value in response.headers)
    data = response.get_data()
    if response.headers.get("Content-Encoding") == "gzip":
        data = gzip.decompress(data)
    if response.mimetype == "application/pdf" and data:  # a HEAD has none
        reader = PdfReader(io.BytesIO(data))
        yield "\n".join(page.extract_text() for page in reader.pages)
        yield f"{reader.metadata}\n{reader.outline}"
        return  # its bytes are coordinates, and among many some are any number
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name + packed.read(name).decode(errors="replace")
    yield data.decode(errors="replace")
    if response.mimetype == "application/json" and data:
        yield "\n".join(_strings(json.loads(data)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _strings(each)
    else:
        yield str(value)


def _later_decisions() -> list[str]:
    cases = [question for question in questions_in(SECRET.course) if isinstance(question, BranchingCase)]
    return [decision.id for case in cases for scene in case.scenes[1:] for decision in scene.decisions][:6]


LATER_DECISIONS = _later_decisions()


def values_at(site: Flask, name: str | None) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """What the parts of addresses may be for somebody: what is there, and what is not there or not theirs."""
    course = SECRET.course
    questions = tuple(question.id for question in questions_in(course))
    with reading(site) as session:
        owned = select(Attempt.public_id).join(Enrolment).join(Person).order_by(Attempt.id)
        own = session.scalars(owned.where(Person.sign_in_name == name)).all()
        attempts = session.scalars(owned).all()
        people = session.scalars(select(Person.public_id).order_by(Person.id)).all()
        codes = session.scalars(select(Certificate.code)).all()
        markings = session.scalars(select(HandMarking.public_id)).all()
        files = session.scalars(select(Attachment.public_id)).all()
        media = session.scalars(select(MediaFile.name)).all()
    there = {
        "slug": (SLUG,),
        "module_id": tuple(module.id for module in course.modules),
        "section_id": ("opening", "a-section"),
        "quiz_id": QUIZZES,
        "question_id": questions,
        "check_id": tuple(each for each in questions if each.startswith("check")),
        "number": tuple(str(number) for number in range(1, 14)),
        "attempt": tuple(own or attempts),
        "person": tuple(map(str, people)),
        "code": tuple(codes),
        "reference": ("x",),
        "marking": tuple(markings),
        "file_id": tuple(files) or ("x",),
        "name": (*static_files(), *media),
        "path": (*SECRET.files, *(name.removesuffix(".md") for name in SECRET.files if name.endswith("quiz.md"))),
        "kind": ("csv", "xlsx"),
        "form": ("gift", "moodle-xml", "qti"),
        "token": ("x" * 43,),
    }
    wrong = ("x", "..%2f..", "0", "\u0661", "module.md", "quiz.md", "pool", "null")
    foreign = tuple(set(attempts) - set(own))
    more = {
        "slug": (SLUG, "demo"),
        "check_id": questions,
        "attempt": foreign * 4,
        "name": tuple(SECRET.files),
        "number": ("0", "14", "99999999999"),
    }
    closed = {kind: there[kind] for kind in ("kind", "form")}  # the URL map knows no others
    return there, {kind: closed.get(kind) or (*more.get(kind, ()), *wrong) for kind in there}


# ---- Who may meet what ----

ALL = frozenset(SECRET.markers.values())
CHECKS = frozenset(name for name in ALL if name.startswith("check-") and not name.endswith("/note"))


def of(*prefixes: str) -> frozenset[str]:
    """What belongs to the questions whose ids begin so, but for what trainers alone see."""
    return frozenset(name for name in ALL if name.rpartition("-")[0] in prefixes and not name.endswith("/note"))


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture(params=[pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.drill)])
def most_pressed(request: pytest.FixtureRequest) -> int:
    """How many ways of pressing each button are drawn."""
    found: int = request.param
    return found


def crawled(site: Flask, name: str | None, most_pressed: int, **more: object) -> Crawl:
    """Somebody who has walked everywhere."""
    return Crawl(site, name, values_at(site, name), most_pressed, **more).walk()  # type: ignore[arg-type]


def test_who_takes_no_quiz_meets_no_key(school: Flask, most_pressed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    write_note(school, "officer")
    begin(school, "other")
    begin(school, "manager")
    # In every run those who see least and most of others; in the drill all.
    for name in (None, "newcomer", "manager", "organiser", "admin") if most_pressed == MANY else (None, "manager"):
        told(crawled(school, name, most_pressed, may_hand_in=False), frozenset())
    assert SECRET.owners_in(caplog.text) == set()
    assert NOTE not in caplog.text


def test_an_officer_meets_what_the_feedback_of_each_quiz_allows(
    school: Flask, most_pressed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write_note(school, "officer")
    begin(school, "officer")  # first, so that their attempts have the lower ids
    begin(school, "other")
    hand_in(school, "other")
    values = values_at(school, "officer")
    crawl = Crawl(school, "officer", values, most_pressed, may_hand_in=False, spared=spared(school))
    told(crawl.walk(), frozenset())
    assert crawl.met_note, "what looks for the note does not find it with who wrote it"
    writer = Crawl(school, "officer", values, most_pressed)  # the walk ended with signing out
    with reading(school) as session:
        written = session.scalars(
            select(Attempt.public_id).where(Attempt.quiz_id == "quiz-after-attempt").order_by(Attempt.id)
        ).first()
    body = {"client_id": str(uuid4()), "response": ["My answer."]}
    path = f"/attempts/{written}/answers/after-attempt-open"
    assert writer.client.put(path, json=body, headers={"X-CSRF-Token": writer.token}).status_code == 200
    hand_in(school, "officer")
    # One waits for a trainer's marks, and until then shows nothing of its keys; the other's has nothing to wait for.
    told(crawled(school, "officer", most_pressed), of("immediately"))
    told(crawled(school, "other", most_pressed), of("immediately", "after-attempt"))
    assert SECRET.owners_in(caplog.text) == set()


def test_a_trainer_who_walks_the_same_way_meets_every_key(school: Flask, most_pressed: int) -> None:
    write_note(school, "officer")
    begin(school, "officer")
    told(crawled(school, "trainer", most_pressed, may_hand_in=False), ALL)


def told(crawl: Crawl, allowed: frozenset[str]) -> None:
    """Say how much was looked at; fail unless the keys that were met are those."""
    print(f"{crawl.name}: {crawl.requests:,} requests, {crawl.sizes:,} characters, statuses {dict(crawl.statuses)}")
    assert {name: where for name, where in crawl.met.items() if name not in allowed} == {}, crawl.name
    assert crawl.met.keys() == allowed, crawl.name
    assert crawl.name == "officer" or not crawl.met_note, f"{crawl.name} meets the officer's note: {crawl.met_note}"
    assert not [status for status in crawl.statuses if status >= 500]


def spared(site: Flask) -> tuple[str, ...]:
    """The attempts at the quiz that shows at once what was right: an answer to it is an answer for good."""
    with reading(site) as session:
        wanted = select(Attempt.public_id).where(Attempt.quiz_id == "quiz-immediately")
        return tuple(f"/attempts/{each}/" for each in session.scalars(wanted))

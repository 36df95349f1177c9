"""Fixtures for tests on a database: the hooks as a site connects them, and put back afterwards."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from elearn import wiring
from elearn.__main__ import main
from elearn.accounts import services as accounts
from elearn.assessment import services as assessment
from elearn.audit import services as audit
from elearn.catalogue import queries as catalogue_queries
from elearn.catalogue import services as catalogue_services
from elearn.certificates import services as certificates
from elearn.jobs import services as jobs
from elearn.learning import services as learning
from elearn.settings import Settings


def _hooks() -> list[list[Any]]:
    """Every list of hooks that news goes through."""
    return [
        catalogue_services.release_published,
        learning.enrolment_changed,
        learning.course_completed,
        certificates.certificate_awarded,
        certificates.certificate_revoked,
        certificates.certificate_replaced,
        accounts.person_moved,
        accounts.session_opened,
        assessment.attempt_started,
        assessment.attempt_handed_in,
        audit.roles_of,
        jobs.job_failed,
    ]


@contextmanager
def none_wired() -> Iterator[None]:
    """No hook is connected for a while; those connected meanwhile are taken away again."""
    before = [list(hooks) for hooks in _hooks()]
    for hooks in _hooks():
        hooks.clear()
    try:
        yield
    finally:
        for hooks, kept in zip(_hooks(), before, strict=True):
            hooks[:] = kept


@contextmanager
def all_wired(settings: Settings) -> Iterator[None]:
    """The hooks are connected for a while as on a site."""
    with none_wired():
        wiring.connect_hooks(settings)
        yield


@pytest.fixture
def unwired() -> Iterator[None]:
    """No hook is connected; those a test connects are taken away again."""
    with none_wired():
        yield


@pytest.fixture
def wired(settings: Settings) -> Iterator[None]:
    """The hooks are connected as on a site: who completes a course gets a certificate."""
    with all_wired(settings):
        yield


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    """A new process has no compiled course in memory."""
    catalogue_queries._kept.clear()


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def elearn(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], database_url: str, unwired: None
) -> Callable[..., Ran]:
    """Runs ``elearn`` with these words on the database."""
    monkeypatch.setenv("ELEARN_DATABASE_URL", database_url)

    def command(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["elearn", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfdbinary.readouterr()
        assert b"Traceback" not in printed.err
        return Ran(int(ended.value.code or 0), printed.out.decode(), printed.err.decode())

    return command

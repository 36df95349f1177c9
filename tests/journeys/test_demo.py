"""``elearn demo``: one command, and the four accounts each find their work."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.walking import Walk
from tests.serving import environment, free_port

pytestmark = pytest.mark.browser

PASSWORD = "four accounts, one password"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demonstration with the courses that are shipped."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    options = ["--port", str(port), "--data", str(folder / "data"), "--password", PASSWORD]
    cheap = environment(password_memory_mib=1, password_rounds=1, workers=1)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "elearn", "demo", *options],
            env=cheap | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    try:
        said = [process.stdout.readline() for _ in range(6)]
        assert re.search(r"with (one course|\d+ courses) and 40 invented people", said[0]), (folder / "log").read_text()
        for name, line in zip(("officer", "trainer", "manager", "admin"), said[1:5], strict=True):
            assert line.split() == [name, "password", *PASSWORD.split()]
        url = f"http://127.0.0.1:{port}"
        assert url in said[5], said
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        process.stdout.close()
    assert code == 0


def enter(browser: Browser, demo: str, name: str) -> Walk:
    """Somebody of the demonstration, before their home page."""
    person = Walk(browser, demo, f"demo-{name}")
    person.page.set_extra_http_headers({"Accept-Language": "en"})
    person.sign_in(name, PASSWORD)
    return person


def test_the_officer_goes_on_where_they_stopped(browser: Browser, demo: str) -> None:
    with enter(browser, demo, "officer") as officer:
        assert "One course is under way." in officer.heading()
        assert re.search(r"in \d days, on \w+day", officer.words()), "the last day of their cohort"
        officer.look("home")
        officer.follow(re.compile("^Continue at"), exact=False)
        officer.page.wait_for_url(re.compile(r"/courses/[\w-]+/[\w-]+/[\w-]+$"))
        officer.look("lesson")


def test_the_trainer_finds_the_course_to_write(browser: Browser, demo: str) -> None:
    with enter(browser, demo, "trainer") as trainer:
        trainer.go("/write/cft")
        trainer.look("course")


def test_the_manager_sees_figures_with_and_without_names(browser: Browser, demo: str) -> None:
    with enter(browser, demo, "manager") as manager:
        manager.go("/statistics")
        manager.look("statistics")
        assert "Financial Intelligence Unit of Arlandia" in manager.words()
        manager.go("/certificates")
        manager.look("certificates")


def test_the_administrator_finds_the_people(browser: Browser, demo: str) -> None:
    with enter(browser, demo, "admin") as admin:
        admin.go("/people")
        assert "40" in admin.words()
        admin.look("people")

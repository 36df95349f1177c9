"""The Nu Html Checker, with which W3C checks pages, finds no error in any page, nor in a lesson of a shipped course.

It is found as ``vnu`` on the PATH; CONTRIBUTING.md says where it comes from. What it warns of is printed.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from elearn.catalogue.queries import compiled_course, current_release
from elearn.content.files import read_folder
from elearn.learning.rules import places
from elearn.shipped import shipped
from tests.checking import CheckingClient, text_in
from tests.conftest import missing
from tests.factories import a_course, a_person, an_enrolment, course_files, reading, the_person, writing
from tests.journeys.school import PAGES, REFUSED, settle

pytestmark = pytest.mark.drill

LANGUAGES = ("en", "ru")
SLUGS = sorted(path.parent.name for path in shipped("courses").glob("*/course.md"))


class Pages:
    """A folder of pages to check, each in a file named after its address and its reader."""

    def __init__(self, folder: Path, client: CheckingClient) -> None:
        self.folder = folder
        self.client = client
        self.addresses: dict[str, str] = {}

    def keep(self, path: str, name: str | None, language: str, statuses: tuple[int, ...] = (200,)) -> None:
        """Keep the page at an address as somebody in a language is shown it."""
        separator = "&" if "?" in path else "?"
        with self.client.unchecked():
            response = self.client.get(f"{path}{separator}lang={language}", follow_redirects=True)
        assert response.status_code in statuses, f"{path} answered {response.status_code} to {name}"
        self.add(f"{path} as {name or 'anyone'} in {language}", text_in(response))

    def add(self, address: str, source: str) -> None:
        """Keep a page that was got already."""
        file = self.folder / f"{len(self.addresses):04}.html"
        file.write_text(source, encoding="utf-8")
        self.addresses[file.name] = address

    def errors(self) -> list[str]:
        """What the checker finds, each with where it was met first and how often; warnings are printed instead."""
        found: Counter[tuple[str, str]] = Counter()
        where: dict[tuple[str, str], str] = {}
        for message in _check(self.folder):
            kind = message.get("subType") or message["type"]
            key = (kind, f"{message['message']} | {re.sub(chr(10), ' ', message.get('extract', ''))}")
            found[key] += 1
            where.setdefault(key, self.addresses[Path(message["url"]).name])
        said = {key: f"{key[1]}\n    {count} times, first at {where[key]}" for key, count in found.most_common()}
        print("\n".join(f"{key[0]}: {text}" for key, text in said.items() if key[0] != "error"))
        print(f"{len(self.addresses)} pages were checked")
        return [text for key, text in said.items() if key[0] not in ("warning", "info")]


def _check(folder: Path) -> list[dict[str, Any]]:
    """What the checker says of the pages of a folder."""
    run = subprocess.run(
        ["vnu", "--skip-non-html", "--no-langdetect", "--format", "json", "--stdout", "--exit-zero-always", folder],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    messages: list[dict[str, Any]] = json.loads(run.stdout)["messages"]
    return messages


@pytest.fixture
def pages(tmp_path: Path, client: CheckingClient) -> Pages:
    """A folder for pages; skipped where there is nothing to check them with."""
    if shutil.which("vnu") is None:
        missing("vnu, the Nu Html Checker (see CONTRIBUTING.md)")
    folder = tmp_path / "pages"
    folder.mkdir()
    return Pages(folder, client)


def test_the_checker_finds_no_error_in_any_page(site: Flask, client: CheckingClient, pages: Pages) -> None:
    names = settle(site)
    for name, paths in PAGES.items():
        client.delete_cookie("elearn")
        if name is not None:
            client.sign_in(name)
        for language in LANGUAGES:
            for path in paths:
                pages.keep(path.format(**names), name, language)
            for path, status in REFUSED.get(name, ()):
                pages.keep(path.format(**names), name, language, (status,))

    errors = pages.errors()
    assert not errors, "\n".join(errors)


def test_the_checker_finds_no_error_in_a_form_filled_in_wrongly(
    site: Flask, client: CheckingClient, pages: Pages
) -> None:
    names = settle(site)
    for name, paths in (
        (None, ("/sign-in",)),
        ("officer", ("/account/password", "/courses/demo/mistakes/report", "/courses/none/enrol")),
        ("trainer", ("/write/demo/import", "/marking/{answer}/mark", "/write/demo/mistakes/{report}/answer")),
        ("admin", ("/people/new", "/people/{person}/extra-time")),
    ):
        client.delete_cookie("elearn")
        if name is not None:
            client.sign_in(name)
        for path in paths:
            with client.unchecked():
                answer = client.send(path.format(**names), page="/sign-in" if name is None else None)
            assert answer.status_code >= 400, path
            pages.add(f"{path}, filled in wrongly", text_in(answer))

    errors = pages.errors()
    assert not errors, "\n".join(errors)


def test_the_checker_finds_no_error_in_any_kind_of_question(site: Flask, client: CheckingClient, pages: Pages) -> None:
    """As they are asked, checked and marked."""
    files = course_files(quiz=("feedback: after-attempt", "feedback: immediately"))
    with writing(site) as session:
        an_enrolment(session, a_person(session, "officer"), a_course(session, files=files))
    client.sign_in("officer")
    with client.unchecked():
        begun = client.send("/courses/demo/quizzes/example-quiz/start", page="/courses/demo/quizzes/example-quiz")
        address = begun.headers["Location"].rpartition("/")[0]
        for action in ("save", "check"):
            for number in range(1, 13):
                asked = client.get(f"{address}/{number}")
                assert asked.status_code == 200, number
                pages.add(f"question {number}, {action}", text_in(asked))
                client.send(f"{address}/{number}", {"action": action, "answer": "12"}, page=f"{address}/{number}")
        client.send(f"{address}/submit", page=f"{address}/review")
    pages.keep(f"{address}/result", "officer", "en")

    errors = pages.errors()
    assert not errors, "\n".join(errors)


def test_the_checker_finds_no_error_in_a_lesson_of_any_course(
    site: Flask, client: CheckingClient, pages: Pages
) -> None:
    with writing(site) as session:
        a_person(session, "officer")
        for slug in SLUGS:
            a_course(session, slug, files=read_folder(shipped("courses") / slug)[1])
            an_enrolment(session, the_person(session, "officer"), current_release(session, slug))
    client.sign_in("officer")
    for slug in SLUGS:
        with reading(site) as session:
            release = current_release(session, slug)
            course = compiled_course(session, release.release_id, release.digest)
        for language in LANGUAGES:
            for path in ("", "/glossary", *(f"/{place.unit}" for place in places(course))):
                pages.keep(f"/courses/{slug}{path}", "officer", language, (200, 404))

    errors = pages.errors()
    assert not errors, "\n".join(errors)


def test_the_checker_finds_an_error(pages: Pages) -> None:
    pages.add("a page", '<!doctype html><html lang="en"><head><title>A</title></head><body><p><b>B</p></body></html>')
    assert any("Unclosed element" in error for error in pages.errors())

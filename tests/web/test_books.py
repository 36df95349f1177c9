"""The book of a course on the site and from the command line."""

import io
from pathlib import Path

import pypdf
from click.testing import CliRunner, Result
from flask import Flask

from elearn.catalogue.queries import current_release
from elearn.cli.course import course as commands
from tests.checking import CheckingClient, links_of
from tests.factories import an_enrolment, course_files, the_person, writing
from tests.web.conftest import OFFICER

BOOK = "/courses/demo/book.pdf"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_whoever_is_enrolled_finds_the_book_on_the_page_of_the_course(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "demo"))
    learner.get("/courses/demo")
    assert BOOK in links_of(learner.page)
    answer = learner.get(BOOK)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="demo-0.1.0-en.pdf"'
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) > 3
    assert learner.get(f"{BOOK}?lang=ru").headers["Content-Disposition"] == 'inline; filename="demo-0.1.0-ru.pdf"'
    in_cyrillic = learner.get(f"{BOOK}?lang=uz-Cyrl")
    assert in_cyrillic.status_code == 200
    assert "Мундарижа" in pypdf.PdfReader(io.BytesIO(in_cyrillic.data)).pages[1].extract_text()


def test_who_is_not_enrolled_is_led_to_where_one_enrols(learner: CheckingClient) -> None:
    learner.get("/courses/demo")
    assert BOOK not in links_of(learner.page)
    answer = learner.get(BOOK)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/courses/demo")


def test_a_folder_is_printed_and_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for name, data in course_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    target = tmp_path / "demo.pdf"
    result = run("book", folder, "--to", target)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("demo 0.1.0, en: ")
    assert target.read_bytes().startswith(b"%PDF-")
    for arguments, sentence in (
        (("--to", target), "is there already"),
        (("--language", "kk", "--to", tmp_path / "x.pdf"), "is not written in kk. Its languages: en"),
        (("--to", tmp_path / "no" / "x.pdf"), "cannot be written"),
    ):
        refused = run("book", folder, *arguments)
        assert (refused.exit_code, sentence in refused.stderr) == (2, True), refused.stderr

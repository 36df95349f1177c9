"""Question banks in the browser: a file becomes a pool of the draft, quizzes and pools leave in other formats."""

import base64
import html
import io
import random
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from elearn.banks.formats import Readable, read_bank
from elearn.banks.model import Choices
from elearn.web.lanes import Lane, Route, route_of
from tests.checking import CheckingClient
from tests.factories import course_files
from tests.pictures import a_photograph
from tests.unit.banks.test_moodle import PNG
from tests.web.authoring import Desk

GIFT = "::Fee::What is the fee?{=5 EUR ~6 EUR}\n\nA text.\n\n::Half::Which?{~%100%a ~%100%b ~c}\n"
PICTURE = base64.b64encode(PNG).decode()
MOODLE = (
    '<quiz><question type="truefalse"><name><text>Map</text></name><questiontext format="html"><text>'
    '<![CDATA[<p>See <img src="@@PLUGINFILE@@/map.png" alt="A map">.</p>]]></text>'
    f'<file name="map.png" path="/" encoding="base64">{PICTURE}</file></questiontext>'
    '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
    "</question></quiz>"
)
POOL = "pools/fees.md"


@pytest.fixture
def desk(taught: Flask, client: CheckingClient) -> Desk:
    """A trainer at the course."""
    client.sign_in("trainer")
    return Desk(client, taught.extensions["elearn.database"])


def look(
    desk: Desk, data: str | bytes, file_name: str = "bank.gift", name: str = "fees", form: str = ""
) -> TestResponse:
    """Read a file on the page that imports."""
    sent = FileStorage(io.BytesIO(data.encode() if isinstance(data, str) else data), file_name)
    fields = {"csrf_token": desk.token, "file": sent, "form": form, "name": name}
    return post(desk, "/write/demo/import", fields)


def post(desk: Desk, address: str, fields: dict[str, Any]) -> TestResponse:
    """Send a form with files, whole: the client's own way leaves files open."""
    boundary, data = encode_multipart(fields)
    return desk.client.post(address, data=data, content_type=f"multipart/form-data; boundary={boundary}")


def add(desk: Desk, page: TestResponse, **changes: str) -> TestResponse:
    """Press «Add the pool» on a page that was looked at."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.get_data(as_text=True)))
    assert fields.keys() >= {"csrf_token", "form", "name", "bank"}
    sent = {name: html.unescape(value) for name, value in fields.items()} | changes
    return post(desk, "/write/demo/import/add", sent)


def test_a_bank_is_looked_at_first_and_nothing_is_kept(desk: Desk) -> None:
    assert "Look at the questions" in desk.page("/write/demo/import")
    page = look(desk, GIFT).get_data(as_text=True)

    assert "2 questions, one with a loss, one left out." in page
    assert "It has no answers: a description. Put its text into a lesson." in page
    assert "Weights that add up to 200 %." in page
    assert "## Fee &lt;!-- id: fee --&gt;" in page
    assert "No quiz draws from" in page
    assert POOL not in desk.page("/write/demo").split("w_add")[0].replace(f"file={POOL}", POOL)


def test_the_pool_is_added_to_the_draft_and_opens_in_the_editor(desk: Desk) -> None:
    response = add(desk, look(desk, GIFT))

    assert (response.status_code, response.location) == (303, f"/write/demo/files/{POOL}")
    assert desk.saved(POOL).startswith("---\npool: fees\n---\n\n## Fee <!-- id: fee -->")
    assert "What is the fee?" in desk.editor(POOL)
    assert f"/write/demo/export?file={POOL}" in desk.page("/write/demo")


def test_a_picture_comes_with_its_pool_is_shown_published_and_goes_with_it(desk: Desk) -> None:
    page = look(desk, MOODLE, "bank.xml")
    assert "pools/images/map.png, 1 KB" in page.get_data(as_text=True)
    add(desk, page)
    found = re.search(r'src="/write/demo(/media/[0-9a-f]{64}\.png)"', desk.editor(POOL))
    assert found is not None
    picture = desk.client.get(f"/write/demo{found[1]}")
    assert (picture.mimetype, picture.data) == ("image/png", PNG)
    assert desk.client.get(found[1]).status_code == 404, "no officer sees what is not published"

    assert desk.send("discard", desk.saved(POOL), POOL).location == "/write/demo?done=deleted"
    assert desk.press("publish").location == "/write/demo?done=same"  # the picture went with the pool

    add(desk, look(desk, MOODLE, "bank.xml"))
    assert desk.press("publish").status_code == 303
    exported = desk.client.get("/write/demo/export/moodle-xml/pools/fees").data
    assert read_bank(exported, Readable.MOODLE).images == {"images/map.png": PNG}
    assert "pools/images/map.png" not in look(desk, MOODLE, "bank.xml", "others").get_data(as_text=True).split(
        "w_markdown"
    )[0].replace("pools/images/map.png, 1 KB", "")


def test_a_picture_of_a_name_that_is_taken_gets_another(desk: Desk) -> None:
    add(desk, look(desk, MOODLE, "bank.xml"))
    other = MOODLE.replace(PICTURE, base64.b64encode(a_photograph(4, 2, "PNG")).decode())
    page = look(desk, other, "bank.xml", "more").get_data(as_text=True)
    assert "pools/images/map-2.png" in page
    assert "![A map](images/map-2.png)" in page


def test_the_name_of_the_pool_is_that_of_the_file_unless_it_is_said(desk: Desk) -> None:
    assert "The pool my-bank, not added yet" in look(desk, GIFT, "My Bank.gift", "").get_data(as_text=True)


def test_a_text_is_looked_into_for_its_format(desk: Desk) -> None:
    page = look(desk, "Which?\nA) a\nB) b\nANSWER: B\n", "bank.txt").get_data(as_text=True)
    assert "- (x) b" in page
    assert "One question, nothing lost." in page
    assert "2 questions" in look(desk, GIFT, "bank.txt").get_data(as_text=True)
    assert "2 questions" in look(desk, GIFT, "bank.dat", form="gift").get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "file_name", "name", "status", "words"),
    [
        (GIFT, "bank.gift", "example", 409, "has a file «pools/example.md» already"),
        (GIFT, "bank.gift", "No Name", 422, "is no name of a pool"),
        (GIFT, "bank.gift", "../x", 422, "is no name of a pool"),
        (GIFT, "bank.dat", "fees", 422, "does not say which format this is"),
        (b"\xff\xfa{=a}", "bank.gift", "fees", 422, "Save it again as UTF-8"),
        ("Only a text.\n", "bank.gift", "fees", 422, "No question of this file could be read."),
        ('<!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>', "bank.xml", "fees", 422, "document types and entities"),
        (b"PK\x03\x04zip", "bank.xml", "fees", 422, "This is a package (zip)"),
        (b"%PDF-1.7<quiz></quiz>", "bank.xml", "fees", 422, "not well-formed XML"),
        ("<quiz>" + "<a>" * 100_000, "bank.xml", "fees", 422, "too many inside one another"),
        ("{" * 1_000_000, "bank.gift", "fees", 422, "No question of this file could be read."),
        ("q{T}\n\n" * 3_000, "bank.gift", "fees", 422, "more than 2,000 questions"),
        ("a" * 2_100_000, "bank.gift", "fees", 422, "more than 2 million characters"),
        ("", "bank.gift", "fees", 422, "No question of this file could be read."),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    desk: Desk, data: str | bytes, file_name: str, name: str, status: int, words: str
) -> None:
    response = look(desk, data, file_name, name)
    page = html.unescape(response.get_data(as_text=True))
    assert response.status_code == status
    assert words in page
    assert page.count('role="alert"') == 1
    assert "Add the pool" not in page


def test_no_file_is_said_at_the_field(desk: Desk) -> None:
    fields = {"csrf_token": desk.token, "file": FileStorage(io.BytesIO(b""), ""), "name": "fees"}
    response = post(desk, "/write/demo/import", fields)
    assert response.status_code == 422
    assert "Choose the file with the questions." in response.get_data(as_text=True)


def test_a_file_that_its_form_could_not_carry_is_refused(desk: Desk, taught: Flask) -> None:
    noise = random.Random(1).randbytes(66_000)  # noqa: S311 (it only must not be packed small)
    taught.config["MAX_CONTENT_LENGTH"] = 90_000
    response = look(desk, b"q{=a ~b}// " + base64.b85encode(noise))
    assert response.status_code == 422
    assert "too large to be added here" in response.get_data(as_text=True)
    assert look(desk, b"q{=a ~b}// " + base64.b85encode(noise * 2)).status_code == 413


def test_a_name_that_was_taken_meanwhile_is_refused_and_nothing_overwritten(desk: Desk) -> None:
    page = look(desk, GIFT)
    add(desk, look(desk, "::Other::What?{T}\n"))
    response = add(desk, page)
    assert response.status_code == 409
    assert "has a file «pools/fees.md» already" in response.get_data(as_text=True)
    assert "Other" in desk.saved(POOL)


@pytest.mark.parametrize("bank", ["", "%%%", "eJw", base64.urlsafe_b64encode(b"x" * 50).decode(), "ё"])
def test_a_form_that_is_not_ours_is_refused(desk: Desk, bank: str) -> None:
    response = add(desk, look(desk, GIFT), bank=bank)
    assert response.status_code == 422
    assert "Read the file again." in response.get_data(as_text=True)


@pytest.mark.parametrize("changes", [{"name": "../../x"}, {"name": ""}])
def test_a_changed_form_adds_nothing(desk: Desk, changes: dict[str, str]) -> None:
    assert add(desk, look(desk, GIFT), **changes).status_code == 422


def test_each_quiz_and_pool_leads_to_its_export(desk: Desk) -> None:
    page = desk.page("/write/demo")
    hrefs = re.findall(r'href="(/write/demo/export\?file=[^"]+)"', page)
    assert sorted(href.partition("=")[2] for href in hrefs) == [
        path
        for path in sorted(course_files())
        if path.endswith(("quiz.md", "exam.md", "pretest.md")) or "pools/" in path
    ]
    for href in hrefs:
        shown = desk.page(href)
        assert all(word in shown for word in ("GIFT", "Moodle XML", "QTI 2.1"))


def test_a_pool_is_downloaded_in_each_format_with_a_name_of_its_own(desk: Desk) -> None:
    for form, kind, name in (
        ("gift", "text/plain", "demo-example.gift"),
        ("moodle-xml", "application/xml", "demo-example.xml"),
        ("qti", "application/zip", "demo-example-qti.zip"),
    ):
        response = desk.client.get(f"/write/demo/export/{form}/pools/example")
        assert (response.status_code, response.mimetype) == (200, kind)
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert response.headers["Cache-Control"] == "no-store"
        if form == "qti":
            assert "imsmanifest.xml" in zipfile.ZipFile(io.BytesIO(response.data)).namelist()
        else:
            assert read_bank(response.data, Readable(form)).questions


def test_what_a_format_cannot_hold_is_said_before_the_download_with_its_line(desk: Desk) -> None:
    page = desk.page("/write/demo/export?file=01-example/quiz.md")
    assert "What is lost in it" in page
    assert "/write/demo/files/01-example/quiz.md?line=" in page


def test_the_export_is_of_the_draft_and_comes_back_through_the_import(desk: Desk) -> None:
    add(desk, look(desk, GIFT))
    data = desk.client.get("/write/demo/export/gift/pools/fees").data
    page = look(desk, data, "fees.gift", "again")
    assert "2 questions, nothing lost." in page.get_data(as_text=True)
    bank = read_bank(data, Readable.GIFT)
    assert isinstance(bank.questions[0].body, Choices)


@pytest.mark.parametrize(
    "path", ["course.md", "01-example/module.md", "pools/none.md", "../x.md", "", "pools/images/x.md"]
)
def test_only_quizzes_and_pools_are_exported(desk: Desk, path: str) -> None:
    assert desk.client.get("/write/demo/export", query_string={"file": path}).status_code == 404
    assert desk.client.get(f"/write/demo/export/gift/{path.removesuffix('.md') or 'x'}").status_code in (404, 308)


@pytest.mark.parametrize("name", ["officer", "manager", "organiser", None])
def test_nobody_but_who_writes_courses_gets_keys_in_or_out(
    taught: Flask, client: CheckingClient, name: str | None
) -> None:
    if name is not None:
        client.sign_in(name)
    for address in (
        "/write/demo/import",
        "/write/demo/export?file=pools/example.md",
        "/write/demo/export/gift/pools/example",
    ):
        response = client.get(address)
        assert response.status_code == (403 if name is not None else 302)
        assert "{" not in response.get_data(as_text=True).partition("<main")[2]
    token = client.token("/account") if name is not None else ""
    for address in ("/write/demo/import", "/write/demo/import/add"):
        assert client.post(address, data={"csrf_token": token}).status_code in (302, 303, 400, 403)


def test_files_of_keys_are_made_beside_the_pages(site: Flask) -> None:
    def lane(method: str, path: str) -> Route:
        return route_of(
            site, {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "a", "wsgi.url_scheme": "http"}
        )

    assert lane("GET", "/write/cft/export/gift/pools/law").lane is Lane.FILES
    assert lane("GET", "/write/cft/export").lane is Lane.FILES
    for address in ("/write/cft/import", "/write/cft/import/add"):
        assert lane("POST", address) == Route(Lane.SLOW, site.config["MAX_CONTENT_LENGTH"])


def test_a_bank_of_scripts_does_nothing_on_the_page(desk: Desk) -> None:
    bank = "::<script>alert(1)</script>::[html]<img src=x onerror=alert(1)>?{=<b>a</b>#<script>x</script> ~b}\n"
    page = look(desk, bank).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img" not in page.partition("<main")[2]

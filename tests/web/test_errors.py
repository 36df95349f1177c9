"""Refusals and failures: a page in the reader's language, with the right status, and nothing half done."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string, request
from jinja2 import UndefinedError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from elearn.core.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal, Unsound
from elearn.learning.queries import required_learning
from elearn.web.access import public
from elearn.web.session import session
from tests.checking import HTML, CheckingClient, client_of, words_of
from tests.factories import an_enrolment, reading, the_person, writing
from tests.web.conftest import OFFICER

TITLES = {
    400: "The request could not be read",
    403: "You may not do this",
    404: "Page not found",
    405: "Page not found",
    415: "The request could not be read",
    409: "Already so",
    422: "Not as expected",
    500: "Something went wrong",
    503: "Busy",
}


class ThingTaken(Conflict):
    """A thing has the name."""

    message = "The name «%(name)s» is taken."


def plant(site: Flask, path: str, view: Callable[[], str], methods: tuple[str, ...] = ("GET",)) -> None:
    """Give the site an address of its own for a test."""
    site.add_url_rule(path, path.strip("/"), public(view), methods=[*methods])


def raising(problem: Exception) -> Callable[[], str]:
    """A view that fails."""

    def view() -> str:
        raise problem

    return view


@pytest.fixture
def faulty(site: Flask) -> Flask:
    """A site with addresses that refuse and fail in every way."""
    plant(site, "/planted/400", raising(Unsound()))
    plant(site, "/planted/403", raising(NotAllowed()))
    plant(site, "/planted/404", raising(NotFound()))
    plant(site, "/planted/405", lambda: "", methods=("POST",))
    plant(site, "/planted/409", raising(Conflict()))
    plant(site, "/planted/415", raising(UnsupportedMediaType()))
    plant(site, "/planted/422", raising(Invalid()))
    plant(site, "/planted/500", raising(RuntimeError("the secret is 4711")))
    plant(site, "/planted/503", raising(OperationalError("SELECT 4711", {}, Exception("database is locked"))))
    plant(site, "/planted/taken", raising(ThingTaken(name="<b>fiu</b> 100 %")))
    plant(site, "/planted/echo", lambda: str(len(request.form.get("text", ""))), methods=("POST",))
    return site


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 415, 422, 500, 503])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_error_is_a_page_in_the_readers_language(
    faulty: Flask, client: CheckingClient, status: int, language: str
) -> None:
    with faulty.app_context():
        response = client.get(f"/planted/{status}", headers={"Accept-Language": language})
    page = words_of(client.page)

    assert response.status_code == status
    assert client.page.get("lang") == language
    assert str(status) in page
    assert ("To the home page" in page) == (language == "en")
    if language == "en":
        assert TITLES[status] in page
    else:
        assert not any(title in page for title in TITLES.values())
        assert sum("а" <= letter <= "я" for letter in page) > 80
    assert "4711" not in page


def test_a_refusal_says_its_sentence_with_its_values_as_text(faulty: Flask, client: CheckingClient) -> None:
    assert client.get("/planted/taken").status_code == 409
    assert "The name «<b>fiu</b> 100 %» is taken." in words_of(client.page)


def test_a_fault_is_logged_and_shows_nothing_of_itself(
    faulty: Flask, client: CheckingClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        source = client.get("/planted/500").get_data(as_text=True)

    assert "the secret is 4711" in caplog.text
    assert "RuntimeError" not in source
    assert "Traceback" not in source


def test_an_address_cannot_write_a_line_of_the_log(
    faulty: Flask, client: CheckingClient, caplog: pytest.LogCaptureFixture
) -> None:
    faulty.add_url_rule("/planted/<path:rest>", "rest", public(lambda rest: str(1 // 0)))
    with caplog.at_level(logging.ERROR):
        assert client.get("/planted/%0a2026-11-21 CRITICAL forged%0d%e2%80%a8%1b[31m/отчёт").status_code == 500
        assert client.get(f"/planted/{'x' * 5000}").status_code == 500

    first, second = (record.getMessage() for record in caplog.records if record.name == "elearn")
    assert first == second == "fault at GET rest"


def test_a_method_that_is_not_there_is_told_which_are(faulty: Flask, client: CheckingClient) -> None:
    assert client.get("/planted/405").headers["Allow"] == "OPTIONS, POST"
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_than_those_declared_do_nothing(learner: CheckingClient, method: str) -> None:
    headers = {"X-CSRF-Token": learner.token("/account")}

    assert learner.open("/courses/demo", method=method, headers=headers).status_code == 405
    assert learner.open("/courses/demo", method=method).status_code == 405


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_too_large_is_refused_before_it_is_read(faulty: Flask, client: CheckingClient, language: str) -> None:
    headers = {"X-CSRF-Token": client.token(), "Accept-Language": language}
    response = client.post("/planted/echo", data={"text": "x" * (8 * 1024 * 1024 + 1)}, headers=headers)

    assert response.status_code == 413
    assert client.page.get("lang") == language
    with client.unchecked():
        small = client.post("/planted/echo", data={"text": "x" * 100_000}, headers=headers)
    assert small.get_data(as_text=True) == "100000"


def test_more_fields_than_any_form_has_are_refused(faulty: Flask, client: CheckingClient) -> None:
    headers = {"X-CSRF-Token": client.token()}
    part = b"--b\r\nContent-Disposition:form-data;name=text\r\n\r\nx\r\n"  # so short that they are not too many bytes
    for count, status in ((5_000, 200), (5_120, 413)):
        for kind, body in (
            ("multipart/form-data; boundary=b", part * count + b"--b--\r\n"),
            ("application/x-www-form-urlencoded", b"&".join([b"text=x"] * count)),
        ):
            with client.unchecked():
                response = client.post("/planted/echo", data=body, content_type=kind, headers=headers)
            assert response.status_code == status


def test_an_endless_form_is_refused_before_it_is_taken_apart(
    faulty: Flask, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormDataParser, "parse", raising(AssertionError("it was taken apart")))
    kind = "application/x-www-form-urlencoded"

    assert client.post("/planted/echo", data=b"a&" * 100_000, content_type=kind).status_code == 413


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_role_that_does_not_reach_a_page_is_told_so(taught: Flask, client: CheckingClient, language: str) -> None:
    client.sign_in(OFFICER)
    response = client.get("/people", headers={"Accept-Language": language})

    assert response.status_code == 403
    assert client.page.get("lang") == language
    # Who is signed in stays so: the frame still has their name.
    assert "Айгүл" in words_of(client.page)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/courses/",
        "/static/nothing.css",
        "/static/../app.py",
        "/static/css/base.css",
        "/static/",
        "//",
        "/%",
    ],
)
def test_an_address_without_a_page_answers_with_one_that_says_so_or_a_page_that_is_meant(
    client: CheckingClient, path: str
) -> None:
    response = client.get(path)

    assert response.status_code in (302, 308, 404)
    assert response.status_code != 404 or "Page not found" in words_of(client.page)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "%", "%zz", "\u202e", "a" * 5000, "..%2f", "%ff%fe"])
def test_no_address_makes_the_site_fail(learner: CheckingClient, text: str) -> None:
    for path in (f"/{text}", f"/courses/{text}", f"/courses/demo/{text}/x", f"/verify/{text}", f"/media/{text}"):
        with learner.unchecked():
            response = learner.get(path.encode("utf-8", "surrogatepass").decode("latin-1"))
        assert response.status_code in (302, 308, 403, 404), path


@pytest.mark.parametrize("query", ["lang=%ff", "lang=xx", "lang=", "lang=ru&lang=en", "page=x", "q=%"])
def test_no_query_makes_the_site_fail(learner: CheckingClient, query: str) -> None:
    for path in ("/", "/courses", "/courses/demo", "/verify", "/account"):
        assert learner.get(f"{path}?{query}").status_code == 200


# ---- The database fails ----


def lose(site: Flask, path: Path) -> None:
    """Take the database away from a running site."""
    site.extensions["elearn.database"].dispose()
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)
    path.mkdir()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", ["/", "/courses/demo", "/verify/AAAA-AAAA-AAAA-AAAA"])
def test_a_site_without_its_database_says_it_is_busy(
    taught: Flask, learner: CheckingClient, tmp_path: Path, language: str, path: str
) -> None:
    lose(taught, tmp_path / "elearn.sqlite")
    response = learner.get(path, headers={"Accept-Language": language})

    assert response.status_code == 503
    assert learner.page.get("lang") == language
    assert language == "ru" or "The site is busy and could not answer in time." in words_of(learner.page)


def test_an_error_page_needs_no_database(taught: Flask, learner: CheckingClient, tmp_path: Path) -> None:
    lose(taught, tmp_path / "elearn.sqlite")

    assert learner.get("/nothing").status_code == 404
    assert learner.post("/courses/demo/enrol").status_code in (403, 503)


def test_a_form_sent_to_a_site_without_its_database_says_it_is_busy_and_works_again_later(
    taught: Flask, learner: CheckingClient, tmp_path: Path
) -> None:
    token = learner.token("/courses/demo")
    path = tmp_path / "elearn.sqlite"
    with taught.extensions["elearn.database"].engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, tmp_path / "kept")
    lose(taught, path)
    assert learner.post("/courses/demo/enrol", data={"csrf_token": token}).status_code == 503

    path.rmdir()
    shutil.copy(tmp_path / "kept", path)
    taught.extensions["elearn.database"].dispose()
    assert learner.post("/courses/demo/enrol", data={"csrf_token": token}).status_code == 302


def test_a_page_is_sent_even_if_the_place_cannot_be_remembered(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    assert learner.get("/courses/demo/example/opening").status_code == 200
    with taught.extensions["elearn.database"].engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE enrolment RENAME COLUMN place TO gone")
        connection.exec_driver_sql("ALTER TABLE enrolment ADD COLUMN place AS (gone) VIRTUAL")
        connection.commit()
    assert learner.get("/courses/demo/example/callouts").status_code == 200

    with reading(taught) as session:
        found = required_learning(session, the_person(session, OFFICER).id, "demo")
        assert found.place == "example/opening"


def test_what_a_failed_request_did_is_undone(taught: Flask, client: CheckingClient) -> None:
    def half_done() -> str:
        session().execute(text("DELETE FROM role_grant"))
        session().execute(text("UPDATE person SET full_name = 'Nobody'"))
        raise RuntimeError

    def refused() -> str:
        session().execute(text("UPDATE person SET full_name = 'Nobody'"))
        raise Refusal

    plant(taught, "/planted/half", half_done, methods=("POST",))
    plant(taught, "/planted/refused", refused, methods=("POST",))
    headers = {"X-CSRF-Token": client.token()}
    assert client.post("/planted/half", headers=headers).status_code == 500
    assert client.post("/planted/refused", headers=headers).status_code == 400
    with reading(taught) as after:
        assert after.scalar(text("SELECT count(*) FROM role_grant")) != 0
        assert after.scalar(text("SELECT count(*) FROM person WHERE full_name = 'Nobody'")) == 0


# ---- What no database stores ----


def test_a_nul_is_refused_in_a_sentence_before_it_reaches_a_query(learner: CheckingClient) -> None:
    sentence = "holds a character that cannot be stored"
    asked = learner.get("/courses?q=%00")
    assert asked.status_code == 422 and sentence in asked.get_data(as_text=True)
    sent = learner.send("/account/language", {"language": "r\x00u"})
    assert sent.status_code == 422 and sentence in sent.get_data(as_text=True)


# ---- What is to be corrected ----


@pytest.mark.parametrize(
    ("path", "sent", "wrong"),
    [
        ("/account/second-step", {}, ["code", "current_password"]),
        ("/sign-in/new-password", {}, ["sign_in_name", "code", "new_password"]),
        (
            "/people/new",
            {"staff_number": "?", "email": "x", "latin_name": "Ы"},
            ["full_name", "latin_name", "sign_in_name", "agency", "staff_number", "language", "email"],
        ),
    ],
)
def test_the_list_of_what_is_to_be_corrected_follows_the_page(
    taught: Flask, path: str, sent: dict[str, str], wrong: list[str]
) -> None:
    client = client_of(taught, "admin")
    assert client.send(path, sent, page=path).status_code == 422
    main = next(client.page.iter(f"{HTML}main"))
    summary = next(node for node in main.iter() if node.get("id") == "error-summary")
    assert [link.get("href") for link in summary.iter(f"{HTML}a")] == [f"#{name}" for name in wrong]
    fields = [node.get("id") for node in main.iter() if node.get("aria-invalid")]
    assert fields == wrong


def test_a_template_that_names_what_its_page_does_not_have_fails(site: Flask) -> None:
    with site.app_context(), pytest.raises(UndefinedError, match="facts"):
        render_template_string("{{ page.facts }}", page=object())

"""Every request has an id, a line in the log without personal data, and a count."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from elearn.app import create_app
from elearn.db.engine import Database
from elearn.settings import Settings
from elearn.web.access import public
from tests.checking import PASSWORD, CheckingClient, words_of
from tests.factories import a_person, writing
from tests.serving import Server
from tests.web.conftest import OFFICER

GIVEN = "0123456789abcdef"
COUNTS = re.compile(r"^elearn_(\w+)_total (\d+)$", re.MULTILINE)


@pytest.fixture
def behind(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """A site behind a proxy, with its monitor at 10.1.2.3, that logs requests."""
    database = Database(sqlite_url)
    more = {"trusted_proxies": 1, "metrics_from": ("10.1.2.0/24",), "log_format": "json"}
    yield create_app(settings.model_copy(update=more), database)
    database.dispose()


def _counts(client: FlaskClient) -> dict[str, int]:
    return {name: int(number) for name, number in COUNTS.findall(client.get("/metrics").get_data(as_text=True))}


# --- ids ---


def test_every_answer_has_an_id_of_its_own(site: Flask) -> None:
    client = site.test_client()
    with client.unchecked():  # type: ignore[attr-defined]
        found = [client.get(path).headers["X-Request-ID"] for path in ("/healthz", "/", "/nothing", "/sign-in")]

    assert len(set(found)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}", request_id) for request_id in found)


def test_an_id_is_taken_from_a_trusted_proxy_alone(site: Flask, behind: Flask) -> None:
    headers = {"X-Request-ID": GIVEN}

    assert behind.test_client().get("/healthz", headers=headers).headers["X-Request-ID"] == GIVEN
    assert site.test_client().get("/healthz", headers=headers).headers["X-Request-ID"] != GIVEN


@pytest.mark.parametrize("told", ["short", "x" * 65, 'a"b"c"d"e', "abc defgh", f"{GIVEN},{GIVEN}", "идентификатор"])
def test_an_id_that_is_none_is_replaced(behind: Flask, told: str) -> None:
    answer = behind.test_client().get("/healthz", environ_overrides={"HTTP_X_REQUEST_ID": told})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_a_fault_shows_the_id_that_the_log_has(site: Flask, client: CheckingClient) -> None:
    seen: list[str | None] = []

    class Reading(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            from elearn.web.logs import current_request_id

            seen.append(current_request_id())

    site.add_url_rule("/planted", "planted", public(lambda: str(1 // 0)))
    handler = Reading()
    logging.getLogger("elearn").addHandler(handler)
    try:
        answer = client.get("/planted")
    finally:
        logging.getLogger("elearn").removeHandler(handler)

    assert answer.status_code == 500
    assert seen == [answer.headers["X-Request-ID"]]
    assert f"The number of this request: {seen[0]}" in words_of(client.page)


def test_a_refusal_shows_no_number(client: CheckingClient) -> None:
    assert client.get("/nothing").status_code == 404
    assert "number of this request" not in words_of(client.page)


# --- lines ---


def test_a_request_is_one_line_that_names_nobody(behind: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with writing(behind) as session:
        person = a_person(session, OFFICER).public_id
    with caplog.at_level(logging.INFO):
        client = behind.test_client()
        client.get(f"/people/{person}?q=Aigul", headers={"X-Request-ID": GIVEN, "X-Forwarded-For": "10.9.9.9"})

    lines = [record for record in caplog.records if record.name == "elearn.requests"]
    assert len(lines) == 1
    fields = vars(lines[0])["fields"]
    assert fields.pop("milliseconds") >= 0
    assert fields == {"method": "GET", "endpoint": "accounts.person", "status": 302}
    assert lines[0].getMessage() == "request"


def test_a_site_that_logs_text_logs_no_requests(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        site.test_client().get("/healthz")

    assert [record for record in caplog.records if record.name == "elearn.requests"] == []


# --- who may read the numbers ---


def test_programs_on_this_machine_read_the_numbers(site: Flask) -> None:
    answer = site.test_client().get("/metrics")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
@pytest.mark.parametrize("asker", ["10.9.9.9", "127.0.0.1"])
def test_nobody_reads_the_numbers_through_a_proxy(
    site: Flask, behind: Flask, client: CheckingClient, header: str, asker: str
) -> None:
    assert client.get("/metrics", headers={header: asker}).status_code == 404
    assert behind.test_client().get("/metrics", headers={header: asker}).status_code == 404


def test_an_address_that_is_named_reads_the_numbers_through_the_proxy_and_past_it(behind: Flask) -> None:
    client = behind.test_client()

    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3, 10.9.9.9"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200


@pytest.mark.parametrize("address", ["10.9.9.9", "::ffff:10.1.2.9x", "", "192.0.2.1"])
def test_any_other_machine_reads_nothing(site: Flask, behind: Flask, client: CheckingClient, address: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404
    assert behind.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_a_forwarded_request_is_refused_where_no_proxy_is_trusted_even_to_a_named_address(
    sqlite_url: str, settings: Settings
) -> None:
    database = Database(sqlite_url)
    named = create_app(settings.model_copy(update={"metrics_from": ("127.0.0.1",)}), database)

    assert named.test_client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    database.dispose()


# --- counts ---


def test_sign_ins_are_counted_good_and_refused(taught: Flask, client: CheckingClient) -> None:
    before = _counts(client)
    for name, password in (("guessed", "x"), (OFFICER, "wrong"), (OFFICER, PASSWORD)):
        data = {"csrf_token": client.token(), "sign_in_name": name, "password": password}
        client.post("/sign-in", data=data)

    after = _counts(client)
    assert after["sign_ins"] - before["sign_ins"] == 1
    assert after["sign_ins_refused"] - before["sign_ins_refused"] == 2


def test_an_attempt_counts_once_when_started_and_once_when_handed_in(learner: CheckingClient) -> None:
    form = {"csrf_token": learner.token("/courses/demo")}
    learner.post("/courses/demo/enrol", data=form)
    before = _counts(learner)
    where = ""
    for _ in range(2):
        answer = learner.post("/courses/demo/quizzes/example-quiz/start", data=form)
        where = answer.headers["Location"].rpartition("/")[0]
    between = _counts(learner)
    for _ in range(2):
        assert learner.post(f"{where}/submit", data=form).status_code == 303

    after = _counts(learner)
    assert between["attempts_started"] - before["attempts_started"] == 1
    assert between["attempts_handed_in"] == before["attempts_handed_in"]
    assert after["attempts_handed_in"] - between["attempts_handed_in"] == 1
    assert after["attempts_started"] == between["attempts_started"]


# --- as it is served ---


def test_the_workers_of_a_site_tell_their_sum_and_log_a_json_line_each_request(tmp_path: Path) -> None:
    asked = 12
    with Server(tmp_path / "data", log_format="json", public_url="https://training.example") as server:
        for _ in range(asked):
            assert server.get("/verify/AAAA-AAAA-AAAA-AAAA?name=Aigul").status == 404
        answer = server.get("/metrics")
        numbers = answer.body.decode()  # type: ignore[attr-defined]
        assert server.stop() == 0

    counted = 'elearn_requests_total{endpoint="certificates.verify",method="GET",status="4xx"} '
    assert f"{counted}{asked}\n" in numbers
    assert "elearn_workers 2\n" in numbers
    lines = [json.loads(line) for line in server.errors.splitlines()]
    requests = [line for line in lines if line["logger"] == "elearn.requests"]
    assert len(requests) == asked + 1
    assert {line["worker"] for line in requests} <= {1, 2}
    assert requests[-1]["request_id"] == answer.headers["X-Request-ID"]
    assert "Aigul" not in server.errors and "AAAA" not in server.errors

"""Ledgers as an officer meets them: by forms alone, and by the script's way of saving."""

import gzip
import re
from uuid import uuid4

import pytest
from flask import Flask

from tests.checking import HTML, CheckingClient, text_of, words_of
from tests.factories import a_person, writing
from tests.ledger_course import QUIZ, SECRETS, START, compiled, course_files, ledger_of
from tests.quiz_course import SLUG, enrolled
from tests.web.test_quizzes import answer, hand_in, start, words

LESSON = f"/courses/{SLUG}/one/a-section"
LONG = ["T0003", "T0005"]


def opened(site: Flask, client: CheckingClient, count: int = 80, quiz: str = QUIZ) -> None:
    with writing(site) as session:
        enrolled(session, a_person(session, "officer"), course_files(count, quiz))
    client.sign_in("officer")


def right_rows() -> list[str]:
    return list(ledger_of(compiled(), "inline").right_ids)


def picked(client: CheckingClient) -> list[str | None]:
    fields = client.page.iter(f"{HTML}input")
    return [node.get("value") for node in fields if node.get("name") == "answer" and node.get("checked") is not None]


def cells(client: CheckingClient) -> list[list[str]]:
    table = next(client.page.iter(f"{HTML}tbody"))
    return [[text_of(cell) for cell in row] for row in table.iter(f"{HTML}tr")]


def test_a_ledger_is_a_table_with_a_box_in_each_row(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    page = words(client, f"{base}/2")
    rows = cells(client)
    assert len(rows) == 80
    assert rows[2] == ["T0003", "2026-04-04", "Customer 3752", "Account 14214", "Invoice 93", "121.50"]
    assert "Pick the rows that matter and leave the others." in page
    box = next(node for node in client.page.iter(f"{HTML}input") if node.get("value") == "T0003")
    row = next(node for node in client.page.iter(f"{HTML}tr") if node.get("id") == box.get("aria-labelledby"))
    assert text_of(row).startswith("T0003")


def test_picks_are_saved_and_come_back(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 2, ["T0007", "T0003", "none"])
    client.get(f"{base}/2")
    assert picked(client) == ["T0003", "T0007"]
    answer(client, base, 2, [])
    client.get(f"{base}/2")
    assert picked(client) == []


def test_each_attempt_has_its_own_figures_and_keeps_them(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    tables = []
    for _ in range(2):
        base = start(client)
        first, second = [(client.get(f"{base}/1"), cells(client))[1] for _ in range(2)]
        assert first == second
        answer(client, base, 1, right_rows())
        result = words(client, hand_in(client, base))
        assert "Right" in result
        for row in first:
            assert " ".join(row[1:]) in result
        name = first[0][3]
        assert f"a salary of {name}." in result
        assert "Dorn" not in result
        tables.append(first)
    assert tables[0] != tables[1]


def test_the_result_counts_prices_and_explains(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, right_rows())
    answer(client, base, 2, ["T0001", "T0002", "T0003"])
    page = words(client, hand_in(client, base))
    for said in (
        "In part, 0.8 of 2 points",
        "One row found",
        "One row missed It is found 30 days later, if at all.",
        "2 false alarms = 4 analyst hours",
        "Precision: 1 of 3 rows picked matter, 33 %. Recall: 1 of 2 rows that matter were picked, 50 %.",
        "F1, the harmonic mean of the two, is 40 %",
        "Found T0003",
        "Missed T0005",
        "False alarm T0001",
        "zqfeedback: the first is a salary.",
        "76 other rows were rightly left.",
        "No false alarm",
    ):
        assert said in page, said
    assert "T0009" not in page


@pytest.mark.parametrize(
    ("language", "missed", "alarms"),
    [
        ("en", "2 rows missed", "9 false alarms = 18 analyst hours"),
        ("ru", "Пропущены 2 строки Их обнаружат на 30 дней позже", "9 ложных тревог = 18 часов работы аналитика"),
    ],
)
def test_alarms_are_priced_in_hours_in_every_language(
    site: Flask, client: CheckingClient, language: str, missed: str, alarms: str
) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 2, [f"T{number:04}" for number in range(11, 20)])
    page = words(client, f"{hand_in(client, base)}?lang={language}")
    assert missed in page
    assert alarms in page


def test_nothing_picked_is_not_answered(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    page = words(client, hand_in(client, start(client)))
    assert "Not answered" in page
    assert "No row found" in page


def test_nothing_of_the_key_is_in_a_page_before_the_result(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    answer(client, base, 1, right_rows()[:1])
    for path in (START, f"{base}/1", f"{base}/2", f"{base}/review", LESSON):
        text = client.get(path).get_data(as_text=True)
        assert [secret for secret in SECRETS if secret in text] == []
    # Rows that are right and rows that are not differ by nothing but their words, their id and their place.
    client.get(f"{base}/2")
    text = client.get(f"{base}/2").get_data(as_text=True)
    rows = re.findall(r"<tr id=.*?</tr>", text)
    bare = {re.sub(r'"question-\d+"|value="\w+"|>[^<]*<', "", row) for row in rows}
    assert len(rows) == 80
    assert len(bare) == 1


def test_the_file_of_a_ledger_is_not_handed_out(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    base = start(client)
    assert "ledger.csv" not in client.get(f"{base}/2").get_data(as_text=True)
    assert [asset.path for asset in compiled().assets] == []


def test_a_ledger_of_five_thousand_rows_is_small_and_takes_all_of_them(site: Flask, client: CheckingClient) -> None:
    opened(site, client, 5_000)
    base = start(client)
    with client.unchecked():
        response = client.get(f"{base}/2", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.get_data()) < 300_000
    assert gzip.decompress(response.get_data()).count(b'name="answer"') == 5_000
    every = [f"T{number:04}" for number in range(1, 5_001)]
    headers = {"X-CSRF-Token": client.token(f"{base}/1")}
    sent = client.put(f"{base}/answers/long", json={"client_id": str(uuid4()), "response": every}, headers=headers)
    assert sent.status_code == 200
    with client.unchecked():
        assert client.get(f"{base}/2").get_data(as_text=True).count(" checked ") == 5_000
        answer(client, base, 2, every[:4_999])
        assert client.get(f"{base}/2").get_data(as_text=True).count(" checked ") == 4_999


@pytest.mark.parametrize("count", [5_001, 6_000])
def test_more_values_than_a_ledger_has_rows_are_refused(site: Flask, client: CheckingClient, count: int) -> None:
    opened(site, client)
    base = start(client)
    headers = {"X-CSRF-Token": client.token(f"{base}/1")}
    body = {"client_id": str(uuid4()), "response": ["T0003"] * count}
    assert client.put(f"{base}/answers/long", json=body, headers=headers).status_code == 422


def test_a_ledger_in_a_lesson_is_picked_and_explained(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    assert "Which rows matter here?" in words(client, LESSON)
    rows = cells(client)
    assert rows[1] == ["2", "04.05", "A. Dorn", "900"]
    values = [node.get("value") for node in client.page.iter(f"{HTML}input") if node.get("name") == "answer"]
    check = f"{LESSON}/checks/first"
    blank = client.send(check, {}, page=LESSON)
    assert blank.status_code == 200
    assert "Pick a row first." in words_of(client.page)
    client.send(check, {"answer": values[:2]}, page=LESSON)
    page = words_of(client.page)
    assert "In part, 0.5 of 1 point" in page
    assert "zqfeedback: a salary." in page
    assert "One false alarm = one analyst hour" in page
    client.send(check, {"answer": values[1:]}, page=LESSON)
    assert "No row missed" in words_of(client.page)

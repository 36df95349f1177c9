"""Open answers as an officer meets them: written and saved by forms alone, files attached, what is looked at."""

import struct
import zlib
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from elearn.assessment.attachments.rules import LARGEST_FILE, MOST_FILES
from elearn.assessment.models import Answer, Attachment, HandMarking
from elearn.catalogue.queries import current_release
from elearn.catalogue.services import publish
from elearn.learning.services import enrol
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.factories import NOON, a_person, reading, writing
from tests.open_course import OPEN, SECOND_OPEN, SECRETS, SINGLE, open_files
from tests.pictures import a_bomb, a_moving_picture, a_photograph, a_zip, exif_with_place, read
from tests.quiz_course import SLUG
from tests.web.test_quizzes import answer, hand_in, start, words

START = f"/courses/{SLUG}/quizzes/open-quiz"
LESSON = f"/courses/{SLUG}/one/a-section"
CHECK = f"{LESSON}/checks/own-words"
PDF = b"%PDF-1.7\nthe account history\n%%EOF\n"
TEXT = "Two deposits\n\n  stay <b>under</b> the limit."


def a_png(width: int = 1) -> bytes:
    """A picture of one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(
    site: Flask, client: CheckingClient, settings: str = "feedback: after-attempt", quiz: str = SINGLE + OPEN
) -> str:
    """An attempt of an officer at a quiz whose second question is open; its address."""
    files = open_files(settings, quiz)
    lesson = OPEN.replace("## Why", "### Why").replace(
        "id: why | points: 4 | words: 150 | upload: pdf, png", "q: own-words"
    )
    files["01-one/module.md"] += lesson.replace("MODULE", "module.md").encode()
    with writing(site) as session:
        officer = a_person(session, "officer")
        publish(session, SLUG, files, now=NOON)
        enrol(session, officer, current_release(session, SLUG), now=NOON)
    client.sign_in("officer")
    return start(client, START)


def attach(
    client: CheckingClient, base: str, body: bytes, name: str = "history.pdf", text: str = "", number: int = 2
) -> TestResponse:
    """Press “Attach this file” with a file chosen and a text written."""
    page = f"{base}/{number}"
    fields = {"csrf_token": client.token(page), "answer": text, "action": "attach"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    parts.append(f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    sent = "".join(parts).encode() + body + b"\r\n--x--\r\n"
    return client.post(f"{page}/files", data=sent, content_type="multipart/form-data; boundary=x")


def written(client: CheckingClient) -> str:
    """What stands in the field."""
    field = next(client.page.iter(f"{HTML}textarea"))
    return (field.text or "").removeprefix("\n")


def files_in(client: CheckingClient) -> list[str]:
    return [link for link in links_of(client.page) if "/files/" in link]


def stored(site: Flask) -> list[dict[str, object]]:
    with reading(site) as session:
        return [row.response for row in session.scalars(select(Answer).order_by(Answer.id))]


# ---- The text ----


def test_a_text_is_saved_with_its_lines_and_comes_back(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    page = words(client, f"{base}/2")
    assert "Write your answer, at most 150 words. A trainer reads and marks it." in page
    assert "Words: 0 of 150" in page
    answer(client, base, 2, [TEXT.replace("\n", "\r\n")])
    page = words(client, f"{base}/2")
    assert written(client) == TEXT
    assert "Words: 6 of 150" in page
    assert stored(site) == [{"written": TEXT}]


def test_a_text_that_is_too_long_is_kept_and_pointed_out(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 2, ["word " * 163])
    page = words(client, f"{base}/2")
    assert "Words: 163, 13 more than the 150 asked for. All of it is kept." in page
    assert written(client).count("word") == 163


def test_a_text_may_be_taken_back(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 2, [TEXT])
    assert "2 questions are still open" not in words(client, f"{base}/review")
    answer(client, base, 2, [" \r\n "])
    client.get(f"{base}/2")
    assert written(client) == ""
    assert "2 questions are still open" in words(client, f"{base}/review")


def test_the_longest_text_of_wide_letters_fits_into_a_form(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    longest = "😀" * 20_000
    answer(client, base, 2, [longest])
    client.get(f"{base}/2")
    assert written(client) == longest


def test_a_script_saves_a_text_as_anything_typed(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    token = client.token(f"{base}/2")
    body = {"client_id": str(uuid4()), "response": [TEXT]}
    assert client.put(f"{base}/answers/why", json=body, headers={"X-CSRF-Token": token}).status_code == 200
    client.get(f"{base}/2")
    assert written(client) == TEXT


def test_where_one_sees_at_once_what_is_right_a_text_may_still_be_changed(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, "feedback: immediately")
    answer(client, base, 2, ["First"])
    token = client.token(f"{base}/2")
    body = {"client_id": str(uuid4()), "response": ["Second"]}
    assert client.put(f"{base}/answers/why", json=body, headers={"X-CSRF-Token": token}).status_code == 200
    client.get(f"{base}/2")
    assert written(client) == "Second"
    answer(client, base, 2, [""])
    page = words(client, f"{base}/2")
    assert written(client) == ""
    assert "You can change it until you hand in." in page
    answer(client, base, 2, ["Third"])
    client.get(f"{base}/2")
    assert written(client) == "Third"
    hand_in(client, base)
    with reading(site) as session:
        assert session.scalars(select(HandMarking.question_id)).all() == ["why"]


def test_one_sees_what_is_looked_at_and_nothing_of_the_levels(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 2, [TEXT])
    attach(client, base, PDF, text=TEXT)
    page = words(client, f"{base}/2")
    assert "What is looked at Names the red flags at most 2 points Says what to do at most 2 points" in page
    for path in (START, f"{base}/1", f"{base}/2", f"{base}/review", LESSON, hand_in(client, base)):
        text = client.get(path).get_data(as_text=True)
        assert [secret for secret in SECRETS if secret in text] == [], path


def test_points_that_count_otherwise_than_in_the_rubric_are_explained(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client, quiz=SECOND_OPEN + SINGLE)
    page = words(client, f"{base}/1")
    assert "Is clear at most one point Together they are 1 point; here they count as 2 points." in page


# ---- Files ----


def test_a_file_is_attached_with_the_text_and_read_again_by_its_owner(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    assert "Up to 3 files: PDF, PNG, at most 5 MB each." in words(client, f"{base}/2")
    led = attach(client, base, PDF, "C:\\fakepath\\Отчёт о счёте.PDF", TEXT)
    assert (led.status_code, led.location) == (303, f"{base}/2#question-files")
    page = words(client, f"{base}/2")
    assert "Отчёт о счёте.pdf" in page
    assert written(client) == TEXT
    kept = client.get(files_in(client)[0])
    assert kept.get_data() == PDF
    assert kept.mimetype == "application/pdf"
    assert kept.headers["Content-Disposition"].startswith("attachment;")
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.headers["Cache-Control"] == "no-store"
    assert "sandbox" in kept.headers["Content-Security-Policy"]


def test_a_file_alone_is_an_answer(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    answer(client, base, 1, [])
    attach(client, base, a_png())
    assert "One question is still open" in words(client, f"{base}/review")
    hand_in(client, base)
    with reading(site) as session:
        assert session.scalars(select(HandMarking.question_id)).all() == ["why"]


@pytest.mark.parametrize(
    ("body", "name", "status", "said"),
    [
        (b"MZ\x90\x00", "history.pdf", 422, "This file is none of these: PDF, PNG."),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png", 422, "none of these: PDF, PNG."),
        (b"\n%PDF-1.7", "history.pdf", 422, "none of these: PDF, PNG."),
        (a_photograph(), "photo.jpg", 422, "none of these"),
        (a_photograph(300, 200, "PNG")[:-90], "photo.png", 422, "This picture is damaged or did not arrive whole."),
        (a_bomb(), "photo.png", 422, "This picture has more than 25 million pixels."),
        (a_moving_picture(), "photo.png", 422, "This picture moves."),
        (b"", "history.pdf", 422, "Choose a file first"),
        (b"%PDF-" + b" " * LARGEST_FILE, "history.pdf", 422, "This file is larger than 5 MB."),
    ],
)
def test_what_cannot_be_attached_is_said_and_the_text_is_kept(
    site: Flask, client: CheckingClient, body: bytes, name: str, status: int, said: str
) -> None:
    base = opened(site, client)
    response = attach(client, base, body, name, TEXT)
    assert response.status_code == status
    assert said in words_of(client.page)
    assert written(client) == TEXT
    assert files_in(client) == []
    assert stored(site) == [{"written": TEXT}]


@pytest.mark.parametrize(("form", "tail"), [("PNG", b""), ("JPEG", b""), ("PNG", a_zip()), ("JPEG", a_zip())])
def test_a_picture_tells_who_marks_it_neither_place_nor_telephone_and_hides_no_file(
    site: Flask, client: CheckingClient, form: str, tail: bytes
) -> None:
    base = opened(site, client, quiz=SINGLE + OPEN.replace("upload: pdf, png", "upload: pdf, png, jpg"))
    sent = a_photograph(300, 200, form, exif=exif_with_place(6)) + tail
    assert attach(client, base, sent, "desk.png").status_code == 303
    client.get(f"{base}/2")
    kept = client.get(files_in(client)[0]).get_data()
    assert read(kept).size == (200, 300)
    assert not read(kept).getexif()
    for secret in (b"Dorn", b"hidden.txt"):
        assert secret in sent + a_zip()
        assert secret not in kept


def test_more_than_a_site_takes_is_refused(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    assert attach(client, base, b"%PDF-" + b" " * 9_000_000).status_code == 413


def test_there_is_room_for_three_files_and_the_same_one_counts_once(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    for width in range(1, MOST_FILES + 1):
        assert attach(client, base, a_png(width)).status_code == 303
        assert attach(client, base, a_png(width), "again.png").status_code == 303
    client.get(f"{base}/2")
    assert len(set(files_in(client))) == MOST_FILES
    assert "Attach this file" not in words_of(client.page)
    token = client.token(f"{base}/2")
    data = {"csrf_token": token, "file": (BytesIO(PDF), "more.pdf")}
    response = client.post(f"{base}/2/files", data=data, content_type="multipart/form-data")
    assert response.status_code == 409
    assert "There are 3 files already." in words_of(client.page)


def test_a_file_can_be_taken_back_while_the_attempt_is_open(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    attach(client, base, PDF, text="Before")
    client.get(f"{base}/2")
    (file,) = files_in(client)
    remove = f"{base}/2/files/{file.rpartition('/')[2]}/remove"
    assert client.send(remove, {"answer": "After"}, page=f"{base}/2").status_code == 303
    client.get(f"{base}/2")
    assert files_in(client) == []
    assert written(client) == "After"
    assert client.get(file).status_code == 404
    assert client.send(remove, {"answer": "After"}, page=f"{base}/2").status_code == 404


def test_files_stay_as_they_are_once_handed_in(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    attach(client, base, PDF)
    client.get(f"{base}/2")
    (file,) = files_in(client)
    hand_in(client, base)
    for path in (f"{base}/2/files", f"{base}/2/files/{file.rpartition('/')[2]}/remove"):
        response = client.send(path, {"file": (BytesIO(a_png()), "late.png")}, content_type="multipart/form-data")
        assert (response.status_code, response.location) == (303, f"{base}/result")
    assert client.get(file).get_data() == PDF
    with reading(site) as session:
        assert len(session.scalars(select(Attachment.id)).all()) == 1


def test_a_file_is_nobody_elses(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    attach(client, base, PDF)
    client.get(f"{base}/2")
    (file,) = files_in(client)
    with writing(site) as session:
        other = a_person(session, "other")
        enrol(session, other, current_release(session, SLUG), now=NOON)
    client.send("/sign-out")
    client.sign_in("other")
    own = start(client, START)
    name = file.rpartition("/")[2]
    for path in (file, f"{own}/files/{name}", f"{own}/files/%00"):
        assert client.get(path).status_code == 404
    assert client.send(f"{own}/2/files/{name}/remove", page=f"{own}/2").status_code == 404
    response = client.send(f"{base}/2/files", {"file": (BytesIO(PDF), "x.pdf")}, content_type="multipart/form-data")
    assert response.status_code == 404


def test_a_question_that_asks_for_no_file_takes_none(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    assert attach(client, base, PDF, number=1).status_code == 409


def test_a_file_that_was_chosen_and_not_attached_is_not_lost_in_silence(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    data = {"answer": TEXT, "action": "next", "file": "history.pdf"}
    response = client.send(f"{base}/2", data, page=f"{base}/2")
    assert response.status_code == 422
    assert "The file you chose is not attached yet." in words_of(client.page)
    assert written(client) == TEXT


# ---- Check yourself ----


def test_in_a_lesson_one_compares_and_nothing_is_kept(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    page = words(client, LESSON)
    assert "Write your answer and compare it. Nobody else sees it, and it is not kept." in page
    assert "Names the red flags" not in page
    response = client.send(CHECK, {"answer": TEXT}, page=LESSON)
    assert response.status_code == 200
    page = words_of(client.page)
    assert "Compare your answer with what is looked at Names the red flags Says what to do Why" in page
    assert "Why zqexplanation" in page
    assert "zqlevel" not in page
    assert "zqmodel" not in page
    assert TEXT in [(field.text or "").removeprefix("\n") for field in client.page.iter(f"{HTML}textarea")]
    assert stored(site) == []


def test_nothing_written_is_nothing_to_compare(site: Flask, client: CheckingClient) -> None:
    opened(site, client)
    assert client.send(CHECK, {"answer": "  "}, page=LESSON).status_code == 200
    page = words_of(client.page)
    assert "Write an answer first." in page
    assert "Names the red flags" not in page


def test_a_page_of_an_open_answer_names_its_field(site: Flask, client: CheckingClient) -> None:
    base = opened(site, client)
    client.get(f"{base}/2")
    field = next(client.page.iter(f"{HTML}textarea"))
    label = next(node for node in client.page.iter(f"{HTML}label") if node.get("for") == field.get("id"))
    assert text_of(label) == "Your answer"
    assert field.get("aria-describedby") == "help question-count"
    assert field.get("maxlength") == "20000"

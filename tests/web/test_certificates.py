"""Certificates: the list, the paper for its holder, verification for anyone."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pypdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from elearn.app import create_app
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.db.engine import Database
from elearn.settings import Settings
from tests.checking import HTML, CheckingClient, links_of, text_of, words_of
from tests.factories import (
    NOON,
    a_course,
    a_person,
    an_enrolment,
    course_files,
    learn,
    reading,
    the_person,
    writing,
)
from tests.web.conftest import OFFICER

FIELDS = {
    "Holder": "Айгүл Серікқызы ӘбдірахмановаAigul Abdirakhmanova",
    "Kind": "Completion of a course",
    "Course": "A small course",
    "Hours of study": "1",
    "Result of the exam": "100 of 100, pass line 80",
    "Language and version": "English, 0.1.0",
    "Completed": "21 November 2026",
    "Valid until": "21 November 2028",
    "Edition": "Self-study, 2026",
    "Issued by": "Financial Intelligence Unit",
}


@pytest.fixture
def code(taught: Flask) -> str:
    """The number of the officer's certificate."""
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
        return session.scalars(select(Certificate.code)).one()


@pytest.fixture
def stranger(taught: Flask) -> CheckingClient:
    """Somebody without an account."""
    found = taught.test_client()
    assert isinstance(found, CheckingClient)
    return found


def fields_of(client: CheckingClient) -> dict[str, str]:
    """The fields on the last page, by their label."""
    boxes = [node for node in client.page.iter(f"{HTML}dl") if "signed" in (node.get("class") or "")]
    pairs = list(boxes[0].iter(f"{HTML}dt")), list(boxes[0].iter(f"{HTML}dd"))
    return {text_of(label): text_of(value) for label, value in zip(*pairs, strict=True)}


def text_of_pdf(data: bytes) -> str:
    """The words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


# ---- Verification ----


def test_anyone_sees_every_printed_field(stranger: CheckingClient, code: str) -> None:
    response = stranger.get(f"/verify/{code}")

    assert response.status_code == 200
    assert fields_of(stranger) == FIELDS | {"Number": code}
    assert "This certificate is genuine and valid" in words_of(stranger.page)
    assert "The certificate as PDF" not in words_of(stranger.page)


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", "–")])
def test_a_number_may_be_typed_in_many_ways(stranger: CheckingClient, code: str, change: object) -> None:
    assert callable(change)
    response = stranger.get("/verify", query_string={"code": f" {change(code)} "})

    assert response.location == f"/verify/{code}"
    assert stranger.get(f"/verify/{change(code)}").status_code == 200
    assert fields_of(stranger)["Number"] == code


def test_the_form_to_type_a_number_is_open_to_anyone(stranger: CheckingClient) -> None:
    response = stranger.get("/verify")

    assert response.status_code == 200
    assert "Type the number that stands at the top of the paper" in words_of(stranger.page)


@pytest.mark.parametrize(
    "typed",
    [
        "AAAA-AAAA-AAAA-AAAA",
        "unknown",
        "1",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "A" * 3000,
        "%00",
        "..",
        "日本",
    ],
)
def test_an_unknown_number_gets_a_sentence(stranger: CheckingClient, code: str, typed: str) -> None:
    first = stranger.get("/verify", query_string={"code": typed})
    response = stranger.get(first.location)

    assert first.status_code == 302
    assert response.status_code == 404
    assert "No certificate has this number" in words_of(stranger.page)
    assert "Check each letter." in words_of(stranger.page)
    assert stranger.get(f"/verify/{typed}").status_code == 404


def test_a_revoked_certificate_says_so_with_its_reason_and_every_field(
    taught: Flask, stranger: CheckingClient, code: str
) -> None:
    with writing(taught) as session:
        revoke_certificate(session, code, "Issued to <i>another</i> person.", now=NOON + timedelta(days=1))
    assert stranger.get(f"/verify/{code}").status_code == 200
    page = words_of(stranger.page)

    assert "This certificate was revoked" in page
    assert "took it back on 22 November 2026: Issued to <i>another</i> person." in page
    assert "genuine and valid" not in page
    assert fields_of(stranger) == FIELDS | {"Number": code}


def test_an_expired_certificate_says_so(stranger: CheckingClient, code: str) -> None:
    with time_machine.travel(NOON + timedelta(days=800), tick=False):
        stranger.get(f"/verify/{code}")

    assert "This certificate is genuine, but it has expired" in words_of(stranger.page)
    assert "It was valid until 21 November 2028." in words_of(stranger.page)


def test_verification_sets_no_cookie_and_asks_for_nothing(stranger: CheckingClient, code: str) -> None:
    response = stranger.get(f"/verify/{code}")

    assert response.headers.getlist("Set-Cookie") == []


def test_a_search_engine_keeps_no_certificate_but_may_lead_to_the_form(stranger: CheckingClient, code: str) -> None:
    for path in (f"/verify/{code}", "/verify/AAAA-AAAA-AAAA-AAAA"):
        assert stranger.get(path).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in stranger.get("/verify").headers


def test_the_holder_is_offered_the_paper(learner: CheckingClient, code: str) -> None:
    learner.get(f"/verify/{code}")

    assert f"/certificates/{code}.pdf" in links_of(learner.page)


# ---- One's own ----


def test_who_has_none_is_told_how_to_get_one(learner: CheckingClient) -> None:
    learner.get("/certificates")

    assert "None yet." in words_of(learner.page)
    assert links_of(learner.page) == ["/courses"]


def test_ones_certificates_are_listed_with_their_paper(learner: CheckingClient, code: str) -> None:
    learner.get("/certificates")
    page = words_of(learner.page)

    assert "Completed on 21 November 2026" in page
    assert "Valid until 21 November 2028" in page
    assert code in page
    assert links_of(learner.page) == [f"/verify/{code}", f"/certificates/{code}.pdf"]


def test_a_course_leads_to_its_certificate(learner: CheckingClient, code: str) -> None:
    assert learner.get("/courses/demo/certificate").location == f"/verify/{code}"


def test_a_course_without_a_certificate_of_mine_leads_nowhere(taught: Flask, code: str) -> None:
    other = taught.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("manager")

    assert other.get("/courses/demo/certificate").status_code == 404
    assert other.get("/courses/nowhere/certificate").status_code == 404


# ---- The paper ----


def test_the_paper_has_every_field_that_verification_shows(
    learner: CheckingClient, stranger: CheckingClient, code: str
) -> None:
    response = learner.get(f"/certificates/{code}.pdf")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.headers["Content-Disposition"] == f'inline; filename="certificate-{code}.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    paper = text_of_pdf(response.get_data())

    stranger.get(f"/verify/{code}")
    shown = fields_of(stranger)
    assert "Certificate of completion" in paper
    assert "training.example/verify" in paper
    for label, value in shown.items():
        if label in ("Holder", "Kind", "Number", "Course", "Issued by"):
            continue
        assert f"{label}" in paper
        assert value in paper, label
    for value in ("Айгүл Серікқызы Әбдірахманова", "Aigul Abdirakhmanova", code, "A small course", shown["Issued by"]):
        assert value in paper


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Нұрлан Қасымов", "Nurlan Qasymov"),
        ("Чыңгыз Өсмөнов Үмөт", None),
        ("Сӯҳроб Ҷӯраев Раҳимӣ Ғанӣ", None),
        ("Gülşirin Öwezowa Nyýazow Ňž", None),
        ("Oʻgʻiloy Joʻrayeva", "Ogiloy Jorayeva"),
        ("Сергій Львович Ёлкин", None),
    ],
)
def test_names_are_right_in_all_six_alphabets_on_the_page_and_on_paper(
    taught: Flask, name: str, latin: str | None
) -> None:
    with writing(taught) as session:
        person = a_person(session, "holder", full_name=name, latin_name=latin)
        learn(session, an_enrolment(session, person))
        code = session.scalars(select(Certificate.code)).one()
    client = taught.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in("holder")
    client.get(f"/verify/{code}")

    assert fields_of(client)["Holder"] == name + (latin or "")
    assert name in text_of_pdf(client.get(f"/certificates/{code}.pdf").get_data())


def test_the_paper_is_for_its_holder_alone(taught: Flask, stranger: CheckingClient, code: str) -> None:
    assert stranger.get(f"/certificates/{code}.pdf").location == f"/sign-in?next=/certificates/{code}.pdf"
    for name in ("manager", "admin", "trainer"):
        other = taught.test_client()
        assert isinstance(other, CheckingClient)
        other.sign_in(name)
        response = other.get(f"/certificates/{code}.pdf")
        assert response.status_code == 404
        assert "No certificate has this number." in words_of(other.page)


@pytest.mark.parametrize("name", ["AAAA-AAAA-AAAA-AAAA.pdf", "x.pdf", "%2e%2e.pdf"])
def test_a_paper_nobody_has_is_not_found(learner: CheckingClient, code: str, name: str) -> None:
    assert learner.get(f"/certificates/{name}").status_code == 404


def test_the_paper_in_russian_is_in_russian_and_has_the_same_facts(learner: CheckingClient, code: str) -> None:
    paper = text_of_pdf(learner.get(f"/certificates/{code}.pdf?lang=ru").get_data())

    assert "Айгүл Серікқызы Әбдірахманова" in paper
    assert code in paper
    assert "21 ноября 2026" in paper
    assert "Certificate of completion" not in paper


def test_a_name_whose_letters_we_do_not_have_is_named_in_a_sentence_and_can_be_verified(taught: Flask) -> None:
    with writing(taught) as session:
        person = a_person(session, "holder", full_name="王小明")
        learn(session, an_enrolment(session, person))
        code = session.scalars(select(Certificate.code)).one()
    client = taught.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in("holder")

    assert client.get(f"/certificates/{code}.pdf").status_code == 422
    assert re.search("its typefaces lack [^.]*王", words_of(client.page))
    assert client.get(f"/verify/{code}").status_code == 200
    assert fields_of(client)["Holder"] == "王小明"


@pytest.mark.parametrize("count", [1, 13])
def test_a_long_title_and_a_long_name_fit_on_the_paper(taught: Flask, count: int) -> None:
    title, name = "Long words of a course " * count, "Әбдірахманова " * count
    with writing(taught) as session:
        person = a_person(session, "holder", full_name=name.strip())
        course = a_course(session, "titled", files=course_files("titled", title.strip()))
        learn(session, an_enrolment(session, person, course))
        code = session.scalars(select(Certificate.code)).one()
    client = taught.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in("holder")
    response = client.get(f"/certificates/{code}.pdf")

    assert response.status_code == 200
    assert text_of_pdf(response.get_data()).count("Әбдірахманова") == count


@pytest.fixture
def nameless(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """A site whose administrator has not set its address."""
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update={"public_url": None}), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        learn(session, an_enrolment(session, a_person(session, OFFICER), a_course(session)))
    yield app
    database.dispose()


def test_without_an_address_of_the_site_nothing_is_printed_and_the_page_says_why(nameless: Flask) -> None:
    with reading(nameless) as session:
        code = session.scalars(select(Certificate.code)).one()
    client = nameless.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(OFFICER)
    response = client.get(f"/certificates/{code}.pdf")

    assert response.status_code == 409
    assert "the administrator must set ELEARN_PUBLIC_URL" in words_of(client.page)
    assert client.get(f"/verify/{code}").status_code == 200
    client.get("/certificates")
    assert "They cannot be printed yet" in words_of(client.page)
    assert links_of(client.page) == [f"/verify/{code}"]


def test_a_course_valid_for_good_and_without_an_exam_says_both(taught: Flask, stranger: CheckingClient) -> None:
    files = course_files("short", "A short course")
    del files["exam.md"]
    files["course.md"] = (
        files["course.md"]
        .replace(b"completion: {modules: all, quizzes: all, exam: 80}", b"completion: {modules: all}")
        .replace(b"certificate: {valid: 24 months}", b"certificate: {}")
    )
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        learn(session, an_enrolment(session, person, a_course(session, "short", files=files)))
        code = session.scalars(select(Certificate.code)).one()
    stranger.get(f"/verify/{code}")

    fields = fields_of(stranger)
    assert (fields["Result of the exam"], fields["Valid until"]) == ("No exam", "no end")

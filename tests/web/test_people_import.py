"""People from a file, in the browser: looked at first, added once, within reach only."""

import html
import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from elearn.accounts.models import Cohort, CohortMember, Person, RoleGrant
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient, text_in
from tests.factories import a_person, an_agency, reading, the_person, writing

FILE = """username,firstname,lastname,institution,idnumber,cohort1
aigul,Айгүл,Әбдірахманова,here,17,December
ivan,Иван,Ёлкин,here,18,December
broken,,,nowhere,,
"""


@pytest.fixture
def desk(site: Flask, client: CheckingClient) -> CheckingClient:
    """A client signed in as the administrator of the country XA, where «here» is; «there» is in XB."""
    with writing(site) as session:
        here = an_agency(session, "here")
        an_agency(session, "there", country="XB")
        a_person(session, "coordinator", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.COUNTRY),))
    client.sign_in("coordinator")
    return client


def look(desk: CheckingClient, text: str | bytes, name: str = "people.csv") -> TestResponse:
    """Send a file to be looked at."""
    data = text.encode() if isinstance(text, str) else text
    return desk.send(
        "/people/import",
        {"file": (io.BytesIO(data), name)},
        page="/people/import",
        content_type="multipart/form-data",
    )


def add(desk: CheckingClient, page: TestResponse, **changes: object) -> TestResponse:
    """Press «Import» on a page that was looked at."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text_in(page)))
    assert fields.keys() == {"csrf_token", "file"}
    sent = {name: html.unescape(value) for name, value in fields.items()} | changes
    return desk.post("/people/import/add", data=sent, content_type="multipart/form-data")


def people_count(site: Flask) -> int:
    """How many people there are."""
    with reading(site) as session:
        return session.scalar(select(func.count(Person.id))) or 0


def test_a_file_is_looked_at_row_by_row_and_nothing_is_written(site: Flask, desk: CheckingClient) -> None:
    before = people_count(site)
    page = text_in(look(desk, FILE))

    assert "2 people would be added. One row cannot be added." in page
    assert "There is no agency with the code or name nowhere within your reach." in page
    assert "Joins" not in page, "what the new ones join needs no line each"
    assert people_count(site) == before


def test_those_who_are_new_are_added_without_a_password_and_join_their_cohort(
    site: Flask, desk: CheckingClient
) -> None:
    answer = add(desk, look(desk, FILE))

    assert (answer.status_code, answer.location) == (303, "/people/import?added=2&joined=2")
    assert "2 people were added. Cohorts got 2 people." in text_in(desk.get(answer.location))
    with reading(site) as session:
        found = the_person(session, "aigul")
        assert (found.full_name, found.staff_number, found.password_hash) == ("Айгүл Әбдірахманова", "17", None)
        roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == found.id)).all()
        assert roles == [Role.OFFICER]
        assert session.scalars(select(Cohort.name)).all() == ["December"]
        assert session.scalar(select(func.count()).select_from(CohortMember)) == 2


def test_the_same_file_again_changes_nothing_and_says_so(site: Flask, desk: CheckingClient) -> None:
    whole = FILE.replace("broken,,,nowhere,,\n", "")
    add(desk, look(desk, whole))
    before = people_count(site)
    page = look(desk, whole)

    assert "Everybody in this file is here already: there is nothing to do." in text_in(page)
    assert ">Import</button>" not in text_in(page)
    assert add(desk, page).location == "/people/import?added=0&joined=0"
    assert "Nothing was changed" in text_in(desk.get("/people/import?added=0&joined=0"))
    assert people_count(site) == before


def test_a_page_that_was_looked_at_long_ago_adds_nobody_twice(site: Flask, desk: CheckingClient) -> None:
    page = look(desk, FILE)
    add(desk, page)
    before = people_count(site)

    assert add(desk, page).location == "/people/import?added=0&joined=0"
    assert people_count(site) == before


def test_nearly_the_same_name_is_added_only_where_it_is_ticked(site: Flask, desk: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, "old", full_name="Ёлкин Иван", agency=an_agency(session, "here"))
    text = "username,full_name,agency\nivan,Иван Ёлкин,here\n"
    page = look(desk, text)

    assert "Nearly the name of Ёлкин Иван (old)." in text_in(page)
    assert add(desk, page).location == "/people/import?added=0&joined=0"
    assert add(desk, look(desk, text), also="2").location == "/people/import?added=1&joined=0"


def test_nobody_is_added_out_of_reach_and_nothing_there_is_told(site: Flask, desk: CheckingClient) -> None:
    with writing(site) as session:
        a_person(session, "secret", full_name="Ҳасан Раҳимӣ", agency=an_agency(session, "there", country="XB"))
    text = "username,full_name,agency\nnew1,Иван Первый,there\nsecret,Ҳасан Раҳимӣ,here\n"
    page = look(desk, text)
    before = people_count(site)

    assert "There is no agency with the code or name there within your reach." in text_in(page)
    assert "The sign-in name secret belongs to somebody else." in text_in(page)
    assert "Is here already" not in text_in(page)
    assert add(desk, page).location == "/people/import?added=0&joined=0"
    assert people_count(site) == before


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("username,full_name,agency,password\na,b,c,d\n", "The file has a column of passwords."),
        ("username,full_name\na,b\n", "The file has no column for agency."),
        ("username,full_name,agency\n", "The file has no rows below its first line"),
        (b"PK\x03\x04nothing", "This is neither a CSV nor an XLSX file"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(
    desk: CheckingClient, data: str | bytes, sentence: str
) -> None:
    answer = look(desk, data)

    assert answer.status_code == 422
    assert sentence in text_in(answer)


def test_a_form_without_a_file_and_one_that_was_tampered_with_are_refused(desk: CheckingClient) -> None:
    empty = desk.send("/people/import", {}, page="/people/import", content_type="multipart/form-data")
    assert (empty.status_code, "Choose the file with the people." in text_in(empty)) == (422, True)

    answer = add(desk, look(desk, FILE), file="AAAA")
    assert (answer.status_code, "The file did not come back whole." in text_in(answer)) == (422, True)


def test_formulas_and_markup_in_a_file_stay_text(desk: CheckingClient) -> None:
    page = text_in(look(desk, "username,full_name,agency,<script>\n=1+1,<b>x</b>,here,\n"))

    assert "<b>x" not in page and "&lt;b&gt;x" in page
    assert "<script>\n" not in page and "&lt;script&gt;" in page


def test_only_administrators_import(taught: Flask, learner: CheckingClient) -> None:
    assert learner.get("/people/import").status_code == 403
    assert learner.send("/people/import", {}).status_code == 403
    assert learner.send("/people/import/add", {}).status_code == 403


def test_the_staff_number_stands_on_the_page_of_a_person_and_is_once_in_an_agency(
    site: Flask, desk: CheckingClient
) -> None:
    add(desk, look(desk, FILE))
    with reading(site) as session:
        public_id = the_person(session, "aigul").public_id
    page = f"/people/{public_id}"
    assert 'value="17"' in text_in(desk.get(page))
    changed = {"full_name": "Айгүл Ә", "latin_name": "", "email": "", "language": "", "agency": "here"}

    answer = desk.send(page, changed | {"staff_number": "18"}, page=page)
    assert (answer.status_code, "Somebody else of this agency has the staff number 18." in text_in(answer)) == (
        409,
        True,
    )
    assert desk.send(page, changed | {"staff_number": "19"}, page=page).status_code == 302

"""The administrator's pages and one's own account, through the checking client."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn.accounts.models import Person, RoleGrant, UserSession
from elearn.accounts.queries import grants_held, person_by_sign_in_name
from elearn.accounts.services import grant_role
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.policy import Role, ScopeKind
from tests.checking import PASSWORD, CheckingClient
from tests.factories import a_person, an_agency

ACTS = ("", "/give-role", "/take-role", "/disable", "/enable", "/reset-password")
NEW_PERSON = {
    "full_name": "Гүлнар Оспанова",
    "latin_name": "Gulnar Ospanova",
    "sign_in_name": "g.ospan",
    "email": "",
    "language": "",
    "agency": "here",
}


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A session that is committed at the end."""
    database: Database = app.extensions["elearn.database"]
    with database.writing() as session:
        yield session
        session.commit()


def client_of(app: Flask, name: str, password: str = PASSWORD) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    found.sign_in(name, password)
    return found


@pytest.fixture
def people(site: Flask) -> dict[str, str]:
    """Two agencies in two countries, administrators of three reaches, two officers: their public ids by name."""
    with writing(site) as session:
        here, there = an_agency(session, "here"), an_agency(session, "there", country="XB")
        everywhere = ((Role.ADMINISTRATOR, ScopeKind.ALL),)
        made = [
            a_person(session, "boss", agency=here, roles=everywhere),
            a_person(session, "second", agency=there, roles=everywhere),
            a_person(session, "local", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),)),
            a_person(session, "country", agency=there, roles=((Role.ADMINISTRATOR, ScopeKind.COUNTRY),)),
            a_person(session, "near", agency=here, full_name="Айгүл Әбдірахманова"),
            a_person(session, "far", agency=there, full_name="Oʻgʻiloy Joʻrayeva"),
        ]
        return {person.sign_in_name: person.public_id for person in made}


def roles(site: Flask, name: str) -> set[str]:
    with writing(site) as session:
        person = person_by_sign_in_name(session, name)
        assert person is not None
        return {held.text for held in grants_held(session, [person.id])[person.id]}


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def listed(client: CheckingClient, **query: str) -> list[str]:
    page = client.get("/people", query_string=query).get_data(as_text=True)
    return re.findall(r'<th scope="row"><a href="/people/[^"]+">([^<]+)</a>', unescape(page))


# ---- The list ----


def test_an_administrator_over_everything_sees_everybody(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    assert len(listed(client)) == 6
    assert "6 people" in client.get("/people").get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "sees"), [("local", {"boss", "local", "near"}), ("country", {"second", "country", "far"})]
)
def test_others_see_only_who_is_within_reach(site: Flask, people: dict[str, str], name: str, sees: set[str]) -> None:
    client = client_of(site, name)
    page = client.get("/people").get_data(as_text=True)
    for other, public_id in people.items():
        assert (f"/people/{public_id}" in page) == (other in sees)
    # Filters show nothing beyond: neither the agency's name nor its people.
    assert "Agency there" not in page or name == "country"
    assert listed(client, agency="here" if name == "country" else "there") == listed(client)
    assert listed(client, q="o") == listed(client, q="o", role="officer")


def test_filters_are_in_the_address(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    assert listed(client, q="айгүл") == ["Айгүл Әбдірахманова"]
    assert listed(client, q="o'g'il", agency="there") == ["Oʻgʻiloy Joʻrayeva"]
    assert listed(client, q="айгүл", agency="there") == []
    assert len(listed(client, role="administrator")) == 4
    assert listed(client, state="disabled") == []
    page = client.get("/people?q=айгүл&role=officer").get_data(as_text=True)
    assert 'value="айгүл"' in page
    assert re.search(r'<option selected value="officer">', page)


def test_nonsense_in_the_address_shows_a_page(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    for query in (
        "role=king", "state=x", "agency=nowhere", "page=-5", "page=x", "page=99999999999999999999", "q=%01%F0%9F",
        "q=" + "x" * 3000, "q=%25", "lang=xx", "done=nonsense",
    ):  # fmt: skip
        assert client.get(f"/people?{query}").status_code == 200


def test_a_long_list_has_pages_that_keep_the_filters(site: Flask, people: dict[str, str]) -> None:
    with writing(site) as session:
        agency = an_agency(session, "here")
        for number in range(120):
            a_person(session, f"p{number:03}", agency=agency, full_name=f"Zulfiya Number {number:03}")
    client = client_of(site, "boss")
    pages = [listed(client, q="zulfiya", page=str(page)) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 20, 20]  # there is no fourth: the last one is shown
    assert len({name for page in pages for name in page}) == 120
    page = client.get("/people?q=zulfiya&page=2").get_data(as_text=True)
    assert "51 to 100 of 120" in page
    assert 'href="/people?q=zulfiya&amp;page=3" rel="next"' in page
    assert 'href="/people?q=zulfiya" rel="prev"' in page


def test_only_administrators_manage_people(site: Flask, people: dict[str, str]) -> None:
    with writing(site) as session:
        agency = an_agency(session, "here")
        for role, scope in (
            (Role.TRAINER, ScopeKind.ALL), (Role.MANAGER, ScopeKind.ALL), (Role.ORGANISER, ScopeKind.ALL),
        ):  # fmt: skip
            a_person(session, f"a-{role}", agency=agency, roles=((role, scope),))
    for name in ("near", "a-trainer", "a-manager", "a-organiser"):
        client = client_of(site, name)
        address = f"/people/{people['near']}"
        for page in ("/people", "/people/new", address):
            assert client.get(page).status_code == 403
        assert client.send("/people/new", NEW_PERSON).status_code == 403
        for act in ACTS:
            assert client.send(address + act, {"role": "administrator", "scope": "all"}).status_code == 403
    assert roles(site, "near") == {"officer"}


# ---- Adding ----


ONCE = re.compile(r'class="once"[^>]*>((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})<')


def choose_password(site: Flask, name: str, code: str, password: str) -> int:
    """Use a one-time code, as its owner does."""
    page = "/sign-in/new-password"
    sent = {"sign_in_name": name, "code": code, "new_password": password}
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    return client.send(page, sent, page=page).status_code


def test_a_person_is_added_with_a_code_shown_once_and_chooses_the_password(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "local")
    response = client.send("/people/new", NEW_PERSON, page="/people/new")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    page = response.get_data(as_text=True)
    assert "good once, for 7 days" in page
    found = ONCE.search(page)
    assert found is not None
    assert choose_password(site, "g.ospan", found[1], found[1].lower()) == 422  # the code never becomes the password
    assert choose_password(site, "g.ospan", found[1], "own words for this") == 303
    assert choose_password(site, "g.ospan", found[1], "other words for it") == 403
    assert client_of(site, "g.ospan", "own words for this").get("/account").status_code == 200
    assert roles(site, "g.ospan") == {"officer"}
    page = client.get(f"/people/{public_id_of(site, 'g.ospan')}").get_data(as_text=True)
    assert found[1] not in page
    # Sent again, nothing is done twice.
    again = client.send("/people/new", NEW_PERSON, page="/people/new")
    assert again.status_code == 422
    assert "The sign-in name g.ospan is taken" in again.get_data(as_text=True)


def public_id_of(site: Flask, name: str) -> str:
    with writing(site) as session:
        person = person_by_sign_in_name(session, name)
        assert person is not None
        return person.public_id


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "Write the person's name."),
        ("full_name", "<script>alert(1)</script>", "A name has up to 200 letters"),
        ("full_name", "Ivan\u202egnitirw", "A name has up to 200 letters"),
        ("full_name", "Ivan\x01", "A name has up to 200 letters"),
        ("full_name", "x" * 201, "no more than 200"),
        ("latin_name", "Гүлнар", "The Latin name is written as in the passport"),
        ("email", "nobody", "An e-mail address looks like"),
        ("sign_in_name", "", "Write a sign-in name."),
        ("sign_in_name", "Гүлнар", "A sign-in name has 2 to 60 letters"),
        ("sign_in_name", "50%s", "50%s is not one"),
        ("sign_in_name", "NEAR", "The sign-in name near is taken"),
        ("agency", "there", "Choose one of what the list offers"),
        ("agency", "", "Choose one of what the list offers"),
        ("language", "xx", "Choose one of what the list offers"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    site: Flask, people: dict[str, str], field: str, value: str, sentence: str
) -> None:
    client = client_of(site, "local")
    response = client.send("/people/new", NEW_PERSON | {field: value}, page="/people/new")
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert sentence in unescape(page)
    assert f'id="{field}-error"' in page
    assert "<script>alert" not in page
    with writing(site) as session:
        assert session.scalar(select(func.count(Person.id))) == 6


# ---- One person ----


def test_somebody_out_of_reach_is_not_there_to_read_or_to_change(site: Flask, people: dict[str, str]) -> None:
    for name, other in (("local", "far"), ("local", "second"), ("country", "near"), ("country", "boss")):
        client = client_of(site, name)
        assert client.get(f"/people/{people[other]}").status_code == 404
        for act in ACTS:
            data = {"role": "officer", "scope": "", **NEW_PERSON}
            assert client.send(f"/people/{people[other]}{act}", data).status_code == 404
    for wrong in ("nobody", "x" * 22, "%00" * 22):
        assert client.get(f"/people/{wrong}").status_code == 404
    with writing(site) as session:
        assert session.scalar(select(func.count(Person.id)).where(Person.disabled_at.is_not(None))) == 0


def test_a_person_is_changed(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    address = f"/people/{people['near']}"
    data = {
        "full_name": "Gülşirin Aşyrowa",
        "latin_name": "",
        "email": "g@unit.example",
        "language": "ru",
        "agency": "there",
    }
    response = client.send(address, data, page=address)
    assert response.location == f"{address}?done=saved"
    page = client.get(response.location).get_data(as_text=True)
    assert "Saved." in page
    assert 'value="Gülşirin Aşyrowa"' in page
    assert re.search(r'<option selected value="there">', page)
    near = client_of(site, "near")
    assert "Ваш адрес электронной почты изменён." in near.get("/notices").get_data(as_text=True)
    # The person is out of the local administrator's reach now.
    assert client_of(site, "local").get(address).status_code == 404


def test_a_person_is_moved_only_within_reach(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "local")
    address = f"/people/{people['near']}"
    data = {"full_name": "New Name", "latin_name": "", "email": "", "language": "", "agency": "there"}
    response = client.send(address, data, page=address)
    assert response.status_code == 422
    assert "Agency there" not in response.get_data(as_text=True)
    with writing(site) as session:
        person = person_by_sign_in_name(session, "near")
        assert person is not None
        assert person.full_name == "Айгүл Әбдірахманова"


def test_a_name_stored_in_any_way_is_shown_as_text(site: Flask, people: dict[str, str]) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'
    with writing(site) as session:
        person = person_by_sign_in_name(session, "near")
        assert person is not None
        person.full_name = person.latin_name = person.email = evil  # past the rules, as an old import might
        agency = an_agency(session, "here")
        agency.name = agency.country_code and evil
        grant_role(session, person, Role.MANAGER, ScopeKind.AGENCY, agency=agency)
    boss, near = client_of(site, "boss"), client_of(site, "near")
    for client, address in (
        (boss, "/people"),
        (boss, "/people/new"),
        (boss, f"/people/{people['near']}"),
        (boss, "/people?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
        (near, "/account"),
        (near, "/account?done=%3Cscript%3E"),
    ):
        page = client.get(address).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r">49<", page)


def test_a_password_that_another_knows_is_taken_away_at_once_and_a_code_shown_once(
    site: Flask, people: dict[str, str]
) -> None:
    near = client_of(site, "near")
    client = client_of(site, "local")
    address = f"/people/{people['near']}"
    response = client.send(f"{address}/reset-password", page=address)
    assert response.status_code == 201
    page = response.get_data(as_text=True)
    assert "the old password is good no more" in page
    found = ONCE.search(page)
    assert found is not None
    assert near.get("/account").status_code == 302  # signed out everywhere
    sent = {"sign_in_name": "near", "password": PASSWORD}
    assert near.send("/sign-in", sent, page="/sign-in").status_code == 403
    assert "Take the password away" not in client.get(address).get_data(as_text=True)  # there is none
    assert choose_password(site, "near", found[1], "own words for this") == 303
    near = client_of(site, "near", "own words for this")
    assert "Your password was changed." in near.get("/notices").get_data(as_text=True)


def test_a_person_is_disabled_and_enabled(site: Flask, people: dict[str, str]) -> None:
    near, client = client_of(site, "near"), client_of(site, "local")
    address = f"/people/{people['near']}"
    response = client.send(f"{address}/disable", page=address)
    assert response.location == f"{address}?done=disabled"
    page = client.get(response.location).get_data(as_text=True)
    assert "Enable this person" in page
    assert "a code opens it only after you enable it" in page
    assert near.get("/account").status_code == 302
    assert listed(client, state="disabled") == ["Айгүл Әбдірахманова"]
    assert client.send(f"{address}/enable", page=address).location == f"{address}?done=enabled"
    assert near.get("/account").status_code == 302  # the old session stays dead
    assert client_of(site, "near").get("/account").status_code == 200


def test_an_account_with_a_wider_role_is_shown_but_not_changed(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "local")
    address = f"/people/{people['boss']}"
    page = client.get(address).get_data(as_text=True)
    assert "a role that reaches further than yours" in page
    assert "Take the password away" not in page
    data = {"full_name": "Changed", "latin_name": "", "email": "", "language": "", "agency": "here"}
    for act, sent in (("", data), ("/disable", {}), ("/enable", {}), ("/reset-password", {})):
        response = client.send(f"{address}{act}", sent, page=address)
        assert response.status_code == 403
        assert "once" not in re.findall(r'class="([^"]+)"', response.get_data(as_text=True))
    response = client.send(f"{address}/take-role", {"role": "administrator:all"}, page=address)
    assert response.status_code == 403
    assert roles(site, "boss") == {"officer", "administrator:all"}
    assert client_of(site, "boss").get("/people").status_code == 200  # the old password still is the one


def test_nobody_disables_themselves_or_resets_their_own_password(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    address = f"/people/{people['boss']}"
    assert "This is you" in client.get(address).get_data(as_text=True)
    for act, sentence in (
        ("/disable", "You cannot disable your own account."),
        ("/reset-password", "Change your own password on the page of your account."),
    ):
        response = client.send(f"{address}{act}", page=address)
        assert response.status_code == 409
        assert sentence in response.get_data(as_text=True)
    assert client.get("/people").status_code == 200


# ---- Roles ----


def give(client: CheckingClient, public_id: str, role: str, scope: str) -> tuple[int, str]:
    address = f"/people/{public_id}"
    response = client.send(f"{address}/give-role", {"role": role, "scope": scope}, page=address)
    return response.status_code, response.get_data(as_text=True)


def test_roles_are_given_and_taken(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    wanted = {"officer", "trainer:all", "manager:country:XB", "manager:agency:there", "organiser:all"}
    for text in [*sorted(wanted), "trainer"]:
        role, _, scope = text.partition(":")
        assert give(client, people["near"], role, scope)[0] == 302
    assert roles(site, "near") == wanted
    address = f"/people/{people['near']}"
    page = client.get(address).get_data(as_text=True)
    shown = set(re.findall(r'name="role" value="([^"]+)"', page))
    assert shown == wanted
    for text in sorted(shown):
        response = client.send(f"{address}/take-role", {"role": text}, page=address)
        assert response.location == f"{address}?done=role-taken"
    assert roles(site, "near") == set()
    assert client_of(site, "near").get("/courses").status_code == 403
    assert client.send(f"{address}/take-role", {"role": "officer"}, page=address).status_code == 404


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("manager", "", 422),
        ("administrator", "", 422),
        ("trainer", "agency:here", 422),
        ("officer", "all", 422),
        ("king", "all", 422),
        ("manager", "agency:nowhere", 422),
        ("manager", "country:QQ", 422),
        ("manager", "all:x", 422),
        ("", "", 422),
        ("manager", "\x00", 422),
    ],
)
def test_a_role_that_does_not_exist_is_refused(
    site: Flask, people: dict[str, str], role: str, scope: str, status: int
) -> None:
    assert give(client_of(site, "boss"), people["near"], role, scope)[0] == status
    assert roles(site, "near") == {"officer"}


@pytest.mark.parametrize("name", ["local", "country"])
def test_nobody_gives_more_than_their_own_reach(site: Flask, people: dict[str, str], name: str) -> None:
    client = client_of(site, name)
    other, own = ("near", "agency:here") if name == "local" else ("far", "country:XB")
    page = client.get(f"/people/{people[other]}").get_data(as_text=True)
    assert 'value="trainer"' not in page
    assert 'value="all"' not in page
    beyond = ["all", "country:XA", "agency:there" if name == "local" else "agency:here"]
    for role in ("manager", "organiser", "administrator"):
        for scope in beyond:
            assert give(client, people[other], role, scope)[0] == 422
    assert give(client, people[other], "trainer", "all")[0] == 422
    assert give(client, people[other], "trainer", "")[0] == 422
    # Not to themselves either.
    assert give(client, people[name], "administrator", "all")[0] == 422
    assert roles(site, other) == {"officer"}
    assert give(client, people[other], "administrator", own)[0] == 302


def test_the_last_administrator_over_everything_stays(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    second, boss = f"/people/{people['second']}", f"/people/{people['boss']}"
    assert client.send(f"{second}/take-role", {"role": "administrator:all"}, page=second).status_code == 302
    response = client.send(f"{boss}/take-role", {"role": "administrator:all"}, page=boss)
    assert response.status_code == 409
    assert "This is the last administrator over everything." in response.get_data(as_text=True)
    assert roles(site, "boss") == {"officer", "administrator:all"}


def test_a_role_given_twice_is_given_once(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "boss")
    for _ in range(2):
        assert give(client, people["near"], "manager", "all")[0] == 302
    with writing(site) as session:
        assert session.scalar(select(func.count(RoleGrant.id)).where(RoleGrant.role == "manager")) == 1


def test_a_role_counts_at_the_next_click(site: Flask, people: dict[str, str]) -> None:
    near = client_of(site, "near")
    assert near.get("/people").status_code == 403
    give(client_of(site, "boss"), people["near"], "administrator", "agency:here")
    assert near.get("/people").status_code == 200


# ---- One's own account ----


def test_the_account_page_shows_ones_own_names_and_roles(site: Flask, people: dict[str, str]) -> None:
    page = text_of(client_of(site, "local").get("/account").get_data(as_text=True))
    assert "Sign-in name local" in page
    assert "Agency here, Country XA" in page
    assert "Administrator : Agency here" in page


def test_the_language_of_the_account_is_that_of_the_pages(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "near")
    client.get("/account?lang=en")  # remembered by the browser, until one's own choice
    response = client.send("/account/language", {"language": "ru"}, page="/account")
    assert response.location == "/account?done=saved"
    assert '<html lang="ru"' in client.get("/account").get_data(as_text=True)
    assert client.send("/account/language", {"language": "xx"}, page="/account").status_code == 422
    client.send("/account/language", {"language": ""}, page="/account")
    assert '<html lang="en"' in client.get("/account").get_data(as_text=True)


def change(client: CheckingClient, current: str, new: str) -> tuple[int, str]:
    data = {"current_password": current, "new_password": new}
    response = client.send("/account/password", data, page="/account")
    return response.status_code, unescape(response.get_data(as_text=True))


def test_ones_own_password_is_changed_and_other_devices_are_signed_out(site: Flask, people: dict[str, str]) -> None:
    here, elsewhere = client_of(site, "near"), client_of(site, "near")
    assert change(here, PASSWORD, "четыре слова подряд тут")[0] == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert client_of(site, "near", "четыре слова подряд тут").get("/account").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "status", "sentence"),
    [
        ("", "четыре слова подряд тут", 422, "Write your current password."),
        (PASSWORD, "", 422, "Write a new password."),
        ("not the password", "четыре слова подряд тут", 403, "This is not your current password."),
        (PASSWORD, "short", 422, "The password is too short"),
        (PASSWORD, "x" * 201, 422, "The password is too long"),
        (PASSWORD, "qwertyuiopas", 422, "one of the first that are tried"),
        (PASSWORD, "my name is near me", 422, "holds your name"),
        (PASSWORD, PASSWORD, 422, "This is the password you have."),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(
    site: Flask, people: dict[str, str], current: str, new: str, status: int, sentence: str
) -> None:
    answer, page = change(client_of(site, "near"), current, new)
    assert answer == status
    assert sentence in page
    assert not new or f'value="{new}"' not in page
    assert client_of(site, "near").get("/account").status_code == 200


def test_guessing_the_current_password_counts_as_signing_in(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "near")
    for _ in range(8):
        assert change(client, "a wrong password", "четыре слова подряд тут")[0] == 403
    status, page = change(client, PASSWORD, "четыре слова подряд тут")
    assert status == 429
    assert "Too many tries" in page


def test_own_sessions_are_listed_and_ended(site: Flask, people: dict[str, str]) -> None:
    here, elsewhere, third = (client_of(site, "near") for _ in range(3))
    stranger = client_of(site, "far")
    page = here.get("/account").get_data(as_text=True)
    ends = re.findall(r'action="(/account/sessions/[0-9a-f]+/end)"', page)
    assert len(ends) == 3
    # Nobody ends a session of somebody else.
    assert stranger.send(ends[1], page="/account").status_code == 404
    assert elsewhere.get("/account").status_code == third.get("/account").status_code == 200
    assert here.send(ends[1], page="/account").location == "/account?done=session-ended"
    assert sorted(client.get("/account").status_code for client in (elsewhere, third)) == [200, 302]
    response = here.send(ends[1], page="/account")
    assert response.status_code == 404
    assert "This session is over already." in response.get_data(as_text=True)
    assert here.send("/account/sessions/end-others", page="/account").location == "/account?done=sessions-ended"
    assert [client.get("/account").status_code for client in (elsewhere, third, here)] == [302, 302, 200]
    assert stranger.get("/account").status_code == 200
    # Ending this one is signing out.
    assert here.send(ends[0], page="/account").location == "/sign-in"
    assert here.get("/account").status_code == 302


def test_the_page_tells_nothing_that_the_cookie_or_the_database_holds(site: Flask, people: dict[str, str]) -> None:
    client = client_of(site, "near")
    cookie = client.get_cookie("elearn")
    assert cookie is not None
    page = client.get("/account").get_data(as_text=True)
    with writing(site) as session:
        hashes = session.scalars(select(UserSession.token_hash)).all()
        password_hash = session.scalars(select(Person.password_hash).where(Person.sign_in_name == "near")).one()
    assert cookie.value not in page
    assert not any(one in page for one in hashes)
    assert str(password_hash) not in page


def test_who_is_idle_is_not_listed_as_signed_in(site: Flask, people: dict[str, str]) -> None:
    client_of(site, "near")
    client = client_of(site, "near")
    with writing(site) as session:
        first = session.scalars(select(UserSession).order_by(UserSession.id)).first()
        assert first is not None
        first.seen_at = clock() - timedelta(hours=9)
    assert client.get("/account").get_data(as_text=True).count("/account/sessions/") == 1


def test_what_another_changed_meanwhile_is_not_undone_without_a_word(site: Flask, people: dict[str, str]) -> None:
    page, client = f"/people/{people['near']}", client_of(site, "boss")

    def mark() -> str:
        found = re.search(r'name="mark"[^>]* value="(\w+)"', client.get(page).get_data(as_text=True))
        assert found is not None
        return found[1]

    sent = {"full_name": "Айгүл Әбдірахманова", "agency": "here", "language": "", "mark": mark()}
    assert client.send(page, sent | {"email": "one@fiu.example"}, page=page).status_code == 302
    refused = client.send(page, sent | {"latin_name": "Other"}, page=page)
    assert refused.status_code == 409
    assert "Somebody else changed this meanwhile. Now: Name in Latin letters: –; E-mail: one@fiu.example." in text_of(
        refused.get_data(as_text=True)
    )
    assert client.send(page, sent | {"latin_name": "Other", "mark": mark()}, page=page).status_code == 302
    assert client.send(page, sent | {"latin_name": "Other"}, page=page).status_code == 302, "nothing would be undone"


def test_what_somebody_who_reaches_further_may_do_for_themselves_is_not_taken_from_them(
    site: Flask, people: dict[str, str]
) -> None:
    local, page = client_of(site, "local"), f"/people/{people['boss']}"
    before = roles(site, "boss")
    with writing(site) as session:
        boss = person_by_sign_in_name(session, "boss")
        assert boss is not None
        grant_role(session, boss, Role.OFFICER, ScopeKind.SELF)
    assert local.send(f"{page}/take-role", {"role": "officer"}, page=page).status_code == 403
    assert roles(site, "boss") == before | {"officer"}
    assert "out of your reach" in text_of(local.get(page).get_data(as_text=True))
    # who has a role over an agency is for whoever looks after it
    assert give(local, people["boss"], "manager", "agency:here")[0] == 302
    assert local.send(f"{page}/take-role", {"role": "manager:agency:here"}, page=page).status_code == 302

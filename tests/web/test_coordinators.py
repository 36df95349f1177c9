"""National coordinators: they manage the people of their country, through every door, and nobody beyond it."""

import html
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.models import Cohort, Person
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.rules import OPERATOR
from elearn.learning.models import Enrolment
from elearn.security.policy import Permission, Role, ScopeKind
from elearn.web.access import declared_access
from tests.checking import CheckingClient, client_of, links_of, text_in, text_of, words_of
from tests.factories import NOON, a_course, a_person, an_agency, reading, the_person, writing

COORDINATOR = ((Role.COORDINATOR, ScopeKind.COUNTRY),)


@pytest.fixture
def nation(site: Flask) -> dict[str, str]:
    """A coordinator and their country, an administrator in it, somebody abroad: public ids by sign-in name."""
    with writing(site) as session:
        here, beside = an_agency(session, "here"), an_agency(session, "beside")
        there = an_agency(session, "there", country="XB")
        made = [
            a_person(session, "coordinator", agency=here, roles=COORDINATOR),
            a_person(session, "near", agency=here),
            a_person(session, "neighbour", agency=beside),
            a_person(session, "local", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),)),
            a_person(session, "boss", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),)),
            a_person(session, "abroad", agency=there),
        ]
        return {person.sign_in_name: person.public_id for person in made}


@pytest.fixture
def coordinator(site: Flask, client: CheckingClient, nation: dict[str, str]) -> CheckingClient:
    client.sign_in("coordinator")
    return client


def doors(site: Flask) -> list[tuple[str, str, int]]:
    """Every method and address about one person that those who manage people may use."""
    found = [
        (method, rule.rule, 404 if declared_access(site, rule.endpoint) == Permission.MANAGE_PEOPLE else 403)
        for rule in site.url_map.iter_rules()
        if declared_access(site, rule.endpoint) in (Permission.MANAGE_PEOPLE, Permission.ADMINISTER)
        and "<public_id>" in rule.rule
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert len(found) >= 9
    return found


def test_every_door_is_shut_to_people_of_another_country(
    site: Flask, coordinator: CheckingClient, nation: dict[str, str]
) -> None:
    with reading(site) as session:
        before = {c.name: getattr(the_person(session, "abroad"), c.name) for c in Person.__table__.columns}
    for method, rule, refusal in doors(site):
        path = re.sub(r"<(?!public_id)[^>]+>", "x", rule).replace("<public_id>", nation["abroad"])
        answer = coordinator.get(path) if method == "GET" else coordinator.send(path, {})
        assert answer.status_code == refusal, f"{method} {path}"
        assert "abroad" not in text_of(coordinator.page)
    with reading(site) as session:
        assert before == {c.name: getattr(the_person(session, "abroad"), c.name) for c in Person.__table__.columns}


def test_the_list_has_the_people_of_the_country_alone(coordinator: CheckingClient, nation: dict[str, str]) -> None:
    coordinator.get("/people")
    shown = {link.removeprefix("/people/") for link in links_of(coordinator.page)}
    assert {nation[name] for name in ("near", "neighbour", "local", "coordinator")} <= shown
    assert nation["abroad"] not in shown


def test_they_are_led_to_no_page_that_is_for_administrators(
    site: Flask, coordinator: CheckingClient, nation: dict[str, str]
) -> None:
    near = f"/people/{nation['near']}"
    forbidden = {f"{near}/erase", f"{near}/merge"}
    coordinator.get(near)
    assert forbidden.isdisjoint(links_of(coordinator.page))
    boss = client_of(site, "boss")
    boss.get(near)
    assert forbidden <= set(links_of(boss.page))


def test_a_new_person_belongs_to_an_agency_of_the_country(coordinator: CheckingClient) -> None:
    fields = {"full_name": "New Person", "latin_name": "", "sign_in_name": "new", "email": "", "language": ""}
    assert coordinator.send("/people/new", fields | {"agency": "there"}).status_code == 422
    assert coordinator.send("/people/new", fields | {"agency": "beside"}).status_code == 201


def test_nobody_is_moved_out_of_the_country(coordinator: CheckingClient, nation: dict[str, str]) -> None:
    fields = {"full_name": "Near Person", "latin_name": "", "email": "", "language": "", "agency": "there"}
    assert coordinator.send(f"/people/{nation['near']}", fields).status_code == 422
    assert coordinator.send(f"/people/{nation['near']}", fields | {"agency": "beside"}).status_code == 302


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("manager", "agency:here", 302),
        ("manager", "country:XA", 302),
        ("coordinator", "country:XA", 302),
        ("coordinator", "", 422),
        ("coordinator", "country:XB", 422),
        ("manager", "agency:there", 422),
        ("manager", "all", 422),
        ("administrator", "agency:here", 422),
        ("administrator", "country:XA", 422),
        ("trainer", "", 422),
    ],
)
def test_they_give_roles_within_the_country_and_none_above_their_own(
    coordinator: CheckingClient, nation: dict[str, str], role: str, scope: str, status: int
) -> None:
    answer = coordinator.send(f"/people/{nation['near']}/give-role", {"role": role, "scope": scope})
    assert answer.status_code == status


@pytest.mark.parametrize("name", ["local", "boss"])
@pytest.mark.parametrize("act", ["disable", "reset-password"])
def test_administrators_are_above_them_even_in_their_own_agency(
    coordinator: CheckingClient, nation: dict[str, str], name: str, act: str
) -> None:
    coordinator.get(f"/people/{nation[name]}")
    assert "reaches further than yours" in words_of(coordinator.page)
    assert coordinator.send(f"/people/{nation[name]}/{act}").status_code == 403


def test_they_cannot_take_the_role_of_an_administrator(coordinator: CheckingClient, nation: dict[str, str]) -> None:
    answer = coordinator.send(f"/people/{nation['local']}/take-role", {"role": "administrator:agency:here"})
    assert answer.status_code == 403


def test_they_disable_reset_and_grant_extra_time_within_the_country(
    coordinator: CheckingClient, nation: dict[str, str]
) -> None:
    near = f"/people/{nation['neighbour']}"
    assert coordinator.send(f"{near}/extra-time", {"percent": "25"}).status_code == 303
    assert coordinator.send(f"{near}/reset-password").status_code == 201
    assert coordinator.send(f"{near}/disable", {"leaving": "retired", "left_on": "2026-11-01"}).status_code == 302
    coordinator.get(near)
    assert "Retired. Last day: 1 November 2026; disabled on " in words_of(coordinator.page)


def test_a_last_day_in_the_future_is_refused_with_a_sentence(
    coordinator: CheckingClient, nation: dict[str, str]
) -> None:
    sent = {"leaving": "retired", "left_on": "2027-11-01"}
    assert coordinator.send(f"/people/{nation['near']}/disable", sent).status_code == 422
    assert "The last day lies in the future." in words_of(coordinator.page)
    assert coordinator.send(f"/people/{nation['near']}/disable", sent | {"left_on": "soon"}).status_code == 422
    assert coordinator.send(f"/people/{nation['near']}/disable", sent | {"leaving": "fun"}).status_code == 422


def test_an_earlier_agency_is_shown_with_its_dates(coordinator: CheckingClient, nation: dict[str, str]) -> None:
    fields = {"full_name": "Near Person", "latin_name": "", "email": "", "language": "", "agency": "beside"}
    coordinator.send(f"/people/{nation['near']}", fields)
    coordinator.get(f"/people/{nation['near']}")
    assert "Agency here: 22 October 2026 to " in words_of(coordinator.page)


# ---- The doors to many people at once ----


@pytest.fixture
def cohort(site: Flask, nation: dict[str, str]) -> str:
    """The cohort «December» of people at home and abroad, and «Abroad» of one abroad; a course: the first's id."""
    with writing(site) as session:
        a_course(session)
        made, foreign = (add_cohort(session, name, actor=OPERATOR, now=NOON) for name in ("December", "Abroad"))
        near, abroad = the_person(session, "near").id, the_person(session, "abroad").id
        join(session, made, [near, abroad], now=NOON)
        join(session, foreign, [abroad], now=NOON)
        return made.public_id


def test_a_cohort_shows_and_loses_the_people_of_the_country_alone(
    coordinator: CheckingClient, nation: dict[str, str], cohort: str
) -> None:
    page = f"/people/cohorts/{cohort}"
    assert "Abroad" not in text_in(coordinator.get("/people/cohorts"))
    coordinator.get(page)
    assert nation["abroad"] not in str(links_of(coordinator.page)) and "1 person" in words_of(coordinator.page)
    assert coordinator.send(f"{page}/leave", {"person": nation["abroad"]}).status_code == 404
    assert coordinator.send(f"{page}/join", {"names": "abroad", "agency": ""}).status_code == 422
    assert coordinator.send(f"{page}/join", {"names": "", "agency": "there"}).location.endswith("?joined=0")
    assert coordinator.send(f"{page}/join", {"names": "neighbour", "agency": ""}).status_code == 303


def test_they_enrol_those_of_a_cohort_who_are_of_the_country(
    site: Flask, coordinator: CheckingClient, cohort: str
) -> None:
    def enrol(who: str) -> int:
        return coordinator.send("/people/enrolments", {"course": "demo", "due_on": "", "who": who}).status_code

    assert enrol("agency:there") == 422
    assert enrol(f"cohort:{cohort}") == 303
    with reading(site) as session:
        names = session.scalars(select(Person.sign_in_name).join(Enrolment, Enrolment.person_id == Person.id)).all()
    assert names == ["near"]


def test_a_file_adds_people_to_agencies_of_the_country_alone(site: Flask, coordinator: CheckingClient) -> None:
    lines = "username,firstname,lastname,institution\nhome,Home,One,beside\nforeign,Foreign,One,there\n"
    sent = {"file": (io.BytesIO(lines.encode()), "people.csv")}
    looked = coordinator.send("/people/import", sent, page="/people/import", content_type="multipart/form-data")
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text_in(looked))
    }
    assert coordinator.post("/people/import/add", data=fields).status_code == 303
    with reading(site) as session:
        names = set(session.scalars(select(Person.sign_in_name)))
    assert "home" in names
    assert "foreign" not in names


def test_they_see_the_agencies_of_the_country_and_change_no_others(coordinator: CheckingClient) -> None:
    coordinator.get("/people/agencies")
    assert {"/people/agencies/here", "/people/agencies/beside"} <= set(links_of(coordinator.page))
    assert "/people/agencies/there" not in links_of(coordinator.page)
    assert coordinator.get("/people/agencies/there").status_code == 404
    assert coordinator.send("/people/agencies/there", {"name": "Mine", "parent": ""}).status_code == 404


def test_they_make_one_time_codes_for_officers_of_the_country_and_not_for_administrators(
    coordinator: CheckingClient, nation: dict[str, str]
) -> None:
    assert coordinator.send(f"/people/{nation['near']}/one-time-code").status_code == 201
    assert coordinator.send(f"/people/{nation['local']}/one-time-code").status_code == 403
    assert coordinator.send(f"/people/{nation['local']}/remove-second-step").status_code == 403


def test_they_invite_people_of_the_country_and_no_administrator(
    site: Flask, coordinator: CheckingClient, cohort: str
) -> None:
    with writing(site) as session:
        for name in ("near", "local", "boss", "abroad"):
            the_person(session, name).password_hash = None
        made = session.scalars(select(Cohort).where(Cohort.public_id == cohort)).one()
        join(session, made, [the_person(session, name).id for name in ("local", "boss")], now=NOON)
    sent = {"who": f"cohort:{cohort}", "way": "slips"}
    assert coordinator.send("/people/invitations", sent, page="/people/invitations").status_code == 201
    with reading(site) as session:
        codes = session.scalars(select(Person.sign_in_name).join(PasswordReset, PasswordReset.person_id == Person.id))
        assert codes.all() == ["near"]


@pytest.mark.parametrize("path", ["/statistics/people.csv", "/statistics/groups.xlsx", "/audit", "/audit.csv"])
def test_no_export_is_theirs(coordinator: CheckingClient, path: str) -> None:
    assert coordinator.get(path).status_code == 403

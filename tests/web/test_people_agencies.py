"""The tree of agencies in the browser: who sees, adds, renames and moves which, and whom roles reach afterwards."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.accounts.models import Agency, AgencyBelow, Person
from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.security.policy import Role, ScopeKind
from tests.checking import HTML, CheckingClient, client_of, text_in, words_of
from tests.factories import a_person, an_agency, reading, writing

AGENCY, COUNTRY, ALL = ScopeKind.AGENCY, ScopeKind.COUNTRY, ScopeKind.ALL


@pytest.fixture
def tree(site: Flask) -> Flask:
    """Country XA: a service with a region with a post, and customs beside them; country XB; administrators of each."""
    with writing(site) as session:
        service = an_agency(session, "service", name="Border Service")
        region = an_agency(session, "region", name="Northern Region", parent=service)
        post = an_agency(session, "post", name="Korday Post", parent=region)
        an_agency(session, "customs", name="Customs")
        an_agency(session, "abroad", name="Abroad Unit", country="XB")
        a_person(session, "boss", agency=service, roles=((Role.ADMINISTRATOR, ALL),))
        a_person(session, "national", agency=service, roles=((Role.ADMINISTRATOR, COUNTRY),))
        a_person(session, "chief", agency=service, roles=((Role.ADMINISTRATOR, AGENCY),))
        a_person(session, "regional", agency=region, roles=((Role.ADMINISTRATOR, AGENCY),))
        a_person(session, "guard", agency=post, full_name="Guard of the Post")
    return site


def listed(client: CheckingClient) -> list[str]:
    """The codes of the tree's agencies in their order."""
    client.get("/people/agencies")
    return [words_of(cell) for cell in client.page.iter(f"{HTML}td") if cell.get("data-label") == "Code"]


def change(client: CheckingClient, code: str, **sent: str) -> int:
    """Change an agency; the status."""
    return client.send(f"/people/agencies/{code}", sent, page=f"/people/agencies/{code}").status_code


def pairs(site: Flask) -> set[tuple[str, str]]:
    """Which agency stands below which, by code, without each below itself."""
    with reading(site) as session:
        codes = dict(session.execute(select(Agency.id, Agency.code)).all())
        found = session.execute(select(AgencyBelow.agency_id, AgencyBelow.below_id)).all()
    assert {codes[a] for a, b in found if a == b} == set(codes.values())
    return {(codes[a], codes[b]) for a, b in found if a != b}


def climbed(site: Flask) -> Iterator[tuple[str, str]]:
    """The same, found by climbing from parent to parent."""
    with reading(site) as session:
        agencies = {agency.id: agency for agency in session.scalars(select(Agency))}
    for agency in agencies.values():
        higher = agencies.get(agency.parent_id or 0)
        while higher is not None:
            yield higher.code, agency.code
            higher = agencies.get(higher.parent_id or 0)


def test_a_role_over_an_agency_reaches_the_people_below_it_and_none_above(tree: Flask) -> None:
    with reading(tree) as session:
        guard = session.scalars(select(Person).where(Person.sign_in_name == "guard")).one().public_id
        chief = session.scalars(select(Person).where(Person.sign_in_name == "chief")).one().public_id

    assert "Guard of the Post" in text_in(client_of(tree, "chief").get("/people"))
    assert client_of(tree, "regional").get(f"/people/{guard}").status_code == 200
    assert client_of(tree, "regional").get(f"/people/{chief}").status_code == 404
    assert "Guard of the Post" in text_in(client_of(tree, "boss").get("/people?agency=region")), "a filter, too"


def test_everybody_sees_the_tree_within_their_reach_each_below_its_own(tree: Flask) -> None:
    assert listed(client_of(tree, "boss")) == ["service", "region", "post", "customs", "abroad"]
    assert listed(client_of(tree, "national")) == ["service", "region", "post", "customs"]
    assert listed(client_of(tree, "regional")) == ["region", "post"]


def test_an_agency_moves_with_all_below_it_and_back_to_the_top(tree: Flask) -> None:
    national = client_of(tree, "national")

    assert change(national, "region", name="Northern Region", parent="customs") == 303
    assert pairs(tree) == set(climbed(tree)) == {("customs", "region"), ("customs", "post"), ("region", "post")}
    assert listed(client_of(tree, "chief")) == ["service"]
    assert change(national, "region", name="The North", parent="") == 303
    assert pairs(tree) == set(climbed(tree)) == {("region", "post")}
    with reading(tree) as session:
        told = [link.details for link in all_events(session) if link.act == Act.AGENCY_CHANGED]
    assert told == [{"below": "customs"}, {"below": None}]


@pytest.mark.parametrize(
    ("name", "code", "parent", "says"),
    [
        ("boss", "service", "post", "Korday Post stands below Border Service already"),
        ("boss", "service", "service", "Border Service stands below Border Service already"),
        ("boss", "region", "abroad", "Abroad Unit is in another country."),
        ("regional", "post", "", "You may place agencies below those within your reach alone."),
        ("regional", "post", "customs", "There is no such agency within your reach"),
    ],
)
def test_what_would_tie_a_knot_or_go_beyond_reach_is_refused(
    tree: Flask, name: str, code: str, parent: str, says: str
) -> None:
    before = pairs(tree)
    client = client_of(tree, name)
    answer = client.send(f"/people/agencies/{code}", {"name": "N", "parent": parent}, page=f"/people/agencies/{code}")

    assert answer.status_code in (403, 404, 409, 422)
    assert says in words_of(client.page)
    assert pairs(tree) == before


def test_nobody_in_a_browser_is_told_a_command(tree: Flask) -> None:
    national = client_of(tree, "national")
    for code in ("nothing", "abroad"):
        answer = national.get(f"/people/agencies/{code}")
        assert (answer.status_code, "There is no such agency within your reach." in text_in(answer)) == (404, True)
        sent = {"name": "New", "code": "new", "parent": code, "country": "XA"}
        answer = national.send("/people/agencies", sent, page="/people/agencies")
        assert (answer.status_code, "There is no such agency within your reach." in text_in(answer)) == (404, True)


def test_the_head_of_a_region_renames_it_and_cannot_take_it_away(tree: Flask) -> None:
    regional = client_of(tree, "regional")
    assert "Stands below" not in text_in(regional.get("/people/agencies/region"))
    assert change(regional, "region", name="Region of the North", parent="") == 303

    assert ("service", "region") in pairs(tree), "what was sent besides was not looked at"
    assert regional.get("/people/agencies/service").status_code == 404


def test_agencies_are_added_within_reach_and_never_deeper_than_six_levels(tree: Flask) -> None:
    regional = client_of(tree, "regional")
    for number, parent in enumerate(("post", "n0", "n1"), 0):
        sent = {"code": f"n{number}", "name": f"Level {number}", "parent": parent}
        assert regional.send("/people/agencies", sent, page="/people/agencies").status_code == 303
    for sent, says in (
        ({"code": "n3", "name": "Too deep", "parent": "n2"}, "Agencies stand at most 6 levels deep"),
        ({"code": "N0", "name": "Twice", "parent": "post"}, "An agency with the code N0 exists already."),
        ({"code": "x1", "name": "Beyond", "parent": "service"}, "There is no such agency within your reach"),
        ({"code": "x2", "name": "At the top", "parent": "", "country": "XA"}, "within your reach alone"),
        ({"code": "a b", "name": "Bad code", "parent": "post"}, "2 to 40 letters"),
    ):
        answer = regional.send("/people/agencies", sent, page="/people/agencies")
        assert answer.status_code in (403, 404, 409, 422), sent
        assert says in words_of(regional.page)

    assert pairs(tree) == set(climbed(tree))
    assert listed(regional) == ["region", "post", "n0", "n1", "n2"]
    national = client_of(tree, "national")
    sent = {"code": "top", "name": "A new service", "parent": "", "country": "XA"}
    assert national.send("/people/agencies", sent, page="/people/agencies").status_code == 303


def test_officers_see_no_agencies(tree: Flask) -> None:
    assert client_of(tree, "guard").get("/people/agencies").status_code == 403


def remove(client: CheckingClient, code: str) -> tuple[int, str]:
    """Remove an agency; the status, and what is said then."""
    answer = client.send(f"/people/agencies/{code}/remove", page=f"/people/agencies/{code}")
    return answer.status_code, text_in(client.get(answer.location) if answer.location else answer)


def test_an_agency_to_which_nothing_belongs_is_removed(tree: Flask) -> None:
    with writing(tree) as session:
        parent = session.scalars(select(Agency).where(Agency.code == "region")).one()
        an_agency(session, "psot", name="Misspelt Post", parent=parent)
    status, said = remove(client_of(tree, "chief"), "psot")

    assert (status, "The agency was removed." in said) == (303, True)
    assert listed(client_of(tree, "boss")) == ["service", "region", "post", "customs", "abroad"]
    assert pairs(tree) == set(climbed(tree))
    with reading(tree) as session:
        told = [(link.thing_id, link.details) for link in all_events(session) if link.act == Act.AGENCY_REMOVED]
    assert told == [("psot", {"below": "region"})]


@pytest.mark.parametrize("code", ["region", "post", "service"])
def test_an_agency_with_people_roles_or_others_below_it_stays(tree: Flask, code: str) -> None:
    before = pairs(tree)
    status, said = remove(client_of(tree, "boss"), code)

    assert (status, "belong to" in said and "so it stays" in said) == (409, True)
    assert pairs(tree) == before


def test_nobody_removes_the_agency_that_their_own_reach_begins_with(tree: Flask) -> None:
    assert client_of(tree, "regional").send("/people/agencies/region/remove").status_code == 403
    assert client_of(tree, "regional").send("/people/agencies/customs/remove").status_code == 404

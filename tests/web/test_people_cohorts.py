"""Cohorts, enrolling them together, and the last day as officers see it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from elearn.accounts.cohorts.rules import NoSuchCohort
from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.models import Cohort, Person
from elearn.accounts.rules import OPERATOR
from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.learning.models import Enrolment
from elearn.notices.models import Notice
from elearn.notices.rules import Kind
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient, client_of, text_in, words_of
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, learn, reading, the_person, writing

SATURDAY = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def cohort(site: Flask) -> str:
    """The cohort «December» of one officer in XA and one in XB; a course; administrators: its public id."""
    with writing(site) as session:
        here, there = an_agency(session, "here"), an_agency(session, "there", country="XB")
        a_course(session)
        a_person(session, "boss", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        a_person(session, "local", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        a_person(
            session,
            "far",
            agency=an_agency(session, "far", country="XC"),
            roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),),
        )
        made = add_cohort(session, "December", actor=OPERATOR, now=NOON)
        people = [a_person(session, "near", agency=here, full_name="Near One"), a_person(session, "away", agency=there)]
        join(session, made, [person.id for person in people], now=NOON)
        return made.public_id


def assign(client: CheckingClient, **sent: str) -> str:
    """Enrol people; where it leads."""
    answer = client.send("/people/enrolments", {"course": "demo", "due_on": ""} | sent, page="/people/enrolments")
    assert answer.status_code == 303, text_in(answer)
    return answer.location


def enrolled(site: Flask) -> dict[str, date | None]:
    """Who is enrolled, with the last day."""
    with reading(site) as session:
        rows = session.execute(select(Person.sign_in_name, Enrolment.due_on).join(Enrolment))
        return dict(rows.all())


def test_a_cohort_shows_the_people_within_reach_and_no_others(site: Flask, cohort: str) -> None:
    page = f"/people/cohorts/{cohort}"

    assert "2 people" in text_in(client_of(site, "boss").get(page))
    local = text_in(client_of(site, "local").get(page))
    assert "1 person" in local and "Near One" in local and "away" not in local
    far = client_of(site, "far")
    assert far.get(page).status_code == 404
    assert "December" not in text_in(far.get("/people/cohorts"))


def test_a_new_cohort_is_seen_by_who_made_it_and_its_name_is_taken(site: Flask, cohort: str) -> None:
    far = client_of(site, "far")
    answer = far.send("/people/cohorts", {"name": "January"}, page="/people/cohorts")

    assert far.get(answer.location).status_code == 200
    assert "January" not in text_in(client_of(site, "local").get("/people/cohorts"))
    taken = far.send("/people/cohorts", {"name": "january"}, page="/people/cohorts")
    assert (taken.status_code, "There is a cohort of the name january already" in text_in(taken)) == (422, True)


@pytest.mark.parametrize("name", ["Spring\u202egnirpS", "\u200bSpring", "Spring\x07"])
def test_a_name_with_what_cannot_be_seen_is_refused_and_not_kept_otherwise(site: Flask, cohort: str, name: str) -> None:
    boss = client_of(site, "boss")
    answer = boss.send("/people/cohorts", {"name": name}, page="/people/cohorts")
    assert (answer.status_code, "none of them invisible" in text_in(answer)) == (422, True)
    assert "Spring" not in text_in(boss.get("/people/cohorts"))


def test_people_join_by_name_and_by_agency_within_reach_only(site: Flask, cohort: str) -> None:
    local, page = client_of(site, "local"), f"/people/cohorts/{cohort}"
    with writing(site) as session:
        a_person(session, "third", agency=an_agency(session, "here"))

    assert local.send(f"{page}/join", {"names": "near, THIRD", "agency": ""}, page=page).location == f"{page}?joined=1"
    refused = local.send(f"{page}/join", {"names": "third far", "agency": ""}, page=page)
    assert (refused.status_code, "Nobody within your reach has the sign-in name far" in text_in(refused)) == (422, True)
    assert local.send(f"{page}/join", {"names": "", "agency": "there"}, page=page).location == f"{page}?joined=0"
    assert local.send(f"{page}/join", {"names": "", "agency": "here"}, page=page).location == f"{page}?joined=2"


def test_nobody_named_is_asked_for(site: Flask, cohort: str) -> None:
    boss, page = client_of(site, "boss"), f"/people/cohorts/{cohort}"
    answer = boss.send(f"{page}/join", {"names": " , ", "agency": ""}, page=page)
    assert (answer.status_code, "Write sign-in names or choose an agency." in text_in(answer)) == (422, True)


def test_who_is_taken_out_is_out_and_the_last_one_takes_the_cohort_out_of_sight(site: Flask, cohort: str) -> None:
    local, page = client_of(site, "local"), f"/people/cohorts/{cohort}"
    with reading(site) as session:
        near, away = the_person(session, "near").public_id, the_person(session, "away").public_id

    assert local.send(f"{page}/leave", {"person": away}, page=page).status_code == 404
    assert local.send(f"{page}/leave", {"person": near}, page=page).location == "/people/cohorts"
    assert "1 person" in text_in(client_of(site, "boss").get(page))


def test_a_cohort_is_enrolled_within_reach_with_a_last_day(site: Flask, cohort: str) -> None:
    local = client_of(site, "local")
    with time_machine.travel(SATURDAY, tick=False):
        assert assign(local, who=f"cohort:{cohort}", due_on="2026-11-24") == "/people/enrolments?enrolled=1&dated=0"
        assert enrolled(site) == {"near": date(2026, 11, 24)}
        assert assign(local, who=f"cohort:{cohort}", due_on="2026-11-24") == "/people/enrolments?enrolled=0&dated=0"
        boss = client_of(site, "boss")
        assert assign(boss, who=f"cohort:{cohort}", due_on="2026-11-30") == "/people/enrolments?enrolled=1&dated=1"
        done = text_in(boss.get("/people/enrolments?enrolled=1&dated=1"))

    assert enrolled(site) == {"near": date(2026, 11, 30), "away": date(2026, 11, 30)}
    assert "One person was enrolled. One who was enrolled already got the last day." in done
    with reading(site) as session:
        told = [link.details for link in all_events(session) if link.act == Act.COURSE_ASSIGNED]
    assert told == [
        {"enrolled": 1, "dated": 0, "due": "2026-11-24"},
        {"enrolled": 1, "dated": 1, "due": "2026-11-30"},
    ], "what changed nothing is not put down"


def test_without_a_last_day_one_that_somebody_has_stays(site: Flask, cohort: str) -> None:
    boss = client_of(site, "boss")
    with time_machine.travel(SATURDAY, tick=False):
        assign(boss, who="agency:here", due_on="2026-11-24")
        assign(boss, who="agency:here")

    assert enrolled(site)["near"] == date(2026, 11, 24)


def test_who_has_completed_the_course_gets_no_last_day(site: Flask, cohort: str) -> None:
    with writing(site) as session:
        learn(session, an_enrolment(session, the_person(session, "near")))
    with time_machine.travel(SATURDAY, tick=False):
        assign(client_of(site, "boss"), who=f"cohort:{cohort}", due_on="2026-11-24")

    assert enrolled(site) == {"near": None, "away": date(2026, 11, 24)}


def test_a_disabled_account_is_not_enrolled(site: Flask, cohort: str) -> None:
    with writing(site) as session:
        the_person(session, "near").disabled_at = NOON
    assign(client_of(site, "boss"), who=f"cohort:{cohort}")

    assert set(enrolled(site)) == {"away"}


def test_what_cannot_be_is_refused(site: Flask, cohort: str) -> None:
    local, page = client_of(site, "local"), "/people/enrolments"

    def refused(**sent: str) -> tuple[int, str]:
        answer = local.send(page, {"course": "demo", "due_on": "", "who": "agency:here"} | sent, page=page)
        return answer.status_code, text_in(answer)

    with time_machine.travel(SATURDAY, tick=False):
        status, text = refused(due_on="2026-11-20")
        assert (status, "This day is over." in text) == (422, True)
        assert refused(due_on="2026-11-21")[0] == 303
        status, text = refused(due_on="9999-12-31")
        assert (status, "within the next five years" in text) == (422, True)
    assert refused(due_on="tomorrow")[0] == 422
    assert refused(who="agency:there")[0] == 422
    assert refused(who="")[0] == 422
    assert refused(course="nothing")[0] == 422


@pytest.mark.parametrize(
    ("due_on", "words", "tag"),
    [
        (date(2026, 11, 19), "2 days ago", "overdue"),
        (date(2026, 11, 21), "today", "due"),
        (date(2026, 11, 24), "in 3 days, on Tuesday", "due"),
        (date(2026, 11, 30), "in 9 days, on 30 November", "later"),
    ],
)
def test_home_and_the_course_say_when_it_is_due(site: Flask, cohort: str, due_on: date, words: str, tag: str) -> None:
    with writing(site) as session:
        an_enrolment(session, the_person(session, "near")).due_on = due_on
    with time_machine.travel(SATURDAY, tick=False):
        near = client_of(site, "near")
        for path in ("/", "/courses/demo"):
            page = text_in(near.get(path))
            assert f'class="tag {tag}"' in page
            assert f"Due {words}" in words_of(near.page) or words in words_of(near.page)


def test_what_is_completed_is_not_due(site: Flask, cohort: str) -> None:
    with writing(site) as session:
        enrolment = an_enrolment(session, the_person(session, "near"))
        enrolment.due_on = date(2026, 11, 24)
        learn(session, enrolment)
    near = client_of(site, "near")

    for path in ("/", "/courses/demo"):
        assert ">Due<" not in text_in(near.get(path))


def test_people_are_told_once_and_reminded_once_when_they_sign_in(site: Flask, cohort: str) -> None:
    def told() -> list[str]:
        with reading(site) as session:
            near = the_person(session, "near").id
            return list(session.scalars(select(Notice.kind).where(Notice.person_id == near).order_by(Notice.id)))

    with time_machine.travel(SATURDAY, tick=False):
        boss = client_of(site, "boss")
        for _ in range(2):
            assign(boss, who=f"cohort:{cohort}", due_on="2026-12-20")
        client_of(site, "near")
        assert told() == [Kind.COURSE_DUE]
    with time_machine.travel(datetime(2026, 12, 15, 7, 0, tzinfo=UTC), tick=False):
        for _ in range(2):
            near = client_of(site, "near")
        assert told() == [Kind.COURSE_DUE, Kind.COURSE_DUE]
        assert "Complete this course by 20 December 2026" in words_of_page(near, "/notices")


def test_a_day_that_is_near_when_it_is_set_is_told_of_once(site: Flask, cohort: str) -> None:
    with time_machine.travel(SATURDAY, tick=False):
        assign(client_of(site, "boss"), who=f"cohort:{cohort}", due_on="2026-11-24")
        near = client_of(site, "near")

        assert words_of_page(near, "/notices").count("Complete this course by 24 November 2026") == 1


def words_of_page(client: CheckingClient, path: str) -> str:
    """The words of a page."""
    client.get(path)
    return words_of(client.page)


def test_officers_have_no_cohorts(taught: Flask, learner: CheckingClient) -> None:
    for path in ("/people/cohorts", "/people/enrolments"):
        assert learner.get(path).status_code == 403
        assert learner.send(path, {}).status_code == 403
    with reading(taught) as session:
        assert session.scalar(select(func.count(Cohort.id))) == 0


def test_a_cohort_is_removed_and_its_people_stay_enrolled(site: Flask, cohort: str) -> None:
    page, boss = f"/people/cohorts/{cohort}", client_of(site, "boss")
    assign(boss, who=f"cohort:{cohort}")
    answer = boss.send(f"{page}/remove", page=page)

    assert "Its people stay." in text_in(boss.get(answer.location))
    assert "December" not in text_in(boss.get("/people/cohorts"))
    assert boss.get(page).status_code == 404
    assert boss.send(f"{page}/remove", page="/people/cohorts").status_code == 404
    assert set(enrolled(site)) == {"near", "away"}


def test_a_cohort_with_people_beyond_ones_reach_stays(site: Flask, cohort: str) -> None:
    page, local = f"/people/cohorts/{cohort}", client_of(site, "local")
    answer = local.send(f"{page}/remove", page=page)

    assert (answer.status_code, "is beyond your reach, so it stays" in text_in(answer)) == (403, True)
    assert "2 people" in text_in(client_of(site, "boss").get(page))
    assert client_of(site, "far").send(f"{page}/remove", page="/people/cohorts").status_code == 404


def test_nobody_joins_a_cohort_that_another_has_removed_meanwhile(site: Flask, cohort: str) -> None:
    with writing(site) as session:
        looked_at = session.scalars(select(Cohort)).one()
        session.expunge(looked_at)
        boss = the_person(session, "boss").id
    page = f"/people/cohorts/{cohort}"
    client_of(site, "boss").send(f"{page}/remove", page=page)
    with writing(site) as session, pytest.raises(NoSuchCohort):
        join(session, looked_at, [boss], now=NOON)

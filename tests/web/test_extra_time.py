"""Extra time: granted by an administrator within reach, told before the quiz, counted by the server."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.assessment.models import Attempt, ExtraTime
from elearn.security.policy import Role, ScopeKind
from tests.checking import CheckingClient
from tests.factories import a_person, an_agency, reading, the_person, writing
from tests.quiz_course import SLUG, course_files, enrolled

QUIZ = f"/courses/{SLUG}/quizzes/small-quiz"


@pytest.fixture
def officer_page(site: Flask) -> str:
    """The page of the extra time of an officer whose quiz has a limit of 40 minutes."""
    with writing(site) as session:
        officer = a_person(session, "officer", full_name="Aigul Serik")
        enrolled(session, officer, course_files("time_limit: 40 minutes"))
        a_person(session, "admin", full_name="Anna Admin", roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        elsewhere = an_agency(session, "other")
        a_person(session, "stranger", agency=elsewhere, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
        return f"/people/{officer.public_id}/extra-time"


def grants(site: Flask) -> list[int]:
    """Every grant there is, in per cent."""
    with reading(site) as session:
        return list(session.scalars(select(ExtraTime.percent).order_by(ExtraTime.id)))


def lasting(site: Flask) -> list[timedelta]:
    """How long each attempt may last."""
    with reading(site) as session:
        rows = session.scalars(select(Attempt).order_by(Attempt.id))
        return [row.due_at - row.started_at for row in rows if row.due_at is not None]


def test_an_attempt_lasts_longer_by_the_extra_time(site: Flask, client: CheckingClient, officer_page: str) -> None:
    client.sign_in("admin")
    assert f'href="{officer_page}"' in client.get(officer_page.removesuffix("/extra-time")).get_data(as_text=True)
    assert "60 minutes become 90" in client.get(officer_page).get_data(as_text=True)
    response = client.send(officer_page, {"percent": "50"})
    assert (response.status_code, response.location) == (303, f"{officer_page}?done=1")
    page = client.get(response.location).get_data(as_text=True)
    assert "Saved. It counts from the next attempt that is started." in page
    assert "Anna Admin" in page.partition("What was granted")[2]
    client.send("/sign-out")
    client.sign_in("officer")
    page = client.get(QUIZ).get_data(as_text=True)
    assert "Time limit: one hour from the start, your extra time of 50% included" in page
    client.send(f"{QUIZ}/start")
    assert lasting(site) == [timedelta(minutes=60)]


def test_without_extra_time_the_limit_is_that_of_the_quiz(
    site: Flask, client: CheckingClient, officer_page: str
) -> None:
    client.sign_in("officer")
    page = client.get(QUIZ).get_data(as_text=True)
    assert "Time limit: 40 minutes from the start" in page
    assert "extra time" not in page
    client.send(f"{QUIZ}/start")
    assert lasting(site) == [timedelta(minutes=40)]


def test_an_attempt_under_way_keeps_its_time(site: Flask, client: CheckingClient, officer_page: str) -> None:
    client.sign_in("officer")
    client.send(f"{QUIZ}/start")
    client.send("/sign-out")
    client.sign_in("admin")
    client.send(officer_page, {"percent": "100"})
    assert lasting(site) == [timedelta(minutes=40)]


def test_the_last_grant_counts_and_every_one_is_kept(site: Flask, client: CheckingClient, officer_page: str) -> None:
    client.sign_in("admin")
    for percent in ("25", "25", "0", "0"):
        assert client.send(officer_page, {"percent": percent}).status_code == 303
    assert grants(site) == [25, 0]


@pytest.mark.parametrize("percent", ["", "10", "-50", "x", "1000"])
def test_only_the_amounts_offered_can_be_granted(
    site: Flask, client: CheckingClient, officer_page: str, percent: str
) -> None:
    client.sign_in("admin")
    assert client.send(officer_page, {"percent": percent}).status_code == 422
    assert grants(site) == []


def test_nobody_grants_themselves_extra_time(site: Flask, client: CheckingClient, officer_page: str) -> None:
    with reading(site) as session:
        own = f"/people/{the_person(session, 'admin').public_id}/extra-time"
    client.sign_in("admin")
    response = client.send(own, {"percent": "50"})
    assert response.status_code == 409
    assert "You cannot grant yourself extra time." in response.get_data(as_text=True)
    assert grants(site) == []


@pytest.mark.parametrize(("name", "status"), [("stranger", 404), ("trainer", 403), ("officer", 403)])
def test_who_does_not_manage_these_people_can_neither_look_nor_grant(
    site: Flask, client: CheckingClient, officer_page: str, name: str, status: int
) -> None:
    client.sign_in(name)
    assert client.get(officer_page).status_code == status
    assert client.send(officer_page, {"percent": "50"}).status_code == status
    assert grants(site) == []

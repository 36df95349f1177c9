"""The pages of disputes: a trainer looks into an attempt and corrects marks, and no name is shown."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.assessment.models import Attempt, Remark
from elearn.catalogue.services import publish
from tests.checking import CheckingClient
from tests.database.test_disputes import JUST_PASSED, LATER, PLUMS, WITH_PLUMS, files_with, take
from tests.factories import a_person, reading, writing
from tests.quiz_course import SLUG
from tests.web.conftest import STAFF

HERE = f"/write/{SLUG}/corrections/small-quiz"


@pytest.fixture
def numbers(site: Flask) -> tuple[str, str]:
    """The numbers of an attempt that a corrected key raises, and of one that it would fail."""
    with writing(site) as session:
        for name, roles in STAFF:
            a_person(session, name, roles=roles, full_name="Somebody of the staff")
        raised, failing = (take(session, given).attempt.public_id for given in (WITH_PLUMS, JUST_PASSED))
        publish(session, SLUG, files_with(PLUMS), now=LATER)
    return raised, failing


@pytest.fixture
def trainer(numbers: tuple[str, str], client: CheckingClient) -> CheckingClient:
    """A client signed in as the trainer."""
    client.sign_in("trainer")
    return client


def text_at(client: CheckingClient, path: str) -> str:
    """The page of an address that must be there."""
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def scores(site: Flask) -> list[int]:
    """The whole score of every attempt."""
    with reading(site) as session:
        return [int(score or 0) for score in session.scalars(select(Attempt.score).order_by(Attempt.id))]


def test_a_trainer_finds_the_way_from_the_course_to_the_corrected_keys(trainer: CheckingClient) -> None:
    assert f'href="/write/{SLUG}/attempts"' in text_at(trainer, f"/write/{SLUG}")
    page = text_at(trainer, f"/write/{SLUG}/attempts")
    assert f'href="{HERE}"' in page
    assert page.count("One key was corrected") == 1


def test_the_number_of_an_attempt_leads_to_it(trainer: CheckingClient, numbers: tuple[str, str]) -> None:
    response = trainer.get(f"/write/{SLUG}/attempts?number=+{numbers[0]}+")
    assert response.location == f"/write/{SLUG}/attempts/{numbers[0]}"
    assert trainer.get(f"/write/{SLUG}/attempts?number=wrong").status_code == 404
    assert "There is no such attempt." in trainer.get(f"/write/{SLUG}/attempts?number=wrong").get_data(as_text=True)


def test_an_attempt_is_told_again_without_a_name(
    trainer: CheckingClient, numbers: tuple[str, str], site: Flask
) -> None:
    page = text_at(trainer, f"/write/{SLUG}/attempts/{numbers[0]}")
    assert "Drawn again from the seed, the paper is the same." in page
    assert "Marked again by the same keys, every answer earns what it earned." in page
    assert re.search(r"Plums</span> *<span class=\"tag done\">", page)
    assert re.search(r"release 2</th>.*?1 of 1", page, re.DOTALL)
    assert "Person Number" not in page
    assert "Agency fiu" not in page


def test_the_dry_run_shows_whose_marks_change_and_changes_nothing(
    trainer: CheckingClient, numbers: tuple[str, str], site: Flask
) -> None:
    page = text_at(trainer, HERE)
    assert "By the keys of the current release 2, the marks of 2 attempts change." in page
    assert "No longer passed, 1" in page
    assert "The score rises, 1" in page
    assert page.index(numbers[1]) < page.index(numbers[0])
    assert "Person Number" not in page
    assert scores(site) == [83, 83]


def test_marking_again_raises_scores_and_keeps_a_pass(
    trainer: CheckingClient, numbers: tuple[str, str], site: Flask
) -> None:
    data = {"reason": "Plums were right.", "release": "2"}
    response = trainer.send(f"{HERE}/apply", data)
    assert (response.status_code, response.location) == (303, f"{HERE}?done=1")
    page = text_at(trainer, response.location)
    assert "The marks of one attempt were corrected." in page
    assert "No longer passed, 1" in page
    assert scores(site) == [100, 83]
    told = text_at(trainer, f"/write/{SLUG}/attempts/{numbers[0]}")
    assert "Plums were right." in told
    assert "by release 2: 83 → 100" in told
    # Pressed twice, it is done once.
    assert trainer.send(f"{HERE}/apply", data).location == f"{HERE}?done=0"
    with reading(site) as session:
        assert session.scalar(select(func.count(Remark.id))) == 1


def test_an_attempt_that_is_ticked_fails(trainer: CheckingClient, numbers: tuple[str, str], site: Flask) -> None:
    data = {"reason": "Agreed with the agency.", "release": "2", "include": numbers[1]}
    assert trainer.send(f"{HERE}/apply", data).status_code == 303
    assert scores(site) == [100, 66]
    assert "there is nothing to correct" in text_at(trainer, HERE)


def test_marks_are_not_changed_without_a_reason(trainer: CheckingClient, site: Flask) -> None:
    response = trainer.send(f"{HERE}/apply", {"reason": " ", "release": "2"})
    assert response.status_code == 422
    assert "Write why the marks are changed, in at most 500 characters." in response.get_data(as_text=True)
    assert scores(site) == [83, 83]


def test_a_release_published_meanwhile_asks_to_look_again(trainer: CheckingClient, site: Flask) -> None:
    response = trainer.send(f"{HERE}/apply", {"reason": "x", "release": "1"})
    assert response.status_code == 409
    assert "Another release was published meanwhile." in response.get_data(as_text=True)
    assert scores(site) == [83, 83]


def test_an_attempt_that_would_not_fail_cannot_be_included(
    trainer: CheckingClient, numbers: tuple[str, str], site: Flask
) -> None:
    response = trainer.send(f"{HERE}/apply", {"reason": "x", "release": "2", "include": numbers[0]})
    assert response.status_code == 409
    assert scores(site) == [83, 83]


@pytest.mark.parametrize("name", ["manager", "organiser", "admin"])
def test_who_may_not_write_courses_sees_nothing_of_it(
    client: CheckingClient, numbers: tuple[str, str], name: str
) -> None:
    client.sign_in(name)
    for path in (f"/write/{SLUG}/attempts", f"/write/{SLUG}/attempts/{numbers[0]}", HERE):
        assert client.get(path).status_code == 403
    assert client.send(f"{HERE}/apply", {"reason": "x", "release": "2"}).status_code == 403


def test_an_attempt_of_another_course_is_not_found(trainer: CheckingClient, numbers: tuple[str, str]) -> None:
    assert trainer.get(f"/write/other/attempts/{numbers[0]}").status_code == 404
    assert trainer.get(f"/write/{SLUG}/corrections/no-quiz").status_code == 404


def test_the_officer_sees_the_corrected_key_and_that_it_was_corrected(
    trainer: CheckingClient, numbers: tuple[str, str], site: Flask
) -> None:
    trainer.send(f"{HERE}/apply", {"reason": "Plums.", "release": "2"})
    with reading(site) as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == numbers[0])).one()
        session.refresh(attempt, ["enrolment"])
        session.refresh(attempt.enrolment, ["person"])
        name = attempt.enrolment.person.sign_in_name
    trainer.send("/sign-out")
    trainer.sign_in(name)
    page = text_at(trainer, f"/attempts/{numbers[0]}/result")
    assert "A key of this quiz was corrected, and your attempt was marked again." in page
    assert "100 of 100" in page
    assert "is-wrong" not in page
    assert numbers[0] in page

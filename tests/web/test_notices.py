"""The bell in the head of every page, and the page of notices."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.core.clock import now as clock
from elearn.notices.models import Notice
from elearn.notices.rules import About, Kind, News
from elearn.notices.services import notify
from tests.checking import CheckingClient, links_of, text_of
from tests.factories import an_enrolment, reading, the_person, writing
from tests.web.conftest import OFFICER

TITLES = {"en": "A small <course>", "ru": "Малый курс"}


def tell(site: Flask, count: int = 1, name: str = OFFICER, kind: Kind = Kind.MISTAKE_ANSWERED) -> None:
    """Tell somebody something."""
    with writing(site) as session:
        for number in range(count):
            news = News(kind, f"{kind}{number}", "/mistakes#report-x", About(TITLES, "en"))
            notify(session, the_person(session, name).id, news, now=clock())


def bell(client: CheckingClient, path: str = "/account") -> str:
    """What the head of a page says of notices; nothing where no bell is shown, because there are none unread."""
    assert client.get(path).status_code == 200
    found = [node for node in client.page.iter() if (node.get("class") or "").startswith("head-bell")]
    assert len(found) == 1
    return text_of(found[0]) if found[0].get("class") == "head-bell is-new" else ""


def test_the_bell_counts_in_words_what_waits_unread(taught: Flask, learner: CheckingClient) -> None:
    assert bell(learner) == ""
    tell(taught, 2)
    assert bell(learner) == "Notices: 2 new"
    assert bell(learner, "/account?lang=ru") == "Уведомления: 2 новых"


def test_a_lesson_that_is_kept_for_everybody_has_each_readers_bell(taught: Flask, learner: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
        an_enrolment(session, the_person(session, "trainer"))
    lesson = "/courses/demo/example/a-section"
    assert bell(learner, lesson) == ""
    tell(taught, 3)
    assert bell(learner, lesson) == "Notices: 3 new"
    trainer = taught.test_client()
    assert isinstance(trainer, CheckingClient)
    trainer.sign_in("trainer")
    assert bell(trainer, lesson) == ""


def test_following_a_notice_leads_to_what_it_tells_and_marks_it_read(taught: Flask, learner: CheckingClient) -> None:
    tell(taught)
    page = learner.get("/notices").get_data(as_text=True)
    assert "A mistake that you reported was answered" in page
    assert "A small &lt;course&gt;" in page
    (link,) = [each for each in links_of(learner.page) if each.startswith("/notices/")]
    assert learner.head(link).status_code == 302
    assert bell(learner) == "Notices: 1 new"
    assert learner.get(link).location == "/mistakes#report-x"
    assert bell(learner) == ""
    assert learner.get(link).status_code == 302
    assert "Mark all as read" not in learner.get("/notices").get_data(as_text=True)


def test_everything_is_marked_read_at_once(taught: Flask, learner: CheckingClient) -> None:
    tell(taught, 3)
    tell(taught, name="trainer")
    assert learner.send("/notices/read", page="/notices").location == "/notices"
    assert bell(learner) == ""
    with reading(taught) as session:
        assert len(session.scalars(select(Notice.id).where(Notice.read_at.is_(None))).all()) == 1


def test_notices_stand_in_the_language_of_the_page(taught: Flask, learner: CheckingClient) -> None:
    tell(taught)
    page = learner.get("/notices?lang=ru").get_data(as_text=True)
    assert "На ваше сообщение об ошибке ответили" in page
    assert "Малый курс" in page


def test_somebody_elses_notice_is_not_there(taught: Flask, learner: CheckingClient) -> None:
    tell(taught, name="trainer")
    with reading(taught) as session:
        public_id = session.scalars(select(Notice.public_id)).one()
    assert learner.get(f"/notices/{public_id}").status_code == 404
    assert "was answered" not in learner.get("/notices").get_data(as_text=True)


@pytest.mark.parametrize("name", ["officer", "trainer", "manager", "organiser", "admin"])
def test_every_role_has_its_notices(taught: Flask, client: CheckingClient, name: str) -> None:
    client.sign_in(name)
    assert "There is nothing new." in client.get("/notices").get_data(as_text=True)


def test_nobody_has_no_bell_and_is_led_to_sign_in(taught: Flask, client: CheckingClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    assert not re.search("head-bell", page)
    assert client.get("/notices").location.startswith("/sign-in?")
    assert client.get("/notices/x").location.startswith("/sign-in?")


def with_mail(site: Flask, host: str | None = "mail.example") -> None:
    """The site can send e-mail, or cannot."""
    site.config["SETTINGS"] = site.config["SETTINGS"].model_copy(update={"smtp_host": host})


def wants(site: Flask) -> bool:
    """Whether the officer asked for the daily e-mail."""
    with reading(site) as session:
        return the_person(session, OFFICER).wants_digest


def test_the_daily_letter_is_off_until_one_asks_for_it(taught: Flask, learner: CheckingClient) -> None:
    with_mail(taught)
    with writing(taught) as session:
        the_person(session, OFFICER).email = "officer@fiu.example"
    assert not wants(taught)
    assert "Daily e-mail" in learner.get("/account").get_data(as_text=True)
    assert learner.send("/account/digest", {"wants_digest": "y"}).location == "/account?done=saved"
    assert wants(taught)
    assert re.search(r"<input[^>]* checked [^>]*wants_digest", learner.get("/account").get_data(as_text=True))
    learner.send("/account/digest")
    assert not wants(taught)


@pytest.mark.parametrize(("email", "host"), [(None, "mail.example"), ("officer@fiu.example", None)])
def test_without_an_address_or_a_server_nobody_is_offered_the_letter(
    taught: Flask, learner: CheckingClient, email: str | None, host: str | None
) -> None:
    with_mail(taught, host)
    with writing(taught) as session:
        the_person(session, OFFICER).email = email
    assert "Daily e-mail" not in learner.get("/account").get_data(as_text=True)
    learner.send("/account/digest", {"wants_digest": "y"})
    assert not wants(taught)

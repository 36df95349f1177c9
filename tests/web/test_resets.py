"""A new password without the old one: by a code from a coordinator's hand, or by a link in a letter."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from elearn.accounts.models import SignInAttempt
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.rules import OPERATOR
from elearn.accounts.services import change_password, disable_person
from elearn.app import create_app
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from tests.checking import PASSWORD, CheckingClient
from tests.factories import a_person, the_person, writing
from tests.smtp import Mailbox, deliver, mail_server
from tests.web.test_second_step import code_step, password_step, recorded, switch_on, told

NEW = "ветер над степью ночью"
NAME = "a.serikova"
ADDRESS = "aigerim@unit.example"
PAGE = "/sign-in/new-password"
WRONG = "The code or the link is not right"


def another(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


@pytest.fixture
def people(site: Flask) -> str:
    """An officer and an administrator; the officer's page."""
    with writing(site) as session:
        a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        return "/people/" + a_person(session, NAME, full_name="Айгерим Серикова", email=ADDRESS).public_id


@pytest.fixture
def code(site: Flask, people: str) -> str:
    """A one-time code as an administrator gets it."""
    return new_code_for(site, people)


def new_code_for(site: Flask, people: str) -> str:
    """A one-time code for the person whose page this is, as an administrator makes it."""
    admin = another(site)
    admin.sign_in("admin")
    answer = admin.send(f"{people}/one-time-code", page=people)
    assert answer.status_code == 201
    found = re.search(r">((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})<", answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def use(client: CheckingClient, code: str, *, name: str = NAME, password: str = NEW) -> int:
    sent = {"csrf_token": client.token(PAGE), "sign_in_name": name, "code": code, "new_password": password}
    return client.post(PAGE, data=sent).status_code


def test_a_code_sets_a_new_password_once_and_ends_every_session(site: Flask, client: CheckingClient, code: str) -> None:
    elsewhere = another(site)
    elsewhere.sign_in(NAME)
    assert use(client, code.lower().replace("-", " ")) == 303
    assert "Sign in with it." in client.get("/sign-in?done=new-password").get_data(as_text=True)
    assert elsewhere.get("/account").status_code == 302
    assert use(client, code, password="another good long one") == 403
    client.sign_in(NAME, NEW)


def test_the_old_password_works_until_the_code_is_used(client: CheckingClient, code: str) -> None:
    client.sign_in(NAME)


def test_a_new_password_leaves_the_second_step_where_it_is(site: Flask, client: CheckingClient, code: str) -> None:
    switch_on(site)
    assert use(client, code) == 303
    answer = client.send("/sign-in", {"sign_in_name": NAME, "password": NEW}, page="/sign-in")
    assert answer.status_code == 200
    assert 'name="ticket"' in answer.get_data(as_text=True)
    assert client.get("/account").status_code == 302


def test_a_code_is_good_for_who_has_tried_too_often_before_it_was_made(
    site: Flask, client: CheckingClient, people: str
) -> None:
    tried = {"sign_in_name": NAME, "password": "not the right one"}
    for _ in range(site.config["SETTINGS"].sign_in_tries):
        client.send("/sign-in", tried, page="/sign-in")
    assert client.send("/sign-in", tried, page="/sign-in").status_code == 429
    assert use(client, new_code_for(site, people)) == 303
    client.sign_in(NAME, NEW)


def test_a_weak_password_does_not_use_the_code_up(client: CheckingClient, code: str) -> None:
    for weak in ("short", "123456789012", "Айгерим и лето", "football-2026"):
        assert use(client, code, password=weak) == 422
    assert use(client, "", name="") == 422
    assert use(client, code) == 303


@pytest.mark.parametrize("why", ["name", "unknown", "late", "disabled", "password", "replaced"])
def test_a_code_that_is_not_good_gets_one_answer(
    site: Flask, client: CheckingClient, people: str, code: str, why: str
) -> None:
    name = {"name": "admin", "unknown": "nobody"}.get(why, NAME)
    with writing(site) as session:
        person = the_person(session, NAME)
        if why == "late":
            session.execute(update(PasswordReset).values(ends_at=clock() - timedelta(seconds=1)))
        elif why == "disabled":
            disable_person(session, person, actor=OPERATOR, now=clock())
        elif why == "password":
            change_password(session, person, "another hash", now=clock())
    if why == "replaced":
        admin = another(site)
        admin.sign_in("admin")
        admin.send(f"{people}/one-time-code", page=people)
    assert use(client, code, name=name) == 403
    assert text_of_main(client).count(WRONG) == 2  # in the summary and at the field


def text_of_main(client: CheckingClient) -> str:
    return "".join(client.page.itertext())


def test_tries_of_codes_run_out_for_known_and_unknown_names_in_the_same_words(
    site: Flask, client: CheckingClient, code: str
) -> None:
    answers = {}
    for name in (NAME, "nobody"):
        said = []
        for _ in range(site.config["SETTINGS"].sign_in_tries):
            said.append((use(client, "2222-2222-2222-2222-2222-2222", name=name), text_of_main(client)))
        said.append((use(client, code, name=name), text_of_main(client)))
        answers[name] = said
    assert [status for status, _ in answers[NAME]] == [403] * 8 + [429]
    assert answers[NAME] == answers["nobody"]


def test_only_a_hash_of_a_code_is_kept(site: Flask, code: str) -> None:
    with writing(site) as session:
        kept = session.scalars(select(PasswordReset)).one()
        assert code not in str(vars(kept))
        assert kept.ends_at - clock() < timedelta(hours=24)


def test_nobody_makes_a_code_for_themselves(site: Flask, people: str) -> None:
    with writing(site) as session:
        own = the_person(session, "admin").public_id
    admin = another(site)
    admin.sign_in("admin")
    assert admin.send(f"/people/{own}/one-time-code").status_code == 409
    assert admin.send(f"/people/{own}/remove-second-step").status_code == 409


def test_a_code_is_recorded_when_made_and_used_and_the_person_is_told(
    site: Flask, client: CheckingClient, code: str
) -> None:
    assert use(client, code) == 303
    acts = [each for each in recorded(site) if each[0] != "signed-in"]
    assert acts == [("reset-code-made", {}), ("password-reset", {"by": "code", "sessions_ended": 0})]
    assert told(site) == ["password-changed"]


# ---- By a letter ----


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def mailing(sqlite_url: str, settings: Settings, mailbox: Mailbox) -> Iterator[Flask]:
    """A site that sends letters, with an officer."""
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none", "smtp_sender": "t@fiu.example"}
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update=smtp), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        a_person(session, NAME, full_name="Айгерим Серикова", email=ADDRESS, language="ru")
    yield app
    database.dispose()


def ask(client: CheckingClient, address: str) -> tuple[int, str | None]:
    data = {"csrf_token": client.token("/sign-in/forgotten"), "email": address}
    answer = client.post("/sign-in/forgotten", data=data)
    deliver(client.application)
    return answer.status_code, answer.location


def link_in(mailbox: Mailbox) -> str:
    text = mailbox.to(ADDRESS)[-1].get_content()
    found = re.search(r"http://training\.example(/sign-in/new-password/\S+)", text)
    assert found is not None
    return found[1]


def test_where_no_letters_are_sent_none_is_offered(client: CheckingClient) -> None:
    page = client.get("/sign-in/forgotten").get_data(as_text=True)
    assert 'type="email"' not in page
    sent = {"csrf_token": client.token(), "email": ADDRESS}
    assert client.post("/sign-in/forgotten", data=sent).status_code == 404


def test_a_link_sets_a_new_password_once(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    assert ask(client, ADDRESS.upper()) == (303, "/sign-in/forgotten?sent=1")
    assert "30 minutes" in client.get("/sign-in/forgotten?sent=1").get_data(as_text=True)
    link = link_in(mailbox)
    for _ in range(2):  # a mail server may open it, too
        assert client.get(link).status_code == 200
    data = {"csrf_token": client.token(link), "new_password": "short"}
    assert client.post(link, data=data).status_code == 422
    data = {"csrf_token": client.token(link), "new_password": NEW}
    assert client.post(link, data=data).location == "/sign-in?done=new-password"
    assert client.get(link).status_code == 403
    assert client.post(link, data=data).status_code == 403
    client.sign_in(NAME, NEW)


def test_a_link_is_recorded_when_asked_for_and_used(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    ask(client, ADDRESS)
    ask(client, "nobody@unit.example")
    link = link_in(mailbox)
    client.send(link, {"new_password": NEW}, page=link)
    acts = recorded(mailing)
    assert acts == [("reset-link-asked", {}), ("password-reset", {"by": "link", "sessions_ended": 0})]


def test_a_link_is_void_when_the_address_is_not_the_persons_any_more(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    ask(client, ADDRESS)
    link = link_in(mailbox)
    token = client.token(link)
    with writing(mailing) as session:
        the_person(session, NAME).email = "another@unit.example"
    assert client.post(link, data={"csrf_token": token, "new_password": NEW}).status_code == 403


def test_a_new_password_by_a_link_forgives_no_tries_where_there_is_a_second_step(
    mailing: Flask, mailbox: Mailbox
) -> None:
    switch_on(mailing)
    client = another(mailing)
    ticket = password_step(client)
    for _ in range(7):
        assert code_step(client, ticket, "000000") == 403
    ask(client, ADDRESS)
    link = link_in(mailbox)
    assert client.send(link, {"new_password": NEW}, page=link).status_code == 303
    sent = {"sign_in_name": NAME, "password": NEW}
    assert client.send("/sign-in", sent, page="/sign-in").status_code == 429


def test_known_and_unknown_addresses_get_the_same_answer(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    assert ask(client, ADDRESS) == ask(client, "nobody@unit.example")
    assert [to for to, _ in mailbox.letters] == [ADDRESS]
    assert ask(client, "no address")[0] == 422


def test_a_disabled_account_gets_no_letter(mailing: Flask, mailbox: Mailbox) -> None:
    with writing(mailing) as session:
        disable_person(session, the_person(session, NAME), actor=OPERATOR, now=clock())
    assert ask(another(mailing), ADDRESS)[0] == 303
    assert mailbox.letters == []


def test_a_link_is_good_for_half_an_hour_and_the_newest_alone(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    ask(client, ADDRESS)
    first = link_in(mailbox)
    ask(client, ADDRESS)
    second = link_in(mailbox)
    assert client.get(first).status_code == 403
    assert client.get(second).status_code == 200
    with writing(mailing) as session:
        found = session.scalars(select(PasswordReset.ends_at)).one()
        assert timedelta(minutes=29) < found - clock() <= timedelta(minutes=30)
        session.execute(update(PasswordReset).values(ends_at=clock()))
    assert client.get(second).status_code == 403


def test_one_address_gets_few_letters_and_is_told_nothing(mailing: Flask, mailbox: Mailbox) -> None:
    client = another(mailing)
    answers = {ask(client, ADDRESS) for _ in range(6)}
    assert answers == {(303, "/sign-in/forgotten?sent=1")}
    assert len(mailbox.letters) == 3
    client.sign_in(NAME)  # they are no tries to sign in


def test_a_mail_server_that_is_down_is_no_fault_of_who_asks(mailing: Flask, mailbox: Mailbox) -> None:
    mailbox.refuses.add(ADDRESS)
    client = another(mailing)
    assert ask(client, ADDRESS)[0] == 303
    mailbox.refuses.clear()
    assert ask(client, ADDRESS)[0] == 303
    assert len(mailbox.letters) == 1


def test_the_password_in_use_is_not_in_the_letter(mailing: Flask, mailbox: Mailbox) -> None:
    ask(another(mailing), ADDRESS)
    letter = mailbox.letters[0][1]
    assert PASSWORD not in letter.as_string()
    assert letter["Auto-Submitted"] == "auto-generated"
    with writing(mailing) as session:
        assert session.scalar(select(func.count(SignInAttempt.id))) == 1

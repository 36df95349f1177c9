"""Inviting people who have no password yet: slips, links and letters, each good once and for whom one reaches alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.inviting import rules
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.rules import OPERATOR
from elearn.app import create_app
from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.policy import Role, ScopeKind
from elearn.settings import Settings
from tests.checking import HTML, CheckingClient, client_of, text_in, text_of, words_of
from tests.factories import NOON, a_person, an_agency, reading, the_person, writing
from tests.smtp import Mailbox, deliver, mail_server

PAGE, NEW = "/people/invitations", "ветер над степью ночью"
CODE = re.compile(r"(?:[2-9A-Z]{4}-){5}[2-9A-Z]{4}")


@pytest.fixture
def invited(site: Flask) -> str:
    """A cohort: a new officer here, one abroad, one with a password, a disabled one, an administrator; its choice."""
    with writing(site) as session:
        here, there = an_agency(session, "here"), an_agency(session, "there", country="XB")
        a_person(session, "boss", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        a_person(session, "local", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        new: dict[str, Any] = {"password_hash": None}
        people = [
            a_person(session, "near", agency=here, full_name="Айгүл Near", **new),
            a_person(session, "away", agency=there, full_name="Away Person", email="away@unit.example", **new),
            a_person(session, "settled", agency=here, full_name="Settled Person"),
            a_person(session, "gone", agency=here, full_name="Gone Person", **new),
            a_person(session, "chief", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),), **new),
        ]
        people[3].disabled_at = NOON
        cohort = add_cohort(session, "December", actor=OPERATOR, now=NOON)
        join(session, cohort, [person.id for person in people], now=NOON)
        return f"cohort:{cohort.public_id}"


def slips(client: CheckingClient, who: str) -> dict[str, str]:
    """Invite by slips: the codes by sign-in name."""
    answer = client.send(PAGE, {"who": who, "way": "slips"}, page=PAGE)
    assert answer.status_code == 201, words_of(client.page)
    found = {}
    for item in client.page.iter(f"{HTML}li"):
        if item.get("class") == "slip":
            facts = [text_of(node) for node in item.iter(f"{HTML}dd")]
            found[facts[1]] = facts[2]
    return found


def choose(client: CheckingClient, name: str, code: str) -> int:
    """Choose a password with a code; the status."""
    sent = {"sign_in_name": name, "code": code, "new_password": NEW}
    return client.send("/sign-in/new-password", sent, page="/sign-in/new-password").status_code


def test_slips_are_for_those_within_reach_who_have_no_password_and_are_not_above_oneself(
    site: Flask, invited: str
) -> None:
    local, boss = slips(client_of(site, "local"), invited), slips(client_of(site, "boss"), invited)

    assert local.keys() == {"near"}
    assert boss.keys() == {"near", "away", "chief"}
    assert all(CODE.fullmatch(code) for code in (*local.values(), *boss.values()))


def test_with_a_slip_a_person_chooses_a_password_once_and_signs_in(site: Flask, invited: str) -> None:
    code = slips(client_of(site, "local"), invited)["near"]
    visitor = client_of(site)

    assert choose(visitor, "near", code) == 303
    visitor.sign_in("near", NEW)
    assert "Your password was changed." not in text_in(visitor.get("/notices"))  # it is their first
    assert choose(client_of(site), "near", code) == 403
    local = client_of(site, "local")
    answer = local.send(PAGE, {"who": invited, "way": "slips"}, page=PAGE)
    assert (answer.status_code, "Nobody of them is without a password" in words_of(local.page)) == (404, True)


def test_a_slip_is_good_for_a_week_and_void_when_another_is_made(site: Flask, invited: str) -> None:
    local = client_of(site, "local")
    first, second = slips(local, invited)["near"], slips(local, invited)["near"]

    # The page is that of one-time codes, too, which are good for a day.
    assert "24 hours" not in text_in(client_of(site).get("/sign-in/new-password"))
    assert choose(client_of(site), "near", first) == 403
    with time_machine.travel(clock() + timedelta(days=7, minutes=1), tick=False):
        assert choose(client_of(site), "near", second) == 403
    with time_machine.travel(clock() + timedelta(days=6, hours=23), tick=False):
        assert choose(client_of(site), "near", second) == 303


def test_links_are_shown_once_and_open_the_choice_of_a_password(site: Flask, invited: str) -> None:
    boss = client_of(site, "boss")
    page = text_in(boss.send(PAGE, {"who": invited, "way": "links"}, page=PAGE))
    links = re.findall(r"/sign-in/new-password/[\w-]+", page)

    assert len(links) == 3
    visitor = client_of(site)
    shown = set()
    for link in links:  # nothing else tells who was invited what to sign in with
        weak = visitor.send(link, {"new_password": "short"}, page=link)
        for page in (text_in(weak), text_in(visitor.get(link))):
            shown |= set(re.findall(r'Sign-in name</span> <span translate="no">([^<]+)', page))
    assert shown == {"near", "away", "chief"}
    answers = [visitor.send(link, {"new_password": NEW}, page=link).status_code for link in links]
    assert answers == [303, 303, 303]
    for name in ("near", "away", "chief"):
        client_of(site).sign_in(name, NEW)


def test_each_invitation_is_in_the_audit_log_and_only_hashes_of_its_secrets_are_kept(site: Flask, invited: str) -> None:
    codes = slips(client_of(site, "boss"), invited)
    with reading(site) as session:
        told = [link for link in all_events(session) if link.act == Act.INVITED]
        kept = session.execute(select(PasswordReset.token_hash, PasswordReset.kind)).all()
        names = {the_person(session, name).public_id for name in codes}

    assert {link.thing_id for link in told} == names
    assert {str(link.details) for link in told} == {str({"by": "slips"})}
    assert len(kept) == 3
    assert not any(code in str(kept) + str(told) for code in codes.values())


def test_an_agency_is_invited_in_parts_that_can_be_printed(
    site: Flask, invited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elearn.accounts.inviting.queries.MOST", 1)
    with writing(site) as session:
        a_person(session, "second", agency=an_agency(session, "here"), full_name="Ямал Second", password_hash=None)

    assert rules.MOST == 200
    local = client_of(site, "local")
    [(name, code)] = slips(local, "agency:here").items()
    assert choose(client_of(site), name, code) == 303
    assert slips(local, "agency:here").keys() == {"near", "second"} - {name}


def test_what_cannot_be_is_refused(site: Flask, invited: str) -> None:
    local = client_of(site, "local")
    for sent in ({"who": "", "way": "slips"}, {"who": invited, "way": "pigeons"}, {"who": "cohort:x", "way": "slips"}):
        assert local.send(PAGE, sent, page=PAGE).status_code == 422
    assert local.send(PAGE, {"who": invited, "way": "letters"}, page=PAGE).status_code == 422, "no letters here"
    with reading(site) as session:
        assert session.scalar(select(func.count()).select_from(PasswordReset)) == 0
    assert client_of(site, "settled").get(PAGE).status_code == 403


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as found:
        yield found


def test_letters_go_to_those_with_an_address_in_their_language_with_a_link(
    sqlite_url: str, settings: Settings, invited: str, mailbox: Mailbox
) -> None:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none", "smtp_sender": "t@fiu.example"}
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update=smtp), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        the_person(session, "away").language = "ru"
    boss = client_of(app, "boss")

    assert boss.send(PAGE, {"who": invited, "way": "letters"}, page=PAGE).location == f"{PAGE}?sent=1"
    assert "One letter is on its way." in text_in(boss.get(f"{PAGE}?sent=1"))
    deliver(app)
    [letter] = mailbox.to("away@unit.example")
    link = re.search(r"http://training\.example(/sign-in/new-password/\S+)", letter.get_content())
    assert link is not None
    assert "Чтобы выбрать пароль" in letter.get_content()
    assert client_of(app).send(link[1], {"new_password": NEW}, page=link[1]).status_code == 303
    database.dispose()

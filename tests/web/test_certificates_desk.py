"""Certificates that those who manage people put right: revoked, corrected, renewed; the chain at verification."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.certificates.models import Certificate
from elearn.reporting.models import Tally
from tests.checking import HTML, CheckingClient, client_of, links_of, text_in, text_of, words_of
from tests.factories import NOON, an_enrolment, learn, reading, the_person, writing
from tests.web.conftest import OFFICER


@pytest.fixture
def code(taught: Flask) -> str:
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
        return session.scalars(select(Certificate.code)).one()


@pytest.fixture
def desk(taught: Flask, client: CheckingClient, code: str) -> str:
    """The address of the officer's certificates; the client is signed in as the administrator."""
    client.sign_in("admin")
    with reading(taught) as session:
        return f"/people/{the_person(session, OFFICER).public_id}/certificates"


def newest(site: Flask) -> Certificate:
    with reading(site) as session:
        return session.scalars(select(Certificate).where(Certificate.replaced_at.is_(None))).one()


def rename(site: Flask) -> None:
    with writing(site) as session:
        the_person(session, OFFICER).full_name = "Айгүл Серікова"


def counted(site: Flask) -> set[tuple[object, ...]]:
    with reading(site) as session:
        columns = (Tally.measure, Tally.course_id, Tally.agency_id, Tally.month, Tally.people)
        return {tuple(row) for row in session.execute(select(*columns).where(Tally.people != 0))}


def test_a_corrected_name_stands_on_a_new_certificate_that_replaces_the_old_one(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    rename(taught)
    before = counted(taught)
    assert client.send(f"{desk}/{code}/correct").status_code == 303
    new = newest(taught)
    assert (new.holder_name, new.completed_on) == ("Айгүл Серікова", NOON.date())
    client.get(f"/verify/{code}")
    assert "This certificate was replaced by another one" in words_of(client.page)
    assert "The holder’s name was corrected on" in words_of(client.page)
    assert f"/verify/{new.code}" in links_of(client.page)
    client.get(f"/verify/{new.code}")
    assert "genuine and valid" in words_of(client.page)
    assert f"/verify/{code}" in links_of(client.page)
    assert counted(taught) == before
    client.get(desk)
    assert f"Now: {new.code}." in words_of(client.page)


def test_every_number_of_a_chain_leads_to_the_certificate_that_counts(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    chain = [code]
    for _ in range(3):
        assert client.send(f"{desk}/{chain[-1]}/renew").status_code == 303
        chain.append(newest(taught).code)
    for earlier in chain[:-1]:
        client.get(f"/verify/{earlier}")
        assert f"The certificate that counts now: {chain[-1]}" in words_of(client.page)
    client.get(desk)
    assert words_of(client.page).count(f"Now: {chain[-1]}.") == 3


def test_the_log_says_who_replaced_and_revoked_a_certificate_and_by_which(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    client.send(f"{desk}/{code}/renew")
    new = newest(taught).code
    client.send(f"{desk}/{new}/revoke", {"reason": "Obtained by fraud"})
    with reading(taught) as session:
        admin = the_person(session, "admin").id
        done = [event for event in all_events(session) if event.act.startswith("certificate-re")]
    assert [(event.act, event.thing_id, event.actor_id, event.details) for event in done] == [
        (Act.CERTIFICATE_REPLACED, code, admin, {"by": new, "why": "renewed"}),
        (Act.CERTIFICATE_REVOKED, new, admin, {}),
    ]


def test_a_name_that_is_right_is_not_corrected(client: CheckingClient, desk: str, code: str) -> None:
    assert client.send(f"{desk}/{code}/correct").status_code == 409
    assert "carries the name of the account already" in words_of(client.page)


def test_a_renewed_certificate_is_valid_from_today(taught: Flask, client: CheckingClient, desk: str, code: str) -> None:
    with time_machine.travel(NOON + timedelta(days=800), tick=False):
        client.sign_in("admin")
        assert client.send(f"{desk}/{code}/renew").status_code == 303
        new = newest(taught)
        assert new.valid_until is not None
        assert new.valid_until.isoformat() == "2031-01-29"
        client.get(f"/verify/{new.code}")
        assert "genuine and valid" in words_of(client.page)


def test_what_was_replaced_or_revoked_is_not_touched_again(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    assert client.send(f"{desk}/{code}/renew").status_code == 303
    for act in ("renew", "correct", "revoke"):
        assert client.send(f"{desk}/{code}/{act}", {"reason": "x"}).status_code == 409
        assert "was replaced by another one" in words_of(client.page)
    later = newest(taught).code
    assert client.send(f"{desk}/{later}/revoke", {"reason": " Not  theirs "}).status_code == 303
    assert client.send(f"{desk}/{later}/renew").status_code == 409
    client.get(f"/verify/{later}")
    assert ": Not theirs" in words_of(client.page)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_nothing_is_revoked_without_a_reason(
    taught: Flask, client: CheckingClient, desk: str, code: str, reason: str
) -> None:
    assert client.send(f"{desk}/{code}/revoke", {"reason": reason}).status_code == 422
    assert newest(taught).revoked_at is None


def test_a_reason_that_reorders_the_public_page_is_refused_and_stays_to_be_mended(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    answer = client.send(f"{desk}/{code}/revoke", {"reason": "Not \u202e theirs"})
    assert (answer.status_code, newest(taught).revoked_at) == (422, None)
    assert "Leave out line breaks and invisible characters." in words_of(client.page)
    assert 'value="Not ? theirs"' in text_in(answer)


def test_each_certificate_of_a_course_is_a_landmark_of_its_own_name(
    client: CheckingClient, desk: str, code: str
) -> None:
    client.send(f"{desk}/{code}/renew")
    client.get(desk)
    by_id = {node.get("id"): text_of(node) for node in client.page.iter() if node.get("id")}
    sections = [node.get("aria-labelledby").split() for node in client.page.iter(f"{HTML}section")]
    names = [" ".join(by_id[part] for part in parts) for parts in sections]
    assert len(names) == len(set(names)) == 2


def test_the_holder_prints_the_certificate_that_counts(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    client.send(f"{desk}/{code}/renew")
    client.send("/sign-out")
    client.sign_in(OFFICER)
    client.get("/certificates")
    assert code not in words_of(client.page)
    assert newest(taught).code in words_of(client.page)
    assert client.get(f"/certificates/{code}.pdf").location == f"/verify/{code}"


def test_the_holder_prints_no_certificate_that_was_revoked(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    officer = client_of(taught, OFFICER)
    officer.get("/certificates")
    assert f"/certificates/{code}.pdf" in links_of(officer.page)
    client.send(f"{desk}/{code}/revoke", {"reason": "Not theirs"})
    for path in ("/certificates", f"/verify/{code}"):
        officer.get(path)
        assert "evoked" in words_of(officer.page)
        assert f"/certificates/{code}.pdf" not in links_of(officer.page)
    assert officer.get(f"/certificates/{code}.pdf").location == f"/verify/{code}"


def test_a_certificate_of_somebody_else_is_not_found_there(
    taught: Flask, client: CheckingClient, desk: str, code: str
) -> None:
    with reading(taught) as session:
        other = the_person(session, "manager").public_id
    assert client.send(f"/people/{other}/certificates/{code}/revoke", {"reason": "x"}).status_code == 404
    assert client.send(f"{desk}/AAAA-AAAA-AAAA-AAAA/renew").status_code == 404

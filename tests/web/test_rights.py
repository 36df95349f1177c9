"""A person takes home what is held about them; administrators erase and merge; the calendar forgets."""

import html
import io
import json
import re
import zipfile
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.accounts.cohorts.services import add_cohort, join
from elearn.accounts.leaving import Leaving
from elearn.accounts.models import Cohort, CohortMember, Person, RoleGrant
from elearn.accounts.resets.models import PasswordReset
from elearn.accounts.resets.services import make_code
from elearn.accounts.rules import OPERATOR
from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep
from elearn.assessment.models import Answer, Attachment, Attempt
from elearn.audit.queries import all_events
from elearn.audit.rules import Act
from elearn.certificates.models import Certificate
from elearn.certificates.services import correct_certificate
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_client_id, new_public_id
from elearn.jobs import rules as jobs
from elearn.jobs.services import queue
from elearn.learning.models import Enrolment
from elearn.learning.rules import OutcomeKind
from elearn.mistakes.models import MistakeReport
from elearn.notes.models import Note
from elearn.notices import rules as notices
from elearn.notices.rules import News
from elearn.notices.services import notify
from elearn.reporting.models import Tally
from elearn.reporting.services import rebuild_tallies
from elearn.rights.merging import merge_people
from elearn.rights.services import erase_person, expired, forget_expired, person_erased
from elearn.security.policy import Role, ScopeKind
from elearn.web.i18n import zone
from tests.checking import CheckingClient, words_of
from tests.factories import NOON, a_course, a_person, an_enrolment, learn, reading, the_person, writing
from tests.web.conftest import OFFICER

NAME = "Айгүл Серікқызы Әбдірахманова"


def filled(site: Flask, name: str = OFFICER, *, text: str = "I, Айгүл, saw it", days: int = 0) -> None:
    """Somebody with a completed course, a note, an attempt with a text and a file, and a report."""
    with writing(site) as session:
        person = the_person(session, name)
        now = NOON + timedelta(days=days)
        enrolment = learn(session, an_enrolment(session, person, a_course(session)), now=now)
        note = {"title": "T", "earlier": [], "saved_at": now, "revision": new_client_id()}
        session.add(Note(enrolment_id=enrolment.id, unit="example/opening", text=f"note of {name}", **note))
        attempt = Attempt(
            public_id=new_public_id(),
            enrolment_id=enrolment.id,
            quiz_id="example-quiz",
            number=1,
            release_id=enrolment.release_id,
            seed=77_123,
            paper=[],
            flagged=[],
            started_at=now,
            submitted_at=now,
        )
        session.add(attempt)
        session.flush()
        ids = {"attempt_id": attempt.id, "question_id": "why", "received_at": now}
        session.add(Answer(client_id=new_client_id(), response={"written": text}, **ids))
        file = {"name": "a.pdf", "media_type": "application/pdf", "size": 4, "sha256": "x", "body": b"file"}
        session.add(Attachment(public_id=new_public_id(), **file, **ids))
        session.add(
            MistakeReport(
                public_id=new_public_id(),
                person_id=person.id,
                course_id=enrolment.course_id,
                release_id=enrolment.release_id,
                unit="section:example/opening",
                language="en",
                title="T",
                message=f"{text} here",
                suggestion="",
                reported_at=now,
                state="open",
                answer="",
            )
        )


def belonging(site: Flask, name: str = OFFICER) -> None:
    """What main keeps of somebody beside their learning: cohorts, ways to sign in, what the log tells."""
    with writing(site) as session:
        person = the_person(session, name)
        join(session, add_cohort(session, f"Cohort of {name}", actor=OPERATOR, now=NOON), [person.id], now=NOON)
        session.add(SecondStep(person_id=person.id, seed="seed-of-the-app", last_step=1, created_at=NOON))
        session.add(RecoveryCode(person_id=person.id, code_hash="hash-of-a-code"))
        key = {"public_id": new_public_id(), "credential_id": "credential", "public_key": b"key", "count": 0}
        session.add(Passkey(person_id=person.id, created_at=NOON, **key))
        make_code(session, person, actor=OPERATOR, now=NOON)


def everything(site: Flask) -> str:
    """Every text in the database."""
    with reading(site) as session:
        tables = Person.metadata.sorted_tables
        return "\n".join(str(tuple(row)) for table in tables for row in session.execute(table.select()))


def tallies(site: Flask) -> set[tuple[object, ...]]:
    with reading(site) as session:
        query = select(Tally.measure, Tally.course_id, Tally.agency_id, Tally.month, Tally.people)
        return {tuple(row) for row in session.execute(query.where(Tally.people != 0))}


def zone_of(site: Flask) -> ZoneInfo:
    with site.app_context():
        return zone()


# ---- One's own data ----


def test_a_person_takes_home_all_that_is_held_about_them(taught: Flask, learner: CheckingClient) -> None:
    filled(taught)
    belonging(taught)
    with writing(taught) as session:
        a_person(session, "colleague", full_name="Somebody Else")
    filled(taught, "colleague", text="of a colleague")
    answer = learner.send("/account/data")
    assert (answer.status_code, answer.location) == (303, "/account/data/file")
    with zipfile.ZipFile(io.BytesIO(learner.get("/account/data/file").get_data())) as bundle:
        names = bundle.namelist()
        told = json.loads(bundle.read("data.json"))
        page = bundle.read("data.html").decode()
    assert told["person"][0]["full_name"] == NAME
    assert told["note"][0]["text"] == "note of officer"
    assert told["answer"][0]["response"] == {"written": "I, Айгүл, saw it"}
    assert NAME in page
    assert any(name.startswith("files/") and name.endswith("a.pdf") for name in names)
    assert any(name.startswith("certificates/") for name in names)
    assert told["cohort_member"][0]["name"] == f"Cohort of {OFFICER}"
    assert set(told["second_step"][0]) == {"created_at"}
    assert {"signed-in", "reset-code-made", "certificate-awarded"} <= {event["act"] for event in told["audit_event"]}
    secrets = ("argon2", "77123", "password_hash", "seed-of-the-app", "hash-of-a-code", "credential")
    for secret in (*secrets, "Somebody Else", "of a colleague", "note of colleague"):
        assert secret not in json.dumps(told)
        assert secret not in page


def test_the_page_of_the_file_is_in_the_language_that_one_reads(taught: Flask, learner: CheckingClient) -> None:
    filled(taught)
    belonging(taught)
    with writing(taught) as session:
        the_person(session, OFFICER).left_on = date(2026, 11, 30)
    learner.get("/account?lang=ru")
    learner.send("/account/data")
    with zipfile.ZipFile(io.BytesIO(learner.get("/account/data/file").get_data())) as bundle:
        page = bundle.read("data.html").decode()
        told = json.loads(bundle.read("data.json"))
    assert '<html lang="ru">' in page
    titles = re.findall(r"<(?:h1|h2|dt|th)\b[^>]*>([^<]+)<", page)
    assert {"Учётная запись", "Полное имя", "Номер сертификата", "Группа", "Что сделано"} <= set(titles)
    assert [title for title in titles if re.search("[A-Za-z]", title)] == []
    assert "30 ноября 2026" in page
    assert told["person"][0]["left_on"] == "2026-11-30"


CODES = (
    *("act", "actor_roles", "door", "job.kind", "language", "leaving", "mistake_report.state", "notice.kind"),
    *("outcome.kind", "password_reset.kind", "replacement", "role", "scope", "thing_kind"),
)
"""Columns with codes, by name, or by table and column."""


@pytest.mark.parametrize("language", ["en", "ru", "kk", "ky", "tg", "tk", "uz"])
def test_the_page_of_the_file_says_codes_in_words(taught: Flask, learner: CheckingClient, language: str) -> None:
    filled(taught)
    belonging(taught)
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        person.leaving, person.full_name = Leaving.MOVED, "Another Name"
        session.add(RoleGrant(person_id=person.id, role=Role.TRAINER, scope=ScopeKind.ALL))
        code = session.scalars(select(Certificate.code).where(Certificate.person_id == person.id)).one()
        correct_certificate(session, code, now=NOON + timedelta(days=1))
        queue(session, jobs.Kind.RESET_LINK, person.id, now=NOON)
        notify(session, person.id, News(notices.Kind.PASSWORD_CHANGED, "k", "/account", notices.NO_COURSE), now=NOON)
    learner.get(f"/account?lang={language}")
    learner.send("/account/data")
    with zipfile.ZipFile(io.BytesIO(learner.get("/account/data/file").get_data())) as bundle:
        page = bundle.read("data.html").decode()
        told = {name: rows for name, rows in json.loads(bundle.read("data.json")).items() if name != "made_at"}
    there = {name: set[str]() for name in CODES}
    for table, rows in told.items():
        for row in rows:
            for column in {*row, *(f"{table}.{column}" for column in row)} & there.keys():
                there[column] |= {row[column.rpartition(".")[2]]} - {None}
    assert [name for name, codes in there.items() if not codes] == []
    shown = {html.unescape(value) for value in re.findall(r"<(?:dd|td)>([^<]*)<", page)} - {
        OFFICER
    }  # a sign-in name, too
    assert {name: codes & shown for name, codes in there.items() if codes & shown} == {}


def test_what_is_written_does_not_become_markup_in_the_page(taught: Flask, learner: CheckingClient) -> None:
    filled(taught, text="<script>alert(1)</script>")
    learner.send("/account/data")
    with zipfile.ZipFile(io.BytesIO(learner.get("/account/data/file").get_data())) as bundle:
        assert b"<script" not in bundle.read("data.html")


def test_the_file_is_asked_for_first_and_once_an_hour(taught: Flask, learner: CheckingClient) -> None:
    assert learner.get("/account/data/file").status_code == 403
    assert learner.send("/account/data").status_code == 303
    assert learner.send("/account/data").status_code == 409
    assert words_of(learner.page).startswith("Your account")
    assert "less than an hour ago" in words_of(learner.page)
    with reading(taught) as session:  # whoever is too quick was not refused what they have no right to
        refused = [event.thing_id for event in all_events(session) if event.act == Act.ACCESS_REFUSED]
    assert refused == ["rights.data"]
    with writing(taught) as session:
        the_person(session, OFFICER).data_given_at = clock() - timedelta(minutes=6)
    assert learner.get("/account/data/file").status_code == 403


# ---- Erasing ----


@pytest.fixture
def admin(taught: Flask, client: CheckingClient) -> CheckingClient:
    client.sign_in("admin")
    return client


def path_of(site: Flask, name: str, act: str) -> str:
    with reading(site) as session:
        return f"/people/{the_person(session, name).public_id}/{act}"


def test_looking_at_what_would_go_erases_nothing(taught: Flask, admin: CheckingClient) -> None:
    filled(taught)
    before = everything(taught)
    admin.get(path_of(taught, OFFICER, "erase"))
    assert "Nothing is done yet." in words_of(admin.page)
    assert "of the name the initials" in words_of(admin.page)
    admin.send(path_of(taught, OFFICER, "erase"), {"confirm": "somebody"})
    assert "Nothing was done." in words_of(admin.page)
    after = everything(taught)
    assert [line for line in before.split("\n") if NAME in line] == [line for line in after.split("\n") if NAME in line]


def test_administrators_do_not_erase_themselves(taught: Flask, admin: CheckingClient) -> None:
    own = path_of(taught, "admin", "erase")
    assert admin.get(own).status_code == 409
    assert "You cannot erase your own account." in words_of(admin.page)
    assert admin.send(own, {"confirm": "admin"}).status_code == 409


def test_an_erased_person_is_named_nowhere_and_statistics_and_certificate_stay(
    taught: Flask, admin: CheckingClient
) -> None:
    filled(taught)
    belonging(taught)
    with writing(taught) as session:
        gone = a_person(session, "earlier", full_name="Айгүл Бұрынғы")
        merge_people(session, the_person(session, OFFICER), gone, actor=OPERATOR, zone=zone_of(taught), now=NOON)
    counted = tallies(taught)
    told: list[int] = []
    person_erased.append(lambda session, person_id, actor, now: told.append(person_id))
    try:
        assert admin.send(path_of(taught, OFFICER, "erase"), {"confirm": OFFICER}).status_code == 303
    finally:
        person_erased.clear()
    assert len(told) == 1
    left = everything(taught)
    with reading(taught) as session:
        for model in (SecondStep, RecoveryCode, Passkey, PasswordReset, CohortMember, MistakeReport):
            assert session.scalars(select(model)).all() == []
        events = [event for event in all_events(session) if event.act == Act.PERSON_ERASED]
        assert [event.actor_id for event in events] == [the_person(session, "admin").id]
        assert session.scalars(select(Person).where(Person.public_id == events[0].thing_id)).all() == []
    for word in ("Айгүл", "Әбдірахманова", "Aigul", "note of", "saw it", "b'file'"):
        assert word not in left
    assert tallies(taught) == counted
    with reading(taught) as session:
        certificate = session.scalars(select(Certificate)).one()
        assert (certificate.holder_name, certificate.holder_latin_name) == ("А. С. Ә.", "A. A.")
        code = certificate.code
    admin.get(f"/verify/{code}")
    assert "genuine and valid" in words_of(admin.page)


def test_who_was_erased_signs_in_no_more_and_is_not_opened_again(taught: Flask, admin: CheckingClient) -> None:
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        erase_person(session, person, actor=OPERATOR, now=NOON)
        name = person.sign_in_name
    for act in ("enable", "reset-password"):
        assert admin.send(path_of(taught, name, act)).status_code == 409
    assert admin.send(path_of(taught, name, "erase"), {"confirm": name}).status_code == 409


def test_after_erasing_and_merging_the_page_says_so_and_nothing_of_signing_in(
    taught: Flask, admin: CheckingClient
) -> None:
    with writing(taught) as session:
        second, third = (a_person(session, name).public_id for name in ("second", "third"))
    sent = {"other": "second", "confirm": OFFICER}
    admin.get(admin.send(path_of(taught, OFFICER, "merge"), sent).location)
    assert "The two accounts are one now" in words_of(admin.page)
    admin.get(f"/people/{second}")
    closed = [words_of(admin.page)]
    admin.get(admin.send(f"/people/{third}/erase", {"confirm": "third"}).location)
    closed.append(words_of(admin.page))
    assert "The person is erased. What stays names nobody." in closed[1]
    for words in closed:
        assert "closed for good" in words
        assert "can sign in" not in words


def test_one_does_not_erase_oneself(taught: Flask, admin: CheckingClient) -> None:
    assert admin.send(path_of(taught, "admin", "erase"), {"confirm": "admin"}).status_code == 409


def test_the_name_on_the_certificate_of_somebody_erased_is_not_corrected_any_more(
    taught: Flask, admin: CheckingClient
) -> None:
    filled(taught)
    with writing(taught) as session:
        person = the_person(session, OFFICER)
        erase_person(session, person, actor=OPERATOR, now=NOON)
        name, code = person.sign_in_name, session.scalars(select(Certificate.code)).one()
    assert admin.send(path_of(taught, name, f"certificates/{code}/correct")).status_code == 409
    assert admin.send(path_of(taught, name, "give-role"), {"role": "trainer", "scope": ""}).status_code == 409


# ---- Merging ----


def test_cohorts_and_last_days_are_joined_and_ways_to_sign_in_are_those_of_the_account_that_stays(
    taught: Flask,
) -> None:
    with writing(taught) as session:
        release = a_course(session)
        kept, gone = the_person(session, OFFICER), a_person(session, "second")
        an_enrolment(session, kept, release).due_on = date(2026, 12, 1)
        an_enrolment(session, gone, release).due_on = date(2026, 12, 24)
        both, one = (add_cohort(session, name, actor=OPERATOR, now=NOON) for name in ("Both", "One"))
        join(session, both, [kept.id, gone.id], now=NOON)
        join(session, one, [gone.id], now=NOON)
        for person, seed in ((kept, "kept"), (gone, "gone")):
            session.add(SecondStep(person_id=person.id, seed=seed, last_step=1, created_at=NOON))
        session.flush()
        merge_people(session, kept, gone, actor=OPERATOR, zone=zone_of(taught), now=NOON)
        names = kept.public_id, gone.public_id
    with reading(taught) as session:
        kept = the_person(session, OFFICER)
        assert session.scalars(select(SecondStep.seed)).all() == ["kept"]
        assert set(session.execute(select(CohortMember.cohort_id, CohortMember.person_id))) == {
            (cohort_id, kept.id) for cohort_id in session.scalars(select(Cohort.id))
        }
        assert session.scalars(select(Enrolment.due_on)).all() == [date(2026, 12, 24)]
        (event,) = (event for event in all_events(session) if event.act == Act.PEOPLE_MERGED)
        assert (event.thing_id, event.details) == (names[0], {"gone": names[1]})


def test_two_accounts_become_one_and_nothing_is_lost(taught: Flask, admin: CheckingClient) -> None:
    with writing(taught) as session:
        a_person(session, "second", full_name="Aigul Second")
    filled(taught)
    filled(taught, "second", text="more words", days=-3)
    admin.get(f"{path_of(taught, OFFICER, 'merge')}?other=second")
    assert "Both have the course demo: that of second got further and leads" in words_of(admin.page)
    sent = {"other": "second", "confirm": OFFICER}
    assert admin.send(path_of(taught, OFFICER, "merge"), sent | {"confirm": ""}).status_code == 409
    assert admin.send(path_of(taught, OFFICER, "merge"), sent).status_code == 303
    with writing(taught) as session:
        person, gone = the_person(session, OFFICER), the_person(session, "second")
        assert gone.merged_into_id == person.id
        assert gone.disabled_at is not None
        enrolment = session.scalars(select(Enrolment)).one()
        assert (enrolment.person_id, enrolment.completed_at) == (person.id, NOON - timedelta(days=3))
        attempts = session.scalars(select(Attempt).order_by(Attempt.number)).all()
        assert [(one.number, one.started_at) for one in attempts] == [(1, NOON - timedelta(days=3)), (2, NOON)]
        certificates = session.scalars(select(Certificate)).all()
        assert {one.person_id for one in certificates} == {person.id}
        assert [one.replacement for one in certificates if one.replaced_at is not None] == ["merged"]
        note = session.scalars(select(Note)).one()
        assert note.text == "note of second"
        assert note.earlier[0][0] == "note of officer"
        report = session.scalars(select(MistakeReport)).one()
        assert report.message == "I, Айгүл, saw it here\n\nmore words here"
        counted = tallies(taught)
        rebuild_tallies(session, zone=zone_of(taught))
    assert tallies(taught) == counted


def test_what_both_learnt_together_completes_the_course(taught: Flask) -> None:
    with writing(taught) as session:
        release = a_course(session)
        one, two = the_person(session, OFFICER), a_person(session, "second")
        parts = [(OutcomeKind.SECTION_READ, "example/opening", None)]
        learn(session, an_enrolment(session, one, release), parts)
        enrolment = an_enrolment(session, two, release)
        learn(session, enrolment)
        enrolment.completed_at = None
        for certificate in session.scalars(select(Certificate)):
            session.delete(certificate)
        session.flush()
        rebuild_tallies(session, zone=zone_of(taught))
        merge_people(session, one, two, actor=OPERATOR, zone=zone_of(taught), now=NOON)
    with writing(taught) as session:
        assert session.scalars(select(Enrolment)).one().completed_at == NOON
        assert session.scalars(select(Certificate)).one().person_id == the_person(session, OFFICER).id
        counted = tallies(taught)
        rebuild_tallies(session, zone=zone_of(taught))
    assert tallies(taught) == counted


@pytest.mark.parametrize("other", ["nobody", OFFICER, ""])
def test_no_account_is_merged_with_nobody_or_itself(taught: Flask, admin: CheckingClient, other: str) -> None:
    sent = {"other": other, "confirm": OFFICER}
    assert admin.send(path_of(taught, OFFICER, "merge"), sent).status_code in (404, 409)


def test_what_would_be_merged_is_asked_for_by_name(taught: Flask, admin: CheckingClient) -> None:
    admin.get(path_of(taught, OFFICER, "merge"))
    assert "Write a sign-in name." not in words_of(admin.page)
    admin.get(f"{path_of(taught, OFFICER, 'merge')}?other=+")
    assert "Write a sign-in name." in words_of(admin.page)


# ---- Keeping ----


def test_what_is_kept_too_long_is_found_and_forgotten_once(taught: Flask) -> None:
    filled(taught)
    later = NOON + timedelta(days=400)
    with writing(taught) as session:
        the_person(session, OFFICER).disabled_at = NOON
        assert expired(session, people_months=0, answers_months=0, now=later).people == ()
        assert expired(session, people_months=14, answers_months=14, now=later).attempts == ()
        found = expired(session, people_months=12, answers_months=12, now=later)
        assert [name for _id, name in found.people] == [OFFICER]
        assert len(found.attempts) == 1
        forget_expired(session, found, now=later)
    with reading(taught) as session:
        again = expired(session, people_months=12, answers_months=12, now=later)
        assert (again.people, again.attempts) == ((), ())
        (event,) = (event for event in all_events(session) if event.act == Act.RETENTION_APPLIED)
        assert event.details == {"people": 1, "attempts": 1}
        assert session.scalars(select(Attempt)).one().number == 1
    assert "saw it" not in everything(taught)

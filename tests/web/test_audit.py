"""The audit log on a site: what is recorded by whom, who sees it, and what is never in it."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from elearn.accounts.models import Person
from elearn.audit.queries import all_events, verified
from elearn.audit.rules import Act, Kind, Link, Thing, person
from elearn.audit.services import record, roles_of
from elearn.certificates.models import Certificate
from elearn.certificates.services import revoke_certificate
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.policy import Role, ScopeKind
from tests.checking import PASSWORD, CheckingClient, client_of, text_in
from tests.factories import NOON, a_course, a_person, an_agency, an_enrolment, learn, the_person, writing

EVERYTHING = ((Role.ADMINISTRATOR, ScopeKind.ALL),)


@pytest.fixture
def audited(site: Flask) -> Flask:
    """A site with administrators of two reaches, a manager and an officer."""
    with writing(site) as session:
        here = an_agency(session, "here")
        a_person(session, "boss", agency=here, full_name="Boss Bossov", roles=EVERYTHING)
        a_person(session, "local", agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        a_person(session, "manager", agency=here, roles=((Role.MANAGER, ScopeKind.AGENCY),))
        a_person(session, "officer", agency=here, full_name="Айгүл Әбдірахманова")
    return site


def try_to_sign_in(client: CheckingClient, name: str, password: str = "a wrong password") -> None:  # noqa: S107
    """Sign in in vain."""
    form = {"sign_in_name": name, "password": password}
    assert client.send("/sign-in", form, page="/sign-in").status_code in (403, 429)


def events(site: Flask, *, since: int = 0) -> list[Link]:
    """The events after a number; the chain is whole whatever was done."""
    with site.extensions["elearn.database"].reading() as session:
        verified(session)
        return [link for link in all_events(session) if link.number > since]


def told(site: Flask, links: Sequence[Link]) -> list[tuple[str, str, str]]:
    """Who did what to whom, in the names of the tests."""
    with writing(site) as session:
        people = session.scalars(select(Person)).all()
    by_id = {each.id: each.sign_in_name for each in people}
    by_public_id = {each.public_id: each.sign_in_name for each in people}
    return [
        (
            by_id.get(link.actor_id or 0, link.actor_roles),
            link.act,
            by_public_id.get(link.thing_id, link.thing_id),
        )
        for link in links
    ]


def public_id(site: Flask, name: str) -> str:
    with writing(site) as session:
        return the_person(session, name).public_id


# ---- What is recorded ----


def test_signing_in_and_out_is_recorded(audited: Flask) -> None:
    client = client_of(audited, "officer")
    client.send("/sign-out", {}, page="/account")
    links = events(audited)
    assert told(audited, links) == [("officer", "signed-in", "officer"), ("officer", "signed-out", "officer")]
    assert links[0].actor_roles == "officer" and links[0].details == {"door": "password", "shared_device": False}


def test_a_refused_sign_in_names_the_person_and_a_name_that_nobody_has_only_by_a_mark(audited: Flask) -> None:
    client = client_of(audited)
    try_to_sign_in(client, "officer")
    for typed in ("my secret password", "My Secret Password ", "another"):
        try_to_sign_in(client, typed)
    links = events(audited)
    assert told(audited, links[:1]) == [("nobody", "sign-in-refused", "officer")]
    marks = [link.thing_id for link in links[1:]]
    assert marks[0] == marks[1] != marks[2]
    assert all(re.fullmatch(r"[0-9a-f]{16}", mark) for mark in marks)
    assert {link.thing_kind for link in links[1:]} == {"sign-in-name"}


def test_a_flood_of_tries_is_recorded_once_in_a_window(audited: Flask) -> None:
    client = client_of(audited)
    for name in ("officer", "nobody-of-this-name"):
        for _ in range(12):
            try_to_sign_in(client, name)
    acts = [link.act for link in events(audited)]
    assert acts == (["sign-in-refused"] * 8 + ["sign-in-throttled"]) * 2


def test_a_page_refused_to_somebody_signed_in_is_recorded_and_to_nobody_is_not(audited: Flask) -> None:
    client = client_of(audited)
    client.get("/people")
    client.sign_in("officer")
    assert client.get("/people").status_code == 403
    assert client.get("/write/demo").status_code == 403
    assert client.post("/sign-out", data={}).status_code == 403, "a form without its token"
    assert client.get("/nothing").status_code == 404
    links = events(audited, since=1)
    assert told(audited, links) == [
        ("officer", "access-refused", "accounts.people"),
        ("officer", "access-refused", "authoring.course"),
        ("officer", "access-refused", "accounts.sign_out"),
    ]
    assert [link.details for link in links] == [
        {"method": "GET"},
        {"method": "GET", "slug": "demo"},
        {"method": "POST"},
    ]


def test_what_is_out_of_ones_reach_is_recorded_as_refused_though_it_is_answered_as_nothing(audited: Flask) -> None:
    with writing(audited) as session:
        theirs = a_person(session, "far", agency=an_agency(session, "there")).public_id
    client = client_of(audited, "local")
    before = len(events(audited))
    assert client.get(f"/people/{theirs}").status_code == 404
    assert client.send(f"/people/{theirs}/disable").status_code == 404
    assert client.get(f"/notices/{theirs}").status_code == 404  # which can be gone
    links = events(audited, since=before)
    assert [(link.act, link.thing_id, link.details) for link in links] == [
        ("access-refused", "accounts.person", {"method": "GET", "public_id": theirs}),
        ("access-refused", "accounts.disable", {"method": "POST", "public_id": theirs}),
    ]


def test_what_administrators_do_to_people_is_recorded_without_what_they_wrote(audited: Flask) -> None:
    client = client_of(audited, "boss")
    before = len(events(audited))
    page = f"/people/{public_id(audited, 'officer')}"
    form = {"full_name": "Planted Newname", "latin_name": "Planted", "email": "", "language": "", "agency": "here"}
    client.send(page, form, page=page)
    client.send(page, form, page=page)  # nothing changes
    client.send(f"{page}/give-role", {"role": "manager", "scope": "agency:here"}, page=page)
    client.send(f"{page}/give-role", {"role": "manager", "scope": "agency:here"}, page=page)
    client.send(f"{page}/take-role", {"role": "manager:agency:here"}, page=page)
    client.send(f"{page}/reset-password", {}, page=page)
    client.send(f"{page}/extra-time", {"percent": "25"}, page=f"{page}/extra-time")
    client.send(f"{page}/disable", {}, page=page)
    client.send(f"{page}/enable", {}, page=page)
    new = {**form, "sign_in_name": "g.ospan", "full_name": "Planted Ospanova"}
    client.send("/people/new", new)
    links = events(audited, since=before)
    assert told(audited, links) == [
        ("boss", "person-changed", "officer"),
        ("boss", "role-given", "officer"),
        ("boss", "role-taken", "officer"),
        ("boss", "password-taken", "officer"),
        ("boss", "reset-code-made", "officer"),
        ("boss", "extra-time-set", "officer"),
        ("boss", "person-disabled", "officer"),
        ("boss", "person-enabled", "officer"),
        ("boss", "person-added", "g.ospan"),
        ("boss", "invited", "g.ospan"),
    ]
    assert links[0].details == {"fields": ["full_name", "latin_name"]}
    assert links[1].details == {"role": "manager:agency:here"}
    assert {link.actor_roles for link in links} == {"administrator:all officer"}
    assert "Planted" not in "".join(link.as_line() for link in links)


def test_what_is_refused_to_an_administrator_changes_nothing_and_is_recorded_as_refused(audited: Flask) -> None:
    client = client_of(audited, "local")
    before = len(events(audited))
    page = f"/people/{public_id(audited, 'boss')}"
    assert client.send(f"{page}/disable", {}, page=page).status_code == 403
    links = events(audited, since=before)
    assert [(link.act, link.thing_id) for link in links] == [("access-refused", "accounts.disable")]
    assert links[0].details == {"method": "POST", "public_id": public_id(audited, "boss")}


def test_ones_own_password_and_sessions_are_recorded(audited: Flask) -> None:
    other = client_of(audited, "officer")
    client = client_of(audited, "officer")
    before = len(events(audited))
    client.send("/account/sessions/end-others", {}, page="/account")
    form = {"current_password": PASSWORD, "new_password": "seventeen green tractors"}
    client.send("/account/password", form, page="/account")
    assert other.get("/account").status_code == 302
    assert [(link.act, link.details) for link in events(audited, since=before)] == [
        ("sessions-ended", {"sessions_ended": 1}),
        ("password-changed", {"sessions_ended": 0}),
    ]


def test_files_of_people_are_recorded_before_they_are_given(audited: Flask) -> None:
    client = client_of(audited, "manager")
    for path in ("/statistics/people.csv?agency=here", "/statistics/groups.xlsx"):
        assert client.get(path).status_code == 200
    links = [link for link in events(audited) if link.act == "exported"]
    assert [(link.thing_id, link.details["agency"]) for link in links] == [
        ("people.csv", "here"),
        ("statistics-courses.xlsx", ""),
    ]


def test_a_bank_with_its_keys_is_recorded_when_it_is_taken_and_not_when_it_is_only_asked_about(audited: Flask) -> None:
    with writing(audited) as session:
        a_course(session)
        a_person(session, "trainer", roles=((Role.TRAINER, ScopeKind.ALL),))
    client = client_of(audited, "trainer")
    before = len(events(audited))
    address = "/write/demo/export/gift/01-example/quiz"
    assert client.head(address).status_code == 200
    assert events(audited, since=before) == []
    assert client.get(address).status_code == 200
    links = events(audited, since=before)
    assert told(audited, links) == [("trainer", "exported", "demo/01-example/quiz.md")]
    assert links[0].details == {"format": "gift"}


def test_a_file_that_cannot_be_recorded_is_not_given(audited: Flask) -> None:
    client = client_of(audited, "manager")
    database: Database = audited.extensions["elearn.database"]
    with database.writing() as session:
        session.execute(text("DROP TABLE audit_event"))
        session.commit()
    with client.unchecked():
        assert client.get("/statistics/people.csv").status_code == 503


def test_a_certificate_that_is_revoked_is_recorded_without_the_reason_that_was_written(audited: Flask) -> None:
    with writing(audited) as session:
        learn(session, an_enrolment(session, the_person(session, "officer"), a_course(session)))
        code = session.scalars(select(Certificate.code)).one()
        revoke_certificate(session, code, "Planted reason", now=NOON)
    link = events(audited)[-1]
    assert (link.act, link.thing_id, link.actor_roles) == ("certificate-revoked", code, "command-line")
    assert "Planted" not in link.as_line()


def test_a_publication_and_a_certificate_are_recorded(audited: Flask) -> None:
    with writing(audited) as session:
        learn(session, an_enrolment(session, the_person(session, "officer"), a_course(session)))
    links = events(audited)
    assert [(link.act, link.actor_roles, link.at) for link in links] == [
        ("course-published", "command-line", NOON - timedelta(days=20)),
        ("certificate-awarded", "site", NOON),
    ]
    assert links[0].details["release"] == 1 and re.fullmatch(r"[0-9a-f]{64}", str(links[0].details["digest"]))
    assert links[1].details == {"person": public_id(audited, "officer"), "course": "demo"}


# ---- Who sees it ----


def test_only_administrators_over_everything_see_the_log(audited: Flask) -> None:
    for name, status in (("boss", 200), ("local", 403), ("manager", 403), ("officer", 403)):
        client = client_of(audited, name)
        assert [client.get(path).status_code for path in ("/audit", "/audit.csv")] == [status, status], name
    assert 'href="/audit"' in client_of(audited, "boss").get("/people").get_data(as_text=True)
    assert 'href="/audit"' not in client_of(audited, "local").get("/people").get_data(as_text=True)


def numbers(client: CheckingClient, query: str = "") -> list[int]:
    page = client.get(f"/audit?{query}").get_data(as_text=True)
    return [int(number) for number in re.findall(r'<th scope="row" class="num">(\d+)</th>', page)]


def test_the_log_is_filtered_by_who_what_whom_and_days(audited: Flask) -> None:
    client_of(audited, "officer")  # 1
    try_to_sign_in(client_of(audited), "officer")  # 2
    client = client_of(audited, "boss")  # 3
    page = f"/people/{public_id(audited, 'officer')}"
    client.send(f"{page}/give-role", {"role": "manager", "scope": "agency:here"}, page=page)  # 4
    assert numbers(client) == [4, 3, 2, 1]
    assert numbers(client, "who=boss") == [4, 3]
    assert numbers(client, "who=%20BOSS") == [4, 3]
    assert numbers(client, "who=nobody") == [2]
    assert numbers(client, "who=no-such-person") == []
    assert numbers(client, "about=officer") == [4, 2, 1]
    assert numbers(client, f"about={public_id(audited, 'officer')}") == [4, 2, 1]
    assert numbers(client, "act=signed-in") == [3, 1]
    assert numbers(client, "act=signed-in&who=officer") == [1]
    assert numbers(client, "before=-1") == [4, 3, 2, 1]
    today = (clock() + timedelta(hours=5)).date()
    assert numbers(client, f"since={today}&until={today}") == [4, 3, 2, 1]
    assert numbers(client, f"since={today + timedelta(days=1)}") == []
    assert numbers(client, f"until={today - timedelta(days=1)}") == []
    assert "Айгүл Әбдірахманова" in text_in(client.get("/audit"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("act=nonsense", "What: Choose one of what the list offers."),
        ("since=23.11.2026", "First day: Write the day as year, month and day, such as 2026-01-31."),
        ("until=99999-01-01", "Last day: Write the day as year, month and day, such as 2026-01-31."),
        ("until=0001-01-01", "Last day: The log knows the years 2000 to 9998."),
        ("since=2026-11-23&until=2026-11-22", "Last day: The last day is before the first one."),
        (f"who={'x' * 201}", "Who: Write no more than 200 characters."),
        ("about=a%0Ab", "To whom or what: Leave out line breaks and invisible characters."),
    ],
)
def test_filters_that_cannot_be_meant_are_told_and_neither_page_nor_file_shows_more_than_was_asked(
    audited: Flask, query: str, words: str
) -> None:
    client = client_of(audited, "boss")
    for path in ("/audit", "/audit.csv"):
        answer = client.get(f"{path}?{query}", headers={"Accept-Language": "en"})
        assert answer.status_code == 422, path
        assert words in text_in(answer)
        assert "boss" not in text_in(answer).partition("Show everything")[2], "no events"
    assert [link.act for link in events(audited)] == ["signed-in"], "no file was taken"


def test_a_long_log_has_pages(audited: Flask) -> None:
    client = client_of(audited, "boss")
    with writing(audited) as session:
        me = the_person(session, "boss")
        for _ in range(120):
            record(session, Act.SIGNED_OUT, person(me.public_id), actor=me.id, now=NOON)
    assert numbers(client) == list(range(121, 71, -1))
    page = client.get("/audit?act=signed-out").get_data(as_text=True)
    assert "/audit?act=signed-out&amp;before=72" in page
    assert numbers(client, "act=signed-out&before=72") == list(range(71, 21, -1))
    assert numbers(client, "act=signed-out&before=22") == list(range(21, 1, -1))


def test_the_file_holds_what_the_filters_say_and_no_formula(audited: Flask) -> None:
    with writing(audited) as session:
        the_person(session, "officer").full_name = "=HYPERLINK(1)"
    client_of(audited, "officer")
    client = client_of(audited, "boss")
    answer = client.get("/audit.csv?who=officer")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0][:3] == ["Number", "Time", "Sign-in name"] and len(rows) == 2
    assert rows[1][2:4] == ["officer", "'=HYPERLINK(1)"]
    assert rows[1][-1] == events(audited)[0].hash
    assert told(audited, events(audited)[-1:]) == [("boss", "exported", "audit.csv")]


def test_names_in_the_log_are_never_markup(audited: Flask) -> None:
    with writing(audited) as session:
        me = the_person(session, "boss")
        me.full_name = "<b>Boss</b>"
        record(session, Act.EXPORTED, Thing(Kind.FILE, "<i>x</i>"), actor=me.id, now=NOON, course="<u>y</u>")
    page = client_of(audited, "boss").get("/audit").get_data(as_text=True)
    assert "&lt;b&gt;Boss" in page and "&lt;i&gt;x" in page and "&lt;u&gt;y" in page
    assert not re.search(r"<b>Boss|<i>x|<u>y", page)


def test_the_log_is_made_with_few_questions_and_in_russian(audited: Flask) -> None:
    client = client_of(audited, "boss")
    assert "Журнал аудита" in text_in(client.get("/audit?lang=ru"))


# ---- What is never in it ----


def test_no_password_token_or_name_is_in_the_log(audited: Flask) -> None:
    secrets = ["Planted-Password-1", "Planted Password as a name", "planted-new-password-3"]
    client = client_of(audited)
    try_to_sign_in(client, "officer", secrets[0])
    try_to_sign_in(client, secrets[1], secrets[0])
    client.sign_in("officer")
    cookie = client.get_cookie("elearn")
    assert cookie is not None
    form = {"current_password": secrets[0], "new_password": secrets[2]}
    client.send("/account/password", form, page="/account")
    client.send("/account/password", form | {"current_password": PASSWORD}, page="/account")
    boss = client_of(audited, "boss")
    page = f"/people/{public_id(audited, 'officer')}"
    given = boss.send(f"{page}/reset-password", {}, page=page).get_data(as_text=True)
    made = re.findall(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){5}\b", given)
    assert made
    whole = "\n".join(link.as_line() for link in events(audited))
    for secret in (*secrets, PASSWORD, cookie.value, *made, "Айгүл", "Boss Bossov", "argon2"):
        assert secret not in whole
        assert secret.encode("unicode_escape").decode() not in whole


def test_signing_in_costs_one_more_write_in_its_own_transaction(audited: Flask) -> None:
    database: Database = audited.extensions["elearn.database"]
    commits: list[int] = []
    inserts: list[str] = []
    event.listen(database.engine, "commit", lambda connection: commits.append(1))

    def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "audit_event" in statement and statement.startswith("INSERT"):
            inserts.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    client = client_of(audited)
    client.token()
    commits.clear()
    client.sign_in("officer")
    assert len(inserts) == 1
    assert len(commits) == 2, "one counts the try, one signs in; the event goes with the second"


def test_roles_are_asked_of_who_knows_them(audited: Flask) -> None:
    assert len(roles_of) == 1

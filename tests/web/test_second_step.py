"""The second step of signing in: set up, asked for, used once, counted with all other tries, taken away."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice
from threading import Barrier, Thread

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import func, select, update

from elearn.accounts.models import SignInAttempt, UserSession
from elearn.accounts.rules import OPERATOR
from elearn.accounts.second.models import RecoveryCode, SecondStep
from elearn.accounts.second.services import reset_second_step, set_up
from elearn.accounts.services import change_password
from elearn.app import create_app
from elearn.audit.queries import all_events
from elearn.audit.rules import Detail
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.notices.queries import notices_of
from elearn.security.policy import Role, ScopeKind
from elearn.security.totp import STEP_SECONDS, totp_key
from elearn.settings import Settings
from tests.checking import PASSWORD, CheckingClient
from tests.factories import a_person, the_person, writing

SEED = "A" * 22
NAME = "a.serikova"
WRONG = "The code is not right, or it was used already."
STEP = "/sign-in/second-step"


def key_of(app: Flask, name: str = NAME) -> str:
    with writing(app) as session:
        return totp_key(app.config["SECRET_KEY"], the_person(session, name).public_id, SEED)


def code(app: Flask, *, steps: int = 0, name: str = NAME) -> str:
    """The code that the person's app shows, so many half minutes from now."""
    return TOTP(key_of(app, name)).at(clock() + timedelta(seconds=steps * STEP_SECONDS))


def switch_on(app: Flask, name: str = NAME) -> list[str]:
    """Set the second step up long ago; the recovery codes."""
    now: datetime = clock() - timedelta(days=1)
    with writing(app) as session:
        person = the_person(session, name)
        secret = app.config["SECRET_KEY"]
        first = TOTP(totp_key(secret, person.public_id, SEED)).at(now)
        return set_up(session, person, SEED, first, secret=secret, session_id=0, now=now)


def password_step(client: CheckingClient, name: str = NAME, **data: str) -> str:
    """Give the right password; the ticket of the page that asks for a code."""
    token = client.token()
    answer = client.post("/sign-in", data={"csrf_token": token, "sign_in_name": name, "password": PASSWORD, **data})
    assert answer.status_code == 200
    assert not any(cookie.startswith("elearn=") for cookie in answer.headers.getlist("Set-Cookie"))
    found = re.search(r'name="ticket" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def code_step(client: CheckingClient, ticket: str, typed: str, **data: str) -> int:
    return client.post(STEP, data={"csrf_token": client.token(), "ticket": ticket, "code": typed, **data}).status_code


@pytest.fixture
def officer(site: Flask) -> str:
    with writing(site) as session:
        a_person(session, NAME, full_name="Айгерим Серикова")
    return NAME


@pytest.fixture
def guarded(site: Flask, officer: str) -> list[str]:
    """The recovery codes of an officer with a second step."""
    return switch_on(site)


def recorded(app: Flask) -> list[tuple[str, dict[str, Detail]]]:
    """The acts in the audit log with their details."""
    with app.extensions["elearn.database"].reading() as session:
        return [(link.act, dict(link.details)) for link in all_events(session)]


def told(app: Flask, name: str = NAME) -> list[str]:
    """The kinds of the notices of a person, the newest first."""
    with writing(app) as session:
        return [each.kind for each in notices_of(session, the_person(session, name).id, now=clock())]


def another(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def test_a_person_sets_it_up_and_then_signs_in_with_a_code(site: Flask, client: CheckingClient, officer: str) -> None:
    elsewhere = another(site)
    elsewhere.sign_in(officer)
    client.sign_in(officer)
    assert "second-step" in client.get("/account").get_data(as_text=True)
    page = client.get("/account/second-step").get_data(as_text=True)
    seed = re.search(r'name="seed"[^>]* value="([^"]+)"', page)
    assert seed is not None
    with writing(site) as session:
        key = totp_key(site.config["SECRET_KEY"], the_person(session, officer).public_id, seed[1])
    assert key[:4] in page
    assert 'src="data:image/svg+xml' in page
    sent = {"seed": seed[1], "code": TOTP(key).now(), "current_password": PASSWORD}
    answer = client.send("/account/second-step", sent, page="/account/second-step")
    assert answer.status_code == 201
    assert len(re.findall(r"<li>(?:[2-9A-Z]{4}-){5}[2-9A-Z]{4}</li>", answer.get_data(as_text=True))) == 10
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    client.send("/sign-out")
    ticket = password_step(client)
    assert code_step(client, ticket, sent["code"]) == 403  # it was used to set up
    assert code_step(client, ticket, TOTP(key).at(clock() + timedelta(seconds=STEP_SECONDS))) == 302
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("wrong", ["code", "current_password"])
def test_it_is_not_set_up_with_a_wrong_code_or_password(
    site: Flask, client: CheckingClient, officer: str, wrong: str
) -> None:
    client.sign_in(officer)
    sent = {"seed": SEED, "code": code(site), "current_password": PASSWORD} | {wrong: "000"}
    assert client.send("/account/second-step", sent, page="/account/second-step").status_code == 403
    with writing(site) as session:
        assert session.scalar(select(func.count(SecondStep.person_id))) == 0


def test_the_password_alone_opens_nothing(client: CheckingClient, guarded: list[str]) -> None:
    password_step(client)
    assert client.get("/account").status_code == 302
    assert client.get(STEP).location == "/sign-in"


def test_a_code_works_once(site: Flask, client: CheckingClient, guarded: list[str]) -> None:
    typed = code(site)
    assert code_step(client, password_step(client), typed) == 302
    thief = another(site)
    assert code_step(thief, password_step(thief), typed) == 403
    assert code_step(thief, password_step(thief), code(site, steps=-1)) == 403  # nor an earlier one


def test_a_clock_may_be_half_a_minute_off_and_no_more(site: Flask, client: CheckingClient, guarded: list[str]) -> None:
    ticket = password_step(client)
    assert code_step(client, ticket, code(site, steps=-3)) == 403
    assert code_step(client, ticket, code(site, steps=3)) == 403
    assert code_step(client, ticket, code(site, steps=1)) == 302


def test_a_recovery_code_works_once_however_it_is_typed(client: CheckingClient, guarded: list[str]) -> None:
    typed = guarded[3].lower().replace("-", " ")
    assert code_step(client, password_step(client), typed) == 302
    assert ">9<" in client.get("/account/second-step").get_data(as_text=True)
    client.send("/sign-out")
    assert code_step(client, password_step(client), guarded[3]) == 403
    assert code_step(client, password_step(client), guarded[4]) == 302


def test_only_hashes_of_recovery_codes_are_kept_and_no_key(site: Flask, guarded: list[str]) -> None:
    with writing(site) as session:
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
        seed = session.scalars(select(SecondStep.seed)).one()
    assert len(stored) == 10
    assert not set(stored) & set(guarded)
    assert key_of(site) != seed


def test_one_leads_on_to_the_page_that_asked_and_a_shared_computer_stays_one(
    site: Flask, client: CheckingClient, guarded: list[str]
) -> None:
    ticket = password_step(client, next="/account?x=1", is_shared_device="y")
    data = {"csrf_token": client.token(), "ticket": ticket, "code": code(site), "next": "/account?x=1"}
    assert client.post(STEP, data=data).location == "/account?x=1"
    with writing(site) as session:
        live = session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))).one()
        assert live.is_shared_device
        assert live.is_second_proven


@pytest.mark.parametrize("change", ["nothing", "tampered", "late", "password", "other"])
def test_a_ticket_is_good_for_one_person_and_ten_minutes(
    site: Flask, client: CheckingClient, guarded: list[str], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = password_step(client)
    with writing(site) as session:
        other = a_person(session, "other").public_id
    switch_on(site, "other")
    body = ticket.split(".")
    match change:
        case "nothing":
            ticket = ""
        case "tampered":
            ticket = ".".join([body[0], body[1], "1", *body[3:]])
        case "late":
            ticket = ".".join([body[0], str(int(body[1]) - 700), *body[2:]])
        case "password":
            with writing(site) as session:
                change_password(session, the_person(session, NAME), "another hash", now=clock())
        case "other":
            ticket = ".".join([other, *body[1:]])
    assert code_step(client, ticket, guarded[0]) == 403
    assert client.get("/account").status_code == 302


def test_tries_of_all_doors_are_counted_together(site: Flask, client: CheckingClient, guarded: list[str]) -> None:
    own = another(site)
    ticket = password_step(own)
    assert code_step(own, ticket, guarded[0]) == 302  # signed in before, and all tries forgiven
    ticket = password_step(client)  # the first try
    new = "ветер над степью ночью"

    def door(who: CheckingClient, page: str, where: str, **sent: str) -> Callable[[str], int]:
        secret_field = next(name for name, value in sent.items() if value == "?")
        return lambda secret: who.send(where, sent | {secret_field: secret}, page=page).status_code

    doors = (
        door(client, "/sign-in", STEP, ticket=ticket, code="?"),
        door(client, "/sign-in", "/sign-in/new-password", sign_in_name=NAME, code="?", new_password=new),
        door(client, "/sign-in", "/sign-in", sign_in_name=NAME, password="?"),
        door(own, "/account", "/account/password", current_password="?", new_password=new, code=guarded[3]),
        door(own, "/account", "/account/second-step/remove", current_password="?", code=guarded[2]),
        door(own, "/account", "/account/second-step/codes", current_password=PASSWORD, code="?"),
    )
    tries = site.config["SETTINGS"].sign_in_tries
    assert len(doors) < tries <= 10
    for knock in islice(cycle(doors), tries - 1):
        assert knock("wrong") == 403
    for knock, secret in zip(doors, (code(site), guarded[1], *[PASSWORD] * 3, guarded[4]), strict=True):
        assert knock(secret) == 429
    acts = [(act, details) for act, details in recorded(site) if act.startswith("sign-in")]
    assert acts[-1] == ("sign-in-throttled", {"door": "second-step"})  # once, however many there were
    doors_named = [details["door"] for act, details in acts if act == "sign-in-refused"]
    assert doors_named == ["second-step", "one-time-code", "password", "account", "account", "account", "second-step"]


def test_a_right_password_does_not_forgive_wrong_codes(site: Flask, client: CheckingClient, guarded: list[str]) -> None:
    for _ in range(4):
        assert code_step(client, password_step(client), "000000") == 403
    with writing(site) as session:
        assert session.scalar(select(func.count(SignInAttempt.id))) == 8


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_parallel_uses_of_one_code_one_gets_in(app: Flask, kind: str) -> None:
    with writing(app) as session:
        a_person(session, NAME)
    codes = switch_on(app)
    typed = code(app) if kind == "app" else codes[0]
    clients = [another(app) for _ in range(6)]
    tickets = [password_step(clients[0])] * 6
    tokens = [client.token() for client in clients]
    start, statuses = Barrier(6), list[int]()

    def attempt(client: CheckingClient, token: str, ticket: str) -> None:
        with client.unchecked():
            start.wait()
            data = {"csrf_token": token, "ticket": ticket, "code": typed}
            statuses.append(client.post(STEP, data=data).status_code)

    threads = [Thread(target=attempt, args=each) for each in zip(clients, tokens, tickets, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302] + [403] * 5


def test_new_recovery_codes_replace_the_old_ones(site: Flask, client: CheckingClient, guarded: list[str]) -> None:
    assert code_step(client, password_step(client), code(site)) == 302
    sent = {"current_password": PASSWORD, "code": guarded[1]}
    answer = client.send("/account/second-step/codes", sent, page="/account/second-step")
    assert answer.status_code == 201
    assert guarded[0] not in answer.get_data(as_text=True)
    client.send("/sign-out")
    assert code_step(client, password_step(client), guarded[0]) == 403


def test_it_is_switched_off_with_the_password_and_a_code(
    site: Flask, client: CheckingClient, guarded: list[str]
) -> None:
    assert code_step(client, password_step(client), code(site)) == 302
    where = "/account/second-step"
    right = {"current_password": PASSWORD, "code": guarded[0]}
    assert client.send(f"{where}/remove", right | {"current_password": "wrong"}, page=where).status_code == 403
    assert client.send(f"{where}/codes", right | {"current_password": "wrong"}, page=where).status_code == 403
    assert client.send(f"{where}/remove", right | {"current_password": ""}, page=where).status_code == 422
    for wrong in ("", "000000", code(site)):  # the last is the one that signed in
        assert client.send(f"{where}/remove", right | {"code": wrong}, page=where).status_code == 403
    assert client.send(f"{where}/remove", right, page=where).status_code == 302
    client.send("/sign-out")
    client.sign_in(NAME)


def test_ones_own_password_is_changed_with_a_code_where_there_is_a_second_step(
    site: Flask, client: CheckingClient, guarded: list[str]
) -> None:
    assert code_step(client, password_step(client), guarded[0]) == 302
    sent = {"current_password": PASSWORD, "new_password": "ветер над степью ночью"}
    for wrong in ({}, {"code": ""}, {"code": guarded[0]}):
        answer = client.send("/account/password", sent | wrong, page="/account")
        assert answer.status_code == 403
        assert 'id="code-error"' in answer.get_data(as_text=True)
    assert client.send("/account/password", sent | {"code": guarded[1]}, page="/account").status_code == 302


def test_an_administrator_switches_it_off_for_somebody_who_lost_the_phone(site: Flask, guarded: list[str]) -> None:
    with writing(site) as session:
        a_person(session, "admin", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
        public_id = the_person(session, NAME).public_id
    admin, officer = another(site), another(site)
    assert code_step(officer, password_step(officer), code(site)) == 302
    admin.sign_in("admin")
    page = f"/people/{public_id}"
    assert "remove-second-step" in admin.get(page).get_data(as_text=True)
    assert admin.send(f"{page}/remove-second-step", page=page).status_code == 302
    assert "remove-second-step" not in admin.get(page).get_data(as_text=True)
    assert officer.get("/account").status_code == 302
    officer.sign_in(NAME)


def test_a_local_administrator_cannot_switch_it_off_for_a_wider_one(site: Flask, guarded: list[str]) -> None:
    with writing(site) as session:
        a_person(session, "local", roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
        wide = a_person(session, "wide", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),)).public_id
    switch_on(site, "wide")
    client = another(site)
    client.sign_in("local")
    for act in ("remove-second-step", "one-time-code"):
        assert client.send(f"/people/{wide}/{act}").status_code == 403
    with writing(site) as session:
        assert session.scalar(select(func.count(SecondStep.person_id))) == 2


def test_all_that_is_done_to_a_second_step_is_recorded_and_told_to_the_person(
    site: Flask, client: CheckingClient, guarded: list[str]
) -> None:
    assert code_step(client, password_step(client), guarded[0]) == 302
    where = "/account/second-step"
    client.send(f"{where}/codes", {"current_password": PASSWORD, "code": code(site)}, page=where)
    client.send(f"{where}/remove", {"current_password": PASSWORD, "code": code(site, steps=1)}, page=where)
    assert [act for act, _ in recorded(site)] == [
        "second-step-on",
        "recovery-code-used",
        "signed-in",
        "recovery-codes-made",
        "second-step-off",
    ]
    assert told(site) == ["second-step-off", "recovery-codes-made", "recovery-code-used", "second-step-on"]
    page = client.get("/notices").get_data(as_text=True)
    assert "A recovery code was used." in page
    assert not [secret for secret in guarded if secret in str(recorded(site))]


def test_switching_off_what_is_not_there_is_neither_recorded_nor_told(site: Flask, officer: str) -> None:
    with writing(site) as session:
        reset_second_step(session, the_person(session, officer), actor=OPERATOR, now=clock())
    assert recorded(site) == []
    assert told(site) == []


# ---- Roles that need it ----


@pytest.fixture
def strict(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """A site on which trainers need a second step."""
    database = Database(sqlite_url)
    app = create_app(settings.model_copy(update={"mfa_roles": ("trainer",)}), database)
    app.test_client_class = CheckingClient
    with writing(app) as session:
        a_person(session, NAME, roles=((Role.TRAINER, ScopeKind.ALL),))
        a_person(session, "officer")
    yield app
    database.dispose()


def test_who_needs_it_reaches_nothing_else_before_it_is_set_up(strict: Flask) -> None:
    client = another(strict)
    client.sign_in(NAME)
    for address in ("/", "/write", "/account", "/courses"):
        assert client.get(address).location == "/account/second-step"
    page = client.get("/account/second-step").get_data(as_text=True)
    assert "Your role needs a second step" in page
    where = "/account/second-step"
    assert client.send("/account/language", {"language": "en"}, page=where).status_code == 403
    sent = {"seed": SEED, "code": code(strict), "current_password": PASSWORD}
    assert client.send(where, sent, page=where).status_code == 201
    assert client.get("/write").status_code == 200
    assert client.send(f"{where}/remove", {"current_password": PASSWORD}, page=where).status_code == 409


def test_who_does_not_need_it_goes_on_as_before(strict: Flask) -> None:
    client = another(strict)
    client.sign_in("officer")
    assert client.get("/account").status_code == 200


def test_a_session_from_before_the_rule_is_led_there_too(strict: Flask) -> None:
    client = another(strict)
    client.sign_in(NAME)
    switch_on(strict)
    with writing(strict) as session:
        session.execute(update(UserSession).values(ended_at=None))
    assert client.get("/write").location == "/account/second-step"
    with writing(strict) as session:
        reset_second_step(session, the_person(session, NAME), actor=OPERATOR, now=clock())
    assert client.get("/account/second-step").location.startswith("/sign-in")

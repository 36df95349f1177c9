"""``elearn person`` and ``elearn agency`` on both databases: one sentence for a refusal, and nothing half done."""

import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from elearn.__main__ import main
from elearn.accounts.models import Agency, Country, Person, UserSession
from elearn.accounts.queries import grants_held, person_by_sign_in_name
from elearn.accounts.resets.queries import person_of_code
from elearn.accounts.rules import SessionLimits
from elearn.accounts.second.models import Passkey, RecoveryCode, SecondStep
from elearn.accounts.second.rules import PASSKEYS, PasskeyKnown, TooManyPasskeys
from elearn.accounts.second.services import add_passkey, renew_recovery_codes
from elearn.accounts.services import open_session
from elearn.accounts.sso.queries import person_of_identity
from elearn.accounts.sso.rules import LinkedAlready
from elearn.accounts.sso.services import link_identity
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.security.oidc import Proven
from elearn.security.passkeys import NewPasskey
from elearn.security.passwords import Passwords
from tests.factories import a_person, an_agency

PASSWORDS = Passwords(memory_mib=1, rounds=1)
ADMIN = ("person", "add", "admin", "--full-name", "Иван Ҷӯраев", "--agency", "fiu")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database_url: str) -> Run:
    """Runs ``elearn`` with these words on a migrated, empty database."""
    monkeypatch.setenv("ELEARN_DATABASE_URL", database_url)
    monkeypatch.setenv("ELEARN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ELEARN_PASSWORD_MEMORY_MIB", "1")
    monkeypatch.setenv("ELEARN_PASSWORD_ROUNDS", "1")

    def command(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["elearn", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return command


def refused(ran: Ran, sentence: str) -> None:
    """It was refused with one line on standard error."""
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("elearn: ")
    assert ran.err.count("\n") == 1
    assert sentence in ran.err


@pytest.fixture
def agency(database: Database) -> str:
    """The code of an agency."""
    with database.writing() as session:
        an_agency(session, "fiu")
        session.commit()
    return "fiu"


def code_in(out: str) -> str:
    """The one-time code that a command printed."""
    found = re.search(r"^One-time code: (\S{29})$", out, re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_first_administrator_is_made_on_an_empty_site(run: Run, database: Database) -> None:
    refused(run(*ADMIN), 'add it first: elearn agency add fiu "NAME" --country XX')
    assert run("agency", "add", "fiu", "АФМ «Орган»", "--country", "kz").out == "Added fiu: АФМ «Орган», Kazakhstan\n"
    ran = run(*ADMIN, "--role", "administrator:all", "--role", "manager:agency", "--role", "trainer")
    assert ran.code == 0
    assert "officer, administrator:all, manager:agency:fiu, trainer:all" in ran.out
    assert "admin chooses a password at /sign-in/new-password, within 7 days." in ran.out
    with database.reading() as session:
        person = person_of_code(session, "admin", code_in(ran.out), now=clock() + timedelta(days=6))
        assert person is not None
        assert person.password_hash is None
        assert person.full_name == "Иван Ҷӯраев"


def test_a_given_password_is_taken_and_not_printed(run: Run, database: Database, agency: str) -> None:
    ran = run(*ADMIN, "--password-stdin", stdin="четыре слова подряд тут\nmore\n")
    assert "code" not in ran.out
    assert "четыре" not in ran.out
    other = run("person", "add", "nn", "--full-name", "N", "--agency", "FIU", "--password", "correct horse battery")
    assert "code" not in other.out
    with database.reading() as session:
        for name, password in (("admin", "четыре слова подряд тут"), ("nn", "correct horse battery")):
            person = person_by_sign_in_name(session, name)
            assert person is not None
            assert PASSWORDS.matches(person.password_hash, password)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--role", "king"), "king is not a role with its reach."),
        (("--role", "administrator"), "administrator is not a role with its reach."),
        (("--role", "trainer:agency:fiu"), "This role does not go with this reach"),
        (("--role", "manager:agency:nowhere"), "There is no agency with the code nowhere"),
        (("--role", "trainer", "--role", "manager:country:QQ"), "There is no country with the code QQ"),
        (("--password", "short"), "The password is too short"),
        (("--password", "admin is my name"), "The password holds your name"),
        (("--password", "x" * 20, "--password-stdin"), "Give the password once"),
        (("--password-stdin",), "No password came on standard input"),
        (("--latin-name", "Иван"), "The Latin name is written as in the passport"),
        (("--email", "nobody"), "An e-mail address looks like"),
        (("--full-name", "<b>"), "A name has up to 200 letters"),
        (("--full-name", "a\nb"), "A name has up to 200 letters"),
    ],
)
def test_a_refusal_is_one_sentence_and_nobody_is_added(
    run: Run, database: Database, agency: str, words: tuple[str, ...], sentence: str
) -> None:
    refused(run(*ADMIN, *words), sentence)
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 0


def test_a_name_is_added_once(run: Run, agency: str) -> None:
    run(*ADMIN)
    refused(run(*ADMIN), "The sign-in name admin is taken")
    refused(run("person", "add", "иван", "--full-name", "N", "--agency", "fiu"), "A sign-in name has 2 to 60 letters")
    refused(run("person", "add", "a\x1b[31mb", "--full-name", "N", "--agency", "fiu"), "a?[31mb is not one")


def test_people_are_listed(run: Run, agency: str) -> None:
    assert run("person", "list").out.split() == ["SIGN-IN", "NAME", "NAME", "AGENCY", "STATE", "ROLES"]
    run(*ADMIN, "--role", "manager:country:XA")
    line = run("person", "list").out.splitlines()[1]
    assert line.split() == ["admin", "Иван", "Ҷӯраев", "fiu", "no-password", "officer", "manager:country:XA"]


def test_a_password_is_taken_away_with_every_session_and_a_code_printed(run: Run, database: Database) -> None:
    with database.writing() as session:
        person = a_person(session, "near")
        limits = SessionLimits(*[timedelta(hours=1)] * 3)
        open_session(session, person, limits, is_shared_device=False, now=clock())
        session.commit()
    ran = run("person", "password", " NEAR ")
    assert "within 24 hours." in ran.out
    with database.reading() as session:
        changed = person_of_code(session, "near", code_in(ran.out), now=clock())
        assert changed is not None
        assert changed.password_hash is None
        assert session.scalars(select(UserSession.ended_at)).one() is not None
    refused(run("person", "password", "nobody"), "There is no person with the sign-in name nobody")
    refused(run("person", "password", "near", "--password", "i am near by"), "The password holds your name")


def test_a_second_step_is_switched_off_and_every_session_ends(run: Run, database: Database) -> None:
    with database.writing() as session:
        person = a_person(session, "near")
        limits = SessionLimits(*[timedelta(hours=1)] * 3)
        open_session(session, person, limits, is_shared_device=False, is_second_proven=True, now=clock())
        session.add(SecondStep(person_id=person.id, seed="A" * 22, last_step=0, created_at=clock()))
        renew_recovery_codes(session, person, now=clock())
        add_passkey(session, person, NewPasskey("AAAA", b"key", 0), now=clock())
        with pytest.raises(PasskeyKnown):
            add_passkey(session, person, NewPasskey("AAAA", b"key", 0), now=clock())
        for number in range(PASSKEYS - 1):
            add_passkey(session, person, NewPasskey(f"AAAB{number}", b"key", 0), now=clock())
        with pytest.raises(TooManyPasskeys):
            add_passkey(session, person, NewPasskey("BBBB", b"key", 0), now=clock())
        session.commit()
    assert run("person", "reset-mfa", " NEAR ").out.startswith("near signs in with the password alone now")
    with database.reading() as session:
        assert session.scalars(select(SecondStep.person_id)).all() == []
        assert session.scalars(select(RecoveryCode.id)).all() == []
        assert session.scalars(select(Passkey.id)).all() == []
        assert session.scalars(select(UserSession.ended_at)).one() is not None
    assert run("person", "reset-mfa", "near").out == "near had no second step.\n"
    refused(run("person", "reset-mfa", "nobody"), "There is no person with the sign-in name nobody")


def test_a_link_to_single_sign_on_is_taken_away(run: Run, database: Database) -> None:
    with database.writing() as session:
        person, other = a_person(session, "near"), a_person(session, "far")
        proven = Proven("https://login.unit.example", "subject", None, is_second_proven=False)
        link_identity(session, person, proven, by="password", actor=person.id, now=clock())
        with pytest.raises(LinkedAlready):
            link_identity(session, other, proven, by="password", actor=other.id, now=clock())
        with pytest.raises(LinkedAlready):
            link_identity(session, person, replace(proven, subject="s"), by="password", actor=person.id, now=clock())
        open_session(session, person, SessionLimits(*[timedelta(hours=1)] * 3), is_shared_device=False, now=clock())
        assert person_of_identity(session, proven.issuer, "subject") is person
        session.commit()
    assert run("person", "unlink", "near").out.startswith("near is not linked to single sign-on any more")
    with database.reading() as session:
        assert person_of_identity(session, proven.issuer, "subject") is None
        assert session.scalars(select(UserSession.ended_at)).one() is not None
    refused(run("person", "unlink", "near"), "The account is not linked")
    refused(run("person", "unlink", "nobody"), "There is no person with the sign-in name nobody")


def test_agencies_are_added_and_listed(run: Run, database: Database) -> None:
    refused(run("agency", "add", "xa-fiu", "FIU", "--country", "XA"), "give its name with --country-name")
    run("agency", "add", "xa-fiu", "FIU", "--country", "XA", "--country-name", "Arlandia")
    run("agency", "add", "xa-customs", "Customs", "--country", "xa")
    refused(run("agency", "add", "XA-FIU", "Other", "--country", "XA"), "An agency with the code XA-FIU exists")
    refused(run("agency", "add", "a b", "Other", "--country", "XA"), "The code of an agency has 2 to 40 letters")
    refused(run("agency", "add", "ab", "\u202e", "--country", "XA"), "The name of an agency or a country")
    refused(run("agency", "add", "ab", "Other", "--country", "KAZ"), "KAZ is not one")
    refused(run("agency", "add", "ab", "Other", "--country", "XA", "--country-name", "Else"), "is called Arlandia here")
    assert run("agency", "list").out.splitlines()[1:] == [
        "xa-customs  Customs  Arlandia (XA)  0",
        "xa-fiu      FIU      Arlandia (XA)  0",
    ]
    with database.reading() as session:
        assert session.scalar(select(func.count(Agency.id))) == 2
        assert session.scalar(select(func.count()).select_from(Country)) == 1


def test_agencies_stand_below_others_and_are_moved(run: Run, agency: str) -> None:
    assert run("agency", "add", "north", "Northern Region", "--below", "fiu").out.startswith("Added north: ")
    assert run("agency", "add", "post", "Korday Post", "--below", "north").code == 0
    assert [line.rstrip()[:8] for line in run("agency", "list").out.splitlines()[1:]] == [
        "fiu     ",
        "  north ",
        "    post",
    ]
    refused(run("agency", "change", "fiu", "--below", "post"), "stands below")
    refused(run("agency", "change", "nowhere", "--top"), "There is no agency with the code nowhere")
    assert run("agency", "change", "post", "--top", "--name", "Post").out == "Changed post: Post, at the top\n"
    assert run("agency", "change", "north", "--name", "The North").out == "Changed north: The North, below fiu\n"
    assert run("agency", "remove", "post").out == "Removed post: Post\n"
    refused(run("agency", "remove", "fiu"), "so it stays")
    refused(run("agency", "remove", "post"), "There is no agency with the code post")
    assert run("agency", "add", "x", "X").code == 2


def test_roles_are_stored_as_they_were_asked_for(run: Run, database: Database, agency: str) -> None:
    run(*ADMIN, "--role", "organiser:all", "--role", "organiser:all", "--role", "manager:country", "--language", "kk")
    with database.reading() as session:
        person = person_by_sign_in_name(session, "admin")
        assert person is not None
        assert person.language == "kk"
        held = {one.text for one in grants_held(session, [person.id])[person.id]}
    assert held == {"officer", "organiser:all", "manager:country:XA"}


def test_a_database_that_was_never_migrated_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "none" / "elearn.sqlite"
    monkeypatch.setenv("ELEARN_DATABASE_URL", f"sqlite:///{file}")
    for words in (ADMIN, ("person", "list"), ("agency", "list"), ("person", "password", "admin")):
        refused(run(*words), "run «elearn db upgrade» first")
    assert not file.parent.exists()


def test_a_misspelt_command_or_option_is_refused(run: Run) -> None:
    assert run("person", "add").code == 2
    assert run("person", "ad").code == 2
    assert run(*ADMIN, "--language", "xx").code == 2
    assert run("person", "--help").code == 0

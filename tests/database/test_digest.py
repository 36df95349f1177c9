"""The daily e-mail: to whom it goes, what it holds, and that nothing is told twice or lost."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from elearn.__main__ import main
from elearn.accounts.models import Person
from elearn.accounts.services import tell_of_change
from elearn.certificates.models import Certificate
from elearn.cli.findings import Level
from elearn.cli.outside import check_mail
from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.digest.queries import ONCE_IN
from elearn.digest.services import claim_notices
from elearn.mail import NoMail
from elearn.mail import mail_server as line_to
from elearn.notices.models import Notice
from elearn.notices.rules import About, Kind, News
from elearn.notices.services import mark_read, notify
from elearn.settings import Settings
from tests.factories import a_person, an_enrolment, learn
from tests.smtp import Mailbox, mail_server
from tests.tls import stranger
from tests.together import together

TITLES = {"en": "A course\non two lines", "ru": "Курс"}
SITE = "https://training.example"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Iterator[Mailbox]:
    """A mail server, and a site that knows it."""
    with mail_server() as found:
        values = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path),
            "PUBLIC_URL": SITE,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(found.port),
            "SMTP_TLS": "none",
            "SMTP_SENDER": "training@fiu.example",
        }
        for name, value in values.items():
            monkeypatch.setenv(f"ELEARN_{name}", value)
        yield found


@dataclass(frozen=True)
class Ran:
    """How the command ended."""

    code: int
    out: str
    err: str


Send = Callable[[], Ran]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mailbox: Mailbox, wired: None) -> Send:
    """Runs ``elearn digest send``."""

    def command() -> Ran:
        monkeypatch.setattr(sys, "argv", ["elearn", "digest", "send"])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command


def a_reader(database: Database, name: str, news: int = 1, *, wants: bool = True, language: str | None = None) -> int:
    """Somebody with an address and unread notices; their id."""
    with database.writing() as session:
        person = a_person(session, name, email=f"{name}@fiu.example", language=language)
        person.wants_digest = wants
        for number in range(news):
            tell(session, person.id, f"{name}{number}")
        session.commit()
        return person.id


def tell(session: object, person_id: int, key: str) -> None:
    """Tell somebody something."""
    news = News(Kind.MISTAKE_ANSWERED, key, "/mistakes#report-secret", About(TITLES, "en"))
    notify(session, person_id, news, now=clock())  # type: ignore[arg-type]


def mailed(database: Database) -> list[bool]:
    """Of each notice, whether a letter had it."""
    with database.reading() as session:
        return [at is not None for at in session.scalars(select(Notice.mailed_at).order_by(Notice.id))]


def test_a_digest_has_titles_and_links_and_nothing_else(database: Database, mailbox: Mailbox, send: Send) -> None:
    a_reader(database, "aigul", 2)
    assert send() == Ran(0, "Digests sent: 1. Not sent, to be tried again: 0.\n", "")
    (letter,) = mailbox.to("aigul@fiu.example")
    assert letter["Subject"] == "FIU Training: 2 new notices"
    assert letter["From"] == "training@fiu.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    text = letter.get_content()
    with database.reading() as session:
        for public_id in session.scalars(select(Notice.public_id)):
            assert f"{SITE}/notices/{public_id}" in text
    assert text.count("A mistake that you reported was answered") == 2
    assert f"{SITE}/account" in text
    assert "secret" not in text


def test_a_digest_is_in_the_language_of_its_reader_and_in_the_sites_if_they_chose_none(
    database: Database, mailbox: Mailbox, send: Send
) -> None:
    a_reader(database, "aigul", language="ru")
    a_reader(database, "bek", language="de")  # not offered on this site
    send()
    assert "Курс" in mailbox.to("aigul@fiu.example")[0].get_content()
    assert mailbox.to("aigul@fiu.example")[0]["Subject"] == "FIU Training: 1 новое уведомление"
    assert mailbox.to("bek@fiu.example")[0]["Subject"] == "FIU Training: One new notice"


def test_news_of_ones_account_name_no_course(database: Database, mailbox: Mailbox, send: Send) -> None:
    person_id = a_reader(database, "aigul", 0)
    with database.writing() as session:
        tell_of_change(session, person_id, Kind.PASSWORD_CHANGED, now=clock())
        session.commit()
    send()
    lines = mailbox.to("aigul@fiu.example")[0].get_content().splitlines()
    told = next(number for number, line in enumerate(lines) if line.startswith("- Your password was changed."))
    assert lines[told + 1].startswith(f"  {SITE}/notices/")


def test_only_who_asked_for_it_gets_one(database: Database, mailbox: Mailbox, send: Send) -> None:
    a_reader(database, "aigul")
    a_reader(database, "silent", wants=False)
    a_reader(database, "idle", 0)
    for name in ("gone", "nowhere", "caught-up"):
        person_id = a_reader(database, name)
        with database.writing() as session:
            person = session.get_one(Person, person_id)
            if name == "gone":
                person.disabled_at = clock()
            if name == "nowhere":
                person.email = None
            if name == "caught-up":
                mark_read(session, person_id, now=clock())
            session.commit()
    send()
    assert [to for to, _ in mailbox.letters] == ["aigul@fiu.example"]


def test_nobody_is_told_twice_nor_more_than_once_a_day(database: Database, mailbox: Mailbox, send: Send) -> None:
    person_id = a_reader(database, "aigul")
    send()
    send()
    with database.writing() as session:
        tell(session, person_id, "later")
        session.commit()
    send()
    assert len(mailbox.letters) == 1
    with database.writing() as session:
        for notice in session.scalars(select(Notice).where(Notice.mailed_at.is_not(None))):
            notice.mailed_at = clock() - ONCE_IN - timedelta(minutes=1)
        session.commit()
    send()
    assert [letter["Subject"] for _, letter in mailbox.letters] == ["FIU Training: One new notice"] * 2
    assert mailed(database) == [True, True]


def test_who_could_not_be_reached_is_logged_without_an_address_and_tried_again(
    database: Database, mailbox: Mailbox, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("aigul", "bek", "cholpon"):
        a_reader(database, name)
    mailbox.refuses.add("bek@fiu.example")
    ran = send()
    assert (ran.code, ran.out) == (1, "Digests sent: 2. Not sent, to be tried again: 1.\n")
    assert [to for to, _ in mailbox.letters] == ["aigul@fiu.example", "cholpon@fiu.example"]
    assert mailed(database) == [True, False, True]
    assert "the digest was not done" in caplog.text
    assert "SMTPRecipientsRefused" in caplog.text
    assert "fiu.example" not in caplog.text

    mailbox.refuses.clear()
    assert send().code == 0
    assert [to for to, _ in mailbox.letters] == ["aigul@fiu.example", "cholpon@fiu.example", "bek@fiu.example"]


def test_a_server_that_is_not_there_claims_nothing(
    database: Database, mailbox: Mailbox, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reader(database, "aigul")
    monkeypatch.setenv("ELEARN_SMTP_PORT", "1")
    ran = send()
    assert ran.code == 2
    assert ran.err.startswith("elearn: No e-mail can be sent: 127.0.0.1:1 does not take it")
    assert mailed(database) == [False]


def test_a_server_with_a_certificate_that_nobody_trusts_is_told_nothing(mailbox: Mailbox, tmp_path: Path) -> None:
    with stranger(tmp_path) as false:
        changes = {"smtp_tls": "tls", "smtp_port": false.port}
        with pytest.raises(NoMail, match="SSLCertVerificationError"), line_to(Settings().model_copy(update=changes)):
            pass
    assert b"".join(false.heard) == b""


def test_the_account_at_the_server_is_used(
    database: Database, mailbox: Mailbox, send: Send, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_reader(database, "aigul")
    mailbox.account = ("training", "pass word")
    (tmp_path / "password").write_text("wrong\n")
    monkeypatch.setenv("ELEARN_SMTP_USER", "training")
    monkeypatch.setenv("ELEARN_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    ran = send()
    assert "SMTPAuthenticationError 535" in ran.err
    assert "wrong" not in ran.err
    (tmp_path / "password").write_text("pass word\n")
    assert send().code == 0
    assert len(mailbox.letters) == 1


def test_two_runs_at_once_share_nothing_out(database: Database) -> None:
    person_id = a_reader(database, "aigul", 5)

    def claim(_: int) -> int:
        with database.writing() as session:
            count = len(claim_notices(session, person_id, now=clock()))
            session.commit()
            return count

    assert sorted(together(8, claim)) == [0] * 7 + [5]


def test_a_certificate_that_expires_soon_comes_by_mail_without_signing_in(
    database: Database, mailbox: Mailbox, send: Send
) -> None:
    with database.writing() as session:
        person = a_person(session, "aigul", email="aigul@fiu.example")
        person.wants_digest = True
        learn(session, an_enrolment(session, person))
        session.scalars(select(Certificate)).one().valid_until = clock().date() + timedelta(days=30)
        session.commit()
    send()
    assert "Your certificate is valid until" in mailbox.to("aigul@fiu.example")[0].get_content()


def test_doctor_says_what_is_wrong_with_the_mail(mailbox: Mailbox, tmp_path: Path) -> None:
    sound = Settings()
    password = tmp_path / "password"
    password.write_text("x")
    password.chmod(0o644)

    def level(**changes: object) -> Level:
        return check_mail(sound.model_copy(update=changes)).level

    assert level() is Level.OK
    assert level(smtp_host=None) is Level.OK
    assert level(smtp_sender=None) is Level.PROBLEM
    assert level(public_url=None) is Level.PROBLEM
    assert level(smtp_port=1) is Level.PROBLEM
    assert level(smtp_tls="starttls") is Level.PROBLEM
    assert level(smtp_user="training") is Level.PROBLEM
    assert level(smtp_user="training", smtp_password_file=tmp_path / "nothing") is Level.PROBLEM
    mailbox.account = ("training", "x")
    assert level(smtp_user="training", smtp_password_file=password) is Level.WARNING
    password.chmod(0o600)
    assert level(smtp_user="training", smtp_password_file=password) is Level.OK

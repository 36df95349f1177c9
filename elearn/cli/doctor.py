"""``elearn doctor``: is this installation sound, and if not, what to do. It changes nothing."""

import json
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import click
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from elearn.accounts.models import Person, RoleGrant, UserSession
from elearn.catalogue.models import CourseRecord, Release
from elearn.cli.options import config_option, data_option
from elearn.cli.site import settings_of
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.db.engine import Database, sqlite_file
from elearn.db.migrating import current_revision, newest_revision
from elearn.digest.post import NoMail, mail_server
from elearn.learning.models import Enrolment
from elearn.secret import secret_key
from elearn.security.policy import Role
from elearn.settings import Settings
from elearn.shipped import PACKAGE, shipped
from elearn.web.catalogues import state_of

RELEASED = 2026
"""The year in which this version was made; a clock that shows an earlier one is wrong."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""So far apart may the clocks of several servers of one database be."""
GIBIBYTE = 1024**3
LITTLE_DISK = 2 * GIBIBYTE
TOO_LITTLE_DISK = GIBIBYTE // 4
NETWORK_FILE_SYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ceph",
    "lustre",
    "gfs2",
    "ocfs2",
    "glusterfs",
    "fuse.sshfs",
    "fuse.gluster",
)


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one place. ``advice`` says what to do; it is empty where all is well."""

    level: Level
    check: str
    says: str
    advice: str = ""


def _ok(check: str, says: str) -> Finding:
    return Finding(Level.OK, check, says)


def _warning(check: str, says: str, advice: str) -> Finding:
    return Finding(Level.WARNING, check, says, advice)


def _problem(check: str, says: str, advice: str) -> Finding:
    return Finding(Level.PROBLEM, check, says, advice)


@click.command()
@config_option
@data_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print what was found."
)
def doctor(config: Path | None, data: Path | None, form: str) -> None:
    """Look the installation over and say what to mend. Exit code 1 if there is a problem."""
    findings = list(examine(settings_of(config, data), now=clock()))
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    if form == "json":
        click.echo(json.dumps({"problems": problems, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for line in _lines(findings, problems):
            click.echo(line)
    sys.exit(1 if problems else 0)


def _lines(findings: Iterable[Finding], problems: int) -> Iterator[str]:
    colours = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "red"}
    for finding in findings:
        yield f"{click.style(f'{finding.level:<8}', fg=colours[finding.level])} {finding.check:<14} {finding.says}"
        if finding.advice:
            yield f"{'':<23} → {finding.advice}"
    yield "No problem was found." if not problems else f"Problems: {problems}."


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Every finding, the ground first."""
    yield check_data_folder(settings.data_dir)
    yield check_disk(settings.data_dir)
    yield check_secret(settings.data_dir)
    yield from check_files(settings)
    yield check_clock(now)
    yield from _of_the_database(settings, now)
    yield check_public_url(settings)
    yield check_cookies(settings)
    yield check_mail(settings)


# --- the machine -----------------------------------------------------------------------------------------------------


def check_data_folder(folder: Path) -> Finding:
    """Whether the data folder is there, writable, and shut to others."""
    check = "data folder"
    if not folder.is_dir():
        return _problem(
            check, f"{folder} does not exist.", "Name the right one with --data, or run «elearn serve», which makes it."
        )
    probe = folder / ".doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        return _problem(
            check, f"{folder} cannot be written to: {problem.strerror}.", "Give it to the account that runs elearn."
        )
    if folder.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return _warning(check, f"{folder} is open to other accounts of this machine.", f"chmod 700 {folder}")
    return _ok(check, f"{folder.resolve()} is writable.")


def check_disk(folder: Path) -> Finding:
    """Whether there is room to write."""
    check = "disk"
    if not folder.exists():
        return _problem(check, "The room cannot be measured: there is no data folder.", "See above.")
    free = shutil.disk_usage(folder).free
    says = f"{free / GIBIBYTE:.1f} GiB are free."
    if free < TOO_LITTLE_DISK:
        return _problem(check, says, "Make room: a full disk stops every answer from being saved.")
    return _warning(check, says, "Make room soon.") if free < LITTLE_DISK else _ok(check, says)


def check_secret(folder: Path) -> Finding:
    """Whether the secret key is whole and its owner's alone."""
    check = "secret key"
    path = folder / "secret.key"
    if not path.exists():
        return _problem(
            check, "There is no secret key.", "Run «elearn serve», which makes one, or restore it from the backup."
        )
    try:
        secret_key(folder)
    except Refusal as refusal:
        return _problem(check, str(refusal), "Restore it from the backup; a new key signs everybody out.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return _problem(check, f"{path} can be read by other accounts.", f"chmod 600 {path}")
    return _ok(check, "It is whole and only its owner can read it.")


def check_files(settings: Settings) -> Iterator[Finding]:
    """Whether fonts and translations came with the installation."""
    again = "Install elearn again."
    fonts = [*(PACKAGE / "static" / "fonts").glob("*.woff2"), *(PACKAGE / "printing" / "fonts").glob("*.ttf")]
    kinds = {path.suffix for path in fonts if path.stat().st_size}
    if kinds != {".woff2", ".ttf"}:
        yield _problem("fonts", "The fonts of the pages or of the certificates are missing.", again)
    else:
        yield _ok("fonts", f"{len(fonts)} font files are there.")
    lacking = [code for code in settings.languages if not state_of(code).is_complete_for_learners]
    if lacking:
        advice = "Take the language out of LANGUAGES, or add what it lacks; until then that is said in other languages."
        yield _warning("translations", f"Not all that officers meet is translated into: {', '.join(lacking)}.", advice)
    else:
        yield _ok("translations", f"Pages are in: {', '.join(settings.languages)}.")


def check_clock(now: datetime) -> Finding:
    """Whether the clock can be right."""
    if now.year < RELEASED:
        return _problem(
            "clock",
            f"It shows {now:%Y-%m-%d %H:%M} UTC, before this version was made.",
            "Set it, and keep it set (chrony, NTP).",
        )
    return _ok("clock", f"It shows {now:%Y-%m-%d %H:%M} UTC.")


# --- the database ----------------------------------------------------------------------------------------------------


def _of_the_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    check = "database"
    try:
        database = Database(settings.sqlalchemy_url)
        file = sqlite_file(settings.sqlalchemy_url)
        if file is not None and not file.exists():
            yield _problem(
                check,
                f"There is no database at {file}.",
                "Run «elearn serve» or «elearn db upgrade», or restore the backup.",
            )
            return
        database.check()
        present, newest = current_revision(database), newest_revision(shipped("migrations"))
    except (Refusal, SQLAlchemyError) as problem:
        yield _problem(check, _sentence(problem), "Check ELEARN_DATABASE_URL, and that the database runs.")
        return
    try:
        if present != newest:
            advice = (
                "Stop the server and run «elearn db upgrade»; if the database is newer, install that version again."
            )
            yield _problem(check, f"It is at revision {present or 'none'}; this version needs {newest}.", advice)
            return
        yield _ok(
            check,
            f"{'SQLite' if database.is_sqlite else 'PostgreSQL'} answers and is at revision {present}, the newest.",
        )
        if file is not None:
            yield from check_sqlite(database, file)
        for examination in (check_newest, check_courses, check_administrator):
            yield examination(database, now)
    except SQLAlchemyError as problem:
        yield _problem(check, f"It cannot be read: {_sentence(problem)}", "Restore the backup.")
    finally:
        database.dispose()


def _sentence(problem: Exception) -> str:
    return str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]


def check_sqlite(database: Database, file: Path) -> Iterator[Finding]:
    """Whether the file is sound and stands where locks work."""
    check = "SQLite"
    kind = file_system_of(file, Path("/proc/self/mountinfo").read_text())
    if kind.startswith(NETWORK_FILE_SYSTEMS):
        says = f"The database stands on a network file system ({kind}), where its locks do not hold."
        yield _problem(check, says, "Move the data folder to a local disk, or use PostgreSQL.")
    with database.engine.connect() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        faults = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if faults != "ok":
        yield _problem(check, f"The file is damaged: {faults}", "Stop the server and restore the backup.")
    elif mode != "wal":
        yield _problem(check, f"The journal is {mode}, not wal.", "Run «elearn db upgrade» with the server stopped.")
    else:
        yield _ok(check, f"The file is sound, its journal is wal, on {kind}.")


def file_system_of(path: Path, mountinfo: str) -> str:
    """The kind of file system a path is on; ``mountinfo`` is the text of /proc/self/mountinfo (proc(5))."""
    best, kind = "", "unknown"
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        mount = before.split()[4].encode().decode("unicode_escape")  # a space in it is written \040
        if path.resolve().is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, after.split()[0]
    return kind


def check_newest(database: Database, now: datetime) -> Finding:
    """Whether the newest row is from the past: if not, the clock is wrong, or was when the row was written."""
    check = "time"
    questions: tuple[Callable[[], object], ...] = (
        lambda: select(func.max(UserSession.created_at)),
        lambda: select(func.max(Enrolment.active_at)),
        lambda: select(func.max(Release.published_at)),
    )
    with database.reading() as session:
        instants = [session.scalar(question()) for question in questions]  # type: ignore[call-overload]
    newest = max((instant for instant in instants if instant is not None), default=None)
    if newest is None:
        return _ok(check, "Nothing was recorded yet.")
    if newest > now + CLOCKS_DIFFER:
        advice = "Find out which clock was wrong: the servers', or this one's."
        return _problem(
            check, f"Something was recorded at {newest:%Y-%m-%d %H:%M} UTC, which is still to come.", advice
        )
    return _ok(check, f"The last thing was recorded at {newest:%Y-%m-%d %H:%M} UTC.")


def check_courses(database: Database, now: datetime) -> Finding:
    """Whether there is something to learn."""
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(CourseRecord)) or 0
    if not count:
        return _warning("courses", "No course is published.", f"elearn course import {shipped('courses') / 'cft'}")
    return _ok("courses", f"Published: {count}.")


def check_administrator(database: Database, now: datetime) -> Finding:
    """Whether somebody can manage people."""
    query = (
        select(func.count(Person.id.distinct()))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
    )
    with database.reading() as session:
        count = session.scalar(query) or 0
    if not count:
        advice = "elearn person add NAME --full-name … --agency CODE --role administrator:all"
        return _problem("administrator", "Nobody who can sign in may manage people.", advice)
    return _ok("administrator", f"People who may manage people: {count}.")


# --- the address -----------------------------------------------------------------------------------------------------


def check_public_url(settings: Settings) -> Finding:
    """Whether the site knows the address under which people reach it."""
    if settings.public_url is None:
        advice = "Set ELEARN_PUBLIC_URL (or PUBLIC_URL in config.py) before the first certificate: it is printed on it."
        return _warning("public address", "It is not set.", advice)
    return _ok("public address", f"{settings.public_url}/")


def check_cookies(settings: Settings) -> Finding:
    """Whether sessions travel encrypted."""
    if not settings.is_secure:
        advice = "Put a proxy with a certificate before elearn and set ELEARN_PUBLIC_URL to its https address."
        return _warning(
            "cookies", "They are not Secure: without https, passwords and sessions can be read on the way.", advice
        )
    return _ok("cookies", "They are __Host- and Secure.")


def check_mail(settings: Settings) -> Finding:
    """Whether the daily digest can be sent: the settings, and that the server answers and takes the account."""
    check = "e-mail"
    if settings.smtp_host is None:
        return _ok(check, "No digest is sent: SMTP_HOST is not set.")
    try:
        with mail_server(settings):
            pass
    except NoMail as refusal:
        return _problem(check, str(refusal), "See the settings SMTP_… in config.py.")
    file = settings.smtp_password_file
    if file is not None and file.stat().st_mode & (stat.S_IRWXO | stat.S_IRWXG):
        return _warning(check, f"{file} is open to other accounts of this machine.", f"chmod 600 {file}")
    if settings.smtp_tls == "none" and settings.smtp_host not in ("127.0.0.1", "::1", "localhost"):
        return _warning(check, "Letters travel in the open.", "Set SMTP_TLS to starttls or tls.")
    return _ok(check, f"{settings.smtp_host}:{settings.smtp_port} answers.")

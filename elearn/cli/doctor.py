"""``elearn doctor``: is this installation sound, and if not, what to do. It changes nothing."""

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from elearn.accounts.models import Person, RoleGrant, UserSession
from elearn.backup.failures import last_failure
from elearn.backup.restoring import RestoreCutOff, check_whole
from elearn.catalogue.models import CourseRecord, Release
from elearn.cli.findings import Finding, Level, ok, problem, warning
from elearn.cli.options import config_option, data_option
from elearn.cli.outside import (
    check_backups,
    check_cookies,
    check_database_line,
    check_directory,
    check_environment,
    check_mail,
    check_passphrase,
    check_provider,
    check_public_url,
    check_scanner,
    check_tls,
    is_open,
    size_words,
)
from elearn.cli.site import settings_of
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.db.engine import Database, sqlite_file
from elearn.db.migrating import current_revision, is_known, newest_revision
from elearn.jobs.queries import counts
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
LONG_WAIT = timedelta(minutes=10)
"""So long no letter waits for its first try where the site runs."""
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


@click.command()
@config_option
@data_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print what was found."
)
def doctor(config: Path | None, data: Path | None, form: str) -> None:
    """Look the installation over and say what to mend. Exit code 1 if there is a problem."""
    findings = list(examine(settings_of(config, data), now=clock()))
    findings.append(check_environment(os.environ))
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
    yield check_secret(settings)
    yield from check_files(settings)
    yield check_clock(now)
    yield from _of_the_database(settings, now)
    yield check_public_url(settings)
    yield check_cookies(settings)
    yield check_tls(settings, now)
    yield check_database_line(settings)
    yield check_mail(settings)
    yield check_provider(settings, now)
    yield check_directory(settings)
    yield check_scanner(settings)
    yield check_backups(settings.backup_folder, now, last_failure(settings.data_dir))
    yield check_passphrase(settings)


# --- the machine -----------------------------------------------------------------------------------------------------


def check_data_folder(folder: Path) -> Finding:
    """Whether the data folder is there, writable, and shut to others."""
    check = "data folder"
    if not folder.is_dir():
        return problem(
            check, f"{folder} does not exist.", "Name the right one with --data, or run «elearn serve», which makes it."
        )
    probe = folder / ".doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as fault:
        return problem(
            check, f"{folder} cannot be written to: {fault.strerror}.", "Give it to the account that runs elearn."
        )
    if folder.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return warning(check, f"{folder} is open to other accounts of this machine.", f"chmod 700 {folder}")
    return ok(check, f"{folder.resolve()} is writable.")


def check_disk(folder: Path) -> Finding:
    """Whether there is room to write."""
    check = "disk"
    if not folder.exists():
        return problem(check, "The room cannot be measured: there is no data folder.", "See above.")
    free = shutil.disk_usage(folder).free
    says = f"{free / GIBIBYTE:.1f} GiB are free."
    if free < TOO_LITTLE_DISK:
        return problem(check, says, "Make room: a full disk stops every answer from being saved.")
    return warning(check, says, "Make room soon.") if free < LITTLE_DISK else ok(check, says)


def check_secret(settings: Settings) -> Finding:
    """Whether the secret key is whole and its owner's alone; before somebody used the site, none needs to be there."""
    check = "secret key"
    try:
        check_whole(settings.data_dir)
    except RestoreCutOff as refusal:
        return problem(check, str(refusal), "Until then the server does not start.")
    path = settings.data_dir / "secret.key"
    if not path.exists():
        if not _was_used(settings):
            return ok(check, "There is none yet; the first «elearn serve» makes it.")
        return problem(check, "It is gone.", "Restore it from the backup; a new key signs everybody out.")
    try:
        secret_key(settings.data_dir)
    except Refusal as refusal:
        return problem(check, str(refusal), "Restore it from the backup; a new key signs everybody out.")
    if is_open(path):
        return problem(check, f"{path} can be read by other accounts.", f"chmod 600 {path}")
    return ok(check, "It is whole and only its owner can read it.")


def check_files(settings: Settings) -> Iterator[Finding]:
    """Whether fonts and translations came with the installation."""
    again = "Install elearn again."
    fonts = [*(PACKAGE / "static" / "fonts").glob("*.woff2"), *(PACKAGE / "printing" / "fonts").glob("*.ttf")]
    kinds = {path.suffix for path in fonts if path.stat().st_size}
    if kinds != {".woff2", ".ttf"}:
        yield problem("fonts", "The fonts of the pages or of the certificates are missing.", again)
    else:
        yield ok("fonts", f"{len(fonts)} font files are there.")
    lacking = [code for code in settings.languages if not state_of(code).is_complete_for_learners]
    if lacking:
        advice = "Take the language out of LANGUAGES, or add what it lacks; until then that is said in other languages."
        yield warning("translations", f"Not all that officers meet is translated into: {', '.join(lacking)}.", advice)
    else:
        yield ok("translations", f"Pages are in: {', '.join(settings.languages)}.")


def check_clock(now: datetime) -> Finding:
    """Whether the clock can be right."""
    if now.year < RELEASED:
        return problem(
            "clock",
            f"It shows {now:%Y-%m-%d %H:%M} UTC, before this version was made.",
            "Set it, and keep it set (chrony, NTP).",
        )
    return ok("clock", f"It shows {now:%Y-%m-%d %H:%M} UTC.")


# --- the database ----------------------------------------------------------------------------------------------------


def _of_the_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    check = "database"
    try:
        database = Database(settings.sqlalchemy_url)
        file = sqlite_file(settings.sqlalchemy_url)
        if file is not None and not file.exists():
            yield problem(
                check,
                f"There is no database at {file}.",
                "Run «elearn serve» or «elearn db upgrade», or restore the backup.",
            )
            return
        database.check()
        present, newest = current_revision(database), newest_revision(shipped("migrations"))
    except (Refusal, SQLAlchemyError) as fault:
        yield problem(check, _sentence(fault), "Check ELEARN_DATABASE_URL, and that the database runs.")
        return
    try:
        if present != newest:
            is_newer = present is not None and not is_known(shipped("migrations"), present)
            advice = "Install the newer version again." if is_newer else "Stop the server and run «elearn db upgrade»."
            yield problem(check, f"It is at revision {present or 'none'}; this version needs {newest}.", advice)
            return
        name = "SQLite" if database.is_sqlite else "PostgreSQL"
        size = size_words(_bytes_of(database))
        yield ok(check, f"{name} answers, is at revision {present}, the newest, and has {size}.")
        if file is not None:
            yield from check_sqlite(database, file)
        for examination in (check_newest, check_courses, check_administrator, check_jobs):
            yield examination(database, now)
    except SQLAlchemyError as fault:
        yield problem(check, f"It cannot be read: {_sentence(fault)}", "Restore the backup.")
    finally:
        database.dispose()


def _was_used(settings: Settings) -> bool:
    """Whether anybody ever signed in, as far as can be told."""
    try:
        file = sqlite_file(settings.sqlalchemy_url)
        if file is not None and not file.exists():
            return False  # looking would make an empty one
        database = Database(settings.sqlalchemy_url)
        try:
            with database.reading() as session:
                return session.scalar(select(UserSession.id).limit(1)) is not None
        finally:
            database.dispose()
    except (Refusal, SQLAlchemyError):
        return False  # what is wrong with the database is told below


def _bytes_of(database: Database) -> int:
    """How large the database is."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    whole = "SELECT pg_database_size(current_database())"
    with database.engine.connect() as connection:
        return int(connection.execute(text(pages if database.is_sqlite else whole)).scalar_one())


def _sentence(problem: Exception) -> str:
    return str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]


def check_sqlite(database: Database, file: Path) -> Iterator[Finding]:
    """Whether the file is sound and stands where locks work."""
    check = "SQLite"
    kind = file_system_of(file, Path("/proc/self/mountinfo").read_text())
    if kind.startswith(NETWORK_FILE_SYSTEMS):
        says = f"The database stands on a network file system ({kind}), where its locks do not hold."
        yield problem(check, says, "Move the data folder to a local disk, or use PostgreSQL.")
    with database.engine.connect() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        faults = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if faults != "ok":
        yield problem(check, f"The file is damaged: {faults}", "Stop the server and restore the backup.")
    elif mode != "wal":
        yield problem(check, f"The journal is {mode}, not wal.", "Run «elearn db upgrade» with the server stopped.")
    else:
        yield ok(check, f"The file is sound, its journal is wal, on {kind}.")


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
        return ok(check, "Nothing was recorded yet.")
    if newest > now + CLOCKS_DIFFER:
        advice = "Find out which clock was wrong: the servers', or this one's."
        return problem(check, f"Something was recorded at {newest:%Y-%m-%d %H:%M} UTC, which is still to come.", advice)
    return ok(check, f"The last thing was recorded at {newest:%Y-%m-%d %H:%M} UTC.")


def check_courses(database: Database, now: datetime) -> Finding:
    """Whether there is something to learn."""
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(CourseRecord)) or 0
    if not count:
        return warning("courses", "No course is published.", f"elearn course import {shipped('courses') / 'cft'}")
    return ok("courses", f"Published: {count}.")


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
        return problem("administrator", "Nobody who can sign in may manage people.", advice)
    return ok("administrator", f"People who may manage people: {count}.")


def check_jobs(database: Database, now: datetime) -> Finding:
    """Whether letters leave."""
    check = "letters"
    with database.reading() as session:
        stands = counts(session)
    advice = "elearn jobs list says why, and so does the page «Background work»; then elearn jobs retry."
    if stands.in_trouble:
        return problem(check, f"Letters that wait because they could not be sent: {stands.in_trouble}.", advice)
    if stands.oldest_at is not None and now - stands.oldest_at > LONG_WAIT:
        return problem(check, f"Letters wait, and nobody sends them: {stands.waiting}.", "Is «elearn serve» running?")
    if stands.failed:
        return warning(check, f"Letters of the last 30 days that could not be sent: {stands.failed}.", advice)
    return ok(check, f"Letters that wait: {stands.waiting}.")

"""Backups of small sites, for tests and drills."""

from datetime import timedelta
from pathlib import Path

from elearn.audit.queries import all_events, verified
from elearn.audit.rules import Act, Bystander, Link
from elearn.audit.rules import person as thing
from elearn.audit.services import record
from elearn.backup.copying import Fingerprint, fingerprints
from elearn.backup.restoring import Restored, restore_backup
from elearn.backup.taking import take_backup
from elearn.db.engine import Database
from elearn.settings import Settings
from tests.factories import NOON, a_course, a_person, a_picture, an_enrolment, course_files, learn

WORDS = "correct horse battery staple"


def fill(database: Database) -> None:
    """People, a course with a picture, something learnt; with letters that formats of files trip over."""
    with database.writing() as session:
        words = ("This text, before", "![A dot](images/dot.png)\n\nThis text, before")
        release = a_course(session, files=course_files(module=words) | {"01-example/images/dot.png": a_picture()})
        for number in range(3):
            person = a_person(session)
            person.full_name = rf"Ким \N {number} «O’Neil», \. " + '\t\n"x"'
            learn(session, an_enrolment(session, person, release))
            record(session, Act.PERSON_ADDED, thing(person.public_id), actor=Bystander.NOBODY, now=NOON, n=number)
        session.commit()


def held(url: str) -> dict[str, Fingerprint]:
    """What the tables of a database hold, but the log, to which a restore adds; that is whole in any case."""
    database = Database(url)
    try:
        with database.reading() as session:
            verified(session)
        with database.engine.connect() as connection:
            return {name: kept for name, kept in fingerprints(connection).items() if name != "audit_event"}
    finally:
        database.dispose()


def log_of(url: str) -> list[Link]:
    """The events of a database's log."""
    database = Database(url)
    try:
        with database.reading() as session:
            return list(all_events(session))
    finally:
        database.dispose()


def taken(settings: Settings, name: str = "one.tar.gz", passphrase: str | None = None) -> Path:
    """A backup of the site, and the file that it is."""
    return take_backup(settings, settings.data_dir.parent / name, passphrase=passphrase, now=NOON).path


def restored(settings: Settings, file: Path, *, replace: bool = False, passphrase: str | None = None) -> Restored:
    """A backup restored."""
    return restore_backup(settings, file, passphrase=passphrase, replace=replace, now=NOON + timedelta(hours=1))

"""What the audit log is told of backups, restores and copies."""

from datetime import datetime

from elearn.audit.rules import Act, Actor, Bystander, Kind, Thing
from elearn.audit.services import record
from elearn.backup.faults import FAULTS, reason_of
from elearn.backup.manifest import Manifest
from elearn.backup.taking import Taken
from elearn.core.refusals import Unsound
from elearn.db.engine import Database
from elearn.db.migrating import newest_revision
from elearn.settings import Settings
from elearn.shipped import shipped


class NotRecorded(Unsound):
    """The audit log could not be told of a backup."""

    message = "The backup %(path)s is whole, but the audit log could not be told of it: %(reason)s."


def record_taken(settings: Settings, taken: Taken, *, actor: Actor, now: datetime) -> bool:
    """Put down in the site that a backup was taken of it; False for one whose tables are not at our revision.

    The backup cannot hold this event itself. Raises NotRecorded.
    """
    if taken.manifest.revision != newest_revision(shipped("migrations")):
        return False
    database = Database(settings.sqlalchemy_url)
    try:
        with database.writing() as session:
            record(
                session,
                Act.BACKUP_TAKEN,
                Thing(Kind.FILE, taken.path.name),
                actor=actor,
                now=now,
                rows=taken.manifest.row_count,
                sha256=taken.digest,
            )
            session.commit()
    except FAULTS as problem:
        raise NotRecorded(path=taken.path, reason=reason_of(problem)) from problem
    finally:
        database.dispose()
    return True


def record_restored(database: Database, manifest: Manifest, *, name: str, digest: str, now: datetime) -> None:
    """Put down in a restored site from which file it came, and of when that is."""
    with database.writing() as session:
        record(
            session,
            Act.SITE_RESTORED,
            Thing(Kind.FILE, name),
            actor=Bystander.COMMAND_LINE,
            now=now,
            taken_at=manifest.taken_at.isoformat(timespec="seconds"),
            rows=manifest.row_count,
            sha256=digest,
        )
        session.commit()


def record_copied(database: Database, *, now: datetime) -> None:
    """Put down that a database is about to be copied: in it, so that it and its copy are equal afterwards."""
    with database.writing() as session:
        record(session, Act.DATABASE_COPIED, Thing(Kind.SITE, "site"), actor=Bystander.COMMAND_LINE, now=now)
        session.commit()

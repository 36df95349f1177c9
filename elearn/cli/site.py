"""What most commands need: the settings, and the database at the state this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from elearn.core.refusals import Unsound
from elearn.db.engine import Database, sqlite_file
from elearn.db.migrating import current_revision, newest_revision
from elearn.settings import Settings, load_settings
from elearn.shipped import shipped


class NotMigrated(Unsound):
    """The database is not at the state this version needs."""

    message = "The database is not ready for this version; run «elearn db upgrade» first."


def settings_of(config: Path | None, data: Path | None) -> Settings:
    """The settings of a command."""
    return load_settings(config, data_dir=data)


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """A session that writes in the site's database and commits at the end. Raises NotMigrated, DatabaseUnreachable."""
    with migrated(settings) as database, database.writing() as session:
        yield session
        session.commit()


@contextmanager
def migrated(settings: Settings) -> Iterator[Database]:
    """The site's database, at the state this version needs. Raises NotMigrated, DatabaseUnreachable."""
    database = Database(settings.sqlalchemy_url)
    file = sqlite_file(settings.sqlalchemy_url)
    if file is not None and not file.exists():
        raise NotMigrated  # looking into it would make an empty one
    try:
        if current_revision(database) != newest_revision(shipped("migrations")):
            raise NotMigrated
        yield database
    finally:
        database.dispose()

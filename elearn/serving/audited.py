"""What the audit log is told when the site starts."""

import hashlib
from datetime import datetime

from elearn import __version__
from elearn.audit.rules import Act, Bystander, Kind, Thing, canonical
from elearn.audit.services import record
from elearn.db.engine import Database
from elearn.settings import Settings


def record_start(database: Database, settings: Settings, *, now: datetime) -> None:
    """Put down that the site starts, and with which settings: their digest, and the names of those not as usual."""
    changed = sorted(
        name for name in Settings.model_fields if getattr(settings, name) != Settings.model_fields[name].default
    )
    with database.writing() as session:
        record(
            session,
            Act.SITE_STARTED,
            Thing(Kind.SITE, "site"),
            actor=Bystander.SITE,
            now=now,
            version=__version__,
            settings=settings_digest(settings),
            changed=changed,
        )
        session.commit()


def settings_digest(settings: Settings) -> str:
    """SHA-256 over the settings, in hex: equal settings have equal digests. Secrets are left out, not even hashed."""
    told = {name: str(value) for name, value in settings.model_dump(mode="json").items()}  # secrets are asterisks there
    return hashlib.sha256(canonical(told).encode()).hexdigest()

"""How the daily backups stand: when the last one was taken, when the next one is due, and what went wrong since."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from elearn.backup.failures import Failure, last_failure
from elearn.backup.rules import newest_before, next_due
from elearn.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """When the newest backup was taken, None if there is none; and the failure since then, if there was one."""

    taken_at: datetime | None
    due_at: datetime
    failure: Failure | None


def standing_of(settings: Settings, folder: Path, *, now: datetime) -> Standing:
    """How the backups in a folder stand. Raises OSError if it cannot be read."""
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    taken_at = newest_before(names, now)
    failure = last_failure(settings.data_dir)
    return Standing(
        taken_at,
        next_due(taken_at, now, settings.backup_at, ZoneInfo(settings.timezone)),
        failure if failure is not None and (taken_at is None or failure.at > taken_at) else None,
    )

"""The last daily backup that failed, noted in the data folder: the database may be what cannot be used."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FILE = "backup-failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """When a backup was tried in vain, and the sentence that says why."""

    at: datetime
    sentence: str


def note_failure(data_dir: Path, sentence: str, *, now: datetime) -> None:
    """Note it, if that can be done; the log tells it in any case."""
    with suppress(OSError):
        (data_dir / _FILE).write_text(f"{now.isoformat()}\n{sentence}\n", encoding="utf-8")


def last_failure(data_dir: Path) -> Failure | None:
    """The last one; None if there was none, or its note cannot be read."""
    try:
        at, _, sentence = (data_dir / _FILE).read_text(encoding="utf-8").partition("\n")
        return Failure(datetime.fromisoformat(at), sentence.strip())
    except (OSError, ValueError):
        return None

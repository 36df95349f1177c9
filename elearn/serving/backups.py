"""The process that takes a backup a day: it sleeps, takes one when it is due, and lets everything else go before it."""

import logging
import os
import signal
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from elearn.audit.rules import Bystander
from elearn.backup.failures import note_failure
from elearn.backup.faults import reason_of
from elearn.backup.recording import record_taken
from elearn.backup.rules import file_name
from elearn.backup.sealing import passphrase_in
from elearn.backup.standing import standing_of
from elearn.backup.taking import Taken, discard_old, take_backup
from elearn.core.clock import now as clock
from elearn.core.refusals import Refusal
from elearn.settings import Settings

LONGEST_SLEEP_SECONDS = 60.0
"""The clock is looked at this often: it may be set, and a machine may have slept."""
AGAIN_SECONDS = 30 * 60.0
"""So long after a backup that failed the next try is made."""
NICE = 19

log = logging.getLogger("elearn.backup")


def keep_backups(settings: Settings, folder: Path) -> None:
    """Take a backup into the folder each day, for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of the terminal; the parent decides
    os.nice(NICE)
    while True:
        time.sleep(keep_backup(settings, folder, now=clock()))


def keep_backup(settings: Settings, folder: Path, *, now: datetime) -> float:
    """Take a backup into the folder if one is due; after how many seconds to look again.

    What goes wrong is logged, noted for «elearn doctor», and tried again.
    """
    try:
        pause = seconds_to_next(settings, folder, now=now)
        if pause <= 0:
            taken, discarded = take_due(settings, folder, now=now)
            log.info("backup taken: %s, %s bytes; old ones deleted: %s", taken.path, taken.size, discarded)
            record_taken(settings, taken, actor=Bystander.SITE, now=clock())
            pause = LONGEST_SLEEP_SECONDS
    except (Refusal, OSError) as problem:
        sentence = str(problem) if isinstance(problem, Refusal) else reason_of(problem)
        log.error("the daily backup: %s", sentence)
        note_failure(settings.data_dir, sentence, now=now)
        return AGAIN_SECONDS
    return min(pause, LONGEST_SLEEP_SECONDS)


def take_due(settings: Settings, folder: Path, *, now: datetime) -> tuple[Taken, int]:
    """Take a backup into the folder, and then delete those that need not stay; it, and how many went.

    Raises what ``take_backup`` and ``passphrase_in`` raise, and OSError.
    """
    sealed_by = settings.backup_passphrase_file
    passphrase = None if sealed_by is None else passphrase_in(sealed_by)
    taken = take_backup(
        settings, folder / file_name(now, is_sealed=passphrase is not None), passphrase=passphrase, now=now
    )
    return taken, discard_old(folder, settings.backup_keep, ZoneInfo(settings.timezone))


def seconds_to_next(settings: Settings, folder: Path, *, now: datetime) -> float:
    """How many seconds remain until the next backup is due; none or less: it is. Raises OSError."""
    return (standing_of(settings, folder, now=now).due_at - now).total_seconds()

"""One server a data folder: an exclusive lock that ends with the last process of the server that took it."""

import fcntl
import os
import time
from pathlib import Path

from elearn.core.refusals import Unsound
from elearn.secret import DataFolderUnusable

FILE = "serve.lock"
PATIENCE_SECONDS = 2.0
"""The workers of a server that was killed end within this time and then let go of its lock."""


class DataFolderInUse(Unsound):
    """Another server runs on this data folder."""

    message = (
        "The data folder %(path)s is used by another elearn serve (process %(process)s); "
        "stop that one, or choose another folder with --data."
    )


def lock_data_folder(data_dir: Path, *, patience: float = PATIENCE_SECONDS) -> int:
    """Take the lock on an existing data folder; the descriptor returned holds it.

    Workers inherit the descriptor by ``fork``, so the lock is held until the last of them has ended, however the parent
    died, and is free again without anybody's help after that. ``patience`` is how many seconds to wait for it.
    Raises DataFolderInUse, DataFolderUnusable.
    """
    path = data_dir / FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise DataFolderUnusable(path=data_dir, reason=problem.strerror) from problem
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
                os.close(descriptor)
                raise DataFolderInUse(path=data_dir, process=holder) from None
            time.sleep(0.05)
        except OSError as problem:  # a file system without locks
            os.close(descriptor)
            raise DataFolderUnusable(path=data_dir, reason=problem.strerror) from problem
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor

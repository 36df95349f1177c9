"""The installation's secret key: made once, kept in the data folder, readable by its owner alone."""

import os
import secrets
from pathlib import Path

from elearn.core.refusals import Unsound

BYTES = 32


class DataFolderUnusable(Unsound):
    """The data folder cannot be written to."""

    message = "The data folder %(path)s cannot be used: %(reason)s."


def secret_key(data_dir: Path) -> bytes:
    """The key of this installation. Two processes that start at once agree on one. Raises DataFolderUnusable."""
    path = data_dir / "secret.key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = data_dir / f".secret.key.{secrets.token_hex(8)}"
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(BYTES))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)  # fails if another process was first: theirs is the key then
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) < BYTES:
            raise ValueError  # cut short, as by a full disk: forms and sessions must not hang on a key that is guessed
    except (OSError, ValueError) as problem:
        raise DataFolderUnusable(
            path=data_dir, reason=getattr(problem, "strerror", None) or "secret.key is damaged"
        ) from problem
    return key

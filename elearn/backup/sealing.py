"""Sealing a backup with a passphrase: a tar of two files in the age format (age-encryption.org/v1).

``key.age`` is an X25519 identity made for this backup, encrypted by the passphrase (scrypt); ``backup.tar.gz.age`` is
the backup, encrypted to that identity (ChaCha20-Poly1305 in pieces of 64 KiB). The library seals to a passphrase only
what is in memory and to an identity whatever comes through a file, hence both; the program ``age`` reads it likewise:
``age -d -i key.age backup.tar.gz.age``. Making a key of a passphrase takes seconds and, for so long, up to a
gibibyte of memory, so that nobody tries many.
"""

import io
import tarfile
from datetime import datetime
from pathlib import Path

import pyrage

from elearn.backup.archive import Stream, add_to_tar, entry_in
from elearn.backup.manifest import BackupDamaged
from elearn.core.refusals import Unsound

KEY, SEALED = "key.age", "backup.tar.gz.age"
_LARGEST_KEY = 4096


class NoPassphrase(Unsound):
    """The file of the passphrase cannot be used."""

    message = "The passphrase cannot be read from %(path)s: %(reason)s."


class PassphraseNeeded(Unsound):
    """The backup is sealed."""

    message = "%(path)s is sealed: name the file of its passphrase with --passphrase-file."


class PassphraseWrong(Unsound):
    """The backup was sealed by another passphrase."""

    message = "The passphrase does not open %(path)s."


def passphrase_in(path: Path) -> str:
    """The passphrase in a file: its first line. Raises NoPassphrase."""
    try:
        found = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise NoPassphrase(path=path, reason=getattr(problem, "strerror", None) or "it is not text") from problem
    if not found:
        raise NoPassphrase(path=path, reason="its first line is empty")
    return found


def seal(plain: Path, to: Path, passphrase: str, *, folder: Path, now: datetime) -> None:
    """Seal a file into a new one; ``folder`` is for what is made on the way, sealed already. Raises OSError."""
    identity = pyrage.x25519.Identity.generate()
    with plain.open("rb") as source, (folder / SEALED).open("xb") as target:
        try:
            pyrage.encrypt_io(source, target, [identity.to_public()])
        except pyrage.EncryptError as problem:  # "OSError: [Errno 28] No space left on device"
            raise OSError(None, str(problem).rpartition("] ")[2]) from problem
    (folder / KEY).write_bytes(pyrage.passphrase.encrypt(f"{identity}\n".encode(), passphrase))
    add_to_tar(to, [folder / KEY, folder / SEALED], now)
    (folder / SEALED).unlink()


def unseal(file: Path, passphrase: str | None, *, folder: Path) -> Path:
    """The backup without its seal: a new file in ``folder``, or the file itself if it has none.

    Raises PassphraseNeeded, PassphraseWrong, BackupDamaged, OSError.
    """
    try:
        with file.open("rb") as opened:
            if opened.read(2) == b"\x1f\x8b":  # gzip: not sealed
                return file
            opened.seek(0)
            return _unsealed(opened, file, passphrase, folder / "unsealed.tar.gz")
    except tarfile.TarError as problem:
        raise BackupDamaged(path=file, reason="it is neither packed nor sealed") from problem


def _unsealed(tar: Stream, file: Path, passphrase: str | None, to: Path) -> Path:
    key = entry_in(tar)
    if key is None or key.name != KEY or key.size > _LARGEST_KEY:
        raise BackupDamaged(path=file, reason="it is neither packed nor sealed")
    if passphrase is None:
        raise PassphraseNeeded(path=file)
    try:
        words = pyrage.passphrase.decrypt(tar.read(key.size), passphrase).decode().strip()
        identity = pyrage.x25519.Identity.from_str(words)
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as problem:
        raise PassphraseWrong(path=file) from problem
    tar.read(-key.size % tarfile.BLOCKSIZE)
    sealed = entry_in(tar)
    if sealed is None or sealed.name != SEALED:
        raise BackupDamaged(path=file, reason="it lacks what was sealed")
    try:
        with to.open("xb") as target:
            pyrage.decrypt_io(_Part(tar, sealed.size), target, [identity])
    except (pyrage.DecryptError, OSError) as problem:
        if getattr(problem, "errno", None) is not None:  # a full disk; the library's own have no number
            raise
        raise BackupDamaged(path=file, reason="what is sealed was changed or cut short") from problem
    return to


class _Part(io.RawIOBase):
    """So many of the bytes that follow in a file."""

    def __init__(self, file: Stream, size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none at the end of the part."""
        found = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(found)
        return found

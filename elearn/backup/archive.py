"""The file: a tar, packed by gzip, whose first member is the manifest.

Reading believes nothing: members must be those of the manifest, in its order, of its sizes and with its digests. Only
plain headers of 512 bytes are read, as we write them: no links, no folders, no extended headers, which may be endless.
"""

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from elearn.backup.manifest import (
    FORMAT,
    MANIFEST,
    BackupDamaged,
    BackupIsNewer,
    Manifest,
    Member,
    NoRoomToUnpack,
)

_LARGEST_MANIFEST = 4 * 2**20
_PIECE = 2**20
_LEAST_ROOM = 2**20


class Stream(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """So many of the next bytes; fewer at the end alone."""


def member_of(path: Path) -> Member:
    """What the manifest says of a file."""
    return Member(name=path.name, size=path.stat().st_size, sha256=digest_of(path))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_lasting(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pack(folder: Path, manifest: Manifest, to: Path) -> None:
    """Write the members, which lie in ``folder``, and their manifest into a new file."""
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    add_to_tar(to, [folder / MANIFEST, *(folder / member.name for member in manifest.members)], manifest.taken_at, "gz")


def add_to_tar(to: Path, files: Iterable[Path], at: datetime, packing: str = "") -> None:
    """Write a new tar of these files, which tells nothing of the account that wrote it."""
    mode = f"x:{packing}"
    options = {"compresslevel": 6} if packing else {}
    # the format of GNU: a file of any size needs no extended header
    with tarfile.open(to, mode, format=tarfile.GNU_FORMAT, **options) as tar:  # type: ignore[call-overload]
        for path in files:
            entry = tarfile.TarInfo(path.name)
            entry.size, entry.mode, entry.mtime = path.stat().st_size, 0o600, int(at.timestamp())
            with path.open("rb") as file:
                tar.addfile(entry, file)


def entry_in(tar: Stream) -> tarfile.TarInfo | None:
    """The next member of a tar, whose content follows; None at its end. Raises TarError for all but plain files."""
    head = tar.read(tarfile.BLOCKSIZE)
    if head == bytes(tarfile.BLOCKSIZE):
        return None
    try:
        entry = tarfile.TarInfo.frombuf(head, "ascii", "strict")
    except UnicodeDecodeError as problem:
        raise tarfile.ReadError("a name that we do not give") from problem
    if entry.type != tarfile.REGTYPE or entry.size < 0:
        raise tarfile.ReadError("not a plain file")
    return entry


def unpack(file: Path, to: Path | None, *, shown: Path | None = None) -> Manifest:
    """Check a backup that is not sealed, whole; put its members into the folder ``to`` if one is given.

    ``shown`` is the file as people know it. Raises BackupDamaged, BackupIsNewer, NoRoomToUnpack, and OSError if it
    cannot be read or its members cannot be written.
    """
    name = shown or file
    try:
        with gzip.open(file) as tar:
            manifest = _manifest_of(tar, name)
            if to is not None:
                _check_room(manifest, to, name)
            for member in manifest.members:
                entry = entry_in(tar)
                if entry is None:
                    raise BackupDamaged(path=name, reason=f"{member.name} is missing")
                if entry.name != member.name or entry.size != member.size:
                    raise BackupDamaged(path=name, reason=f"{member.name} is not what the manifest says")
                if _carry(tar, member.size, None if to is None else to / member.name) != member.sha256:
                    raise BackupDamaged(path=name, reason=f"the digest of {member.name} is wrong")
            # to the very end, where gzip has its own digest: a tar ends with zeros, up to a record of them
            if entry_in(tar) is not None or tar.read(2 * tarfile.RECORDSIZE).strip(b"\0") or tar.read(1):
                raise BackupDamaged(path=name, reason="it holds more than its manifest says")
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise BackupDamaged(path=name, reason="it cannot be unpacked") from problem
    return manifest


def _manifest_of(tar: Stream, name: Path) -> Manifest:
    first = entry_in(tar)
    if first is None or first.name != MANIFEST or first.size > _LARGEST_MANIFEST:
        raise BackupDamaged(path=name, reason="it does not begin with a manifest")
    written = tar.read(first.size)
    tar.read(_filling(first.size))
    try:
        said = json.loads(written)
        if int(said["format"]) > FORMAT:
            raise BackupIsNewer(path=name, version=str(said.get("version", "?"))[:40])
        return Manifest.model_validate(said)
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as problem:
        raise BackupDamaged(path=name, reason="its manifest cannot be read") from problem


def _check_room(manifest: Manifest, folder: Path, name: Path) -> None:
    size, free = sum(member.size for member in manifest.members), shutil.disk_usage(folder).free
    wanted = size + size // 8 + _LEAST_ROOM  # migrating and indexing write too
    if wanted > free:
        raise NoRoomToUnpack(path=name, wanted=_mebibytes(wanted), free=_mebibytes(free), folder=folder.parent)


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"


def _filling(size: int) -> int:
    """How many bytes fill up the last block of a member."""
    return -size % tarfile.BLOCKSIZE


def _carry(tar: Stream, size: int, to: Path | None) -> str:
    """Read a member, into a new file if one is named; the SHA-256 of it."""
    digest = hashlib.sha256()
    target = None if to is None else to.open("xb")
    try:
        left = size
        while left:
            piece = tar.read(min(left, _PIECE))
            if not piece:
                raise EOFError
            digest.update(piece)
            if target is not None:
                target.write(piece)
            left -= len(piece)
    finally:
        if target is not None:
            target.close()
    tar.read(_filling(size))
    return digest.hexdigest()

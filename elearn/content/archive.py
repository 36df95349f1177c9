"""A course as a ``.zip``: read with suspicion, written the same each time.

An archive is refused whole, with one sentence, for anything a course folder cannot hold or that is known from attacks:
entries that overlap, that unpack to far more than they weigh, that lead out of the folder, that are links or devices.
Nothing is ever written to disk while reading.
"""

import stat
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from elearn.content.files import LARGEST_ASSET, LARGEST_TEXT, MOST_FILES
from elearn.core.refusals import Invalid

LARGEST_ARCHIVE = 200_000_000  # bytes, packed and unpacked
HIGHEST_RATIO = 200  # unpacked to packed; text packs to a tenth, deflate can reach a thousandth
SMALL = 100_000  # bytes: an entry this small may pack as well as it likes
MOST_ENTRIES = 4 * MOST_FILES  # folders and hidden files are entries, too
_LOCAL_HEADER = 30
_IS_ENCRYPTED = 0x1
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadArchive(Invalid):
    """The archive cannot be read as a course."""

    message = "%(name)s: %(reason)s"


def read_archive(path: Path) -> tuple[str, dict[str, bytes]]:
    """The slug and the files of the course folder in an archive. Raises BadArchive.

    The archive holds one folder, whose name is the slug, or the files themselves; then its own name is. Hidden files
    and what macOS adds are left out, as hidden files are of a folder.
    """
    try:
        if path.stat().st_size > LARGEST_ARCHIVE:
            raise BadArchive(name=path.name, reason=f"the archive is larger than {LARGEST_ARCHIVE:,} bytes.")
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries, file, archive.start_dir, path.name)
            files = {entry.filename: _read(archive, entry, path.name) for entry in entries if not _is_left_out(entry)}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError) as problem:
        raise BadArchive(name=path.name, reason="it is not a zip archive, or it is damaged.") from problem
    except OSError as problem:
        raise BadArchive(name=path.name, reason=f"it cannot be read: {problem.strerror or problem}.") from problem
    return _without_top(files, path)


def write_archive(slug: str, files: Mapping[str, bytes]) -> bytes:
    """The course folder as an archive; the same files give the same bytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{slug}/{path}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[path])
    return made.getvalue()


def _check_entries(entries: list[zipfile.ZipInfo], file: IO[bytes], end: int, name: str) -> None:
    """Raise BadArchive for an archive that must not be unpacked; nothing is unpacked to find out."""

    def refuse(reason: str) -> None:
        raise BadArchive(name=name, reason=reason)

    if len(entries) > MOST_ENTRIES or sum(not _is_left_out(entry) for entry in entries) > MOST_FILES:
        refuse(f"it holds more than {MOST_FILES:,} files.")
    seen: set[str] = set()
    folded: set[str] = set()
    for entry in entries:
        shown = repr(entry.filename[:80])
        problem = _name_problem(entry)
        if problem is not None:
            refuse(f"the entry {shown} {problem}.")
        if entry.filename in seen:
            refuse(f"the entry {shown} stands twice.")
        seen.add(entry.filename)
        if entry.filename.casefold() in folded:  # on many computers the two would be one file
            refuse(f"the entry {shown} differs from another in capital letters alone.")
        folded.add(entry.filename.casefold())
        if entry.flag_bits & _IS_ENCRYPTED:
            refuse(f"the entry {shown} is encrypted.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse(f"the entry {shown} is packed by a method that is not accepted; use ordinary zip.")
        limit = LARGEST_TEXT if entry.filename.endswith(".md") else LARGEST_ASSET
        if entry.file_size > limit and not _is_left_out(entry):
            refuse(f"the entry {shown} has {entry.file_size:,} bytes; {limit:,} are allowed.")
        if entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            refuse(f"the entry {shown} unpacks to more than {HIGHEST_RATIO} times its size.")
    for path in sorted(seen):
        if any(str(parent) in seen for parent in PurePosixPath(path).parents):
            refuse(f"the entry {path[:80]!r} lies in another file.")
    if sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
        refuse(f"it unpacks to more than {LARGEST_ARCHIVE:,} bytes.")
    if _do_overlap(entries, file, end):
        refuse("entries overlap one another.")


def _name_problem(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry cannot be a file of a folder."""
    original = entry.orig_filename
    parts = PurePosixPath(entry.filename).parts
    if original.startswith(("/", "\\")) or original[1:2] == ":":
        return "has an absolute path"
    if "\\" in original or "\x00" in original or not original.isprintable():
        return "has a name with characters that are not accepted"
    if ".." in parts or "." in original.split("/") or "//" in original or not parts:
        return "leads out of the folder"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link; put the file itself into the archive"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no ordinary file"
    return None


def _do_overlap(entries: list[zipfile.ZipInfo], file: IO[bytes], end: int) -> bool:
    """Whether entries share bytes, or lie where no entry may lie; a bomb repeats one entry's bytes in many."""
    last = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < last:
            return True
        file.seek(entry.header_offset)
        header = file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            return True
        name_size, extra_size = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
        last = entry.header_offset + _LOCAL_HEADER + name_size + extra_size + entry.compress_size
    return last > end


def _is_left_out(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return entry.is_dir() or any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of an entry; no more are unpacked than it says it has."""
    try:
        with archive.open(entry) as packed:
            data = packed.read(entry.file_size + 1)
    except RuntimeError as problem:  # what zipfile raises for a password, and for a name that differs in its two places
        raise BadArchive(name=name, reason=f"the entry {entry.filename[:80]!r} cannot be unpacked.") from problem
    if len(data) != entry.file_size:
        raise BadArchive(name=name, reason=f"the entry {entry.filename[:80]!r} is not as large as it says.")
    return data


def _without_top(files: Mapping[str, bytes], path: Path) -> tuple[str, dict[str, bytes]]:
    """The slug and the files relative to the course's folder."""
    if "course.md" in files:
        return path.name.removesuffix(".zip"), dict(files)
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and f"{next(iter(tops))}/course.md" in files:
        slug = next(iter(tops))
        return slug, {name.removeprefix(f"{slug}/"): data for name, data in files.items()}
    raise BadArchive(name=path.name, reason="it holds no course: there is no course.md in it or in its one folder.")

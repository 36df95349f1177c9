"""A file that is no backup, or was changed, gets a sentence; nothing of it lands outside, and nothing is endless."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from elearn.backup import archive
from elearn.backup.manifest import BackupDamaged, BackupIsNewer, Manifest, NoRoomToUnpack, Table
from tests.factories import NOON

CONTENTS = {"secret.key": b"ab" * 32, "person.copy": b"1\tKim\n" * 3000, "empty.copy": b""}


def a_manifest(folder: Path) -> Manifest:
    """The manifest of a small backup whose members lie in the folder then."""
    folder.mkdir()
    for name, data in CONTENTS.items():
        (folder / name).write_bytes(data)
    return Manifest(
        format=1,
        version="0.1.0",
        taken_at=NOON,
        database="postgresql",
        database_version="16",
        revision="0010",
        tables=(Table(name="person", rows=3000, member="person.copy", columns=("id", "name")),),
        members=tuple(archive.member_of(folder / name) for name in CONTENTS),
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """The manifest of the small backup."""
    return a_manifest(tmp_path / "members")


@pytest.fixture
def whole(tmp_path: Path, manifest: Manifest) -> bytes:
    """The small backup."""
    archive.pack(tmp_path / "members", manifest, tmp_path / "whole.tar.gz")
    return (tmp_path / "whole.tar.gz").read_bytes()


def unpacked(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    """What lies in an empty folder after a backup was unpacked into it."""
    to, file = tmp_path / "to", tmp_path / "one.tar.gz"
    to.mkdir()
    file.write_bytes(data)
    archive.unpack(file, to)
    return {path.name: path.read_bytes() for path in to.iterdir()}


def test_what_was_packed_is_unpacked(tmp_path: Path, whole: bytes) -> None:
    assert unpacked(tmp_path, whole) == CONTENTS


def test_each_bit_of_a_backup_counts(tmp_path: Path, whole: bytes) -> None:
    packed = gzip.decompress(whole)
    assert len(whole) < 2000
    file = tmp_path / "one.tar.gz"
    for place in range(10, len(whole)):  # the ten before are gzip's own: when, by what system
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            archive.unpack(file, None)
        except (BackupDamaged, BackupIsNewer):
            continue
        assert gzip.decompress(file.read_bytes()) == packed, place


def test_a_backup_cut_anywhere_is_refused(tmp_path: Path, whole: bytes) -> None:
    file = tmp_path / "one.tar.gz"
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(BackupDamaged):
            archive.unpack(file, None)


@pytest.mark.parametrize("name", list(CONTENTS))
def test_a_member_that_was_changed_is_named(tmp_path: Path, manifest: Manifest, name: str) -> None:
    path = tmp_path / "members" / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    archive.pack(tmp_path / "members", manifest, tmp_path / "changed.tar.gz")

    reason = f"the digest of {name} is wrong" if CONTENTS[name] else f"{name} is not what the manifest says"
    with pytest.raises(BackupDamaged, match=reason):
        unpacked(tmp_path, (tmp_path / "changed.tar.gz").read_bytes())


def hostile(manifest: Manifest, *entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A backup with the manifest, and then with these members."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", format=form) as tar:
        for entry, data in ((_entry("manifest.json"), manifest.model_dump_json().encode()), *entries):
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def _entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, to
    return entry


OTHERS: dict[str, Callable[[], tarfile.TarInfo]] = {
    "another name": lambda: _entry("other.key"),
    "a name above": lambda: _entry("../secret.key"),
    "an absolute name": lambda: _entry("/tmp/secret.key"),  # noqa: S108
    "a symbolic link": lambda: _entry("secret.key", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": lambda: _entry("secret.key", tarfile.LNKTYPE, "/etc/passwd"),
    "a folder": lambda: _entry("secret.key", tarfile.DIRTYPE),
    "a device": lambda: _entry("secret.key", tarfile.CHRTYPE),
    "a pipe": lambda: _entry("secret.key", tarfile.FIFOTYPE),
    "a name of GNU's": lambda: _entry("s" * 200),
}


@pytest.mark.parametrize("which", list(OTHERS))
def test_a_member_that_is_not_the_one_announced_goes_nowhere(tmp_path: Path, manifest: Manifest, which: str) -> None:
    data = hostile(manifest, (OTHERS[which](), CONTENTS["secret.key"]))
    with pytest.raises(BackupDamaged):
        unpacked(tmp_path, data)
    assert not list((tmp_path / "to").iterdir())


def test_an_extended_header_is_not_read_however_long(tmp_path: Path, manifest: Manifest) -> None:
    entry = _entry("secret.key")
    entry.pax_headers = {"comment": "x" * 5_000_000}
    with pytest.raises(BackupDamaged, match="cannot be unpacked"):
        unpacked(tmp_path, hostile(manifest, (entry, CONTENTS["secret.key"]), form=tarfile.PAX_FORMAT))


def test_a_member_more_than_announced_is_refused(tmp_path: Path, manifest: Manifest) -> None:
    members = [(_entry(name), data) for name, data in CONTENTS.items()]
    assert unpacked(tmp_path, hostile(manifest, *members)) == CONTENTS
    (tmp_path / "to").rename(tmp_path / "before")
    with pytest.raises(BackupDamaged, match="more than its manifest"):
        unpacked(tmp_path, hostile(manifest, *members, (_entry("more"), b"x")))


def test_what_follows_a_backup_is_refused_though_there_be_no_end_of_it(tmp_path: Path, whole: bytes) -> None:
    for more in (b"x", gzip.compress(bytes(50_000_000), 1), gzip.compress(b"x")):
        (tmp_path / "one.tar.gz").write_bytes(whole + more)
        with pytest.raises(BackupDamaged):
            archive.unpack(tmp_path / "one.tar.gz", None)


def test_names_and_sizes_of_the_manifest_are_bounded(manifest: Manifest) -> None:
    member = manifest.members[0]
    for change in ({"name": "../escaped"}, {"name": "/escaped"}, {"name": ".hidden"}, {"name": "a/b"}, {"size": -1}):
        with pytest.raises(ValueError, match=r"pattern|greater"):
            Manifest.model_validate(manifest.model_dump() | {"members": [member.model_dump() | change]})
    with pytest.raises(ValueError, match="twice"):
        Manifest.model_validate(manifest.model_dump() | {"members": [member.model_dump()] * 2})


def test_a_backup_larger_than_the_disk_is_not_begun(tmp_path: Path, manifest: Manifest) -> None:
    endless = manifest.members[0].model_copy(update={"size": 2**60})
    with pytest.raises(NoRoomToUnpack, match="free"):
        unpacked(tmp_path, hostile(manifest.model_copy(update={"members": (endless,)})))
    assert not list((tmp_path / "to").iterdir())


def test_a_manifest_without_end_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", compresslevel=1) as tar:
        entry = _entry("manifest.json")
        entry.size = 8 * 2**20
        tar.addfile(entry, io.BytesIO(bytes(entry.size)))
    with pytest.raises(BackupDamaged, match="does not begin with a manifest"):
        unpacked(tmp_path, made.getvalue())


@pytest.mark.parametrize("said", [b"", b"[]", b"null", b"{}", b'{"format": "x"}', b'{"format": 1}', b"[" * 100_000])
def test_a_manifest_that_says_nothing_is_refused(tmp_path: Path, said: bytes) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        entry = _entry("manifest.json")
        entry.size = len(said)
        tar.addfile(entry, io.BytesIO(said))
    with pytest.raises(BackupDamaged, match="manifest cannot be read"):
        unpacked(tmp_path, made.getvalue())

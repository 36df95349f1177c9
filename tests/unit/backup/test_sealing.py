"""What is sealed opens by its passphrase alone, and not at all once it was changed."""

import io
import re
import tarfile
from pathlib import Path

import pytest

from elearn.backup.manifest import BackupDamaged
from elearn.backup.sealing import NoPassphrase, PassphraseNeeded, PassphraseWrong, passphrase_in, seal, unseal
from tests.factories import NOON

WORDS = "верная лошадь battery staple"
PLAIN = b"\x1f\x8b" + bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file that was sealed: that costs a second, as age means it to."""
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "plain").write_bytes(PLAIN)
    seal(folder / "plain", folder / "one.age.tar", WORDS, folder=folder, now=NOON)
    return (folder / "one.age.tar").read_bytes()


def opened(folder: Path, data: bytes, passphrase: str | None) -> bytes:
    """What is in a sealed file."""
    (folder / "one.age.tar").write_bytes(data)
    return unseal(folder / "one.age.tar", passphrase, folder=folder).read_bytes()


def test_the_passphrase_opens_it_and_nothing_can_be_read_without(tmp_path: Path, sealed: bytes) -> None:
    assert bytes(range(256)) not in sealed
    with pytest.raises(PassphraseNeeded):
        opened(tmp_path, sealed, None)
    assert opened(tmp_path, sealed, WORDS) == PLAIN


def test_it_is_the_age_format_by_scrypt_and_x25519(sealed: bytes) -> None:
    """The format knows one cipher, ChaCha20-Poly1305 (C2SP, age.md); the library makes it cost a second."""
    with tarfile.open(fileobj=io.BytesIO(sealed)) as tar:
        key, body = (tar.extractfile(member) for member in tar)
        assert key is not None and body is not None
        found = re.fullmatch(rb"age-encryption.org/v1\n-> scrypt \S{22} (\d+)\n", b"".join(key.readlines()[:2]))
        assert re.fullmatch(rb"age-encryption.org/v1\n-> X25519 \S{43}\n", b"".join(body.readlines()[:2]))
    assert found is not None
    assert int(found[1]) >= 15  # rounds as a power of two; 18 to 20 on machines of today that have nothing else to do


def test_another_passphrase_does_not(tmp_path: Path, sealed: bytes) -> None:
    with pytest.raises(PassphraseWrong, match="does not open"):
        opened(tmp_path, sealed, WORDS.upper())


@pytest.mark.parametrize("how", ["changed", pytest.param("cut", marks=pytest.mark.drill)])
def test_what_was_changed_or_cut_does_not_open(tmp_path: Path, sealed: bytes, how: str) -> None:
    place = len(sealed) // 2
    data = sealed[:place] if how == "cut" else sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    with pytest.raises(BackupDamaged, match="changed or cut short"):
        opened(tmp_path, data, WORDS)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 5000, bytes(1024)])
def test_what_was_never_sealed_is_no_backup(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BackupDamaged, match="neither packed nor sealed"):
        opened(tmp_path, data, WORDS)


def test_the_passphrase_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(f" {WORDS} \nkept by the director\n")
    assert passphrase_in(file) == WORDS
    for data in (b"", b"\nsecond", b"\xff\xfe"):
        file.write_bytes(data)
        with pytest.raises(NoPassphrase):
            passphrase_in(file)
    with pytest.raises(NoPassphrase, match="No such file"):
        passphrase_in(tmp_path / "none")

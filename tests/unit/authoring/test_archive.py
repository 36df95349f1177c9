"""A course as a zip: what is written is read again, and what could do harm is refused in one sentence."""

import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from elearn.content.archive import LARGEST_ARCHIVE, BadArchive, read_archive, write_archive
from elearn.content.scaffold import new_course

FILES = new_course("demo", "A demonstration", "en")


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Make an archive of these entries: names, or ZipInfo with what is unusual about them, to bytes."""

    def make(entries: list[tuple[str | zipfile.ZipInfo, bytes]], name: str = "demo.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for entry, data in entries:
                made.writestr(entry, data, zipfile.ZIP_DEFLATED)
        return path

    return make


def refusal(path: Path) -> str:
    """The sentence with which an archive is refused."""
    with pytest.raises(BadArchive) as caught:
        read_archive(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_what_is_written_is_read_again_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "any-name.zip"
    path.write_bytes(write_archive("demo", FILES))

    assert read_archive(path) == ("demo", FILES)
    assert write_archive("demo", dict(reversed(list(FILES.items())))) == path.read_bytes()


def test_an_archive_without_a_folder_is_called_like_its_file(archive: Callable[..., Path]) -> None:
    path = archive(list(FILES.items()), "cft.zip")
    assert read_archive(path) == ("cft", FILES)


def test_hidden_files_and_what_a_mac_adds_are_left_out(archive: Callable[..., Path]) -> None:
    extra = [("__MACOSX/demo/._course.md", b"x"), ("demo/.git/config", b"x"), ("demo/.DS_Store", b"x"), ("demo/", b"")]
    path = archive([*extra, *((f"demo/{name}", data) for name, data in FILES.items())])
    assert read_archive(path) == ("demo", FILES)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "absolute path"),
        ("C:/windows/x.md", "absolute path"),
        ("\\\\server\\x.md", "absolute path"),
        ("demo/../../etc/passwd", "leads out of the folder"),
        ("../x.md", "leads out of the folder"),
        ("demo/./x.md", "leads out of the folder"),
        ("demo\\x.md", "characters that are not accepted"),
        ("demo/a\x1bb.md", "characters that are not accepted"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(archive: Callable[..., Path], name: str, words: str) -> None:
    assert words in refusal(archive([("demo/course.md", b"x"), (name, b"x")]))


@pytest.mark.parametrize(
    ("kind", "words"),
    [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "is no ordinary file"), (stat.S_IFBLK, "is no ordinary file")],
)
def test_links_and_devices_are_refused(archive: Callable[..., Path], kind: int, words: str) -> None:
    entry = zipfile.ZipInfo("demo/link.md")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    assert words in refusal(archive([("demo/course.md", b"x"), (entry, b"/etc/passwd")]))


def test_an_entry_that_unpacks_to_far_more_than_it_weighs_is_refused(archive: Callable[..., Path]) -> None:
    assert "200 times its size" in refusal(archive([("demo/course.md", b" " * 900_000)]))


def test_an_entry_that_is_too_large_is_refused(archive: Callable[..., Path]) -> None:
    noise = random.Random(1).randbytes(5_000_001)  # noqa: S311 (it only must not pack well)
    sentence = refusal(archive([("demo/course.md", b"x"), ("demo/a.png", noise)]))
    assert "5,000,001 bytes; 5,000,000 are allowed" in sentence


def test_too_many_files_are_refused(archive: Callable[..., Path]) -> None:
    assert "more than 2,000 files" in refusal(archive([(f"demo/{n}.md", b"x") for n in range(2001)]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_stands_twice_is_refused(archive: Callable[..., Path]) -> None:
    assert "stands twice" in refusal(archive([("demo/course.md", b"x"), ("demo/course.md", b"y")]))


def test_two_entries_that_many_computers_take_for_one_file_are_refused(archive: Callable[..., Path]) -> None:
    entries = [("demo/course.md", b"x"), ("demo/images/Flow.svg", b"x"), ("demo/images/flow.svg", b"y")]
    assert "differs from another in capital letters alone" in refusal(archive(entries))


def test_a_file_that_is_a_folder_as_well_is_refused(archive: Callable[..., Path]) -> None:
    assert "lies in another file" in refusal(archive([("demo/course.md", b"x"), ("demo/course.md/a.md", b"y")]))


def test_entries_that_share_bytes_are_refused(archive: Callable[..., Path]) -> None:
    path = archive([("demo/course.md", b"x" * 50), ("demo/second.md", b"y" * 50)])
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = struct.pack("<L", 0)  # the second entry begins where the first does
    path.write_bytes(data)
    assert "overlap" in refusal(path)


def test_an_encrypted_entry_is_refused(archive: Callable[..., Path]) -> None:
    path = archive([("demo/course.md", b"x")])
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted" in refusal(path)


def test_a_method_that_nobody_needs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("demo/course.md", b"x")
    assert "use ordinary zip" in refusal(path)


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "demo.zip"
    for data in (b"", b"not a zip at all", write_archive("demo", FILES)[:-30]):
        path.write_bytes(data)
        assert "not a zip archive, or it is damaged" in refusal(path)
    damaged = bytearray(write_archive("demo", FILES))
    damaged[60] ^= 0xFF
    path.write_bytes(damaged)
    assert refusal(path)
    assert "cannot be read" in refusal(tmp_path)


def test_an_archive_without_a_course_is_said_to_hold_none(archive: Callable[..., Path]) -> None:
    assert "holds no course" in refusal(archive([("demo/module.md", b"x")]))
    assert "holds no course" in refusal(archive([("a/course.md", b"x"), ("b/course.md", b"x")]))
    assert "holds no course" in refusal(archive([]))


def test_a_huge_archive_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "demo.zip"
    with path.open("wb") as file:
        file.truncate(LARGEST_ARCHIVE + 1)
    assert "larger than 200,000,000 bytes" in refusal(path)

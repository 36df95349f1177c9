"""Fonts and icons in the repository are those their packages hold, untouched since."""

import shutil
from pathlib import Path

import pytest

from tests.tools import vendor


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the vendored files and their record to where they may be harmed."""
    for path in (*vendor.RECORDS, *(made.path for made in vendor.RECIPES)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(vendor.ROOT / path, tmp_path / path)
    return tmp_path


def test_every_vendored_file_is_as_recorded() -> None:
    assert vendor.check() == []


def test_an_untouched_copy_passes(copy: Path) -> None:
    assert vendor.check(copy) == []


@pytest.mark.parametrize("path", [made.path for made in vendor.RECIPES])
def test_a_changed_file_is_found(copy: Path, path: str) -> None:
    with (copy / path).open("ab") as file:
        file.write(b"\n")

    assert vendor.check(copy) == [f"{path} is not the file that was vendored"]


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / "elearn/static/icons.svg").unlink()

    assert vendor.check(copy) == ["elearn/static/icons.svg is missing"]


@pytest.mark.parametrize(
    "path",
    [
        "elearn/static/fonts/notes.txt",
        "elearn/printing/fonts/A.ttf",
        "elearn/markup/stray.woff2",
        "tests/vendor/x.js",
    ],
)
def test_a_stray_file_is_found(copy: Path, path: str) -> None:
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_bytes(b"?")

    assert vendor.check(copy) == [f"{path} is in no record"]


def test_a_record_of_another_version_is_found(copy: Path) -> None:
    record = copy / vendor.RECORD
    record.write_text(record.read_text(encoding="utf-8").replace(vendor.LUCIDE.version, "0.0.1"), encoding="utf-8")

    assert vendor.check(copy) == [
        "elearn/static/icons.LICENSE.txt was made from lucide-static 0.0.1, the recipe names another",
        "elearn/static/icons.svg was made from lucide-static 0.0.1, the recipe names another",
    ]


def test_the_style_sheet_and_the_sprite_hold_what_the_recipes_say() -> None:
    sprite = (vendor.ROOT / "elearn/static/icons.svg").read_text(encoding="utf-8")

    assert (vendor.ROOT / "elearn/static/css/fonts.css").read_text(encoding="utf-8") == vendor.font_faces()
    for name in vendor.ICONS:
        assert sprite.count(f'<symbol id="{name}" viewBox="0 0 24 24"') == 1
    assert "style" not in sprite
    assert "<script" not in sprite


def test_an_archive_with_another_digest_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    archive.write_bytes(b"abc")

    assert vendor.integrity_of(archive) == (
        "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="
    )
    assert vendor.integrity_of(archive) not in {made.package.integrity for made in vendor.RECIPES}


def test_the_fonts_of_the_interface_stay_within_their_forty_kilobytes() -> None:
    sizes = [file.stat().st_size for file in (vendor.ROOT / "elearn/static/fonts").glob("onest-*.woff2")]

    assert len(sizes) == len(vendor.SLICES)
    assert sum(sizes) <= 40 * 1024

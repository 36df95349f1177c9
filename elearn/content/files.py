"""A course as files: relative path to bytes. Reading a folder refuses what a course cannot hold, before it is read."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from elearn.content.problem import Problem
from elearn.content.reporting import Report

CourseFiles = Mapping[str, bytes]

LARGEST_TEXT = 1_000_000  # bytes
LARGEST_ASSET = 5_000_000
MOST_FILES = 2_000
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")


def read_folder(folder: Path) -> tuple[str, dict[str, bytes], list[Problem]]:
    """The course's slug (the folder's name), its files, and what was refused. Hidden files are left out."""
    report = Report()
    files: dict[str, bytes] = {}
    if not (folder / "course.md").is_file():
        report.add("course.md", 1, 1, "X001", "There is no course.md in this folder. Every course begins with one.")
        return folder.resolve().name, files, list(report.problems())
    for count, path in enumerate(_walk(folder, folder, report)):
        if count == MOST_FILES:
            report.add("course.md", 1, 1, "X004", f"The folder has more than {MOST_FILES:,} files. Remove some.")
            break
        relative = path.relative_to(folder).as_posix()
        try:
            size = path.stat().st_size
            if not _is_too_large(relative, size, report):
                files[relative] = path.read_bytes()
        except OSError as error:
            message = f"The file cannot be read ({error.strerror or error}). Check its permissions."
            report.add(relative, 1, 1, "X014", message)
    return folder.resolve().name, files, list(report.problems())


def _walk(folder: Path, top: Path, report: Report) -> list[Path]:
    """The files below a folder in the order of their names; links are refused and not followed."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        relative = path.relative_to(top).as_posix()
        if path.is_symlink():
            report.add(relative, 1, 1, "X006", "This is a link. Put the file itself into the folder.")
        elif not _NAME.match(path.name):
            _report_name(relative, report)
        elif path.is_dir():
            if len(found) <= MOST_FILES and relative.count("/") < 6:
                found += _walk(path, top, report)
        elif path.is_file():
            found.append(path)
    return found


def _is_too_large(path: str, size: int, report: Report) -> bool:
    is_text = path.endswith(".md")
    limit = LARGEST_TEXT if is_text else LARGEST_ASSET
    if size <= limit:
        return False
    mend = "Split it" if is_text else "Make it smaller"
    report.add(path, 1, 1, "X003", f"The file has {size:,} bytes; {limit:,} are allowed. {mend}.")
    return True


def lacks_a_text(refused: Iterable[Problem]) -> bool:
    """Whether a text was left out for its size: what refers to it, or to what it shows, cannot be judged then."""
    return any(problem.code == "X003" and problem.path.endswith(".md") for problem in refused)


def _report_name(path: str, report: Report) -> None:
    shown = path.encode("unicode_escape").decode("ascii") if not path.isprintable() else path
    message = "The name may hold only A–Z, a–z, 0–9, point, hyphen and underscore. Rename it."
    report.add(shown, 1, 1, "X005", message)


def checked_files(files: CourseFiles, report: Report) -> dict[str, bytes]:
    """The files that a course may hold, however they came; the others are problems."""
    kept: dict[str, bytes] = {}
    if len(files) > MOST_FILES:
        report.add("course.md", 1, 1, "X004", f"The course has more than {MOST_FILES:,} files. Remove some.")
        files = {path: files[path] for path in sorted(files)[:MOST_FILES]}
    for path in sorted(files):
        if any(part.startswith(".") and part not in (".", "..") for part in path.split("/")):
            continue
        if not all(_NAME.match(part) for part in path.split("/")) or len(path) > 300:
            _report_name(path[:300], report)
        elif not _is_too_large(path, len(files[path]), report):
            kept[path] = files[path]
    return kept


def write_folder(folder: Path, files: CourseFiles) -> None:
    """Write files below a folder; paths that would leave it are refused with ValueError."""
    for path in files:
        if not all(_NAME.match(part) for part in path.split("/")):
            raise ValueError(f"not a path of a course: {path!r}")
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

"""``elearn course import`` and ``export``: folders and archives, on SQLite and on PostgreSQL."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from elearn.__main__ import main
from elearn.authoring.queries import written_course
from elearn.authoring.services import save_draft
from elearn.catalogue.models import Release
from elearn.content.archive import write_archive
from elearn.content.files import write_folder
from elearn.content.scaffold import new_course
from elearn.db.engine import Database
from tests.factories import NOON, a_person

LESSON = "01-example/module.md"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Done:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def course(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``elearn course …`` on a migrated, empty site."""
    monkeypatch.setenv("ELEARN_DATABASE_URL", database_url)

    def run(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["elearn", "course", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of courses with «demo» in it, which has a picture and a file with Windows line ends."""
    files = new_course("demo", "A demonstration", "en")
    files[LESSON] += b"\n![A dot that stands for nothing.](images/dot.png)\n"
    files["01-example/images/dot.png"] = PIXEL
    files["glossary.md"] = files["glossary.md"].replace(b"\n", b"\r\n")
    write_folder(tmp_path / "courses" / "demo", files)
    return tmp_path / "courses"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(folder: Path, old: str, new: str, path: str = LESSON) -> None:
    """Change some words of a course on disk."""
    file = folder / "demo" / path
    text = file.read_bytes().decode()
    assert old in text
    file.write_bytes(text.replace(old, new).encode())


def test_import_publishes_when_the_content_changed_and_says_so(course: Command, folder: Path) -> None:
    assert course("import", folder) == Done(0, "demo: published 0.1.0, release 1\n", "")
    assert course("import", folder / "demo") == Done(0, "demo: no change\n", "")
    change(folder, "0.1.0", "0.2.0", "course.md")
    assert course("import", folder) == Done(0, "demo: published 0.2.0, release 2\n", "")


def test_export_then_import_changes_nothing_byte_for_byte(course: Command, folder: Path, tmp_path: Path) -> None:
    course("import", folder)
    done = course("export", "demo", "--to", tmp_path / "out")
    assert done.code == 0
    assert done.out == f"demo: release 1 (0.1.0), 9 files written to {tmp_path}/out/demo\n"
    assert contents(tmp_path / "out" / "demo") == contents(folder / "demo")
    assert course("import", tmp_path / "out").out == "demo: no change\n"

    course("export", "demo", "--to", tmp_path / "demo")
    assert contents(tmp_path / "demo") == contents(folder / "demo")
    course("export", "demo", "--to", tmp_path / "a" / "demo.zip")
    assert course("import", tmp_path / "a" / "demo.zip").out == "demo: no change\n"


def test_an_old_release_can_be_exported(course: Command, folder: Path, tmp_path: Path) -> None:
    course("import", folder)
    first = contents(folder / "demo")
    change(folder, "Each heading", "Every heading")
    course("import", folder)

    assert course("export", "demo", "--to", tmp_path / "out", "--release", "1").code == 0
    assert contents(tmp_path / "out" / "demo") == first
    done = course("export", "demo", "--to", tmp_path / "none", "--release", "3")
    assert done == Done(2, "", "elearn: The course «demo» has no release 3; its newest is 2.\n")
    assert not (tmp_path / "none").exists()


def test_export_overwrites_nothing(course: Command, folder: Path, tmp_path: Path) -> None:
    course("import", folder)
    full, archive = tmp_path / "full", tmp_path / "there.zip"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    archive.write_text("mine")
    for target, words in ((full, "is not empty"), (archive, "is there already"), (full / "mine.txt", "is a file")):
        done = course("export", "demo", "--to", target)
        assert done.code == 2
        assert words in done.err
        assert "nothing was written" in done.err
    assert contents(full) == {"mine.txt": b"mine"}
    assert archive.read_text() == "mine"

    (tmp_path / "empty").mkdir()
    assert course("export", "demo", "--to", tmp_path / "empty").code == 0
    assert course("export", "demo", "--to", full / "mine.txt" / "below").code == 2


def test_nothing_of_a_course_with_errors_is_published_and_the_others_are(
    course: Command, folder: Path, tmp_path: Path, database_url: str
) -> None:
    shutil.copytree(folder / "demo", folder / "other")
    (folder / "other" / "course.md").write_text(
        (folder / "demo" / "course.md").read_text().replace("course: demo", "course: other")
    )
    (folder / "other" / "exam.md").write_text(
        (folder / "demo" / "exam.md").read_text().replace("demo-exam", "other-exam")
    )
    change(folder, "images/flow.svg", "images/flaw.svg")

    done = course("import", folder)
    assert done.code == 1
    assert f"{folder}/demo/{LESSON}:" in done.out
    assert "error P002" in done.out
    assert "demo: not published, 1 error\n" in done.out
    assert "other: published 0.1.0, release 1\n" in done.out
    database = Database(database_url)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 1
    database.dispose()


def test_a_file_that_was_refused_keeps_its_course_from_being_published(course: Command, folder: Path) -> None:
    (folder / "demo" / "link.md").symlink_to("/etc/passwd")
    done = course("import", folder)
    assert done.code == 1
    assert "error X006" in done.out
    assert "not published" in done.out


def test_import_tells_of_drafts_that_were_begun_before(course: Command, folder: Path, database_url: str) -> None:
    course("import", folder)
    database = Database(database_url)
    with database.writing() as session:
        person = a_person(session)
        file = written_course(session, "demo").file(LESSON)
        save_draft(session, "demo", LESSON, "Mine.\n", file.revision, actor_id=person.id, now=NOON)
        session.commit()
    database.dispose()
    change(folder, "Each heading", "Every heading")

    done = course("import", folder)
    assert done.out == "demo: published 0.1.0, release 2\n"
    assert done.err == "demo: 1 draft begun before this release waits for a look.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "nowhere"), "nowhere does not exist."),
        (("import", "."), "holds no course"),
        (("import", "file.zip"), "it is not a zip archive, or it is damaged."),
        (("import", "file.txt"), "file.txt is not a folder."),
        (("import",), "Missing argument"),
        (("export", "demo"), "Missing option"),
        (("export", "demo", "--to", "out"), "There is no course «demo»."),
        (("export", "demo", "--to", "out", "--release", "0"), "Invalid value"),
        (("preview", "nowhere"), "nowhere does not exist."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    course: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "file.zip").write_text("no zip")
    (here / "file.txt").write_text("no course")
    monkeypatch.chdir(here)
    done = course(*words)
    assert done.code == 2
    assert sentence in done.err
    assert sorted(path.name for path in here.iterdir()) == ["file.txt", "file.zip"]


def test_a_hostile_archive_is_refused_and_nothing_is_published(course: Command, tmp_path: Path, folder: Path) -> None:
    files = new_course("demo", "A demonstration", "en")
    (tmp_path / "demo.zip").write_bytes(write_archive("demo", files | {"../../evil.md": b"x"}))
    done = course("import", tmp_path / "demo.zip")
    assert done == Done(2, "", "elearn: demo.zip: the entry 'demo/../../evil.md' leads out of the folder.\n")
    assert course("import", folder).out == "demo: published 0.1.0, release 1\n", "it is the first"


def test_a_site_that_was_not_migrated_is_not_made_by_importing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ELEARN_DATABASE_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["elearn", "course", "import", str(folder), "--data", str(tmp_path / "site")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "elearn db upgrade" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_checking_a_course_needs_no_web_and_no_database(folder: Path) -> None:
    script = (
        "import sys; from elearn.__main__ import main; sys.argv[1:] = ['course', 'check', sys.argv[1]]\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print([name for name in ('flask', 'sqlalchemy', 'granian') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

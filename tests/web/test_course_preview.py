"""``elearn course preview``: one course as an officer sees it, from a folder that is only read."""

import http.cookiejar
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from elearn.content.files import write_folder
from elearn.content.scaffold import new_course
from tests.serving import environment, eventually, free_port

LESSON = "01-example/module.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the course «demo»."""
    write_folder(tmp_path / "demo", new_course("demo", "A demonstration", "en"))
    return tmp_path / "demo"


class Preview:
    """The command as a process, its throw-away folders in ``folder``."""

    def __init__(self, course: Path, folder: Path, *options: str, **settings: object) -> None:
        self.port = free_port()
        self.said = folder / "said"
        folder.mkdir()
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "elearn", "course", "preview", str(course), "--port", str(self.port), *options],
                env=environment(**settings) | {"TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])},
                cwd=folder,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def words(self) -> str:
        """What it said so far."""
        return self.said.read_text()

    def wait_for(self, words: str) -> None:
        """Wait until it says this."""
        eventually(lambda: words in self.words() or self.process.poll() is not None, words)
        assert words in self.words()

    def stop(self) -> int:
        """End it as Ctrl+C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture
def browser() -> urllib.request.OpenerDirector:
    """Something that keeps cookies."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


@pytest.fixture
def shown(folder: Path, tmp_path: Path) -> Iterator[Preview]:
    """The course on show; the environment names another database, which must not be touched."""
    other = tmp_path / "other.sqlite"
    preview = Preview(folder, tmp_path / "temporary", "--read", database_url=f"sqlite:///{other}")
    try:
        preview.wait_for("is running at")
        yield preview
        assert not other.exists()
    finally:
        preview.process.kill()
        preview.process.wait()


def read(browser: urllib.request.OpenerDirector, address: str, **form: str) -> str:
    """The page that answers."""
    data = urllib.parse.urlencode(form).encode() if form else None
    with browser.open(address, data) as answer:
        page: str = answer.read().decode()
    return page


def test_the_course_is_shown_and_follows_its_folder(
    shown: Preview, folder: Path, browser: urllib.request.OpenerDirector, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    site = f"http://127.0.0.1:{shown.port}"
    password = re.search(r"sign in as officer with the password (\S+)", shown.words())
    assert password is not None
    token = re.search(r'name="csrf_token" value="([^"]+)"', read(browser, f"{site}/sign-in"))
    assert token is not None
    read(browser, f"{site}/sign-in", csrf_token=token[1], sign_in_name="officer", password=password[1])
    assert "Each heading with two signs" in read(browser, f"{site}/courses/demo/example/a-section")
    assert "Start" in read(browser, f"{site}/courses/demo/quizzes/demo-exam"), "every section counts as read"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    text = before[folder / LESSON].decode()
    (folder / LESSON).write_text(text.replace("Each heading", "Every heading").replace("flow.svg", "flaw.svg"))
    shown.wait_for("demo: still shown as it was, 1 error")
    (folder / LESSON).write_text(text.replace("Each heading", "Every heading"))
    shown.wait_for("demo: shown anew (change 1)")
    assert "Every heading with two signs" in read(browser, f"{site}/courses/demo/example/a-section")

    assert shown.stop() == 0
    assert [path.name for path in (tmp_path / "temporary").iterdir()] == ["said"]


def test_a_course_with_errors_is_not_shown(folder: Path, tmp_path: Path) -> None:
    (folder / "exam.md").write_text("no front matter\n")
    preview = Preview(folder, tmp_path / "temporary")
    assert preview.process.wait(60) == 1
    assert "error F001" in preview.words()
    assert "demo: not shown, " in preview.words()
    assert [path.name for path in (tmp_path / "temporary").iterdir()] == ["said"]


def test_a_preview_that_is_killed_leaves_nothing_running(shown: Preview) -> None:
    family = _descendants(shown.process.pid)
    assert len(family) >= 2
    shown.process.kill()
    shown.process.wait()
    eventually(lambda: not any(_is_alive(process) for process in family), "the end of worker and watcher")


def _descendants(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    children = [int(word) for word in found.stdout.split()]
    return children + [each for child in children for each in _descendants(child)]


def _is_alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

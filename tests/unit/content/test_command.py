"""``elearn course``."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from elearn.cli.course import course
from elearn.content.files import LARGEST_TEXT
from tests.unit.content.making import MODULE_HEAD, files


def write(folder: Path, **changes: str) -> None:
    for path, data in files(**changes).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def test_a_sound_course_exits_with_nought(tmp_path: Path) -> None:
    write(tmp_path / "small")
    result = CliRunner().invoke(course, ["check", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 errors, 0 warnings in 1 course.\n"


def test_problems_are_printed_like_a_compilers(tmp_path: Path) -> None:
    write(tmp_path / "small", module=f"{MODULE_HEAD}A <b>.\n")
    result = CliRunner().invoke(course, ["check", str(tmp_path / "small")])
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{tmp_path}/small/01-first/module.md:5:3 error S011 HTML tags are not part")
    assert result.stderr == "1 error, 0 warnings in 1 course.\n"


def test_warnings_alone_exit_with_nought_and_json_is_for_machines(tmp_path: Path) -> None:
    write(tmp_path / "small", module=f"{MODULE_HEAD}[x](#y)\n")
    result = CliRunner().invoke(course, ["check", str(tmp_path), "--format", "json"])
    assert result.exit_code == 0
    problem = json.loads(result.stdout)["problems"][0]
    assert problem.keys() == {"file", "line", "column", "severity", "code", "message"}
    assert (problem["severity"], problem["code"], problem["line"]) == ("warning", "L021", 5)


def test_a_path_without_a_course_exits_with_two_and_one_sentence(tmp_path: Path) -> None:
    for path, sentence in ((tmp_path / "gone", "does not exist"), (tmp_path, "holds no course")):
        result = CliRunner().invoke(course, ["check", str(path)])
        assert result.exit_code == 2
        assert sentence in result.stderr
        assert result.stderr.count("\n") == 1


def test_fix_writes_missing_ids(tmp_path: Path) -> None:
    write(tmp_path / "small", module=f"{MODULE_HEAD}## One\n\nText.\n")
    result = CliRunner().invoke(course, ["check", str(tmp_path), "--fix"])
    assert result.exit_code == 0
    assert "## One <!-- id: one -->" in (tmp_path / "small/01-first/module.md").read_text()


def test_a_new_course_passes_its_check_and_is_never_written_over_another(tmp_path: Path) -> None:
    arguments = ["new", "border", "--title", "Border: cash", "--into", str(tmp_path)]
    assert CliRunner().invoke(course, arguments).exit_code == 0
    assert CliRunner().invoke(course, ["check", str(tmp_path / "border")]).stdout == ""
    again = CliRunner().invoke(course, arguments)
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_checking_needs_neither_flask_nor_a_database() -> None:
    code = (
        "import sys, elearn.content.compiler; print(sorted({'flask', 'sqlalchemy', 'werkzeug'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_text_that_is_too_large_is_the_only_problem(tmp_path: Path) -> None:
    write(tmp_path / "small")
    (tmp_path / "small" / "01-first" / "module.md").write_bytes(b"x" * (LARGEST_TEXT + 1))
    result = CliRunner().invoke(course, ["check", str(tmp_path / "small")])
    assert result.exit_code == 1
    assert " error X003 " in result.stdout
    assert result.stdout.count("\n") == 1

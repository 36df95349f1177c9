"""The courses in tests/courses: good ones without a problem, broken ones with exactly the problems beside them."""

import json
from pathlib import Path

import pytest

from elearn.content.codes import CODES
from elearn.content.compiler import compile_course
from elearn.content.files import LARGEST_ASSET, LARGEST_TEXT, MOST_FILES, read_folder
from elearn.content.problem import Severity
from elearn.content.reporting import MOST
from elearn.content.scaffold import new_course
from elearn.markup.drawing import LARGEST
from tests.unit.content.making import files

COURSES = Path(__file__).parents[2] / "courses"
GOOD = sorted((COURSES / "good").iterdir())
BROKEN = sorted(path for path in (COURSES / "broken").iterdir() if path.is_dir())


def problems_of(folder: Path) -> list[dict[str, str | int]]:
    slug, found, refused = read_folder(folder)
    problems = sorted({*refused, *compile_course(slug, found).problems})
    return [{"file": p.path, "line": p.line, "column": p.column, "code": p.code} for p in problems]


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_a_good_course_has_no_problem(folder: Path) -> None:
    assert problems_of(folder) == []


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_a_broken_course_has_exactly_the_problems_noted_beside_it(folder: Path) -> None:
    expected = json.loads(folder.with_name(f"{folder.name}.json").read_text())
    assert problems_of(folder) == expected


def test_every_code_is_produced_by_a_broken_course_or_by_odd_bytes(tmp_path: Path) -> None:
    seen = {str(problem["code"]) for folder in BROKEN for problem in problems_of(folder)}
    seen |= {problem.code for problem in compile_course("small", odd_files()).problems}
    seen |= odd_folder_codes(tmp_path)
    assert seen == set(CODES)


def odd_files() -> dict[str, bytes]:
    """A course whose files are odd in ways that no editor shows."""
    picture = b"![A box.](big.svg)\n"
    many = {f"data/{number}.csv": b"a" for number in range(MOST_FILES)}
    return {
        **files(module=b"---\ntitle: M\nminutes: 1\n---\nNot UTF-8: \xff\n\nNUL: \x00\n\n" + picture),
        "01-first/big.svg": b" " * (LARGEST + 1),
        "01-first/huge.png": b" " * (LARGEST_ASSET + 1),
        "01-first/имя.md": b"",
        **many,
    }


def odd_folder_codes(folder: Path) -> set[str]:
    (folder / "course.md").write_bytes(b"x")
    (folder / "link.md").symlink_to(folder / "course.md")
    unreadable = folder / "gone.md"
    unreadable.write_bytes(b"x")
    original = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "gone.md":
            raise PermissionError(13, "Permission denied")
        return original(path)

    with pytest.MonkeyPatch.context() as patch:  # root may read everything, so permissions prove nothing here
        patch.setattr(Path, "read_bytes", read_bytes)
        return {problem.code for problem in read_folder(folder)[2]}


def test_a_code_belongs_to_its_family_and_says_what_it_means() -> None:
    for code, (severity, meaning) in CODES.items():
        assert code[0] in "FGLPQSTXZ"
        assert code[1:].isdigit()
        assert severity in Severity
        assert meaning[0].islower()


def test_a_file_of_fifty_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    (tmp_path / "course.md").write_bytes(b"x")
    with (tmp_path / "huge.png").open("wb") as huge:
        huge.truncate(10 * LARGEST_ASSET)
    _, found, problems = read_folder(tmp_path)
    assert [problem.code for problem in problems] == ["X003"]
    assert "huge.png" not in found


def test_beside_a_text_that_is_too_large_nothing_is_judged_that_depends_on_it() -> None:
    made = new_course("demo", "A small course", "en") | {"01-example/module.md": b"x" * (LARGEST_TEXT + 1)}

    assert [problem.code for problem in compile_course("demo", made).problems] == ["X003"]


def test_a_folder_without_course_md_is_no_course(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    assert [problem.code for problem in read_folder(tmp_path)[2]] == ["X001"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "course.md").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    assert read_folder(tmp_path) == (tmp_path.name, {"course.md": b"x"}, [])


def test_a_link_to_a_folder_outside_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("x")
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.md").write_text("x")
    (course / "01-first").symlink_to(outside)
    _, found, problems = read_folder(course)
    assert list(found) == ["course.md"]
    assert [problem.code for problem in problems] == ["X006"]


def test_warnings_never_hide_an_error() -> None:
    many = {f"notes/{number}.md": b"x" for number in range(MOST)}
    found = compile_course("small", {**files(quiz=b"---\nquiz: q\ntitle: Q\n---\n"), **many})
    assert sum(problem.severity is Severity.WARNING for problem in found.problems) == MOST
    assert found.error_count > 0
    assert found.course is None


@pytest.mark.parametrize(
    "slug", ["Small", "a b", "../small", "a%2fb", "x?y#z", '"><script>', "ünï", "-a", "a-", "", "a" * 61]
)
def test_a_folder_that_is_no_address_is_an_error(slug: str) -> None:
    found = compile_course(slug, files())
    assert "X016" in {problem.code for problem in found.problems}
    assert found.course is None


def test_the_longest_address_is_taken() -> None:
    assert "X016" not in {problem.code for problem in compile_course("a" * 60, files()).problems}

"""``elearn course``: check courses like a compiler, begin a new one, bring them into a site and out of it."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import click

from elearn.cli.options import config_option, data_option
from elearn.content.compiler import compile_course, draft_course
from elearn.content.files import lacks_a_text, read_folder, write_folder
from elearn.content.fixing import fix
from elearn.content.names import LANGUAGE, SLUG
from elearn.content.problem import Problem, Severity
from elearn.content.review import key_reviews, module_reviews, repeated_sentences
from elearn.content.scaffold import new_course


@click.group()
def course() -> None:
    """Check courses, begin new ones, publish them, write them out, look at them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem of the course that was given as ``shown``."""

    shown: str
    problem: Problem

    def as_line(self) -> str:
        """The problem like a compiler's."""
        problem = self.problem
        return f"{self._file}:{problem.line}:{problem.column} {problem.severity} {problem.code} {problem.message}"

    def as_json(self) -> dict[str, str | int]:
        """The problem for an editor or a build server."""
        problem = self.problem
        return {
            "file": self._file,
            "line": problem.line,
            "column": problem.column,
            "severity": str(problem.severity),
            "code": problem.code,
            "message": problem.message,
        }

    @property
    def _file(self) -> str:
        return f"{self.shown}/{self.problem.path}"


@course.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print problems.")
@click.option("--fix", "is_fixing", is_flag=True, help="Write missing ids into the files first.")
def check(paths: tuple[str, ...], form: str, is_fixing: bool) -> None:
    """Print all problems of the courses in PATH (a course's folder, or a folder of courses).

    Exits with 1 if there is an error, with 0 if there are only warnings or none, with 2 if there is no course.
    """
    folders = [folder for path in paths for folder in course_folders(path)]
    found: list[Found] = []
    for shown in folders:
        if is_fixing:
            _fix_folder(Path(shown))
        slug, files, refused = read_folder(Path(shown))
        compiled = () if lacks_a_text(refused) else compile_course(slug, files).problems
        problems = sorted({*refused, *compiled})
        found += [Found(shown, problem) for problem in problems]
    if form == "json":
        click.echo(json.dumps({"problems": [item.as_json() for item in found]}, ensure_ascii=False, indent=1))
    else:
        for item in found:
            click.echo(item.as_line())
    errors = sum(item.problem.severity is Severity.ERROR for item in found)
    counts = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
    click.echo(f"{counts} in {counted(len(folders), 'course')}.", err=True)
    sys.exit(1 if errors else 0)


@course.command()
@click.argument("slug")
@click.option("--title", required=True, help="What the course is called.")
@click.option("--language", default="en", show_default=True, help="The language it is written in.")
@click.option("--into", default="courses", show_default=True, help="The folder of courses to put it into.")
def new(slug: str, title: str, language: str, into: str) -> None:
    """Begin a course: a small complete one in the folder SLUG, to be overwritten piece by piece."""
    if not SLUG.match(slug):
        raise click.UsageError(f'"{slug}" is no slug: use 1 to 60 small letters a–z, digits and hyphens.')
    if not LANGUAGE.match(language):
        raise click.UsageError(f'"{language}" is no language code: write en, ru, kk, ky, tg, tk or uz.')
    if not title.strip():
        raise click.UsageError("The title is empty.")
    folder = Path(into) / slug
    if folder.exists():
        raise click.UsageError(f"{folder} is there already. Choose another slug.")
    files = new_course(slug, title, language)
    write_folder(folder, files)
    click.echo(f"{counted(len(files), 'file')} written to {folder}. Check it with: elearn course check {folder}")


@course.command("import")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@config_option
@data_option
def import_courses(paths: tuple[str, ...], config: Path | None, data: Path | None) -> None:
    """Publish the courses in PATH (a course's folder, a folder of courses, or a .zip of a course's folder).

    A course whose content changed gets a new release; people enrolled stay with theirs. Problems are printed as by
    check; of a course with errors nothing is published, and the command exits with 1.
    """
    from elearn.cli.publishing import bring_in
    from elearn.cli.site import settings_of

    sys.exit(bring_in(paths, settings_of(config, data)))


@course.command()
@click.argument("slug")
@click.option(
    "--to", required=True, type=click.Path(path_type=Path), help="A folder, new or empty, or a new .zip file."
)
@click.option("--release", type=click.IntRange(1), help="The number of the release [the newest].")
@config_option
@data_option
def export(slug: str, to: Path, release: int | None, config: Path | None, data: Path | None) -> None:
    """Write the source of the course SLUG as it was published; importing it again changes nothing.

    In a folder that is not called like the course, a folder of the course's name is made.
    """
    from elearn.cli.publishing import take_out
    from elearn.cli.site import settings_of

    take_out(slug, to, release, settings_of(config, data))


@course.command()
@click.argument("path")
@click.option("--port", type=click.IntRange(1, 65535), default=8010, show_default=True, help="The port to listen at.")
@click.option("--read", "is_read", is_flag=True, help="Count every section as read, so that the exam is open.")
def preview(path: str, port: int, is_read: bool) -> None:
    """Look at the course in PATH as an officer would, in a throw-away site on this computer.

    The folder is only read; when a file in it changes, the course is shown anew.
    """
    from elearn.cli.publishing import show

    sys.exit(show(path, port, is_read=is_read))


@course.command()
@click.argument("course", metavar="COURSE")
@click.option("--language", help="The language to print [that of the course].")
@click.option("--to", type=click.Path(path_type=Path), help="The new file [SLUG-VERSION-LANGUAGE.pdf].")
@config_option
@data_option
def book(course: str, language: str | None, to: Path | None, config: Path | None, data: Path | None) -> None:
    """Print COURSE (the slug of a published course, or a course's folder) as a book, in PDF.

    It holds the modules, the check-yourself questions with their answers apart, and the glossary; no quiz and no exam.
    """
    from elearn.cli.book import print_course
    from elearn.cli.site import settings_of

    print_course(course, language, to, settings_of(config, data))


@course.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
def review(paths: tuple[str, ...]) -> None:
    """Say what an editor asks of the courses in PATH, and a compiler cannot refuse.

    How hard each module reads (the Flesch–Kincaid grade: years of schooling; 9 to 13 suits professional training),
    which sentences are said twice, and whether the place or the length of the right answers gives them away.
    """
    for path in paths:
        for folder in course_folders(path):
            _review(folder)


def _review(folder: str) -> None:
    slug, files, _ = read_folder(Path(folder))
    drafted, _ = draft_course(slug, files)
    if drafted is None:
        raise Unusable(f"{folder} has errors; look at them with: elearn course check {folder}")
    for module in module_reviews(drafted):
        grade = "–" if module.grade is None else f"{module.grade:.1f}"
        click.echo(f"{folder}: {module.module} ({module.language}): {module.words} words, grade {grade}")
    for language in drafted.languages:
        for repeated in repeated_sentences(drafted, language):
            click.echo(f"{folder}: said in {' and '.join(repeated.places)}: {repeated.sentence}")
    for keys in key_reviews(drafted):
        shares = ", ".join(f"{letter}: {count}" for letter, count in zip(ascii_uppercase, keys.places, strict=False))
        longest = f"the right answer is the longest in {keys.longest} of {keys.count}"
        click.echo(f"{folder}/{keys.path}: right answers at {shares}; {longest}")


def course_folders(path: str) -> list[str]:
    """The course folders a path means; exits with 2 and a sentence if there is none."""
    folder = Path(path)
    shown = path.rstrip("/") or path
    try:
        if not folder.is_dir():
            raise Unusable(f"{path} is not a folder." if folder.exists() else f"{path} does not exist.")
        if (folder / "course.md").is_file():
            return [shown]
        inside = sorted(child.name for child in folder.iterdir() if (child / "course.md").is_file())
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error
    if not inside:
        raise Unusable(f"{path} holds no course: there is no course.md in it or in a folder of it.")
    return [f"{shown}/{name}" for name in inside if not name.startswith(".")]


class Unusable(click.ClickException):
    """A path that cannot be used; exit code 2."""

    exit_code = 2


def _fix_folder(folder: Path) -> None:
    _, files, _ = read_folder(folder)
    changed = fix(files)
    write_folder(folder, changed)
    for path in sorted(changed):
        click.echo(f"{folder}/{path}: missing ids written.", err=True)


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 error, 2 errors."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""``elearn course book``: the book of a course that was published, or of a folder."""

from pathlib import Path

import click

from elearn.book.contents import book_of
from elearn.book.press import print_book
from elearn.book.words import words_in
from elearn.catalogue.queries import course_record, releases_of, source_files
from elearn.cli.course import Unusable, counted
from elearn.cli.site import writing
from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.pictures import data_of_assets
from elearn.core.clock import now as clock
from elearn.settings import Settings


def print_course(source: str, language: str | None, to: Path | None, settings: Settings) -> None:
    """Print the course in the folder ``source``, or published under that slug. Exits with 2 if it cannot be used."""
    course, files = _course(source, settings)
    chosen = language or course.language
    if chosen not in course.languages:
        raise Unusable(f"{course.slug} is not written in {chosen}. Its languages: {', '.join(course.languages)}.")
    target = to or Path(f"{course.slug}-{course.version}-{chosen}.pdf")
    if target.exists():
        raise Unusable(f"{target} is there already. Name another file with --to.")
    pictures = data_of_assets(course.assets, files)
    data = print_book(book_of(course, chosen, words_in(chosen), pictures.get), now=clock())
    try:
        target.write_bytes(data)
    except OSError as problem:
        raise Unusable(f"{target} cannot be written: {problem.strerror}.") from problem
    click.echo(f"{course.slug} {course.version}, {chosen}: {len(data) // 1024} KB written to {target}")


def _course(source: str, settings: Settings) -> tuple[Course, dict[str, bytes]]:
    folder = Path(source)
    if (folder / "course.md").is_file():
        slug, files, _ = read_folder(folder)
    else:
        slug = source
        with writing(settings) as session:
            newest = releases_of(session, course_record(session, slug).id)[0]
            files = source_files(session, newest.id)
    compilation = compile_course(slug, files)
    if compilation.course is None:
        errors = counted(len(compilation.problems), "problem")
        raise Unusable(f"{source} has {errors}; look at them with: elearn course check {source}")
    return compilation.course, files

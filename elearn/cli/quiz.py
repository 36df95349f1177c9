"""``elearn quiz``: bring question banks of other systems into a course, and quizzes and pools out of it."""

import sys
from pathlib import Path

import click

from elearn.banks.checked import errors_in
from elearn.banks.formats import ENDINGS, Readable, Writable, format_of, read_bank, write_bank
from elearn.banks.markdown import write_pool
from elearn.banks.model import Bank, Loss, Unreadable
from elearn.banks.source import language_of, read_markdown
from elearn.cli.course import Unusable, counted
from elearn.content.files import read_folder
from elearn.content.names import ID, id_of

_READABLE = click.Choice([str(form) for form in Readable])
_WRITABLE = click.Choice([str(form) for form in Writable])


@click.group()
def quiz() -> None:
    """Bring question banks in and out: GIFT, Aiken, Moodle XML, QTI."""


@quiz.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=_READABLE, help="The format of FILE [by its ending; a .txt is looked into].")
@click.option("--into", type=click.Path(path_type=Path), help="A new file, such as courses/x/pools/y.md [prints it].")
def import_bank(file: Path, form: str | None, into: Path | None) -> None:
    """Convert the questions of FILE into a pool in Markdown, with pictures in a folder beside it.

    GIFT and Aiken are texts, Moodle XML is what Moodle exports with all it knows; of a category's path the first name
    is the pool's title, the others are tags. What could not be kept is printed with its line, question and reason, and
    the problems that the compiler will have; the rest is imported. Exits with 1 if nothing could be read, with 2 if a
    file cannot be used. The same by upload: Write, a course, «Import questions».
    """
    if into is not None and (into.suffix != ".md" or not ID.match(into.stem)):
        raise Unusable(f"{into} is no name of a pool: use small letters a–z, digits and hyphens, and .md.")
    if into is not None and into.exists():
        raise Unusable(f"{into} is there already. Choose another name, or delete it first.")
    try:
        data = _read(file)
        beside = _files_beside(into) if into is not None else {}
        bank = read_bank(data, Readable(form) if form else format_of(file.name, data), beside)
    except Unreadable as error:
        raise Unusable(f"{file}: {error}") from error
    _print_losses(file, bank.losses)
    if not bank.questions:
        _print_counts(len(bank.questions), "read", bank)
        sys.exit(1)
    name = into.stem if into is not None else id_of(file.stem)
    pool = write_pool(bank, name)
    if into is None:
        click.echo(pool, nl=False)
    else:
        try:
            _write_beside(into, pool, bank)
        except OSError as error:
            raise Unusable(f"{into} cannot be written: {error.strerror}.") from error
    for problem in errors_in(pool, bank.images):
        shown = into or f"{name}.md"
        click.echo(
            f"{shown}:{problem.line}:{problem.column} {problem.severity} {problem.code} {problem.message}", err=True
        )
    _print_counts(len(bank.questions), "read", bank)


@quiz.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "form", required=True, type=_WRITABLE, help="The format to write.")
@click.option("--to", type=click.Path(path_type=Path), help="The new file [PATH with the format's ending].")
def export_bank(path: Path, form: str, to: Path | None) -> None:
    """Write the quiz or the pool in the Markdown file PATH in another format.

    Moodle XML keeps the most, with pictures; GIFT is a text that many systems read; QTI is a package (zip) with one
    item a question, which Canvas, TAO and OpenOlat read. A ledger becomes a table with its rows to choose; a branching
    case is left out. What a format cannot hold is printed with its line, question and reason.
    """
    folder = _course_of(path)
    files = {}
    language = "en"
    if folder is not None:
        language = language_of(_read(folder / "course.md"))
        inside = path.resolve().parent.relative_to(folder.resolve()).as_posix()
        beside = "" if inside == "." else f"{inside}/"
        _, course, _ = read_folder(folder)
        files = {name.removeprefix(beside): data for name, data in course.items() if name.startswith(beside)}
    bank = read_markdown(_read(path), language=language, files=files)
    data, losses = write_bank(bank, Writable(form))
    target = to or path.with_suffix(ENDINGS[Writable(form)])
    if target.exists():
        raise Unusable(f"{target} is there already. Name another file with --to.")
    _print_losses(path, losses)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise Unusable(f"{target} cannot be written: {error.strerror}.") from error
    _print_counts(len(bank.questions), f"for {target}", Bank((), losses=losses))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error


def _files_beside(into: Path) -> dict[str, bytes]:
    """The pictures that lie beside a pool already, by path relative to it."""
    folder = into.parent / "images"
    return {f"images/{path.name}": path.read_bytes() for path in folder.glob("*") if path.is_file()}


def _course_of(path: Path) -> Path | None:
    """The course's folder that a quiz or a pool is in."""
    return next((folder for folder in path.resolve().parents[:2] if (folder / "course.md").is_file()), None)


def _write_beside(into: Path, pool: str, bank: Bank) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    for name, data in bank.images.items():
        target = into.parent / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
    into.write_text(pool, encoding="utf-8")


def _print_losses(path: Path, losses: tuple[Loss, ...]) -> None:
    for loss in losses:
        click.echo(f"{path}:{loss.line} “{loss.question}”: {loss.what}. {loss.why}", err=True)


def _print_counts(count: int, done: str, bank: Bank) -> None:
    counts = f"{bank.lossy_count} with losses, {bank.left_out_count} left out"
    click.echo(f"{counted(count, 'question')} {done}, {counts}.", err=True)

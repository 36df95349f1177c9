"""What ``elearn course import``, ``export`` and ``preview`` do.

It stands apart from ``course``, so that checking a course needs no database and no web.
"""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from elearn import wiring
from elearn.authoring.queries import written_course
from elearn.catalogue.queries import course_record, releases_of, source_files
from elearn.catalogue.services import publish
from elearn.cli.course import Found, Unusable, counted, course_folders
from elearn.cli.site import writing
from elearn.content.archive import read_archive, write_archive
from elearn.content.compiler import Compilation, compile_course
from elearn.content.files import lacks_a_text, read_folder, write_folder
from elearn.content.problem import Problem, Severity
from elearn.core.clock import now as clock
from elearn.core.identifiers import new_code
from elearn.core.refusals import Conflict, NotFound
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.demo.previewing import OFFICER, publish_preview, stage_preview
from elearn.scanning import check_clean
from elearn.security.passwords import Passwords
from elearn.serving.listeners import listen
from elearn.serving.supervisor import serve
from elearn.settings import Settings, load_settings
from elearn.shipped import shipped

LOOK_AGAIN_SECONDS = 1.0


class NoSuchRelease(NotFound):
    """The course has no release of that number."""

    message = "The course «%(slug)s» has no release %(number)s; its newest is %(newest)s."


class WouldOverwrite(Conflict):
    """What was to be written is there already."""

    message = "%(path)s is %(what)s; nothing was written. Name a folder or a .zip that is not there yet."


@dataclass(frozen=True, slots=True)
class _Course:
    """A course as it came from disk: where from, its files, and what compiling them gave."""

    shown: str
    slug: str
    files: dict[str, bytes]
    compilation: Compilation
    problems: list[Found]

    @property
    def error_count(self) -> int:
        return sum(item.problem.severity is Severity.ERROR for item in self.problems)


# ---- import ----


def bring_in(paths: tuple[str, ...], settings: Settings) -> int:
    """Publish the courses in these folders and archives; 1 if one of them has errors, else 0."""
    wiring.connect_hooks(settings)
    shown = [each for path in paths for each in _courses_in(path)]
    is_bad = False
    for course in (_read(path) for path in shown):
        for item in course.problems:
            click.echo(item.as_line())
        if course.error_count:
            is_bad = True
            click.echo(f"{course.slug}: not published, {counted(course.error_count, 'error')}")
            continue
        _check_clean(course, settings)
        with writing(settings) as session:
            done = publish(session, course.slug, course.files, now=clock(), compilation=course.compilation)
            behind = len(written_course(session, course.slug).behind) if done.is_new else 0
        if not done.is_new:
            click.echo(f"{course.slug}: no change")
            continue
        click.echo(f"{course.slug}: published {done.version}, release {done.number}")
        if behind:
            told = "waits for a look" if behind == 1 else "wait for a look"
            click.echo(f"{course.slug}: {counted(behind, 'draft')} begun before this release {told}.", err=True)
    return 1 if is_bad else 0


def _check_clean(course: _Course, settings: Settings) -> None:
    """Return if no scanner is set, or it finds nothing in a course. Raises Infected, NotScanned."""
    if settings.clamd_address is not None:
        for data in course.files.values():
            check_clean(settings.clamd_address, data)


def _courses_in(path: str) -> list[str]:
    return [path] if path.lower().endswith(".zip") and Path(path).is_file() else course_folders(path)


def _read(shown: str) -> _Course:
    refused: list[Problem] = []
    if shown.lower().endswith(".zip"):
        slug, files = read_archive(Path(shown))
    else:
        slug, files, refused = read_folder(Path(shown))
    compilation = Compilation(None, ()) if lacks_a_text(refused) else compile_course(slug, files)
    problems = sorted({*refused, *compilation.problems})
    return _Course(shown, slug, files, compilation, [Found(shown, problem) for problem in problems])


# ---- export ----


def take_out(slug: str, to: Path, number: int | None, settings: Settings) -> None:
    """Write a release's source to a folder or an archive, whole or not at all. Raises WouldOverwrite, NoSuchRelease."""
    is_archive = to.suffix.lower() == ".zip"
    if is_archive and to.exists():
        raise WouldOverwrite(path=to, what="there already")
    if not is_archive and to.exists() and not (to.is_dir() and not any(to.iterdir())):
        raise WouldOverwrite(path=to, what="not empty" if to.is_dir() else "a file")
    with writing(settings) as session:
        record = course_record(session, slug)
        wanted = record.release_count if number is None else number
        release = next((each for each in releases_of(session, record.id) if each.number == wanted), None)
        if release is None:
            raise NoSuchRelease(slug=slug, number=wanted, newest=record.release_count)
        version, files = release.version, source_files(session, release.id)
    # A course's folder is called like its slug: so the folder can be checked and brought in again as it is.
    target = to if is_archive or to.name == slug else to / slug
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target) as made:
            if is_archive:
                made.write_bytes(write_archive(slug, files))
            else:
                made.mkdir()
                write_folder(made, files)
            made.replace(target)
    except OSError as problem:
        raise Unusable(f"{target} cannot be written: {problem.strerror or problem}.") from problem
    click.echo(f"{slug}: release {wanted} ({version}), {counted(len(files), 'file')} written to {target}")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A path on the same disk as the target, where something is made before it takes the target's place."""
    folder = Path(tempfile.mkdtemp(prefix=".elearn-", dir=target.parent))
    try:
        yield folder / "made"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# ---- preview ----


def show(path: str, port: int, *, is_read: bool) -> int:
    """Serve one course in a throw-away site until stopped; 1 if it has errors. Its folder is read and never written."""
    found = _courses_in(path)
    if len(found) != 1:
        raise Unusable(f"{path} holds {len(found)} courses; name one of them, such as {found[0]}.")
    course = _read(found[0])
    for item in course.problems:
        click.echo(item.as_line())
    if course.error_count:
        click.echo(f"{course.slug}: not shown, {counted(course.error_count, 'error')}")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for listener in listen("127.0.0.1", port, 1):  # a taken port is said before anything is made
        listener.close()
    folder = Path(tempfile.mkdtemp(prefix="elearn-preview-"))
    try:
        return _serve(course, folder, port, is_read=is_read)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(course: _Course, folder: Path, port: int, *, is_read: bool) -> int:
    settings = load_settings(
        None,
        data_dir=folder,
        # Never the site's own database, whatever the environment says.
        database_url=f"sqlite:///{(folder / 'elearn.sqlite').resolve()}",
        host="127.0.0.1",
        port=port,
        workers=1,
        public_url=f"http://127.0.0.1:{port}",
        site_name="Course preview",
    )
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    wiring.connect_hooks(settings)
    password = new_code()
    passwords = Passwords(memory_mib=settings.password_memory_mib, rounds=settings.password_rounds)
    stage_preview(
        database,
        course.slug,
        course.files,
        course.compilation,
        password_hash=passwords.hash(password),
        is_read=is_read,
        now=clock(),
    )
    database.dispose()
    click.echo(f"{course.slug} as an officer sees it: http://127.0.0.1:{port}/courses/{course.slug}")
    click.echo(f"  sign in as {OFFICER} with the password {password}")
    sys.stdout.flush()
    watcher = multiprocessing.get_context("fork").Process(
        target=_watch, args=(course, settings.sqlalchemy_url, os.getpid()), daemon=True
    )
    watcher.start()
    try:
        return serve(settings)
    finally:
        watcher.kill()
        watcher.join()


def _watch(course: _Course, url: str, parent: int) -> None:
    """Publish the course anew whenever its files change, as long as the parent lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of the terminal; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    database = Database(url)
    before = _stamps(course.shown)
    while os.getppid() == parent:
        time.sleep(LOOK_AGAIN_SECONDS)
        stamps = _stamps(course.shown)
        if stamps != before:
            before = stamps
            _publish_again(course.shown, database)


def _publish_again(shown: str, database: Database) -> None:
    try:
        course = _read(shown)
        for item in course.problems:
            click.echo(item.as_line(), err=True)
        if course.error_count:
            click.echo(f"{course.slug}: still shown as it was, {counted(course.error_count, 'error')}", err=True)
            return
        number = publish_preview(database, course.slug, course.files, course.compilation, now=clock())
        if number is not None:
            click.echo(f"{course.slug}: shown anew (change {number - 1}); load the page again", err=True)
    except (OSError, click.ClickException) as problem:
        click.echo(f"{shown} cannot be read just now: {problem}", err=True)


def _stamps(shown: str) -> dict[str, tuple[int, int]]:
    """When each file of a course changed, and its size."""
    return {str(path): (found.st_mtime_ns, found.st_size) for path, found in _stats(Path(shown))}


def _stats(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for each in [path] if path.is_file() else sorted(path.rglob("*")):
        try:
            yield each, each.stat()
        except OSError:
            continue  # gone between the two looks

"""``elearn demo``: a throw-away site to look at."""

import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import click

from elearn import wiring
from elearn.core.clock import now as clock
from elearn.core.refusals import Unsound
from elearn.db.engine import Database
from elearn.db.migrating import upgrade
from elearn.demo.cast import ADMINISTRATOR, MANAGER, OFFICER, TRAINER
from elearn.demo.staging import stage
from elearn.security.passwords import Passwords
from elearn.serving.listeners import listen
from elearn.serving.supervisor import serve
from elearn.settings import load_settings
from elearn.shipped import shipped

ACCOUNTS = (OFFICER, TRAINER, MANAGER, ADMINISTRATOR)


class FolderInUse(Unsound):
    """The folder given with ``--data`` holds something."""

    message = "The folder %(path)s is not empty; the demonstration makes its own site and needs an empty folder."


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen at.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="An empty folder to keep the site in.")
@click.option("--password", help="The password of the four accounts [made up and printed].")
def demo(port: int, host: str, data: Path | None, password: str | None) -> None:
    """Make a throw-away site with the courses and forty invented people, and serve it."""
    if data is not None and data.exists() and any(data.iterdir()):
        raise FolderInUse(path=data)
    # A folder of our own goes when the demonstration ends, also when it is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    folder = data or Path(tempfile.mkdtemp(prefix="elearn-demo-"))
    try:
        sys.exit(_demonstrate(folder, host, port, password))
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _demonstrate(folder: Path, host: str, port: int, password: str | None) -> int:
    shown = f"[{host}]" if ":" in host else host
    settings = load_settings(
        None,
        data_dir=folder,
        # Never the site's own database, whatever the environment says: forty invented people are put into this one.
        database_url=f"sqlite:///{(folder / 'elearn.sqlite').resolve()}",
        host=host,
        port=port,
        public_url=f"http://{shown}:{port}",
        site_name="Arlandia FIU Training",
        issuer_name="Financial Intelligence Unit of Arlandia",
    )
    for listener in listen(host, port, 1):  # a taken port is said before anything is made
        listener.close()
    chosen = password or secrets.token_urlsafe(9)
    database = Database(settings.sqlalchemy_url)
    upgrade(database, shipped("migrations"))
    wiring.connect_hooks(settings)
    passwords = Passwords(memory_mib=settings.password_memory_mib, rounds=settings.password_rounds)
    staged = stage(database, shipped("courses"), password_hash=passwords.hash(chosen), now=clock())
    database.dispose()
    courses = "one course" if staged.course_count == 1 else f"{staged.course_count} courses"
    click.echo(f"A throw-away site with {courses} and {staged.people_count} invented people in {folder}")
    for name in ACCOUNTS:
        click.echo(f"  {name:8} password {chosen}")
    sys.stdout.flush()
    return serve(settings)

"""A PostgreSQL server for the tests, from Debian's programs, on a Unix socket alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import psycopg


def postgres_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder in it is made by mkdtemp)
_ROOM = 4 * 1024**3  # bytes that the servers and the sites of a whole run may need
# What is committed is with the operating system, so a killed server loses nothing; a cut cable would.
_FORGETFUL = "-c fsync=off -c full_page_writes=off -c autovacuum=off"


def folder_in_memory() -> Path | None:
    """Where files need no disk, if there is room."""
    has_room = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if has_room else None


class PostgresServer:
    """A server in a temporary folder; a context manager. It refuses to run as root, so root runs it as ``postgres``.

    One that ``is_forgetful`` waits for no disk: for tests that make hundreds of databases and pull no plug. ``on`` is
    the folder to make its own in.
    """

    def __init__(self, programs: Path, *, is_forgetful: bool = False, on: Path | None = None) -> None:
        self._programs = programs
        self._options = _FORGETFUL if is_forgetful else ""
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        place = folder_in_memory() if is_forgetful and on is None else on
        self.folder = Path(tempfile.mkdtemp(prefix="elearn-pg-", dir=place))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self._user)
        self.data = self.folder / "data"

    def _run(self, *command: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        subprocess.run(
            command,
            check=True,
            user=user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder} -c max_connections=300 {self._options}"
        )
        self._run(
            str(self._programs / "pg_ctl"),
            "-D",
            str(self.data),
            "-w",
            "-o",
            options,
            "-l",
            str(self.folder / "log"),
            "start",
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; ``immediate`` is what a crash looks like."""
        self._run(str(self._programs / "pg_ctl"), "-D", str(self.data), "-w", "-m", mode, "stop")

    def __enter__(self) -> "PostgresServer":
        self._run(str(self._programs / "initdb"), "-D", str(self.data), "-U", self._user, "--auth=trust", "-E", "UTF8")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://{self._user}@/{name}?host={self.folder}"

    def _execute(self, statement: str) -> None:
        with self._connected() as connection:
            connection.execute(statement)

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user={self._user} dbname=postgres", autocommit=True)

    def create(self, name: str) -> str:
        """A new empty database; its address."""
        self._execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def create_from_template(self) -> str:
        """A new database as ``template_elearn`` is; its address."""
        name = f"t_{uuid4().hex}"
        with self._connected() as connection:
            # Copying files is twice as fast as writing what is copied into the log; PostgreSQL 14 knows no other way.
            how = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template_elearn {how}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected to it."""
        name = url.rpartition("/")[2].partition("?")[0]
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

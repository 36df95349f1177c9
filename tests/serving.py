"""Running ``elearn`` as its own process, for tests, drills and benchmarks."""

import contextlib
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from elearn.__main__ import main

PATIENCE_SECONDS = 60
"""How long to wait for what must come; nothing is said about how long it should take."""


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**settings: object) -> dict[str, str]:
    """The environment of a command: ours without settings, with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    return kept | {f"ELEARN_{name.upper()}": str(value) for name, value in settings.items()}


def elearn(*arguments: object, folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "elearn", *map(str, arguments)],
        cwd=folder,
        env=environment(**settings) | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def elearn_here(*arguments: object, folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself in a folder, within this process: much sooner than :func:`elearn`."""
    out, err = io.StringIO(), io.StringIO()
    before, argv = dict(os.environ), sys.argv
    os.environ.clear()
    os.environ.update(environment(**settings))
    sys.argv = ["elearn", *map(str, arguments)]
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = argv
        os.environ.clear()
        os.environ.update(before)
    assert isinstance(code, int)
    return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds; fail if it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.02)


class Server:
    """``elearn serve`` as a process group of its own; a context manager that leaves nothing running.

    ``before`` is Python run in the process before the command, to change what a test cannot wait for.
    """

    def __init__(self, data: Path, *, port: int | None = None, before: str = "", **settings: object) -> None:
        self.data = data
        self.port = port or free_port()
        self._before = before
        self._settings = {"password_memory_mib": 1, "password_rounds": 1, "workers": 2} | settings
        self.log = data.parent / f"{data.name}.log"

    def start(self) -> "Server":
        """Start it and wait for its start line."""
        script = f"from elearn.__main__ import main\n{self._before}\nmain()"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", script, "serve", "--data", str(self.data), "--port", str(self.port)],
                env=environment(**self._settings) | {"PYTHONPATH": str(Path(__file__).parents[1])},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()
        assert self.first_line, self.errors
        return self

    @property
    def errors(self) -> str:
        """What it wrote to standard error since it was first started."""
        return self.log.read_text(encoding="utf-8")

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def get(self, path: str = "/healthz", **headers: str) -> http.client.HTTPResponse:
        """Ask for a path; the answer is read."""
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """Make a request on a connection of its own; ``answer.body`` is what was read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer

    def connect(self) -> socket.socket:
        """A bare connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop, and wait; its exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()


def is_alive(process: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@contextlib.contextmanager
def listening(*, shared: bool = False) -> Iterator[int]:
    """A port of 127.0.0.1 that another program listens at."""
    with socket.socket() as other:
        if shared:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]

"""``elearn serve``: it starts from nothing, replaces what dies, drains, and leaves nothing behind."""

import contextlib
import os
import re
import select
import signal
import socket
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from elearn.core.clock import now as clock
from elearn.db.engine import Database
from elearn.jobs.rules import Kind
from elearn.jobs.services import queue
from elearn.serving.worker import BODIES
from tests.factories import a_person
from tests.serving import Server, eventually, is_alive
from tests.smtp import mail_server

HALF_A_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 20\r\n\r\na=1"
)
THE_OTHER_HALF = b"&b=" + b"x" * 14
# A hash that never ends, so that nothing depends on how fast this machine is.
ENDLESS = (
    "import threading\nfrom elearn.security.passwords import Passwords\n"
    "Passwords.matches = lambda *_: threading.Event().wait()"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "deep" / "data"


@pytest.fixture(autouse=True)
def _folder(data: Path) -> None:
    data.parent.mkdir()


def _answer(connection: socket.socket) -> bytes:
    """The first line of what the server answers; nothing if it hangs up."""
    with contextlib.suppress(ConnectionResetError):
        return connection.makefile("rb").readline()
    return b""


def test_a_first_start_makes_all_that_is_missing(data: Path) -> None:
    with Server(data) as server:
        assert f"http://127.0.0.1:{server.port}/" in server.first_line
        assert server.get("/healthz").status == 200
        assert server.get("/sign-in").status == 200
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
        assert stat.S_IMODE((data / "elearn.sqlite").stat().st_mode) == 0o600
        assert server.errors.count("\n") == 1
        assert "ELEARN_PUBLIC_URL is not set" in server.errors


def test_a_site_that_knows_its_address_starts_without_a_warning(data: Path) -> None:
    with Server(data, public_url="https://training.example") as server:
        assert "https://training.example/" in server.first_line
        assert server.stop() == 0
        assert server.errors == ""


def test_workers_that_die_are_replaced_however_often(data: Path) -> None:
    with Server(data) as server:
        for _ in range(8):
            assert server.get().status == 200
            before = set(server.workers)
            assert len(before) == 2
            for worker in before:
                os.kill(worker, signal.SIGKILL)
            eventually(lambda before=before: len(set(server.workers) - before) == 2, "two new workers")  # type: ignore[misc]
        assert server.get().status == 200


def test_a_process_of_low_priority_takes_the_daily_backup(data: Path) -> None:
    backups = data.parent / "backups"
    with Server(data, backup_folder=backups) as server:
        eventually(lambda: any(backups.glob("elearn-*.tar.gz")), "the first backup")
        assert len(server.workers) == 3
        (keeper,) = (each for each in server.workers if os.getpriority(os.PRIO_PROCESS, each) == 19)
        os.kill(keeper, signal.SIGKILL)
        eventually(lambda: len(server.workers) == 3 and keeper not in server.workers, "another keeper")
        assert server.get("/healthz").status == 200
        assert server.stop() == 0
    assert len(list(backups.iterdir())) == 1


def test_letters_leave_in_the_background_even_after_the_process_that_sends_them_died(data: Path) -> None:
    with mail_server() as mailbox:
        mail: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none"}
        with Server(data, public_url="https://training.example", smtp_sender="t@fiu.example", **mail) as server:

            def senders() -> list[int]:
                lower = os.getpriority(os.PRIO_PROCESS, server.process.pid) + 10
                return [each for each in server.workers if os.getpriority(os.PRIO_PROCESS, each) == lower]

            eventually(lambda: len(senders()) == 1, "the sender")
            (before,) = senders()
            os.kill(before, signal.SIGKILL)
            eventually(lambda: len(senders()) == 1 and before not in senders(), "another sender")
            database = Database(f"sqlite:///{data}/elearn.sqlite")
            with database.writing() as session:
                person = a_person(session, "newcomer", email="new@fiu.example")
                queue(session, Kind.RESET_LINK, person.id, now=clock())
                session.commit()
            database.dispose()
            eventually(lambda: bool(mailbox.to("new@fiu.example")), "the letter")
            assert server.stop() == 0


def is_stopped(process: int) -> bool:
    """Whether no thread of a process runs any more."""
    states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{process}/task").glob("*/stat")]
    return set(states) == {"T"}


def test_visitors_who_wait_at_a_dead_worker_are_served_by_the_next(data: Path) -> None:
    with Server(data, workers=1) as server:
        assert server.get().status == 200
        (worker,) = server.workers
        os.kill(worker, signal.SIGSTOP)
        eventually(lambda: is_stopped(worker), "a worker that stands still")  # else it takes a visitor with it
        waiting = [server.connect() for _ in range(5)]
        for connection in waiting:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        os.kill(worker, signal.SIGKILL)
        for connection in waiting:
            with connection:
                assert b" 200 " in _answer(connection)


def test_workers_end_with_a_parent_that_is_killed_and_the_site_starts_again(data: Path) -> None:
    with Server(data) as first:
        workers = first.workers
        os.kill(first.process.pid, signal.SIGKILL)
        first.wait()
        with Server(data, port=first.port) as second:
            assert second.get().status == 200
            assert not any(is_alive(worker) for worker in workers)


def test_stopping_finishes_what_is_being_answered_and_refuses_newcomers(data: Path) -> None:
    # A sign-in whose hash is computed until newcomers are refused.
    waiting = (
        "import os, time\nfrom elearn.security.passwords import Passwords\n"
        f"def wait(*_):\n    while not os.path.exists({str(data / 'go')!r}): time.sleep(0.01)\n    return False\n"
        "Passwords.matches = wait"
    )
    with Server(data, workers=1, before=waiting) as server, server.connect() as connection:
        connection.sendall(_sign_in_form(server))
        eventually(lambda: _is_reading(server, connection), "the request at the worker")
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: _refuses(server), "no new connections")
        assert server.process.poll() is None
        (data / "go").touch()
        assert b" 403 " in _answer(connection)  # the wrong password
        assert server.wait() == 0
        assert "killed" not in server.errors


def test_a_form_that_is_on_its_way_when_the_site_stops_is_taken_in(data: Path) -> None:
    with Server(data, workers=1) as server, server.connect() as connection:
        connection.sendall(HALF_A_FORM)
        eventually(lambda: _is_reading(server, connection), "the request at the worker")
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: _refuses(server), "no new connections")
        connection.sendall(THE_OTHER_HALF)
        assert b" 403 " in _answer(connection)  # the application's word: the form has no token
        assert server.wait() == 0


def test_half_a_form_is_never_taken_for_a_whole_one(data: Path) -> None:
    with Server(data) as server, server.connect() as connection:
        connection.sendall(HALF_A_FORM)
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in _answer(connection)


def test_a_message_whose_length_is_said_in_two_ways_hides_no_second_request(data: Path) -> None:
    first = b"POST /sign-out HTTP/1.1\r\nHost: x\r\n"
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n"
    refused = {
        *(b"Content-Length: 3\r\nContent-Length: 4\r\n\r\na=1", b"Content-Length: +3\r\n\r\na=1"),
        *(b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        b"Content-Length: 3\r\nTransfer-Encoding: identity\r\n\r\na=1",
    }
    by_chunks = {b"Content-Length: %d\r\n%b\r\n0\r\n\r\n" % (length, chunked) for length in (0, 5, 5 + len(hidden), 99)}

    with Server(data) as server:

        def answers(sent: bytes) -> list[bytes]:
            with server.connect() as connection, contextlib.suppress(ConnectionResetError):
                connection.sendall(sent)
                return re.findall(rb"HTTP/1.1 (\d+)", connection.makefile("rb").read())
            return []

        assert answers(first + b"Content-Length: 3\r\n\r\na=1" + hidden) == [b"303", b"200"]  # both are said plainly
        for head in refused:
            assert answers(first + head + hidden) == [b"400"], head
        for head in by_chunks:
            assert answers(first + head + hidden) == [b"303"], head


def test_an_idle_connection_does_not_hold_up_the_stop(data: Path) -> None:
    with Server(data) as server, server.connect() as connection, server.connect():
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in _answer(connection)
        assert server.stop(signal.SIGINT) == 0
        assert "killed" not in server.errors


def test_a_request_that_never_ends_is_cut_off_at_the_deadline(data: Path) -> None:
    soon = f"{ENDLESS}\nfrom elearn.serving import supervisor\nsupervisor.DRAIN_SECONDS = 0.5"
    with Server(data, before=soon) as server, server.connect() as connection:
        connection.sendall(_sign_in_form(server))
        eventually(lambda: _is_reading(server, connection), "the request at a worker")
        assert server.stop() == 0
        assert "workers killed before they had finished: 1" in server.errors


def test_a_second_signal_does_not_wait_for_the_deadline(data: Path) -> None:
    never = f"{ENDLESS}\nfrom elearn.serving import supervisor\nsupervisor.DRAIN_SECONDS = 3600"
    with Server(data, before=never) as server, server.connect() as connection:
        connection.sendall(_sign_in_form(server))
        eventually(lambda: _is_reading(server, connection), "the request at a worker")
        server.process.send_signal(signal.SIGINT)
        eventually(lambda: _refuses(server), "no new connections")
        assert server.stop(signal.SIGINT) == 0


def test_a_clean_stop_leaves_one_database_file(data: Path) -> None:
    with Server(data) as server:
        for _ in range(8):
            assert server.get().status == 200
        assert server.stop() == 0
    assert sorted(path.name for path in data.glob("elearn.sqlite*")) in (
        ["elearn.sqlite"],
        ["elearn.sqlite", "elearn.sqlite.turn"],
    )


def test_a_site_whose_workers_cannot_start_ends_with_a_sentence(data: Path) -> None:
    broken = "from elearn.serving import supervisor\nsupervisor.pause_before = lambda *_: 0.0\n"
    broken += "def fail(*_, **__): raise RuntimeError('no such thing')\nsupervisor.answer = fail"
    with Server(data, before=broken) as server:
        assert server.wait() == 1
        assert "no worker can be started" in server.errors
        assert "no such thing" in server.errors


def test_a_worker_that_cannot_be_forked_at_once_is_forked_later(data: Path) -> None:
    scarce = (
        "import errno, os\nfork, refusals = os.fork, [1, 2]\n"
        "def scarce():\n    if refusals:\n        refusals.pop()\n"
        "        raise OSError(errno.EAGAIN, 'too many processes')\n"
        "    return fork()\nos.fork = scarce"
    )
    with Server(data, before=scarce) as server:
        assert server.get().status == 200
        eventually(lambda: len(server.workers) == 2, "both workers")
        assert server.errors.count("too many processes") == 2
        assert server.stop() == 0


def test_nothing_that_a_fork_would_break_is_there_when_the_workers_are_forked(data: Path) -> None:
    look = (
        "import os, sys\nfrom elearn.serving import supervisor\n"
        "def look(self):\n"
        "    print(len(os.listdir('/proc/self/task')), [name for name in map(os.readlink, "
        "(f'/proc/self/fd/{fd}' for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}'))) "
        "if 'sqlite' in name])\n"
        "    return 0\n"
        "supervisor.Supervisor.run = look"
    )
    with Server(data, before=look) as server:
        assert server.first_line == "1 []\n"


def test_forms_that_never_end_do_not_keep_pages_from_being_read(data: Path) -> None:
    with Server(data) as server, contextlib.ExitStack() as opened:
        for _ in range(2 * BODIES + 20):  # more than the workers have places for
            opened.enter_context(server.connect()).sendall(HALF_A_FORM)
        for _ in range(10):
            assert server.get("/sign-in").status == 200


def test_a_form_too_many_is_told_to_come_again(data: Path) -> None:
    with Server(data, workers=1) as server, contextlib.ExitStack() as opened:
        connections = [opened.enter_context(server.connect()) for _ in range(BODIES + 1)]
        for connection in connections:
            connection.sendall(HALF_A_FORM)
        answered, _, _ = select.select(connections, [], [], 60)
        assert len(answered) == 1
        assert b" 503 " in _answer(answered[0])


def test_a_body_arrives_whole_however_large_it_is(data: Path) -> None:
    with Server(data) as server:
        for size, status in ((100_000, 303), (8 * 2**20, 303), (8 * 2**20 + 1, 413)):  # 303: nobody is signed in
            body = b"a=" + b"x" * (size - 2)
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert server.ask("POST", "/write/x/files/course.md", body=body, headers=form).status == status


def test_people_who_sign_in_do_not_keep_others_from_reading_or_saving(data: Path) -> None:
    with Server(data, before=ENDLESS) as server, contextlib.ExitStack() as opened:
        for _ in range(20):
            connection = opened.enter_context(server.connect())
            connection.sendall(_sign_in_form(server))
        for _ in range(10):
            assert server.get("/sign-in").status == 200
            assert server.ask("POST", "/sign-out").status == 303  # nobody is signed in; answered all the same


def _sign_in_form(server: Server) -> bytes:
    """A whole sign-in as a browser sends it."""
    page = server.get("/sign-in")
    body: bytes = page.body  # type: ignore[attr-defined]
    token = body.decode().partition('name="csrf_token" value="')[2].partition('"')[0]
    cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
    form = urlencode({"csrf_token": token, "sign_in_name": "nobody", "password": "whatever it is"})
    head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {len(form)}\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}".encode()


def test_heads_and_bodies_of_unknown_length_are_answered(data: Path) -> None:
    with Server(data) as server:
        answer = server.ask("HEAD", "/sign-in")
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 1000
        assert server.get("/static/icons.svg").status == 200
        assert server.get("/no-such-page").status == 404


def _is_reading(server: Server, connection: socket.socket) -> bool:
    """Whether the server has taken what the connection sent: its end of the connection holds nothing unread."""
    port = f":{connection.getsockname()[1]:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if remote.endswith(port) and local.endswith(f":{server.port:04X}"):
            return state == "01" and queues.endswith(":00000000")
    return False


def _refuses(server: Server) -> bool:
    try:
        server.connect().close()
    except ConnectionRefusedError:
        return True
    return False

"""Measure: ``python -m tests.benchmarks [NAME] [--rounds 5] [--postgres]``: ratios; ``--help`` tells the names."""

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks import counting, line, marking, restoring, roll_ups, searching
from tests.benchmarks.load import Burst, Failed, NoWrk, Request, burst, family, resident_bytes
from tests.benchmarks.signing_in import storm
from tests.loading import SLUG, Stage, prepare
from tests.postgres import PostgresServer, postgres_programs
from tests.serving import Server, environment, eventually, free_port

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Target:
    """Something to measure: what is asked, whose CPU it costs, over how many connections."""

    name: str
    request: Request
    processes: list[int]
    connections: int = 16

    def burst(self, seconds: float = 1) -> Burst:
        """Ask for so many seconds."""
        return burst(self.request, self.processes, connections=self.connections, seconds=seconds)


@dataclass(frozen=True, slots=True)
class Row:
    """A target beside its yardstick, round by round."""

    target: Target
    bursts: list[Burst]
    yardsticks: list[Burst]

    @property
    def rate_ratio(self) -> float:
        """How many answers for each of the yardstick's, in the same seconds."""
        return statistics.median(b.rate / y.rate for b, y in zip(self.bursts, self.yardsticks, strict=True))

    @property
    def cpu_ratio(self) -> float:
        """The same if only the servers' own CPU counted: steadier where others use the machine."""
        return statistics.median(y.cpu / b.cpu for b, y in zip(self.bursts, self.yardsticks, strict=True))

    def median(self, name: str) -> float:
        """The median of one of the figures of a burst."""
        return float(statistics.median(getattr(found, name) for found in self.bursts))


def measure(targets: list[Target], yardstick: Target, rounds: int) -> list[Row]:
    """Measure each target with the yardstick before and after it, so that both meet the same machine."""
    for target in (yardstick, *targets):
        target.burst()
    rows = [Row(target, [], []) for target in targets]
    before = yardstick.burst()
    for _ in range(rounds):
        for row in rows:
            row.bursts.append(row.target.burst())
            after = yardstick.burst()
            row.yardsticks.append(_between(before, after))
            before = after
    return rows


def _between(one: Burst, other: Burst) -> Burst:
    """The mean of two bursts."""
    return Burst(*((getattr(one, name) + getattr(other, name)) / 2 for name in Burst.__dataclass_fields__))


def show(title: str, rows: list[Row]) -> None:
    """Print a table."""
    print(f"\n{title}")
    print(f"{'':34}{'bytes':>9}{'ratio':>8}{'by CPU':>8}{'p50 ms':>9}{'p99 ms':>9}{'p99/p50':>9}")
    for row in rows:
        p50, p99 = row.median("p50"), row.median("p99")
        print(
            f"{row.target.name:34}{row.median('size'):>9.0f}{row.rate_ratio:>8.2f}{row.cpu_ratio:>8.2f}"
            f"{p50:>9.1f}{p99:>9.1f}{p99 / p50:>9.1f}"
        )
    sys.stdout.flush()


# --- what is measured ------------------------------------------------------------------------------------------------


def pages(server: Server, stage: Stage) -> list[Target]:
    """The pages of a signed-in officer."""
    headers = {"Cookie": stage.officers[0].headers["Cookie"]}
    sizes = {unit: _size(server, f"/courses/{SLUG}/{unit}", headers) for unit in stage.units}
    middling = sorted(stage.units, key=lambda unit: sizes[unit])[len(stage.units) // 2]
    css = _stylesheet(server)
    addresses = {
        f"lesson {middling}": f"/courses/{SLUG}/{middling}",
        "home": "/",
        "course page": f"/courses/{SLUG}",
        "catalogue": "/courses",
        "stylesheet": css,
    }
    processes = family(server.process.pid)
    base = f"http://127.0.0.1:{server.port}"
    found = [Target(name, Request(base + path, headers), processes) for name, path in addresses.items()]
    lesson = found[0]
    packed = Request(lesson.request.url, headers | {"Accept-Encoding": "gzip"})
    return [lesson, Target("the same with gzip", packed, processes), *found[1:]]


def _size(server: Server, path: str, headers: dict[str, str]) -> int:
    answer = server.get(path, **headers)
    if answer.status != 200:
        raise Failed(f"{path} answered {answer.status}")
    return int(answer.headers["Content-Length"])


def _stylesheet(server: Server) -> str:
    page: bytes = server.get("/sign-in").body  # type: ignore[attr-defined]
    return page.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]


def saving(server: Server, stage: Stage) -> Target:
    """Saving an answer: every request another answer, in turn of one of the officers."""
    made = []
    for number, officer in enumerate(stage.officers):
        path = officer.autosave(number, _NO_ID)[0]
        answer = sorted(officer.answers.items())[number % len(officer.answers)][1]
        headers = ", ".join(f'["{name}"]="{value}"' for name, value in officer.headers.items())
        made.append(f'{{"{path}", {{{headers}}}, "{answer}"}}')
    script = f"""
local officers = {{{", ".join(made)}}}
local count = 0
request = function()
  count = count + 1
  local officer = officers[count % #officers + 1]
  local body = string.format(
    '{{"client_id": "%08x-0000-4000-8000-%012x", "response": ["%s"]}}', BURST, count, officer[3])
  return wrk.format("PUT", officer[1], officer[2], body)
end
"""
    address = f"http://127.0.0.1:{server.port}"
    return Target("saving an answer", Request(address, {}, script), family(server.process.pid))


_NO_ID = uuid.UUID(int=0)
INSERT = Request("", {}, 'request = function() return wrk.format("PUT", "/insert", {}, string.rep("x", 90)) end\n')


@contextlib.contextmanager
def gunicorn(application: str, **settings: str) -> Iterator[tuple[str, list[int]]]:
    """An application under gunicorn with two sync workers: its address and its processes."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers",
        "2",
        "--log-level",
        "error",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen([*command, application], cwd=ROOT, env=environment(**settings), start_new_session=True)
    try:
        eventually(lambda: len(family(process.pid)) == 3, "gunicorn's workers")
        yield f"http://127.0.0.1:{port}", family(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


# --- the whole -------------------------------------------------------------------------------------------------------


def _measure_site(folder: Path, url: str, rounds: int, title: str) -> Row:
    """Measure a site on one database; the row of the lesson page."""
    stage = prepare(folder / "data", url, officers=16)
    own = "from elearn.serving import supervisor\nsupervisor.FACTORY = 'tests.benchmarks.hello:insert'"
    with contextlib.ExitStack() as running:
        server = running.enter_context(Server(folder / "data", database_url=url))
        address, processes = running.enter_context(gunicorn("tests.benchmarks.hello:app"))
        hello = Target("hello", Request(address + "/"), processes)
        shown = pages(server, stage)
        rows = measure(shown, hello, rounds)
        show(f'{title}: pages, as ratios to a bare Flask "hello" under gunicorn (2 sync workers), -t1 -c16', rows)

        many = replace(shown[0], name="at 64 connections", connections=64)
        show(f"{title}: the lesson page at 64 connections, as a ratio to 16", measure([many], shown[0], rounds))

        address, processes = running.enter_context(gunicorn("tests.benchmarks.hello:floor", floor=url))
        floor = Target("one INSERT, under gunicorn", Request(address, {}, INSERT.script), processes)
        answers = saving(server, stage)
        show(
            f'{title}: saving, as a ratio to a bare "one INSERT, commit" under gunicorn',
            measure([answers], floor, rounds),
        )
        bare = running.enter_context(Server(folder / "floor", before=own, database_url=url))
        same = Target(
            "one INSERT, same server",
            Request(f"http://127.0.0.1:{bare.port}", {}, INSERT.script),
            family(bare.process.pid),
        )
        show(
            f'{title}: saving, as a ratio to a bare "one INSERT, commit" under this server',
            measure([answers], same, rounds),
        )
        print(f"\n{title}: 50 people sign in at once (hashes at their full cost)")
        print(storm(folder / "storm", shown[0].request.url.partition(str(server.port))[2]))
        _say_memory(server, shown[0], rounds)
        return rows[0]


def _say_memory(server: Server, lesson: Target, rounds: int) -> None:
    before = [resident_bytes(worker) for worker in server.workers]
    answered = sum(lesson.burst(3).rate * 3 for _ in range(rounds))
    after = [resident_bytes(worker) for worker in server.workers]
    grown = ", ".join(f"{a / 2**20:.1f} to {b / 2**20:.1f} MiB" for a, b in zip(before, after, strict=True))
    print(f"memory of each worker over another {answered:.0f} lesson pages: {grown}")


def main() -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often each page is measured; the median is printed [5]"
    )
    parser.add_argument("--postgres", action="store_true", help="measure on PostgreSQL too")
    parser.add_argument(
        "only",
        nargs="?",
        choices=("pages", "statistics", "marking", "search", "line", "counting", "restore"),
        help="measure these alone [all]",
    )
    options = parser.parse_args()
    if options.only in (None, "marking"):
        marking.show(options.rounds)
    if options.only in (None, "statistics"):
        roll_ups.compare(options.rounds)
    if options.only in (None, "search"):
        searching.compare(options.rounds)
    if options.only in (None, "line"):
        line.compare(options.rounds)
    if options.only in (None, "counting"):
        counting.compare(options.rounds)
    if options.only in (None, "restore"):
        restoring.compare()
    if options.only not in (None, "pages"):
        return 0
    try:
        if shutil.which("wrk") is None:
            raise NoWrk
        with tempfile.TemporaryDirectory(prefix="elearn-benchmark-") as name:
            folder = Path(name)
            (folder / "sqlite").mkdir()
            url = f"sqlite:///{folder / 'sqlite' / 'data' / 'elearn.sqlite'}"
            lesson = _measure_site(folder / "sqlite", url, options.rounds, "SQLite")
            if options.postgres:
                _on_postgres(folder / "postgres", options.rounds, lesson)
    except (NoWrk, Failed) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _on_postgres(folder: Path, rounds: int, lesson: Row) -> None:
    programs = postgres_programs()
    if programs is None:
        print("PostgreSQL is missing: install Debian's package postgresql and run this again.", file=sys.stderr)
        return
    folder.mkdir()
    with PostgresServer(programs) as postgres:
        row = _measure_site(folder, postgres.create("benchmark"), rounds, "PostgreSQL")
    print(f"\nThe lesson page on PostgreSQL: {row.rate_ratio / lesson.rate_ratio:.2f} of that on SQLite.")


if __name__ == "__main__":
    sys.exit(main())

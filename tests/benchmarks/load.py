"""One burst of requests by wrk, and what it and the server's processes report of it."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

REPORT = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\nREPORT {"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"faults":%d,"p50":%f,"p95":%f,"p99":%f}\\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


PATIENT_SECONDS = 16


class NoWrk(Exception):
    """The program that makes the requests is missing."""

    def __str__(self) -> str:
        return "wrk is missing: install Debian's package wrk (apt-get install wrk) and run this again."


class Failed(Exception):
    """The server answered with errors, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked again and again.

    ``script`` is Lua for wrk that makes each request different; in it, BURST stands for a number of each burst's own.
    """

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    script: str = ""


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of one burst: answers a second, microseconds of the servers' CPU and bytes an answer, milliseconds."""

    rate: float
    cpu: float
    p50: float
    p95: float
    p99: float
    size: float


_bursts = count(1)


def burst(request: Request, processes: list[int], *, connections: int = 16, seconds: float = 1.0) -> Burst:
    """Ask for about ``seconds``. Raises Failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(request.script.replace("BURST", str(next(_bursts))) + REPORT)
        script.flush()
        headers = [part for name, value in request.headers.items() for part in ("-H", f"{name}: {value}")]
        # wrk counts whole seconds, so a burst is one at least
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            *headers,
            request.url,
        ]
        before = cpu_microseconds(processes)
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        used = cpu_microseconds(processes) - before
    line = next((line for line in run.stdout.splitlines() if line.startswith("REPORT ")), None)
    if line is None:
        raise Failed(f"{request.url}: {run.stdout}{run.stderr}")
    report = json.loads(line.removeprefix("REPORT "))
    if not any((report["requests"], report["refused"], report["faults"])) and seconds < PATIENT_SECONDS:
        return burst(request, processes, connections=connections, seconds=2 * seconds)  # a very busy machine
    if report["refused"] or report["faults"] or not report["requests"]:
        raise Failed(f"{request.url} answered with errors: {report}")
    return Burst(
        rate=report["requests"] * 1e6 / report["microseconds"],
        cpu=used / report["requests"],
        p50=report["p50"] / 1000,
        p95=report["p95"] / 1000,
        p99=report["p99"] / 1000,
        size=report["bytes"] / report["requests"],
    )


def family(process: int) -> list[int]:
    """A process and those it started."""
    return [process, *(child for found in _children(process) for child in family(found))]


def _children(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").iterdir():
        yield from (int(child) for child in (task / "children").read_text().split())


def cpu_microseconds(processes: list[int]) -> float:
    """What these processes and their ended children have used of the CPU."""
    tick = os.sysconf("SC_CLK_TCK")
    total = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(int(value) for value in fields[11:15])
    return total * 1e6 / tick


def resident_bytes(process: int) -> int:
    """The memory a process holds."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0

"""The benchmarks run to their end. What they measure is read by people, and asserted by nobody."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import counting, line, restoring, searching
from tests.conftest import missing

ROOT = Path(__file__).parents[2]


@pytest.mark.drill
def test_the_benchmarks_of_pages_run() -> None:
    if shutil.which("wrk") is None:
        missing("wrk (Debian's package wrk)")
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "pages", "--rounds", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for name in ("lesson", "home", "course page", "catalogue", "saving an answer", "50 of 50 were in", "memory"):
        assert name in run.stdout


@pytest.mark.drill
def test_the_benchmark_of_marking_runs() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "marking", "--rounds", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Marking an attempt of 50 questions" in run.stdout


@pytest.mark.drill
def test_the_benchmark_of_the_search_runs(capsys: pytest.CaptureFixture[str]) -> None:
    searching.compare(rounds=1, many=10)
    assert "a word of every course" in capsys.readouterr().out


@pytest.mark.drill
def test_the_benchmark_of_a_thin_line_runs(capsys: pytest.CaptureFixture[str]) -> None:
    line.compare(rounds=1)
    assert "next lesson, with the worker, en" in capsys.readouterr().out


@pytest.mark.drill
def test_the_benchmark_of_counting_runs(capsys: pytest.CaptureFixture[str]) -> None:
    counting.compare(rounds=1)
    assert "of 8 workers" in capsys.readouterr().out


def test_without_wrk_the_benchmarks_say_what_to_install(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "pages", "--rounds", "1"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert run.stderr == "wrk is missing: install Debian's package wrk (apt-get install wrk) and run this again.\n"
    assert run.stdout == ""


@pytest.mark.drill
def test_the_benchmark_of_restoring_runs(capsys: pytest.CaptureFixture[str]) -> None:
    restoring.compare(learners=20, on_postgres=False)
    assert "restored in" in capsys.readouterr().out
